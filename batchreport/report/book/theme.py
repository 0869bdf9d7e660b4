"""This module writes the fonts and colours of a report's theme down where the book has another theme."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

from batchreport.report.book.wordml import W, drop, local

if TYPE_CHECKING:
    from lxml.etree import _Element

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_PLAIN = {"asciiTheme": "ascii", "hAnsiTheme": "hAnsi", "eastAsiaTheme": "eastAsia", "cstheme": "cs"}
_SCRIPTS = {"ascii": "latin", "hAnsi": "latin", "eastAsia": "ea", "cs": "cs"}
_COLOURS = ("themeColor", "themeTint", "themeShade", "themeFill", "themeFillTint", "themeFillShade")
_COLOURED = etree.XPath("descendant::*[@w:themeColor or @w:themeFill]", namespaces={"w": W[1:-1]})
_NAMES = {"tx1": "dk1", "tx2": "dk2", "bg1": "lt1", "bg2": "lt2"}


class Theme:
    """The fonts and colours of one theme; without a root it has none."""

    def __init__(self, root: _Element | None) -> None:
        self._fonts = {} if root is None else _fonts(root)
        self._colours = {} if root is None else _colours(root)

    def write_down(self, root: _Element) -> None:
        """Let a part name what it takes from the theme; the colours of text are in it already."""
        for fonts in root.iter(f"{W}rFonts"):
            for themed, plain in _PLAIN.items():
                said = drop(fonts, W + themed)
                font = self._fonts.get((said[:5], _SCRIPTS[plain])) if said else ""
                if font:
                    fonts.set(W + plain, font)
        for element in _COLOURED(root):  # type: ignore[union-attr]
            for name in _COLOURS:
                drop(element, W + name)  # type: ignore[arg-type]
        for colour in list(root.iter(f"{_A}schemeClr")):
            name = colour.get("val", "")
            found = self._colours.get(_NAMES.get(name, name))
            if found:
                colour.tag = f"{_A}srgbClr"
                colour.set("val", found)


def _fonts(root: _Element) -> dict[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    for which in ("major", "minor"):
        for one in root.iterfind(f".//{_A}{which}Font/*"):
            script = "ea" if one.get("script") == "Hans" else local(one)
            if script in _SCRIPTS.values() and one.get("typeface"):
                found.setdefault((which, script), one.get("typeface", ""))
    return found


def _colours(root: _Element) -> dict[str, str]:
    scheme = root.find(f".//{_A}clrScheme")
    colours = {} if scheme is None else {local(one): one[0] for one in scheme if len(one)}
    return {name: one.get("lastClr", "") or one.get("val", "") for name, one in colours.items()}
