"""This module reads from a template's styles what a drawing has to go by: the fonts, the theme, and fixed line heights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lxml import etree

from batchreport.report.tags.scan import W

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lxml.etree import _Element

_THEME = "application/vnd.openxmlformats-officedocument.theme+xml"
_STYLES = "application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"


@dataclass(frozen=True, slots=True)
class Look:
    """What the body text of a template looks like.

    `latin` and `asian` are its typefaces as DrawingML names them, "" where none is stated; `themed` tells whether
    there are theme colours; `exact` has the ids of the paragraph styles of a fixed line height, "" for text without one.
    """

    latin: str = ""
    asian: str = ""
    themed: bool = False
    exact: frozenset[str] = frozenset()


def look_of(data: Mapping[str, bytes], types: Mapping[str, str]) -> Look:
    """Return the look of a template, from its parts and their content types."""
    themed = _THEME in types.values()
    part = next((name for name, kind in types.items() if kind == _STYLES), "")
    root = _root(data[part]) if part else None
    if root is None:
        return Look(themed=themed)
    styles = {str(style.get(f"{W}styleId")): style for style in root.iterchildren(f"{W}style")}
    normal = next((key for key, style in styles.items() if _is_default(style)), "")
    chain = _chain(styles, normal)
    fonts = [found for style in chain if (found := style.find(f"{W}rPr/{W}rFonts")) is not None]
    fonts += [found for found in (root.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr/{W}rFonts"),) if found is not None]
    exact = frozenset(key for key in styles if _is_exact(root, _chain(styles, key)))
    return Look(
        _typeface(fonts, "ascii", "lt"),
        _typeface(fonts, "eastAsia", "ea"),
        themed,
        exact | {""} if _is_exact(root, chain) else exact,
    )


def _root(data: bytes) -> _Element | None:
    try:
        return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError:
        return None


def _is_default(style: _Element) -> bool:
    return style.get(f"{W}type") == "paragraph" and style.get(f"{W}default") in ("1", "true", "on")


def _chain(styles: Mapping[str, _Element], key: str) -> list[_Element]:
    """Return a style and those that it is based on, the nearest first."""
    found: list[_Element] = []
    while key in styles and styles[key] not in found:
        found.append(styles[key])
        based = styles[key].find(f"{W}basedOn")
        key = str(based.get(f"{W}val")) if based is not None else ""
    return found


def _is_exact(root: _Element, chain: list[_Element]) -> bool:
    places = [style.find(f"{W}pPr/{W}spacing") for style in chain]
    places.append(root.find(f"{W}docDefaults/{W}pPrDefault/{W}pPr/{W}spacing"))
    rules = (place.get(f"{W}lineRule") for place in places if place is not None and place.get(f"{W}line"))
    return next(rules, "") == "exact"


def _typeface(fonts: list[_Element], name: str, script: str) -> str:
    for font in fonts:
        if theme := font.get(f"{W}{name}Theme"):
            return f"+{'mj' if str(theme).startswith('major') else 'mn'}-{script}"
        if face := font.get(f"{W}{name}"):
            return str(face)
    return ""
