"""This module packs a submission into bytes that keep, and makes it of them again."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import groupby
from operator import itemgetter
from sys import intern
from typing import TYPE_CHECKING, Any, overload

from batchreport.names import fold
from batchreport.period import Period
from batchreport.plain_values import as_json, of_json, values
from batchreport.submission import Record, RowCells, Submission, Table

if TYPE_CHECKING:
    from collections.abc import Iterable

_FORM = b"2"  # the first word of packed bytes; another one is another version's
_LOOK_BACK = 12
_LEVEL = 1  # of zlib: four times as quick as the usual one, for a quarter more bytes


class DamagedError(ValueError):
    """Bytes that are no packed submission, or no longer one."""


def pack(submission: Submission) -> bytes:
    """Return what a submission says, and where each value stands, as bytes: the same for the same submission.

    Its stamp, findings and sheets stay behind, and so do the bytes of its pictures. The records of each table are
    packed by themselves.
    """
    packed = {key: _Packed.of(table) for key, table in submission.tables.items()}
    said = {
        "file": submission.file,
        "department": submission.department,
        "name": submission.name,
        "revision": submission.revision,
        "tables": {key: one.said for key, one in packed.items()},
    }
    whole = _pressed(said)
    body = b"".join([whole, *(one.records for one in packed.values())])
    return b"%s %s %d %d\n%s" % (_FORM, str(submission.period or "").encode(), zlib.crc32(body), len(whole), body)


def unpack(packed: bytes, *, lazily: bool = False) -> Submission:
    """Return the submission that was packed; `lazily`, records are made anew each time they are gone through.

    So many submissions can be held at once. Raises `DamagedError` for bytes that `pack` did not make.
    """
    head, _, body = packed.partition(b"\n")
    try:
        form, period, check, size = head.split(b" ")
        if form != _FORM or zlib.crc32(body) != int(check):
            raise DamagedError(repr(head))
        said = json.loads(zlib.decompress(body[: int(size)]))
        tables, at = {}, int(size)
        for key, table in said["tables"].items():
            records = _Records(table["count"], body[at : at + table["size"]])
            at += table["size"]
            headers = _shared(tuple(table["headers"].items()))
            tables[key] = Table(
                table["sheet"], records if lazily else tuple(records), headers, frozenset(table["faulty"])
            )
        who = (said["file"], said["department"], said["name"], Period.parse(period.decode("ascii")), said["revision"])
        return Submission(*who, tables=tables)
    except (zlib.error, ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError) as problem:
        raise DamagedError(str(problem)) from None


class Block:
    """Records that follow each other in a table, with values in the same columns: `rows` has the row of each.

    `letters` has the letters of each column, `first` those of the first. Where a record does not stand in one row, these
    are whole cells, and its row is "".
    """

    def __init__(self, letters: Mapping[str, str], rows: Sequence[str], said: Mapping[str, Sequence[Any]]) -> None:
        self.letters = letters
        self.first = next(iter(letters.values()), "")
        self.rows = rows
        self._said = said
        self._read: dict[str, Sequence[Any]] = {}

    def column(self, key: str) -> Sequence[Any]:
        """Return the value of each record in a column, None for a blank."""
        if key not in self._read:
            said = self._said.get(key)
            self._read[key] = values(said) if said is not None else (None,) * len(self.rows)
        return self._read[key]


def blocks(records: Sequence[Record]) -> Iterator[Block]:
    """Yield records by their columns, without a record being made if they are packed."""
    if isinstance(records, _Records):
        yield from records.blocks()
        return
    for record in records:
        cells = record.cells
        letters, row = (cells.columns, cells.row) if isinstance(cells, RowCells) else (cells, "")
        yield Block(letters, (row,), {key: (value,) for key, value in record.values.items()})


def period_of(packed: bytes) -> Period | None:
    """Return the period of a packed submission, which costs nothing; None for bytes that are none, too."""
    form, _, rest = packed.partition(b"\n")[0].partition(b" ")
    return Period.parse(rest.partition(b" ")[0].decode("ascii", "replace")) if form == _FORM else None


def key_of(code: str, name: str) -> str:
    """Return by what a department is known from one period to the next: its code, or its name where it has none."""
    return fold(code or name)


@dataclass(frozen=True)
class Earlier:
    """A packed submission of an earlier period, unpacked when first looked into."""

    period: Period
    packed: bytes

    @cached_property
    def submission(self) -> Submission:
        """The submission; an empty one, where it is damaged."""
        return self._unpacked(lazily=False)

    @property
    def lazy(self) -> Submission:
        """The submission, its records made anew each time they are gone through."""
        return self._unpacked(lazily=True)

    def _unpacked(self, *, lazily: bool) -> Submission:
        try:
            return unpack(self.packed, lazily=lazily)
        except DamagedError:
            return Submission("", period=self.period)


def before(past: Iterable[bytes], period: Period) -> tuple[Earlier, ...]:
    """Return what `past`, a department's packed submissions, has for the twelve periods before `period`, oldest first."""
    known = {period_of(packed): packed for packed in past}
    return tuple(Earlier(one, known[one]) for one in reversed(periods_before(period)) if one in known)


def periods_before(period: Period) -> list[Period]:
    """Return the twelve periods before one, of its own kind, the latest first; the year before is among them."""
    return [period := period.previous for _ in range(_LOOK_BACK)]


def _pressed(said: Any) -> bytes:
    return zlib.compress(as_json(said), _LEVEL)


@dataclass(frozen=True, slots=True)
class _Packed:
    """A table: what is said of it, and its records."""

    said: Mapping[str, Any]
    records: bytes

    @classmethod
    def of(cls, table: Table) -> _Packed:
        """Return a table packed; records whose values stand in the same columns, as nearly all do, share one shape."""
        shapes: list[_Shape] = []
        told = []
        for record in table.records:
            if not shapes or not shapes[-1].fits(record):
                shapes.append(_Shape.of(record))
            told.append((len(shapes) - 1, shapes[-1].row(record), *record.values.values()))
        records = _pressed({"shapes": [(shape.keys, shape.cells, shape.columns) for shape in shapes], "records": told})
        said = {
            "sheet": table.sheet,
            "headers": dict(table.headers),
            "faulty": sorted(table.faulty),
            "count": len(told),
            "size": len(records),
        }
        return cls(said, records)


@lru_cache(maxsize=1024)
def _shared(pairs: tuple[tuple[str, str], ...]) -> Mapping[str, str]:
    """Return a mapping that all tables and records of one form share."""
    return dict(pairs)


class _Records(Sequence[Record]):
    """The records of a table, made of their bytes each time they are gone through."""

    def __init__(self, count: int, packed: bytes) -> None:
        self._count = count
        self._packed = packed

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Record]:
        said = of_json(zlib.decompress(self._packed))
        shapes = [(keys, _shared(tuple(zip(cells, columns, strict=True)))) for keys, cells, columns in said["shapes"]]
        for shape, row, *told in said["records"]:
            keys, cells = shapes[shape]
            read = [intern(value) if type(value) is str else value for value in values(told)]
            yield Record(dict(zip(keys, read, strict=True)), RowCells(cells, row))

    def blocks(self) -> Iterator[Block]:
        """Yield what `blocks` does."""
        said = of_json(zlib.decompress(self._packed))
        for shape, records in groupby(said["records"], itemgetter(0)):
            keys, cells, columns = said["shapes"][shape]
            _, rows, *told = zip(*records, strict=True)
            letters = _shared(tuple(zip(cells, columns, strict=True)))
            yield Block(letters, rows, dict(zip(keys, told, strict=True)))

    @overload
    def __getitem__(self, at: int) -> Record: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Record]: ...
    def __getitem__(self, at: int | slice) -> Record | Sequence[Record]:
        return tuple(self)[at]


@dataclass(frozen=True, slots=True)
class _Shape:
    """The keys of a record's values and of its cells, and the column of each cell; whole cells, if not of one row."""

    keys: list[str]
    cells: list[str]
    columns: list[str]
    shared: Mapping[str, str] | None = None

    @classmethod
    def of(cls, record: Record) -> _Shape:
        """Return the shape of a record."""
        if isinstance(record.cells, RowCells):
            columns = record.cells.columns
            return cls(list(record.values), list(columns), list(columns.values()), columns)
        cells = list(record.cells.values())
        shape = cls(list(record.values), list(record.cells), [cell.rstrip("0123456789") for cell in cells])
        return shape if shape.fits(record) else cls(shape.keys, shape.cells, cells)

    def fits(self, record: Record) -> bool:
        """Return whether a record has this shape, in whatever row."""
        if isinstance(record.cells, RowCells) and record.cells.columns is self.shared:
            return list(record.values) == self.keys
        row = self.row(record)
        return (
            list(record.cells.values()) == [column + row for column in self.columns]
            and list(record.values) == self.keys
            and list(record.cells) == self.cells
        )

    def row(self, record: Record) -> str:
        """Return what follows the column in the first of a record's cells."""
        if isinstance(record.cells, RowCells):
            return record.cells.row
        return next(iter(record.cells.values()))[len(self.columns[0]) :] if self.columns and record.cells else ""
