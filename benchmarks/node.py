"""This module runs the quickest engines for Node beside ours: docxtemplater and easy-template-x, read by SheetJS.

Their packages are installed by npm into `.cache/` when they are first asked for, in the versions of `node/package.json`.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import material, measure, runs

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from benchmarks.measure import Measured

ENGINES = {"docxtemplater": "docxtemplater", "easy-template-x": "easytemplate"}
"""The engines with the names of their programs, which are those of their templates too."""
_PROGRAMS = Path(__file__).with_name("node")
_PLACE = material.ROOT / ".cache" / "benchmarks-node"
_NPM = ("install", "--loglevel=error", "--no-update-notifier", "--no-package-lock", "--no-audit", "--no-fund")


@cache
def installed() -> bool:
    """Put the programs and the packages that they need into `.cache/`; return whether Node and npm are there to do so.

    Raises `RuntimeError` where npm cannot install them.
    """
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        return False
    _PLACE.mkdir(parents=True, exist_ok=True)
    wanted = json.loads((_PROGRAMS / "package.json").read_text("utf-8"))["dependencies"]
    shutil.copytree(_PROGRAMS, _PLACE, dirs_exist_ok=True)
    if {name: _version(name) for name in wanted} != wanted:
        ended = subprocess.run(  # noqa: S603
            [npm, *_NPM, "--prefix", str(_PLACE)], capture_output=True, encoding="utf-8", check=False
        )
        if ended.returncode:
            raise RuntimeError(ended.stderr)
    return True


def version() -> str:
    """Return which Node this is; "–" where there is none."""
    if not shutil.which("node"):
        return "–"
    return subprocess.run(["node", "--version"], capture_output=True, encoding="utf-8", check=True).stdout.strip()  # noqa: S607


def run(folder: Path, engine: str, workbooks: Sequence[Path], out: Path | None = None) -> Measured:
    """Run the engine of that name over workbooks of a project, into an empty folder."""
    with tempfile.TemporaryDirectory() as emptied:
        program = ENGINES[engine]
        given = [folder / "sheets.json", folder / f"{program}.docx", out or emptied, *workbooks]
        return measure.run(["node", _PLACE / f"{program}.mjs", *given])


def started(folder: Path, workbooks: Sequence[Path]) -> dict[str, Callable[[], Measured]]:
    """Return what runs each engine over the workbooks, by its name; nothing where there is no Node.

    Raises `RuntimeError` where an engine makes another document than we.
    """
    if not installed():
        return {}
    runs.compare(folder, {engine: partial(run, folder, engine) for engine in ENGINES})
    return {engine: partial(run, folder, engine, workbooks) for engine in ENGINES}


def _version(package: str) -> str:
    try:
        return str(json.loads((_PLACE / "node_modules" / package / "package.json").read_text("utf-8"))["version"])
    except FileNotFoundError:
        return ""
