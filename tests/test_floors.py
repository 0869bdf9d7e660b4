from __future__ import annotations

from graphlib import TopologicalSorter

from tests.modules import imports, modules

FLOORS = {
    **dict.fromkeys(["a1", "errors", "findings", "names", "period", "tomlfile", "tomlsyntax", "values", "zips"], 0),
    **dict.fromkeys(["packed", "plain_table", "plain_values", "schema", "submission"], 1),
    **dict.fromkeys(["mail", "report", "workbook"], 2),
    **dict.fromkeys(["files", "language", "run", "tree"], 3),
    **dict.fromkeys(
        [
            "batch",
            "bound",
            "copies",
            "delivery",
            "drafts",
            "found",
            "frontpage",
            "init",
            "outdated",
            "overall",
            "postroom",
            "prepare",
            "project",
            "remote",
            "report_names",
            "rolled",
            "rounds",
            "settings",
            "shelf",
            "standing",
            "traces",
            "workdays",
        ],
        4,
    ),
    **dict.fromkeys(["__main__", "batchreport", "cli"], 5),
}
APART = {"mail", "report", "workbook"}
SOCKETS = {"batchreport.mail.inbox", "batchreport.mail.outbox", "batchreport.mail.server"}
EFFECTS = {
    *("imaplib", "imap_tools", "smtplib", "ssl"),
    *("asyncio", "concurrent", "multiprocessing", "os", "platform", "shutil", "socket", "subprocess", "threading"),
    *("getpass", "locale", "random", "secrets", "sqlite3", "tempfile", "time", "urllib", "uuid"),
}


def room(module: str) -> str:
    """Return the part of the house `module` belongs to: "workbook" for batchreport.workbook.read."""
    return module.split(".")[1] if "." in module else module


def ours(module: str) -> set[str]:
    """Return the modules of batchreport that `module` imports."""
    return {name for name in imports(modules()[module]) if name.split(".")[0] == "batchreport"}


def allowed(own: str, other: str) -> bool:
    """Tell whether a module in the room `own` may import one in the room `other`."""
    return own == other or FLOORS[other] < FLOORS[own] or (FLOORS[other] == FLOORS[own] and own not in APART)


def test_every_module_has_a_floor() -> None:
    """A new part of the house is given its floor here and in docs/architecture.md."""
    assert {room(module) for module in modules()} <= set(FLOORS)


def test_modules_import_only_from_their_floor_and_below() -> None:
    """Nothing imports upwards; `workbook`, `report` and `mail` know nothing of each other."""
    wrong = [
        f"{module} imports {name}"
        for module in modules()
        for name in ours(module)
        if not allowed(room(module), room(name))
    ]

    assert not wrong


def test_imports_run_in_no_circle() -> None:
    """Every module can be read after those it imports."""
    TopologicalSorter({module: ours(module) for module in modules()}).prepare()


def test_the_lower_floors_have_no_effects() -> None:
    """Below `run`, bytes and values go in and come out: no disk, network, clock, chance or process, save mail's sockets."""
    pure = [module for module in modules() if FLOORS[room(module)] <= 2 and module not in SOCKETS]
    wrong = [
        f"{module} imports {name}"
        for module in pure
        for name in imports(modules()[module])
        if name.split(".")[0] in EFFECTS and name != "urllib.parse"
    ]

    assert pure
    assert not wrong
