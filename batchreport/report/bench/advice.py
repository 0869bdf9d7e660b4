"""This module gathers all that is to be said of a template: what keeps it from being used, what is odd, what it leaves out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from batchreport.errors import TemplateError
from batchreport.findings import OTHER_SCHEMA, Finding, Place, Severity, note, warning
from batchreport.report.bench.comments import commented, uncommented
from batchreport.report.bench.foreign import check_foreign
from batchreport.report.bench.surroundings import surroundings
from batchreport.report.bench.survey import Survey
from batchreport.report.bench.trial import tried
from batchreport.report.inference.scope import names as of_department
from batchreport.report.parts import NotDocx, unpack
from batchreport.report.shown.unshown import unshown
from batchreport.report.template import PARTS, Template

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from batchreport.report.inference.scope import Kind
    from batchreport.schema import Schema

_MANY = 5  # names that are not there, and hardly all misspelt
_WORDS = ("", *dict.fromkeys(PARTS.values()))


@dataclass(frozen=True, slots=True)
class Advice:
    """All findings about a template in the order of its text; `survey` is None where it is no Word document."""

    data: bytes
    findings: tuple[Finding, ...]
    survey: Survey | None

    @property
    def worst(self) -> Severity:
        """How grave the gravest finding is; a note where there is none."""
        return max((finding.severity for finding in self.findings), default=Severity.NOTE)

    def marked(self, language: str) -> bytes | None:
        """Return a copy with a comment at the place of each error and warning; None where there is nothing to comment."""
        grave = [finding for finding in self.findings if finding.severity > Severity.NOTE]
        if self.survey is None or not grave:
            return None
        try:
            return commented(self.data, self.survey.remarks(grave, language))
        except NotDocx:
            return None


def advise(
    data: bytes,
    schema: Schema,
    file: str = "summary.docx",
    names: Callable[[Schema], Mapping[str, Kind]] = of_department,
) -> Advice:
    """Return all that is to be said of the template in a .docx file's bytes; nothing that is wrong hides another thing.

    `names` gives what a template for `schema` sees at the top; only of a department's is said what it never shows.
    """
    template = None
    try:
        template = Template.parse(data, schema, file=file, names=names)
        found = [*template.warnings, *tried(template, schema, rollup=names is not of_department)]
    except TemplateError as problem:
        found = list(problem.findings)
        if names is not of_department:
            found.append(note("rollup-template-aside", Place(file=file)))
        elif found[0].code == OTHER_SCHEMA:
            pass  # which says it all
        elif _is_of_rollup(found, schema):
            found.append(note("template-of-rollup", Place(file=file)))
        elif len(_unknown(found)) >= _MANY:
            found.append(note("template-of-other-schema", Place(file=file), names=tuple(_unknown(found))))
    try:
        survey = Survey.of(uncommented(unpack(data)), file)
    except NotDocx:
        return Advice(data, tuple(found), None)
    found += [*check_foreign(survey, names(schema)), *surroundings(survey)]
    if not any(line.spans for sheet in survey.sheets for line in sheet.lines):
        found.append(warning("template-without-tags", Place(file=file)))
    if template is not None and names is of_department:
        found += unshown(template, schema)
    return Advice(data, _ordered(found, survey), survey)


def _is_of_rollup(findings: list[Finding], schema: Schema) -> bool:
    """Tell whether names that a department's template does not know are those of a roll-up's."""
    from batchreport.report.rollup.names import names as of_rollup  # noqa: PLC0415  (few templates are looked at as another's)

    return not of_rollup(schema).keys().isdisjoint(_unknown(findings))


def _unknown(findings: list[Finding]) -> dict[str, None]:
    """Return the names that a template uses and its schema has not, in their order."""
    return dict.fromkeys(str(one.details["name"]) for one in findings if one.code == "template-unknown-name")


def _ordered(findings: list[Finding], survey: Survey) -> tuple[Finding, ...]:
    order = survey.order()
    texts = {line.place: line.text for sheet in survey.sheets for line in sheet.lines if line.stream == "text"}

    def rank(finding: Finding) -> tuple[int, int, int]:
        place = finding.place
        inside = (at for known, at in order.items() if _holds(place, known)) if place.part else iter(())
        part = _WORDS.index(place.part) if place.part in _WORDS else len(_WORDS)
        outside = -1 if finding.code == OTHER_SCHEMA else len(_WORDS) + 1
        return part if place.part else outside, order.get(place, next(inside, -1)), _stands(finding, texts)

    return tuple(sorted(_once(findings), key=rank))


def _stands(finding: Finding, texts: Mapping[Place, str]) -> int:
    return texts.get(finding.place, "").find(str(finding.details.get("tag", "")))


def _once(findings: list[Finding]) -> list[Finding]:
    """Return the findings without those that say the same."""
    said: dict[tuple[str, Place, str], Finding] = {}
    for finding in findings:
        said.setdefault((finding.code, finding.place, str(sorted(finding.details.items()))), finding)
    return list(said.values())


def _holds(outer: Place, inner: Place) -> bool:
    return inner.part == outer.part and inner.spot[: len(outer.spot)] == outer.spot
