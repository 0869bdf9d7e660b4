"""This module draws the body of a template from a text.

One line of a text is one paragraph:

    # title            ## heading 1       ### heading 2      1. numbered item
    表题: text         any other style by its name in `STYLES`; no mark: body text
    % if 荣誉          a paragraph that holds {%p if 荣誉 %} alone
    **bold**  ~~unit~~  ``tag``  ↵    a run in the style Strong, Unit, Code, a line break

and lines that begin with | are a table: `|=` widths in twips with l, c or r for the alignment, or t for running text,
`|!` the header row, `|%` a row that holds {%tr … %} alone, `|-` a row across all columns, `|~` a row of totals, `|` a
row; ¦ parts the cells. A table whose columns have p instead is for pictures: no rules, `|^` a row of pictures, `|_` the
row of their captions; one cell alone goes across. One whose columns have k is for key figures: `|` a row of cards,
whose paragraphs ↓ parts. Lines that begin with @ are none: see looks.py.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby
from xml.sax.saxutils import escape

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STYLES = {
    "# ": "Title",
    "## ": "Heading1",
    "### ": "Heading2",
    "1. ": "ListNumber",
    "表前: ": "TableLead",
    "表题: ": "TableCaption",
    "表注: ": "TableNote",
    "间隔:": "Spacer",
    "图: ": "Picture",
    "图题: ": "FigureCaption",
    "结束语: ": "Closing",
    "署名: ": "Signature",
    "日期: ": "Date",
    "长署名: ": "LongSignature",
    "长署名日期: ": "LongSignatureDate",
    "填报信息: ": "Preparer",
    "Subtitle: ": "Subtitle",
    "Table Lead: ": "TableLead",
    "Table Caption: ": "TableCaption",
    "Table Note: ": "TableNote",
    "Spacer:": "Spacer",
    "Picture: ": "Picture",
    "Figure Caption: ": "FigureCaption",
    "Closing: ": "Closing",
    "Signature: ": "Signature",
    "Date: ": "Date",
    "Preparer: ": "Preparer",
}
# LibreOffice overlooks the face of letters that the style Code has.
_MONOSPACED = '<w:rFonts w:ascii="Courier New" w:hAnsi="Courier New" w:cs="Courier New"/>'
# A figure of many digits wants the whole width of its column: broken, it is another figure.
_NARROW = '<w:tcMar><w:left w:w="0" w:type="dxa"/></w:tcMar>'
# A text behind a column of figures would be read as their unit.
_APART = '<w:tcMar><w:left w:w="120" w:type="dxa"/></w:tcMar>'
CONTROL = "TemplateControl"
ALIGNED = {"l": "TableText", "t": "TableText", "c": "TableCentred", "r": "TableNumber", "p": "Picture", "k": "KeyName"}
TOTALS = {"l": "TableTotal", "t": "TableTotal", "c": "TableTotalCentred", "r": "TableTotalNumber"}
PICTURED = {"^": "Picture", "_": "FigureCaption"}
KINDS = {"p": "TableNormal", "k": "KeyFigures"}
CARD = ("KeyName", "KeyFigure", "KeyChange")
RUNS = {"**": "Strong", "~~": "Unit", "``": "Code"}
_NAMESPACES = f'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="{OFFICE}"'


@dataclass(frozen=True)
class Manner:
    """What texts of one language have in common: the properties of each run, the body's style, those of table heads."""

    run: str
    body: str
    heads: dict[str, str]


# The hint gives quotation marks and dashes the Chinese face.
CHINESE = Manner('<w:rFonts w:hint="eastAsia"/>', "", dict.fromkeys("ltcrpk", "TableHeading"))
ENGLISH = Manner(
    "", "BodyText", {"l": "TableHeading", "t": "TableHeading", "c": "TableHeadingCentred", "r": "TableHeadingNumber"}
)


def run(text: str, manner: Manner, style: str = "") -> str:
    """Return one run."""
    named = f'<w:rStyle w:val="{style}"/>' if style else ""
    body = "<w:br/>".join(f'<w:t xml:space="preserve">{escape(part)}</w:t>' if part else "" for part in text.split("↵"))
    own = _MONOSPACED if style == RUNS["``"] else manner.run
    return f"<w:r><w:rPr>{named}{own}</w:rPr>{body}</w:r>"


def paragraph(text: str, manner: Manner, style: str = "") -> str:
    """Return a paragraph, one run for each change of format: no tag is ever split."""
    named = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    runs = ""
    for part in re.split(r"(\*\*.+?\*\*|~~.+?~~|``.+?``)", text):
        marked = part[:2] in RUNS and len(part) > len("****")
        runs += run(part[2:-2], manner, RUNS[part[:2]]) if marked else run(part, manner) if part else ""
    return f"<w:p>{named}{runs}</w:p>"


def line_paragraph(line: str, manner: Manner) -> str:
    """Return the paragraph of a line of the text."""
    if line.startswith("% "):
        return paragraph(f"{{%p {line[2:]} %}}", manner, CONTROL)
    mark = next((mark for mark in STYLES if line.startswith(mark)), "")
    return paragraph(line.removeprefix(mark), manner, STYLES.get(mark, manner.body))


@dataclass(frozen=True)
class Table:
    """The columns of a table: widths in twips, and the alignment of each."""

    widths: tuple[int, ...]
    alignments: str
    manner: Manner

    @classmethod
    def parse(cls, columns: str, manner: Manner) -> Table:
        """Return the columns of a `|=` line."""
        fields = columns.split()
        return cls(tuple(int(field[:-1]) for field in fields), "".join(field[-1] for field in fields), manner)

    def cell(self, text: str, style: str, index: int, span: int = 1) -> str:
        """Return a cell; each of its paragraphs but the first has the next style of a card."""
        width = sum(self.widths[index : index + span])
        spanned = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
        named = CONTROL if text.startswith(("{%tr", "{%tc")) else style
        low = '<w:vAlign w:val="bottom"/>' if style == PICTURED["^"] else ""
        margin = self._margin(index) if span == 1 else ""
        properties = f'<w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{spanned}{margin}{low}</w:tcPr>'
        lines = text.split("↓")
        styles = [named, *CARD[1:]]
        made = "".join(paragraph(line, self.manner, styles[at]) for at, line in enumerate(lines))
        return f"<w:tc>{properties}{made}</w:tc>"

    def _margin(self, index: int) -> str:
        if self.alignments[index] == "r":
            return _NARROW
        return _APART if self.alignments[index] in "lt" and self.alignments[:index].endswith("r") else ""

    def row(self, line: str) -> str:
        """Return the row of a line of the text; only one of running text breaks across pages, and a header row is repeated."""
        kind, texts = line[1], [text.strip() for text in line[2:].split("¦")]
        if kind == "%":
            cells = self.cell(f"{{%tr {texts[0]} %}}", CONTROL, 0, len(self.widths))
        elif kind == "-":
            cells = self.cell(texts[0], "TableGroup", 0, len(self.widths))
        elif kind in PICTURED:
            span = 1 if len(texts) > 1 else len(self.widths)
            cells = "".join(self.cell(text, PICTURED[kind], index, span) for index, text in enumerate(texts))
        else:
            aligned = {"~": TOTALS, "!": self.manner.heads}.get(kind, ALIGNED)
            styles = [aligned[letter] for letter in self.alignments]
            cells = "".join(map(self.cell, texts, styles, range(len(texts))))
        # Of a row taller than a page LibreOffice draws no more than the page.
        whole = "" if kind == " " and "t" in self.alignments else "<w:cantSplit/>"
        header = "<w:tblHeader/>" if kind == "!" else ""
        return f"<w:tr><w:trPr>{whole}{header}</w:trPr>{cells}</w:tr>"

    def xml(self, lines: list[str]) -> str:
        """Return the table with the rows of `lines`."""
        grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in self.widths)
        style = next((style for letter, style in KINDS.items() if letter in self.alignments), "ThreeRuleTable")
        heads = int(any(line.startswith("|!") for line in lines))
        return (
            f'<w:tbl><w:tblPr><w:tblStyle w:val="{style}"/><w:tblW w:w="{sum(self.widths)}" w:type="dxa"/>'
            f'<w:jc w:val="center"/><w:tblLayout w:type="fixed"/><w:tblLook w:val="00{heads * 2}0" w:firstRow="{heads}" '
            'w:lastRow="0" w:firstColumn="0" w:lastColumn="0" w:noHBand="1" w:noVBand="1"/></w:tblPr>'
            f"<w:tblGrid>{grid}</w:tblGrid>{''.join(map(self.row, lines))}</w:tbl>"
        )


def document(text: str, section: str, manner: Manner) -> str:
    """Return word/document.xml for a text, ending in the section of its look."""
    blocks: list[str] = []
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("@")]
    for is_table, block in groupby(lines, lambda line: line.startswith("|")):
        if is_table:
            columns, *rows = block
            blocks.append(Table.parse(columns[2:], manner).xml(rows))
        else:
            blocks += [line_paragraph(line, manner) for line in block]
    body = "".join([*blocks, section])
    return f"<w:document {_NAMESPACES}><w:body>{body}</w:body></w:document>"
