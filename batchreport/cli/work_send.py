"""This module runs `send` and `remind` with the project at hand, and shows what became of each letter."""

from __future__ import annotations

import shutil
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from gettext import gettext as _
from gettext import ngettext
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import click

from batchreport.cli.options import DRAFTS
from batchreport.cli.show import findings_text, near, print_json
from batchreport.files import said_clearly
from batchreport.findings import Severity
from batchreport.mail.outbox import Outbox, Pace
from batchreport.postroom import account, parcels
from batchreport.postroom.chase import chat_list
from batchreport.postroom.letters import Letters
from batchreport.postroom.sending import Desk, deliver, planned
from batchreport.project import Project
from batchreport.run.alone import alone
from batchreport.run.post import Post
from batchreport.schema import parse_schema
from batchreport.standing import current_period, standings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from batchreport.mail.address import Address
    from batchreport.postroom.parcels import Asked, Parcels
    from batchreport.postroom.sending import Line, Sending
    from batchreport.run.post import Kind

_LOCK = ".sending"
_AGAIN = 10  # times the pause between letters, before a letter is tried anew


def send(language: str, *, marked: bool, reports: bool, **options: Any) -> int:
    """Send blank workbooks, marked copies or reports; return the exit code."""
    if marked and reports:
        raise click.UsageError(_("Either --marked or --reports, not both"))
    if not (marked or reports or options["period"]):
        raise click.UsageError(_("Say for which period the blank workbooks are: --period 2026-12"))
    asked = _asked(language, options)
    kind: Kind = "marked" if marked else "report" if reports else "blank"
    found = {"marked": parcels.marked, "report": parcels.reports, "blank": parcels.blanks}[kind](asked)
    return _run("send", kind, asked, found, language, options)


def remind(language: str, *, states: tuple[str, ...], as_list: bool, **options: Any) -> int:
    """Remind those who are due, or list them; return the exit code."""
    if as_list and options["as_json"]:
        raise click.UsageError(_("Either --list or --json, not both"))
    asked = _asked(language, options)
    if as_list:
        known = standings(asked.project, asked.period, out=asked.out)
        known = replace(known, deadline=asked.deadline or known.deadline)
        items = [one for one in parcels.picked(asked, known.items) if not states or one.state in states]
        form, contact = _form(asked), asked.project.settings.contact
        click.echo(chat_list(known, items, asked.today, form, contact=contact, language=asked.language))
        return 0
    return _run("remind", "reminder", asked, parcels.reminders(asked, states), language, options)


def _asked(language: str, options: dict[str, Any]) -> Asked:
    project = Project.find(Path.cwd())
    return parcels.Asked(
        project,
        options["period"] or current_period(project, options["out"]),
        options["out"] or project.out,
        options["today"] or datetime.now(UTC).astimezone().date(),
        project.settings.language or language,
        options["department"],
        options.get("deadline"),
    )


def _form(asked: Asked) -> str:
    """Return the title of the project's schema, in the language of its letters."""
    kit = asked.project.kit(render=False)
    schema = parse_schema(kit.schema, kit.schema_file)
    return schema.title_en if asked.language == "en" and schema.title_en else schema.title


def _run(command: str, kind: Kind, asked: Asked, found: Parcels, language: str, options: dict[str, Any]) -> int:
    screen = _Screen(language, quiet=options["quiet"] or options["as_json"])
    with ExitStack() as stack:
        desk = _desk(stack, kind, asked, options)
        sending = planned(desk, found) if options["dry_run"] else deliver(desk, found, screen.tell)
    if options["as_json"]:
        print_json(_as_object(command, kind, asked, sending, language))
    else:
        screen.show(sending, dry_run=options["dry_run"])
    return sending.exit_code


def _desk(stack: ExitStack, kind: Kind, asked: Asked, options: dict[str, Any]) -> Desk:
    """Return what the letters are written and sent with; closed with `stack`."""
    project, drafts = asked.project, options["drafts"]
    form = _form(asked)
    letters = Letters(
        project, kind, asked.language, form=form, deadline=asked.deadline or project.deadline(asked.period)
    )
    writes_only = drafts is not None or options["dry_run"]
    sender = _known_sender(project) if writes_only else account.sender(project)
    outbox = None if writes_only or sender is None else stack.enter_context(_outbox(project, sender))
    archive = project.archive(asked.out)
    if options["dry_run"]:
        post = stack.enter_context(_looked_at(archive))
    else:
        stack.enter_context(alone(archive.with_name(_LOCK)))
        post = stack.enter_context(Post(archive))
    folder = None
    if drafts is not None:
        folder = drafts if drafts != DRAFTS else asked.out / str(asked.period) / "drafts" / kind
    limit = options["limit"] or (project.settings.mail.limit if outbox else 1 << 30)
    again, anew = options["again"], options["anew"]
    return Desk(asked, letters, form, post, sender, _now, outbox, folder, again, anew, limit)


def _known_sender(project: Project) -> Address | None:
    """Return whose letters they are, None where the settings do not say it and need not."""
    mail = project.settings.mail
    return account.sender(project) if mail.from_ or mail.user else None


def _outbox(project: Project, sender: Address) -> Outbox:
    pause = project.settings.mail.pause
    pace = Pace(between=pause, again=pause * _AGAIN)
    return Outbox(account.smtp_server(project), sender.mail, account.password(project), time.sleep, pace)


def _now() -> datetime:
    return datetime.now(UTC).astimezone().replace(microsecond=0)


@contextmanager
def _looked_at(path: Path) -> Iterator[Post]:
    """Give what is known of letters in a copy, so that nothing is written beside what is there."""
    with TemporaryDirectory() as name:
        for there in (path, path.with_name(f"{path.name}.damaged")):
            if there.is_file():
                with said_clearly(Path(name)):
                    shutil.copy2(there, name)
        with Post(Path(name) / path.name) as post:
            yield post


@dataclass
class _Screen:
    """What is said of letters while they go, and afterwards."""

    language: str
    quiet: bool = False
    done: int = field(default=0, init=False)

    def tell(self, line: Line, total: int) -> None:
        """Say on stderr what became of a letter."""
        self.done += 1
        if not self.quiet:
            who = ", ".join(one.mail for one in line.to)
            name = line.parcel.department.name
            click.echo(f"[{self.done}/{total}] {name} <{who}> {_word(line.state)}", err=True)

    def show(self, sending: Sending, *, dry_run: bool) -> None:
        """Show the findings and the sum; of a dry run the letters, of drafts the files."""
        least = Severity.ERROR if self.quiet else Severity.NOTE
        found = (*sending.findings, *(finding for line in sending.lines for finding in line.findings))
        if told := [finding for finding in found if finding.severity >= least]:
            click.echo(findings_text(told, self.language), err=True)
        if self.quiet:
            return
        for line in sending.lines:
            if dry_run:
                click.echo(_shown(line))
            elif line.path:
                click.echo(str(near(line.path)))
        click.echo(_sum(sending, dry_run=dry_run), err=True)


def _shown(line: Line) -> str:
    """Return a letter that would go, or does not, as one line."""
    if line.state != "would":
        return f"{line.parcel.department.name}: {_word(line.state)}"
    who = ", ".join(one.mail for one in line.to)
    size = f" ({_size(line.size)})" if line.size else ""
    attachment = f" + {line.attachment}{size}" if line.attachment else ""
    return f"{line.parcel.department.name} <{who}> {line.subject}{attachment}"


def _size(count: int) -> str:
    return f"{max(round(count / 1024), 1)} KB"


def _word(state: str) -> str:
    """Return what became of a letter, in a word or two."""
    return {
        "sent": _("sent"),
        "refused": _("refused"),
        "later": _("not now"),
        "unsure": _("unsure"),
        "draft": _("draft"),
        "before": _("went before"),
        "left": _("cannot go"),
        "waiting": _("waits"),
        "would": _("would go"),
    }[state]


def _sum(sending: Sending, *, dry_run: bool) -> str:
    if dry_run:
        count = sending.count("would")
        first = ngettext("{n} letter would go", "{n} letters would go", count).format(n=count)
    elif drafts := sending.count("draft"):
        first = ngettext("{n} draft written", "{n} drafts written", drafts).format(n=drafts)
    else:
        count = sending.count("sent")
        first = ngettext("{n} letter sent", "{n} letters sent", count).format(n=count)
    text = _("{first}, {before} went before, {failed} did not go, {waiting} wait.")
    failed = sending.count("refused", "later", "unsure", "left")
    return text.format(first=first, before=sending.count("before"), failed=failed, waiting=sending.count("waiting"))


def _as_object(command: str, kind: Kind, asked: Asked, sending: Sending, language: str) -> dict[str, Any]:
    """Return what `--json` prints; docs/json.md describes its shape."""
    return {
        "command": command,
        "kind": kind,
        "period": str(asked.period),
        "exit_code": sending.exit_code,
        "findings": [finding.as_json(language) for finding in sending.findings],
        "letters": [
            {
                "department": line.parcel.department.code,
                "name": line.parcel.department.name,
                "state": line.state,
                "to": [one.mail for one in line.to],
                "subject": line.subject,
                "attachment": line.attachment,
                "size": line.size,
                "message_id": line.message_id,
                "file": str(near(line.path)) if line.path else None,
                "findings": [finding.as_json(language) for finding in line.findings],
            }
            for line in sending.lines
        ],
    }
