"""This module is the one border between the command line and everything else: exceptions end here as messages."""

from __future__ import annotations

import os
import signal
import sys
from io import TextIOWrapper
from pathlib import Path
from typing import NoReturn, TextIO

from batchreport import language
from batchreport.errors import BatchReportError

INTERRUPTED = 130


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run a command and exit: 0 all well, 1 some departments have errors, 2 could not run, 130 interrupted."""
    arguments = sys.argv[1:] if arguments is None else arguments
    sys.stdout, sys.stderr = _open(sys.stdout), _open(sys.stderr)
    spoken = language.choose(arguments, os.environ, _settings_text(arguments))
    language.install(spoken)
    sys.exit(_run(arguments, spoken))


def _run(arguments: list[str], spoken: str) -> int:
    import click

    from batchreport.cli.commands import batchreport

    signal.signal(signal.SIGTERM, signal.default_int_handler)  # asked to end, we end as by Ctrl-C: tidily
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
    except SystemExit:  # click's answer to a reader that has gone, as in `| head`
        return 0


def _open(stream: TextIO | None) -> TextIO:
    """Return a stream that takes every character; one that was closed from outside swallows all."""
    if stream is None:
        return Path(os.devnull).open("w", encoding="utf-8")
    if isinstance(stream, TextIOWrapper):
        stream.reconfigure(errors="backslashreplace")
    return stream


def _settings_text(arguments: list[str]) -> str:
    """Return the settings of the project here, or else of the one that an argument lies in."""
    folders = [Path.cwd(), *(Path(argument).resolve() for argument in arguments if not argument.startswith("-"))]
    for place in (place for folder in folders for place in (folder, *folder.parents)):
        try:
            return (place / "batchreport.toml").read_text("utf-8", errors="replace")
        except (OSError, ValueError):
            continue
    return ""
