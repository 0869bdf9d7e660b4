"""This module sends letters to departments one by one, and remembers each step, so that nobody gets one twice."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from batchreport.errors import InputError, MailError, OutputError
from batchreport.files import safe_name, said_clearly, write_whole
from batchreport.findings import Finding, Place, Severity, error, note, warning
from batchreport.mail.address import Address, read_addresses
from batchreport.mail.message import Attachment, Letter, compose
from batchreport.mail.tag import Tag
from batchreport.postroom.letters import About, told
from batchreport.postroom.parcels import attachment_name
from batchreport.postroom.prepared import with_other_day, with_other_form
from batchreport.run.archive import digest_of
from batchreport.run.post import Sent
from batchreport.schema import parse_schema

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from batchreport.mail.outbox import Outbox
    from batchreport.postroom.letters import Letters
    from batchreport.postroom.parcels import Asked, Parcel, Parcels
    from batchreport.run.post import Post

Became = Literal["sent", "refused", "later", "unsure", "draft", "before", "left", "waiting", "would"]
"""What became of a letter: see `Line`."""
_ENOUGH = 3  # letters in a row that the server did not take: a quota is used up, and each costs minutes
_ALIKE = 100  # drafts of one name
_NOWHERE = "batchreport.invalid"  # where a draft's id is from if no sender is known (RFC 2606)


@dataclass(frozen=True, slots=True)
class Line:
    """What became of one letter.

    "sent", "refused", "later", "unsure" as in `mail.outbox.Delivery`; "draft": written to `path`; "before": it went
    before; "left": it cannot go, as the findings say; "waiting": the run's limit was reached; "would": it would go.
    `failed` says that it did not go in an earlier run.
    """

    parcel: Parcel
    state: Became
    to: tuple[Address, ...] = ()
    subject: str = ""
    attachment: str = ""
    size: int = 0
    findings: tuple[Finding, ...] = ()
    path: Path | None = None
    message_id: str = ""
    attempt: int = 0
    failed: bool = False


@dataclass(frozen=True, slots=True)
class Sending:
    """How a run of letters ended; `broken` says that the server could not be used any more."""

    lines: tuple[Line, ...]
    findings: tuple[Finding, ...] = ()
    broken: bool = False

    @property
    def exit_code(self) -> int:
        """0 all well; 1 done, but some departments got none; 2 could not go on."""
        found = (*self.findings, *(finding for line in self.lines for finding in line.findings))
        return 2 if self.broken else int(any(finding.severity is Severity.ERROR for finding in found))

    def count(self, *states: Became) -> int:
        """Return how many letters came to one of these states."""
        return sum(line.state in states for line in self.lines)


@dataclass(frozen=True, slots=True)
class Desk:
    """What letters are written and sent with: `outbox` is None for drafts, which go to the folder `drafts`.

    `now` says what time it is. With `again`, what was sent, or may have been, is sent once more, and once a day; who is
    named gets it as often as is said.
    """

    asked: Asked
    letters: Letters
    form: str
    post: Post
    sender: Address | None
    now: Callable[[], datetime]
    outbox: Outbox | None = None
    drafts: Path | None = None
    again: bool = False
    anew: bool = False
    limit: int = 200
    names: set[str] = field(default_factory=set)


def planned(desk: Desk, parcels: Parcels) -> Sending:
    """Return what would become of each parcel, without sending or writing anything.

    Raises `TemplateError` where a letter cannot be written.
    """
    lines = tuple(_planned(desk, parcels.parcels))
    findings = (*parcels.findings, *((desk.post.finding,) if desk.post.finding else ()), *_outdated(desk, lines))
    return Sending(lines, findings)


def deliver(desk: Desk, parcels: Parcels, tell: Callable[[Line, int], None]) -> Sending:
    """Send what is to go, or write it as drafts; `tell` hears of each letter, and how many there are.

    Every letter is written before the first is sent. Raises `OutputError` where it is not known what was sent before,
    unless `anew` says to go on, and `InputError` where a blank workbook is of another schema, or says another deadline than its letter.
    """
    if desk.post.finding:
        if not desk.anew:
            raise OutputError([desk.post.finding])
        desk.post.overlook()
    lines = list(_planned(desk, parcels.parcels))
    would = [at for at, line in enumerate(lines) if line.state == "would"]
    if wrong := _outdated(desk, lines):
        raise InputError(wrong)
    going = sorted(would, key=lambda at: lines[at].failed)  # so that some which never go keep no others back
    made = parcels.make([lines[at].parcel for at in going[: desk.limit]])
    broken: tuple[Finding, ...] = ()
    in_vain = 0
    for at, (parcel, said) in zip(going, made, strict=False):
        if in_vain == _ENOUGH:
            broken = (error("letter-server-unwilling", Place(), count=_ENOUGH),)
            break
        line = replace(lines[at], parcel=parcel, findings=(*lines[at].findings, *said))
        try:
            lines[at] = _gone(desk, line)
        except MailError as problem:
            broken = problem.findings
            break
        tell(lines[at], len(made))
        in_vain = in_vain + 1 if lines[at].state in ("later", "unsure") else 0
    lines = [replace(line, state="waiting") if line.state == "would" else line for line in lines]
    waiting = sum(line.state == "waiting" for line in lines)
    limit = (note("letter-limit", Place(), count=waiting, limit=desk.limit),) if waiting and not broken else ()
    return Sending(tuple(lines), (*parcels.findings, *broken, *limit), broken=bool(broken))


def _outdated(desk: Desk, lines: Iterable[Line]) -> tuple[Finding, ...]:
    """Return what is to be said of blank workbooks that would go, prepared for another schema or deadline than hold for good."""
    parcels = [line.parcel for line in lines if line.state == "would" and line.parcel.kind == "blank"]
    blanks = [(one.department.name, one.path) for one in parcels if one.path]
    if not blanks:
        return ()
    kit, period = desk.asked.project.kit(render=False), desk.asked.period
    other = with_other_form(blanks, parse_schema(kit.schema, kit.schema_file).form, period)
    return other or (() if desk.asked.deadline else with_other_day(blanks, desk.letters.deadline, period))


def _planned(desk: Desk, parcels: Sequence[Parcel]) -> Iterator[Line]:
    known: dict[str, list[Sent]] = {}
    for sent in desk.post.letters(desk.asked.period):
        known.setdefault(sent.department, []).append(sent)
    for parcel in parcels:
        yield _judged(desk, parcel, known.get(parcel.department.code, []))


def _judged(desk: Desk, parcel: Parcel, known: Sequence[Sent]) -> Line:
    """Return a letter as it would go, or why it does not."""
    department = parcel.department
    place = department.place if department.place.file else Place(file=department.name)
    to, wrong = read_addresses(department.mail, department.name, place)
    mine = [sent for sent in known if sent.kind == parcel.kind and _same(sent, parcel)]
    state, why = _before(desk, parcel, mine, ", ".join(one.mail for one in to))
    if state == "would" and not to:
        return Line(parcel, "left", findings=wrong)
    subject, _ = desk.letters.write(_about(desk, parcel))
    return Line(
        parcel,
        state,
        to,
        f"{Tag(desk.asked.period, department.code)} {subject}",
        attachment_name(desk.asked, parcel, desk.form),
        parcel.path.stat().st_size if parcel.path and parcel.path.is_file() else 0,
        (*(wrong if state == "would" else ()), *why),
        attempt=sum(sent.state == "sent" for sent in mine),
        failed=any(sent.state in ("later", "unsure") for sent in mine),
    )


def _about(desk: Desk, parcel: Parcel) -> About:
    findings = told(parcel.findings, desk.asked.language)
    return About(parcel.department, desk.asked.period, parcel.state, findings, parcel.days_late)


def _same(sent: Sent, parcel: Parcel) -> bool:
    """Tell whether a letter brought what a parcel brings: a blank workbook is sent once, a reminder once a day."""
    if parcel.kind == "blank":
        return True
    if parcel.kind == "reminder":
        return sent.digest.partition(" ")[0] == parcel.digest.partition(" ")[0]
    return sent.digest == parcel.digest


def _before(desk: Desk, parcel: Parcel, mine: Sequence[Sent], to: str) -> tuple[Became, tuple[Finding, ...]]:
    """Return whether a letter is to go, by what is known of earlier ones like it."""
    if desk.again and not desk.asked.departments and desk.post.seen(_again_today(desk, parcel)):
        return "before", (note("letter-went-again", Place()),)
    if desk.again or not mine:
        return "would", ()
    place = Place(file=parcel.department.name)
    states = {sent.state for sent in mine}
    last = mine[-1]
    if "sent" in states:
        changed = parcel.kind == "blank" and parcel.path and last.digest != digest_of(parcel.path.read_bytes())
        said = (note("letter-changed-since", place),) if changed else ()
        if last.state == "sent" and last.said:  # by some of its addresses
            code = parcel.department.code
            said = (*said, warning("letter-refused-by-some", place, who=last.to, said=last.said, code=code))
        return "before", said
    if states & {"going", "unsure"}:
        return "unsure", (error("letter-unsure", place, who=last.to, code=parcel.department.code),)
    if last.state == "refused" and last.to == to:
        return "refused", (error("letter-refused", place, who=to, said=last.said, code=parcel.department.code),)
    if last.state == "draft":
        return ("before", ()) if desk.drafts else ("would", (note("letter-was-draft", Place()),))
    return "would", ()


def _again_today(desk: Desk, parcel: Parcel) -> str:
    """Return by what it is known that a letter went today with `again`: a run that broke off, or came to its limit, goes on then."""
    blank = parcel.path if parcel.kind == "blank" else None
    digest = digest_of(blank.read_bytes()) if blank else parcel.digest
    return f"again:{desk.now().date()}:{desk.asked.period}:{parcel.kind}:{parcel.department.code}:{digest}"


def _gone(desk: Desk, line: Line) -> Line:
    """Send one letter, or write it as a draft."""
    parcel = line.parcel
    if parcel.path is None and parcel.kind != "reminder":  # it could not be made, as a finding says
        return replace(line, state="left")
    try:
        data = parcel.path.read_bytes() if parcel.path else b""
    except OSError as problem:
        found = error(
            "file-unreadable", Place(file=parcel.path.name if parcel.path else ""), said=problem.strerror or ""
        )
        return replace(line, state="left", findings=(*line.findings, found))
    _, text = desk.letters.write(_about(desk, parcel))
    attachments = (Attachment(line.attachment, data),) if parcel.path else ()
    letter = Letter(desk.sender, line.to, line.subject, text, attachments)
    at = desk.now()
    to = ", ".join(one.mail for one in line.to)
    identity = _message_id(desk, line)
    sent = Sent(str(desk.asked.period), parcel.department.code, parcel.kind, parcel.digest, identity, to, at)
    line = replace(line, size=len(data), message_id=identity)
    if desk.outbox is None:
        return _drafted(desk, line, letter, sent)
    desk.post.begin(sent)
    message = compose(letter, message_id=identity, date=at)
    place = Place(file=parcel.department.name)
    delivery = desk.outbox.send(
        message, [one.mail for one in line.to], place, lambda step: desk.post.mark(identity, step)
    )
    said = "; ".join(str(finding.details.get("said", "")) for finding in delivery.findings)
    if desk.again and delivery.state == "sent":
        desk.post.saw(_again_today(desk, parcel))
    desk.post.mark(identity, delivery.state, said)
    return replace(line, state=delivery.state, findings=(*line.findings, *delivery.findings))


def _drafted(desk: Desk, line: Line, letter: Letter, sent: Sent) -> Line:
    """Write a letter into the folder of drafts, under a name that no other has."""
    name = safe_name(line.parcel.department.name)
    if name.casefold() in desk.names:
        name = f"{name} ({safe_name(line.parcel.department.code)})"
    desk.names.add(name.casefold())
    path = (desk.drafts or desk.asked.out) / f"{name}.eml"
    with said_clearly(path):
        path = _free(path, sent.message_id)
        write_whole(path, compose(letter, message_id=sent.message_id, date=sent.at, is_draft=True))
    desk.post.begin(replace(sent, state="draft"))
    return replace(line, state="draft", path=path)


def _free(path: Path, identity: str) -> Path:
    """Return where a draft goes: in place of an earlier one of its kind and period, beside what else has its name."""
    kind = identity.rpartition("-")[0].encode()
    numbered = (path, *(path.with_stem(f"{path.stem} ({number})") for number in range(2, _ALIKE)))
    return next((one for one in numbered if not one.exists() or kind in one.read_bytes()), path)


def _message_id(desk: Desk, line: Line) -> str:
    """Return a letter's id: the same for the same letter, however often it is begun; another for one sent again."""
    parcel = line.parcel
    domain = desk.sender.mail.rpartition("@")[2] if desk.sender else _NOWHERE
    said = (str(desk.asked.period), parcel.department.code, parcel.kind, parcel.digest, str(line.attempt))
    return f"<br-{desk.asked.period}-{parcel.kind}-{digest_of(chr(0).join(said).encode())[:24]}@{domain}>"
