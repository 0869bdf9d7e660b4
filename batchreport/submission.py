"""This module holds a submission: a workbook as read, in which every value knows its cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from batchreport.findings import Finding, Place, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pandas as pd

    from batchreport.period import Period
    from batchreport.values import Value


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a blank workbook carries, hidden, so that it is recognised when it comes back.

    `form` is the schema's, "" in workbooks from the time when stamps had none.
    """

    schema: str
    version: int
    department: str
    period: str
    revision: int
    form: str = ""


class RowCells(Mapping[str, str]):
    """The cells of a record that stands in one row: the letters of each column, which all such records share, and the row."""

    __slots__ = ("columns", "row")

    def __init__(self, columns: Mapping[str, str], row: str) -> None:
        self.columns = columns
        self.row = row

    def __getitem__(self, key: str) -> str:
        return self.columns[key] + self.row

    def __iter__(self) -> Iterator[str]:
        return iter(self.columns)

    def __len__(self) -> int:
        return len(self.columns)

    def __contains__(self, key: object) -> bool:
        return key in self.columns

    def __repr__(self) -> str:
        return repr(dict(self))


@dataclass(frozen=True, slots=True)
class Record:
    """One row of a table, or the whole of a form: values by column key, and the cell of each ("C7")."""

    values: Mapping[str, Value]
    cells: Mapping[str, str]

    @property
    def first(self) -> str:
        """Its first cell."""
        return next((self.cells[key] for key in self.cells), "")

    @property
    def row(self) -> int:
        """The row of its first cell, counted from 1."""
        return int((self.first or "A1").lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))


@dataclass(frozen=True, slots=True)
class Table:
    """One section as it was found: the name its sheet really has, and its records.

    `headers` holds the cell of each column that is there. `faulty` holds the cells whose content could not be
    understood, so that nothing more is said about them. `totals` are the rows that are no records but sums of some.
    """

    sheet: str
    records: Sequence[Record] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    faulty: frozenset[str] = frozenset()
    totals: tuple[Record, ...] = field(default=(), repr=False, compare=False)  # checked as they are read, and not kept


@dataclass(frozen=True, slots=True)
class Submission:
    """A workbook as read.

    `tables` has an entry for every section that the workbook holds; `sheets` has every sheet as a DataFrame of
    objects without header, so that `sheets["统计数据"].iat[6, 2]` is what stands in C7.
    """

    file: str
    department: str = ""
    name: str = ""
    period: Period | None = None
    revision: int = 0
    stamp: Stamp | None = None
    tables: Mapping[str, Table] = field(default_factory=dict)
    sheets: Mapping[str, pd.DataFrame] = field(default_factory=dict, repr=False, compare=False)
    findings: tuple[Finding, ...] = ()

    @property
    def good(self) -> bool:
        """Whether nothing keeps a report from being made."""
        return not any(finding.severity is Severity.ERROR for finding in self.findings)

    @property
    def wrong(self) -> tuple[tuple[str, str], ...]:
        """The cells that an error was found about, as pairs of sheet and cell, in the order of the findings."""
        places = (one.place for one in self.findings if one.severity is Severity.ERROR and one.place.cell)
        return tuple(dict.fromkeys((place.sheet, place.cell) for place in places))

    @property
    def sound(self) -> Submission:
        """The submission with a blank for every value that an error was found about."""
        return self.with_values(dict.fromkeys(self.wrong))

    def with_values(self, values: Mapping[tuple[str, str], Value]) -> Submission:
        """Return the submission with other values in some cells, each told by its sheet and cell."""
        if not values:
            return self

        def changed(table: Table, record: Record) -> Record:
            new = {key: values[at] for key, cell in record.cells.items() if (at := (table.sheet, cell)) in values}
            return replace(record, values={**record.values, **new})

        tables = {
            key: replace(table, records=tuple(changed(table, record) for record in table.records))
            for key, table in self.tables.items()
        }
        return replace(self, tables=tables)

    @property
    def frames(self) -> dict[str, pd.DataFrame]:
        """The typed records of each section as a DataFrame of objects, indexed by the row they stand in (from 1)."""
        import pandas as pd  # noqa: PLC0415  (a second of start-up that only callers of this property need)

        return {
            key: pd.DataFrame(
                [dict(record.values) for record in table.records],
                index=pd.Index([record.row for record in table.records], dtype="int64", name="row"),
                dtype=object,
            )
            for key, table in self.tables.items()
        }

    def place(self, section: str, cell: str = "") -> Place:
        """Return the place of a cell of a section."""
        table = self.tables.get(section)
        return Place(file=self.file, sheet=table.sheet if table else "", cell=cell)

    def with_findings(self, findings: Iterable[Finding]) -> Submission:
        """Return the submission with more findings, after those it has."""
        more = tuple(findings)
        return replace(self, findings=(*self.findings, *more)) if more else self
