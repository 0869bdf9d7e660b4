"""Files that are made to harm: one line each, in little memory, and their siblings are built."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from io import BytesIO
from pathlib import Path
from socket import AF_UNIX, socket
from typing import TYPE_CHECKING

import pytest
from msoffcrypto.format.ooxml import OOXMLFile
from openpyxl import Workbook

from tests.build.books import book, project
from tests.build.command import batchreport
from tools.bare_package import MAIN, packed, parts

if TYPE_CHECKING:
    from collections.abc import Callable

MEMORY = 300  # MiB at most, of which the program itself takes some 65
SECONDS = 1
EXIT_CANNOT = 2
SHEET = "xl/worksheets/sheet2.xml"
ROOT = Path(__file__).parents[2]


def sheet(rows: str, behind: str = "") -> bytes:
    """Return the workbook with another second sheet."""
    xml = f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData>{behind}</worksheet>'
    return packed({**parts(), SHEET: xml})


def many(tag: str, word: str) -> str:
    """Return 100,000 of those things that lie over cells."""
    return f"<{tag}s>" + "".join(f'<{tag} {word}="A{n}:B{n}"/>' for n in range(1, 100_001)) + f"</{tag}s>"


def bomb() -> bytes:
    """Return 400 MB in a few hundred kilobytes."""
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out:
        for name, part in parts().items():
            if name != SHEET:
                out.writestr(name, part)
        with out.open(SHEET, "w") as sheet:
            for _ in range(400):
                sheet.write(b"A" * 1_000_000)
    return target.getvalue()


def lying() -> bytes:
    """Return the same with a directory that says 5,000 bytes."""
    data = bomb()
    start = data.rindex(SHEET.encode()) - 46
    return data[: start + 24] + (5000).to_bytes(4, "little") + data[start + 28 :]


def entities() -> bytes:
    """Return a text that grows tenfold nine times."""
    bombs = "".join(f'<!ENTITY l{n} "' + f"&l{n - 1};" * 10 + '">' for n in range(1, 10))
    texts = (
        f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "lol">{bombs}]><sst xmlns="{MAIN}"><si><t>&l9;</t></si></sst>'
    )
    return packed({**parts(), "xl/sharedStrings.xml": texts})


def outside() -> bytes:
    """Return a text that is to be fetched from a file."""
    texts = f'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><sst xmlns="{MAIN}"><si><t>&e;</t></si></sst>'
    return packed({**parts(), "xl/sharedStrings.xml": texts})


def far() -> bytes:
    """Return values at the first and at the last cell there can be."""
    made = Workbook()
    made.worksheets[0]["A1"] = made.worksheets[0]["XFD1048576"] = 1
    target = BytesIO()
    made.save(target)
    return target.getvalue()


def linked() -> bytes:
    """Return a good workbook with a link to another, which is no reason to leave it out."""
    target = BytesIO(book("乙校"))
    with zipfile.ZipFile(target, "a") as out:
        out.writestr("xl/externalLinks/externalLink1.xml", f'<externalLink xmlns="{MAIN}"/>')
    return target.getvalue()


def encrypted() -> bytes:
    """Return a good workbook with a password."""
    target = BytesIO()
    OOXMLFile(BytesIO(book("乙校"))).encrypt("secret", target)
    return target.getvalue()


def boundless() -> bytes:
    """Return a workbook of Excel 97 that says it has 4,294,967,295 rows ([MS-XLS] 2.4.90)."""
    data = next((ROOT / "tests/cases/programs/xlwt-xls").glob("*.xls")).read_bytes()
    start = data.index(b"\x00\x02\x0e\x00") + 8
    return data[:start] + b"\xff" * 4 + data[start + 4 :]


HOSTILE: dict[str, tuple[str, Callable[[], bytes]]] = {
    "a bomb": ("file-inflates", bomb),
    "a directory that lies": ("file-inflates", lying),
    "entities": ("file-doctype", entities),
    "an entity outside": ("file-doctype", outside),
    "1,048,576 rows": ("sheet-too-large", lambda: sheet("".join(f'<row r="{n}"/>' for n in range(1, 1_048_577)))),
    "A1 and XFD1048576": ("sheet-too-large", far),
    "a link": ("file-links", linked),
    "a password": ("file-encrypted", encrypted),
    "4,294,967,295 rows": ("file-damaged", boundless),
    "10,000 parts": ("file-too-many-parts", lambda: packed({**parts(), **{f"x/{n}": "" for n in range(10_000)}})),
    "1 million texts": (
        "file-too-many-texts",
        lambda: packed(
            {**parts(), "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{"<si><t>abc</t></si>" * 1_000_000}</sst>'}
        ),
    ),
    "999,999,999 texts declared": (
        "file-too-many-texts",
        lambda: packed({**parts(), "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}" uniqueCount="999999999"/>'}),
    ),
    "100,000 merged ranges": ("sheet-too-many-marks", lambda: sheet("", many("mergeCell", "ref"))),
    "100,000 links": ("sheet-too-many-marks", lambda: sheet("", many("hyperlink", "ref"))),
    "100,000 validations": ("sheet-too-many-marks", lambda: sheet("", many("dataValidation", "sqref"))),
    "formulas without end": (
        "sheet-too-large",
        lambda: sheet(f"<row>{'<c><f>1</f></c>' * 1_000}</row>" * 1_000),
    ),
}


def test_a_hostile_file_is_one_line_and_its_siblings_are_built(tmp_path: Path) -> None:
    """Every line has the code for what it is; nothing is written for it, and the exit code tells."""
    bad = {f"2026-11/{what.replace('/', ' ')}.xlsx": make() for what, (_, make) in HOSTILE.items()}
    folder = project(tmp_path, {"2026-11/甲校.xlsx": book("甲校"), **bad})
    ended = batchreport(folder, "build", "workbooks/", "--json")

    found = {
        item["file"].rpartition("/")[2].removesuffix(".xlsx"): [finding["code"] for finding in item["findings"]]
        for item in json.loads(ended.out)["departments"]
    }
    assert found.pop("甲校") == []
    assert found == {what: [code] for what, (code, _) in HOSTILE.items()}
    assert {path.stem for path in (folder / "out/2026-11").glob("*校.docx")} == {"甲校", "乙校"}
    assert (ended.code, "Traceback" in ended.err) == (1, False)


@pytest.mark.parametrize("what", HOSTILE)
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells what a process has held at most")
def test_a_hostile_file_takes_little_time_and_memory(tmp_path: Path, what: str) -> None:
    """Reading it takes less than a second, and the process never holds much more than it does anyway."""
    path = tmp_path / "坏.xlsx"
    path.write_bytes(HOSTILE[what][1]())
    code = (
        "import sys, time; from pathlib import Path\n"
        "from batchreport.schema import parse_schema; from batchreport.workbook.read import read_workbook\n"
        "schema = parse_schema(Path(sys.argv[1]).read_bytes())\n"
        "start = time.process_time()\n"
        "read_workbook(Path(sys.argv[2]).read_bytes(), schema)\n"
        "print(Path('/proc/self/status').read_text().partition('VmHWM:')[2].split()[0], time.process_time() - start)"
    )
    command = [sys.executable, "-c", code, str(ROOT / "templates/summary.toml"), str(path)]
    said = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)

    memory, seconds = map(float, said.stdout.split())
    assert memory / 1024 < MEMORY
    assert seconds < SECONDS


@pytest.fixture(params=["pipe", "socket", "device", "folder"])
def no_file(tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What has the name of a workbook and is no regular file."""
    if sys.platform == "win32":
        pytest.skip("Windows has no such files")
    path = tmp_path / "2026-11/管.xlsx"
    path.parent.mkdir()
    match request.param:
        case "pipe":
            os.mkfifo(path)
        case "socket":
            monkeypatch.chdir(path.parent)  # the path of a socket has some hundred signs at most
            with socket(AF_UNIX) as made:
                made.bind(path.name)
        case "device":
            path.symlink_to("/dev/zero")
        case _:
            path.mkdir()
    return path


def test_what_is_no_regular_file_is_not_opened(no_file: Path) -> None:
    """It is said in a line, and nothing waits for what will never come."""
    folder = project(no_file.parent.parent, {})
    ended = batchreport(folder, "build", str(no_file))

    assert ended.code == EXIT_CANNOT
    assert len(ended.err.strip().splitlines()) == 1
    assert "管.xlsx" in ended.err


def test_what_is_no_regular_file_does_not_stop_its_siblings(no_file: Path) -> None:
    """The workbooks beside it are built, and it is named; a folder is looked into."""
    is_folder = no_file.is_dir()
    (no_file.parent / "甲校.xlsx").write_bytes(book("甲校"))
    folder = project(no_file.parent.parent, {})
    ended = batchreport(folder, "build", str(no_file.parent))

    assert "out/2026-11/甲校.docx" in ended.out.split()
    assert ("管.xlsx：这不是普通文件" in ended.err) != is_folder
    assert "Traceback" not in ended.err
