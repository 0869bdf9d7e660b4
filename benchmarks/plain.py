"""This module makes a template of three pages that docxtpl renders as it stands, and batchreport too.

Only what both know is in it: keys as names, loops and conditions of docxtpl, no filter. The same template can be had with
the tags that docxtemplater and easy-template-x have in common, in braces.
"""

from __future__ import annotations

import re
from io import BytesIO
from typing import TYPE_CHECKING, Any

from docx import Document
from docx.shared import Cm, Pt

if TYPE_CHECKING:
    from collections.abc import Sequence

    from docx.document import Document as DocumentObject

    from batchreport.schema import Schema, Section

_HEADING = "Heading 1"
_TABLES = {
    "statistics": ("name", "value", "unit", "prev", "last_year", "note"),
    "facilities": ("name", "action", "quantity", "unit", "place", "amount", "status", "done_on"),
    "honours": ("title", "recipient", "level", "awarder", "year"),
    "plans": ("item", "action", "target", "unit", "owner", "due"),
}
_SENTENCES = {
    "measures": "{{ loop.index }}. {{ row.heading }}：{{ row.point }}，{{ row.effect }}{{ row.value }}{{ row.unit }}。",
    "problems": "{{ loop.index }}. {{ row.issue }}：{{ row.symptom }}，原因是{{ row.cause }}。"
    "{% if row.remedy %}{{ row.owner }}负责{{ row.remedy }}，{{ row.due }}前办结，现{{ row.status }}。{% endif %}",
}


PLAIN = "plain"
"""The dialect that docxtpl and batchreport share."""
DIALECTS = ("docxtemplater", "easytemplate")
"""Whose tags the template can have instead: engines for Node."""
_WHOLE = ' [loopOver: "paragraph"]'
"""What tells easy-template-x to repeat the paragraph of a tag; it would leave that of a lone tag behind, empty."""


def plain_template(schema: Schema, only: str = "", dialect: str = PLAIN) -> bytes:
    """Return the .docx bytes of a template of all sections, or of the table `only`."""
    tags = str if dialect == PLAIN else _in_braces
    document = Document()
    normal: Any = document.styles["Normal"]
    normal.font.size, normal.paragraph_format.space_after = Pt(8), Pt(2)
    page = document.sections[0]
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = Cm(1.6)
    for part, tag in ((page.header, "{{ name }}"), (page.footer, "{{ period }}")):
        part.paragraphs[0].text = tags(tag)
    document.add_heading(tags("{{ name }}{{ period }}工作总结"), 0)
    document.add_paragraph(tags("本单位为{{ kind }}，上级单位为{{ parent }}。{{ intro }}"))
    for section in schema.sections:
        if section.key in _TABLES and only in ("", section.key):
            document.add_paragraph(section.title, _HEADING)
            headings = [section.by_key[key].title for key in _TABLES[section.key]]
            _table(document, [headings, *(_rows if dialect == PLAIN else _rows_in_braces)(section.key)])
        elif section.key in _SENTENCES and not only:
            for text, style in _listed(section, dialect):
                document.add_paragraph(tags(text), style)
    for text in ("{{ closing }}", "{{ preparer }}", "{{ filled_on }}"):
        document.add_paragraph(tags(text))
    target = BytesIO()
    document.save(target)
    return target.getvalue()


def _table(document: DocumentObject, rows: Sequence[Sequence[str]]) -> None:
    table = document.add_table(len(rows), len(rows[0]), "Table Grid")
    for row, texts in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, texts, strict=False):
            cell.text = text


def _rows(section: str) -> list[list[str]]:
    """Return the rows below the headings: one for each record, between two for docxtpl's tags."""
    values = ["{{ row." + key + " }}" for key in _TABLES[section]]
    return [["{%tr for row in " + section + " %}"], values, ["{%tr endfor %}"]]


def _rows_in_braces(section: str) -> list[list[str]]:
    """Return the one row below the headings; the loop begins in its first cell and ends in its last."""
    first, *others, last = ["{" + key + "}" for key in _TABLES[section]]
    return [["{#" + section + "}" + first, *others, last + "{/}"]]


def _listed(section: Section, dialect: str) -> list[tuple[str, str | None]]:
    """Return text and style of the paragraphs of a section that is no table: heading and sentences, where there are any."""
    key, sentence = section.key, _SENTENCES[section.key]
    if dialect == "easytemplate":
        heading = "{#has_" + key + _WHOLE + "}" + section.title
        return [(heading, _HEADING), ("{#" + key + _WHOLE + "}" + sentence + "{/}{/}", None)]
    begun, ended = ("{%p if " + key + " %}", "{%p for row in " + key + " %}"), ("{%p endfor %}", "{%p endif %}")
    return [(begun[0], None), (section.title, _HEADING), *((text, None) for text in (begun[1], sentence, *ended))]


def _in_braces(text: str) -> str:
    """Return a paragraph with its tags in braces; `has_` of a section tells whether it has records."""
    text = re.sub(r"{%p? if (?:row\.)?(\w+) %}", lambda tag: _opened(tag[1]), text)
    text = re.sub(r"{%p for row in (\w+) %}", r"{#\1}", text)
    text = re.sub(r"{%p? (?:endif|endfor) %}", "{/}", text)
    return re.sub(r"{{ (?:row\.|loop\.)?(\w+) }}", r"{\1}", text)


def _opened(name: str) -> str:
    return "{#has_" + name + "}" if name in _SENTENCES else "{#" + name + "}"
