"""This module previews a template: it renders it with made-up data or a workbook, and again whenever it is saved."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from gettext import gettext as _
from pathlib import Path
from typing import TYPE_CHECKING

import click

from batchreport.cli.show import findings_text, near
from batchreport.errors import BatchReportError, InputError, reason
from batchreport.files import said_clearly, write_whole
from batchreport.findings import Place, Severity, error
from batchreport.found import find_workbooks
from batchreport.packed import periods_before
from batchreport.project import Project
from batchreport.report.bench.preview import preview, preview_rollup
from batchreport.report.bench.sample_data import DATA, PERIOD
from batchreport.report.rollup.documents import rollup_template
from batchreport.report.template import Template
from batchreport.run.drawn import to_png
from batchreport.run.past import Past
from batchreport.run.pdf import to_pdf
from batchreport.run.pipeline import Pipeline, Source
from batchreport.schema import parse_schema

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from batchreport.findings import Finding
    from batchreport.run.outcome import Kit
    from batchreport.schema import Schema

_PAUSE = 0.4  # seconds between two looks at a file; what stays as it is for one of them has been saved


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be previewed, with which data, and in which forms."""

    project: Project
    file: Path | None
    schema: Path | None
    data: str
    workbook: Path | None
    folder: Path
    rollup: bool
    pdf: bool
    png: bool

    @property
    def template(self) -> Path:
        """The template's path."""
        settings = self.project.settings
        return self.file or self.project.root / (settings.rollup if self.rollup else settings.template)

    @property
    def watched(self) -> tuple[Path, ...]:
        """The files that a change of makes another preview."""
        schema = self.schema or self.project.root / self.project.settings.schema_
        return (self.template, schema, *([self.workbook] if self.workbook else ()))

    @property
    def is_rollup(self) -> bool:
        """Whether the template is that of the roll-up."""
        settings = self.project.settings
        own = bool(settings.rollup) and self.template.resolve() == (self.project.root / settings.rollup).resolve()
        return self.rollup or own


def run(
    language: str, *, file: Path | None, schema: Path | None, data: str, workbook: Path | None, out: Path | None,
    rollup: bool, pdf: bool, png: bool, watch: bool,
) -> int:  # fmt: skip
    """Write previews once, or with `watch` again and again until Ctrl-C; return the exit code."""
    project = Project.find(Path.cwd(), *([file.resolve()] if file else []))
    wish = Wish(project, file, schema, data, workbook, out or project.out / "preview", rollup, pdf, png)
    if workbook and wish.is_rollup:
        raise click.UsageError(
            _("A roll-up is made of many workbooks: leave --workbook out, its preview takes made-up data")
        )
    if not watch:
        _preview(wish, language)
        return 0
    if workbook and not workbook.exists():
        raise InputError([error("input-missing", Place(file=str(near(workbook))))])
    if not wish.template.exists():  # later it may be away for a moment, while Word saves it
        raise InputError([error("template-file-not-there", Place(file=str(near(wish.template))))])
    told = _("Watching {file}: save it and look at the preview again; Ctrl-C ends.")
    click.echo(told.format(file=near(wish.template)), err=True)
    try:
        for number, _changed in enumerate(_changes(wish.watched)):
            _once(wish, language, again=number > 0)
    except KeyboardInterrupt:
        click.echo("", err=True)
    return 0


def _once(wish: Wish, language: str, *, again: bool) -> None:
    """Write previews and show what is wrong; the next change gives another chance."""
    try:
        _preview(wish, language, again=again)
    except BatchReportError as problem:
        click.echo(findings_text(problem.findings, language), err=True)
        click.echo(_("No preview. Mend it and save it again; Ctrl-C ends."), err=True)


def _changes(paths: Sequence[Path], pause: Callable[[float], None] = time.sleep) -> Iterator[None]:
    """Yield at the start and after each change, once every file is there and has stayed the same for a moment."""
    shown: object = None
    before = _stamps(paths)
    while True:
        now = _stamps(paths)
        if now == before and now != shown and None not in now[:1]:
            shown = now
            yield
        else:
            pause(_PAUSE)
        before = now


def _stamps(paths: Sequence[Path]) -> list[tuple[int, int] | None]:
    """Return when each file was changed and how large it is; None where it is not there, as while Word saves it."""
    found: list[tuple[int, int] | None] = []
    for path in paths:
        try:
            stat = path.stat()
        except OSError:
            found.append(None)
        else:
            found.append((stat.st_mtime_ns, stat.st_size))
    return found


def _preview(wish: Wish, language: str, *, again: bool = False) -> None:
    kit = wish.project.kit(wish.schema, wish.template if wish.file or wish.rollup else None)
    own = wish.project.rollup() if wish.rollup and not wish.file else None
    schema = parse_schema(kit.schema, kit.schema_file)
    parse = rollup_template if wish.is_rollup else Template.parse
    template = parse(own or kit.template, schema, file=str(near(wish.template)))
    _say(template.warnings, language)
    made = []
    for kind, report in _reports(wish, kit, template, schema, language):
        path = wish.folder / f"{wish.template.stem}-{kind}.docx"
        with said_clearly(path):
            write_whole(path, report)
        click.echo(near(path))
        made.append(path)
    if wish.pdf or wish.png:
        _print(made, language, png=wish.png, again=again)


def _reports(wish: Wish, kit: Kit, template: Template, schema: Schema, language: str) -> Iterator[tuple[str, bytes]]:
    """Yield each report with the word that its file's name ends in."""
    if wish.workbook is not None:
        pipeline = Pipeline(schema, template, kit.roster, kit.limits)
        yield wish.workbook.stem, _of_workbook(wish.workbook, pipeline, Past(wish.project.archive()), language)
        return
    render = preview_rollup if wish.is_rollup else preview
    for kind in DATA if wish.data == "all" else (wish.data,):
        yield kind, render(template, schema, kind)


def _of_workbook(path: Path, pipeline: Pipeline, past: Past, language: str) -> bytes:
    """Return a workbook's report as `build` makes it, with what was reported before.

    What is wrong in the workbook is said, and is blank in the report.
    """
    [found] = find_workbooks(path)
    try:
        source = Source(path.name, path.read_bytes(), path.stem, found.period)
    except OSError as problem:
        raise InputError([error("file-unreadable", Place(file=str(path)), said=reason(problem))]) from None
    read = pipeline.read(source)
    if read.period is None:
        read = pipeline.read(replace(source, period=PERIOD))
    wrong = [finding for finding in read.findings if finding.severity is Severity.ERROR]
    if wrong and not read.tables:  # no workbook, or none of this schema
        raise InputError(wrong)
    before = past.of(periods_before(read.period or PERIOD))
    submission, report = pipeline.with_past(before).blanked(read)
    _say([*submission.findings, *past.findings], language)
    return report


def _print(documents: Sequence[Path], language: str, *, png: bool, again: bool) -> None:
    """Make a PDF of each document, and pictures of its pages; say what could not be made, and once which fonts are not there."""
    printout = to_pdf(documents)
    _say([one for one in printout.findings if not again or one.severity > Severity.NOTE], language)
    for printed in printout.printed:
        _say([printed.finding] if printed.finding else [], language)
        if printed.pdf is None:
            continue
        click.echo(near(printed.pdf))
        if png:
            with said_clearly(printed.pdf):
                pages, finding = to_png(printed.pdf)
            for page in pages:
                click.echo(near(page))
            _say([finding] if finding else [], language)
            png = finding is None


def _say(findings: Sequence[Finding], language: str) -> None:
    if findings:
        click.echo(findings_text(findings, language), err=True)
