"""This module holds findings: what is to be said about somebody's workbook, template or schema."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

LANGUAGES = ("zh", "en")
OTHER_SCHEMA = "template-other-schema"
"""The code that says of a template what its findings of `STRANGE` codes have in common."""
STRANGE = ("template-unknown-name", "template-unknown-column")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")  # a file's name may have any, and a terminal would obey them
_FEW = 3  # findings of one cause that are shown
_UNREAD = ("file-", "folder-", "sheet-too-large", "sheet-too-many-marks", "input-not-a-file")


class Severity(IntEnum):
    """How grave a finding is: an error keeps the department's report from being written."""

    NOTE = 0
    WARNING = 1
    ERROR = 2


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands.

    In a workbook: `file`, `sheet` and `cell` ("C7"). In a TOML file: `file`, `line` (from 1) and `key`.
    In a template: `file`, `part` (a catalogue word such as "body"), `spot`, pairs of a catalogue word
    and a number from the outside in: (("table", 1), ("row", 2), ("cell", 3)), and the `heading` it stands under.
    """

    file: str = ""
    sheet: str = ""
    cell: str = ""
    line: int = 0
    key: str = ""
    part: str = ""
    spot: tuple[tuple[str, int], ...] = ()
    heading: str = ""

    def text(self, language: str) -> str:
        """Return the place as people write it: "后勤处.xlsx › 统计数据!C7"."""
        words = catalogue(language)["words"]
        steps = [f"{self.file}:{self.line}" if self.line else self.file, self.key]
        steps.append(f"{self.sheet}!{self.cell}" if self.cell else self.sheet)
        steps += [words.get(self.part, self.part), words["under"].format(heading=self.heading) if self.heading else ""]
        steps += [words[word].format(n=number) for word, number in self.spot]
        return _CONTROL.sub("�", " › ".join(step for step in steps if step))


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to say: how grave, where, a stable code, and the details that fill the code's text.

    A detail that is itself a text in each language (`{"zh": …, "en": …}`) is told in that of the message, a tuple of
    texts is joined as that language lists them.
    """

    code: str
    severity: Severity
    place: Place = field(default_factory=Place)
    details: Mapping[str, Any] = field(default_factory=dict)

    def what(self, language: str) -> str:
        """Return what is there, in `language`; a near miss in the details (`near`) is suggested."""
        texts = catalogue(language)
        text = texts[self.code]["what"].format_map(self._told(language))
        near = self.details.get("near")
        return text + texts["words"]["near"].format(near=near) if near else text

    def remedy(self, language: str) -> str:
        """Return what to do, in `language`."""
        return catalogue(language)[self.code]["remedy"].format_map(self._told(language)).rstrip()

    def _told(self, language: str) -> dict[str, Any]:
        return {name: _in(language, said) for name, said in self.details.items()}

    def line(self, language: str) -> str:
        """Return place, what is there and what to do in one line."""
        colon, stop = ("：", "。") if language == "zh" else (": ", ". ")
        said = stop.join(part.rstrip(stop) for part in (self.what(language), self.remedy(language)) if part)
        return colon.join(part for part in (self.place.text(language), said) if part)

    def as_json(self, language: str) -> dict[str, Any]:
        """Return the finding as the object that `--json` prints; its shape is described in docs/json.md."""
        place = self.place
        where = {"file": place.file, "sheet": place.sheet, "cell": place.cell, "line": place.line, "key": place.key}
        return {
            "code": self.code,
            "severity": self.severity.name.lower(),
            "place": place.text(language),
            **{name: value for name, value in where.items() if value},
            "what": self.what(language),
            "remedy": self.remedy(language),
        }


def _in(language: str, detail: Any) -> Any:
    if isinstance(detail, tuple):
        return ("、" if language == "zh" else ", ").join(map(str, detail))
    return detail[language] if isinstance(detail, dict) else detail


def error(code: str, place: Place | None = None, /, **details: Any) -> Finding:
    """Return a finding of severity error."""
    return Finding(code, Severity.ERROR, place or Place(), details)


def warning(code: str, place: Place | None = None, /, **details: Any) -> Finding:
    """Return a finding of severity warning."""
    return Finding(code, Severity.WARNING, place or Place(), details)


def note(code: str, place: Place | None = None, /, **details: Any) -> Finding:
    """Return a finding of severity note."""
    return Finding(code, Severity.NOTE, place or Place(), details)


def unread(findings: Iterable[Finding]) -> bool:
    """Return whether findings say that a workbook could not be read, so that no more is known of it than its file's name."""
    return any(one.severity is Severity.ERROR and one.code.startswith(_UNREAD) for one in findings)


def brief(findings: Sequence[Finding]) -> list[Finding]:
    """Return the findings that people are shown: of those with one cause that is told, only the first few."""
    if not any(one.code == OTHER_SCHEMA for one in findings):
        return list(findings)
    left_out = set(map(id, [one for one in findings if one.code in STRANGE][_FEW:]))
    return [one for one in findings if id(one) not in left_out]


def condense(findings: Iterable[Finding]) -> list[tuple[Finding, tuple[str, ...]]]:
    """Return the findings, of those alike in all but the row the first with the cells of the others."""
    cells: dict[tuple[object, ...], list[str]] = {}
    firsts: dict[tuple[object, ...], Finding] = {}
    for finding in findings:
        place = finding.place
        column = place.cell.rstrip("0123456789")
        details = tuple(sorted((name, str(value)) for name, value in finding.details.items()))
        key = (
            finding.code,
            finding.severity,
            place.file,
            place.sheet,
            column,
            place.line,
            place.part,
            place.spot,
            details,
        )
        firsts.setdefault(key, finding)
        cells.setdefault(key, []).append(place.cell)
    return [(firsts[key], tuple(others[1:])) for key, others in cells.items()]


@cache
def catalogue(language: str) -> dict[str, dict[str, str]]:
    """Return the texts of every code in `language`: {"code": {"what": …, "remedy": …}, "words": {…}}."""
    raw = tomllib.loads(files("batchreport").joinpath("locale/findings.toml").read_text("utf-8"))
    return {code: texts[language] for code, texts in raw.items()}
