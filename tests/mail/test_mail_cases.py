from __future__ import annotations

import tomllib
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import load_workbook

from batchreport.mail.parts import attachments

if TYPE_CHECKING:
    from batchreport.findings import Finding
    from batchreport.mail.taken import Piece

CASES = sorted(path.parent for path in (Path(__file__).parents[1] / "cases/mail").glob("*/expected.toml"))


def test_there_are_cases() -> None:
    """The folder of cases is found."""
    assert len(CASES) >= 50


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_file_is_taken_apart_as_expected(case: Path) -> None:
    """The workbooks found and the findings made are exactly the expected ones, in order."""
    expected = tomllib.loads((case / "expected.toml").read_text("utf-8"))
    (file,) = (path for path in case.iterdir() if path.name != "expected.toml")
    taken = attachments(file.read_bytes(), file.name)
    found, findings = expected.get("found", []), expected.get("findings", [])

    assert [as_found(piece, words) for piece, words in zip(taken.found, found, strict=False)] == found
    assert [as_said(finding, words) for finding, words in zip(taken.findings, findings, strict=False)] == findings
    assert (len(taken.found), len(taken.findings)) == (len(found), len(findings))
    assert all(finding.line("en") for finding in taken.findings)


def as_found(piece: Piece, expected: dict[str, Any]) -> dict[str, Any]:
    """Return a piece as a case writes it, with the keys that the case names."""
    origin = piece.origin
    whole = {
        "name": piece.name,
        "path": list(origin.path),
        "sender": origin.sender,
        "sender_name": origin.sender_name,
        "subject": origin.subject,
        "date": origin.date,
        "message_id": origin.message_id,
        "tag": str(origin.tag),
    }
    if "a1" in expected:
        whole["a1"] = load_workbook(BytesIO(piece.data)).worksheets[0]["A1"].value
    return {key: whole.get(key) for key in expected}


def as_said(finding: Finding, expected: dict[str, Any]) -> dict[str, Any]:
    """Return a finding as a case writes it; of its text, what the case expects to be in it."""
    line = finding.line("zh")
    text = expected.get("text", "")
    whole = {
        "code": finding.code,
        "severity": finding.severity.name.lower(),
        "place": finding.place.file,
        "text": text if text in line else line,
        "details": {key: finding.details.get(key) for key in expected.get("details", ())},
    }
    return {key: whole.get(key) for key in expected}
