"""This module says in a designer's words what Jinja, or Python on what Jinja wrote, refuses of a tag."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jinja2 import TemplateSyntaxError

from batchreport.findings import Finding, Place, error
from batchreport.report.failures.spoken import said_of
from batchreport.report.tags.syntax import completed

if TYPE_CHECKING:
    from jinja2 import Environment

    from batchreport.report.tags.scan import Tag


def refused(tags: list[Tag], problem: Exception, environment: Environment, part: Place) -> Finding:
    """Return the finding for a part that parses and does not compile, at the tag that is refused alone, or else the first."""

    def fails(tag: Tag) -> bool:
        try:
            environment.from_string(completed(tag.reading))
        except (SyntaxError, RecursionError, MemoryError, TemplateSyntaxError):
            return True
        return False

    alone = next(filter(fails, (tag for tag in tags if tag.reading.kind != "comment" and not tag.literal)), None)
    tag = alone or (tags[0] if tags else None)
    said = said_of(str(problem))
    return error("template-syntax", tag.place if tag else part, tag=tag.text if tag else "…", said=said)
