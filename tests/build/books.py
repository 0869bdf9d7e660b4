"""This module fills blank workbooks for the tests of building."""

from __future__ import annotations

import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING
from zlib import crc32

from batchreport import Period, Prefill, blank_workbook, parse_schema

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from batchreport.values import Value

ROOT = Path(__file__).parents[2]
SCHEMA = parse_schema((ROOT / "templates/summary.toml").read_bytes(), "summary.toml")
NOVEMBER = Period(2026, 11, "M")
_made: dict[str, bytes] = {}  # many tests ask for the same ones, and each takes a tenth of a second


def good_rows(name: str) -> dict[str, Sequence[Mapping[str, Value]]]:
    """Return rows that the starter schema finds nothing wrong with; `name` stands in each sheet."""
    return {
        "profile": [{"kind": "学校", "preparer": "张三", "filled_on": date(2026, 11, 30)}],
        "statistics": [{"name": f"{name}人数", "value": Decimal(620), "unit": "人", "measure": "时点"}],
        "facilities": [
            {
                "name": f"{name}电脑",
                "category": "信息化",
                "action": "购置",
                "quantity": Decimal(30),
                "unit": "台",
                "status": "已完成",
                "done_on": date(2026, 11, 3),
            }
        ],
        "honours": [{"title": "无"}],
        "problems": [{"issue": "无"}],
        "plans": [{"item": f"{name}节能", "due": date(2026, 12, 31)}],
    }


def book(
    name: str, *, code: str = "", period: Period = NOVEMBER, revision: int = 1, rows: Mapping[str, object] | None = None
) -> bytes:
    """Return a filled workbook; `rows` replace those of whole sections."""
    filled: dict[str, object] = {**good_rows(name), **(rows or {})}
    prefill = Prefill(code or f"D{crc32(name.encode()) % 1_000_000:06}", name, period, revision, filled)  # type: ignore[arg-type]
    key = repr(prefill)
    if key not in _made:
        _made[key] = blank_workbook(SCHEMA, prefill)
    return _made[key]


def project(folder: Path, books: Mapping[str, bytes] | None = None, *, rollup: bool = False) -> Path:
    """Lay the repository's project down in `folder`, with these workbooks by path; return the folder.

    Without `rollup` its settings ask for the departments' reports only.
    """
    shutil.copytree(ROOT / "templates", folder / "templates")
    settings = (ROOT / "batchreport.toml").read_text(encoding="utf-8")
    asked = 'rollup = "templates/rollup.docx"'
    assert asked in settings
    (folder / "batchreport.toml").write_text(
        settings if rollup else settings.replace(asked, 'rollup = ""\npage = false'), encoding="utf-8"
    )
    for path, data in (books or {}).items():
        target = folder / "workbooks" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    return folder
