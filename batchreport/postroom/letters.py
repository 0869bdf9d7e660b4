"""This module writes the letters to departments out of the project's templates, which its clerk may edit."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cached_property
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError
from jinja2.exceptions import SecurityError
from jinja2.meta import find_undeclared_variables
from jinja2.nodes import Name
from jinja2.sandbox import ImmutableSandboxedEnvironment

from batchreport import errors
from batchreport.findings import Finding, Place, Severity, catalogue, condense, error
from batchreport.mail.taken import printable
from batchreport.names import near
from batchreport.period import day_label

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from batchreport.period import Period
    from batchreport.project import Project
    from batchreport.run.post import Kind
    from batchreport.workbook.roster import Department

FOLDER = "templates/letters"
"""Where a project has its letters."""
STATES = {
    "unsent": "未发出",
    "awaited": "未交",
    "wrong-period": "期间不符",
    "doubled": "重复",
    "faulty": "有误",
    "returned": "已退回",
    "good": "已齐",
}
"""The states of a department as a Chinese letter names them."""
_NAMES = {
    "单位名称": "department",
    "单位代码": "code",
    "联系人": "person",
    "期间": "period",
    "报表": "form",
    "截止日期": "deadline",
    "联系方式": "contact",
    "单位": "organisation",
    "问题": "findings",
    "逾期天数": "days_late",
    "状态": "state",
}
_SUBJECT = re.compile(r"\s*(?:主题|标题|subject)\s*[:：](.*)", re.IGNORECASE)
_FULL_WIDTH = re.compile(r"｛[｛{%％]|\{[｛％]|[｝}%％]｝|[｝％]\}")
_MOST = 60  # lines of findings in a letter
_FEW = 5  # cells that a line names
_WIDE = re.compile(r"\n{3,}")


@dataclass(frozen=True, slots=True)
class About:
    """What a letter is about; `state` is a key of `STATES`."""

    department: Department
    period: Period
    state: str = ""
    findings: str = ""
    days_late: int = 0


class Letters:
    """The texts of one kind of letter, in the project's language; raises `TemplateError` with what is wrong in them.

    `form` is the title of the schema, `deadline` the day by which workbooks are to be back.
    """

    def __init__(self, project: Project, kind: Kind, language: str, *, form: str, deadline: date | None) -> None:
        self._file = f"{FOLDER}/{kind}.txt"
        self._language = language
        self.deadline = deadline
        settings = project.settings
        day = day_label(deadline, language) if deadline else ""
        self._same = {"form": form, "deadline": day, "contact": settings.contact, "organisation": settings.organisation}
        self._environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
        self._source = self._text(project)
        self._check()

    def write(self, about: About) -> tuple[str, str]:
        """Return the subject and the text of a letter; raises `TemplateError` where the template cannot say it."""
        department = about.department
        values = self._same | {
            "department": printable(department.name),
            "code": printable(department.code),
            "person": printable(department.contact),
            "period": about.period.label(self._language),
            "findings": about.findings,
            "days_late": about.days_late,
            "state": about.state,
        }
        values |= {chinese: values[english] for chinese, english in _NAMES.items()}
        values["状态"] = STATES.get(about.state, about.state)
        try:
            subject, text = (template.render(values) for template in self._templates)
        except (TemplateError, SecurityError, TypeError, ValueError, ArithmeticError, LookupError) as problem:
            raise self._wrong("letter-fails", _line(problem), said=printable(str(problem))) from None
        return printable(subject), _WIDE.sub("\n\n", text).strip() + "\n"

    @cached_property
    def _templates(self) -> tuple[Any, Any]:
        """The templates of subject and text; empty lines before the text keep its lines' numbers."""
        match = _SUBJECT.fullmatch(self._source.partition("\n")[0])
        if match is None:
            raise self._wrong("letter-no-subject", 1)
        text = "\n" + self._source.partition("\n")[2]
        return self._environment.from_string(match[1].strip()), self._environment.from_string(text)

    def _text(self, project: Project) -> str:
        path = project.root / self._file
        if path.is_file():
            data = path.read_bytes()
        else:
            starter = files("batchreport").joinpath("starter", self._language)
            data = starter.joinpath(self._file).read_bytes()
        try:
            return data.decode("utf-8-sig").replace("\r\n", "\n")
        except UnicodeDecodeError as problem:
            raise self._wrong("toml-encoding", data[: problem.start].count(b"\n") + 1) from None

    def _check(self) -> None:
        """Find out before the first letter whether the text can be written."""
        if match := _FULL_WIDTH.search(self._source):
            raise self._wrong("letter-full-width", self._source.count("\n", 0, match.start()) + 1, found=match[0])
        try:
            parsed = self._environment.parse(self._source)
            _ = self._templates
        except TemplateSyntaxError as problem:
            raise self._wrong("letter-syntax", problem.lineno, said=printable(problem.message or "")) from None
        known = (*_NAMES, *_NAMES.values())
        unknown = find_undeclared_variables(parsed) - set(known) - set(self._environment.globals)
        if unknown:
            names = [node for node in parsed.find_all(Name) if node.name in unknown]
            raise errors.TemplateError([self._unknown(node, known) for node in names])

    def _unknown(self, node: Name, known: tuple[str, ...]) -> Finding:
        shown = tuple(_NAMES if self._language == "zh" else _NAMES.values())
        place = Place(file=self._file, line=node.lineno)
        return error("letter-unknown-name", place, found=node.name, known=shown, near=near(node.name, known))

    def _wrong(self, code: str, line: int, **details: str) -> errors.TemplateError:
        return errors.TemplateError([error(code, Place(file=self._file, line=line), **details)])


def told(findings: Iterable[Finding], language: str) -> str:
    """Return findings as the numbered lines of a letter, several of one kind as one, without what is only noted."""
    grave = [finding for finding in findings if finding.severity is not Severity.NOTE]
    lines = list(_lines(grave, language))
    if len(lines) > _MOST:
        rest = catalogue(language)["words"]["more"].format(n=len(lines) - _MOST)
        lines = [*lines[:_MOST], f"…{rest}"]
    return "\n".join(lines)


def _lines(findings: list[Finding], language: str) -> Iterator[str]:
    words = catalogue(language)["words"]
    comma, stop = ("、", "。") if language == "zh" else (", ", ".")
    for number, (finding, others) in enumerate(condense(findings), 1):
        line = replace(finding, place=replace(finding.place, file="")).line(language)
        few = all(others) and len(others) <= _FEW
        more = words["also"].format(cells=comma.join(others)) if few else words["more"].format(n=len(others))
        yield f"{number}. {printable(line).rstrip(stop)}{more if others else ''}{stop}"


def _line(problem: BaseException) -> int:
    """Return the line of the template in which an error came up; 1 where that cannot be told."""
    line, traceback = 1, problem.__traceback__
    while traceback is not None:
        if traceback.tb_frame.f_code.co_filename == "<template>":
            line = traceback.tb_lineno
        traceback = traceback.tb_next
    return line
