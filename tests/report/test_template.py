"""Templates: what they show of a context, and what is said of their mistakes."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import docx
import pytest

from batchreport.errors import TemplateError
from batchreport.findings import Severity
from batchreport.period import Period
from batchreport.report.bench.advice import advise
from batchreport.report.template import Template
from batchreport.schema import Schema, Section, parse_schema
from batchreport.values import Missing
from tests.report.sameness import as_word_saves, by_docxtpl, same_form
from tests.report.templates import shown, template

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from batchreport.findings import Finding

ROOT = Path(__file__).parents[2]
CHECKED = sorted((ROOT / "tests/cases/template").glob("check-*.txt"))
CASES = sorted({*(ROOT / "tests/cases/template").glob("*.txt")} - {*CHECKED})
BROKEN = [path for path in (*CASES, *CHECKED) if path.stem.startswith(("error-", "check-"))]
BARE = re.compile(r"^(\[\[)?([^\W\d]\w*)(?=\]\]|\s*=)", re.MULTILINE)  # TOML wants Chinese keys quoted, people do not
SCHEMA = parse_schema((ROOT / "tests/cases/template/schema.toml").read_bytes())


@dataclass(frozen=True)
class Case:
    """A template, its context, and what comes of it: the text shown, or findings.

    A finding is "code | place | part of the text", and may go on with "| part of the remedy".
    """

    template: str
    context: dict[str, Any]
    text: str | None
    findings: list[str]
    english: list[str]


def read_case(path: Path) -> Case:
    """Return the case in a file: the template, then `=== context`, `=== text`, `=== findings`, the same in `=== english`."""
    first, *others = re.split(r"^=== (\w+)\n", path.read_text("utf-8"), flags=re.MULTILINE)
    parts = dict(zip(others[::2], others[1::2], strict=True))
    assert parts.keys() <= {"context", "text", "findings", "english"}, path
    text = parts["text"].rstrip("\n") if "text" in parts else None
    return Case(
        first.rstrip("\n"),
        tomllib.loads(BARE.sub(r'\1"\2"', parts.get("context", ""))),
        text,
        parts.get("findings", "").splitlines(),
        parts.get("english", "").splitlines(),
    )


def context(values: dict[str, Any], schema: Schema = SCHEMA) -> dict[str, Any]:
    """Return the context that holds `values`, everything else blank."""
    made: dict[str, Any] = {}
    for section in schema.sections:
        given = values.get(section.name, values if section.kind == "form" else [])
        rows = tuple(row(section, record) for record in ([given] if section.kind == "form" else given))
        value = rows[0] if section.kind == "form" else rows
        made |= {section.key: value, section.name: value}
        if section.kind == "form":
            made |= {name: getattr(value, name) for column in section.columns for name in (column.key, column.name)}
    period = Period(2026, 11, "M")
    made |= dict.fromkeys(("本期", "current_period", "报告期", "period"), period)
    made |= dict.fromkeys(("上期", "previous_period"), period.previous) | dict.fromkeys(
        ("上年同期", "year_before"), period.year_before
    )
    return made | {name: [{"title": b, "标题": b} for b in values.get("补充", [])] for name in ("补充", "supplement")}


def row(section: Section, record: dict[str, Any]) -> Any:
    """Return a row as the context makes it: a tuple with its items as attributes of two names."""
    fields: dict[str, Any] = {"__slots__": ()}
    for at, column in enumerate(section.columns):
        fields |= {column.key: property(itemgetter(at)), column.name: property(itemgetter(at))}
    values = (record.get(column.name, record.get(column.key)) for column in section.columns)
    return type(section.key, (tuple,), fields)(map(value, values))


def value(given: Any) -> Any:
    """Return a TOML value as a workbook gives it."""
    if isinstance(given, str) and given.startswith("!missing "):
        return Missing(given.removeprefix("!missing "))
    if isinstance(given, list):
        return tuple(given)
    number = isinstance(given, int | float) and not isinstance(given, bool) and given == given  # noqa: PLR0124  (not nan)
    return Decimal(str(given)) if number else given


def test_there_are_cases() -> None:
    """The folder of cases is found."""
    assert len(CASES) > 50


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_template_shows_what_its_case_says(path: Path) -> None:
    """Each case shows its text, in a file that python-docx opens, or is refused with its findings in their order."""
    case = read_case(path)
    report = None
    try:
        made = Template.parse(template(case.template), SCHEMA, file="t.docx")
        report = made.render(context(case.context))
        findings = made.warnings
    except TemplateError as problem:
        findings = problem.findings

    assert (shown(report) if report else None) == case.text, said(findings, "zh")
    _compare(findings, case)
    docx.Document(BytesIO(report or template("")))


@pytest.mark.parametrize(
    "text",
    [
        "{% for loop in 荣誉 %}甲{% endfor %}",
        "{{ 单位名称|default('甲', boolean=true, boolean=true) }}",
        "{% block 甲 %}{% endblock %}{% block 甲 %}{% endblock %}",
        "{% macro 甲(乙, 乙) %}{% endmacro %}{{ 甲(1, 2) }}",
        "{% for 行 in 荣誉 %}" * 25 + "{% endfor %}" * 25,
        "{{ " + "(" * 220 + "1" + ")" * 220 + " + 1" * 220 + " }}",
    ],
    ids=["loop", "option", "blocks", "macro", "loops", "brackets"],
)
def test_what_only_compiling_refuses_is_said_by_checking(text: str) -> None:
    """Jinja's parser takes it, and what Jinja writes of it cannot be compiled."""
    assert advise(template(text), SCHEMA, "t.docx").worst is Severity.ERROR


@pytest.mark.parametrize("path", CHECKED, ids=lambda path: path.stem)
def test_the_bench_says_of_a_template_what_its_case_says(path: Path) -> None:
    """Each case has what `template check` says of it, in the order of the document, in both languages."""
    case = read_case(path)

    found = advise(template(case.template), SCHEMA, "t.docx").findings

    _compare([finding for finding in found if finding.code != "template-columns-unshown"], case)


def test_there_are_many_broken_templates() -> None:
    """Each has its findings in both languages, with place, text and remedy."""
    assert len(BROKEN) >= 60
    for path in BROKEN:
        case = read_case(path)
        assert case.findings, path
        assert len(case.findings) == len(case.english), path
        assert all(line.count(" | ") >= 3 for line in (*case.findings, *case.english)), path


def said(findings: Iterable[Finding], language: str) -> list[str]:
    """Return each finding as a case writes it."""
    places = ((f, f.place.text(language).removeprefix("t.docx").removeprefix(" › ")) for f in findings)
    return [f"{f.code} | {place} | {f.what(language)} | {f.remedy(language)}" for f, place in places]


def _compare(findings: Sequence[Finding], case: Case) -> None:
    """Compare findings: code and place whole, and of the text the part that the case gives."""
    for language, expected in (("zh", case.findings), ("en", case.english)):
        found = said(findings, language) if expected or language == "zh" else []
        assert [line.split(" | ")[:2] for line in found] == [line.split(" | ")[:2] for line in expected], found
        for full, part in zip(found, expected, strict=True):
            text, _, remedy = part.split(" | ", 2)[2].partition(" | ")
            assert text in full.split(" | ", 2)[2]
            assert remedy in full.split(" | ", 2)[2]


@pytest.mark.parametrize("saved", [bytes, as_word_saves], ids=["typed", "split"])
@pytest.mark.parametrize(
    "path", [path for path in CASES if path.stem.startswith("docxtpl-")], ids=lambda path: path.stem
)
def test_a_well_behaved_template_gives_what_docxtpl_gives(path: Path, saved: Callable[[bytes], bytes]) -> None:
    """Part by part, whether its texts stand in one run each or are split as Word splits them."""
    case = read_case(path)
    data = saved(template(case.template))
    values = context(case.context)
    ours = Template.parse(data, SCHEMA).render(values)

    assert same_form(ours, data) == same_form(by_docxtpl(data, lambda _: values), data)
