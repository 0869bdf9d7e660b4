"""This module turns a submission into what a template sees: names, rows, and what the template shows nowhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from batchreport.report.recent import PeriodData, fitting, recent
from batchreport.report.tables import Tables, records_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from batchreport.packed import Earlier
    from batchreport.report.shown.layout import Use
    from batchreport.report.shown.watch import Watch
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
    into `补充`, so that it is in the report all the same. `supplements` tells whether the template asks for it. `watch` sees
    what is read of the last submission.
    """

    def __init__(
        self, schema: Schema, uses: Iterable[Use], *, supplements: bool = True, watch: Watch | None = None
    ) -> None:
        identity = (schema.identity.name, schema.identity.code, schema.identity.period)
        self._schema = schema
        shown = {*uses, *((path.split(".")[0], path.split(".")[1]) for path in identity if path)}
        self._unshown = tuple(
            (section, [column for column in section.columns if (section.key, column.key) not in shown])
            for section in schema.sections
            if supplements
        )
        self._tables = Tables(schema, watch)
        self._watch = watch

    @property
    def beside(self) -> dict[Use, tuple[str, ...]]:
        """The columns that tell records apart in `补充`, each with those whose values it stands beside there."""
        tables = [(section, columns) for section, columns in self._unshown if section.kind != "form"]
        return {
            (section.key, named.key): tuple(column.key for column in unshown)
            for section, unshown in tables
            for named in _naming(section, unshown)
        }

    def of(self, submission: Submission, earlier: Sequence[Earlier] = ()) -> dict[str, Any]:
        """Return the context of a submission whose period is known; `earlier` has what came before, oldest first."""
        period = submission.period
        if self._watch:
            self._watch.restart()
        sections = self._tables.of(submission)
        context = dict(sections)
        for section in self._schema.sections:
            if section.kind == "form":
                context |= _fields(section, sections[section.key])
        context |= self._identity(submission)
        context["本期"] = context["current_period"] = period
        context["上期"] = context["previous_period"] = period.previous if period else None
        context["上年同期"] = context["year_before"] = period.year_before if period else None
        context["补充"] = context["supplement"] = self._supplement(submission)
        if period:
            context |= recent(PeriodData(period, lambda: sections), earlier, self._earlier)
        return context

    def _earlier(self, one: Earlier) -> Mapping[str, Any]:
        return self._tables.of(fitting(self._schema, one.submission))

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
        blocks = (self._block(section, unshown, submission) for section, unshown in self._unshown if unshown)
        return tuple(block for block in blocks if block is not None)

    def _block(self, section: Section, unshown: list[Column], submission: Submission) -> Block | None:
        records = records_of(section, submission)
        filled = [column for column in unshown if any(record.values.get(column.key) is not None for record in records)]
        if not filled:
            return None
        title = section.heading(self._schema.language)
        if section.kind == "form":
            pairs = tuple((self._heading(column), records[0].values[column.key]) for column in filled)
            return Block(title, _FORM_HEADINGS[self._schema.language], pairs)
        return self._table_block(title, section, filled, records)

    def _table_block(self, title: str, section: Section, unshown: list[Column], records: Sequence[Record]) -> Block:
        """Return the unshown columns beside the one that tells the records apart, where it says anything."""
        told = [record for record in records if any(record.values.get(column.key) is not None for column in unshown)]
        naming = _naming(section, unshown)
        named = [column for column in naming if any(record.values.get(column.key) is not None for record in told)]
        columns = [*named, *unshown]
        keys = [column.key for column in columns]
        rows = tuple([tuple(map(record.values.get, keys)) for record in told])
        return Block(title, tuple(self._heading(column) for column in columns), rows)

    def _heading(self, column: Column) -> str:
        return column.heading(self._schema.language)


def _naming(section: Section, unshown: list[Column]) -> list[Column]:
    """Return the column that tells the records of a section apart, if it is not among those that are unshown."""
    left = {column.key for column in unshown}
    shown = [column for column in section.columns if column.key not in left and column.type != "image"]
    return [next((column for column in shown if column.required), shown[0])] if shown else []


def _fields(section: Section, row: Any) -> Mapping[str, Any]:
    """Return a form's values under their keys and titles."""
    named: dict[str, Any] = {}
    for column, value in zip(section.columns, row, strict=True):
        named[column.key] = value
        if column.name:
            named[column.name] = value
    return named
