"""This module keeps the styles of a book: the same style is shared, another one under a taken name becomes a copy."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from batchreport.report.book.defaults import bake, defaults
from batchreport.report.book.wordml import PARAGRAPH, STYLE, W, canonical, drop, make, put, revalue, value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lxml.etree import _Element

REFERENCES = ("pStyle", "rStyle", "tblStyle", "basedOn", "next", "link", "numStyleLink", "styleLink")


class Built(Protocol):
    """A style made here: its name, and the element for it."""

    @property
    def name(self) -> str:
        """What people see."""

    def element(self, number: str) -> _Element:
        """Return the style under an id."""


_VOLATILE = ("rsid", "uiPriority", "semiHidden", "unhideWhenUsed", "qFormat", "locked", "autoRedefine", "next", "link")
_HEADING = "heading "


@dataclass(frozen=True, slots=True)
class Sheet:
    """The styles of one report: each by its id, and what they are called in the book where that differs."""

    styles: dict[str, _Element]
    default: dict[str, str]
    renamed: dict[str, str] = field(default_factory=dict)
    added: tuple[str, ...] = ()
    first: bool = False

    def chain(self, style: str) -> Iterator[_Element]:
        """Give a paragraph style and those it is based on; "" is the default one."""
        seen: set[str] = set()
        style = style or self.default.get("paragraph", "")
        while style in self.styles and style not in seen:
            seen.add(style)
            yield self.styles[style]
            style = value(self.styles[style], "basedOn")

    def find(self, style: str, path: str) -> str:
        """Return a property's value as a style has it, by itself or by what it is based on."""
        return next((found for one in self.chain(style) if (found := value(one, path))), "")

    def level(self, style: str) -> str:
        """Return the outline level of a paragraph style: "0" for a heading of the first level."""
        found = self.find(style, "pPr/outlineLvl")
        name = next((value(one, "name").lower() for one in self.chain(style)), "")
        heading = name.removeprefix(_HEADING) if name.startswith(_HEADING) else ""
        return found or (str(int(heading) - 1) if heading.isdigit() else "")


class Styles:
    """The styles of a book, begun with those of the first report that has any."""

    def __init__(self) -> None:
        self.root = make("styles")
        self._told: dict[str, bytes] = {}
        self._ids: set[str] = set()
        self._names: dict[str, str] = {}
        self._sheets: dict[bytes, Sheet] = {}
        self._defaults: dict[str, str] = {}

    def take(self, root: _Element | None) -> Sheet:
        """Take in the styles of a report, and return them with what they are called in the book."""
        root = make("styles") if root is None else root
        known = canonical(root)
        if known in self._sheets:
            return self._sheets[known]
        first = not len(self.root)
        _complete(root)
        if first:
            self.root = root
        elif defaults(root) != defaults(self.root):
            bake(root, self.root)
        sheet = self._merged(root, first=first)
        self._sheets[known] = Sheet(sheet.styles, sheet.default, sheet.renamed)
        return sheet

    @property
    def defaults(self) -> dict[str, str]:
        """The ids of the book's default styles by their kind."""
        return self._defaults

    def ensure(self, number: str, style: Built) -> str:
        """Return the id of the style of that name, made where the book has none."""
        if style.name.lower() not in self._names:
            free = self._free_id(number)
            self._append(style.element(free), free, style.name)
        return self._names[style.name.lower()]

    def finish(self, sheet: Sheet, number: Callable[[str], str]) -> None:
        """Let the styles that a report has added point to the book's lists."""
        added = set(sheet.added)
        for style in self.root.iterchildren(f"{W}style"):
            if style.get(f"{W}styleId", "") in added:
                for one in style.iter(f"{W}numId"):
                    one.set(f"{W}val", number(one.get(f"{W}val", "0")))

    def _merged(self, root: _Element, *, first: bool) -> Sheet:
        styles = {one.get(f"{W}styleId", ""): one for one in root.iterchildren(f"{W}style")}
        default = {one.get(f"{W}type", ""): number for number, one in styles.items() if one.get(f"{W}default") == "1"}
        own = {number: deepcopy(one) for number, one in styles.items()} if first else styles
        if first:
            self._defaults = default
            for number, one in styles.items():
                self._remember(one, number, value(one, "name", number))
            return Sheet(own, default, {}, tuple(styles), first=True)
        told = {number: _told(one) for number, one in styles.items()}
        renamed, added = self._placed(styles, told)
        for number in added:
            self._copy(styles[number], renamed)
        differing = {old: new for old, new in renamed.items() if old != new}
        return Sheet(own, default, differing, tuple(renamed[number] for number in added))

    def _placed(self, styles: dict[str, _Element], told: dict[str, bytes]) -> tuple[dict[str, str], list[str]]:
        """Return what each style is called in the book, and which are new in it."""
        new: dict[str, None] = {}
        found: dict[str, str] = {}
        for number, one in styles.items():
            twin = number if number in self._ids else self._names.get(value(one, "name").lower(), "")
            if twin and self._told[twin] == told[number]:
                found[number] = twin
            else:
                new[number] = None
        grown = True
        while grown:
            late = [n for n in found if value(styles[n], "basedOn") in new]
            grown = bool(late)
            for number in late:
                del found[number]
                new[number] = None
        for number in new:
            found[number] = self._free_id(number)
            self._ids.add(found[number])
        return found, list(new)

    def _copy(self, style: _Element, renamed: dict[str, str]) -> None:
        old = style.get(f"{W}styleId", "")
        copy = deepcopy(style)
        drop(copy, f"{W}default")
        name = value(style, "name", old)
        numbers = range(2, len(self._names) + 3)
        free = next(n for n in (name, *(f"{name} ({i})" for i in numbers)) if n.lower() not in self._names)
        if free != name:
            copy.set(f"{W}customStyle", "1")
            for alias in copy.findall(f"{W}aliases"):
                copy.remove(alias)
        put(copy, make("name", val=free), STYLE)
        revalue(copy, REFERENCES, renamed)
        link = copy.find(f"{W}link")
        if link is not None and link.get(f"{W}val") in self._told:
            copy.remove(link)  # a style is linked to one other only
        self._append(copy, renamed[old], free, _told(style))

    def _append(self, style: _Element, number: str, name: str, told: bytes = b"") -> None:
        style.set(f"{W}styleId", number)
        self.root.append(style)
        self._remember(style, number, name, told)

    def _remember(self, style: _Element, number: str, name: str, told: bytes = b"") -> None:
        self._told[number] = told or _told(style)
        self._ids.add(number)
        self._names.setdefault(name.lower(), number)

    def _free_id(self, wanted: str) -> str:
        numbers = range(2, len(self._ids) + 3)
        return next(n for n in (wanted, *(f"{wanted}_{i}" for i in numbers)) if n not in self._ids)


def _complete(root: _Element) -> None:
    """Give a report a default paragraph style, which those without a style of their own are in."""
    if not any(one.get(f"{W}default") == "1" and one.get(f"{W}type") == "paragraph" for one in root):
        normal = make("style", (make("name", val="Normal"),), type="paragraph", default="1", styleId="Normal")
        ids = {one.get(f"{W}styleId") for one in root}
        if "Normal" in ids:
            normal.set(f"{W}styleId", "Normal0")
        root.append(normal)
    for style in root.iterchildren(f"{W}style"):
        if value(style, "name").lower().startswith(_HEADING) and style.get(f"{W}type") == "paragraph":
            _level_said(style)


def _level_said(style: _Element) -> None:
    """Write a built-in heading's level down: a copy under another name would lose it."""
    level = value(style, "name").lower().removeprefix(_HEADING)
    if level.isdigit() and 1 <= int(level) <= 9 and not value(style, "pPr/outlineLvl"):  # noqa: PLR2004
        own = style.find(f"{W}pPr")
        if own is None:
            own = make("pPr")
            put(style, own, STYLE)
        put(own, make("outlineLvl", val=str(int(level) - 1)), PARAGRAPH)


def _told(style: _Element) -> bytes:
    """Return what a style says, whatever its id, its numbers of lists and its place in Word's gallery."""
    copy = deepcopy(style)
    for name in ("default", "styleId", "customStyle"):
        drop(copy, W + name)
    for one in copy.iter(f"{W}numId"):
        one.set(f"{W}val", "0" if one.get(f"{W}val") == "0" else "n")
    for child in [child for child in copy if child.tag in {W + name for name in _VOLATILE}]:
        copy.remove(child)
    return canonical(copy)
