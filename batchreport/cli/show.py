"""This module shows how a run goes and went: progress and findings on stderr, results on stdout."""

from __future__ import annotations

import codecs
import json
import sys
from contextlib import ExitStack
from functools import cache
from gettext import gettext as _
from gettext import ngettext
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import click

from batchreport.findings import Finding, Severity, brief, catalogue, condense
from batchreport.remote import shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from batchreport.batch import Run
    from batchreport.run.outcome import Outcome
    from batchreport.shelf import Done

_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.NOTE: None}
_LONGEST_TABLE = 40
_FEW = 5  # cells that a line names


class Screen:
    """The terminal, or the pipe, during one run."""

    def __init__(self, language: str, total: int, *, quiet: bool) -> None:
        self._language = language
        self._total = total
        self._quiet = quiet
        self._stack = ExitStack()
        self._progress: Any = None

    def __enter__(self) -> Self:
        if sys.stderr.isatty() and not self._quiet:
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

            columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
            self._progress = self._stack.enter_context(Progress(*columns, console=Console(stderr=True), transient=True))
            self._task = self._progress.add_task(_("Workbooks"), total=self._total)
        return self

    def __exit__(self, *exception: object) -> None:
        self._stack.close()

    def expect(self, total: int) -> None:
        """Say how many workbooks there are, where that was not known at the start."""
        if self._progress is not None:
            self._progress.update(self._task, total=total)

    def tell(self, _outcome: Outcome) -> None:
        """Move the progress bar on."""
        if self._progress is not None:
            self._progress.advance(self._task)

    def begin(self, name: str) -> None:
        """Say what is being made after the workbooks."""
        if self._progress is not None:
            self._progress.update(self._task, description=name, total=None)

    def show(self, command: str, run: Run) -> None:
        """Show findings, results and the sum of a finished run."""
        least = Severity.ERROR if self._quiet else Severity.NOTE
        found = (
            [finding for finding in findings if finding.severity >= least]
            for findings in (run.findings, *(done.outcome.findings for done in run.done))
        )
        if texts := [findings_text(shown, self._language) for shown in found if shown]:
            click.echo("\n".join(texts), err=True)
        if self._quiet:
            return
        if sys.stdout.isatty():
            self._table(run)
        else:
            made = ((done.path or done.marked or done.draft, done.trace, done.commented) for done in run.done)
            paths = [path for own in made for path in own if path]
            if shown_paths := [str(near(path)) for path in (*paths, *run.overall)]:
                click.echo("\n".join(shown_paths))
        click.echo(_sum(command, run), err=True)

    def _table(self, run: Run) -> None:
        from rich.console import Console
        from rich.table import Table

        listed = run.done if len(run.done) <= _LONGEST_TABLE else [done for done in run.done if not done.outcome.good]
        if not listed:
            return
        table = Table(box=None, pad_edge=False, header_style="bold")
        made = _("Marked copy") if any(done.marked for done in listed) else _("Report")
        for heading in (_("Department"), _("Period"), _("Errors"), _("Warnings"), made):
            table.add_column(
                heading, justify="right" if heading in (_("Errors"), _("Warnings")) else "left", overflow="fold"
            )
        for done in listed:
            table.add_row(*_row(done))
        for path in [path for path in run.overall if path.suffix != ".pdf"]:
            table.add_row("", "", "", "", str(near(path)))
        Console(highlight=False).print(table)


def findings_text(findings: Iterable[Finding], language: str) -> str:
    """Return findings as lines, several of one kind as one line with their cells, many with their count."""
    words = catalogue(language)["words"]
    lines = []
    for finding, others in condense(brief([*findings])):
        label = click.style(words[finding.severity.name.lower()], fg=_COLOURS[finding.severity])
        lines.append(f"{label}  {finding.line(language)}{_more(others, language)}")
    return "\n".join(lines)


def _more(cells: Sequence[str], language: str) -> str:
    """Return what is said of other findings of the same kind: their cells, or how many they are."""
    words = catalogue(language)["words"]
    if cells and all(cells) and len(cells) <= _FEW:
        return words["also"].format(cells=("、" if language == "zh" else ", ").join(cells))
    return words["more"].format(n=len(cells)) if cells else ""


def print_json(document: Mapping[str, Any]) -> None:
    """Print a document on stdout; where that is not UTF-8, as a pipe on Windows, with all but ASCII as JSON's own escapes."""
    universal = codecs.lookup(sys.stdout.encoding or "utf-8").name == "utf-8"
    click.echo(json.dumps(document, ensure_ascii=not universal, indent=2))


def run_json(command: str, run: Run, language: str) -> dict[str, Any]:
    """Return the run as the object that `--json` prints; docs/json.md describes its shape."""
    return {
        "command": command,
        "exit_code": run.exit_code,
        "reports": run.reports,
        "unchanged": run.unchanged,
        "overall": [str(near(path)) for path in run.overall],
        "findings": [finding.as_json(language) for finding in run.findings],
        "departments": [_done_json(done, language) for done in run.done],
    }


def _done_json(done: Done, language: str) -> dict[str, Any]:
    outcome = done.outcome
    return {
        "file": outcome.file,
        "department": outcome.department,
        "name": outcome.name,
        "period": str(outcome.period or ""),
        "revision": outcome.revision,
        "report": str(near(done.path)) if done.path else None,
        "marked": str(near(done.marked)) if done.marked else None,
        **{name: str(near(path)) for name, path in _beside(done) if path},
        "unchanged": done.unchanged,
        "findings": [finding.as_json(language) for finding in outcome.findings],
        "hidden": [finding.as_json(language) for finding in outcome.hidden],
    }


def _beside(done: Done) -> tuple[tuple[str, Path | None], ...]:
    return ("trace", done.trace), ("commented", done.commented), ("draft", done.draft)


def _row(done: Done) -> Sequence[Any]:
    from rich.text import Text

    outcome = done.outcome
    errors, warnings = outcome.count(Severity.ERROR), outcome.count(Severity.WARNING)
    path = done.path or done.marked or done.draft
    report = str(near(path)) if path else "—"
    return (
        Text(outcome.name or outcome.file),
        str(outcome.period or ""),
        Text(str(errors), style="red") if errors else "",
        Text(str(warnings), style="yellow") if warnings else "",
        Text(report),
    )


def _sum(command: str, run: Run) -> str:
    faulty = sum(not done.outcome.good for done in run.done)
    count = len(run.done)
    total = ngettext("{n} workbook", "{n} workbooks", count).format(n=count)
    if command == "check":
        return _("{total} checked, {faulty} with errors.").format(total=total, faulty=faulty)
    if run.written:
        count = run.reports - run.unchanged - run.edited
        made = ngettext("{n} report written", "{n} reports written", count).format(n=count)
    else:
        made = ngettext("{n} report would be written", "{n} reports would be written", run.reports)
        made = made.format(n=run.reports)
    if run.unchanged:
        same = ngettext("{n} unchanged", "{n} unchanged", run.unchanged).format(n=run.unchanged)
        made = _("{made}, {unchanged}").format(made=made, unchanged=same)
    if run.edited:
        kept = ngettext("{n} left alone", "{n} left alone", run.edited)
        made = _("{made}, {unchanged}").format(made=made, unchanged=kept.format(n=run.edited))
    if count := len(run.done) - run.reports - faulty:
        replaced = ngettext("{n} replaced by another", "{n} replaced by others", count).format(n=count)
        made = _("{made}, {unchanged}").format(made=made, unchanged=replaced)
    if drafts := sum(done.draft is not None for done in run.done):
        drawn = ngettext("{n} draft", "{n} drafts", drafts).format(n=drafts)
        made = _("{made}, {unchanged}").format(made=made, unchanged=drawn)
    without = ngettext("{n} workbook has errors and got none", "{n} workbooks have errors and got none", faulty)
    without = without.format(n=faulty) if faulty else _("no errors")
    return _("{total}: {made}, {without}.").format(total=total, made=made, without=without)


def near(path: Path) -> Path | str:
    """Return a path as short as it can be said from here, or the address that it is the likeness of."""
    return shown(path) or _near_folder(path.parent) / path.name


@cache
def _near_folder(folder: Path) -> Path:
    try:
        return folder.resolve().relative_to(Path.cwd())
    except ValueError:
        return folder
