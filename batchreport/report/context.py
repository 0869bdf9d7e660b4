"""This module turns a submission into what a template sees: names, rows, and what the template shows nowhere."""

from __future__ import annotations

from dataclasses import dataclass, replace
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from batchreport.values import Picture

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from batchreport.schema import Column, Schema, Section
    from batchreport.submission import Record, Submission
    from batchreport.values import Value

_FORM_HEADINGS = {"zh": ("项目", "内容"), "en": ("Item", "Content")}


@dataclass(frozen=True, slots=True)
class Block:
    """What a section holds beyond what the template shows: a title, headings, and the values row by row."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]

    @property
    def 标题(self) -> str:  # noqa: N802, PLC2401  (the name that Chinese templates use)
        """The title."""
        return self.title

    @property
    def 列(self) -> tuple[str, ...]:  # noqa: N802, PLC2401
        """The headings."""
        return self.headings

    @property
    def 行(self) -> tuple[tuple[Value, ...], ...]:  # noqa: N802, PLC2401
        """The rows."""
        return self.rows


class Contexts:
    """Makes the context of one submission after another for one schema and one template.

    `uses` has the columns that the template shows, as pairs of section and column key; what else is filled in goes
    into `补充`, so that it is in the report all the same.
    """

    def __init__(self, schema: Schema, uses: Iterable[tuple[str, str]]) -> None:
        identity = (schema.identity.name, schema.identity.code, schema.identity.period)
        self._schema = schema
        self._uses = {*uses, *((path.split(".")[0], path.split(".")[1]) for path in identity if path)}
        self._rows = {section.key: _row_type(section) for section in schema.sections}

    def of(self, submission: Submission) -> dict[str, Any]:
        """Return the context of a submission whose period is known."""
        period = submission.period
        context: dict[str, Any] = {}
        for section in self._schema.sections:
            rows = self._section_rows(section, submission)
            value: Any = (rows[0] if rows else self._blank(section)) if section.kind == "form" else rows
            context[section.key] = value
            if section.name:
                context[section.name] = value
            if section.kind == "form":
                context |= _fields(section, value)
        context |= self._identity(submission)
        context["本期"] = context["current_period"] = period
        context["上期"] = context["previous_period"] = period.previous if period else None
        context["上年同期"] = context["year_before"] = period.year_before if period else None
        context["补充"] = context["supplement"] = self._supplement(submission)
        return context

    def _section_rows(self, section: Section, submission: Submission) -> tuple[Any, ...]:
        make = self._rows[section.key]
        return tuple(make(map(record.values.get, section.by_key)) for record in _records(section, submission))

    def _blank(self, section: Section) -> Any:
        return self._rows[section.key]([None] * len(section.columns))

    def _identity(self, submission: Submission) -> dict[str, Any]:
        """Return the form's names for department and period, which are known even where the form is not there."""
        identity = self._schema.identity
        known = (
            (identity.name, submission.name),
            (identity.code, submission.department),
            (identity.period, submission.period),
        )
        named: dict[str, Any] = {}
        for path, value in known:
            if path:
                column = self._schema.column(path)
                named |= {name: value for name in (column.key, column.name) if name}
        return named

    def _supplement(self, submission: Submission) -> tuple[Block, ...]:
        return tuple(
            block for section in self._schema.sections if (block := self._block(section, submission)) is not None
        )

    def _block(self, section: Section, submission: Submission) -> Block | None:
        records = _records(section, submission)
        unshown = [
            column
            for column in section.columns
            if (section.key, column.key) not in self._uses and any(_filled(record, column) for record in records)
        ]
        if not unshown:
            return None
        title = section.heading(self._schema.language)
        if section.kind == "form":
            pairs = tuple((self._heading(column), records[0].values[column.key]) for column in unshown)
            return Block(title, _FORM_HEADINGS[self._schema.language], pairs)
        return self._table_block(title, section, unshown, records)

    def _table_block(self, title: str, section: Section, unshown: list[Column], records: Sequence[Record]) -> Block:
        """Return the unshown columns beside the one that tells the records apart."""
        shown = [column for column in section.columns if column not in unshown]
        naming = [next((column for column in shown if column.required), shown[0])] if shown else []
        columns = [*naming, *unshown]
        rows = tuple(
            tuple(record.values.get(column.key) for column in columns)
            for record in records
            if any(_filled(record, column) for column in unshown)
        )
        return Block(title, tuple(self._heading(column) for column in columns), rows)

    def _heading(self, column: Column) -> str:
        return column.heading(self._schema.language)


def _records(section: Section, submission: Submission) -> Sequence[Record]:
    """Return the records of a section; a picture is told by the first text of its record, for who cannot see it."""
    table = submission.tables.get(section.key)
    records = table.records if table else ()
    images = [column.key for column in section.columns if column.type == "image"]
    texts = [column.key for column in section.columns if column.type == "string"]
    return [_told(record, images, texts) for record in records] if images and texts else records


def _told(record: Record, images: Iterable[str], texts: Iterable[str]) -> Record:
    alt = next((text for key in texts if isinstance(text := record.values.get(key), str)), "")
    pictures = {key: replace(value, alt=alt) for key in images if isinstance(value := record.values.get(key), Picture)}
    return replace(record, values={**record.values, **pictures}) if pictures else record


def _filled(record: Record, column: Column) -> bool:
    return record.values.get(column.key) is not None


def _row_type(section: Section) -> type[tuple[Any, ...]]:
    """Return a tuple type whose items are attributes under both their key and their title.

    A tuple, because templates read attributes far more often than rows are made, and `itemgetter` does it in C.
    """
    fields: dict[str, Any] = {"__slots__": ()}
    for index, column in enumerate(section.columns):
        for name in (column.key, column.name):
            if name:
                fields[name] = property(itemgetter(index))
    return type(section.key, (tuple,), fields)


def _fields(section: Section, row: Any) -> Mapping[str, Any]:
    """Return a form's values under their keys and titles."""
    named: dict[str, Any] = {}
    for column, value in zip(section.columns, row, strict=True):
        named[column.key] = value
        if column.name:
            named[column.name] = value
    return named
