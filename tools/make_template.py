"""This module makes the templates from their texts (tools/template/*.txt) and their looks (tools/template/*/).

Run `python -m tools.make_template` after a change to either; the same sources give the same bytes. A look is a folder
of parts: styles, numbering, section, footer, maybe a header; what it has none of is that of the folder around it. One
line of a text is one paragraph:

    # title            ## heading 1       ### heading 2      1. numbered item
    表题: text         any other style by its name in `STYLES`; no mark: body text
    % if 荣誉          a paragraph that holds {%p if 荣誉 %} alone
    **bold**  ~~unit~~  ↵    a run in the style Strong, one in Unit, a line break
    @title text        what core.xml, the header or the theme has in the place of @title

and lines that begin with | are a table: `|=` widths in twips with l, c or r for the alignment, `|!` the header row,
`|%` a row that holds {%tr … %} alone, `|-` a row across all columns, `|~` a row of totals, `|` a row; ¦ parts the
cells. A table whose columns have p instead is for pictures: no rules, `|^` a row of pictures, `|_` the row of their
captions; one cell alone goes across. One whose columns have k is for key figures: `|` a row of cards, whose
paragraphs ↓ parts.
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
ROOT = Path(__file__).parent.parent
EPOCH = (1980, 1, 1, 0, 0, 0)
TEMPLATES = {
    "templates/summary.docx": ("summary.txt", "official"),
    "templates/modern.docx": ("summary.txt", "modern"),
    "templates/rollup.docx": ("rollup.txt", "official"),
    "examples/english/templates/summary.docx": ("summary.en.txt", "en/official"),
    "examples/english/templates/modern.docx": ("summary.en.txt", "en/modern"),
    "examples/english/templates/rollup.docx": ("rollup.en.txt", "en/official"),
}
"""The text and the look of each template."""
COLOURS = {
    "official": {
        "dark": "1F3864", "light": "F2F2F2", "accent1": "2F5D8C", "accent2": "A6A6A6", "accent3": "7F7F7F",
        "accent4": "8EA9C8", "accent5": "595959", "accent6": "BFBFBF",
    },
    "modern": {
        "dark": "14505C", "light": "E8F1F2", "accent1": "1B6B7A", "accent2": "9DB8BD", "accent3": "5F6B6D",
        "accent4": "6FA3AD", "accent5": "3E4A4C", "accent6": "C3CDCF",
    },
}  # fmt: skip
"""The theme of each look: one accent colour, the rest its shades and greys."""
FACES = {
    "official": {"latin": "Times New Roman", "asian": "宋体"},
    "modern": {"latin": "Arial", "asian": "微软雅黑"},
    "en/official": {"latin": "Arial", "asian": "SimSun"},
    "en/modern": {"latin": "Arial", "asian": "Microsoft YaHei"},
}
"""The theme's faces, which charts take."""
DEFAULTS = {"subject": "", "creator": "", "keywords": "", "language": "zh-CN", "header": ""}
MAIN = "application/vnd.openxmlformats-officedocument"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
PARTS = {
    "styles": ("styles.xml", "wordprocessingml.styles+xml"),
    "numbering": ("numbering.xml", "wordprocessingml.numbering+xml"),
    "settings": ("settings.xml", "wordprocessingml.settings+xml"),
    "fontTable": ("fontTable.xml", "wordprocessingml.fontTable+xml"),
    "theme": ("theme/theme1.xml", "theme+xml"),
    "header": ("header1.xml", "wordprocessingml.header+xml"),
    "footer": ("footer1.xml", "wordprocessingml.footer+xml"),
}
"""The parts beside the document: the name in word/ and the content type of each; its source and its relation bear its key."""
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
CONTROL = "TemplateControl"
ALIGNED = {"l": "TableText", "c": "TableCentred", "r": "TableNumber", "p": "Picture", "k": "KeyName"}
TOTALS = {"l": "TableTotal", "c": "TableTotalCentred", "r": "TableTotalNumber"}
PICTURED = {"^": "Picture", "_": "FigureCaption"}
KINDS = {"p": "TableNormal", "k": "KeyFigures"}
CARD = ("KeyName", "KeyFigure", "KeyChange")
RUNS = {"**": "Strong", "~~": "Unit"}
NAMESPACES = f'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="{OFFICE}"'


@dataclass(frozen=True)
class Manner:
    """What texts of one language have in common: the properties of each run, the body's style, those of table heads."""

    run: str
    body: str
    heads: dict[str, str]


# The hint gives quotation marks and dashes the Chinese face.
CHINESE = Manner('<w:rFonts w:hint="eastAsia"/>', "", dict.fromkeys("lcrpk", "TableHeading"))
ENGLISH = Manner("", "BodyText", {"l": "TableHeading", "c": "TableHeadingCentred", "r": "TableHeadingNumber"})


def run(text: str, manner: Manner, style: str = "") -> str:
    """Return one run."""
    named = f'<w:rStyle w:val="{style}"/>' if style else ""
    body = "<w:br/>".join(f'<w:t xml:space="preserve">{escape(part)}</w:t>' if part else "" for part in text.split("↵"))
    return f"<w:r><w:rPr>{named}{manner.run}</w:rPr>{body}</w:r>"


def paragraph(text: str, manner: Manner, style: str = "") -> str:
    """Return a paragraph, one run for each change of format: no tag is ever split."""
    named = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    runs = ""
    for part in re.split(r"(\*\*.+?\*\*|~~.+?~~)", text):
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
        properties = f'<w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{spanned}{low}</w:tcPr>'
        lines = text.split("↓")
        styles = [named, *CARD[1:]]
        made = "".join(paragraph(line, self.manner, styles[at]) for at, line in enumerate(lines))
        return f"<w:tc>{properties}{made}</w:tc>"

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
            aligned = {"~": TOTALS, "!": self.manner.heads}.get(kind, ALIGNED)
            styles = [aligned[letter] for letter in self.alignments]
            cells = "".join(map(self.cell, texts, styles, range(len(texts))))
        header = "<w:tblHeader/>" if kind == "!" else ""
        return f"<w:tr><w:trPr><w:cantSplit/>{header}</w:trPr>{cells}</w:tr>"

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
    return f"<w:document {NAMESPACES}><w:body>{body}</w:body></w:document>"


def compact(xml: bytes) -> bytes:
    """Return XML without the comments and the indentation of its source."""
    root = etree.fromstring(xml, etree.XMLParser(remove_blank_text=True, remove_comments=True))
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def source(name: str, look: str, words: dict[str, str]) -> bytes:
    """Return a part as its look has it, or the folder around it; b"" if none has. `words` stand for their @names."""
    folders = [SOURCE / look, *(SOURCE / look).parents]
    path = next((folder / name for folder in folders[: folders.index(SOURCE) + 1] if (folder / name).exists()), None)
    text = path.read_text("utf-8") if path else ""
    return re.sub(r"@(\w+)", lambda found: escape(words[found[1]]), text).encode()


def parts(text: str, look: str) -> dict[str, bytes]:
    """Return the parts of a template by their names."""
    said = dict(line[1:].split(maxsplit=1) for line in text.splitlines() if line.startswith("@"))
    words = {**DEFAULTS, **COLOURS[Path(look).name], **FACES[look], "look": Path(look).name, **said}
    manner = CHINESE if words["language"] == "zh-CN" else ENGLISH
    own = {key: source(f"{key}.xml", look, words) for key in PARTS}
    own = {key: data for key, data in own.items() if data}
    section = compact(source("section.xml", look, words)).decode().partition("?>")[2]
    named = {f"word/{PARTS[key][0]}": data for key, data in own.items()}
    kinds = {f"word/{PARTS[key][0]}": PARTS[key][1] for key in own}
    types = {
        **{f"/{name}": f"{MAIN}.{kind}" for name, kind in kinds.items()},
        "/word/document.xml": f"{MAIN}.wordprocessingml.document.main+xml",
        "/docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
        "/docProps/app.xml": f"{MAIN}.extended-properties+xml",
    }
    overrides = "".join(f'<Override PartName="{name}" ContentType="{kind}"/>' for name, kind in types.items())
    relations = "".join(f'<Relationship Id="{key}" Type="{OFFICE}/{key}" Target="{PARTS[key][0]}"/>' for key in own)
    return {
        "[Content_Types].xml": (
            f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>'
        ).encode(),
        "_rels/.rels": source("rels.xml", look, words),
        "docProps/core.xml": source("core.xml", look, words),
        "docProps/app.xml": source("app.xml", look, words),
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">{relations}</Relationships>'.encode(),
        "word/document.xml": document(text, section, manner).encode(),
        **named,
    }


def make(name: str, target: Path = ROOT) -> None:
    """Write the template `name` below the folder `target`."""
    file, look = TEMPLATES[name]
    (target / name).parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(target / name, "w", zipfile.ZIP_DEFLATED) as package:
        for part, content in parts((SOURCE / file).read_text("utf-8"), look).items():
            entry = zipfile.ZipInfo(part, EPOCH)
            entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_DEFLATED, 0, 0
            package.writestr(entry, compact(content))


if __name__ == "__main__":
    for template in TEMPLATES:
        make(template)
