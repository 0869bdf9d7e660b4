"""This module makes the parts that a report gains by what is drawn in it: a picture, a chart and its workbook."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from batchreport.report.chart.part import BOOK, chart_xml
from batchreport.report.chart.refill import refilled, workbook_of
from batchreport.report.chart.workbook import book
from batchreport.report.links import Link, links_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from batchreport.report.chart import Chart
    from batchreport.report.drawn.look import Look
    from batchreport.values import Picture

HYPERLINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"
"""What a link is to the part that it stands in."""

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_IMAGE, _CHART, _PACKAGE = f"{_OFFICE}image", f"{_OFFICE}chart", f"{_OFFICE}package"
_CHART_TYPE = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
_BOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_BOOKS = ("/package", "/oleObject")  # a workbook inside, or a link to one
_NUMBERED = re.compile(r"(.*?)\d*\.(\w+)")


@dataclass(frozen=True, slots=True)
class Piece:
    """A part that a report gains: where it goes (`stem`, to which a number comes), its bytes, and what it is.

    `relation` is what it is to the part that shows it; `links` has what hangs on it, by the ids in its bytes, each
    another piece or a relationship to the outside. A `shared` piece is stored once for the same bytes.
    """

    stem: str
    ending: str
    data: bytes
    kind: str
    relation: str
    links: tuple[tuple[str, Piece | Link], ...] = ()
    shared: bool = False


def of_picture(picture: Picture) -> Piece:
    """Return the part of a picture."""
    kind = f"image/{picture.extension}"
    return Piece("word/media/image", picture.extension, picture.data, kind, _IMAGE, shared=True)


def of_chart(chart: Chart, look: Look) -> Piece:
    """Return the part of a chart that we draw."""
    return Piece("word/charts/chart", "xml", chart_xml(chart, look), _CHART_TYPE, _CHART, ((BOOK, _of_book(chart)),))


def of_drawn(chart: Chart, part: str, there: Mapping[str, bytes], types: Mapping[str, str]) -> Piece:
    """Return a copy of the chart that a template draws in `part`, its figures exchanged, with all that hangs on it.

    Raises `FilterError` for a kind of chart whose figures cannot be exchanged.
    """
    xml = there[part]
    own = workbook_of(xml)
    others = [link for link in links_of(part, there) if link.id != own and not link.kind.endswith(_BOOKS)]
    key = own or next(key for n in itertools.count(1) if (key := f"rId{n}") not in {link.id for link in others})
    links = (*_copies(others, there, types), (key, _of_book(chart)))
    return Piece("word/charts/chart", "xml", refilled(xml, chart, key), _CHART_TYPE, _CHART, links)


def _of_book(chart: Chart) -> Piece:
    return Piece("word/embeddings/Microsoft_Excel_Worksheet", "xlsx", book(chart), _BOOK_TYPE, _PACKAGE)


def _copies(
    links: Iterable[Link], there: Mapping[str, bytes], types: Mapping[str, str]
) -> tuple[tuple[str, Piece | Link], ...]:
    return tuple((link.id, link if link.outside else _copy(link, there, types)) for link in links)


def _copy(link: Link, there: Mapping[str, bytes], types: Mapping[str, str]) -> Piece:
    match = _NUMBERED.fullmatch(link.target)
    stem, ending = (match[1], match[2]) if match else (link.target, "bin")
    inner = _copies(links_of(link.target, there), there, types)
    return Piece(stem, ending, there.get(link.target, b""), types.get(link.target, ""), link.kind, inner)
