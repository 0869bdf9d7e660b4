"""This module parses the XML of a part, and looks at nothing outside it."""

from __future__ import annotations

from functools import cache

from lxml import etree


def parse_xml(part: bytes) -> etree._Element:
    """Return the root of a part, nothing outside it being read; raises `lxml.etree.XMLSyntaxError`."""
    return etree.fromstring(part, _parser())


@cache
def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
