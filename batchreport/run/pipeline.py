"""This module makes one department's report: workbook bytes and a kit in, an outcome with the report's bytes out."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from batchreport.errors import TemplateError
from batchreport.findings import Finding, Place, Severity
from batchreport.report.context import Contexts
from batchreport.report.grammar import FILTERS
from batchreport.report.template import Template
from batchreport.schema import Schema, parse_schema
from batchreport.workbook.check import check
from batchreport.workbook.read import read_workbook

if TYPE_CHECKING:
    from collections.abc import Mapping

    from batchreport.period import Period
    from batchreport.submission import Submission


@dataclass(frozen=True, slots=True)
class Kit:
    """What every department of a run shares, as bytes, so that it travels to other processes."""

    schema: bytes
    schema_file: str
    template: bytes = b""
    template_file: str = ""
    roster: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Source:
    """One workbook: the name that findings give it, its bytes, and what its file name and folder say.

    `unreadable` is the system's reason where the bytes could not be had.
    """

    file: str
    data: bytes
    name: str = ""
    period: Period | None = None
    unreadable: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one workbook; `report` is None where none was made."""

    file: str
    department: str = ""
    name: str = ""
    period: Period | None = None
    revision: int = 0
    stamped: bool = False
    findings: tuple[Finding, ...] = ()
    report: bytes | None = field(default=None, repr=False)

    @property
    def good(self) -> bool:
        """Whether no finding is an error."""
        return not any(finding.severity is Severity.ERROR for finding in self.findings)

    def count(self, severity: Severity) -> int:
        """Return how many findings are of that severity."""
        return sum(finding.severity is severity for finding in self.findings)


class Pipeline:
    """A kit made ready: the schema parsed and the template compiled, once per process."""

    def __init__(self, kit: Kit) -> None:
        self.schema: Schema = parse_schema(kit.schema, kit.schema_file)
        self.template: Template | None = None
        self._roster = kit.roster
        if kit.template_file:
            self.template = Template.parse(kit.template, self.schema, FILTERS, kit.template_file)
            self._contexts = Contexts(self.schema, self.template.uses)

    def read(self, source: Source) -> Submission:
        """Return the checked submission of one workbook."""
        submission = read_workbook(
            source.data, self.schema, file=source.file, period=source.period, name=source.name, roster=self._roster
        )
        return check(submission, self.schema)

    def __call__(self, source: Source) -> Outcome:
        """Return the outcome of one workbook; a report is made where the kit has a template and no finding is an error."""
        if source.unreadable:
            return lost(source, "file-unreadable", said=source.unreadable)
        submission = self.read(source)
        outcome = Outcome(
            file=submission.file,
            department=submission.department,
            name=submission.name,
            period=submission.period,
            revision=submission.revision,
            stamped=submission.stamp is not None,
            findings=submission.findings,
        )
        if self.template is None or not outcome.good:
            return outcome
        try:
            report = self.template.render(self._contexts.of(submission))
        except TemplateError as problem:
            return replace(outcome, findings=(*outcome.findings, *problem.findings))
        return replace(outcome, report=report)


def lost(source: Source, code: str = "file-kills-reader", **details: str) -> Outcome:
    """Return the outcome of a workbook that could not be read at all, or whose reading ended its process."""
    finding = Finding(code, Severity.ERROR, Place(file=source.file), details)
    return Outcome(file=source.file, name=source.name, period=source.period, findings=(finding,))
