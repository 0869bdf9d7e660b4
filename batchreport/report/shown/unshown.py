"""This module says which columns of a schema a template takes no notice of, whatever is filled in there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from batchreport.findings import Finding, Place, note

if TYPE_CHECKING:
    from batchreport.report.template import Template
    from batchreport.schema import Schema


def unshown(template: Template, schema: Schema) -> tuple[Finding, ...]:
    """Return one note with every column that a template neither shows nor consults, none where it prints the rows of `补充`."""
    identity = (schema.identity.name, schema.identity.code, schema.identity.period)
    known = {*template.uses, *template.consults, *(tuple(path.split(".")) for path in identity if path)}
    columns = tuple(
        f"{section.heading(schema.language)}.{column.heading(schema.language)}"
        for section in schema.sections
        for column in section.columns
        if (section.key, column.key) not in known
    )
    if template.shows_rest or not columns:
        return ()
    return (note("template-columns-unshown", Place(file=template.file), columns=columns),)
