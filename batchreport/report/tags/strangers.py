"""This module tells a template that was made for another schema, by the names that its own does not have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from batchreport.findings import OTHER_SCHEMA, STRANGE, Finding, Place, error

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from batchreport.schema import Column, Schema, Section

_LEAST = 5  # names, hardly all of which are misspelt
_FEWEST = 8  # places that are too many to be read one by one
_SHOWN = 3
_NEW = {False: "batchreport template new templates/draft.docx", True: "batchreport template new --rollup"}


def strangers(
    found: Iterable[Finding], named: Collection[str], schema: Schema, file: str, *, rollup: bool
) -> list[Finding]:
    """Return what is said where most names that a template takes from a schema are not in this one; else nothing.

    `found` is what is wrong with the template, `named` has the names that it uses at the top. `unknown` of the finding
    has the names that are told by it.
    """
    titles = {section.heading(schema.language) for section in schema.sections}
    strange = [one for one in found if one.code in STRANGE and one.details.get("owner") not in titles]
    unknown = tuple(dict.fromkeys(str(one.details["name"]) for one in strange))
    own = _own(schema).intersection(named)
    if len(strange) < _FEWEST or len(unknown) < max(_LEAST, len(own) + 1) or _of_rollup(unknown, schema):
        return []
    counts = {"count": len(unknown), "total": len(unknown) + len(own), "places": len(strange)}
    told = {"names": unknown[:_SHOWN], "unknown": unknown, "command": _NEW[rollup]}
    return [error(OTHER_SCHEMA, Place(file=file), **counts, **told)]


def _own(schema: Schema) -> set[str]:
    """Return the names at the top of a template that come from the schema: sections, and the columns of forms."""
    parts: list[Section | Column] = [*schema.sections]
    for section in schema.sections:
        parts += section.columns if section.kind == "form" else ()
    return {name for part in parts for name in (part.key, part.name) if name}


def _of_rollup(unknown: Collection[str], schema: Schema) -> bool:
    """Tell whether most names are those of a roll-up's template, taken for a department's."""
    from batchreport.report.rollup.names import names  # noqa: PLC0415  (few templates are looked at as another's)

    return 2 * len(names(schema).keys() & set(unknown)) > len(unknown)
