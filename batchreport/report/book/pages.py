"""This module puts the true page numbers into the contents of a book, as a word processor that laid it out has found them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from batchreport.report.parts import unpack
from batchreport.zips import Member, pack

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from batchreport.report.book.front import Entry

_SHOWN = re.compile(
    rb'(<w:instrText[^>]*> PAGEREF (_Book_\w+) \\h </w:instrText></w:r><w:r>(?:(?!</w:r>).)*?"separate"/></w:r>'
    rb"<w:r><w:t>)\d+(</w:t>)",
    re.DOTALL,
)
_OBJECT = re.compile(rb"(?:^|[\r\n])(\d+) 0 obj\b(.*?)endobj", re.DOTALL)
_KIDS = re.compile(rb"/Kids\s*\[([^\]]*)\]")
_REFERENCE = re.compile(rb"(\d+)\s+0\s+R")
_DESTINATION = re.compile(rb"/((?:[^\s/\[\]<>()#]|#[0-9A-Fa-f]{2})+)\s*\[\s*(\d+)\s+0\s+R\s*/XYZ")


def with_pages(book: bytes, pages: Mapping[str, int]) -> bytes:
    """Return a book whose contents show these numbers for its bookmarks; nothing else in it changes."""
    package = unpack(book)
    main = package.main

    def shown(found: re.Match[bytes]) -> bytes:
        page = pages.get(found[2].decode())
        return found[0] if page is None else found[1] + str(page).encode() + found[3]

    changed = {**package.data, main: _SHOWN.sub(shown, package.data[main])}
    return pack([Member.of(name, data) for name, data in changed.items()])


def printed_pages(pdf: bytes, entries: Iterable[Entry]) -> dict[str, int]:
    """Return the page number that each line of the contents is to show, from the book as LibreOffice printed it.

    The PDF must have been made with the bookmarks as named destinations (`ExportBookmarksToPDFDestination`); what is
    not found in it is left out. Numbers run from the first report's first page on, or from each report's own.
    """
    sheets = sheets_of(pdf)
    found: dict[str, int] = {}
    first = 0
    for entry in entries:
        start, sheet = sheets.get(entry.target or entry.bookmark), sheets.get(entry.bookmark)
        if start is None or sheet is None:
            continue
        if entry.level == 1 and (entry.counts or not first):
            first = start
        found[entry.bookmark] = sheet - first + 1
    return found


def sheets_of(pdf: bytes) -> dict[str, int]:
    """Return the sheet, from 1 on, of each named destination in a PDF of LibreOffice's, which packs no objects."""
    objects = {int(one[1]): one[2] for one in _OBJECT.finditer(pdf)}
    root = next((body for body in objects.values() if b"/Type/Catalog" in body), b"")
    tree = re.search(rb"/Pages\s+(\d+)\s+0\s+R", root)
    order = {number: at for at, number in enumerate(_leaves(objects, int(tree[1]) if tree else 0, 0), 1)}
    named = re.search(rb"/Dests\s+(\d+)\s+0\s+R", root)
    table = objects.get(int(named[1]), b"") if named else b""
    return {_name(one[1]): order[int(one[2])] for one in _DESTINATION.finditer(table) if int(one[2]) in order}


def _leaves(objects: Mapping[int, bytes], number: int, depth: int) -> list[int]:
    kids = _KIDS.search(objects.get(number, b""))
    if not kids or depth > 30:  # noqa: PLR2004  (a page tree that runs in a circle)
        return [number]
    return [leaf for one in _REFERENCE.finditer(kids[1]) for leaf in _leaves(objects, int(one[1]), depth + 1)]


def _name(raw: bytes) -> str:
    """Return the bookmark of a destination: LibreOffice writes "_Book_1" as "5FBook5F1", each odd sign as its number."""
    text = re.sub(rb"#([0-9A-Fa-f]{2})", lambda one: bytes([int(one[1], 16)]), raw)
    return text.replace(b"5F", b"_").decode(errors="replace")
