"""This module finds what is meant for a tag and is none: that of other programs, names in brackets."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from batchreport.findings import note, warning
from batchreport.report.inference.scope import Scalar
from batchreport.report.tags.scan import W

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from batchreport.findings import Finding
    from batchreport.report.bench.survey import Survey
    from batchreport.report.inference.scope import Kind
    from batchreport.report.tags.scan import Line

_NAME = r"(?P<name>[^\W\d][\w.]*)"
# Each with whether it is a tag for certain, or only where it says a name of the schema.
_FORMS = (
    (re.compile(r"\{d\." + _NAME + r"[^{}]*\}"), True),  # Carbone
    (re.compile(r"\$\{\s*" + _NAME + r"\s*\}"), True),  # PHPWord, FreeMarker, Velocity
    (re.compile(r"<%=?\s*" + _NAME + r"\s*%>"), True),  # EJS, ERB
    (re.compile(r"«\s*" + _NAME + r"\s*»"), True),  # a merge field that was copied as text
    (re.compile(r"\[\[\s*" + _NAME + r"\s*\]\]"), False),
    (re.compile(r"\{(?P<mark>/)?" + _NAME + r"\}"), False),  # docxtemplater
)
_INDEXED = re.compile(r"\[i(?P<next>\+1)?\](?:\.(?P<column>[^\W\d]\w*))?")  # of Carbone: a column of each row
FIELD = re.compile(r'\bMERGEFIELD\s+(?:"(?P<quoted>[^"]+)"|(?P<name>[^\s\\"]+))')
_STRANGE = re.compile(r"[«{$<\[]")
_BRACKETED = re.compile(r"(?<!\[)[《【<＜\[［｛]\s*(?P<name>[^\W\d]\w*)\s*[》】>＞\]］｝](?!\])")


@dataclass(frozen=True, slots=True)
class Foreign:
    """What another program would take for a tag: where it stands in its line, and how it is written here, if that is certain."""

    line: Line
    start: int
    end: int
    right: str
    certain: bool

    @property
    def text(self) -> str:
        """The tag as typed."""
        return self.line.text[self.start : self.end]


def foreign(survey: Survey, names: Mapping[str, Kind]) -> Iterator[Foreign]:
    """Give the foreign tags of a template, in its order; `names` are those of the top."""
    for line in (line for sheet in survey.sheets for line in sheet.lines):
        if line.stream == "text" and not line.copy and _STRANGE.search(line.text):
            yield from sorted(_in_line(line, names), key=lambda one: one.start)


def _in_line(line: Line, names: Collection[str]) -> Iterator[Foreign]:
    if any("MERGEFIELD" in code for code in codes(line)):
        return
    taken = [range(span.start, span.end) for span in line.spans]
    for form, alone in _FORMS:
        for match in form.finditer(line.text):
            if any(match.start() in span or match.end() - 1 in span for span in taken):
                continue
            name = match["name"]
            known = name.partition(".")[0] in names
            ending = "mark" in match.groupdict() and match["mark"]
            if known or alone:
                taken.append(range(match.start(), match.end()))
                indexed = _INDEXED.search(match.group())
                right = "{% endfor %}" if ending else _looped(name, indexed) if indexed else f"{{{{ {name} }}}}"
                yield Foreign(line, match.start(), match.end(), right, known and not ending and not indexed)


def _looped(name: str, indexed: re.Match[str]) -> str:
    """Return the tags that print a column of each row."""
    if indexed["next"]:
        return "{%p endfor %}"
    row = "row" if name.isascii() else "行"
    return f"{{%p for {row} in {name} %}} {{{{ {row}.{indexed['column'] or '…'} }}}} {{%p endfor %}}"


def check_foreign(survey: Survey, names: Mapping[str, Kind]) -> Iterator[Finding]:
    """Give a warning for each foreign tag, which is printed as it stands, and for each merge field of Word's."""
    for one in foreign(survey, names):
        yield warning("template-foreign-tag", one.line.place, tag=one.text, right=one.right)
    yield from _bracketed(survey, names)
    for sheet in survey.sheets:
        codes = [(line.text, line.place) for line in sheet.lines if line.stream == "code"]
        simple = ((str(one.get(f"{W}instr")), survey.place_of(sheet, one)) for one in sheet.root.iter(f"{W}fldSimple"))
        for code, place in (*codes, *simple):
            for match in FIELD.finditer(code):
                name = match["quoted"] or match["name"]
                yield warning("template-merge-field", place, tag=f"«{name}»", right=f"{{{{ {name} }}}}")


def _bracketed(survey: Survey, names: Mapping[str, Kind]) -> Iterator[Finding]:
    """Give a note for each name of one value that stands in brackets, `【单位名称】`, and is printed nowhere else."""
    lines = [line for sheet in survey.sheets for line in sheet.lines if line.stream == "text" and not line.copy]
    tags = " ".join(line.text[span.start : span.end] for line in lines for span in line.spans)
    for line in lines:
        for match in _BRACKETED.finditer(line.text):
            name, inside = match["name"], any(span.start <= match.start() < span.end for span in line.spans)
            if not inside and isinstance(names.get(name), Scalar) and not re.search(rf"\b{name}\b", tags):
                yield note("template-name-in-brackets", line.place, tag=match.group(), right=f"{{{{ {name} }}}}")


def codes(line: Line) -> list[str]:
    """Return the codes of the fields in a line's paragraph."""
    if line.paragraph is None:
        return []
    simple = [str(field.get(f"{W}instr")) for field in line.paragraph.iter(f"{W}fldSimple")]
    return [*simple, "".join(code.text or "" for code in line.paragraph.iter(f"{W}instrText"))]
