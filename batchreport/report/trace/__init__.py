"""This module traces a report: which cells each figure in it comes from."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from batchreport.report.trace.follow import FollowedContexts, follow, follow_all
from batchreport.report.trace.places import Spot, spots
from batchreport.report.trace.printing import Figure, TracedTemplate
from batchreport.report.trace.words import origin

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from batchreport.packed import Earlier
    from batchreport.report.template import Template
    from batchreport.schema import Schema
    from batchreport.submission import Submission

VERSION = 1


@dataclass(frozen=True, slots=True)
class Traced:
    """Where the figures of a report come from: as the bytes of a JSON document, and as remarks on places of the report."""

    data: bytes = field(repr=False)
    remarks: tuple[tuple[Spot, str], ...] = field(repr=False)

    def commented(self, report: bytes) -> bytes:
        """Return a copy of the report with a Word comment at each figure and drawing that says where it comes from."""
        from batchreport.report.bench.comments import Remark, commented  # noqa: PLC0415  (only few runs ask for it)

        return commented(report, [Remark(said, *spot) for spot, said in self.remarks])


class Tracer:
    """Traces one report after another of one schema and one template: each is rendered once more, by values that know their cells."""

    def __init__(self, schema: Schema, template: Template) -> None:
        self._schema = schema
        self._uses = template.uses
        self._template = TracedTemplate.of(template)

    def __call__(
        self,
        submission: Submission,
        earlier: Sequence[Earlier],
        report: bytes,
        completed: Callable[[Submission, Schema, Sequence[Any]], Submission],
    ) -> Traced:
        """Return where the figures of the `report` of a submission come from; `completed` is what was done to it before.

        Raises `TemplateError` where the report could not be made either.
        """
        printing = self._template.printing
        printing.restart()
        past = follow_all(earlier, printing.trail)
        followed = completed(follow(submission, printing.trail), self._schema, past)
        context = FollowedContexts(self._schema, self._uses, printing.trail).of(followed, past)
        found = spots(self._template.render(context), report)
        return self._told(submission, report, list(_placed(printing.figures, found)))

    def _told(self, submission: Submission, report: bytes, figures: list[tuple[Figure, Spot | None]]) -> Traced:
        period, language = str(submission.period or ""), self._schema.language
        told = [
            {
                "text": figure.text,
                **(
                    {"part": spot.part, "paragraph": spot.paragraph, "start": spot.start, "end": spot.end}
                    if spot
                    else {}
                ),
                "from": origin(figure.cells, period, language),
                "cells": [cell._asdict() for cell in figure.cells],
            }
            for figure, spot in figures
        ]
        said = {
            "version": VERSION,
            "workbook": submission.file,
            "department": {"code": submission.department, "name": submission.name},
            "period": period,
            "report": sha256(report).hexdigest(),
            "figures": told,
        }
        remarks = tuple(
            (spot, f"{figure.text} ← {origin(figure.cells, period, language)}")
            for figure, spot in figures
            if spot and (spot.start == spot.end or any(map(str.isdigit, figure.text)))
        )
        return Traced((json.dumps(said, ensure_ascii=False, indent=1) + "\n").encode(), remarks)


def _placed(figures: Iterable[Figure], found: dict[int, tuple[Spot, str]]) -> Iterator[tuple[Figure, Spot | None]]:
    """Yield the figures in the order of the document, each with where it stands; last those that stand in no paragraph's text.

    What a template makes of a text after it was printed, such as a full stop behind it, belongs to it.
    """
    numbered = dict(enumerate(figures))
    for number in sorted(found, key=found.__getitem__):
        figure, (spot, read) = numbered.pop(number), found[number]
        yield (figure if read in figure.text else replace(figure, text=read)), spot
    for figure in numbered.values():
        if figure.aside:
            yield figure, None
