"""This module makes templates/summary.docx from its text (tools/template/summary.txt) and its parts (tools/template/*.xml).

Run `python tools/make_template.py` after a change to either; the same sources give the same bytes. One line of the
text is one paragraph:

    # title            ## heading 1       ### heading 2      1. numbered item
    表题: text         any other style by its name in `STYLES`; no mark: body text
    % if 荣誉          a paragraph that holds {%p if 荣誉 %} alone
    **bold**  ↵        a run in the style Strong, a line break

and lines that begin with | are a table: `|=` widths in twips with l, c or r for the alignment, `|!` the header row,
`|%` a row that holds {%tr … %} alone, `|-` a row across all columns, `|` a row; ¦ parts the cells. A table whose
columns have p instead is for pictures: no rules, `|^` a row of pictures, `|_` the row of their captions; one cell
alone goes across.
"""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from xml.sax.saxutils import escape

from lxml import etree

SOURCE = Path(__file__).parent / "template"
TARGET = Path(__file__).parent.parent / "templates" / "summary.docx"
EPOCH = (1980, 1, 1, 0, 0, 0)
PARTS = {
    "[Content_Types].xml": "content_types.xml",
    "_rels/.rels": "rels.xml",
    "docProps/core.xml": "core.xml",
    "docProps/app.xml": "app.xml",
    "word/_rels/document.xml.rels": "document_rels.xml",
    "word/styles.xml": "styles.xml",
    "word/numbering.xml": "numbering.xml",
    "word/settings.xml": "settings.xml",
    "word/fontTable.xml": "fontTable.xml",
    "word/footer1.xml": "footer.xml",
}
STYLES = {
    "# ": "Title",
    "## ": "Heading1",
    "### ": "Heading2",
    "1. ": "ListNumber",
    "表题: ": "TableCaption",
    "表注: ": "TableNote",
    "结束语: ": "Closing",
    "署名: ": "Signature",
    "日期: ": "Date",
    "长署名: ": "LongSignature",
    "长署名日期: ": "LongSignatureDate",
    "填报信息: ": "Preparer",
}
CONTROL = "TemplateControl"
ALIGNED = {"l": "TableText", "c": "TableCentred", "r": "TableNumber", "p": "Picture"}
PICTURED = {"^": "Picture", "_": "FigureCaption"}
NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
# GB/T 9704-2012, 5.1, 5.2 and 7.5: A4, the 版心, 22 lines a page, the page number 7 mm below it. The number is
# centred: a 总结 is 材料, printed on one side or two and bound with others, so odd and even pages say nothing.
SECTION = (
    '<w:sectPr><w:footerReference w:type="default" r:id="rId5"/><w:pgSz w:w="11906" w:h="16838"/>'
    '<w:pgMar w:top="2098" w:right="1474" w:bottom="1984" w:left="1587" w:header="851" w:footer="1417" w:gutter="0"/>'
    '<w:cols w:space="425"/><w:docGrid w:type="lines" w:linePitch="579"/></w:sectPr>'
)


def run(text: str, style: str = "") -> str:
    """Return one run; the hint gives quotation marks and dashes the Chinese face."""
    named = f'<w:rStyle w:val="{style}"/>' if style else ""
    body = "<w:br/>".join(f'<w:t xml:space="preserve">{escape(part)}</w:t>' if part else "" for part in text.split("↵"))
    return f'<w:r><w:rPr>{named}<w:rFonts w:hint="eastAsia"/></w:rPr>{body}</w:r>'


def paragraph(text: str, style: str = "") -> str:
    """Return a paragraph, one run for each change of format: no tag is ever split."""
    named = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    parts = re.split(r"\*\*(.+?)\*\*", text)
    return f"<w:p>{named}{''.join(run(part, 'Strong' if i % 2 else '') for i, part in enumerate(parts) if part)}</w:p>"


def line_paragraph(line: str) -> str:
    """Return the paragraph of a line of the text."""
    if line.startswith("% "):
        return paragraph(f"{{%p {line[2:]} %}}", CONTROL)
    mark = next((mark for mark in STYLES if line.startswith(mark)), "")
    return paragraph(line.removeprefix(mark), STYLES.get(mark, ""))


@dataclass(frozen=True)
class Table:
    """The columns of a table: widths in twips, and the alignment of each."""

    widths: tuple[int, ...]
    alignments: str

    @classmethod
    def parse(cls, columns: str) -> Table:
        """Return the columns of a `|=` line."""
        fields = columns.split()
        return cls(tuple(int(field[:-1]) for field in fields), "".join(field[-1] for field in fields))

    def cell(self, text: str, style: str, index: int, span: int = 1) -> str:
        """Return a cell with one paragraph."""
        width = sum(self.widths[index : index + span])
        spanned = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
        named = CONTROL if text.startswith(("{%tr", "{%tc")) else style
        low = '<w:vAlign w:val="bottom"/>' if style == PICTURED["^"] else ""
        properties = f'<w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{spanned}{low}</w:tcPr>'
        return f"<w:tc>{properties}{paragraph(text, named)}</w:tc>"

    def row(self, line: str) -> str:
        """Return the row of a line of the text; no row breaks across pages, and a header row is repeated."""
        kind, texts = line[1], [text.strip() for text in line[2:].split("¦")]
        if kind == "%":
            cells = self.cell(f"{{%tr {texts[0]} %}}", CONTROL, 0, len(self.widths))
        elif kind == "-":
            cells = self.cell(texts[0], "TableGroup", 0, len(self.widths))
        elif kind in PICTURED:
            span = 1 if len(texts) > 1 else len(self.widths)
            cells = "".join(self.cell(text, PICTURED[kind], index, span) for index, text in enumerate(texts))
        else:
            styles = ["TableHeading" if kind == "!" else ALIGNED[letter] for letter in self.alignments]
            cells = "".join(map(self.cell, texts, styles, range(len(texts))))
        header = "<w:tblHeader/>" if kind == "!" else ""
        return f"<w:tr><w:trPr><w:cantSplit/>{header}</w:trPr>{cells}</w:tr>"

    def xml(self, lines: list[str]) -> str:
        """Return the table with the rows of `lines`."""
        grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in self.widths)
        style = "TableNormal" if "p" in self.alignments else "ThreeRuleTable"
        return (
            f'<w:tbl><w:tblPr><w:tblStyle w:val="{style}"/><w:tblW w:w="{sum(self.widths)}" w:type="dxa"/>'
            '<w:jc w:val="center"/><w:tblLayout w:type="fixed"/><w:tblLook w:val="0020" w:firstRow="1" w:lastRow="0" '
            'w:firstColumn="0" w:lastColumn="0" w:noHBand="1" w:noVBand="1"/></w:tblPr>'
            f"<w:tblGrid>{grid}</w:tblGrid>{''.join(map(self.row, lines))}</w:tbl>"
        )


def document(text: str) -> str:
    """Return word/document.xml for a text."""
    blocks: list[str] = []
    lines = [line for line in text.splitlines() if line.strip()]
    for is_table, block in groupby(lines, lambda line: line.startswith("|")):
        if is_table:
            columns, *rows = block
            blocks.append(Table.parse(columns[2:]).xml(rows))
        else:
            blocks += map(line_paragraph, block)
    body = "".join([*blocks, SECTION])
    return f"<w:document {NAMESPACES}><w:body>{body}</w:body></w:document>"


def compact(xml: bytes) -> bytes:
    """Return XML without the comments and the indentation of its source."""
    root = etree.fromstring(xml, etree.XMLParser(remove_blank_text=True, remove_comments=True))
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def make(target: Path = TARGET) -> None:
    """Write the template to `target`."""
    parts = {name: (SOURCE / file).read_bytes() for name, file in PARTS.items()}
    parts["word/document.xml"] = document((SOURCE / "summary.txt").read_text(encoding="utf-8")).encode()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_DEFLATED, 0, 0
            package.writestr(entry, compact(content))


if __name__ == "__main__":
    make()
