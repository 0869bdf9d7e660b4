"""This module tells a template that was made for another schema, by the names that its own does not have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from batchreport.findings import OTHER_SCHEMA, STRANGE, Finding, Place, error
from batchreport.report.inference.scope import REST

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from batchreport.report.shown.layout import Use
    from batchreport.schema import Schema

_LEAST = 5  # names, hardly all of which are misspelt
_FEWEST = 8  # places that are too many to be read one by one
_SHOWN = 3
_NEW = {False: "batchreport template new templates/draft.docx", True: "batchreport template new --rollup"}


def strangers(
    found: Iterable[Finding], named: Collection[str], uses: Collection[Use], schema: Schema, file: str, *, rollup: bool
) -> list[Finding]:
    """Return what is said where most names that a template takes from a schema are not in this one; else nothing.

    `found` is what is wrong with the template; `named` has the names that it uses at the top, `uses` the columns that it
    uses and the schema has.
    """
    titles = {section.heading(schema.language) for section in schema.sections}
    strange = [one for one in found if one.code in STRANGE]
    unknown = tuple(dict.fromkeys(_name(one, titles) for one in strange))
    sections = sum(not {section.key, section.name}.isdisjoint(named) for section in schema.sections)
    known = sections + len({*uses} - {REST})
    if len(strange) < _FEWEST or len(unknown) < _LEAST or len(unknown) <= known or _of_rollup(unknown, schema):
        return []
    counts = {"count": len(unknown), "total": len(unknown) + known, "places": len(strange)}
    return [error(OTHER_SCHEMA, Place(file=file), **counts, names=unknown[:_SHOWN], command=_NEW[rollup])]


def _name(finding: Finding, titles: Collection[str]) -> str:
    """Return what a finding is about as it stands in tags: a section, or a column with its section."""
    name, owner = finding.details["name"], finding.details.get("owner")
    return f"{owner}.{name}" if owner in titles else str(name)


def _of_rollup(unknown: Collection[str], schema: Schema) -> bool:
    """Tell whether most names are those of a roll-up's template, taken for a department's."""
    from batchreport.report.rollup.names import names  # noqa: PLC0415  (few templates are looked at as another's)

    return 2 * len(names(schema).keys() & set(unknown)) > len(unknown)
