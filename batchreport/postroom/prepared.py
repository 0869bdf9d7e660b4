"""This module looks whether blank workbooks that were prepared earlier are what would be prepared now."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from zipfile import ZipFile

from batchreport.findings import LANGUAGES, Finding, Place, error
from batchreport.period import day_label
from batchreport.zips import BROKEN

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date
    from pathlib import Path

    from batchreport.period import Period

_SHOWN = 10  # names in one line


def with_other_day(blanks: Iterable[tuple[str, Path]], deadline: date | None, period: Period) -> tuple[Finding, ...]:
    """Return what is to be said of blank workbooks, by department, in which another deadline stands, or none."""
    if deadline is None:
        return ()
    labels = "|".join(re.escape(day_label(deadline, language)) for language in LANGUAGES)
    names = [name for name, path in blanks if not _holds(path, f"(?<![0-9])(?:{labels})")]
    said = {"deadline": deadline.isoformat(), "period": str(period), "count": len(names), "names": few(names)}
    return (error("letter-blanks-other-day", Place(), **said),) if names else ()


def with_other_form(blanks: Iterable[tuple[str, Path]], form: str, period: Period) -> tuple[Finding, ...]:
    """Return what is to be said of blank workbooks, by department, that were made for another form of the schema than this one.

    Of one without a stamp, or with one of the time when stamps had no form, that is not known.
    """
    names = [name for name, path in blanks if _holds(path, r"v2\|") and not _holds(path, rf"v2\|{form}\|")]
    said = {"period": str(period), "count": len(names), "names": few(names)}
    return (error("letter-blanks-other-form", Place(), **said),) if names else ()


def few(names: Sequence[str]) -> tuple[str, ...]:
    """Return as many names as one line has room for, and … for the others."""
    return (*names[:_SHOWN], *(["…"] if len(names) > _SHOWN else []))


def _holds(path: Path, pattern: str) -> bool:
    """Tell whether something stands in a workbook; what cannot be read is said when it is to go."""
    wanted = re.compile(pattern.encode())
    try:
        with ZipFile(path) as package:
            texts = [name for name in package.namelist() if name.startswith("xl/") and name.endswith(".xml")]
            return any(wanted.search(package.read(name)) for name in texts)
    except BROKEN:
        return True
