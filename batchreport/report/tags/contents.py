"""This module knows a template's own table of contents, whose entries Word copies from the headings, tags and all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jinja2 import TemplateSyntaxError, meta

from batchreport.report.tags.line import read
from batchreport.report.tags.lint import as_meant
from batchreport.report.tags.scan import W

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from jinja2 import Environment
    from lxml.etree import _Element

    from batchreport.report.tags.scan import Line

_FORMS = {"print": "{{{{ {} }}}}", "statement": "{{% {} %}}"}


def entries(root: _Element) -> set[_Element]:
    """Return the paragraphs that a table of contents has made."""
    found: set[_Element] = set()
    fields: list[str] = []  # the codes of those that are open, each with a sign in front once its result has begun
    paragraph = root
    for element in root.iter(f"{W}p", f"{W}fldChar", f"{W}instrText"):
        kind = element.get(f"{W}fldCharType", "")
        if element.tag == f"{W}p":
            paragraph = element
        elif element.tag == f"{W}instrText" and fields:
            fields[-1] += element.text or ""
        elif kind == "begin":
            fields.append("")
        elif kind == "separate" and fields:
            fields[-1] = f">{fields[-1].strip()}"
        elif kind == "end" and fields:
            fields.pop()
        if any(code.startswith(">TOC") for code in fields):
            found.add(paragraph)
    return found


def of_loops(found: Iterable[Line], made: Collection[_Element], names: Collection[str], of: Environment) -> list[Line]:
    """Return the lines among the entries `made` whose tags ask for more than the `names` at the top: they stand in no loop."""
    inside = (line for line in found if line.paragraph in made and line.stream == "text")
    return [line for line in inside if not _asked(line, of) <= {*names}]


def take_out(line: Line) -> None:
    """Take an entry away; of one that holds the beginning or the end of the contents only what is seen."""
    if (paragraph := line.paragraph) is None:
        return
    kinds = [str(one.get(f"{W}fldCharType")) for one in paragraph.iter(f"{W}fldChar")]
    whole = kinds.count("begin") == kinds.count("end")
    gone = [paragraph] if whole else [*paragraph.iterchildren(f"{W}hyperlink"), *paragraph.iter(f"{W}t", f"{W}tab")]
    for element in gone:
        if (around := element.getparent()) is not None:
            around.remove(element)


def _asked(line: Line, environment: Environment) -> set[str]:
    readings = [as_meant(read(line.text[span.start : span.end])) for span in line.spans if span.kind in _FORMS]
    source = "".join(_FORMS[one.kind].format(one.body) for one in readings)
    try:
        return meta.find_undeclared_variables(environment.parse(source))
    except TemplateSyntaxError:
        return set()  # which is said where all tags are looked at
