"""This module keeps of all departments' records the rows with those columns that are asked for; the others can be had."""

from __future__ import annotations

from array import array
from collections import namedtuple
from collections.abc import Sequence
from functools import partial
from itertools import chain, repeat
from operator import attrgetter
from sys import intern
from typing import TYPE_CHECKING, Any, ClassVar, overload

from batchreport.findings import Place
from batchreport.plain_table import blocks
from batchreport.plain_values import shared

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    from batchreport.plain_table import Block
    from batchreport.report.rollup.coverage import Department
    from batchreport.schema import Schema, Section

Names = tuple[str, ...]
"""What one attribute is called, in Chinese and in English."""

OF_ROW: tuple[Names, ...] = (("填报单位", "department"), ("单位编码", "department_code"))
"""What stands in front of the columns of every row."""
NAME = "单位名称"
"""The other name of the department, in rows of sections that have no such column."""
_DEPARTMENT = -2  # where it stands in a row
_FEW = 50_000  # rows
_NAME_OF = attrgetter("name")


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

    It is a tuple of the columns kept, the department's name, the department and the row's number among all.
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


class Kept(Sequence[Row]):
    """The rows of one section over all departments, in their order.

    They are held by columns, which takes half the memory, and made each time they are gone through; few are then kept.
    Departments and lines are held as numbers of four bytes each.
    """

    def __init__(self, section: Section, schema: Schema, wanted: Collection[str]) -> None:
        self.section = section
        identity = (schema.identity.name, schema.identity.code)
        self._known = [path.split(".")[1] if path.split(".")[0] == section.key else "" for path in identity]
        self.keys = [key for key in section.by_key if key in wanted and key not in self._known]
        self._columns: list[list[Any]] = [[] for _ in self.keys]
        self._departments: list[Department] = []
        self._sheets: list[str] = []
        self._begins = array("I")  # where the rows of each begin
        self._own: dict[Department, int] = {}  # their numbers
        self._owners = array("I")
        self._rows: tuple[Row, ...] | None = None
        self._placed = bool(section.mark)
        self._lines = array("I")  # 0 where a record does not stand in one row: then its letters are whole cells
        self._letters: list[Mapping[str, str]] = []
        self._lettered = array("I")
        self._late: dict[str, list[Any]] = {}
        self._places: dict[int, tuple[str, str]] = {}
        self.kind = _kind(section, self.keys, self._known, self._looked_up)

    def add(self, department: Department, sheet: str, block: Block) -> None:
        """Keep some records more, of the last department or the next."""
        if department not in self._own:
            self._own[department] = len(self._departments)
            self._departments.append(department)
            self._sheets.append(intern(sheet))
            self._begins.append(len(self))
        count = len(block.rows)
        self._owners.extend(repeat(self._own[department], count))
        for key, column in zip(self.keys, self._columns, strict=True):
            column.extend(shared(block.column(key)))
        if self._placed:
            if not self._letters or self._letters[-1] is not block.letters:
                self._letters.append(block.letters)
            self._lettered.extend(repeat(len(self._letters) - 1, count))
            self._lines.extend(int(row or 0) for row in block.rows)

    def __len__(self) -> int:
        return len(self._owners)

    def __iter__(self) -> Iterator[Row]:
        if len(self) <= _FEW:
            return iter(self._few())
        return self._made(self._columns, range(len(self)))

    @overload
    def __getitem__(self, at: int) -> Row: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[Row, ...]: ...
    def __getitem__(self, at: int | slice) -> Row | tuple[Row, ...]:
        if len(self) <= _FEW:
            return self._few()[at]
        if isinstance(at, slice):
            numbers = range(len(self))[at]
            return tuple(self._made([column[at] for column in self._columns], numbers))
        at = range(len(self))[at]
        return next(self._made([column[at : at + 1] for column in self._columns], range(at, at + 1)))

    def _few(self) -> tuple[Row, ...]:
        if self._rows is None or len(self._rows) < len(self):
            self._rows = tuple(self._made(self._columns, range(len(self))))
        return self._rows

    def _made(self, columns: Iterable[list[Any]], numbers: range) -> Iterator[Row]:
        """Return the rows of those numbers, of which `columns` are the columns."""
        fields = zip(*columns, map(_NAME_OF, map(self.owner, numbers)), map(self.owner, numbers), numbers, strict=True)
        return map(partial(tuple.__new__, self.kind), fields)

    def column(self, key: str) -> Sequence[Any]:
        """Return what stands in one column, by the rows' numbers."""
        if key in self.keys:
            return self._columns[self.keys.index(key)]
        if key in self._known:
            code = key == self._known[1]
            said = [owner.code if code else owner.name for owner in self._departments]
            return [said[own] for own in self._owners]
        return self._looked_up(key)

    def owner(self, at: int) -> Department:
        """Return the department that a row is of, by the row's number."""
        return self._departments[self._owners[at]]

    def of(self, department: Department) -> tuple[Row, ...]:
        """Return the rows of one department."""
        return self[slice(*self._span(self._own[department]))] if department in self._own else ()

    def _span(self, own: int) -> tuple[int, int]:
        """Return where the rows of a department begin and end."""
        return self._begins[own], self._begins[own + 1] if own + 1 < len(self._begins) else len(self)

    def _looked_up(self, key: str) -> Sequence[Any]:
        """Return what stands in a column that is not kept."""
        if key not in self._late:
            found = self._late[key] = []
            for at, department in enumerate(self._departments):
                first, last = self._span(at)
                there = blocks(department.records(self.section.key))
                own = list(chain.from_iterable(block.column(key) for block in there))
                found += (own + [None] * (last - first))[: last - first]
        return self._late[key]

    def place(self, at: int, key: str) -> str:
        """Return where a column of a row stands, by the row's number: file, sheet and cell."""
        own, column = self._owners[at], self._letters[self._lettered[at]].get(key)
        if own not in self._places:
            self._places[own] = _place(self._departments[own].file, self._sheets[own])
        sheet, cell = self._places[own]
        return sheet if column is None else f"{cell}{column}{self._lines[at] or ''}"

    def changed(self, row: Row, told: Mapping[str, Any], *more: Any, kind: type[Row] | None = None) -> Row:
        """Return a row with other values in columns that are kept; one of another kind has `more` at its end."""
        own = list(tuple.__iter__(row))
        for key, value in told.items():
            own[self.keys.index(key)] = value
        return tuple.__new__(kind or self.kind, (*own, *more))


def _place(file: str, sheet: str) -> tuple[str, str]:
    """Return a sheet as a place, and what stands before the cell in one of its places."""
    cell = Place(file=file, sheet=sheet, cell="A").text("zh")
    return Place(file=file, sheet=sheet).text("zh"), cell.removesuffix("A")


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
        return property(lambda row: looked_up(key)[number.__get__(row)])

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
