"""This module follows the relationships of a workbook's parts (ECMA-376 part 2, 9.3)."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, NamedTuple

from batchreport.workbook.parse import parse_xml

if TYPE_CHECKING:
    from lxml.etree import _Element

    from batchreport.workbook.package import Package


class Relation(NamedTuple):
    """What a part is related to: the kind of relationship, the other part's name, and whether it lies outside."""

    kind: str
    target: str
    outside: bool


def relations(package: Package, part: str) -> dict[str, Relation]:
    """Return the relationships of a part by their identifiers."""
    folder, name = posixpath.split(part)
    xml = package.part(f"{folder}/_rels/{name}.rels")
    return {str(r.get("Id")): _relation(r, folder) for r in parse_xml(xml)} if xml else {}


def _relation(element: _Element, folder: str) -> Relation:
    target = str(element.get("Target"))
    path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"{folder}/{target}")
    return Relation(str(element.get("Type")), path, element.get("TargetMode") == "External")
