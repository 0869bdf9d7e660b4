"""This module prints tags with made-up data, to show what each of them gives."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING, Any

from jinja2 import TemplateError

from batchreport.report.bench.sample_data import sample
from batchreport.report.bench.tags import Tags
from batchreport.report.context import Contexts
from batchreport.report.environment import Sandbox
from batchreport.report.grammar import FilterError, filters
from batchreport.report.text import NotTextError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from batchreport.schema import Column, Schema, Section

_LONGEST = 40
_LEVEL = re.compile(r"\{%(p|tr|tc|r) ")
_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True)
class Examples:
    """The made-up data of a schema as a template sees them, and names of its own that `blanks` stand for."""

    environment: Sandbox
    context: Mapping[str, Any]
    blanks: Mapping[str, str]
    tags: Tags

    def shown(self, tag: str, **more: Any) -> str:
        """Return what a tag prints in one line; "" where that is nothing, a drawing, or a tag with something left open."""
        if "…" in tag.replace("……", ""):
            return ""
        try:
            made = self.environment.from_string(_LEVEL.sub("{% ", tag)).render({**self.context, **more})
        except (TemplateError, FilterError, NotTextError, TypeError):
            return ""
        line = " ".join(unescape(_TAG.sub(" ", made)).split())
        return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"

    def of(self, section: Section, tag: str) -> str:
        """Return what a column's tag prints in the first row in which there is something."""
        if section.kind == "form":
            owner = self.context[self.tags.name(section)]
            return self.shown(tag, **{self.tags.row: owner})
        rows = self.context[self.tags.name(section)]
        return next(filter(None, (self.shown(tag, **{self.tags.row: row}) for row in rows)), "")

    def first(self, section: Section, column: Column) -> str:
        """Return a column's text in the first row."""
        return next((str(getattr(row, column.key)) for row in self.context[self.tags.name(section)]), "")


def department(schema: Schema) -> Examples:
    """Return the examples of a schema, of a department's made-up submission."""
    made, tags = sample(schema, "typical"), Tags(schema)
    environment = Sandbox(filters(schema.language), schema.language)
    context = Contexts(schema, ()).of(made.submission, made.earlier)
    blanks, row = _blanks(schema, tags)
    return Examples(environment, {**context, **_first(context, row, tags)}, blanks, tags)


def _first(context: Mapping[str, Any], section: Section | None, tags: Tags) -> dict[str, Any]:
    rows = context[tags.name(section)] if section else ()
    return {tags.row: rows[0]} if rows else {}


def _blanks(schema: Schema, tags: Tags) -> tuple[dict[str, str], Section | None]:
    """Return names of the table that has most kinds of columns, and that table."""
    tables = [section for section in schema.sections if section.kind == "table"]
    kinds = {"text": ("string",), "number": ("number", "integer", "money"), "choice": ("choice",)}

    def found(section: Section) -> dict[str, str]:
        firsts = {
            blank: next((tags.name(c) for c in section.columns if c.type in types and not c.separator), "")
            for blank, types in kinds.items()
        }
        return {blank: name for blank, name in firsts.items() if name}

    best = max(tables, key=lambda section: len(found(section)), default=None)
    if best is None:
        return {"row": tags.row}, None
    return {"row": tags.row, "rows": tags.name(best), **found(best)}, best
