"""This module runs `status` with the project at hand, and shows where every department stands."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import UTC, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from batchreport.cli.show import findings_text, near, print_json
from batchreport.errors import InputError
from batchreport.files import said_clearly, write_whole
from batchreport.findings import Place, error
from batchreport.outdated import not_yet_made
from batchreport.project import Project
from batchreport.run.page.view import words_of
from batchreport.standing import STATES, current_period, standings

if TYPE_CHECKING:
    from datetime import date

    from batchreport.period import Period
    from batchreport.standing import Standing, Standings

_LONGEST_TABLE = 40
_COLOURS = {"good": "green", "faulty": "red", "returned": "yellow", "doubled": "magenta", "wrong-period": "magenta"}
_FILLS = {
    "good": "E3F3E8",
    "faulty": "FBE8E6",
    "returned": "FCF0DD",
    "doubled": "F0E9F9",
    "wrong-period": "F9E7F2",
    "awaited": "E6EAEF",
    "unsent": "FFFFFF",
}
_COLUMNS = (
    *("department", "code", "group", "state", "days_late", "sent", "reminders", "received"),
    *("revision", "errors", "warnings"),
)
_FILES = ("workbook", "report", "marked")
_NUMBERS = frozenset({"days_late", "reminders", "revision", "errors", "warnings"})
_STATE = _COLUMNS.index("state")
_WIDTHS = (30, 10, 12, 12, 10, 17, 10, 17, 8, 8, 8, 34, 34, 34)


def run(
    language: str, *, period: Period | None, out: Path | None, today: date | None, xlsx: Path | None, **rest: Any
) -> int:
    """Show where the departments stand; return the exit code: 0 where all are in order, else 1."""
    project = Project.find(Path.cwd())
    if xlsx:
        project.let_write(xlsx, ".xlsx")
    known = standings(project, period or current_period(project, out), out=out)
    if not known.items:
        raise InputError([error("input-no-roster", Place(file=project.settings.roster))])
    behind = not_yet_made(project.archive(out).parent, known.period, known.items)
    known = replace(known, findings=(*known.findings, *behind))
    today = today or datetime.now().astimezone().date()
    if rest["as_json"]:
        print_json(as_object(known, today, language))
    elif not rest["quiet"]:
        _show(known, today, language)
    if xlsx:
        with said_clearly(xlsx):
            write_whole(xlsx, as_xlsx(known, today, language))
        if not rest["as_json"]:
            click.echo(str(near(xlsx)), err=True)
    return exit_code(known)


def exit_code(known: Standings) -> int:
    """Return 0 where every department is in order, else 1."""
    return int(any(one.state != "good" for one in known.items))


def as_object(known: Standings, today: date, language: str) -> dict[str, Any]:
    """Return what `--json` prints; docs/json.md describes its shape."""
    return {
        "command": "status",
        "exit_code": exit_code(known),
        "period": str(known.period),
        "deadline": known.deadline.isoformat() if known.deadline else None,
        "today": today.isoformat(),
        "counts": {state: known.count(state) for state in STATES},
        "findings": [finding.as_json(language) for finding in known.findings],
        "departments": [_object(one, known.late(one, today), language) for one in known.items],
    }


def _object(one: Standing, late: int, language: str) -> dict[str, Any]:
    department = one.department
    return {
        "code": department.code,
        "name": department.name,
        "group": department.group,
        "listed": one.listed,
        "state": one.state,
        "days_late": late,
        "sent": _iso(one.sent),
        "reminders": one.reminders,
        "reminded": _iso(one.reminded),
        "received": _iso(one.received),
        "revision": one.revision,
        "file": one.file or None,
        "errors": one.errors,
        "warnings": one.warnings,
        "returned": _iso(one.returned),
        "report": one.report or None,
        "marked": one.marked or None,
        "findings": [finding.as_json(language) for finding in one.findings],
    }


def as_xlsx(known: Standings, today: date, language: str) -> bytes:
    """Return the table as a workbook; it says the day for which it was made, and no other time."""
    from batchreport.workbook.board import board_xlsx

    words = words_of(language)
    names = [words[key] for key in (*_COLUMNS, *_FILES)]
    rows = [(*_cells(one, known.late(one, today), words), one.file, one.report, one.marked) for one in known.items]
    headings = list(zip(names, _WIDTHS, strict=True))
    at = datetime.combine(today, time(), UTC)
    return board_xlsx(words["departments"], headings, rows, [_FILLS[one.state] for one in known.items], at)


def _cells(one: Standing, late: int, words: dict[str, Any]) -> tuple[str | int | None, ...]:
    department = one.department
    return (
        *(department.name, department.code, department.group, words["states"][one.state], late or None),
        *(_moment(one.sent), one.reminders or None, _moment(one.received), one.revision or None),
        *(one.errors or None, one.warnings or None),
    )


def _show(known: Standings, today: date, language: str) -> None:
    if known.findings:
        click.echo(findings_text(known.findings, language), err=True)
    words = words_of(language)
    if sys.stdout.isatty():
        _table(known, today, words)
    else:
        for one in known.items:
            cells = _cells(one, known.late(one, today), words)
            click.echo("\t".join("" if cell is None else _line(str(cell)) for cell in cells))
    click.echo(_sum(known, today, words), err=True)


def _table(known: Standings, today: date, words: dict[str, Any]) -> None:
    """Print the table; of many departments those that are not in order."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    listed = known.items
    if len(listed) > _LONGEST_TABLE:
        listed = tuple(one for one in listed if one.state != "good")
    table = Table(box=None, pad_edge=False, header_style="bold")
    rows = [_cells(one, known.late(one, today), words) for one in listed]
    kept = [at for at in range(len(_COLUMNS)) if at <= _STATE or any(row[at] is not None for row in rows)]
    for at in kept:
        table.add_column(words[_COLUMNS[at]], justify="right" if _COLUMNS[at] in _NUMBERS else "left", overflow="fold")
    for one, row in zip(listed, rows, strict=True):
        colours = {_STATE: _COLOURS.get(one.state, "")}
        table.add_row(*(Text("" if row[at] is None else _line(str(row[at])), colours.get(at, "")) for at in kept))
    if listed:
        Console(highlight=False).print(table)


def _sum(known: Standings, today: date, words: dict[str, Any]) -> str:
    """Return in one line how many departments are in which state, and how long there is."""
    counts = words["join"].join(
        f"{words['states'][state]} {count}" for state in STATES if (count := known.count(state))
    )
    parts = [known.period.label("zh" if words["lang"].startswith("zh") else "en"), counts]
    if known.deadline:
        over = (today - known.deadline).days
        left = words["over"].format(over) if over > 0 else words["due"].format(-over) if over else words["today"]
        parts.append(f"{words['deadline']} {known.deadline.isoformat()}{words['aside'].format(left)}")
    return str(words["semicolon"]).join(parts)


def _moment(at: datetime | None) -> str | None:
    return f"{at.astimezone():%Y-%m-%d %H:%M}" if at else None


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _line(text: str) -> str:
    """Return a text that cannot break a line or steer a terminal."""
    return "".join(sign if sign.isprintable() else " " for sign in text)
