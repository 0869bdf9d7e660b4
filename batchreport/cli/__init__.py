"""This module is the one border between the command line and everything else: exceptions end here as messages."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import NoReturn

from batchreport import language
from batchreport.errors import BatchReportError

INTERRUPTED = 130


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run a command and exit: 0 all well, 1 some departments have errors, 2 could not run, 130 interrupted."""
    arguments = sys.argv[1:] if arguments is None else arguments
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]  # a console that lacks a character
    spoken = language.choose(arguments, os.environ, _settings_text(Path.cwd()))
    language.install(spoken)
    sys.exit(_run(arguments, spoken))


def _run(arguments: list[str], spoken: str) -> int:
    import click

    from batchreport.cli.commands import batchreport

    try:
        return int(batchreport.main(arguments, "batchreport", standalone_mode=False, obj=spoken) or 0)
    except click.exceptions.Exit as ended:
        return ended.exit_code
    except click.ClickException as problem:
        problem.show()
        return 2
    except (click.Abort, KeyboardInterrupt):
        click.echo("", err=True)
        return INTERRUPTED
    except BatchReportError as problem:
        from batchreport.cli.show import findings_text

        click.echo(findings_text(problem.findings, spoken), err=True)
        return problem.exit_code
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # else Python complains once more at exit
        return 0


def _settings_text(folder: Path) -> str:
    for place in (folder, *folder.parents):
        try:
            return (place / "batchreport.toml").read_text("utf-8", errors="replace")
        except OSError:
            continue
    return ""
