"""This module looks through a finished document, part by part, before it is handed out: of a roll-up no more can be held at once."""

from __future__ import annotations

import re
import zipfile
from itertools import chain
from typing import IO, TYPE_CHECKING
from xml.parsers.expat import ExpatError, ParserCreate

from batchreport.findings import Finding, Place, error
from batchreport.report.audit.hanging import USED, faults
from batchreport.report.audit.leftover import WORDS, suspects, texts_in
from batchreport.report.parts import unpack

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from batchreport.report.rollup.value import Rollup

_AT_ONCE = 1 << 20  # bytes
_OF_A_SHEET = 1 << 19
_NODE = re.compile(rb">([^<]+)")
_IN_TEXT = re.compile(rb"<w:t(?: [^>]*[^/>])?>[^<]*<(?!/)")
_MARKS = tuple(word.encode() for word in WORDS)
_TAG = re.compile(r"\{[{%](.*?)[}%]\}", re.DOTALL)
_RAW = re.compile(r"\{%-?\s*raw\b")
_XML = (".xml", ".rels")
_MARKUP_IN_TEXT = {"zh": "文字里夹着标记", "en": "markup inside a text"}


def audit_rollup(file: IO[bytes], name: str, rollup: Rollup, template: bytes) -> list[Finding]:
    """Return what is wrong with a document of a roll-up, as errors; `template` is the .docx that its report is made of.

    Of the sheets of its workbook, which no template touches, the beginnings are looked at.
    """
    if name.endswith(".docx"):
        own = _people(rollup, lambda: _said_by(template))
        return audit(file, Place(file=name), own, lambda: unpack(template).data)
    return audit(file, Place(file=name), _people(rollup, str), most=_OF_A_SHEET)


def _said_by(template: bytes) -> str:
    """Return what a template says itself: its text and what stands in its tags, without the braces that make them tags."""
    text = b"".join(_NODE.findall(b"".join(unpack(template).data.values()))).decode(errors="replace")
    return text if _RAW.search(text) else _TAG.sub(r" \1 ", text)


def _people(rollup: Rollup, template: Callable[[], str]) -> Callable[[str], bool]:
    """Return what tells whether a word stands in what people wrote: a workbook, the roster, the schema, the template."""

    def texts() -> Iterator[str]:
        yield from texts_in((rollup.organisation, rollup.schema.model_dump(), template()))
        yield from texts_in([(one.code, one.name) for one in rollup.departments])
        now = (one.submission for one in rollup.departments if one.submission)
        for submission in chain(now, *rollup.earlier.values()):
            yield from texts_in((submission.file, submission.name, submission.findings))
            for finding in submission.findings:  # which may name a tag that failed
                yield from (finding.what(rollup.schema.language), finding.remedy(rollup.schema.language))
            for table in submission.tables.values():
                yield table.sheet
                for record in table.records:
                    yield from texts_in(tuple(record.values.values()))

    def told(word: str) -> bool:
        alone = re.compile(rf"(?<![A-Za-z]){re.escape(word)}(?![A-Za-z])", re.IGNORECASE)
        return any(alone.search(text) for text in texts())

    return told


def audit(
    file: IO[bytes],
    place: Place,
    own: Callable[[str], bool],
    before: Callable[[], Mapping[str, bytes]] = dict,
    most: int = 0,
) -> list[Finding]:
    """Return what is wrong with the finished .docx or .xlsx in `file`, as errors: none, if all is well.

    Every part is sound XML, nothing stands inside a text, every relationship leads somewhere, and no word is left that
    only a program writes, unless it is somebody's `own`. `before` gives the parts of the template, whose own faults are not
    said. Of each part no more than its first `most` bytes are looked at, if that is not 0.
    """
    found: list[Finding] = []
    links: dict[str, bytes] = {}
    words: dict[str, str] = {}
    with zipfile.ZipFile(file) as archive:
        for name in archive.namelist():
            look = _Look()
            if name.endswith(_XML):
                with archive.open(name) as part:
                    look.through(part, most)
            found += [error("audit-xml", place, name=name, said=look.said)] if look.said else []
            links[name] = archive.read(name) if name.endswith(".rels") or name == "[Content_Types].xml" else look.used
            words |= {word: name for word in look.words if word not in words}
    if found:
        return found
    left = [word for word in words if not own(word)]
    astray = faults(links, links)
    known = set(faults(template, template)) if astray and (template := before()) else set()
    return [
        *(
            error("audit-relationship", place, name=name, said=said)
            for name, said in astray
            if (name, said) not in known
        ),
        *(error("audit-left-over-in", place, name=words[word], word=word) for word in left),
    ]


class _Look:
    """What one part has: what a strict reader says of it, the relationships it uses, and the words that programs write."""

    def __init__(self) -> None:
        self.said: str | dict[str, str] = ""
        self.used = b""
        self.words: dict[str, None] = {}

    def through(self, part: IO[bytes], most: int) -> None:
        """Look through a part, piece by piece."""
        reader = ParserCreate()
        try:
            for piece in _pieces(part, most, reader.Parse):
                self._at(piece)
        except ExpatError as problem:
            self.said = str(problem)

    def _at(self, piece: bytes) -> None:
        if b"<w:t" in piece and _IN_TEXT.search(piece):
            self.said = self.said or _MARKUP_IN_TEXT
        self.used += b"".join(found.group() for found in USED.finditer(piece))
        if any(mark in piece for mark in _MARKS):
            texts = b"\n".join(_NODE.findall(piece)).decode(errors="replace")
            self.words |= dict.fromkeys(suspects(texts))


def _pieces(part: IO[bytes], most: int, read: Callable[[bytes, bool], object]) -> Iterator[bytes]:
    """Yield a part in pieces, each of which ends before an end tag, so that nothing that belongs together is parted."""
    left, seen = b"", 0
    while data := part.read(min(_AT_ONCE, most or _AT_ONCE)):
        read(data, False)  # noqa: FBT003  (it takes no name)
        seen += len(data)
        left += data
        cut = left.rfind(b"</")
        if cut > 0:
            yield left[:cut]
            left = left[cut:]
        if most and seen >= most:
            return
    read(b"", True)  # noqa: FBT003
    yield left
