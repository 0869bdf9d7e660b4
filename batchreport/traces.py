"""This module knows what lies beside a report that is traced: the file that says where its figures come from, and the commented copy."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from batchreport.run.ledger import digests

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from batchreport.findings import Finding
    from batchreport.run.entry import Entry
    from batchreport.run.outcome import Outcome

    Deliver = Callable[[str, bytes], tuple[Path | None, Finding | None]]

_SOURCES = {"zh": "（来源）", "en": " (sources)"}
SOURCES = tuple(_SOURCES.values())
"""How the names of commented copies end, which no report's does."""


@dataclass(frozen=True, slots=True)
class Beside:
    """What is wanted beside each report: nothing, with `trace` as `Kit` has it one file or two; names in the schema's `language`."""

    trace: str = ""
    language: str = ""

    def places(self, path: Path | None) -> tuple[Path | None, Path | None]:
        """Return where the file and the copy of the report at `path` belong, None for what is not wanted."""
        if path is None or not self.trace:
            return None, None
        copy = path.with_name(f"{path.stem}{_SOURCES[self.language]}.docx") if self.trace == "comments" else None
        return path.with_name(f"{path.stem}.trace.json"), copy

    def put(self, outcome: Outcome, path: Path, deliver: Deliver) -> tuple[Outcome, Path | None, Path | None]:
        """Have written what an outcome has beside its report; return it with what is to be said of that, and both paths."""
        if not self.trace:
            return outcome, None, None
        said, written = list(outcome.findings), []
        for place, data in zip(self.places(path), (outcome.trace, outcome.commented), strict=True):
            name = f"{outcome.period}/{place.name}" if place else ""
            at, finding = deliver(name, data) if name and data is not None else (None, None)
            said += [finding] if finding else []
            written.append(at)
        made = replace(outcome, findings=tuple(said), trace=None, commented=None)
        return made, written[0], written[1]

    def lacks(self, entry: Entry, path: Path | None) -> bool:
        """Tell whether something wanted is not there as it was made with the report."""
        if not self.trace:
            return False
        wanted = [
            (place, digest)
            for place, digest in zip(self.places(path), (entry.trace, entry.commented), strict=True)
            if place
        ]
        made = [digest for _, digest in wanted]
        return "" in made or digests(place for place, _ in wanted) != made
