"""This module packs a submission into bytes that keep, and makes it of them again."""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any

from batchreport.names import fold
from batchreport.period import Period
from batchreport.submission import Record, Submission, Table
from batchreport.values import Missing, Picture

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from batchreport.values import Value

_FORM = b"1"  # the first word of packed bytes; another one is another version's
_LOOK_BACK = 12
_LEVEL = 1  # of zlib: four times as quick as the usual one, for a quarter more bytes


class DamagedError(ValueError):
    """Bytes that are no packed submission, or no longer one."""


def pack(submission: Submission) -> bytes:
    """Return what a submission says, and where each value stands, as bytes: the same for the same submission.

    Its stamp, findings and sheets stay behind, and so do the bytes of its pictures.
    """
    said = {
        "file": submission.file,
        "department": submission.department,
        "name": submission.name,
        "revision": submission.revision,
        "tables": {key: _table(table) for key, table in submission.tables.items()},
    }
    head = b"%s %s\n" % (_FORM, str(submission.period or "").encode())
    return head + zlib.compress(_JSON.encode(said).encode("ascii"), _LEVEL)


def unpack(packed: bytes) -> Submission:
    """Return the submission that was packed.

    Raises `DamagedError` for bytes that `pack` did not make.
    """
    head, _, tail = packed.partition(b"\n")
    form, _, period = head.partition(b" ")
    if form != _FORM:
        raise DamagedError(repr(form))
    try:
        said = json.loads(zlib.decompress(tail))
        return Submission(
            said["file"],
            said["department"],
            said["name"],
            Period.parse(period.decode("ascii")),
            said["revision"],
            tables={key: _table_of(table) for key, table in said["tables"].items()},
        )
    except (zlib.error, ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError) as problem:
        raise DamagedError(str(problem)) from None


def period_of(packed: bytes) -> Period | None:
    """Return the period of a packed submission, which costs nothing; None for bytes that are none, too."""
    form, _, text = packed.partition(b"\n")[0].partition(b" ")
    return Period.parse(text.decode("ascii", "replace")) if form == _FORM else None


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
        try:
            return unpack(self.packed)
        except DamagedError:
            return Submission("", period=self.period)


def before(past: Iterable[bytes], period: Period) -> tuple[Earlier, ...]:
    """Return what `past`, a department's packed submissions, has for the twelve periods before `period`, oldest first."""
    known = {period_of(packed): packed for packed in past}
    return tuple(Earlier(one, known[one]) for one in reversed(periods_before(period)) if one in known)


def periods_before(period: Period) -> list[Period]:
    """Return the twelve periods before one, of its own kind, the latest first; the year before is among them."""
    return [period := period.previous for _ in range(_LOOK_BACK)]


def _table(table: Table) -> dict[str, Any]:
    """Return a table; records whose values stand in the same columns, as nearly all do, share one shape."""
    shapes: list[_Shape] = []
    records = []
    for record in table.records:
        if not shapes or not shapes[-1].fits(record):
            shapes.append(_Shape.of(record))
        records.append((len(shapes) - 1, shapes[-1].row(record), *record.values.values()))
    return {
        "sheet": table.sheet,
        "headers": dict(table.headers),
        "faulty": sorted(table.faulty),
        "shapes": [(shape.keys, shape.cells, shape.columns) for shape in shapes],
        "records": records,
    }


@dataclass(frozen=True, slots=True)
class _Shape:
    """The keys of a record's values and of its cells, and the column of each cell; whole cells, if not of one row."""

    keys: list[str]
    cells: list[str]
    columns: list[str]

    @classmethod
    def of(cls, record: Record) -> _Shape:
        """Return the shape of a record."""
        cells = list(record.cells.values())
        shape = cls(list(record.values), list(record.cells), [cell.rstrip("0123456789") for cell in cells])
        return shape if shape.fits(record) else cls(shape.keys, shape.cells, cells)

    def fits(self, record: Record) -> bool:
        """Return whether a record has this shape, in whatever row."""
        row = self.row(record)
        return (
            list(record.cells.values()) == [column + row for column in self.columns]
            and list(record.values) == self.keys
            and list(record.cells) == self.cells
        )

    def row(self, record: Record) -> str:
        """Return what follows the column in the first of a record's cells."""
        return next(iter(record.cells.values()))[len(self.columns[0]) :] if self.columns and record.cells else ""


def _table_of(said: dict[str, Any]) -> Table:
    shapes = said["shapes"]
    records = tuple(_record(shapes[shape], row, values) for shape, row, *values in said["records"])
    return Table(said["sheet"], records, said["headers"], frozenset(said["faulty"]))


def _record(shape: Sequence[Any], row: str, values: Sequence[Any]) -> Record:
    keys, cells, columns = shape
    read = [value if type(value) in _AS_THEY_ARE else _value(value) for value in values]
    return Record(
        dict(zip(keys, read, strict=True)), {key: column + row for key, column in zip(cells, columns, strict=True)}
    )


def _plain(value: Any) -> dict[str, Sequence[Any]]:
    """Return as JSON has it a value that JSON does not know: its kind, and what it is made of."""
    kind = type(value)
    return {kind.__name__: _PARTS[kind](value)}


def _value(said: Any) -> Value:
    if isinstance(said, list):
        return tuple(said)
    [(kind, parts)] = said.items()
    return _KINDS[kind](*parts)  # type: ignore[no-any-return]


_JSON = json.JSONEncoder(separators=(",", ":"), check_circular=False, default=_plain)
_AS_THEY_ARE = frozenset({str, int, bool, type(None)})
_PARTS: dict[type, Callable[[Any], Sequence[Any]]] = {
    Decimal: lambda value: (str(value),),
    date: lambda value: (value.isoformat(),),
    Missing: lambda value: (value.word,),
    Picture: lambda value: (value.width, value.height, value.extension, value.alt),
}
_KINDS: dict[str, Callable[..., Any]] = {
    "Decimal": Decimal,
    "date": date.fromisoformat,
    "Missing": Missing,
    "Picture": lambda width, height, extension, alt: Picture(b"", width, height, extension, alt),
}
