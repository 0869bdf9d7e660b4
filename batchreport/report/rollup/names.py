"""This module knows every name that a roll-up's template can use, and what kind of thing stands behind it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from batchreport.report.inference.scope import Elsewhere, Kind, Many, Scalar, Thing, periods, row
from batchreport.report.rollup.kept import front_of
from batchreport.report.rollup.parts import figures
from batchreport.report.rollup.rows import OF_TOTAL, RANK
from batchreport.report.rollup.words import WORDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from batchreport.report.rollup.kept import Names
    from batchreport.schema import Schema, Section

GROUPS: Mapping[Names, str] = {
    ("应报", "expected"): "listed",
    ("已报", "submitted"): "submitted",
    ("各单位", "departments"): "included",
    ("未报", "missing"): "missing",
    ("有误", "faulty"): "faulty",
    ("迟报", "late"): "late",
    ("名单外", "unlisted"): "unlisted",
}
"""Lists of departments, and which departments each holds."""
ORGANISATION: Names = ("组织名称", "organisation")
DEADLINE: Names = ("截止日期", "deadline")
PARTIAL: Names = ("部分", "partial")
TOTALS: Names = ("汇总", "totals")
ALIKE: Names = ("归并", "alike")
RECENT: Names = ("近期", "recent")
OF_RECENT: tuple[Names, ...] = (("期间", "period"), ("单位数", "departments"))
OF_GROUP: tuple[Names, ...] = (("文字", "text"), ("单位数", "departments"), ("各单位", "names"), ("各行", "rows"))
STATE: Names = ("报送情况", "state")
OF_DEPARTMENT: Mapping[Names, type] = {
    ("单位名称", "name"): str,
    ("单位编码", "code"): str,
    STATE: str,
    ("已报送", "has_submitted"): bool,
    ("纳入", "is_included"): bool,
    ("填报日期", "filled_on"): date,
    ("迟报天数", "days_late"): int,
    ("文件", "file"): str,
    ("错误数", "errors"): int,
    ("警告数", "warnings"): int,
    ("提示数", "notes"): int,
}
"""What is known of a department beyond its sections."""

_DEPARTMENTS: Names = ("各单位", "departments")
_NUMBERS = {"comparable", "comparable_year", "lowest", "median", "highest"}


def names(schema: Schema) -> dict[str, Kind]:
    """Return what a roll-up's template sees at the top: every name, and the kind of what stands behind it."""
    top: dict[str, Kind] = {}
    for section in schema.sections:
        top |= dict.fromkeys(filter(None, (section.key, section.name)), _rows(section))
    department = Many(item=_department(schema), name=_said(_DEPARTMENTS, schema))
    for group in GROUPS:
        top |= dict.fromkeys(group, department)
    summed = _things(gathered(schema), {section.key: _totals(section) for section in gathered(schema)})
    top |= dict.fromkeys(TOTALS, Thing(name=_said(TOTALS, schema), attributes=summed))
    grouped = _things(worded(schema), {section.key: _groups(section) for section in worded(schema)})
    top |= dict.fromkeys(ALIKE, Thing(name=_said(ALIKE, schema), attributes=grouped))
    top |= dict.fromkeys(ORGANISATION, Scalar(type=str)) | dict.fromkeys(DEADLINE, Scalar(type=date))
    now = periods(schema)
    recent = dict.fromkeys(OF_RECENT[0], now["本期"]) | dict.fromkeys(OF_RECENT[1], Scalar(type=int)) | summed
    said = _said(RECENT, schema)
    top |= dict.fromkeys(RECENT, Many(item=Thing(name=said, attributes=recent), name=said))
    return top | dict.fromkeys(PARTIAL, Scalar(type=bool)) | now


def gathered(schema: Schema) -> list[Section]:
    """Return the sections of whose rows totals are made."""
    return [section for section in schema.sections if figures(section)]


def worded(schema: Schema) -> list[Section]:
    """Return the sections whose rows can be brought together by what they say: tables whose rows have no mark."""
    return [section for section in schema.sections if section.kind == "table" and not section.mark and subject(section)]


def subject(section: Section) -> str:
    """Return the key of the column that says what a record is about: its first required text, else its first text."""
    texts = [column for column in section.columns if column.type == "string" and not column.separator]
    return next((column.key for column in texts if column.required), texts[0].key if texts else "")


def _said(names: Names, schema: Schema) -> str:
    """Return what people call a thing in the schema's language."""
    return names[schema.language == "en"]


def _rows(section: Section) -> Many:
    return Many(item=_row(section), name=section.shown)


def _row(section: Section, more: dict[str, Kind] | None = None) -> Thing:
    front: dict[str, Kind] = {name: Scalar(type=str) for names in front_of(section) for name in names}
    pictures = (column for column in section.columns if column.type == "image")
    none = {name: Elsewhere() for column in pictures for name in (column.key, column.name) if name}
    return Thing(name=section.shown, attributes=row(section) | none | front | (more or {}))


def _totals(section: Section) -> Many:
    rank: Kind = Scalar(type=int)
    ranked = _row(section, dict.fromkeys(RANK, rank))
    kinds: dict[str, Kind] = {
        **dict.fromkeys(("additive", "shared"), Scalar(type=bool)),
        **dict.fromkeys(("lowest_at", "highest_at"), Many(item=Scalar(type=str))),
        **dict.fromkeys(_NUMBERS, Scalar(type=Decimal)),
        "ranking": Many(item=ranked, name=section.shown),
        "rows": _rows(section),
    }
    more = {name: kinds.get(en, Scalar(type=int)) for zh, en in OF_TOTAL for name in (zh, en)}
    return Many(item=Thing(name=section.shown, attributes=row(section) | more), name=section.shown)


def _groups(section: Section) -> Many:
    kinds = (Scalar(type=str), Scalar(type=int), Many(item=Scalar(type=str)), _rows(section))
    attributes = {name: kind for names, kind in zip(OF_GROUP, kinds, strict=True) for name in names}
    return Many(item=Thing(name=section.shown, attributes=attributes), name=section.shown)


def _department(schema: Schema) -> Thing:
    known: dict[str, Kind] = {}
    for section in schema.sections:
        thing = _row(section) if section.kind == "form" else _rows(section)
        known |= dict.fromkeys(filter(None, (section.key, section.name)), thing)
    known |= {name: Scalar(type=kind) for names, kind in OF_DEPARTMENT.items() for name in names}
    known |= dict.fromkeys(STATE, Scalar(type=str, texts=WORDS[schema.language].states, closed=True))
    return Thing(name=_said(_DEPARTMENTS, schema), attributes=known)


def _things(sections: Iterable[Section], kinds: Mapping[str, Kind]) -> dict[str, Kind]:
    return {name: kinds[section.key] for section in sections for name in (section.key, section.name) if name}
