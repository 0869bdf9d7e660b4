"""This module finds what does not hang together in a document: a relationship that leads nowhere, one that is missing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lxml import etree

from batchreport.report.links import TYPES, links_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

USED = re.compile(rb' r:(?:id|embed|link|pict|dm|lo|qs|cs)="([^"]+)"')
"""What a part says where it uses a relationship."""
_RELATIONS = ".rels"


def faults(changed: Iterable[str], there: Mapping[str, bytes]) -> list[tuple[str, str]]:
    """Return the faults of `changed` parts among all that are `there`: the part, and what of it leads nowhere.

    A part whose relationships changed has changed.
    """
    changed = list(changed)
    owners = dict.fromkeys(_owner(name) if name.endswith(_RELATIONS) else name for name in changed)
    found = [(owner, said) for owner in owners if owner in there for said in _astray(owner, there)]
    endings, parts = _known(there.get(TYPES, b""))
    strange = (name for name in changed if name.lower() not in parts and name.rpartition(".")[2].lower() not in endings)
    return found + [(name, TYPES) for name in strange if name != TYPES]


def _astray(owner: str, there: Mapping[str, bytes]) -> list[str]:
    links = links_of(owner, there)
    lost = [f"{link.id} → {link.target}" for link in links if not link.outside and link.target not in there]
    known = {link.id for link in links}
    used = dict.fromkeys(key.decode(errors="replace") for key in USED.findall(there[owner]))
    return lost + [key for key in used if key not in known]


def _owner(relations: str) -> str:
    folder, _, name = relations.rpartition("/")
    above = folder.removesuffix("_rels")
    return above + name.removesuffix(_RELATIONS)


def _known(xml: bytes) -> tuple[set[str], set[str]]:
    """Return the endings and the parts whose content type is known."""
    root = etree.fromstring(xml) if xml else ()
    endings = {str(entry.get("Extension")).lower() for entry in root if entry.get("Extension")}
    return endings, {str(entry.get("PartName")).lstrip("/").lower() for entry in root if entry.get("PartName")}
