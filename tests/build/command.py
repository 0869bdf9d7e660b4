"""This module runs the command line as a clerk does, in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str


def batchreport(folder: Path, *arguments: str, language: str = "zh_CN.UTF-8", **environment: str) -> Ended:
    """Run `batchreport` in `folder` and return how it ended."""
    known = {"PATH": os.environ["PATH"], "LANG": language, "PYTHONUTF8": "1", "HOME": str(folder)}
    ended = subprocess.run(
        [sys.executable, "-m", "batchreport", *arguments],
        cwd=folder,
        env=known | environment,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    return Ended(ended.returncode, ended.stdout, ended.stderr)
