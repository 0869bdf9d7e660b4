from __future__ import annotations

import random
import zipfile
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batchreport.mail.header import header_text, parameter
from batchreport.mail.parts import attachments
from batchreport.mail.taken import MIB, Limits, base_name
from tests.mail.outlook_file import attachment, sent
from tests.mail.test_mail_cases import CASES
from tests.mail.test_outlook import BOOK, DATE, HEAD, message

if TYPE_CHECKING:
    from pathlib import Path

FILES = [path for case in CASES for path in case.iterdir() if path.name != "expected.toml"]


def zipped(files: dict[str, bytes]) -> bytes:
    """Return a zip file with these files."""
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out:
        for name, data in files.items():
            out.writestr(name, data)
    return target.getvalue()


def codes(data: bytes, name: str, limits: Limits) -> list[str]:
    """Return the codes of what is said about a file."""
    return [finding.code for finding in attachments(data, name, limits).findings]


def test_a_file_that_inflates_is_stopped_at_the_limit() -> None:
    """The bytes are counted as they come; what the directory says of them may be a lie."""
    data = zipped({"bomb.xlsx": b"\0" * (4 * MIB), "a.xlsx": b"a"})
    data = data.replace((4 * MIB).to_bytes(4, "little"), (5).to_bytes(4, "little"))
    taken = attachments(data, "a.zip", Limits(piece=MIB))

    assert [finding.place.file for finding in taken.findings] == ["a.zip › bomb.xlsx"]
    assert [piece.name for piece in taken.found] == ["a.xlsx"]


def test_many_small_files_are_stopped_when_they_are_large_together() -> None:
    """What was found before stays found."""
    files = {f"{number}.xlsx": b"\0" * MIB for number in range(8)}
    taken = attachments(zipped(files), "a.zip", Limits(total=4 * MIB))

    assert len(taken.found) == 3
    assert [finding.code for finding in taken.findings] == ["mail-too-large"]


def test_too_many_files_are_stopped() -> None:
    """In a zip file, in a mailbox, in all together."""
    limits = Limits(pieces=5)

    assert codes(zipped({f"{number}.xlsx": b"" for number in range(9)}), "a.zip", limits) == ["mail-too-many"]
    assert codes(b"From x\nSubject: a\nDate: b\n\nc\n\n" * 9, "a.mbox", limits)[-1] == "mail-too-many"
    inner = zipped({f"{number}.xlsx": b"" for number in range(3)})
    assert codes(zipped({"a.zip": inner, "b.zip": inner}), "a.zip", limits) == ["mail-too-many"]


def test_zip_files_are_not_opened_without_end() -> None:
    """A zip file in a zip file, and so on, is said beyond the limit."""
    data = zipped({"a.xlsx": b""})
    for number in range(12):
        data = zipped({f"{number}.zip": data})

    assert codes(data, "a.zip", Limits()) == ["mail-too-deep"]


def test_messages_within_messages_end_in_a_finding() -> None:
    """Neither ten nor ten thousand levels are more than a line."""
    for levels in (20, 10_000):
        head = b"Subject: a\nFrom: b@c.example\nContent-Type: message/rfc822\n\n"
        assert codes(head * levels + b"end", "a.eml", Limits()) in (
            ["mail-too-deep"],
            ["mail-damaged"],
            ["mail-without-attachment"],
        )
    parts = b"".join(b"Content-Type: multipart/mixed; boundary=%d\n\n--%d\n" % (n, n) for n in range(5_000))
    assert codes(b"Subject: a\nFrom: b\n" + parts, "a.eml", Limits()) in (["mail-damaged"], ["mail-without-attachment"])


def mutated(data: bytes, chance: random.Random) -> bytes:
    """Return the bytes with some cut out, doubled, overwritten or cut off."""
    work = bytearray(data)
    for _ in range(chance.randint(1, 12)):
        at, length = chance.randrange(len(work) + 1), chance.randint(1, 64)
        match chance.randrange(5):
            case 0:
                del work[at : at + length]
            case 1:
                work[at:at] = work[at : at + length]
            case 2:
                work[at : at + length] = chance.randbytes(length)
            case 3:
                work[at : at + 1] = chance.choice(
                    [b"\r\n", b"\0", b";", b'"', b"=?", b"?=", b"*", b"\xff", b"--", b":"]
                )
            case _:
                del work[at + chance.randrange(4000) :]
    return bytes(work)


@pytest.mark.parametrize("file", FILES, ids=lambda path: path.parent.name)
def test_no_broken_file_raises(file: Path) -> None:
    """Whatever is done to a real message or zip file: workbooks and findings come out, each finding can be said."""
    chance = random.Random(file.parent.name)
    data = file.read_bytes()
    for _ in range(60):
        taken = attachments(mutated(data, chance), file.name)
        assert all(finding.line(language) for finding in taken.findings for language in ("zh", "en"))
        assert all(piece.name == base_name(piece.name) != "" for piece in taken.found)


def test_no_broken_message_of_outlook_raises() -> None:
    """The same for .msg files, whose reader is a library of others."""
    inner = HEAD | sent(DATE, 24) | attachment(0, BOOK, name="b.xlsx")
    data = message(HEAD, sent(DATE, 32), attachment(0, BOOK, name="a.xlsx"), attachment(1, inner))
    chance = random.Random(7)
    for _ in range(600):
        taken = attachments(mutated(data, chance), "a.msg")
        assert all(finding.line("zh") for finding in taken.findings)


@given(st.binary(max_size=2000), st.sampled_from(["a", "a.eml", "a.zip", "a.msg", "a.mbox", "a.xlsx"]))
def test_no_bytes_raise(data: bytes, name: str) -> None:
    """Nor does anything else."""
    for head in (b"", b"PK\3\4", bytes.fromhex("D0CF11E0A1B11AE1"), b"From a\nFrom: a\n", b"Subject: a\nFrom: b\n"):
        taken = attachments(head + data, name)
        assert taken.found or taken.findings or not data


@given(st.text(st.characters(codec="latin-1")) | st.text(st.sampled_from("=?;\"'*%_utf8gbB \\0\udcd5\udc5c")))
def test_any_line_of_a_head_can_be_read(text: str) -> None:
    """A line is text, whatever it holds."""
    assert isinstance(header_text(text), str)
    assert isinstance(parameter(f"a; filename={text}", "filename", "name"), str)
