"""batchreport turns the Excel workbooks that departments fill into finished Word reports, all of them at once, and loses nothing on the way."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from batchreport.errors import BatchReportError as BatchReportError
    from batchreport.findings import Finding as Finding
    from batchreport.findings import Severity as Severity
    from batchreport.period import Period as Period
    from batchreport.report.template import Template as Template
    from batchreport.run.pipeline import Outcome as Outcome
    from batchreport.run.pipeline import Pipeline as Pipeline
    from batchreport.run.pipeline import Source as Source
    from batchreport.run.pipeline import build as build
    from batchreport.schema import Schema as Schema
    from batchreport.schema import parse_schema as parse_schema
    from batchreport.submission import Submission as Submission
    from batchreport.workbook.blank import blank_workbook as blank_workbook
    from batchreport.workbook.check import check as check
    from batchreport.workbook.prefill import Prefill as Prefill
    from batchreport.workbook.read import read_workbook as read_workbook

__version__ = "0.1.0"

# Loaded when first asked for: `batchreport --help` must not wait for pandas.
_HOMES = {
    "BatchReportError": "errors",
    "Finding": "findings",
    "Outcome": "run.pipeline",
    "Period": "period",
    "Pipeline": "run.pipeline",
    "Prefill": "workbook.prefill",
    "Schema": "schema",
    "Severity": "findings",
    "Source": "run.pipeline",
    "Submission": "submission",
    "Template": "report.template",
    "blank_workbook": "workbook.blank",
    "build": "run.pipeline",
    "check": "workbook.check",
    "parse_schema": "schema",
    "read_workbook": "workbook.read",
}
__all__ = list(_HOMES)


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"batchreport.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'batchreport' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
