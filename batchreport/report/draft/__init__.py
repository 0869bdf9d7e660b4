"""This module makes the draft of a report whose workbook has errors: each wrong value a marked gap, what is wrong listed first."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from batchreport.errors import TemplateError
from batchreport.report.context import Contexts
from batchreport.report.draft.gaps import Gap, GappedTemplate
from batchreport.report.draft.listing import Listing, listed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from batchreport.packed import Earlier
    from batchreport.report.template import Template
    from batchreport.schema import Schema
    from batchreport.submission import Submission

    Complete = Callable[[Submission, Schema, Sequence[Earlier]], Submission]

_GAPS = {"zh": "【待更正{n}】", "en": "[to correct: {n}]"}


class Drafter:
    """Makes one draft after another of one schema and one template."""

    def __init__(self, schema: Schema, template: Template) -> None:
        self._schema = schema
        self._template = template
        self._contexts = Contexts(schema, template.uses, supplements=template.supplements)

    @cached_property
    def _gapped(self) -> Template:
        return GappedTemplate.of(self._template)

    def __call__(self, submission: Submission, earlier: Sequence[Earlier], complete: Complete) -> bytes:
        """Return the draft of a submission whose period is known; `complete` is what is done to it before.

        What the template cannot make of the gaps it makes of blanks. Raises `TemplateError` where it cannot be made
        of these either.
        """
        language = self._schema.language
        listing = Listing.of(submission, language)
        gaps = {at: Gap(_GAPS[language].format(n=number)) for at, number in listing.numbers.items()}
        try:
            context = self._contexts.of(complete(submission.with_values(gaps), self._schema, earlier), earlier)
            report = self._gapped.render(context)
        except TemplateError:
            context = self._contexts.of(complete(submission.sound, self._schema, earlier), earlier)
            report = self._template.render(context)
        return listed(report, listing)
