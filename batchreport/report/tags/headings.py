"""This module knows which paragraphs of a template are headings, so that a place can be told by the one it stands under."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lxml import etree

from batchreport.report.tags.scan import W, is_outlined

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lxml.etree import _Element

_STYLES = "application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"
_NAMED = re.compile(r"(heading|标题) ?\d", re.IGNORECASE)


def heading_styles(data: Mapping[str, bytes], types: Mapping[str, str]) -> frozenset[str]:
    """Return the ids of the styles of headings in a template's parts: those named so, of an outline level, or based on one."""
    part = next((name for name, kind in types.items() if kind == _STYLES), "")
    try:
        root = etree.fromstring(data[part], etree.XMLParser(resolve_entities=False, no_network=True)) if part else None
    except etree.XMLSyntaxError:
        root = None
    if root is None:
        return frozenset()
    styles = {str(style.get(f"{W}styleId")): style for style in root.iterchildren(f"{W}style")}
    found = {key for key, style in styles.items() if _NAMED.match(_of(style, "name")) or is_outlined(style)}
    for _ in styles:
        based = {key for key, style in styles.items() if _of(style, "basedOn") in found}
        if based <= found:
            break
        found |= based
    return frozenset(found)


def _of(style: _Element, name: str) -> str:
    found = style.find(W + name)
    return str(found.get(f"{W}val")) if found is not None else ""
