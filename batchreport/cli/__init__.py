"""This module is the one border between the command line and everything else: exceptions end here as messages."""

from __future__ import annotations

import errno
import gc
import os
import signal
import sys
from io import TextIOWrapper
from pathlib import Path
from typing import NoReturn, TextIO

from batchreport import language
from batchreport.errors import BatchReportError

INTERRUPTED = 130
FAILED = 2


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run a command and exit: 0 all well, 1 some departments have errors, 2 could not run, 130 interrupted."""
    if arguments is None:
        _speak_utf8()
        arguments = sys.argv[1:]
    sys.stdout, sys.stderr = _open(sys.stdout), _open(sys.stderr)
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # it would look through all that is installed for them
    spoken = language.choose(arguments, os.environ, _settings_text(arguments))
    language.install(spoken)
    try:
        code = _run(arguments, spoken)
        sys.stdout.flush()
    except OSError as problem:
        stuck = next((stream for stream in (sys.stdout, sys.stderr) if _stuck(stream)), None)
        if stuck is None:
            raise
        code = _say_stuck(stuck, problem, spoken)
    gc.freeze()  # all that there is ends with the process: Python would go through it for garbage, twice
    sys.exit(code)


def _run(arguments: list[str], spoken: str) -> int:
    import click

    from batchreport.cli.commands import batchreport

    color = False if os.environ.get("NO_COLOR") else None
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # asked to end, we end as by Ctrl-C: tidily
    try:
        return int(batchreport.main(arguments, "batchreport", standalone_mode=False, obj=spoken, color=color) or 0)
    except click.exceptions.Exit as ended:
        return ended.exit_code
    except click.ClickException as problem:
        problem.show()
        return FAILED
    except (click.Abort, KeyboardInterrupt):
        click.echo("", err=True)
        return INTERRUPTED
    except BatchReportError as problem:
        from batchreport.cli.show import findings_text

        click.echo(findings_text(problem.findings, spoken), err=True, color=color)
        return problem.exit_code
    except SystemExit:  # click's answer to a reader that has gone, as in `| head`
        return 0


def _stuck(stream: TextIO) -> bool:
    """Return whether nothing more can be written to a stream, as where a disk is full; it costs a line end to know."""
    try:
        stream.write("\n")
        stream.flush()
    except OSError:
        return True
    return False


def _say_stuck(stuck: TextIO, problem: OSError, spoken: str) -> int:
    """Say that results could not be written, where that can be said, and let the stream swallow the rest."""
    import click

    from batchreport.cli.show import findings_text
    from batchreport.findings import error

    _silence(stuck)
    if problem.errno == errno.EPIPE:  # the reader has gone, as in `| head`, and does not want to know
        return 0
    try:
        click.echo(findings_text([error("out-not-shown", said=problem.strerror or "")], spoken), err=True)
    except OSError:
        _silence(sys.stderr)
    return FAILED


def _silence(stream: TextIO) -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    stream.flush()


def _speak_utf8() -> None:
    """Begin again in UTF-8 where the locale knows ASCII names of files only, such as C with PYTHONUTF8=0 (PEP 540)."""
    if sys.getfilesystemencoding() == "ascii" and os.environ.get("PYTHONUTF8") != "1":
        os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], {**os.environ, "PYTHONUTF8": "1"})  # noqa: S606


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
