from __future__ import annotations

import subprocess
import sys
from itertools import count
from typing import TYPE_CHECKING

from tests.build.books import book
from tests.build.test_collect import collect, folder, lying, mail

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["folder"]
# Ends the process, as kill -9 would, instead of taking one of the steps that change a file.
DRIVER = """
import os, sys
from pathlib import Path
import batchreport.postroom.filing
from batchreport.run.post import Post

left = [int(sys.argv[1])]

def counted(step):
    def stepped(*arguments, **options):
        left[0] -= 1
        if left[0] < 0:
            os._exit(9)
        return step(*arguments, **options)
    return stepped

batchreport.postroom.filing.write_whole = counted(batchreport.postroom.filing.write_whole)
Path.unlink = counted(Path.unlink)
for name in ("receive", "saw"):
    setattr(Post, name, counted(getattr(Post, name)))
from batchreport.cli import main
main(["collect", "收件", "--period", "2026-11"])
"""


def test_a_run_killed_between_any_two_steps_loses_nothing(folder: Path) -> None:
    """At every moment all workbooks lie somewhere; the next run ends with the files of an undisturbed one."""
    old, new, other = book("甲校", code="D1"), book("甲校", code="D1", revision=2), book("乙校", code="D2")
    (folder / "收件/1.xlsx").write_bytes(new)
    (folder / "收件/2.eml").write_bytes(mail(other, sender="yi@school.example"))
    for step in count():
        there = folder / "workbooks"
        (there / "2026-11").mkdir(parents=True, exist_ok=True)
        for path in [path for path in there.rglob("*") if path.is_file()]:
            path.unlink()
        (folder / "out/.archive.sqlite").unlink(missing_ok=True)
        (there / "2026-11/最终版.xlsx").write_bytes(old)
        ended = subprocess.run([sys.executable, "-c", DRIVER, str(step)], cwd=folder, capture_output=True, check=False)
        assert old in lying(folder).values()
        collect(folder)
        files = lying(folder)
        assert (files["2026-11/甲校.xlsx"], files["2026-11/乙校.xlsx"]) == (new, other)
        assert "2026-11/最终版.xlsx" not in files
        assert set(files.values()) == {old, new, other}
        if ended.returncode == 0:
            break
    assert step >= 7
