"""This module makes up schemas: any sections and columns that a schema file could hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from batchreport.schema import Schema

if TYPE_CHECKING:
    from collections.abc import Callable

TYPES = ("string", "integer", "number", "percent", "money", "date", "year", "boolean", "choice", "image")
TITLES = st.one_of(
    st.sampled_from(
        ["名称", "金额(元)", "a|b", "x ¦ y", "{{ x }}", "it's", 'a "b"', "**粗**", "# 一", "@title", "行", "1.5", "％"]
    ),
    st.text(st.characters(exclude_categories=["Cc", "Cs", "Cf"]), min_size=1, max_size=12),
)


@st.composite
def _column(draw: Callable[..., Any], number: int) -> dict[str, Any]:
    kind = draw(st.sampled_from(TYPES))
    column: dict[str, Any] = {"key": f"c{number}", "title": f"{draw(TITLES)}{number}", "type": kind}
    column["required"] = draw(st.booleans())
    if kind == "choice":
        column["enum"] = draw(st.lists(TITLES, min_size=1, max_size=3, unique=True))
    if kind == "string":
        column |= draw(
            st.sampled_from(
                [{}, {"separator": "、"}, {"max_length": 300}, {"pattern": "[A-Z]{2}\\d{3}"}, {"unique": True}]
            )
        )
    if kind in {"number", "money"}:
        column |= draw(st.sampled_from([{}, {"minimum": 0}, {"missing_values": ["缺报"]}, {"unit": "元"}]))
    return column


@st.composite
def schemas(draw: Callable[..., Any]) -> Schema:
    """Make up a schema with the form of its identity, and up to three sections of any columns."""
    own = [{"key": "name", "title": "单位", "required": True}, {"key": "period", "title": "期间"}]
    sections = [{"key": "head", "title": "表头", "kind": "form", "columns": own}]
    for number in range(draw(st.integers(1, 3))):
        columns = [draw(_column(at)) for at in range(draw(st.integers(1, 14)))]
        kind = draw(st.sampled_from(["table", "table", "form"]))
        if kind == "form":  # its columns stand at the top, beside those of other forms
            columns = [column | {"key": f"f{number}_{column['key']}"} for column in columns]
            columns = [column | {"title": f"{column['title']}_{number}"} for column in columns]
        sections.append({"key": f"s{number}", "title": f"表{number}", "kind": kind, "columns": columns})
    raw = {"id": "any", "title": draw(TITLES), "language": draw(st.sampled_from(["zh", "en"])), "sections": sections}
    return Schema.model_validate(raw | {"identity": {"name": "head.name", "period": "head.period"}})
