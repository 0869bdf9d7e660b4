"""This module finds LibreOffice and runs it: a profile of its own, a time limit, and nothing left running after it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from threading import Event

_NAMES = ("soffice", "libreoffice")
_PROGRAM = Path("LibreOffice/program/soffice.com")  # .com waits for its work on Windows, .exe does not
_GLIMPSE = 0.1  # seconds between two looks at what is done
_GRACE = 5  # seconds in which a program that was ended lets go of its files
_TOLD = 2000  # characters of what it said that are kept


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run of LibreOffice ended: by itself or out of time, and the last that it said."""

    late: bool
    said: str


def find_office() -> Path | None:
    """Return where LibreOffice stands: on the search path, or where it is usually installed; None without it."""
    on_path = (shutil.which(name) for name in _NAMES)
    places = (Path(place) for place in on_path if place)
    return next((place for place in (*places, *_usual_places()) if place.is_file()), None)


@dataclass(frozen=True, slots=True)
class Office:
    """LibreOffice, with the environment to run it in; a call that has no new document done for `patience` seconds is ended.

    So is every call once `stop` is set.
    """

    program: Path
    environment: Mapping[str, str]
    patience: float
    stop: Event

    def convert(
        self, documents: Sequence[Path], folder: Path, profile: Path, look: Callable[[], int], form: str = "pdf"
    ) -> Ended:
        """Convert documents into `folder` under a profile; `look` is called again and again and tells how many are done."""
        command = [str(self.program), f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore",
                   "--nolockcheck", "--convert-to", form, "--outdir", str(folder), *map(str, documents)]  # fmt: skip
        told = folder / "said.txt"
        try:
            with told.open("wb") as sink, self._started(command, sink) as process:
                try:
                    late = self._is_late(process, look)
                finally:
                    _end(process)
        except OSError as problem:  # it is no program, or this user may not run it
            return Ended(late=False, said=problem.strerror or str(problem))
        return Ended(late, told.read_bytes().decode(errors="replace")[-_TOLD:].strip())

    def _is_late(self, process: subprocess.Popen[bytes], look: Callable[[], int]) -> bool:
        """Wait for the end, and tell whether it did not come in time."""
        done, since = look(), time.monotonic()
        while process.poll() is None:
            time.sleep(_GLIMPSE)
            now = look()
            if now > done:
                done, since = now, time.monotonic()
            if self.stop.is_set() or time.monotonic() - since > self.patience:
                return True
        return False

    def _started(self, command: Sequence[str], sink: IO[bytes]) -> subprocess.Popen[bytes]:
        apart = getattr(subprocess, "CREATE_NO_WINDOW", 0) | getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)
        return subprocess.Popen(  # noqa: S603  (the program is LibreOffice, the names are ours)
            command,
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=subprocess.STDOUT,
            env=dict(self.environment),
            start_new_session=os.name == "posix",
            creationflags=int(apart),
        )


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the program with all that it has started: soffice is a script whose child does the work."""
    if sys.platform == "win32":
        kill = shutil.which("taskkill")
        if process.poll() is None and kill:
            subprocess.run([kill, "/T", "/F", "/PID", str(process.pid)], capture_output=True, check=False)  # noqa: S603
    else:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    with suppress(subprocess.TimeoutExpired):
        process.wait(_GRACE)


def _usual_places() -> Iterator[Path]:
    if sys.platform == "win32":
        for name in ("ProgramFiles", "ProgramFiles(x86)", "ProgramW6432"):
            if folder := os.environ.get(name):
                yield Path(folder) / _PROGRAM
    elif sys.platform == "darwin":
        for root in (Path("/"), Path.home()):
            yield root / "Applications/LibreOffice.app/Contents/MacOS/soffice"
    else:
        yield Path("/usr/lib/libreoffice/program/soffice")
        yield Path("/usr/lib64/libreoffice/program/soffice")
        yield from sorted((Path("/") / "opt").glob("libreoffice*/program/soffice"), reverse=True)
        yield Path("/snap/bin/libreoffice")
