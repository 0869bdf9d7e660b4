"""This module makes the roll-up of a period: a Word report from a template, and a workbook with every record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from batchreport.report.rollup.context import context as context_of
from batchreport.report.rollup.names import names as names_of
from batchreport.report.rollup.sheets import records_frame, rollup_xlsx
from batchreport.report.rollup.value import Rollup
from batchreport.report.template import Template

if TYPE_CHECKING:
    from batchreport.schema import Schema

__all__ = ["Rollup", "context_of", "records_frame", "rollup_docx", "rollup_template", "rollup_xlsx"]


def rollup_template(data: bytes, schema: Schema, file: str = "rollup.docx") -> Template:
    """Return the template of a roll-up in a .docx file's bytes; raises `TemplateError` with every mistake in it."""
    return Template.parse(data, schema, file=file, names=names_of)


def rollup_docx(template: Template, rollup: Rollup) -> bytes:
    """Return 汇总.docx, the same bytes for the same roll-up; raises `TemplateError` with the place of the tag that failed."""
    return template.render(context_of(rollup))
