"""This module has what goes into the work on one workbook and what comes out of it; it loads nothing that reads or renders."""

from __future__ import annotations

import stat
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from batchreport.findings import Finding, Place, Severity
from batchreport.packed import key_of
from batchreport.workbook.package import Limits

if TYPE_CHECKING:
    from collections.abc import Mapping

    from batchreport.period import Period

NO_FILE = "no regular file"
"""Why the bytes of a pipe, a device or a socket are not to be had."""
DISPUTES = frozenset({"department-differs", "department-other"})
"""The codes of findings that say that stamp, form and roster name different departments."""


@dataclass(frozen=True, slots=True)
class Kit:
    """What every department of a run shares, as bytes, so that it travels to other processes.

    `mark` is the language of marked copies; "" for none. `past` has what departments reported before, packed, in any
    order: by department, as `key_of` knows it. `trace` is "file" or "comments" where it is to be said of each figure where it
    comes from, in a file beside the report or in a copy of it too; "" for neither. `aside` is the folder in which a worker
    of this machine writes down the reports that it makes; "" for none. With `draft` what has errors gets a draft of its report.
    """

    schema: bytes
    schema_file: str
    template: bytes = b""
    template_file: str = ""
    roster: Mapping[str, str] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    mark: str = ""
    past: Mapping[str, tuple[bytes, ...]] = field(default_factory=dict, repr=False)
    trace: str = ""
    aside: str = ""
    draft: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """One workbook: the name that findings give it, its bytes, and what its file name and folder say.

    `unreadable` is the system's reason where the bytes could not be had. With `path` they are still to be read there.
    With `closed` it is a folder that could not be looked into, and that says why.
    """

    file: str
    data: bytes
    name: str = ""
    period: Period | None = None
    unreadable: str = ""
    path: str = ""
    closed: Finding | None = None

    def read(self) -> Source:
        """Return the workbook with its bytes, or with why they cannot be had."""
        if not self.path or self.closed:
            return self
        path = Path(self.path)
        try:
            if stat.S_ISREG(path.stat().st_mode):
                return replace(self, data=path.read_bytes(), path="")
        except OSError as problem:
            return replace(self, unreadable=problem.strerror or str(problem), path="")
        return replace(self, unreadable=NO_FILE, path="")  # to read a pipe or a device would take for ever


@dataclass(frozen=True, slots=True)
class WrittenDown:
    """A report that a worker has written down, whole, for it to be given its name: where, and the digest of its bytes."""

    path: str
    digest: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one workbook.

    `report` and `marked` (the copy for its filler) are None where none was made. `records` is the packed submission,
    with blanks for the values that an error was found about. `trace` is the JSON document that says where the report's
    figures come from, `commented` the copy of the report that says it in comments. `draft` is what stands in for the report
    where there are errors, if it was asked for. `hidden` has notes on what is filled in and
    not shown in the report, which are said once for all departments. With `written` the report lies there, and `report` is None.
    `made_from` is the digest of the workbook's bytes, "" where they could not be read or the work on them was not ended.
    """

    file: str
    department: str = ""
    name: str = ""
    period: Period | None = None
    revision: int = 0
    stamped: bool = False
    findings: tuple[Finding, ...] = ()
    report: bytes | None = field(default=None, repr=False)
    marked: bytes | None = field(default=None, repr=False)
    records: bytes | None = field(default=None, repr=False)
    trace: bytes | None = field(default=None, repr=False)
    commented: bytes | None = field(default=None, repr=False)
    hidden: tuple[Finding, ...] = ()
    draft: bytes | None = field(default=None, repr=False)
    written: WrittenDown | None = field(default=None, repr=False)
    made_from: str = field(default="", repr=False, compare=False)

    @property
    def key(self) -> str:
        """By what the department is known from one period to the next."""
        return key_of(self.department, self.name)

    @property
    def good(self) -> bool:
        """Whether no finding is an error."""
        return not any(finding.severity is Severity.ERROR for finding in self.findings)

    @property
    def strayed(self) -> bool:
        """Whether it is a workbook of another period than its folder, so that it says nothing about either."""
        return any(finding.code == "period-wrong" for finding in self.findings)

    @property
    def disputed(self) -> bool:
        """Whether stamp, form and roster name different departments, so that it is not sure whose workbook it is."""
        return any(finding.code in DISPUTES for finding in self.findings)

    def count(self, severity: Severity) -> int:
        """Return how many findings are of that severity."""
        return sum(finding.severity is severity for finding in self.findings)


def lost(source: Source, code: str = "file-kills-reader", **details: str) -> Outcome:
    """Return the outcome of a workbook that could not be read at all, or whose reading ended its process."""
    finding = Finding(code, Severity.ERROR, Place(file=source.file), details)
    return Outcome(file=source.file, name=source.name, period=source.period, findings=(finding,))
