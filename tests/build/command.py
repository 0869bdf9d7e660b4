"""This module runs the command line as a clerk does, in a process of its own."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NoReturn

from batchreport.cli import main

ROOT = Path(__file__).parents[2]
PATIENCE = 120  # seconds after which a command counts as hanging
# To load all that commands need takes longer than most of them do: where a process can begin as a copy, it is one of a
# process that has loaded it. Not the command line, whose words are translated as they are loaded, nor what loads Dask.
_MODULES = (".".join(path.relative_to(ROOT).with_suffix("").parts) for path in ROOT.glob("batchreport/**/*.py"))
_APART = ("batchreport.cli", "batchreport.__main__", "batchreport.run.cluster", "batchreport.run.shipping")
_LOADED = [name.removesuffix(".__init__") for name in _MODULES if not name.startswith(_APART)]
_WARM = multiprocessing.get_context("forkserver") if sys.platform == "linux" else None
if _WARM:
    _WARM.set_forkserver_preload(_LOADED)


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str


def batchreport(folder: Path, *arguments: str, language: str = "zh_CN.UTF-8", **environment: str) -> Ended:
    """Run `batchreport` in `folder` and return how it ended."""
    known = {"PATH": os.environ["PATH"], "LANG": language, "PYTHONUTF8": "1", "HOME": str(folder)}
    if _WARM is None or any(name.startswith("PYTHON") for name in environment):  # read when Python starts
        return _fresh(folder, arguments, known | environment)
    with TemporaryDirectory() as name:
        said = (Path(name, "out"), Path(name, "err"))
        process = _WARM.Process(target=_run, args=(folder, arguments, known | environment, said))
        process.start()
        process.join(PATIENCE)
        code = process.exitcode
        if code is None:
            process.kill()
            process.join()
        out, err = (path.read_text("utf-8") for path in said)
    assert code is not None, f"batchreport {arguments} did not end within {PATIENCE} s: {out}{err}"
    return Ended(code, out, err)


def _fresh(folder: Path, arguments: tuple[str, ...], environment: dict[str, str]) -> Ended:
    ended = subprocess.run(
        [sys.executable, "-m", "batchreport", *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE,
        check=False,
    )
    return Ended(ended.returncode, ended.stdout, ended.stderr)


def _run(folder: Path, arguments: tuple[str, ...], environment: dict[str, str], said: tuple[Path, Path]) -> NoReturn:
    """Become, within a new process, what `python -m batchreport` is."""
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    for number, path in enumerate(said, 1):
        with path.open("wb") as file:
            os.dup2(file.fileno(), number)
    sys.stdout, sys.stderr = (os.fdopen(number, "w", encoding="utf-8", closefd=False) for number in (1, 2))
    sys.argv = ["batchreport", *arguments]
    main()
