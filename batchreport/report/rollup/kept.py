"""This module keeps of all departments' records the rows with those columns that are asked for; the others can be had."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Sequence
from functools import partial
from itertools import chain
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
    """

    def __init__(self, section: Section, schema: Schema, wanted: Collection[str]) -> None:
        self.section = section
        identity = (schema.identity.name, schema.identity.code)
        self._known = [path.split(".")[1] if path.split(".")[0] == section.key else "" for path in identity]
        self.keys = [key for key in section.by_key if key in wanted and key not in self._known]
        self._columns: list[list[Any]] = [[] for _ in self.keys]
        self._owners: list[Department] = []
        self._own: dict[Department, tuple[int, int, str]] = {}  # where its rows begin and end, and their sheet
        self._rows: tuple[Row, ...] | None = None
        self._placed = bool(section.mark)
        self._lines: list[str] = []
        self._letters: list[Mapping[str, str]] = []
        self._late: dict[str, list[Any]] = {}
        self._places: dict[Department, tuple[str, str]] = {}
        self.kind = _kind(section, self.keys, self._known, self._looked_up)

    def add(self, department: Department, sheet: str, block: Block) -> None:
        """Keep some records more, of the last department or the next."""
        count = len(block.rows)
        first, *_ = self._own.get(department, (len(self._owners),))
        self._owners += [department] * count
        self._own[department] = (first, len(self._owners), sheet)
        for key, column in zip(self.keys, self._columns, strict=True):
            column.extend(shared(block.column(key)))
        if self._placed:
            self._lines += map(intern, block.rows)
            self._letters += [block.letters] * count

    def __len__(self) -> int:
        return len(self._owners)

    def __iter__(self) -> Iterator[Row]:
        if len(self) <= _FEW:
            return iter(self._few())
        return self._made(self._columns, self._owners, 0)

    @overload
    def __getitem__(self, at: int) -> Row: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[Row, ...]: ...
    def __getitem__(self, at: int | slice) -> Row | tuple[Row, ...]:
        if len(self) <= _FEW:
            return self._few()[at]
        if isinstance(at, slice):
            start, stop, step = at.indices(len(self))
            if step != 1:
                return tuple(self)[at]
            return tuple(self._made([column[start:stop] for column in self._columns], self._owners[start:stop], start))
        at = range(len(self))[at]
        return next(self._made([column[at : at + 1] for column in self._columns], self._owners[at : at + 1], at))

    def _few(self) -> tuple[Row, ...]:
        if self._rows is None or len(self._rows) < len(self):
            self._rows = tuple(self._made(self._columns, self._owners, 0))
        return self._rows

    def _made(self, columns: Iterable[list[Any]], owners: Sequence[Department], first: int) -> Iterator[Row]:
        fields = zip(*columns, map(_NAME_OF, owners), owners, range(first, first + len(owners)), strict=True)
        return map(partial(tuple.__new__, self.kind), fields)

    def column(self, key: str) -> Sequence[Any]:
        """Return what stands in one column, by the rows' numbers."""
        if key in self.keys:
            return self._columns[self.keys.index(key)]
        if key in self._known:
            code = key == self._known[1]
            return [owner.code if code else owner.name for owner in self._owners]
        return self._looked_up(key)

    def owner(self, at: int) -> Department:
        """Return the department that a row is of, by the row's number."""
        return self._owners[at]

    def of(self, department: Department) -> tuple[Row, ...]:
        """Return the rows of one department."""
        first, last, _ = self._own.get(department, (0, 0, ""))
        return self[first:last]

    def _looked_up(self, key: str) -> Sequence[Any]:
        """Return what stands in a column that is not kept."""
        if key not in self._late:
            found = self._late[key] = []
            for department, (first, last, _) in self._own.items():
                there = blocks(department.records(self.section.key))
                own = list(chain.from_iterable(block.column(key) for block in there))
                found += (own + [None] * (last - first))[: last - first]
        return self._late[key]

    def place(self, at: int, key: str) -> str:
        """Return where a column of a row stands, by the row's number: file, sheet and cell."""
        department, column = self._owners[at], self._letters[at].get(key)
        if department not in self._places:
            self._places[department] = _place(department.file, self._own[department][2])
        sheet, cell = self._places[department]
        return sheet if column is None else f"{cell}{column}{self._lines[at]}"

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
