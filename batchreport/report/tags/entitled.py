"""This module knows titles that a designer copies from a workbook into a tag, where templates have a name without their signs."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from batchreport.findings import Finding, error

if TYPE_CHECKING:
    from collections.abc import Mapping

    from batchreport.schema import Column, Schema, Section

_OF_NAMES = frozenset({"template-unknown-name", "template-unknown-column", "template-syntax", "template-syntax-at"})


def titles(schema: Schema) -> Mapping[str, str]:
    """Return the name in templates of each title that cannot stand in a tag: "金额(元)" → "金额"."""
    parts: list[Section | Column] = [*schema.sections]
    for section in schema.sections:
        parts += section.columns
    return {plain: part.name or part.key for part in parts if (plain := _plain(part.title)) not in ("", part.name)}


def entitled(finding: Finding, known: Mapping[str, str]) -> Finding:
    """Return a finding about a name, or instead of it one that says which title stands in its tag and how it is written there."""
    tag = str(finding.details.get("tag", ""))
    title = next((title for title in known if title in _plain(tag)), "") if finding.code in _OF_NAMES else ""
    if not title:
        return finding
    return error("template-title-in-tag", finding.place, tag=tag, title=title, right=known[title])


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())
