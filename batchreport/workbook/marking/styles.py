"""This module adds cell formats to a workbook's styles, and takes them back."""

from __future__ import annotations

from copy import deepcopy
from hashlib import sha256
from typing import TYPE_CHECKING

from lxml import etree

from batchreport.findings import Severity
from batchreport.workbook.marking.elements import Unmarkable, child, children, drop, serialized, sub, whole_number

if TYPE_CHECKING:
    from collections.abc import Callable

    from batchreport.workbook.marking.elements import Element
    from batchreport.workbook.marking.package import Book

FILLS = {Severity.ERROR: "FFC9CC", Severity.WARNING: "FFEFA8"}
"""The colours of faulty cells: near what Excel calls bad and neutral, but nobody's own."""
_FONT = "微软雅黑"
_ACCENT, _GREY, _LINK, _INK = "1F4E79", "7F7F7F", "0563C1", "262626"
_HEAD, _LINE = "DCE6F1", "BFBFBF"
_LISTS = ("fonts", "fills", "borders", "cellXfs")


class Styles:
    """The cell formats of a workbook; raises `Unmarkable` where its styles are not what every program writes."""

    def __init__(self, root: Element) -> None:
        lists = {name: child(root, name) for name in _LISTS}
        self._lists = {name: found for name, found in lists.items() if found is not None and len(found)}
        if len(self._lists) < len(_LISTS):
            raise Unmarkable("no-styles")
        self._root = root
        self._known: dict[tuple[int, object], int] = {}

    def counts(self) -> str:
        """Return how many there are of each kind, as text for `truncate`."""
        return " ".join(str(len(self._lists[name])) for name in _LISTS)

    def digest(self) -> str:
        """Return a check sum of all formats."""
        return sha256(serialized(self._root)).hexdigest()

    def truncate(self, counts: str, highest: int) -> None:
        """Remove what stands behind the first ones of each kind, unless a cell has a format of `highest` there."""
        numbers = [whole_number(count) for count in counts.split()]
        if len(numbers) < len(_LISTS) or highest >= numbers[-1]:
            return
        for name, count in zip(_LISTS, numbers, strict=True):
            for element in list(self._lists[name])[count:]:
                drop(element)
            self._count(name)

    def filled(self, index: int, severity: Severity) -> int:
        """Return the format that is the one of `index` in all but its fill."""

        def change(form: Element) -> None:
            form.set("fillId", str(self._fill(FILLS[severity])))
            form.set("applyFill", "1")

        return self._cloned(index, severity, change)

    def cleared(self, index: int) -> int:
        """Return the format without a fill where it has one of ours; else the same."""
        forms = self._lists["cellXfs"]
        fills = list(self._lists["fills"])
        number = whole_number(forms[index].get("fillId")) if index < len(forms) else 0
        colours = {c.get("rgb", "")[-6:] for c in fills[number].iter("{*}fgColor")} if number < len(fills) else set()
        if colours.isdisjoint(FILLS.values()):
            return index
        return self._cloned(index, "cleared", lambda form: form.set("fillId", "0"))

    def text(self, *, size: int, colour: str = _INK, bold: bool = False, link: bool = False) -> int:
        """Return the number of a font."""
        font = self._new("fonts", "font")
        if bold:
            sub(font, "b")
        if link:
            sub(font, "u")
        sub(font, "sz", val=size)
        sub(font, "color", rgb=f"FF{_LINK if link else colour}")
        sub(font, "name", val=_FONT)
        return len(self._lists["fonts"]) - 1

    def form(self, font: int, fill: int = 0, border: int = 0, *, across: str = "", indent: int = 0) -> int:
        """Return the number of a format for text, wrapped; without `across` it stands at the left."""
        form = self._new("cellXfs", "xf", numFmtId=0, fontId=font, fillId=fill, borderId=border, xfId=0)
        for name in ("applyFont", "applyFill", "applyBorder", "applyAlignment"):
            form.set(name, "1")
        align = sub(form, "alignment", vertical="center", wrapText=1)
        if across:
            align.set("horizontal", across)
        if indent:
            align.set("indent", str(indent))
        return len(self._lists["cellXfs"]) - 1

    def list_forms(self) -> dict[str, int]:
        """Return the formats of the sheet of findings by what they are for: it looks as a blank workbook does."""
        box, small, head = self._box(), self.text(size=10), self._fill(_HEAD)
        link = self.text(size=10, link=True)
        forms = {
            "title": self.form(self.text(size=16, colour=_ACCENT, bold=True)),
            "hint": self.form(self.text(size=10, colour=_GREY)),
            "head": self.form(self.text(size=10, colour=_ACCENT, bold=True), head, box, across="center"),
            "text": self.form(small, 0, box, across="left", indent=1),
            "middle": self.form(small, 0, box, across="center"),
            "link": self.form(link, 0, box, across="center"),
        }
        shades = {severity.name: self._fill(colour) for severity, colour in FILLS.items()}
        return forms | {name: self.form(small, shade, box, across="center") for name, shade in shades.items()}

    def _cloned(self, index: int, key: object, change: Callable[[Element], None]) -> int:
        forms = self._lists["cellXfs"]
        if (index, key) not in self._known:
            form = deepcopy(forms[index if index < len(forms) else 0])
            form.tail = None
            change(form)
            forms.append(form)
            self._count("cellXfs")
            self._known[index, key] = len(forms) - 1
        return self._known[index, key]

    def _fill(self, colour: str) -> int:
        key = (-1, colour)
        if key not in self._known:
            pattern = sub(self._new("fills", "fill"), "patternFill", patternType="solid")
            sub(pattern, "fgColor", rgb=f"FF{colour}")
            sub(pattern, "bgColor", indexed=64)
            self._known[key] = len(self._lists["fills"]) - 1
        return self._known[key]

    def _box(self) -> int:
        border = self._new("borders", "border")
        for side in ("left", "right", "top", "bottom"):
            sub(sub(border, side, style="thin"), "color", rgb=f"FF{_LINE}")
        return len(self._lists["borders"]) - 1

    def _new(self, kind: str, name: str, **attributes: object) -> Element:
        element = sub(self._lists[kind], name, **attributes)
        self._count(kind)
        return element

    def _count(self, kind: str) -> None:
        found = self._lists[kind]
        if found.get("count") is not None:
            found.set("count", str(len(list(children(found, etree.QName(found[0]).localname)))))


def bare_styles(space: str) -> bytes:
    """Return the least of styles that a workbook needs, in a namespace."""
    return (
        f'<styleSheet xmlns="{space}"><fonts count="1"><font><sz val="11"/><name val="{_FONT}"/></font></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
        '</fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        '<cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
    ).encode()


def styles_of(book: Book) -> str:
    """Return the name of the part that holds a workbook's styles; raises `Unmarkable` where it has none."""
    name = next(iter(book.related("xl/workbook.xml", "styles").values()), "")
    if name not in book:
        raise Unmarkable("no-styles")
    return name
