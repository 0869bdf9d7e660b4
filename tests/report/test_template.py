"""Templates: what they show of a context, and what is said of their mistakes."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO
from operator import itemgetter
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import docx
import jinja2
import pytest
from docxtpl import DocxTemplate
from lxml import etree

from batchreport.errors import TemplateError
from batchreport.period import Period
from batchreport.report.grammar import FILTERS
from batchreport.report.template import Template
from batchreport.schema import Schema, Section, parse_schema
from batchreport.values import Missing
from tests.report.templates import shown, template

ROOT = Path(__file__).parents[2]
CASES = sorted((ROOT / "tests/cases/template").glob("*.txt"))
BARE = re.compile(r"^(\[\[)?([^\W\d]\w*)(?=\]\]|\s*=)", re.MULTILINE)  # TOML wants Chinese keys quoted, people do not
SCHEMA = parse_schema((ROOT / "tests/cases/template/schema.toml").read_bytes())


@dataclass(frozen=True)
class Case:
    """A template, its context, and what comes of it: the text shown, or findings as "code | place | part of the text"."""

    template: str
    context: dict[str, Any]
    text: str | None
    findings: list[str]


def read_case(path: Path) -> Case:
    """Return the case in a file: the template, then `=== context`, `=== text` or `=== findings`."""
    first, *others = re.split(r"^=== (\w+)\n", path.read_text("utf-8"), flags=re.MULTILINE)
    parts = dict(zip(others[::2], others[1::2], strict=True))
    assert parts.keys() <= {"context", "text", "findings"}, path
    text = parts["text"].rstrip("\n") if "text" in parts else None
    return Case(
        first.rstrip("\n"),
        tomllib.loads(BARE.sub(r'\1"\2"', parts.get("context", ""))),
        text,
        parts.get("findings", "").splitlines(),
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
    data = template(case.template)
    try:
        made = Template.parse(data, SCHEMA, file="t.docx")
        report = made.render(context(case.context))
    except TemplateError as problem:
        said = [f"{f.code} | {f.place.text('zh').removeprefix('t.docx › ')} | {f.what('zh')}" for f in problem.findings]
        assert case.text is None, said
        _compare(said, case.findings)
        return
    assert case.text is not None, shown(report)
    assert shown(report) == case.text
    docx.Document(BytesIO(report))
    said = [f"{f.code} | {f.place.text('zh').removeprefix('t.docx › ')} | {f.what('zh')}" for f in made.warnings]
    _compare(said, case.findings)


def _compare(said: list[str], expected: list[str]) -> None:
    """Compare findings: code and place whole, and of the text the part that the case gives."""
    assert [line.rsplit(" | ", 1)[0] for line in said] == [line.rsplit(" | ", 1)[0] for line in expected], said
    for full, part in zip(said, expected, strict=True):
        assert part.rsplit(" | ", 1)[1] in full.rsplit(" | ", 1)[1]


@pytest.mark.parametrize(
    "path", [path for path in CASES if path.stem.startswith("docxtpl-")], ids=lambda path: path.stem
)
def test_a_well_behaved_template_gives_what_docxtpl_gives(path: Path) -> None:
    """Part by part, save for empty runs and the marks of preserved space."""
    case = read_case(path)
    data = template(case.template)
    values = context(case.context)
    ours = parts(Template.parse(data, SCHEMA).render(values))
    theirs = DocxTemplate(BytesIO(data))
    environment = jinja2.Environment(autoescape=True, finalize=lambda value: "" if value is None else value)
    environment.filters |= FILTERS
    theirs.render(values, environment)
    saved = BytesIO()
    theirs.save(saved)
    assert ours == parts(saved.getvalue())


def parts(report: bytes) -> dict[str, str]:
    """Return the XML of the parts that are rendered, in one form."""
    with ZipFile(BytesIO(report)) as archive:
        return {name: normal(archive.read(name)) for name in archive.namelist() if re.match(r"word/\w+\.xml", name)}


def normal(data: bytes) -> str:
    """Return XML without empty runs, without attributes that change nothing, and in canonical form."""
    root = etree.fromstring(data)
    for element in list(root.iter("{*}t", "{*}r")):
        element.attrib.pop("{http://www.w3.org/XML/1998/namespace}space", "")
        parent = element.getparent()
        if not len(element) and not element.text and parent is not None:
            parent.remove(element)
    for run in list(root.iter("{*}r")):
        parent = run.getparent()
        if parent is not None and all(str(child.tag).endswith("}rPr") for child in run):
            parent.remove(run)
    for drawing in root.iter("{*}docPr"):
        drawing.attrib.pop("id")
    return etree.tostring(root, method="c14n", exclusive=True).decode()
