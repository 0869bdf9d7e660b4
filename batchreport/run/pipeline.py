"""This module makes one department's report: workbook bytes and a kit in, an outcome with the report's bytes out."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, cast

from batchreport.errors import TemplateError
from batchreport.findings import Place, Severity, warning
from batchreport.packed import before, key_of, pack
from batchreport.report.context import Contexts
from batchreport.report.shown.hidden import Hidden
from batchreport.report.shown.watch import Watch
from batchreport.report.template import Template
from batchreport.run.archive import digest_of
from batchreport.run.outcome import NO_FILE, Kit, Outcome, Source, lost
from batchreport.schema import Schema, parse_schema
from batchreport.workbook.check import check, in_order
from batchreport.workbook.earlier import compare, completed
from batchreport.workbook.package import Limits
from batchreport.workbook.read import read_workbook

if TYPE_CHECKING:
    from collections.abc import Mapping

    from batchreport.packed import Earlier
    from batchreport.period import Period
    from batchreport.report.draft import Drafter
    from batchreport.report.trace import Tracer
    from batchreport.submission import Submission

__all__ = ["NO_FILE", "Kit", "Outcome", "Pipeline", "Source", "build", "lost"]


class Pipeline:
    """A schema and a template made ready for one workbook after another; without a template it only checks."""

    def __init__(
        self,
        schema: Schema,
        template: Template | None = None,
        roster: Mapping[str, str] | None = None,
        limits: Limits | None = None,
        mark: str = "",
        past: Mapping[str, tuple[bytes, ...]] | None = None,
    ) -> None:
        self.schema = schema
        self.template = template
        self._roster = roster or {}
        self._limits = limits or Limits()
        self._mark = mark
        self._past = past or {}
        self.trace = ""
        """What `Kit.trace` says."""
        self.drafts = False
        """What `Kit.draft` says."""
        uses, supplements = (template.uses, template.supplements) if template else ((), False)
        watch = template.printing.watch if template else Watch()
        self._contexts = Contexts(schema, uses, supplements=supplements, watch=watch)
        self._hidden = Hidden(schema, watch, self._contexts.beside if template and template.shows_rest else {})

    @classmethod
    def of(cls, kit: Kit) -> Pipeline:
        """Return the pipeline of a kit; raises `SchemaError` or `TemplateError` with every mistake."""
        schema = parse_schema(kit.schema, kit.schema_file)
        template = Template.parse(kit.template, schema, file=kit.template_file) if kit.template_file else None
        made = cls(schema, template, kit.roster, kit.limits, kit.mark, kit.past)
        made.trace, made.drafts = kit.trace, kit.draft
        return made

    def with_past(self, past: Mapping[str, tuple[bytes, ...]]) -> Pipeline:
        """Return the pipeline with another past: see `Kit`."""
        made = Pipeline(self.schema, self.template, self._roster, self._limits, self._mark, past)
        made.trace, made.drafts = self.trace, self.drafts
        return made

    def read(self, source: Source) -> Submission:
        """Return the checked submission of one workbook."""
        submission = read_workbook(
            source.data,
            self.schema,
            file=source.file,
            period=source.period,
            name=source.name,
            roster=self._roster,
            limits=self._limits,
        )
        return check(submission, self.schema)

    def _marked(self, data: bytes, submission: Submission) -> bytes | None:
        """Return the marked copy of a workbook in which something is to be mended."""
        if all(finding.severity is Severity.NOTE for finding in submission.findings):
            return None
        from batchreport.workbook.marking.marked import mark  # noqa: PLC0415  (most runs mark nothing)

        return mark(data, submission.findings, self._mark, submission.revision, limits=self._limits).data

    def __call__(self, source: Source) -> Outcome:
        """Return the outcome of one workbook; a report is made where the kit has a template and no finding is an error."""
        if source.closed:
            return Outcome(source.file, period=source.period, findings=(source.closed,))
        if source.unreadable:
            code = "input-not-a-file" if source.unreadable == NO_FILE else "file-unreadable"
            return lost(source, code, said=source.unreadable)
        submission = self.read(source)
        earlier = self._earlier(submission)
        submission = self._compared(submission, earlier)
        outcome = Outcome(
            file=submission.file,
            department=submission.department,
            name=submission.name,
            period=submission.period,
            revision=submission.revision,
            stamped=submission.stamp is not None,
            findings=submission.findings,
            marked=self._marked(source.data, submission) if self._mark else None,
            records=pack(submission.sound),
            made_from=digest_of(source.data),
        )
        if self.template is None:
            return outcome
        if not outcome.good:
            return self._drafted(outcome, submission, earlier) if self.drafts else outcome
        try:
            context = self._contexts.of(completed(submission, self.schema, earlier), earlier)
            report = self.template.render(context)
        except TemplateError as problem:
            return replace(outcome, findings=(*outcome.findings, *problem.findings))
        outcome = replace(outcome, report=report, hidden=self._hidden(submission, context))
        return self._traced(outcome, submission, earlier) if self.trace else outcome

    def blanked(self, submission: Submission) -> tuple[Submission, bytes]:
        """Return a submission that was read, with all that is said of it, and its report, in which what is wrong is blank.

        Raises `TemplateError`.
        """
        earlier = self._earlier(submission)
        submission = self._compared(submission, earlier)
        context = self._contexts.of(completed(submission.sound, self.schema, earlier), earlier)
        return submission, cast("Template", self.template).render(context)

    @cached_property
    def _drafter(self) -> Drafter:
        from batchreport.report.draft import Drafter  # noqa: PLC0415  (only few runs make drafts)

        return Drafter(self.schema, cast("Template", self.template))

    def _drafted(self, outcome: Outcome, submission: Submission, earlier: tuple[Earlier, ...]) -> Outcome:
        """Return an outcome with the draft of its report, where it is known whose it would be, and of when."""
        if not outcome.period or not outcome.key or outcome.strayed or outcome.disputed or not submission.tables:
            return outcome
        try:
            return replace(outcome, draft=self._drafter(submission, earlier, completed))
        except TemplateError:  # who takes the outcome in says that there is none
            return outcome

    @cached_property
    def _tracer(self) -> Tracer:
        from batchreport.report.trace import Tracer  # noqa: PLC0415  (only few runs trace)

        return Tracer(self.schema, cast("Template", self.template))

    def _traced(self, outcome: Outcome, submission: Submission, earlier: tuple[Earlier, ...]) -> Outcome:
        """Return an outcome with what says where the figures of its report come from; a warning says why there is none."""
        try:
            traced = self._tracer(submission, earlier, outcome.report or b"", completed)
        except TemplateError as problem:
            said = "; ".join(finding.what(self.schema.language) for finding in problem.findings)
            return replace(
                outcome, findings=(*outcome.findings, warning("trace-failed", Place(file=outcome.file), said=said))
            )
        made = traced.commented(outcome.report or b"") if self.trace == "comments" else None
        return replace(outcome, trace=traced.data, commented=made)

    def _compared(self, submission: Submission, earlier: tuple[Earlier, ...]) -> Submission:
        """Return a submission with what is odd beside what its department reported before."""
        odd = compare(submission, self.schema, earlier)
        return in_order(submission.with_findings(odd), self.schema) if odd else submission

    def _earlier(self, submission: Submission) -> tuple[Earlier, ...]:
        """Return what the department reported for the periods before, oldest first."""
        past = self._past.get(key_of(submission.department, submission.name), ())
        return before(past, submission.period) if submission.period else ()


def build(
    data: bytes, schema: Schema, template: Template, *, file: str = "workbook.xlsx", period: Period | None = None
) -> Outcome:
    """Return the outcome of one workbook's bytes: its findings, and its report's bytes where none of them is an error.

    For many workbooks make one `Pipeline` and call it with each `Source`.
    """
    return Pipeline(schema, template)(Source(file, data, file.rpartition(".")[0], period))
