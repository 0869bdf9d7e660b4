"""This module makes of a submission's records the rows that a template goes through."""

from __future__ import annotations

from dataclasses import replace
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from batchreport.values import Picture

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from batchreport.report.shown.watch import Watch
    from batchreport.schema import Schema, Section
    from batchreport.submission import Record, Submission
    from batchreport.values import Value

    _Row = type[tuple[Any, ...]]
    _Picker = Callable[[Mapping[str, Value]], tuple[Any, ...]]


class Tables:
    """The sections of a schema as a template has them: a tuple of rows, or the one row of a form; `watch` sees what is read."""

    def __init__(self, schema: Schema, watch: Watch | None = None) -> None:
        self._sections = tuple((section, _row_type(section, watch), _picker(section)) for section in schema.sections)

    def of(self, submission: Submission) -> dict[str, Any]:
        """Return every section by its key and by its name; a form that is not there is a row of blanks."""
        made: dict[str, Any] = {}
        for section, row, pick in self._sections:
            rows = _rows(section, row, pick, submission)
            form = section.kind == "form"
            made[section.key] = (rows[0] if rows else row([None] * len(section.columns))) if form else rows
            if section.name:
                made[section.name] = made[section.key]
        return made


def _rows(section: Section, row: _Row, pick: _Picker, submission: Submission) -> tuple[Any, ...]:
    records = records_of(section, submission)
    try:
        return tuple([row(pick(record.values)) for record in records])
    except KeyError:  # a column is not in the sheet
        return tuple([row(map(record.values.get, section.by_key)) for record in records])


def _picker(section: Section) -> _Picker:
    """Return what takes the values of a whole record at once."""
    keys = tuple(section.by_key)
    return itemgetter(*keys) if len(keys) > 1 else lambda values: (values[keys[0]],)


def records_of(section: Section, submission: Submission) -> Sequence[Record]:
    """Return the records of a section; a picture is told by the first text of its record, for who cannot see it."""
    table = submission.tables.get(section.key)
    records = table.records if table else ()
    images = [column.key for column in section.columns if column.type == "image"]
    if not images or not records:
        return records
    texts = [column.key for column in section.columns if column.type == "string"]
    return [_told(record, images, texts) for record in records] if texts else records


def _told(record: Record, images: Iterable[str], texts: Iterable[str]) -> Record:
    alt = next((text for key in texts if isinstance(text := record.values.get(key), str)), "")
    pictures = {key: replace(value, alt=alt) for key in images if isinstance(value := record.values.get(key), Picture)}
    return replace(record, values={**record.values, **pictures}) if pictures else record


def _row_type(section: Section, watch: Watch | None) -> _Row:
    """Return a tuple type whose items are attributes under both their key and their title.

    A tuple, because templates read attributes far more often than rows are made, and `itemgetter` does it in C.
    """
    fields: dict[str, Any] = {"__slots__": ()}
    for index, column in enumerate(section.columns):
        get = watch.getter((section.key, column.key), itemgetter(index)) if watch else itemgetter(index)
        for name in (column.key, column.name):
            if name:
                fields[name] = property(get)
    return type(section.key, (tuple,), fields)
