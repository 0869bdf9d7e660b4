"""This module lays the project that `batchreport init` gives out into the package: python -m tools.make_starter."""

from __future__ import annotations

from pathlib import Path

from batchreport import Prefill, blank_workbook
from batchreport.workbook.roster import roster_schema

ROOT = Path(__file__).parents[1]
STARTER = ROOT / "batchreport/starter/zh"
SHARED = ("batchreport.toml", "templates/summary.toml", "templates/summary.docx")
"""What the starter has from the repository's own project, byte for byte."""
EXAMPLE = (
    {"code": "D001", "name": "示例小学", "mail": "d001@example.com", "contact": "张三", "group": "学校"},
    {"code": "D002", "name": "示例中学", "mail": "d002@example.com", "contact": "李四", "group": "学校"},
)


def main() -> None:
    """Write the starter's files."""
    for name in SHARED:
        target = STARTER / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes((ROOT / name).read_bytes())
    roster = blank_workbook(roster_schema(), Prefill(rows={"departments": EXAMPLE}))
    (STARTER / "departments.xlsx").write_bytes(roster)


if __name__ == "__main__":
    main()
