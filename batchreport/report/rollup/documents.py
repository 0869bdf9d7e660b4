"""This module makes the Word report of a roll-up from a template, and gathers what that and the workbook are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from batchreport.errors import TemplateError
from batchreport.findings import Place, note
from batchreport.report.rollup.context import context
from batchreport.report.rollup.gather import Gathering, gather_all
from batchreport.report.rollup.names import names as names_of
from batchreport.report.template import Template

if TYPE_CHECKING:
    from typing import Any

    from batchreport.report.rollup.value import Rollup
    from batchreport.schema import Schema


def context_of(rollup: Rollup) -> dict[str, Any]:
    """Return the names of a roll-up and what stands behind each: see docs/rollup.md."""
    return context(gather_all(Gathering(rollup)))


def gathering_for(rollup: Rollup, template: Template | None) -> Gathering:
    """Return what will hold what both documents of a roll-up are made of, for a template or for none; nothing is in it yet."""
    return Gathering(rollup, template.uses | template.consults if template else frozenset())


def gather(rollup: Rollup, template: Template | None) -> Gathering:
    """Return what both documents of a roll-up are made of, for a template or for none: made once, it serves both."""
    return gather_all(gathering_for(rollup, template))


def rollup_template(data: bytes, schema: Schema, file: str = "rollup.docx") -> Template:
    """Return the template of a roll-up in a .docx file's bytes.

    Raises `TemplateError` with every mistake in it, and with how to do without it.
    """
    try:
        return Template.parse(data, schema, file=file, names=names_of)
    except TemplateError as problem:
        raise TemplateError([*problem.findings, note("rollup-template-aside", Place(file=file))]) from None


def rollup_docx(template: Template, rollup: Rollup, gathering: Gathering | None = None) -> bytes:
    """Return 汇总.docx, the same bytes for the same roll-up; raises `TemplateError` with the place of the tag that failed."""
    return template.render(context(gathering or gather(rollup, template)))
