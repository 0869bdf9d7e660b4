"""This module puts the rows of long tables aside while a part is mended, so that a long part need not be held as a tree."""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING

from lxml import etree

from batchreport.report.mending.mend import misplaced
from batchreport.report.tags.scan import W

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lxml.etree import _Element

_STAY = 100  # rows of each table
_TOGETHER = 500  # rows that are put aside as one
_SIGN = re.compile(r"<w:tbl[ >]|</w:tbl>|</w:tr>")
_ROW = re.compile(r"<w:tr[ >]")
_ASIDE = "<w:tr><?batchreport rows {}?></w:tr>"
_THERE = re.compile(rb"<w:tr><\?batchreport rows (\d+)\?></w:tr>")
_ROOT = re.compile(rb"<(\w+:\w+)[^<>]*>")
# What is mended in a row, or is no plain row; what stands in a comment is not looked into.
_TOUCHED = re.compile(r"<\?|<!|<w:drawing|<w:pict|<w:tbl[ >]|<mc:")
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True)


class LongTables:
    """Takes the rows of one part's tables out, from the hundred and first on, and puts them back.

    A row with nothing in it says where they belong. So merging cells ends there as it does at any row without a mark,
    and a column that the first hundred rows do not let go is not let go by the others.
    """

    def __init__(self) -> None:
        self._batches: list[bytes] = []
        self._rows: list[str] = []

    def __bool__(self) -> bool:
        return bool(self._batches)

    def without_rows(self, pieces: Iterable[str]) -> Iterator[str]:
        """Yield a part without the rows that are put aside; `pieces` give it whole."""
        text: list[str] = []
        depth = count = 0
        for piece in pieces:
            begun = 0
            for sign in _SIGN.finditer(piece) if "<" in piece else ():
                if sign[0] == "</w:tbl>":
                    depth -= 1
                    yield from () if depth else self._put_aside()
                elif sign[0] != "</w:tr>":
                    depth, count = depth + 1, count if depth else 0
                elif depth == 1:
                    text.append(piece[begun : sign.end()])
                    yield from self._row("".join(text), count)
                    text.clear()
                    begun, count = sign.end(), count + 1
            text.append(piece[begun:])
            if not depth:
                yield from text
                text.clear()
        yield from text

    def _row(self, row: str, above: int) -> Iterator[str]:
        if above < _STAY or not _ROW.match(row) or _TOUCHED.search(row):
            yield from self._put_aside()
            yield row
        else:
            self._rows.append(row)
            if len(self._rows) >= _TOGETHER:
                yield from self._put_aside()

    def _put_aside(self) -> Iterator[str]:
        if self._rows:
            yield _ASIDE.format(len(self._batches))
            self._batches.append(_pressed("".join(self._rows).encode()))
            self._rows.clear()

    def grids(self, root: _Element) -> list[int]:
        """Return how many columns each table has that rows were taken from."""
        marks = (mark for mark in root.iter(etree.ProcessingInstruction) if str(mark.text).startswith("rows "))
        tables = dict.fromkeys(next(mark.iterancestors(f"{W}tbl")) for mark in marks)
        return [len(table.findall(f"{W}tblGrid/{W}gridCol")) for table in tables]

    def settle(self, part: bytes, *, anew: bool) -> bool:
        """Tell whether the rows are well-formed, with nothing to mend; `anew`, they are written as lxml writes the rest.

        `part` is what they were taken from.
        """
        root = _ROOT.search(part)
        if root is None:
            return False
        opening, closing = root[0] + b"<w:tbl>", b"</w:tbl></%s>" % root[1]
        for at, batch in enumerate(self._batches):
            try:
                rows = etree.fromstring(opening + zlib.decompress(batch) + closing, _PARSER)
            except etree.XMLSyntaxError:
                return False
            if misplaced(rows):
                return False
            if anew:
                made = etree.tostring(rows, encoding="UTF-8")
                self._batches[at] = _pressed(made[made.index(b"<w:tbl>") + len(b"<w:tbl>") : -len(closing)])
        return True

    def with_rows(self, data: bytes) -> Iterator[bytes]:
        """Yield a part with the rows in their places."""
        for at, piece in enumerate(_THERE.split(data)):
            yield zlib.decompress(self._batches[int(piece)]) if at % 2 else piece

    def whole(self, data: bytes) -> bytes:
        """Return a part with the rows in their places, and hold them no more."""
        made = b"".join(self.with_rows(data))
        self._batches.clear()
        return made


def _pressed(data: bytes) -> bytes:
    return zlib.compress(data, 1)
