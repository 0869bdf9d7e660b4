"""This module runs `run` with the project at hand: it shows how a run went, and has it logged."""

from __future__ import annotations

import time
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from batchreport.batch import Options, Run
from batchreport.cli import work_collect
from batchreport.cli.show import Screen, findings_text, print_json, run_json
from batchreport.errors import BatchReportError
from batchreport.postroom.hourly import Teller, Turn, keep_log, log_line, turn
from batchreport.project import Project
from batchreport.standing import current_period

if TYPE_CHECKING:
    from batchreport.period import Period


def run(language: str, *, period: Period | None, out: Path | None, as_json: bool, quiet: bool, **rest: Any) -> int:
    """Collect, build and log; return the exit code."""
    project = Project.find(Path.cwd())
    options = Options(jobs=rest["jobs"], out=out, book=rest["book"], pdf=rest["pdf"])
    began, start = datetime.now().astimezone(), time.monotonic()
    try:
        period = period or current_period(project, out)
        with Screen(language, 0, quiet=quiet or as_json) as screen:
            ended = turn(project, period, language, options, _teller(screen, language, quiet=quiet or as_json))
    except BatchReportError as problem:
        keep_log(project, options, log_line(problem, began, time.monotonic() - start))
        raise
    keep_log(project, options, log_line(ended, began, time.monotonic() - start))
    _show(ended, screen, language, as_json=as_json, quiet=quiet)
    return ended.exit_code


def _teller(screen: Screen, language: str, *, quiet: bool) -> Teller:
    return Teller(
        came=lambda one: work_collect.show(one, language, quiet=quiet),
        found=screen.expect,
        tell=screen.tell,
        begin=screen.begin,
    )


def _show(ended: Turn, screen: Screen, language: str, *, as_json: bool, quiet: bool) -> None:
    if ended.failure:
        click.echo(findings_text(ended.failure, language), err=True)
    if as_json:
        built = run_json("run", ended.run or Run(()), language)
        came = work_collect.as_object(ended.collected, language)["collected"]
        failure = [finding.as_json(language) for finding in ended.failure]
        whole = built | {"exit_code": ended.exit_code, "collected": came, "not_collected": failure}
        print_json(whole)
        return
    if not quiet:
        click.echo(work_collect.sum_of(ended.collected), err=True)
    if ended.run:
        screen.show("build", ended.run)
