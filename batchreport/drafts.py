"""This module lays the drafts of reports into the folder for what is made, and takes them away once they have served."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from batchreport.findings import Place, unread, warning

if TYPE_CHECKING:
    from pathlib import Path

    from batchreport.delivery import Delivery
    from batchreport.run.outcome import Outcome

_NAMES = {"zh": "（草稿）", "en": " (draft)"}
DRAFTS = tuple(_NAMES.values())
"""How the names of drafts end, which no report's does."""


@dataclass(frozen=True, slots=True)
class Drafts:
    """Lays drafts beside reports by a `delivery`, where they are `wanted`: then their names are in the schema's `language`.

    Without a delivery nothing is written, and it is told where in `out` they would lie.
    """

    delivery: Delivery | None = None
    wanted: bool = False
    language: str = "zh"
    out: Path | None = None

    def put(self, outcome: Outcome, report: str) -> tuple[Outcome, Path | None]:
        """Have the draft of an outcome lie beside where its report belongs, told from the folder for what is made.

        Return the outcome without it, with what is to be said of that, and the path. One of before is taken away where
        there is none now, unless somebody edited it.
        """
        made, data = replace(outcome, draft=None), outcome.draft
        stem = report.removesuffix(".docx")
        if data is not None:
            name = f"{stem}{_NAMES[self.language]}.docx"
            if self.delivery is None:
                return made, self.out / name if self.out else None
            path, finding = self.delivery.put(name, data, outcome.file)
            return (replace(made, findings=(*made.findings, finding)) if finding else made), path
        if self.delivery is not None:
            for ending in DRAFTS:
                self.delivery.withdraw(f"{stem}{ending}.docx")
        if self.wanted and not outcome.good and not unread(outcome.findings):
            made = replace(made, findings=(*made.findings, warning("draft-not-made", Place(file=outcome.file))))
        return made, None
