"""This module says a table by its columns, as JSON has it, and makes it of that again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, Any, overload

from batchreport.plain_values import as_json, as_plain, of_json, of_plain, shared
from batchreport.submission import Record, RowCells, Table

if TYPE_CHECKING:
    from batchreport.values import Value

    _Shape = tuple[Sequence[str], Mapping[str, str]]  # the keys of records, and the letters of their columns
    _Pairs = tuple[tuple[str, str], ...]


class Block:
    """Records that follow each other in a table, with values in the same columns: `rows` has the row of each.

    `keys` has those of their values, `letters` the letters of each column, `first` those of the first. Where a record does
    not stand in one row, these are whole cells, and its row is "".
    """

    def __init__(self, letters: Mapping[str, str], rows: Sequence[str], columns: Mapping[str, Any]) -> None:
        self.letters = letters
        self.first = next(iter(letters.values()), "")
        self.rows = rows
        self.keys = tuple(columns)
        self._said = columns
        self._read: dict[str, Sequence[Value]] = {}

    def column(self, key: str) -> Sequence[Any]:
        """Return the value of each record in a column, None for a blank."""
        if key not in self._read:
            said = self._said.get(key)
            self._read[key] = of_plain(said) if said is not None else (None,) * len(self.rows)
        return self._read[key]


def blocks(records: Iterable[Record]) -> Iterator[Block]:
    """Yield records by their columns, without a record being made if they are packed."""
    if isinstance(records, _Records):
        yield from records.blocks()
        return
    for keys, letters, rows, columns in _runs(records):
        yield Block(letters, rows, dict(zip(keys, columns, strict=True)))


def as_lines(table: Table) -> tuple[bytes, bytes]:
    """Return what is said of a table as two lines of JSON.

    The first is the same for nearly all departments: sheet, headers, and how the records lie there. The second has their
    rows and columns.
    """
    shapes, said = [], []
    for keys, letters, rows, columns in _runs(table.records):
        shapes.append((keys, tuple(letters.items())))
        said.append((rows, [as_plain(column) for column in columns]))
    return _as_layout(table.sheet, tuple(table.headers.items()), tuple(shapes)), as_json(said)


def of_lines(layout: bytes, said: bytes, count: int, faulty: Iterable[str], *, lazily: bool) -> Table:
    """Return the table of `count` records that was said; `lazily`, they are made each time they are gone through."""
    sheet, headers, shapes = _of_layout(layout)
    records = _Records(count, shapes, said)
    # iter: tuple would first make room for as many as are said to be there
    return Table(sheet, records if lazily else tuple(iter(records)), headers, frozenset(faulty))


class _Records(Sequence[Record]):
    """The records of a table, made of what is said of them each time they are gone through."""

    def __init__(self, count: int, shapes: Sequence[_Shape], said: bytes) -> None:
        self._count = count
        self._shapes = shapes
        self._said = said

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Record]:
        for block in self.blocks():
            columns = [shared(block.column(key)) for key in block.keys]
            for row, *values in zip(block.rows, *columns, strict=True):
                yield Record(dict(zip(block.keys, values, strict=True)), RowCells(block.letters, row))

    def blocks(self) -> Iterator[Block]:
        """Yield what `blocks` does."""
        for (keys, letters), (rows, columns) in zip(self._shapes, of_json(self._said), strict=True):
            yield Block(letters, rows, dict(zip(keys, columns, strict=True)))

    @overload
    def __getitem__(self, at: int) -> Record: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Record]: ...
    def __getitem__(self, at: int | slice) -> Record | Sequence[Record]:
        return tuple(self)[at]


@lru_cache(maxsize=1024)
def _as_layout(sheet: str, headers: _Pairs, shapes: tuple[tuple[tuple[str, ...], _Pairs], ...]) -> bytes:
    return as_json((sheet, headers, shapes))


@lru_cache(maxsize=1024)
def _of_layout(line: bytes) -> tuple[str, Mapping[str, str], Sequence[_Shape]]:
    sheet, headers, shapes = of_json(line)
    return sheet, dict(headers), [(keys, dict(letters)) for keys, letters in shapes]


def _runs(records: Iterable[Record]) -> Iterator[tuple[tuple[str, ...], Mapping[str, str], list[str], Iterable[Any]]]:
    """Yield keys, letters, rows and columns of records that follow each other and have the same keys and letters."""
    for (keys, letters, _), run in groupby(records, _shape):
        there = list(run)
        rows = [record.cells.row if isinstance(record.cells, RowCells) else "" for record in there]
        yield keys, letters, rows, zip(*[record.values.values() for record in there], strict=True)


def _shape(record: Record) -> tuple[tuple[str, ...], Mapping[str, str], tuple[str, ...]]:
    """Return the keys of a record, the letters of its columns, or its whole cells, and the order of these."""
    letters = record.cells.columns if isinstance(record.cells, RowCells) else record.cells
    return tuple(record.values), letters, tuple(letters)
