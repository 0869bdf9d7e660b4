"""This module knows every name that a template can use, and what kind of thing stands behind it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from batchreport.period import Period
from batchreport.values import Picture

if TYPE_CHECKING:
    from collections.abc import Mapping

    from batchreport.schema import Column, Schema, Section

Uses = frozenset[tuple[str, str]]
"""Columns, each by the key of its section and its own."""
REST = ("补充", "")
"""Stands among columns for all that a template shows nowhere: the values in the rows of `补充`."""

_TYPES: Mapping[str, type] = {
    "string": str, "choice": str, "reference": str, "integer": int, "year": int, "number": Decimal,
    "percent": Decimal, "money": Decimal, "date": date, "boolean": bool, "image": Picture,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kind:
    """What is known of a value while nothing is rendered yet; `uses` says of which columns it is made."""

    uses: Uses = frozenset()


@dataclass(frozen=True, slots=True)
class Unknown(Kind):
    """A value of which nothing is known."""


@dataclass(frozen=True, slots=True)
class Scalar(Kind):
    """A value that can be printed; `type` is what it is in Python.

    Of a column, `texts` has the texts that it can be equal to, which are all there are where it is `closed`, or is no text.
    """

    type: type = object
    texts: tuple[str, ...] | None = None
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Elsewhere(Kind):
    """A picture of which nothing can be printed here."""


@dataclass(frozen=True, slots=True)
class Thing(Kind):
    """A value with named attributes: a row, a form, a period, a group, `loop`.

    `name` is what people call it, `parts` what it gives when it is unpacked.
    """

    name: str = ""
    attributes: Mapping[str, Kind] = field(default_factory=dict)
    parts: tuple[Kind, ...] = ()
    printable: bool = False
    open: bool = False


@dataclass(frozen=True, slots=True)
class Many(Kind):
    """A list; `item` is what each of its members is, `name` what people call it."""

    item: Kind = field(default_factory=Unknown)
    name: str = ""


@dataclass(slots=True)
class Scope:
    """The names known at one point: those of this block, and of the blocks around it."""

    own: dict[str, Kind] = field(default_factory=dict)
    outer: Scope | None = None

    def find(self, name: str) -> Kind | None:
        """Return the kind of `name`, or None."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.own:
                return scope.own[name]
            scope = scope.outer
        return None

    def names(self) -> set[str]:
        """Return every name known here."""
        return set(self.own) | (self.outer.names() if self.outer else set())


def names(schema: Schema) -> dict[str, Kind]:
    """Return what a template sees at the top: every name, and the kind of what stands behind it."""
    top: dict[str, Kind] = {}
    for section in schema.sections:
        attributes = row(section)
        thing: Kind = Thing(name=section.heading(schema.language), attributes=attributes)
        if section.kind == "form":
            top |= attributes
        else:
            thing = Many(item=thing, name=section.heading(schema.language))
        top |= dict.fromkeys(_both(section.key, section.name), thing)
    return top | periods(schema) | past(schema, top) | dict.fromkeys(("补充", "supplement"), _supplement(schema))


def row(section: Section) -> dict[str, Kind]:
    """Return the attributes of a row of `section`: each column by its key and its template name."""
    return {
        name: _column(section, column) for column in section.columns for name in _both(column.key, column.name) if name
    }


def _column(section: Section, column: Column) -> Kind:
    uses = frozenset({(section.key, column.key)})
    if column.type not in _TYPES:
        return Unknown(uses)
    closed = column.type == "choice" and not column.allow_other
    texts = (*column.enum, *column.missing_values) if closed else column.missing_values
    scalar = Scalar(uses, _TYPES[column.type], None if column.type == "image" else texts, closed)
    return Many(uses, scalar, column.shown) if column.separator else scalar


def past(schema: Schema, top: Mapping[str, Kind]) -> dict[str, Kind]:
    """Return the names of what was reported for the periods before; to show that is not to show the report's own."""
    sections = (name for section in schema.sections for name in _both(section.key, section.name))
    data = {name: _unseen(top[name]) for name in sections} | dict.fromkeys(("期间", "period"), _period())
    zh = schema.language == "zh"
    last = Thing(name="上期数据" if zh else "previous_data", attributes=data)
    each = "近期" if zh else "recent"
    every = Many(item=replace(last, name=each), name=each)
    return dict.fromkeys(("上期数据", "previous_data"), last) | dict.fromkeys(("近期", "recent"), every)


def _unseen(kind: Kind) -> Kind:
    """Return a kind that is made of no column of the report's own."""
    if isinstance(kind, Many):
        kind = replace(kind, item=_unseen(kind.item))
    elif isinstance(kind, Thing):
        kind = replace(kind, attributes={name: _unseen(inner) for name, inner in kind.attributes.items()})
    if isinstance(kind, Scalar):
        kind = replace(kind, texts=None)  # of an earlier schema, perhaps
    return replace(kind, uses=frozenset())


def _both(key: str, name: str) -> tuple[str, ...]:
    return (key, name) if name else (key,)


def periods(schema: Schema) -> dict[str, Kind]:
    """Return the names of the period and of those it is compared with."""
    section, key = schema.identity.period.split(".")
    column = schema.column(schema.identity.period)
    own = replace(_period(), uses=frozenset({(section, key)}))
    now = dict.fromkeys((*_both(column.key, column.name), "本期", "current_period"), own)
    return {**now, **dict.fromkeys(("上期", "previous_period", "上年同期", "year_before"), _period())}


def _period(depth: int = 2) -> Thing:
    number, day, text = Scalar(type=int, texts=()), Scalar(type=date), Scalar(type=str)
    known: dict[str, Kind] = {"year": number, "number": number, "kind": text, "start": day, "end": day}
    known |= dict.fromkeys(("label", "end_after"), Unknown())
    other = _period(depth - 1) if depth else Unknown()
    known |= {"previous": other, "year_before": other}
    return Thing(name=Period.__name__, attributes=known, printable=True)


def _supplement(schema: Schema) -> Many:
    name = "补充" if schema.language == "zh" else "supplement"
    text, rest = Scalar(type=str), frozenset({REST})
    headings, rows = Many(item=text), Many(rest, Many(rest, Scalar(rest, str)))
    block: dict[str, Kind] = {
        "标题": text,
        "title": text,
        "列": headings,
        "headings": headings,
        "行": rows,
        "rows": rows,
    }
    return Many(rest, Thing(rest, name, block), name)
