"""This module makes PDFs of finished documents by LibreOffice, many in one call; no document stops another."""

from __future__ import annotations

import os
import re
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Lock
from typing import TYPE_CHECKING

from batchreport.files import said_clearly, write_whole
from batchreport.findings import Finding, Place, error
from batchreport.report.book.pages import printed_pages, with_pages
from batchreport.run.archive import digest_of
from batchreport.run.fonts import asked_fonts, lacking
from batchreport.run.office import Ended, Office, find_office

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from batchreport.report.book import Book

    Put = Callable[[Path, bytes], tuple[Path | None, Finding | None]]
    """Writes a PDF; returns where it is, None where it could not be written, and what is to be said of that."""

_A_CALL = 25  # documents: enough that starting does not count, few enough that a crash costs little
_PAYS_FROM = 24  # below so many documents a second LibreOffice starts for nothing
_AT_ONCE = 4  # each takes some 300 MB
_DATE = re.compile(rb"/(?:Creation|Mod)Date ?\(D:[0-9Z'+-]+\)")
_MARK = re.compile(rb"(?<=/ID \[ <)[0-9A-F]{32}(?=>)|(?<=/DocChecksum /)[0-9A-F]{32}|(?<=>\n<)[0-9A-F]{32}(?=> \])")
_WITH_BOOKMARKS = 'pdf:writer_pdf_Export:{"ExportBookmarksToPDFDestination":{"type":"boolean","value":"true"}}'


def _write(path: Path, data: bytes) -> tuple[Path | None, Finding | None]:
    try:
        write_whole(path, data)
    except OSError as problem:
        said = problem.strerror or str(problem)
        return None, error("pdf-not-written", Place(file=path.name), said=said)
    return path, None


@dataclass(frozen=True, slots=True)
class Printed:
    """What became of one document: its PDF, and what is to be said of it, or why there is none."""

    document: Path
    pdf: Path | None = None
    finding: Finding | None = None


@dataclass(frozen=True, slots=True)
class Printout:
    """What became of all documents, in the order they were given, and what is to be said once."""

    printed: tuple[Printed, ...] = ()
    findings: tuple[Finding, ...] = ()


def to_pdf(
    documents: Sequence[Path],
    *,
    jobs: int | None = None,
    timeout: float = 120,
    tell: Callable[[Printed], None] = lambda _: None,
    put: Put = _write,
    office: Path | None = None,
) -> Printout:
    """Make a PDF beside each document, and return what became of each; `tell` hears of each when it is done.

    `put` writes them, called by one thread at a time. After `timeout` seconds without a PDF the document at work is
    given up, and named. Without LibreOffice, or where `office` is not there, there is one finding that says what to install.
    """
    program = office or find_office()
    if program is None or not program.is_file():
        return Printout(findings=(error("pdf-no-office"),))
    gone = lacking({font for document in documents for font in asked_fonts(_bytes(document))})
    count = jobs or (min(os.cpu_count() or 1, _AT_ONCE) if len(documents) >= _PAYS_FROM else 1)
    with tempfile.TemporaryDirectory(prefix="batchreport-", ignore_cleanup_errors=True) as folder:
        press = _Press(program, Path(folder), timeout, tell, gone.configuration(), put)
        size = max(min(_A_CALL, -(-len(documents) // count)), 1)
        chunks = [documents[at : at + size] for at in range(0, len(documents), size)]
        with ThreadPoolExecutor(max_workers=count) as pool:
            try:
                done = [one for part in pool.map(press.work, chunks) for one in part]
            except BaseException:  # Ctrl-C: nobody waits for what is under way
                press.stop.set()
                pool.shutdown(cancel_futures=True)
                raise
    by_path = {one.document: one for one in done}
    return Printout(tuple(by_path[document] for document in dict.fromkeys(documents)), gone.findings())


def with_true_pages(book: Book, *, timeout: float = 600, office: Path | None = None) -> bytes | None:
    """Return a book's bytes with the page numbers that LibreOffice finds in its contents; None where it finds none."""
    program = office or find_office()
    if program is None or not program.is_file() or book.data is None:
        return None
    gone = lacking(asked_fonts(book.data))
    with tempfile.TemporaryDirectory(prefix="batchreport-", ignore_cleanup_errors=True) as folder:
        press = _Press(program, Path(folder), timeout, lambda _: None, gone.configuration())
        pdf = press.print_one(book.data, _WITH_BOOKMARKS)
    pages = printed_pages(pdf, book.entries) if pdf else {}
    return with_pages(book.data, pages) if pages else None


def timeless(pdf: bytes) -> bytes:
    """Return a PDF that says neither when it was made nor by which run: one made again of the same is the same."""
    same = _DATE.sub(lambda date: b" " * len(date[0]), pdf)
    bare = _MARK.sub(b"0" * 32, same)
    mark = digest_of(bare)[:32].upper().encode()
    return _MARK.sub(mark, same)  # of the same length, so that every object stays at its place


def _lay_in(path: Path, data: bytes) -> None:
    """Put a document into the system's temporary folder; raises `OutputError` where that is full."""
    with said_clearly(path):
        path.write_bytes(data)


class _Press:
    """LibreOffice at work in a folder of its own, under one profile for each thread that is busy."""

    def __init__(
        self,
        program: Path,
        folder: Path,
        patience: float,
        tell: Callable[[Printed], None],
        fonts: str,
        put: Put = _write,
    ) -> None:
        self._folder = folder
        self._put = put
        self._tell = tell
        self._lock = Lock()
        self._profiles: list[Path] = []
        self._count = 0
        # In a zone of its own the PDF does not tell where it was made.
        environment = {**os.environ, "TZ": "UTC", "SAL_USE_VCLPLUGIN": "svp"}
        if fonts:
            path = folder / "fonts.conf"
            path.write_text(fonts, encoding="utf-8")
            environment["FONTCONFIG_FILE"] = str(path)
        self.stop = Event()
        self._office = Office(program, environment, patience, self.stop)
        self._patience = patience

    def work(self, documents: Sequence[Path]) -> list[Printed]:
        """Print some documents in one call; one that fails is tried once more alone, and the others go on."""
        done: list[Printed] = []
        todo = [list(documents)]
        while todo and not self.stop.is_set():
            chunk = todo.pop(0)
            printed, ended = self._call(chunk)
            done += printed
            rest = [one for one in chunk if one not in {each.document for each in printed}]
            if rest and len(chunk) == 1:
                done.append(self._say(_failed(rest[0], ended, self._patience)))
            elif ended.late or not printed:
                todo = [rest[:1], *([rest[1:]] if rest[1:] else []), *todo]
            else:
                todo = [*([one] for one in rest), *todo]
        return done

    def print_one(self, data: bytes, form: str) -> bytes:
        """Return the PDF of a document's bytes, none where there is no PDF."""
        folder = self._new_folder()
        source = folder / "0001.docx"
        _lay_in(source, data)
        with _Borrowed(self) as profile:
            self._office.convert([source], folder, profile, lambda: 0, form)
        made = folder / "0001.pdf"
        return made.read_bytes() if made.exists() else b""

    def _call(self, documents: Sequence[Path]) -> tuple[list[Printed], Ended]:
        folder = self._new_folder()
        # Names of our own: two documents may have the same name, and some names mislead a program.
        sources = {folder / f"{number:04}.docx": document for number, document in enumerate(documents, 1)}
        for source, document in sources.items():
            _lay_in(source, _bytes(document))
        waiting = [(source.with_suffix(".pdf"), document) for source, document in sources.items()]
        printed: list[Printed] = []

        def look() -> int:
            there = [at for at, (made, _) in enumerate(waiting) if made.exists()]
            for at in [at for at in there if at < max(there)]:  # the last one may still be being written
                printed.append(self._deliver(*waiting[at]))
            for at in reversed([at for at in there if at < max(there)]):
                del waiting[at]
            return len(printed) + bool(there)

        with _Borrowed(self) as profile:
            ended = self._office.convert(list(sources), folder, profile, look)
        if not ended.late:
            printed += [self._deliver(made, document) for made, document in waiting if made.exists()]
        return printed, ended

    def _deliver(self, made: Path, document: Path) -> Printed:
        data = timeless(made.read_bytes())
        made.unlink()
        with self._lock:
            pdf, finding = self._put(document.with_suffix(".pdf"), data)
        return self._say(Printed(document, pdf, finding))

    def _say(self, printed: Printed) -> Printed:
        with self._lock:
            self._tell(printed)
        return printed

    def _new_folder(self) -> Path:
        with self._lock:
            self._count += 1
            folder = self._folder / f"call{self._count}"
        folder.mkdir()
        return folder

    def borrow(self) -> Path:
        """Return a profile that no other call uses."""
        with self._lock:
            self._count += 1
            return self._profiles.pop() if self._profiles else self._folder / f"profile{self._count}"

    def give_back(self, profile: Path) -> None:
        """Let another call use a profile, warm as it is."""
        with self._lock:
            self._profiles.append(profile)


class _Borrowed:
    """A profile for the time of one call."""

    def __init__(self, press: _Press) -> None:
        self._press = press

    def __enter__(self) -> Path:
        self._profile = self._press.borrow()
        return self._profile

    def __exit__(self, *exception: object) -> None:
        self._press.give_back(self._profile)


def _failed(document: Path, ended: Ended, patience: float) -> Printed:
    place = Place(file=document.name)
    if ended.late:
        return Printed(document, None, error("pdf-takes-too-long", place, seconds=round(patience)))
    return Printed(document, None, error("pdf-failed", place))


def _bytes(document: Path) -> bytes:
    try:
        return document.read_bytes()
    except OSError:
        return b""
