"""This module writes the names of a template as Markdown, and as a document to keep open beside the template."""

from __future__ import annotations

from typing import TYPE_CHECKING

from batchreport.report.bench.fields import words
from batchreport.report.bench.looks import docx, look_of
from batchreport.report.bench.tags import plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from batchreport.report.bench.fields import Field, Group

_TYPE = 3  # the heading of the type, which stands in brackets here
_WIDTHS = (2350, 2350, 3000, 2300, 4570)
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_SECTION = (
    f'<w:sectPr {_W} xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    '<w:footerReference w:type="default" r:id="footer"/><w:pgSz w:w="16838" w:h="11906" w:orient="landscape"/>'
    '<w:pgMar w:top="1134" w:right="1134" w:bottom="1134" w:left="1134" w:header="567" w:footer="567" w:gutter="0"/>'
    '<w:cols w:space="425"/></w:sectPr>'
)
# No spelling is checked in it: a copied tag brings no wavy line along.
_CODE = (
    '<w:style w:type="character" w:customStyle="1" w:styleId="Code"><w:name w:val="Code"/><w:qFormat/><w:rPr>'
    '<w:rFonts w:ascii="Courier New" w:hAnsi="Courier New" w:eastAsia="{face}" w:cs="Courier New"/><w:noProof/>'
    '<w:spacing w:val="0"/><w:sz w:val="18"/><w:szCs w:val="18"/></w:rPr></w:style>'
)
_FACES = {"zh": "宋体", "en": "SimSun"}


def markdown(groups: Sequence[Group], language: str) -> str:
    """Return the names as a page of Markdown, a table for each group."""
    told = words(language)
    lines = [f"# {told['sheet']}"]
    for group in groups:
        lines += ["", f"## {group.title}", "", _row(told["headings"]), _row(["---"] * len(told["headings"]))]
        lines += [_row(_cells(field)) for field in group.fields]
    return "\n".join(lines) + "\n"


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cells(field: Field) -> list[str]:
    tags = "<br>".join(_code(snippet.text) for snippet in field.snippets)
    said = [_safe(text) for text in (field.title, field.type, field.example)]
    return [_code(field.name), _code(field.other) if field.other else "", *said, tags]


def _code(text: str) -> str:
    return "`" + text.replace("|", "\\|") + "`"


def _safe(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")


def cheat_sheet(groups: Sequence[Group], title: str, language: str) -> bytes:
    """Return the names as a .docx on broad pages, tags in a monospaced face and as typed, the same bytes for the same names."""
    text = "\n".join(_lines(groups, title, language))
    return docx(text, look_of("official", language), section=_SECTION, styles=_CODE.format(face=_FACES[language]))


def _lines(groups: Sequence[Group], title: str, language: str) -> Iterator[str]:
    told = words(language)
    row = {"zh": "行.…", "en": "row.…"}[language]
    dash = "：" if language == "zh" else ": "
    yield f"@title {told['sheet']}"
    if language == "en":
        yield "@language en-GB"
    yield f"# {told['sheet']}{dash}{plain(title)}"
    yield told["lead"].format(row=row)
    headings = [heading for at, heading in enumerate(told["headings"]) if at != _TYPE]
    for group in groups:
        yield f"## {plain(group.title)}"
        yield f"|= {' '.join(f'{width}l' for width in _WIDTHS)}"
        yield f"|! {' ¦ '.join(headings)}"
        yield from (f"| {_line(field, language)}" for field in group.fields)
        yield {"zh": "间隔:", "en": "Spacer:"}[language]


def _line(field: Field, language: str) -> str:
    kind = f"（{field.type}）" if language == "zh" else f" ({field.type})"
    tags = "↵".join(snippet.text for snippet in field.snippets)
    other = f"``{field.other}``" if field.other else ""
    return f"``{field.name}`` ¦ {other} ¦ {plain(field.title)}{kind} ¦ {plain(field.example)} ¦ ``{tags}``"
