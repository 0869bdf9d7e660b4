"""This module lays the project that `batchreport init` gives out into the package: python -m tools.make_starter."""

from __future__ import annotations

from pathlib import Path

from batchreport import Prefill, blank_workbook
from batchreport.workbook.roster import roster_schema

ROOT = Path(__file__).parents[1]
STARTERS = {
    "zh": (ROOT, ROOT / "batchreport/starter/zh"),
    "en": (ROOT / "examples/english", ROOT / "batchreport/starter/en"),
}
"""The starter of each language, behind the project that it comes from."""
SHARED = (
    "batchreport.toml",
    "templates/summary.toml",
    "templates/summary.docx",
    "templates/modern.docx",
    "templates/rollup.docx",
    *(f"templates/letters/{kind}.txt" for kind in ("blank", "reminder", "marked", "report")),
)
"""What a starter has from its project, byte for byte."""
EXAMPLES = {
    "zh": (
        {"code": "D001", "name": "示例小学", "mail": "d001@example.com", "contact": "张三", "group": "学校"},
        {"code": "D002", "name": "示例中学", "mail": "d002@example.com", "contact": "李四", "group": "学校"},
    ),
    "en": (
        {
            "code": "D001",
            "name": "Example Primary School",
            "mail": "d001@example.com",
            "contact": "A. Brown",
            "group": "Schools",
        },
        {
            "code": "D002",
            "name": "Example Secondary School",
            "mail": "d002@example.com",
            "contact": "C. Davis",
            "group": "Schools",
        },
    ),
}
"""The departments of its roster."""


def main() -> None:
    """Write the starters' files."""
    for language, (project, starter) in STARTERS.items():
        for name in SHARED:
            target = starter / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes((project / name).read_bytes())
        roster = blank_workbook(roster_schema(language), Prefill(rows={"departments": EXAMPLES[language]}))
        (starter / "departments.xlsx").write_bytes(roster)


if __name__ == "__main__":
    main()
