"""This module lists, on a page before a draft, what is to be corrected in its workbook."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from lxml import etree

from batchreport.findings import Severity
from batchreport.report.book.wordml import PARAGRAPH, W, local, make, printed, properties, put, read
from batchreport.report.parts import unpack
from batchreport.report.text import clean
from batchreport.zips import Member, pack

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from lxml.etree import _Element

    from batchreport.findings import Finding
    from batchreport.submission import Submission

_WORDS = {
    "zh": {
        "title": "草稿，不是正式报告",
        "lead": "{name}{period}的工作簿还有下列{n}处要更正。正文里标着“待更正”的地方，号码与这里的相同；合计等数字里没有算进这些格。"
        "更正以后重新生成，本页和这份草稿就没有了。",
    },
    "en": {
        "title": "Draft, not a report",
        "lead": "In the workbook of {name} for {period}, this is still to be corrected. The numbers are those of the places marked "
        "“to correct” in the text; totals leave these cells out. Once they are corrected and the report is built again, this page "
        "and the draft are gone.",
    },
}
_TITLE, _TEXT = "36", "21"  # half points


@dataclass(frozen=True, slots=True)
class Listing:
    """What is to be corrected, as people read it, in the order of the findings; `numbers` counts the wrong cells from 1.

    A cell is told by its sheet and itself; what is wrong with no cell stands behind all cells.
    """

    lead: str
    lines: Sequence[str]
    numbers: Mapping[tuple[str, str], int]
    language: str

    @classmethod
    def of(cls, submission: Submission, language: str) -> Listing:
        """Return the listing of a submission that is wrong."""
        numbers = {at: number for number, at in enumerate(submission.wrong, 1)}
        errors = [one for one in submission.findings if one.severity is Severity.ERROR]
        said: dict[object, list[str]] = {at: [] for at in numbers}
        for one in errors:
            at = (one.place.sheet, one.place.cell)
            said.setdefault(at if at in numbers else one, []).append(_line(one, language))
        period = submission.period.label(language) if submission.period else ""
        lead = _WORDS[language]["lead"].format(name=submission.name, period=period, n=len(said))
        return cls(lead, [" ".join(lines) for lines in said.values()], numbers, language)


def _line(finding: Finding, language: str) -> str:
    return replace(finding, place=replace(finding.place, file="")).line(language)


def listed(report: bytes, listing: Listing) -> bytes:
    """Return a report with the listing on a page of its own before it."""
    package = unpack(report)
    root = read(package.data[package.main])
    body = root.find(f"{W}body")
    if body is not None:
        _begin_a_page(body)
        for at, paragraph in enumerate(_paragraphs(listing)):
            body.insert(at, paragraph)
    parts = {**package.data, package.main: printed(root)}
    return pack([Member.of(name, data) for name, data in parts.items()])


def _begin_a_page(body: _Element) -> None:
    """Have what a body begins with stand on a page of its own."""
    first = next((one for one in body if local(one) in {"p", "tbl", "sdt"}), None)
    if first is None:
        return
    if local(first) != "p":
        body.insert(0, first := make("p"))
    put(properties(first, "pPr"), make("pageBreakBefore"), PARAGRAPH)


def _paragraphs(listing: Listing) -> Iterator[_Element]:
    words = _WORDS[listing.language]
    yield _paragraph(words["title"], _TITLE, make("jc", val="center"), bold=True)
    yield _paragraph(listing.lead, _TEXT)
    for number, line in enumerate(listing.lines, 1):
        yield _paragraph(f"{number}. {line}", _TEXT)


def _paragraph(text: str, size: str, *more: _Element, bold: bool = False) -> _Element:
    spacing = make("spacing", before="0", after="120", line="300", lineRule="auto")
    indents = make("ind", left="0", right="0", firstLine="0", firstLineChars="0")
    look = (*((make("b"),) if bold else ()), make("sz", val=size), make("szCs", val=size))
    said = make("t")
    said.text = clean(text)
    said.set(etree.QName("http://www.w3.org/XML/1998/namespace", "space"), "preserve")
    return make(
        "p", (make("pPr", (make("snapToGrid", val="0"), spacing, indents, *more)), make("r", (make("rPr", look), said)))
    )
