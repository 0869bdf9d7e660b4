"""This module makes of a submission's records the rows that a template goes through."""

from __future__ import annotations

from dataclasses import replace
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from batchreport.values import Picture

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from batchreport.schema import Schema, Section
    from batchreport.submission import Record, Submission


class Tables:
    """The sections of a schema as a template has them: a tuple of rows, or the one row of a form."""

    def __init__(self, schema: Schema) -> None:
        self._sections = tuple((section, _row_type(section)) for section in schema.sections)

    def of(self, submission: Submission) -> dict[str, Any]:
        """Return every section by its key and by its name; a form that is not there is a row of blanks."""
        made: dict[str, Any] = {}
        for section, row in self._sections:
            table = _made(section, row, submission)
            made |= {name: table for name in (section.key, section.name) if name}
        return made


def _made(section: Section, row: type[tuple[Any, ...]], submission: Submission) -> Any:
    keys = tuple(section.by_key)
    rows = tuple(row(map(record.values.get, keys)) for record in records_of(section, submission))
    if section.kind == "form":
        return rows[0] if rows else row([None] * len(keys))
    return rows


def records_of(section: Section, submission: Submission) -> Sequence[Record]:
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
