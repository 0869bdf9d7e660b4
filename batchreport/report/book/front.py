"""This module makes what stands before the reports of a book: its cover and its contents."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

from batchreport.period import day_label
from batchreport.report.book.sections import thin_paragraph
from batchreport.report.book.wordml import SECTION, W_NS, R, W, make, put, text_area

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from lxml.etree import _Element

    from batchreport.report.book.styles import Styles

FLAG = "b"  # which marks the entries of the contents are made from
_WORDS = {
    "zh": {"contents": "目　录", "count": "共{n}个单位", "one": "共{n}个单位", "before": "共", "after": "页",
           "missing": "未收入本册：{names}", "comma": "、"},
    "en": {"contents": "Contents", "count": "{n} departments", "one": "{n} department", "before": "", "after": " pp.",
           "missing": "Not in this book: {names}", "comma": ", "},
}  # fmt: skip
_FLUSH = '<w:ind w:left="0" w:right="0" w:firstLine="0" w:firstLineChars="0"/>'
_CENTRED = f'<w:spacing w:before="0" w:after="240"/>{_FLUSH}<w:jc w:val="center"/>'
_EDGE = (
    '<w:snapToGrid w:val="0"/><w:spacing w:before="0" w:after="0" w:line="240" w:lineRule="auto"/>'
    f'{_FLUSH}<w:jc w:val="center"/>'
)


@dataclass(frozen=True, slots=True)
class Cover:
    """What the cover says; `period` as people write it ("2026年11月"), blanks where nothing is to be said."""

    title: str
    period: str = ""
    organisation: str = ""
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the contents: its text, the bookmark whose page it shows, that page as far as known, and its depth.

    `counts` says that the page is the report's last one, so that the line says how many it has.
    """

    text: str
    bookmark: str
    page: int
    level: int = 1
    counts: bool = False
    target: str = ""


@dataclass(frozen=True, slots=True)
class Front:
    """All that the front of a book is made from; `page` is the section of the first report."""

    cover: Cover
    entries: Sequence[Entry]
    missing: Sequence[str]
    language: str
    page: _Element
    updatable: bool

    @property
    def words(self) -> dict[str, str]:
        """The words of the front in its language."""
        return _WORDS[self.language]


def front(what: Front, styles: Styles, footer: str, blank: dict[str, str]) -> list[_Element]:
    """Return the paragraphs of cover and contents; `footer` and `blank` are relationships of the book."""
    return [*_cover(what, styles, blank), *_contents(what, styles, footer, blank)]


def ensure_styles(styles: Styles) -> dict[str, str]:
    """Return the ids of the styles of the front by what they are for, made where the book has none of that name."""
    normal = styles.defaults.get("paragraph", "")
    title = styles.ensure("Title", _Style("Title", normal, _CENTRED, '<w:b/><w:sz w:val="44"/><w:szCs w:val="44"/>'))
    made = {
        "title": ("BookTitle", _Style("Book Title", title, "")),
        "line": ("BookLine", _Style("Book Cover Line", normal, _CENTRED)),
        "head": ("BookContents", _Style("Book Contents", title, "")),
        "toc1": ("TOC1", _Style("toc 1", normal, _indented(0))),
        "toc2": ("TOC2", _Style("toc 2", normal, _indented(420))),
        "note": ("BookNote", _Style("Book Note", normal, _indented(0, 400), _size(24))),
        "header": ("Header", _Style("header", normal, _EDGE, _size(18))),
        "footer": ("Footer", _Style("footer", normal, _EDGE, _size(24))),
    }
    return {use: styles.ensure(number, style) for use, (number, style) in made.items()}


@dataclass(frozen=True, slots=True)
class _Style:
    """A paragraph style of the front: its name, what it is based on, and its properties."""

    name: str
    base: str
    paragraph: str
    run: str = ""

    def element(self, number: str) -> _Element:
        """Return the style under an id."""
        own = "" if self.name.islower() or self.name == "Title" else ' w:customStyle="1"'
        on = f'<w:basedOn w:val="{self.base}"/>' if self.base else ""
        return xml(
            f'<w:style w:type="paragraph"{own} w:styleId="{number}"><w:name w:val="{self.name}"/>{on}'
            f"<w:pPr>{self.paragraph}</w:pPr><w:rPr>{self.run}</w:rPr></w:style>"
        )


def _indented(left: int, before: int = 0) -> str:
    indents = _FLUSH.replace('w:left="0"', f'w:left="{left}"')
    return f'<w:spacing w:before="{before}" w:after="0"/>{indents}<w:jc w:val="left"/>'


def _size(halves: int) -> str:
    return f'<w:sz w:val="{halves}"/><w:szCs w:val="{halves}"/>'


def xml(text: str) -> _Element:
    """Return an element written with the prefix w."""
    return etree.fromstring(f'<w:body xmlns:w="{W_NS}">{text}</w:body>')[0]


def text_paragraph(style: str, text: str) -> str:
    """Return a paragraph of one text."""
    run = f'<w:r><w:rPr><w:rFonts w:hint="eastAsia"/></w:rPr><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{run if text else ""}</w:p>'


def _cover(what: Front, styles: Styles, blank: dict[str, str]) -> list[_Element]:
    """Make the cover: a table of two rows holds the title high and the organisation low, whatever their length."""
    names = ensure_styles(styles)
    departments = sum(1 for entry in what.entries if entry.level == 1)
    count = what.words["one" if departments == 1 else "count"].format(n=departments)
    upper = text_paragraph(names["title"], what.cover.title) + "".join(
        text_paragraph(names["line"], line) for line in (what.cover.period, count) if line
    )
    day = day_label(what.cover.day, what.language) if what.cover.day else ""
    lower = "".join(text_paragraph(names["line"], line) for line in (what.cover.organisation, day) if line)
    width, height = text_area(what.page)
    rows = _row(upper, width, height * 6 // 10, "center") + _row(
        lower or text_paragraph(names["line"], ""), width, height * 3 // 10, "bottom"
    )
    table = xml(
        f'<w:tbl><w:tblPr><w:tblW w:w="{width}" w:type="dxa"/><w:jc w:val="center"/><w:tblLayout w:type="fixed"/>'
        '<w:tblCellMar><w:left w:w="0" w:type="dxa"/><w:right w:w="0" w:type="dxa"/></w:tblCellMar></w:tblPr>'
        f'<w:tblGrid><w:gridCol w:w="{width}"/></w:tblGrid>{rows}</w:tbl>'
    )
    end = thin_paragraph()
    end[0].append(_section(what.page, blank["header"], blank["footer"], ""))
    return [table, end]


def _row(content: str, width: int, height: int, place: str) -> str:
    return (
        f'<w:tr><w:trPr><w:cantSplit/><w:trHeight w:val="{height}" w:hRule="exact"/></w:trPr>'
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:vAlign w:val="{place}"/></w:tcPr>{content}</w:tc></w:tr>'
    )


def _contents(what: Front, styles: Styles, footer: str, blank: dict[str, str]) -> list[_Element]:
    names = ensure_styles(styles)
    width, _ = text_area(what.page)
    made = [xml(text_paragraph(names["head"], what.words["contents"]))]
    made += [xml(_line(entry, names[f"toc{entry.level}"], width, what)) for entry in what.entries]
    missing = what.words["missing"].format(names=what.words["comma"].join(what.missing)) if what.missing else ""
    last = xml(text_paragraph(names["note"], missing)) if missing else thin_paragraph()
    if what.updatable and what.entries:
        start = _sign("begin") + _code(f' TOC \\f {FLAG} \\l "1-2" \\h \\z ') + _sign("separate")
        for at, run in enumerate(xml(f"<w:p>{start}</w:p>"), 1):
            made[1].insert(at, run)
        made[-1].append(xml(f"<w:p>{_sign('end')}</w:p>")[0])
    last[0].append(_section(what.page, blank["header"], footer, "upperRoman"))
    return [*made, last]


def _line(entry: Entry, style: str, width: int, what: Front) -> str:
    before, after = (what.words["before"], what.words["after"]) if entry.counts else ("", "")
    page = (
        _sign("begin") + _code(f" PAGEREF {entry.bookmark} \\h ") + _sign("separate")
        + f"<w:r><w:t>{entry.page}</w:t></w:r>" + _sign("end")
    )  # fmt: skip
    tabs = f'<w:tabs><w:tab w:val="right" w:leader="dot" w:pos="{width}"/></w:tabs>'
    inside = f"{_text(entry.text)}<w:r><w:tab/></w:r>{_text(before)}{page}{_text(after)}"
    return (
        f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{tabs}</w:pPr>'
        f'<w:hyperlink w:anchor={quoteattr(entry.target or entry.bookmark)} w:history="1">{inside}</w:hyperlink></w:p>'
    )


def mark_entry(text: str, level: int) -> list[_Element]:
    """Return the hidden field from which Word makes a line of the contents when it is asked to."""
    quoted = text.replace("\\", "\\\\").replace('"', "”")
    code = f' TC "{quoted}" \\f {FLAG} \\l {level} '
    hidden = "<w:rPr><w:vanish/></w:rPr>"
    return list(xml(f"<w:p>{_sign('begin', hidden)}{_code(code, hidden)}{_sign('end', hidden)}</w:p>"))


def _text(text: str) -> str:
    hint = '<w:rPr><w:rFonts w:hint="eastAsia"/></w:rPr>'
    return f'<w:r>{hint}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>' if text else ""


def _sign(kind: str, look: str = "") -> str:
    return f'<w:r>{look}<w:fldChar w:fldCharType="{kind}"/></w:r>'


def _code(code: str, look: str = "") -> str:
    return f'<w:r>{look}<w:instrText xml:space="preserve">{escape(code)}</w:instrText></w:r>'


def _section(page: _Element, header: str, footer: str, form: str) -> _Element:
    """Return a section of the front on paper like the first report's."""
    section = make("sectPr")
    for kind, target in (("header", header), ("footer", footer)):
        for which in ("default", "even"):
            reference = make(f"{kind}Reference", type=which)
            reference.set(f"{R}id", target)
            section.append(reference)
    for name in ("pgSz", "pgMar", "docGrid"):
        own = page.find(W + name)
        if own is not None:
            put(section, deepcopy(own), SECTION)
    if form:
        put(section, make("pgNumType", fmt=form, start="1"), SECTION)
    return section
