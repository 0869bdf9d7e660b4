"""This module gathers what is drawn in one report: a part for each picture and chart, and its relationship in every part that shows it."""

from __future__ import annotations

import itertools
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from batchreport.report.chart import Chart
from batchreport.report.chart.frame import EMU_OF_MM, frame
from batchreport.report.drawn import pieces
from batchreport.report.drawn.look import Look, look_of
from batchreport.report.drawn.pictures import Framed, inline
from batchreport.report.drawn.pieces import HYPERLINK, Piece
from batchreport.report.links import TYPES, Link, links_of, orphans, reached, relations_of, with_links, with_types

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from batchreport.values import Picture

_IDS = 1_000_000  # numbers of drawings that each part has for itself
_FIRST = 1001
_BY_ENDING = frozenset({"png", "jpeg", "xlsx"})  # whose content type is said once for all


class Wall:
    """What a template has to do with what is drawn in its reports: the parts that name others, and its look.

    `charts` has, for each part, the ids of the template's own charts that a report may fill with its figures.
    """

    def __init__(
        self,
        data: Mapping[str, bytes],
        types: Mapping[str, str],
        charts: Mapping[str, Iterable[str]],
        language: str = "zh",
    ) -> None:
        drawn = (link.target for part, keys in charts.items() for link in links_of(part, data) if link.id in keys)
        kept = {name for part in drawn if part in data for name in reached(part, data)}
        named = {name for name in data if name == TYPES or name.endswith(".rels")}
        self.there = {name: part if name in kept | named else b"" for name, part in data.items()}
        self.types = {name: types.get(name, "") for name in kept}
        self.look: Look = look_of(data, types)
        self.language = language


class Shelf:
    """What is drawn in one part, and the numbers of its drawings, which no other part has.

    `marked` tells whether the part shows markup that a value brought with it.
    """

    def __init__(self, album: Album, part: str, number: int) -> None:
        self._album = album
        self._part = part
        self._taken = album.wall.there.get(relations_of(part), b"")
        self._numbers = itertools.count(1)
        self._relations: dict[str, Link] = {}
        self._waiting: dict[str, Chart] = {}
        self._kept: set[str] = set()
        self._charts: dict[str, Chart] = {}
        self.marked = False
        self.next_id = itertools.count(_FIRST + number * _IDS).__next__

    def __bool__(self) -> bool:
        return bool(self._relations)

    @property
    def links(self) -> Iterable[Link]:
        """The relationships that the part gains."""
        return self._relations.values()

    def draw(self, value: Picture | Framed | Chart) -> str:
        """Return the drawing of a picture or chart, which from now on belongs to the part."""
        if isinstance(value, Chart):
            relation = self._relate(pieces.of_chart(value, self._album.wall.look))
            self._charts[relation] = value
            return frame(value, relation, self.next_id())
        picture = value.picture if isinstance(value, Framed) else value
        relation = self._relate(pieces.of_picture(picture))
        return inline(value, relation, self.next_id(), self._album.wall.language)

    def fill(self, relation: str, chart: Chart) -> str:
        """Take the figures of the template's chart that follows; return the text that is read in its place."""
        self._waiting[relation] = chart
        return chart.description

    def relation(self, relation: str) -> str:
        """Return the id of the chart that stands where the template has its own: "" for one without figures."""
        chart = self._waiting.pop(relation, None)
        if chart is None:
            self._kept.add(relation)
            return relation
        album = self._album
        target = self._target(relation)
        return self._relate(pieces.of_drawn(chart, target, album.there, album.wall.types)) if chart else ""

    def narrow(self, relation: str, width: int) -> None:
        """Draw a chart anew for `width` in EMU, which is all that its place has for it."""
        if chart := self._charts.get(relation):
            narrow = replace(chart, width=Decimal(width) / EMU_OF_MM)
            name = next(link.target for link in self.links if link.id == relation)
            self._album.replace(name, pieces.of_chart(narrow, self._album.wall.look))

    def unused(self, charts: Iterable[str]) -> dict[str, str]:
        """Return those of the template's own `charts` that the part shows no more, each with its part."""
        return {relation: self._target(relation) for relation in charts if relation not in self._kept}

    def _target(self, relation: str) -> str:
        links = links_of(self._part, self._album.there)
        return next((link.target for link in links if link.id == relation), "")

    def relate(self, target: Piece | str) -> str:
        """Return the id of the relationship by which the part shows a piece, or links to an address."""
        return self._relate(target) if isinstance(target, Piece) else self._related(target, HYPERLINK, outside=True)

    def _relate(self, piece: Piece) -> str:
        return self._related(self._album.place(piece), piece.relation)

    def _related(self, name: str, kind: str, *, outside: bool = False) -> str:
        if name not in self._relations:
            key = next(i for n in self._numbers if f'"{(i := f"rIdDrawn{n}")}"'.encode() not in self._taken)
            self._relations[name] = Link(key, kind, name, outside)
        return self._relations[name].id


class Album:
    """What is drawn in one report; `there` has the parts of its template, as far as they are rendered already."""

    def __init__(self, wall: Wall) -> None:
        self.wall = wall
        self.there = dict(wall.there)
        self._placed: dict[str, tuple[Piece, list[Link]]] = {}
        self._shared: dict[bytes, str] = {}
        self._stems: dict[str, int] = {}
        self._shelves: dict[str, Shelf] = {}

    def shelf(self, part: str) -> Shelf:
        """Return the shelf of a part that is about to be rendered."""
        return self._shelves.setdefault(part, Shelf(self, part, len(self._shelves)))

    def take(self, part: str, data: bytes) -> None:
        """Take note of a part that is rendered, which a later one may show."""
        if part in self.wall.types:
            self.there[part] = data

    def place(self, piece: Piece) -> str:
        """Return the name of the part that holds a piece; the same bytes of a shared one are stored once."""
        if piece.shared and piece.data in self._shared:
            return self._shared[piece.data]
        name = self._free(piece)
        self._placed[name] = (piece, [])
        if piece.shared:
            self._shared[piece.data] = name
        for key, hung in piece.links:
            link = hung if isinstance(hung, Link) else Link(key, hung.relation, self.place(hung))
            self._placed[name][1].append(link)
        return name

    def replace(self, name: str, piece: Piece) -> None:
        """Put another piece in the place of one; what hangs on it stays."""
        self._placed[name] = (piece, self._placed[name][1])

    def parts(self, drawn: Mapping[str, Iterable[str]]) -> dict[str, bytes | None]:
        """Return every part that is added or changed, and None for each that goes.

        `drawn` has, for each part, the ids of the template's own charts that tags may fill: those that are shown
        nowhere now go, with their old figures.
        """
        unused = {part: self._shelves[part].unused(charts) for part, charts in drawn.items()}
        gone = {target for links in unused.values() for target in links.values() if target}
        lost = {name for name in orphans(gone, self.there) if name in self.there} if gone else set()
        if not lost and not any(self._shelves.values()):
            return {}
        made: dict[str, bytes | None] = {TYPES: self._types(lost)}
        for part, shelf in self._shelves.items():
            if shelf or unused.get(part):
                name = relations_of(part)
                made[name] = with_links(self.there.get(name, b""), part, shelf.links, unused.get(part, {}))
        for name, (piece, links) in self._placed.items():
            made[name] = piece.data
            made |= {relations_of(name): with_links(b"", name, links)} if links else {}
        relations = (relations_of(name) for name in lost)
        return made | dict.fromkeys(lost) | {name: None for name in relations if name in self.there}

    def _types(self, lost: set[str]) -> bytes:
        placed = {name: piece for name, (piece, _) in self._placed.items()}
        endings = {piece.ending: piece.kind for piece in placed.values() if piece.ending in _BY_ENDING}
        parts = {name: piece.kind for name, piece in placed.items() if piece.ending not in _BY_ENDING and piece.kind}
        return with_types(self.there[TYPES], endings, parts, lost)

    def _free(self, piece: Piece) -> str:
        while True:
            number = self._stems[piece.stem] = self._stems.get(piece.stem, 0) + 1
            stem = f"{piece.stem}{number}.".lower()
            if not any(other.lower().startswith(stem) for other in self.there):
                return f"{piece.stem}{number}.{piece.ending}"
