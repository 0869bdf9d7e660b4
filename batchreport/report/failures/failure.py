"""This module says why a tag failed while it was rendered: which value, of which kind, and what to write."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jinja2.exceptions import SecurityError

from batchreport.findings import Finding, Place, error
from batchreport.report.environment import NameMissingError
from batchreport.report.failures.culprit import Bench, typed
from batchreport.report.failures.explained import explained
from batchreport.report.grammar import FilterError
from batchreport.report.text import NotTextError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import FrameType

    from jinja2 import Environment

_QUOTED = re.compile(r"'(\w+)'")


@dataclass(frozen=True, slots=True)
class Failure:
    """A tag that failed: where it stands, as it was typed, and the names that it had beside those of `frame`."""

    place: Place
    tag: str
    environment: Environment
    names: Mapping[str, Any]
    frame: FrameType | None

    def finding(self, problem: Exception) -> Finding:
        """Return what is to be said of it, in the words of whoever wrote the tag."""
        if isinstance(problem, NotTextError):
            return self._say(problem.code, kind=problem.kind)
        if isinstance(problem, FilterError):
            return self._say("template-failed", said=problem.texts)
        if isinstance(problem, SecurityError):
            found = _QUOTED.search(str(problem))
            return self._say("template-forbidden", name=found[1] if found else str(problem))
        if isinstance(problem, RecursionError):
            return self._say("template-endless")
        return self._worked_out(problem)

    def _worked_out(self, problem: Exception) -> Finding:
        """Return what is found where the pieces of the tag are worked out again, one by one."""
        bench = Bench.of(self.tag, self.environment, self.names, self.frame) if self.tag else None
        culprit = bench.culprit(problem) if bench else None
        known = None
        with suppress(Exception):  # a guess may need what the tag itself did not
            known = explained(bench, culprit, problem) if bench else None
        if known:
            return self._say(known[0], **known[1])
        if isinstance(problem, NameMissingError) and not problem.is_named:
            return self._say("template-nothing-taken", value=typed(culprit) if culprit is not None else self.tag)
        if isinstance(problem, NameMissingError):
            return self._say("template-name-missing", name=problem.name)
        raised = f"{type(problem).__name__}: {problem}".removesuffix(": ")
        piece = typed(culprit) if culprit is not None else self.tag
        zh, en = f"“{piece}”这一步算不出来（{raised}）", f"“{piece}” cannot be worked out ({raised})"
        return self._say("template-failed", said={"zh": zh, "en": en})

    def _say(self, code: str, **details: Any) -> Finding:
        return error(code, self.place, tag=self.tag, **details)
