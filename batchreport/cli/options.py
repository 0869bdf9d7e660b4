"""This module has the options and arguments that commands share."""

from __future__ import annotations

from datetime import date
from functools import cache
from gettext import gettext as _
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from batchreport.period import Period


def epilog(*examples: str) -> str:
    """Return examples as click prints them, line by line."""
    return "\b\n" + "\n".join([_("Example:"), *(f"  {example}" for example in examples)])


class PeriodType(click.ParamType[Any]):
    """A period, as `Period.parse` understands it."""

    name = "period"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Period:
        """Return the period that the option says; fails with a usage error."""
        from batchreport.period import Period

        if isinstance(value, Period):
            return value
        period = Period.parse(value)
        if period is None:
            self.fail(
                _("“{}” is not a period; write it like 2026-11, 2026-Q4, 2026-H2 or 2026").format(value), param, ctx
            )
        return period


class DayType(click.ParamType[Any]):
    """A day, written like 2026-12-05."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Return the day that the option says; fails with a usage error."""
        try:
            return value if isinstance(value, date) else date.fromisoformat(value)
        except ValueError:
            self.fail(_("“{}” is not a day; write it like 2026-12-05").format(value), param, ctx)


DRAFTS = Path("*")
"""What `--drafts` says where it names no folder."""
_FILE = click.Path(path_type=Path, dir_okay=False)


def options(*names: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return a decorator that gives a command the named options, in that order."""
    known = _known()

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        for name in reversed(names):
            command = known[name](command)
        return command

    return decorate


@cache
def _known() -> Mapping[str, Callable[..., Any]]:
    """Return what adds each option to a command."""
    return {
        "workbooks": click.argument("workbooks", type=Anywhere(), default="workbooks"),
        "schema": click.option("--schema", type=_FILE, metavar="FILE", help=_("Schema to use instead of the project's.")),
        "template": click.option("--template", type=_FILE, metavar="FILE", help=_("Template to use instead of the project's.")),
        "period": click.option("--period", type=PeriodType(), metavar="PERIOD", help=_("Only this period: 2026-11, 2026-Q4, 2026-H2 or 2026.")),
        "department": click.option(
            "--department", multiple=True, metavar="NAME", help=_("Only this department (name or code); may be given more than once.")
        ),
        "out": click.option("--out", type=click.Path(path_type=Path), metavar="DIR", help=_("Folder for what is made.")),
        "out or address": click.option("--out", type=Anywhere(), metavar="DIR", help=_("Folder for what is made, or its address, such as s3://bucket/out.")),
        "jobs": click.option(
            "--jobs", type=Jobs(), metavar="N|auto", default="auto", show_default=True, help=_("Processes to use: a number, or auto.")
        ),
        "cluster": click.option(
            "--cluster", metavar="ADDRESS", default="", help=_("Have the workers of this Dask scheduler do the work: tcp://host:8786.")
        ),
        "dry_run": click.option("--dry-run", is_flag=True, help=_("Do everything but write.")),
        "force": click.option("--force", is_flag=True, help=_("Build all, changed or not, and overwrite reports that were edited by hand.")),
        "book": click.option("--book", is_flag=True, help=_("Bind all reports of the period into one document.")),
        "pdf": click.option("--pdf", is_flag=True, help=_("Make a PDF of every document too (LibreOffice does it).")),
        "trace": click.option(
            "--trace", is_flag=False, flag_value="file", type=click.Choice(TRACES), metavar="[comments]",
            callback=lambda _context, _option, value: value or "",
            help=_("Say of each figure which cells it comes from: in a file beside the report; with comments, in a copy of the report too."),
        ),
        "draft": click.option(
            "--draft", is_flag=True,
            help=_("Make a draft of the report where a workbook has errors: what is wrong is marked in the text and listed on its first page."),
        ),
        "mark": click.option("--mark", is_flag=True, help=_("Write a marked copy of every workbook that has errors or warnings.")),
        "json": click.option("--json", "as_json", is_flag=True, help=_("Print the result as one JSON document.")),
        "quiet": click.option("--quiet", is_flag=True, help=_("Say nothing but errors.")),
        "language": click.option("--language", type=click.Choice(["zh", "en"]), expose_value=False, help=_("Language of messages.")),
    }  # fmt: skip


TRACES = ("file", "comments")
"""What `--trace` can be told to make."""


class Tracing(click.Command):
    """A command with `--trace`, which may stand alone: what follows it is its own only if it is one of `TRACES`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take the arguments, each `--trace` with its value."""
        alone = [
            f"{one}={TRACES[0]}" if one == "--trace" and following not in TRACES else one
            for one, following in zip_longest(args, args[1:], fillvalue="")
        ]
        return super().parse_args(ctx, alone)


class Anywhere(click.ParamType[Any]):
    """A path, or the text of an address such as s3://bucket/folder."""

    name = "path"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path | str:  # noqa: ARG002
        """Return the path or the address."""
        return value if isinstance(value, Path) or "://" in value else Path(value)


class Jobs(click.ParamType[Any]):
    """A number of processes, or "auto" (None)."""

    name = "jobs"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int | None:
        """Return the number, or None for "auto"; fails with a usage error."""
        if value is None or value == "auto":
            return None
        if not str(value).isdigit() or not int(value):
            self.fail(_("“{}” is neither a number of processes nor auto").format(value), param, ctx)
        return int(value)
