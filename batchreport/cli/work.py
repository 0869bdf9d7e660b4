"""This module runs a command's function with the project at hand, and shows how it went."""

from __future__ import annotations

import gc
from contextlib import nullcontext
from dataclasses import replace
from gettext import gettext as _
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from batchreport import batch
from batchreport.cli.show import Screen, findings_text, print_json, run_json
from batchreport.errors import InputError
from batchreport.findings import Place, error
from batchreport.found import find_workbooks, passed_over
from batchreport.names import fold
from batchreport.project import Project
from batchreport.remote import at_hand
from batchreport.run.engine import Processes

if TYPE_CHECKING:
    from collections.abc import Iterable
    from contextlib import AbstractContextManager

    from batchreport.batch import Run
    from batchreport.run.engine import Engine

_SHOWN = 10  # names in one line


def build(
    language: str, *, workbooks: Path | str, template: Path | None, out: Path | str | None, dry_run: bool, **rest: Any
) -> int:
    """Run `batch.build`; return the exit code."""
    with at_hand(workbooks, out, write=not dry_run) as (here, there):
        run, screen = _built(language, here, template, there, dry_run=dry_run, **rest)
    return _end("build", run, screen, language, rest)


def _built(
    language: str, workbooks: Path, template: Path | None, out: Path | None, *, dry_run: bool, **rest: Any
) -> tuple[Run, Screen]:
    project = _project(workbooks)
    kit = project.kit(rest["schema"], template)
    besides = (*project.not_workbooks, out or project.out)
    found = find_workbooks(workbooks, rest["period"], besides=besides)
    others = passed_over(workbooks, rest["period"], besides=besides)
    more = {name: rest[name] for name in ("force", "book", "pdf", "trace", "draft")}
    single = workbooks.is_file()
    with (
        _engine(rest["jobs"], rest["cluster"]) as engine,
        Screen(language, len(found), quiet=rest["quiet"] or rest["as_json"]) as screen,
    ):
        options = batch.Options(
            rest["period"], rest["department"], out=out, dry_run=dry_run, single=single, engine=engine, **more
        )
        gc.freeze()  # what is loaded by now stays: it need not be gone through for garbage again and again
        run = batch.build(project, kit, found, options, screen.tell, screen.begin)
    return replace(run, findings=(*others, *run.findings)), screen


def check(language: str, *, workbooks: Path | str, mark: bool, out: Path | str | None, **rest: Any) -> int:
    """Run `batch.check`; return the exit code."""
    with at_hand(workbooks, out, write=mark) as (here, there):
        run, screen = _checked(language, here, there, mark=mark, **rest)
    return _end("check", run, screen, language, rest)


def _checked(language: str, workbooks: Path, out: Path | None, *, mark: bool, **rest: Any) -> tuple[Run, Screen]:
    project = _project(workbooks)
    kit = replace(project.kit(rest["schema"], render=False), mark=language if mark else "")
    found = find_workbooks(workbooks, rest["period"], besides=project.not_workbooks)
    others = passed_over(workbooks, rest["period"], besides=project.not_workbooks)
    with (
        _engine(rest["jobs"], rest["cluster"]) as engine,
        Screen(language, len(found), quiet=rest["quiet"] or rest["as_json"]) as screen,
    ):
        options = batch.Options(rest["period"], rest["department"], out=out, engine=engine)
        run = batch.check(project, kit, found, options, screen.tell)
    return replace(run, findings=(*others, *run.findings)), screen


def prepare(language: str, *, department: tuple[str, ...], quiet: bool, **options: Any) -> int:
    """Run `prepare.prepare`; return the exit code."""
    from batchreport import prepare as blanks

    if not options["period"]:
        raise click.UsageError(_("Say for which period the blank workbooks are: --period 2026-12"))
    project = _project(Path())
    written = blanks.prepare(project, departments=department, **options)
    if quiet:
        return 0
    if said := project.remarks_on(options["deadline"], options["period"]):
        click.echo(findings_text(said, language), err=True)
    for one in written:
        click.echo(_shown(one.path))
    alone = [one.department.name for one in written if not one.follows]
    if len(alone) < len(written) and alone:
        comma = "、" if language == "zh" else ", "
        names = comma.join(alone[:_SHOWN]) + ("…" if len(alone) > _SHOWN else "")
        text = _("Without figures, because there is no workbook for {period}: {names}")
        click.echo(text.format(period=options["period"].previous, names=names), err=True)
    return 0


def init(language: str, folder: Path) -> int:
    """Run `init.init`; return the exit code."""
    from batchreport import init as starter

    for path in starter.init(folder, language):
        click.echo(_shown(path))
    told = _("Next: list your departments in departments.xlsx, then run “batchreport prepare --period 2026-12”.")
    if folder.resolve() != Path.cwd():
        place = f'"{folder}"' if " " in str(folder) else str(folder)
        told = _(
            "Next: go to the folder with “cd {folder}”, list your departments in departments.xlsx, then run “batchreport prepare --period 2026-12”."
        ).format(folder=place)
    click.echo(told, err=True)
    return 0


def _engine(jobs: int | None, address: str) -> AbstractContextManager[Engine]:
    """Return what does the work: processes, or the cluster at an address."""
    if not address:
        return nullcontext(Processes(jobs))
    from batchreport.run.cluster import Cluster

    return Cluster(address)


def _project(workbooks: Path) -> Project:
    return Project.find(Path.cwd(), workbooks.resolve())


def _end(command: str, run: Run, screen: Screen, language: str, options: dict[str, Any]) -> int:
    if missing := _missing(options["department"], run):
        nobody = error("input-no-department", Place(), found=missing)
        if not run.done:
            raise InputError([nobody])
        run = replace(run, findings=(*run.findings, nobody))
    if options["as_json"]:
        print_json(run_json(command, run, language))
    else:
        screen.show(command, run)
    return run.exit_code


def _missing(asked: Iterable[str], run: Run) -> tuple[str, ...]:
    """Return which of the departments that were asked for are not among those worked on."""
    there = {fold(text) for done in run.done for text in (done.outcome.name, done.outcome.department)}
    return tuple(text for text in asked if fold(text) not in there)


def _shown(path: Path) -> str:
    """Return a path as short as it can be said from here."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)
