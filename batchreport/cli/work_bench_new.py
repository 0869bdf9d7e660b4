"""This module lays down a new template made of a schema."""

from __future__ import annotations

from gettext import gettext as _
from pathlib import Path

import click

from batchreport.cli.show import near
from batchreport.errors import InputError
from batchreport.files import said_clearly, write_whole
from batchreport.findings import Place, error
from batchreport.project import Project
from batchreport.report.bench.new_rollup import new_rollup
from batchreport.report.bench.new_template import new_template
from batchreport.schema import parse_schema

_ROLLUP = "templates/rollup.docx"


def run(language: str, *, file: Path | None, schema: Path | None, look: str, rollup: bool) -> int:
    """Write a template for a schema into a file that is not there yet; return the exit code."""
    project = Project.find(Path.cwd())
    settings = project.settings
    kit = project.kit(schema, render=False)
    read = parse_schema(kit.schema, kit.schema_file)
    path = file or _free(project.root / (settings.rollup or _ROLLUP if rollup else settings.template), language)
    project.let_write(path, ".docx")
    if path.exists():
        raise InputError([error("template-file-there", Place(file=str(near(path))))])
    with said_clearly(path):
        write_whole(path, (new_rollup if rollup else new_template)(read, look))
    click.echo(near(path))
    told = _(
        "Next: look at it with “batchreport template preview {file}”, change it in Word, then “batchreport template check {file}”."
    )
    click.echo(told.format(file=f"{near(path)} --rollup" if rollup else near(path)), err=True)
    return 0


def _free(path: Path, language: str) -> Path:
    """Return the project's template, or where that is there a name beside it that is free."""
    word = "新" if language == "zh" else "new"
    names = [path.name, f"{path.stem}-{word}{path.suffix}"]
    names += [f"{path.stem}-{word}{number}{path.suffix}" for number in range(2, 100)]
    return next((free for name in names if not (free := path.with_name(name)).exists()), path)
