"""This module turns the loops and conditions of other template languages into ours, where what they mean is certain."""

from __future__ import annotations

import re
from copy import deepcopy
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from lxml import etree

from batchreport.report.bench.foreign import codes
from batchreport.report.inference.scope import Many, Scalar, Thing
from batchreport.report.tags.scan import SIGNS, W

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lxml.etree import _Element

    from batchreport.report.bench.survey import Sheet
    from batchreport.report.inference.scope import Kind
    from batchreport.report.tags.scan import Line

_NAME = r"(?P<name>[^\W\d]\w*)"
_FORMS = (
    re.compile(r"\{\{(?P<sign>[#^/])\s*" + _NAME + r"\s*\}\}"),  # Mustache, Handlebars
    re.compile(r"(?<!\{)\{(?P<sign>[#^/])\s*" + _NAME + r"\s*\}(?!\})"),  # docxtemplater
    re.compile(r"«(?P<sign>TableStart|TableEnd):" + _NAME + r"»"),  # regions of mail merge
    re.compile(r"\{d\." + _NAME + r"\[(?P<sign>i|i\+1)\]\.(?P<column>[^\W\d]\w*)\}"),  # Carbone
)
_OPENS, _CLOSES = ("#", "^", "TableStart"), ("/", "TableEnd")
_VALUES = (
    re.compile(r"\{\{\s*" + _NAME + r"\s*(?P<more>\|[^{}]*)?\}\}"),
    re.compile(r"(?<!\{)\{" + _NAME + r"\}(?!\})"),
    re.compile(r"«" + _NAME + r"»"),
)


@dataclass(frozen=True, slots=True)
class Token:
    """A tag of another language: where it stands in its line, the sign that says what it does, and what it names."""

    line: Line
    start: int
    end: int
    sign: str
    name: str
    column: str = ""


@dataclass(slots=True)
class Mended:
    """What is to be written: in lines, by the line's identity, and around rows or paragraphs; `gone` are those to be taken away.

    `said` has what a tag became that is no more in its line, by the line and where it began.
    """

    edits: dict[int, list[tuple[int, int, str]]] = field(default_factory=dict)
    around: list[tuple[_Element, str, str]] = field(default_factory=list)
    gone: list[_Element] = field(default_factory=list)
    said: dict[tuple[int, int], str] = field(default_factory=dict)

    def write(self, token: Token, text: str) -> None:
        """Write a text in a tag's place."""
        self.edits.setdefault(id(token.line), []).append((token.start, token.end, text))

    def repeat(self, home: _Element, begin: str, end: str) -> None:
        """Put a row or paragraph with a tag before `home`, and one behind it."""
        level = "tr" if home.tag == f"{W}tr" else "p"
        self.around.append((home, f"{{%{level} {begin} %}}", f"{{%{level} {end} %}}"))

    def apply(self) -> None:
        """Put in and take away rows and paragraphs, once the lines have been written."""
        for home, opening, closing in self.around:
            home.addnext(_holding(home, closing))
            home.addprevious(_holding(home, opening))
        for element in self.gone:
            if (parent := element.getparent()) is not None:
                parent.remove(element)


def mended(sheet: Sheet, names: Mapping[str, Kind]) -> Mended:
    """Return what is to be written in a part for the sections that are certain; `names` are those of the top."""
    made = Mended()
    tokens = list(_tokens(sheet))
    for opening, closing in _pairs(tokens):
        _section(opening, closing, sheet, names, made)
    _indexed([token for token in tokens if token.column], names, made)
    return made


def _tokens(sheet: Sheet) -> Iterator[Token]:
    for line in sheet.lines:
        if line.stream == "text" and not line.copy and not any("MERGEFIELD" in code for code in codes(line)):
            found = [match for form in _FORMS for match in form.finditer(line.text)]
            for one in sorted(found, key=lambda match: match.start()):
                column = one.groupdict().get("column") or ""
                yield Token(line, one.start(), one.end(), one["sign"], one["name"], column)


def _pairs(tokens: list[Token]) -> Iterator[tuple[Token, Token]]:
    """Give the sections that hold no other, and lie in none."""
    flat = [token for token in tokens if not token.column]
    depth = 0
    for opening, closing in pairwise(flat):
        matches = opening.sign in _OPENS and closing.sign in _CLOSES and closing.name == opening.name
        if matches and not depth:
            yield opening, closing
        depth = max(0, depth + (opening.sign in _OPENS) - (opening.sign in _CLOSES))


def _section(opening: Token, closing: Token, sheet: Sheet, names: Mapping[str, Kind], made: Mended) -> None:
    columns = _columns_of(opening.name, names) if opening.sign != "^" else {}
    if not columns and not isinstance(names.get(opening.name), Many | Scalar):
        return
    row = _row(opening.name)
    condition = f"if not {opening.name}" if opening.sign == "^" else f"if {opening.name}"
    begin, end = (f"for {row} in {opening.name}", "endfor") if columns else (condition, "endif")
    if _placed(opening, closing, begin, end, made) and columns:
        _columns(opening, closing, sheet, columns, row, made)


def _columns_of(name: str, names: Mapping[str, Kind]) -> Mapping[str, Kind]:
    """Return the columns of a table; none of what is no table."""
    kind = names.get(name)
    return kind.item.attributes if isinstance(kind, Many) and isinstance(kind.item, Thing) else {}


def _placed(opening: Token, closing: Token, begin: str, end: str, made: Mended) -> bool:
    """Write the two ends of a section if it is one line, whole paragraphs or whole rows; tell whether it is."""
    first, last = opening.line.paragraph, closing.line.paragraph
    if first is None or last is None:
        return False
    rows = next(first.iterancestors(f"{W}tr"), None), next(last.iterancestors(f"{W}tr"), None)
    if first is last:
        level = " "
    elif rows[0] is not None and rows[0] is rows[1] and _cell(first) is not _cell(last):
        if _holds_table(rows[0]):
            return False
        made.repeat(rows[0], begin, end)
        for token, said in ((opening, begin), (closing, end)):
            made.write(token, "")
            made.said[id(token.line), token.start] = f"{{%tr {said} %}}"
        return True
    elif rows[0] is not rows[1]:
        level = "tr "
        if None in rows or any(
            _text(row) != _typed(token) for row, token in zip(rows, (opening, closing), strict=True)
        ):
            return False
    elif _text(first) == _typed(opening) and _text(last) == _typed(closing) and first.getparent() is last.getparent():
        level = "p "
    else:
        return False
    made.write(opening, f"{{%{level}{begin} %}}")
    made.write(closing, f"{{%{level}{end} %}}")
    return True


def _cell(paragraph: _Element) -> _Element | None:
    return next(paragraph.iterancestors(f"{W}tc"), None)


def _holds_table(element: _Element) -> bool:
    return next(element.iter(f"{W}tbl"), None) is not None


def _typed(token: Token) -> str:
    return token.line.text[token.start : token.end]


def _text(element: _Element | None) -> str:
    if element is None:
        return ""
    return "".join(SIGNS.get(str(one.tag)) or one.text or "" for one in element.iter(*SIGNS)).strip()


def _columns(opening: Token, closing: Token, sheet: Sheet, columns: Mapping[str, Kind], row: str, made: Mended) -> None:
    """Write the columns that a section's tags name as those of its row."""
    lines = [line for line in sheet.lines if line.stream == "text" and not line.copy]
    between = lines[lines.index(opening.line) : lines.index(closing.line) + 1]
    for line in between:
        start = opening.end if line is opening.line else 0
        end = closing.start if line is closing.line else len(line.text)
        for form in _VALUES:
            for match in form.finditer(line.text, start, end):
                if match["name"] in columns:
                    more = (match.groupdict().get("more") or "").strip()
                    token = Token(line, match.start(), match.end(), "", match["name"])
                    made.write(token, f"{{{{ {row}.{match['name']}{more} }}}}")


def _indexed(tokens: list[Token], names: Mapping[str, Kind], made: Mended) -> None:
    """Write `{d.list[i].x}` as a loop over the row or paragraph it stands in; that of `[i+1]` says only that it repeats."""
    homes: dict[_Element, list[Token]] = {}
    for token in tokens:
        if token.line.paragraph is not None:
            row = next(token.line.paragraph.iterancestors(f"{W}tr"), None)
            homes.setdefault(row if row is not None else token.line.paragraph, []).append(token)
    repeated = ""
    for home, own in homes.items():
        name, signs = own[0].name, {token.sign for token in own}
        if len(signs) > 1 or not _are_columns(own, names) or _holds_table(home):
            repeated = ""
        elif signs == {"i"}:
            _repeat(home, own, made)
            repeated = name
        elif name == repeated and _text(home) == "".join(map(_typed, own)):
            made.gone.append(home)


def _are_columns(tokens: list[Token], names: Mapping[str, Kind]) -> bool:
    known = _columns_of(tokens[0].name, names)
    return all(token.name == tokens[0].name and token.column in known for token in tokens)


def _repeat(home: _Element, tokens: list[Token], made: Mended) -> None:
    row = _row(tokens[0].name)
    made.repeat(home, f"for {row} in {tokens[0].name}", "endfor")
    for token in tokens:
        made.write(token, f"{{{{ {row}.{token.column} }}}}")


def _row(name: str) -> str:
    """Return what a loop over a table calls the row at hand."""
    return "row" if name.isascii() else "行"


def _holding(like: _Element, text: str) -> _Element:
    """Return a row or paragraph like another that holds only a text."""
    made = deepcopy(like)
    for element in made.iter(f"{W}p", f"{W}tr"):
        for name in [
            one for one in map(str, element.attrib) if one.endswith(("}paraId", "}textId"))
        ]:  # there is one of each
            del element.attrib[name]
    first = made if made.tag == f"{W}p" else next(made.iter(f"{W}p"))
    for paragraph in [made] if made.tag == f"{W}p" else list(made.iter(f"{W}p")):
        for child in list(paragraph):
            if child.tag != f"{W}pPr":
                paragraph.remove(child)
    etree.SubElement(etree.SubElement(first, f"{W}r"), f"{W}t").text = text
    return made
