"""This module runs `template check` with the project at hand: it shows findings by part and heading, and writes copies."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from gettext import gettext as _
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from batchreport.cli.show import near, print_json
from batchreport.errors import TemplateError
from batchreport.findings import Place, Severity, brief, catalogue, error
from batchreport.project import Project
from batchreport.report.bench.advice import Advice, advise
from batchreport.report.inference.scope import Kind
from batchreport.report.inference.scope import names as of_department
from batchreport.report.parts import NotDocx
from batchreport.schema import Schema, parse_schema

if TYPE_CHECKING:
    from collections.abc import Iterable

    from batchreport.findings import Finding
    from batchreport.report.bench.fix import Change

_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.NOTE: None}
_COPIES = {
    ("fix", "zh"): "{stem}（修正）.docx",
    ("fix", "en"): "{stem} (fixed).docx",
    ("mark", "zh"): "{stem}（批注）.docx",
    ("mark", "en"): "{stem} (marked).docx",
}
Names = Callable[[Schema], Mapping[str, Kind]]


@dataclass(frozen=True, slots=True)
class Checked:
    """One template as checked: what is said of it, the copies that were written, and the changes of the mended one."""

    path: Path
    advice: Advice
    fixed: Path | None = None
    changes: tuple[Change, ...] = ()
    marked: Path | None = None


def run(
    language: str, *, file: Path | None, schema: Path | None, rollup: bool, fix: bool, mark: bool, as_json: bool,
    quiet: bool,
) -> int:  # fmt: skip
    """Check a template, or those of the project; return 0 for none but notes, 1 for warnings, 2 for errors."""
    project = Project.find(Path.cwd(), *([file.resolve()] if file else []))
    overall = project.root / project.settings.rollup
    schema_bytes, schema_file, data = project.sources(schema, overall if rollup and not file else file)
    known = parse_schema(schema_bytes, schema_file)
    own = project.rollup() if file is None and project.settings.rollup else None
    jobs: list[tuple[Path, bytes, Names]] = []
    if file is not None:
        jobs = [(file, data, _of_rollup() if rollup or _is_rollup(file, project) else of_department)]
    elif not rollup:
        jobs = [(project.root / project.settings.template, data, of_department)]
    if own is not None:
        jobs.append((overall, own, _of_rollup()))
    done = [_checked(*job, known, language, fix=fix, mark=mark) for job in jobs]
    code = int(max(one.advice.worst for one in done))
    if as_json:
        print_json(as_object(done, code, language))
    else:
        _show(done, language, quiet=quiet)
    return code


def _of_rollup() -> Names:
    from batchreport.report.rollup.names import names

    return names


def _is_rollup(file: Path, project: Project) -> bool:
    """Tell whether a file is the project's template of the roll-up, or a copy of it that was written here."""
    rollup = project.root / project.settings.rollup
    copies = [rollup.with_name(name.format(stem=rollup.stem)) for name in _COPIES.values()]
    return file.resolve() in [path.resolve() for path in (rollup, *copies)]


def _checked(
    path: Path,
    data: bytes,
    names: Names,
    schema: Schema,
    language: str,
    *,
    fix: bool,
    mark: bool,
) -> Checked:
    file = str(near(path))
    done = Checked(path, advise(data, schema, file, names))
    if fix and done.advice.survey is not None:
        from batchreport.report.bench.fix import fixed

        try:
            content, changes = fixed(data, names(schema), file)
        except NotDocx as problem:
            raise TemplateError([error(problem.code, Place(file=file), **problem.details)]) from None
        done = replace(done, changes=changes, fixed=_copy(path, "fix", language, content) if changes else None)
    content_with = done.advice.marked(language) if mark else None
    return replace(done, marked=_copy(path, "mark", language, content_with) if content_with else None)


def _copy(path: Path, kind: str, language: str, content: bytes) -> Path:
    from batchreport.files import write_whole

    copy = path.with_name(_COPIES[kind, language].format(stem=path.stem))
    write_whole(copy, content)
    return copy


def _show(done: Iterable[Checked], language: str, *, quiet: bool) -> None:
    for one in done:
        least = Severity.ERROR if quiet else Severity.NOTE
        found = [finding for finding in brief(one.advice.findings) if finding.severity >= least]
        if found or not quiet:
            click.echo(click.style(str(near(one.path)), bold=True))
        for group, members in groupby(found, lambda finding: (finding.place.part, finding.place.heading)):
            _show_group(group, list(members), language)
        if not quiet:
            _show_rest(one, language)


def _show_group(group: tuple[str, str], findings: list[Finding], language: str) -> None:
    words = catalogue(language)["words"]
    if heading := Place(part=group[0], heading=group[1]).text(language):
        click.echo(click.style(f"  {heading}", fg="cyan"))
    for finding in findings:
        label = click.style(words[finding.severity.name.lower()], fg=_COLOURS[finding.severity])
        spot = Place(spot=finding.place.spot).text(language)
        indent = "    " if heading else "  "
        click.echo(f"{indent}{label}  " + "  ".join(part for part in (spot, finding.what(language)) if part))
        click.echo(f"{indent}      → {finding.remedy(language)}")


def _show_rest(one: Checked, language: str) -> None:
    for change in one.changes:
        click.echo(
            _("  mended  {place}: {before} → {after}").format(
                place=_within(change.place, language), before=change.before, after=change.after
            )
        )
    for path in (one.fixed, one.marked):
        if path is not None:
            click.echo(_("  written: {path}").format(path=near(path)))
    counts = [sum(finding.severity is severity for finding in one.advice.findings) for severity in reversed(Severity)]
    said = _("  {errors} errors, {warnings} warnings, {notes} notes")
    if not counts[0] and not counts[1]:
        said = _("  The template can be used.")
    click.echo(said.format(errors=counts[0], warnings=counts[1], notes=counts[2]))


def _within(place: Place, language: str) -> str:
    return Place(part=place.part, heading=place.heading, spot=place.spot).text(language)


def as_object(done: Iterable[Checked], code: int, language: str) -> dict[str, Any]:
    """Return what was checked as the object that `--json` prints; docs/json.md describes its shape."""
    return {
        "command": "template check",
        "exit_code": code,
        "templates": [
            {
                "file": str(near(one.path)),
                "usable": one.advice.worst < Severity.ERROR,
                "fixed": str(near(one.fixed)) if one.fixed else None,
                "changes": [
                    {"place": _within(change.place, language), "before": change.before, "after": change.after}
                    for change in one.changes
                ],
                "marked": str(near(one.marked)) if one.marked else None,
                "findings": [_finding(finding, language) for finding in one.advice.findings],
            }
            for one in done
        ],
    }


def _finding(finding: Finding, language: str) -> dict[str, Any]:
    place = finding.place
    where = {
        "part": place.part,
        "heading": place.heading,
        "spot": [{"kind": kind, "number": number} for kind, number in place.spot],
        "tag": str(finding.details.get("tag", "")),
    }
    return finding.as_json(language) | {name: value for name, value in where.items() if value}
