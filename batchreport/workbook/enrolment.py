"""This module looks whether a schema takes what the roster says of a department, which its blank workbook is filled with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from batchreport.findings import LANGUAGES, Finding, Severity, error
from batchreport.submission import Submission
from batchreport.workbook.check import check
from batchreport.workbook.columns import Page
from batchreport.workbook.records import read_form

if TYPE_CHECKING:
    from collections.abc import Iterator

    from batchreport.period import Period
    from batchreport.schema import Schema
    from batchreport.workbook.roster import Department


def unfit(department: Department, schema: Schema, period: Period) -> Iterator[Finding]:
    """Yield, at its cell of the roster, what of a department breaks a rule of the schema.

    Name and code stand in every workbook that goes out, mostly where the filler cannot change them: each that came back
    would be wrong.
    """
    for word, path in (("name", schema.identity.name), ("code", schema.identity.code)):
        home, _, key = path.partition(".")
        if section := schema.by_key.get(home):
            column = section.by_key[key]
            page = Page(section, section.heading(schema.language), [[column.shown, getattr(department, word)]], "", [])
            read = Submission("", period=period, tables={home: read_form(page, period)}, findings=tuple(page.found))
            for finding in check(read, schema).findings:
                if finding.severity is Severity.ERROR and finding.place.cell == "B1":
                    said = {language: finding.what(language) for language in LANGUAGES}
                    yield error("department-unfit", department.cell(word), said=said, title=column.shown)
