"""This module holds the exceptions that end a run.

BatchReportError
├── SchemaError      the schema cannot be used
├── TemplateError    the template cannot be used
├── SettingsError    batchreport.toml or the roster cannot be used
├── InputError       there is nothing to work on
├── OutputError      the result cannot be written
└── MailError        the mail server cannot be used

Trouble in somebody's workbook is never an exception: it is a `Finding`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from batchreport.findings import Finding


class BatchReportError(Exception):
    """We cannot go on, and these findings say why."""

    exit_code = 2

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("\n".join(finding.line("en") for finding in self.findings))

    def __reduce__(self) -> tuple[type[BatchReportError], tuple[tuple[Finding, ...]]]:
        return type(self), (self.findings,)


class SchemaError(BatchReportError):
    """The schema cannot be used."""


class TemplateError(BatchReportError):
    """The template cannot be used."""


class SettingsError(BatchReportError):
    """The project's settings or its roster cannot be used."""


class InputError(BatchReportError):
    """There is nothing to work on."""


class OutputError(BatchReportError):
    """The result cannot be written."""


class MailError(BatchReportError):
    """The mail server cannot be used."""
