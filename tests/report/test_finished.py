"""A finished roll-up is looked through before it is handed out: one that is broken, or in which something is left over, is not."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import ZipFile

import pytest

from batchreport.report.audit import finished
from batchreport.report.audit.finished import audit_rollup
from batchreport.report.rollup.documents import rollup_docx, rollup_template
from batchreport.report.rollup.sheets import rollup_xlsx
from tests.report.rollups import ROOT, SCHEMA, rolled, samples, submission
from tests.report.templates import template

if TYPE_CHECKING:
    from collections.abc import Callable

    from batchreport.findings import Finding
    from batchreport.report.rollup.value import Rollup

TEMPLATE = (ROOT / "templates/rollup.docx").read_bytes()
BODY, SHEET = "word/document.xml", "xl/worksheets/sheet1.xml"


@pytest.fixture(scope="module")
def report() -> bytes:
    """The roll-up's report of the samples."""
    return rollup_docx(rollup_template(TEMPLATE, SCHEMA), samples())


@pytest.fixture(scope="module")
def workbook() -> bytes:
    """The roll-up's workbook of the samples."""
    return rollup_xlsx(samples())


def changed(data: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """Return a package with one part changed."""
    target = BytesIO()
    with ZipFile(BytesIO(data)) as before, ZipFile(target, "w") as after:
        for one in before.namelist():
            after.writestr(one, change(before.read(one)) if one == name else before.read(one))
    return target.getvalue()


def found(
    data: bytes, name: str = "汇总.docx", rollup: Rollup | None = None, made_of: bytes = TEMPLATE
) -> list[Finding]:
    """Return what is said of a document."""
    return audit_rollup(BytesIO(data), name, rollup or samples(), made_of)


def last_text(word: bytes) -> Callable[[bytes], bytes]:
    """Return what puts a word into the last text of a part."""

    def change(xml: bytes) -> bytes:
        at = xml.rindex(b"</w:t>")
        return xml[:at] + word + xml[at:]

    return change


def test_what_is_sound_is_handed_out(report: bytes, workbook: bytes) -> None:
    """Of the samples both documents are."""
    assert found(report) == found(workbook, "汇总.xlsx") == []


@pytest.mark.parametrize("piece", [64, 1 << 20])
@pytest.mark.parametrize(
    ("change", "code", "said"),
    [
        (lambda xml: xml.replace(b"</w:body>", b"</w:bdy>"), "audit-xml", "mismatched tag"),
        (last_text(b"\x0b"), "audit-xml", "invalid token"),
        (last_text(b"<w:r><w:t>1</w:t></w:r>"), "audit-xml", "markup inside a text"),
        (last_text(b" {{ x"), "audit-left-over-in", "{{"),
        (last_text(b" NaT"), "audit-left-over-in", "NaT"),
        (
            lambda xml: xml.replace(b"</w:body>", b'<w:p><w:hyperlink r:id="rId99"/></w:p></w:body>'),
            "audit-relationship",
            "rId99",
        ),
    ],
    ids=["mismatched", "control", "in-text", "tag", "NaT", "relation"],
)
def test_what_is_broken_is_said(
    report: bytes,
    change: Callable[[bytes], bytes],
    code: str,
    said: str,
    piece: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With the part it is in, in whatever pieces the part is read."""
    monkeypatch.setattr(finished, "_AT_ONCE", piece)
    [finding] = found(changed(report, BODY, change))

    assert (finding.code, finding.place.file) == (code, "汇总.docx")
    assert BODY in finding.what("en")
    assert said in finding.what("en")


def test_a_part_that_is_gone_is_missed(report: bytes) -> None:
    """What leads to it leads nowhere."""
    target = BytesIO()
    with ZipFile(BytesIO(report)) as before, ZipFile(target, "w") as after:
        for name in before.namelist():
            if name != "word/styles.xml":
                after.writestr(name, before.read(name))
    [finding] = found(target.getvalue())

    assert (finding.code, finding.details["name"]) == ("audit-relationship", BODY)
    assert "word/styles.xml" in finding.what("zh")


def test_what_the_template_lacks_is_not_our_fault(report: bytes) -> None:
    """A relationship that leads nowhere in the template does so in the roll-up."""
    broken = lambda xml: xml.replace(b"</w:body>", b'<w:p><w:hyperlink r:id="rId99"/></w:p></w:body>')  # noqa: E731

    assert found(changed(report, BODY, broken), made_of=changed(TEMPLATE, BODY, broken)) == []


@pytest.mark.parametrize("word", ["None", "nan", "{{ x }}"])
def test_a_word_that_somebody_wrote_is_no_fault(word: str) -> None:
    """In a workbook, whatever its writing, or in the template."""
    text = "{%p for 行 in 问题 %}\n{{ 行.问题 }}\n{%p endfor %}"
    said = rolled(submission("D1", troubles=[{"issue": word.lower()}]))
    data = template(f"甲{word.replace('{{', '')}")

    assert found(changed(data, BODY, last_text(word.encode())), rollup=said, made_of=template(text)) == []


def test_of_a_long_sheet_the_beginning_is_looked_at(workbook: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """What stands there is found, what comes later is not looked for."""
    monkeypatch.setattr(finished, "_OF_A_SHEET", 2000)
    early = changed(workbook, SHEET, lambda xml: xml.replace(b"<sheetData>", b"<sheetData><row", 1))
    late = changed(workbook, SHEET, lambda xml: xml.replace(b"</sheetData>", b"<row</sheetData>", 1))

    assert [finding.code for finding in found(early, "汇总.xlsx")] == ["audit-xml"]
    assert found(late, "汇总.xlsx") == []
