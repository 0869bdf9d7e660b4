"""This module writes down what became of a workbook, and reads it again."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields, replace
from functools import cache
from typing import Any

from batchreport.findings import Finding, Place, Severity
from batchreport.packed import key_of
from batchreport.period import Period
from batchreport.run.outcome import Outcome

_PLACE = tuple(field.name for field in fields(Place))


@dataclass(frozen=True, slots=True)
class Entry:
    """What became of one workbook, and of what that was made.

    `made_of` is a digest of the workbook and of all that is the same for every workbook, `behind` one of what was
    reported before. `unchanged` says that the outcome is that of an earlier run, without its report and records; then
    `report`, `records`, `trace` and `commented` are their digests, "" for none. `path` is where the report was written.
    """

    outcome: Outcome
    made_of: str = ""
    behind: str = ""
    report: str = ""
    records: str = ""
    path: str = ""
    unchanged: bool = False
    trace: str = ""
    commented: str = ""


def said_of(entry: Entry) -> str:
    """Return an entry as JSON, without its `made_of`; raises `TypeError` where a finding has a detail that does not keep."""
    said = {name: getattr(entry, name) for name in ("behind", "report", "records", "path", "trace", "commented")}
    return json.dumps({**said, "outcome": _plain_outcome(entry.outcome)}, ensure_ascii=False)


def entry_of(made_of: str, text: str, workbook: str, file: str) -> Entry:
    """Return the entry that `said_of` wrote; `workbook` is the digest of the bytes it was made from, `file` its name in this run."""
    said = json.loads(text)
    outcome = _outcome(said.pop("outcome"), workbook)
    return Entry(outcome if outcome.file == file else _renamed(outcome, file), made_of, **said, unchanged=True)


def reported(text: str) -> tuple[str, str]:
    """Return where the report of a written entry was written, and by what its department is known."""
    said = json.loads(text)
    _, code, name, *_ = said["outcome"]
    return said["path"], key_of(code, name)


def _plain_outcome(outcome: Outcome) -> list[Any]:
    who = [outcome.file, outcome.department, outcome.name, str(outcome.period or ""), outcome.revision, outcome.stamped]
    return [*who, *([plain_finding(one) for one in said] for said in (outcome.findings, outcome.hidden))]


def _outcome(said: list[Any], workbook: str) -> Outcome:
    file, department, name, period, revision, stamped, *findings = said
    found, hidden = (tuple(map(finding_of, every)) for every in findings)
    return Outcome(file, department, name, _period(period), revision, stamped, found, hidden=hidden, made_from=workbook)


def _renamed(outcome: Outcome, file: str) -> Outcome:
    """Return an outcome as that of a file whose name is told from another folder."""

    def told(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
        mine = outcome.file
        return tuple(
            replace(one, place=replace(one.place, file=file)) if one.place.file == mine else one for one in findings
        )

    return replace(outcome, file=file, findings=told(outcome.findings), hidden=told(outcome.hidden))


@cache
def _period(text: str) -> Period | None:
    """Return the period of that name; ten thousand workbooks are of a few."""
    return Period.parse(text)


def plain_finding(finding: Finding) -> list[Any]:
    """Return a finding as JSON has it; raises `TypeError` for a detail that does not keep."""
    details = {name: _plain(value) for name, value in finding.details.items()}
    place = {name: value for name in _PLACE if (value := getattr(finding.place, name))}
    return [finding.code, int(finding.severity), place, details]


def finding_of(said: list[Any]) -> Finding:
    """Return the finding that `plain_finding` wrote."""
    code, severity, place, details = said
    where = Place(**{**place, "spot": tuple((word, number) for word, number in place.get("spot", ()))})
    return Finding(code, Severity(severity), where, {name: _detail(value) for name, value in details.items()})


def _plain(value: Any) -> Any:
    """Return a finding's detail as JSON has it; raises `TypeError` for one that does not come out as it went in."""
    if isinstance(value, tuple):
        return {"tuple": [_plain(item) for item in value]}
    if isinstance(value, dict):
        return {"dict": {name: _plain(item) for name, item in value.items()}}
    if type(value) in (str, int, float, bool, type(None)):
        return value
    raise TypeError(type(value).__name__)


def _detail(said: Any) -> Any:
    if not isinstance(said, dict):
        return said
    [(kind, inside)] = said.items()
    if kind == "tuple":
        return tuple(_detail(item) for item in inside)
    return {name: _detail(item) for name, item in inside.items()}
