"""This module renders a template with made-up data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from batchreport.report.bench.sample_data import PERIOD, sample
from batchreport.report.context import Contexts
from batchreport.report.rollup.documents import rollup_docx
from batchreport.report.rollup.value import Rollup

if TYPE_CHECKING:
    from batchreport.report.template import Template
    from batchreport.schema import Schema

_DEPARTMENTS = {"typical": 4, "empty": 0, "extreme": 4}


def preview(template: Template, schema: Schema, data: str, *, past: bool = True) -> bytes:
    """Return the report that a template makes of made-up data of a kind of `DATA`; raises `TemplateError` where it fails."""
    made = sample(schema, data, past=past)
    return template.render(Contexts(schema, template.uses).of(made.submission, made.earlier))


def preview_rollup(template: Template, schema: Schema, data: str, *, past: bool = True) -> bytes:
    """Return what a roll-up's template makes of several made-up departments, one of which is missing."""
    every = [sample(schema, data, at, past=past) for at in range(_DEPARTMENTS[data])]
    now = [one.submission for one in every]
    roster = [(one.department, one.name) for one in now] + [
        ("D099", "示例未报单位" if schema.language == "zh" else "Late Department")
    ]
    earlier = {}
    for at, period in enumerate(one.period for one in (every[0].earlier if every else ())):
        earlier[period] = [one.earlier[at].submission for one in every]
    return rollup_docx(template, Rollup.of(schema, now, PERIOD, roster=roster, earlier=earlier))
