"""This module gives each department's report a file name that no other of its period has."""

from __future__ import annotations

from itertools import chain, count
from typing import TYPE_CHECKING

from batchreport.delivery import BESIDE
from batchreport.drafts import DRAFTS
from batchreport.files import safe_name
from batchreport.traces import SOURCES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from batchreport.run.outcome import Outcome

NAMES = {
    "zh": {"rollup": "汇总", "some": "汇总（部分单位）", "book": "汇编", "some book": "汇编（部分单位）"},
    "en": {
        "rollup": "Roll-up", "some": "Roll-up (some departments)", "book": "Book", "some book": "Book (some departments)",
    },
}  # fmt: skip
"""The names of the documents over all departments, or over some, in the language of the schema."""
_TAKEN = frozenset({"index", *(name.casefold() for names in NAMES.values() for name in names.values())})
"""Names in a period's folder that are not for a department."""

_LONGEST = 200
"""Bytes of a name that has a code: file systems allow 255, and what lies beside a report has longer names."""


class ReportNames:
    """The names of reports that are given, without their ending.

    `known` has reports of earlier runs, as `Ledger.reports` gives them: these names are kept for their departments, so
    that a namesake who comes later writes over nobody's report.
    """

    def __init__(self, known: Iterable[tuple[str, str, str, str]] = ()) -> None:
        self._owners: dict[str, str] = {}
        self._files: dict[str, set[str]] = {}  # of whose workbooks those reports are
        self._before: dict[str, str] = {}
        for period, stem, owner, file in known:
            place = _place(period, stem)
            self._owners[place] = owner
            self._files.setdefault(place, set()).add(file)
            self._before[file] = place

    def of(self, outcome: Outcome) -> str:
        """Return the name of an outcome's report; systems that ignore case keep it apart from all others too.

        A name that only this workbook held, when it was another department's, is free again.
        """
        self._release(outcome.file)
        name, code = safe_name(outcome.name), outcome.department
        coded = [one for one in (f"{name} ({safe_name(code)})",) if code and len(one.encode()) <= _LONGEST]
        numbered = (f"{name} ({number})" for number in count(2))
        found = next(one for one in chain((name,), coded, numbered) if self._is_free(one, outcome))
        if (known := self._files.get(_place(str(outcome.period), found))) is not None:
            known.add(outcome.file)
        return found

    def _release(self, file: str) -> None:
        if place := self._before.pop(file, ""):
            self._files[place].discard(file)
            if not self._files[place]:
                del self._owners[place]

    def _is_free(self, name: str, outcome: Outcome) -> bool:
        if name.casefold() in _TAKEN or name.endswith(SOURCES + DRAFTS) or BESIDE.search(name):
            return False
        return self._owners.setdefault(_place(str(outcome.period), name), outcome.key) == outcome.key


def _place(period: str, stem: str) -> str:
    return f"{period}/{stem.casefold()}"
