"""This module writes tags as a template of a schema has them: names and filters in the schema's language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from batchreport.report.chart.filters import OPTIONS as OF_CHARTS
from batchreport.report.grammar import NAMES, OPTIONS

if TYPE_CHECKING:
    from batchreport.schema import Column, Schema, Section

_FILTERS = {
    **NAMES, "图表": "chart", "走势": "trend", "图片": "picture", "可省": "optional", "合并": "merged", "分段": "paragraphs",
}  # fmt: skip
_OPTIONS = {**OPTIONS, **OF_CHARTS}
_ROW = {"zh": "行", "en": "row"}
_PLACES = 2  # of an amount of money
_KEYWORDS = frozenset({"and", "or", "not", "in", "is", "if", "else", "elif", "for", "recursive", "import", "set"})
_DRAWN = str.maketrans({"¦": "|", "↵": " ", "↓": " ", "{": "(", "}": ")", "*": "＊", "~": "～"})


@dataclass(frozen=True, slots=True)
class Tags:
    """The tags of a template in one language."""

    schema: Schema

    @property
    def zh(self) -> bool:
        """Whether the template speaks Chinese."""
        return self.schema.language == "zh"

    @property
    def row(self) -> str:
        """What a loop calls the row at hand."""
        return _ROW[self.schema.language]

    def name(self, part: Section | Column) -> str:
        """Return the name by which a template of the schema's language calls a section or column."""
        first, second = (part.name, part.key) if self.zh else (part.key, part.name)
        return first if first and first not in _KEYWORDS else second or first

    def other(self, part: Section | Column) -> str:
        """Return the other name of a section or column; "" where it has one only."""
        return next((one for one in (part.key, part.name) if one and one != self.name(part)), "")

    def filter(self, zh: str) -> str:
        """Return a filter's name in the language of the template."""
        return zh if self.zh else _FILTERS[zh]

    def option(self, zh: str) -> str:
        """Return an option's name in the language of the template."""
        return zh if self.zh else _OPTIONS[zh]

    def of(self, column: Column, owner: str) -> str:
        """Return a column's value as it stands: `行.金额`; without an owner, that of a form: `单位名称`."""
        return f"{owner}.{self.name(column)}" if owner else self.name(column)

    def printed(self, section: Section, column: Column, owner: str, *, short: bool = False) -> str:
        """Return the expression that prints a column's value, with the filter that its type wants: `行.金额|数值(2, 分节=True)`.

        `short` is for a narrow cell.
        """
        own = self.of(column, owner)
        said = own + self._filtered(section, column, owner, short=short)
        if not column.missing:
            return said
        word = column.missing_values[0]
        if said == own:
            return f"{own}|{self.filter('缺')}('')"
        if column.required:
            return f"{said}|{self.filter('缺')}({quoted(word)})"
        return f"{said} or {own}|{self.filter('缺')}('')"

    def _filtered(self, section: Section, column: Column, owner: str, *, short: bool) -> str:
        if column.separator:
            return f"|{self.filter('顿号')}"
        if column.type == "image":
            return f"|{self.filter('图片')}({self.option('宽')}=70)"
        if column.type == "date":
            return f"|{self.filter('日期')}" + (f"('{'短' if self.zh else 'short'}')" if short else "")
        if column.numeric and column.type != "year":
            return self._number(section, column, owner)
        return ""

    def _number(self, section: Section, column: Column, owner: str) -> str:
        beside = [
            self.of(section.by_key[key], owner) if key else "''" for key in (column.unit_column, column.approx_column)
        ]
        if column.unit_column:
            return f"|{self.filter('量')}({', '.join(beside if column.approx_column else beside[:1])})"
        if column.approx_column:
            return f"|{self.filter('约数')}({beside[1]})"
        if column.type == "money":
            return f"|{self.filter('数值')}({_PLACES}, {self.option('分节')}=True)"
        if column.type == "percent":
            return f"|{self.filter('百分比')}"
        return f"|{self.filter('量')}({quoted(column.unit)})" if column.unit else f"|{self.filter('数值')}"


def quoted(text: str) -> str:
    """Return a text as it stands in a tag, in quotes that it does not hold itself."""
    line = plain(text).replace("\\", "")
    mark = "'" if "'" not in line else '"'
    return mark + line.replace(mark, "") + mark


def plain(text: str) -> str:
    """Return a text in one line that is neither a tag nor one of the marks of drawing.py."""
    return " ".join(text.translate(_DRAWN).split())
