"""This module makes a template of three pages that docxtpl renders as it stands, and batchreport too.

Only what both know is in it: keys as names, loops and conditions of docxtpl, no filter.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

from docx import Document
from docx.shared import Cm, Pt

if TYPE_CHECKING:
    from docx.document import Document as DocumentObject

    from batchreport.schema import Schema

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


def plain_template(schema: Schema, only: str = "") -> bytes:
    """Return the .docx bytes of a template of all sections, or of the table `only`."""
    document = Document()
    normal: Any = document.styles["Normal"]
    normal.font.size, normal.paragraph_format.space_after = Pt(8), Pt(2)
    page = document.sections[0]
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = Cm(1.6)
    for part, tag in ((page.header, "{{ name }}"), (page.footer, "{{ period }}")):
        part.paragraphs[0].text = tag
    document.add_heading("{{ name }}{{ period }}工作总结", 0)
    document.add_paragraph("本单位为{{ kind }}，上级单位为{{ parent }}。{{ intro }}")
    for section in schema.sections:
        if section.key in _TABLES and only in ("", section.key):
            document.add_paragraph(section.title, "Heading 1")
            _table(document, section.key, [section.by_key[key].title for key in _TABLES[section.key]])
        elif section.key in _SENTENCES and not only:
            document.add_paragraph("{%p if " + section.key + " %}")
            document.add_paragraph(section.title, "Heading 1")
            document.add_paragraph("{%p for row in " + section.key + " %}")
            document.add_paragraph(_SENTENCES[section.key])
            document.add_paragraph("{%p endfor %}")
            document.add_paragraph("{%p endif %}")
    for text in ("{{ closing }}", "{{ preparer }}", "{{ filled_on }}"):
        document.add_paragraph(text)
    target = BytesIO()
    document.save(target)
    return target.getvalue()


def _table(document: DocumentObject, section: str, headings: list[str]) -> None:
    table = document.add_table(4, len(headings), "Table Grid")
    for cell, heading in zip(table.rows[0].cells, headings, strict=True):
        cell.text = heading
    table.rows[1].cells[0].text = "{%tr for row in " + section + " %}"
    for cell, key in zip(table.rows[2].cells, _TABLES[section], strict=True):
        cell.text = "{{ row." + key + " }}"
    table.rows[3].cells[0].text = "{%tr endfor %}"
