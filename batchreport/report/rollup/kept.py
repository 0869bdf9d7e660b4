"""This module keeps of all departments' records the rows with those columns that are asked for; the others can be had."""

from __future__ import annotations

from collections import namedtuple
from typing import TYPE_CHECKING, Any, ClassVar

from batchreport.findings import Place
from batchreport.packed import picked

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from batchreport.report.rollup.coverage import Department
    from batchreport.schema import Schema, Section

Names = tuple[str, ...]
"""What one attribute is called, in Chinese and in English."""

OF_ROW: tuple[Names, ...] = (("填报单位", "department"), ("单位编码", "department_code"))
"""What stands in front of the columns of every row."""
NAME = "单位名称"
"""The other name of the department, in rows of sections that have no such column."""
_DEPARTMENT = -2  # where it stands in a row


def columns_of(section: Section) -> list[Names]:
    """Return the names of a section's columns."""
    return [(column.key, column.name) for column in section.columns]


def front_of(section: Section) -> list[Names]:
    """Return the names of what is known of a row's department; 单位名称 only where no column is called so."""
    taken = {name for names in columns_of(section) for name in names}
    (zh, en), code = OF_ROW
    return [(zh, en) if NAME in taken else (zh, en, NAME), code]


class Row(tuple[Any, ...]):
    """A record with its department, every column an attribute under each of its names.

    It is a tuple of the columns kept, the department's name, the department and the number of the record in its table.
    A column that is not kept is looked up when it is asked for, for all rows at once.
    """

    __slots__ = ()
    _names: ClassVar[frozenset[str]] = frozenset()
    _whole: ClassVar[Any]

    def __getitem__(self, at: Any) -> Any:
        return getattr(self, at) if isinstance(at, str) and at in self._names else self._whole[at]

    def __eq__(self, other: object) -> bool:
        return self is other or (type(other) is type(self) and self._whole == other._whole)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash(self._whole)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._whole)

    def __len__(self) -> int:
        return len(self._whole)


def department_of(row: Row) -> Department:
    """Return the department that a row is of."""
    return tuple.__getitem__(row, _DEPARTMENT)  # type: ignore[no-any-return]


class Kept:
    """The rows of one section over all departments, in their order."""

    def __init__(self, section: Section, schema: Schema, wanted: Collection[str]) -> None:
        self.section = section
        self.rows: list[Row] = []
        self.lines: list[str] = []
        """The row of the workbook that each stands in, where figures are told; `letters` has the letters of its columns."""
        self.letters: list[Mapping[str, str]] = []
        self._placed = bool(section.mark)
        self._counts = [0]
        self._sheets: dict[Department, str] = {}
        self._fronts: dict[Department, str] = {}
        identity = (schema.identity.name, schema.identity.code)
        known = [path.split(".")[1] if path.split(".")[0] == section.key else "" for path in identity]
        self.keys = [key for key in section.by_key if key in wanted and key not in known]
        self._late: dict[str, dict[Department, list[Any]]] = {}
        self.kind = _kind(section, self.keys, known, self._looked_up)

    def add(self, department: Department) -> None:
        """Keep the records of the next department."""
        table, make, kind = department.table(self.section.key), tuple.__new__, self.kind
        rows, own = self.rows, (department.name, department)
        records = table.records if table else ()
        if records:
            self._sheets[department] = table.sheet if table else ""
        for number, (_, letters, line, values) in enumerate(picked(records, self.keys)):
            rows.append(make(kind, (*values, *own, number)))
            if self._placed:
                self.lines.append(line)
                self.letters.append(letters)
        self._counts.append(len(rows))

    def of(self, at: int) -> tuple[Row, ...]:
        """Return the rows of one department, by its number."""
        return tuple(self.rows[self._counts[at] : self._counts[at + 1]])

    def _looked_up(self, key: str) -> Mapping[Department, Sequence[Any]]:
        """Return what stands in a column that is not kept, by department and record."""
        if key not in self._late:
            section = self.section.key
            self._late[key] = {
                one: [value for *_, (value,) in picked(one.records(section), [key])] for one in self._sheets
            }
        return self._late[key]

    def place(self, at: int, key: str) -> str:
        """Return where a column of a row stands, by the row's number: file, sheet and cell."""
        department, column = department_of(self.rows[at]), self.letters[at].get(key)
        if column is None:
            return Place(file=department.file, sheet=self._sheets[department]).text("zh")
        if department not in self._fronts:
            place = Place(file=department.file, sheet=self._sheets[department], cell="A")
            self._fronts[department] = place.text("zh").removesuffix("A")
        return f"{self._fronts[department]}{column}{self.lines[at]}"

    def changed(self, row: Row, told: Mapping[str, Any], *more: Any, kind: type[Row] | None = None) -> Row:
        """Return a row with other values in columns that are kept; one of another kind has `more` at its end."""
        own = list(tuple.__iter__(row))
        for key, value in told.items():
            own[self.keys.index(key)] = value
        return tuple.__new__(kind or self.kind, (*own, *more))


def _kind(section: Section, keys: Sequence[str], known: Sequence[str], looked_up: Callable[[str], Any]) -> type[Row]:
    """Return the kind of a section's rows.

    `known` has the columns that are the department's own name and code, `looked_up` gives those that are not kept.
    """
    fields = namedtuple("fields", [f"at{at}" for at in range(len(keys) + 3)])  # type: ignore[misc]  # noqa: PYI024
    getters: list[Any] = [vars(fields)[f"at{at}"] for at in range(len(keys) + 3)]
    *items, name, department, number = getters
    code: Any = property(lambda row: department.__get__(row).code)
    kept = dict(zip(keys, items, strict=True)) | dict(zip(known, (name, code), strict=True))
    attributes: dict[str, Any] = {"__slots__": ()}

    def late(key: str) -> property:
        return property(lambda row: looked_up(key)[department.__get__(row)][number.__get__(row)])

    for column in section.columns:
        item = kept.get(column.key) or late(column.key)
        attributes |= dict.fromkeys(filter(None, (column.key, column.name)), item)
    for names, item in zip(front_of(section), (name, code), strict=True):
        attributes |= dict.fromkeys(names, item)
    every = [names[0] for names in (*columns_of(section), *front_of(section))]
    attributes["_whole"] = property(lambda row: tuple([getattr(row, each) for each in every]))
    attributes["_names"] = frozenset(attributes) - {"__slots__", "_whole"}
    return type(section.key, (Row,), attributes)


def with_rank(kind: type[Row], names: Names) -> type[Row]:
    """Return the kind of rows that have one thing more, at their end."""
    rank = property(lambda row: tuple.__getitem__(row, -1))
    attributes: dict[str, Any] = {"__slots__": (), **dict.fromkeys(names, rank)}
    attributes["_whole"] = property(lambda row: (*kind._whole.__get__(row), tuple.__getitem__(row, -1)))  # noqa: SLF001
    attributes["_names"] = kind._names | set(names)  # noqa: SLF001
    return type(kind.__name__, (kind,), attributes)
