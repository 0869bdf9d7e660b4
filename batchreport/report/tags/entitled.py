"""This module knows titles that a designer copies from a workbook into a tag, where templates have a name without their signs."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from batchreport.findings import Finding, error

if TYPE_CHECKING:
    from collections.abc import Mapping

    from batchreport.schema import Column, Schema, Section

_OF_NAMES = frozenset({"template-unknown-name", "template-unknown-column", "template-syntax", "template-syntax-at"})
_QUOTED = re.compile("\"[^\"]*\"|'[^']*'|“[^”]*”|‘[^’]*’")


def titles(schema: Schema) -> Mapping[str, str]:
    """Return the name in templates of each title, by the title without blanks: "金额(元)" → "金额"."""
    parts: list[Section | Column] = [*schema.sections]
    for section in schema.sections:
        parts += section.columns
    return {plain: part.name or part.key for part in parts if (plain := "".join(_normal(part.title).split()))}


def entitled(finding: Finding, known: Mapping[str, str]) -> Finding:
    """Return a finding about a name, or instead of it one that says which title stands in its tag and how it is written there."""
    if finding.code not in _OF_NAMES:
        return finding
    tag, name = str(finding.details.get("tag", "")), _normal(str(finding.details.get("name", "")))
    text = _normal(tag if finding.code == "template-unknown-column" else _QUOTED.sub('""', tag))
    for title, right in known.items():
        spaced = r"\s*".join(map(re.escape, title))
        match = re.search(rf"(?<!\w){spaced}(?!\w)", text, re.IGNORECASE)
        if match and name in match.group() and not match.group().isidentifier():
            return error("template-title-in-tag", finding.place, tag=tag, title=match.group(), right=right)
    return finding


def _normal(text: str) -> str:
    return unicodedata.normalize("NFKC", text)
