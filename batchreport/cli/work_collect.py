"""This module runs `collect` with the project at hand, and shows what came."""

from __future__ import annotations

from gettext import gettext as _
from gettext import ngettext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from batchreport.cli.show import findings_text, print_json
from batchreport.errors import BatchReportError, InputError
from batchreport.findings import Place, Severity, error
from batchreport.outdated import made_before
from batchreport.postroom.incoming import Asked, collect
from batchreport.project import Project
from batchreport.standing import current_period

if TYPE_CHECKING:
    from collections.abc import Sequence

    from batchreport.period import Period
    from batchreport.postroom.collect import Collected


def run(
    language: str, *, folders: Sequence[Path], period: Period | None, as_json: bool, quiet: bool, **rest: Any
) -> int:
    """Collect, show what came, and return the exit code: 1 where something that came cannot be used."""
    if (rest["since"] or rest["move"]) and not rest["imap"]:
        raise click.UsageError(_("--since and --move are for the mailbox: add --imap"))
    project = Project.find(Path.cwd())
    if not folders and not rest["imap"] and project.settings.inbox:
        folders = (project.root / project.settings.inbox,)
    if not folders and not rest["imap"]:
        raise InputError([error("collect-nothing-named", Place())])
    period = period or _current(project, rest["out"])
    asked = Asked(tuple(folders), rest["imap"], period, rest["since"], rest["move"], rest["out"])
    collected: list[Collected] = []
    failure: BatchReportError | None = None
    try:
        for one in collect(project, asked, language):
            collected.append(one)
            if not as_json:
                show(one, language, quiet=quiet)
    except BatchReportError as problem:
        failure = problem
    code = failure.exit_code if failure else exit_code(collected)
    if as_json and (collected or not failure):
        print_json(as_object(collected, language) | {"exit_code": code})
    elif not quiet and (collected or not failure):
        _sum_up(collected, asked.out or project.out, language)
    if failure:  # what was collected before it is told, since it is not looked at again
        raise failure
    return code


def _sum_up(collected: Sequence[Collected], out: Path, language: str) -> None:
    click.echo(sum_of(collected), err=True)
    taken = (one.period for one in collected if one.state == "taken" and one.period)
    for finding in made_before(out, taken):
        click.echo(findings_text([finding], language), err=True)


def exit_code(collected: Sequence[Collected]) -> int:
    """Return 1 where something that came cannot be used, else 0."""
    return int(any(one.state == "refused" and _grave(one) for one in collected))


def sum_of(collected: Sequence[Collected]) -> str:
    """Return in one line how many workbooks came."""
    count = {state: sum(one.state == state for one in collected) for state in ("taken", "superseded", "known")}
    refused = sum(one.state == "refused" and _grave(one) for one in collected)
    new = ngettext("{n} new workbook", "{n} new workbooks", count["taken"]).format(n=count["taken"])
    text = _("{new}, {older} older than what is there, {known} collected before, {refused} cannot be used.")
    return text.format(new=new, older=count["superseded"], known=count["known"], refused=refused)


def as_object(collected: Sequence[Collected], language: str) -> dict[str, Any]:
    """Return what `--json` prints; docs/json.md describes its shape."""
    return {
        "command": "collect",
        "exit_code": exit_code(collected),
        "collected": [
            {
                "origin": one.origin,
                "state": one.state,
                "name": one.name,
                "period": str(one.period or ""),
                "revision": one.revision,
                "file": one.file,
                "sender": one.sender,
                "findings": [finding.as_json(language) for finding in one.findings],
            }
            for one in collected
        ],
    }


def show(one: Collected, language: str, *, quiet: bool) -> None:
    """Say what became of something that came: what is new on stdout, what is to be said of it on stderr."""
    least = Severity.ERROR if quiet else Severity.NOTE
    if told := [finding for finding in one.findings if finding.severity >= least]:
        click.echo(findings_text(told, language), err=True)
    if one.state == "taken" and not quiet:
        click.echo(f"workbooks/{one.file}")


def _grave(one: Collected) -> bool:
    return any(finding.severity is Severity.ERROR for finding in one.findings)


def _current(project: Project, out: Path | None) -> Period | None:
    """Return the period of the round that is under way; None before the first one."""
    try:
        return current_period(project, out)
    except InputError:
        return None
