"""This module writes the tables of sums of a new roll-up's template."""

from __future__ import annotations

from typing import TYPE_CHECKING

from batchreport.report.bench.columns import slim
from batchreport.report.bench.tags import plain, quoted
from batchreport.report.rollup.parts import figures

if TYPE_CHECKING:
    from collections.abc import Iterator

    from batchreport.report.bench.new_rollup_words import Words
    from batchreport.report.bench.new_section import Writer
    from batchreport.report.rollup.parts import Figure
    from batchreport.schema import Column, Section

_NAME, _UNIT, _FIGURE = 1500, 800, 1240  # the least twips that a column of each kind wants


class Sums:
    """Writes what became of the figures of one section after another, as text for drawing.py."""

    def __init__(self, writer: Writer, words: Words) -> None:
        self._writer = writer
        self._tags = writer.tags
        self._words = words
        self._listed = writer.free(words.listed)

    def _among(self, zh: str, en: str) -> str:
        return zh if self._tags.zh else en

    def lines(self, section: Section) -> Iterator[str]:
        """Write the sums of a section's figures, and the spread of those that cannot be added: of all that several departments have."""
        tags, words, found = self._tags, self._words, figures(section)
        totals, having, first = f"{words.totals}.{tags.name(section)}", tags.filter("有值"), found[0]
        shared = f"|{having}({quoted(self._among('共有', 'shared'))}, True)"
        summed = [(self._titled(first.column), self._shown(first, self._of(first, first.column.key)))]
        if first.previous:
            summed.append((words.previous, self._shown(first, self._of(first, first.previous))))
            summed.append((words.change, self._change(first)))
        summed += [(self._titled(one.column), self._shown(one, self._of(one, one.column.key))) for one in found[1:]]
        spread = [
            (words.lowest, self._shown(first, f"{tags.row}.{self._among('最低值', 'lowest')}")),
            (words.median, self._shown(first, f"{tags.row}.{self._among('中位数', 'median')}")),
            (words.highest, self._shown(first, f"{tags.row}.{self._among('最高值', 'highest')}")),
        ]
        for added, title, shown in (("True", words.figures, summed), ("False", words.rates, spread)):
            rows = f"{totals}|{having}({quoted(self._among('可加', 'additive'))}, {added})"
            yield f"% set {self._listed} = {rows}{shared} or {rows}"
            yield f"% if {self._listed}"
            yield from (line.replace("@rows", f"({rows})") for line in words.single)
            yield from self._totals(section, title, shown)
            yield from self._fewer(first) if shown is summed else ()
            yield "% endif"

    def _of(self, figure: Figure, key: str) -> str:
        return self._tags.of(figure.section.by_key[key], self._tags.row)

    def _fewer(self, figure: Figure) -> Iterator[str]:
        """Write what a star says, where a row of the table has one."""
        if not figure.previous:
            return
        known = f"{self._listed}|{self._tags.filter('有值')}({quoted(self._tags.name(figure.section.by_key[figure.previous]))})"
        before, all_ = self._among("上期单位数", "with_previous"), self._among("填报单位数", "reporting")
        yield f"% if {known}|map(attribute='{before}')|sum < {known}|map(attribute='{all_}')|sum"
        yield self._words.starred
        yield "% endif"

    def _totals(self, section: Section, title: str, shown: list[tuple[str, str]]) -> Iterator[str]:
        """Write a table with one row for each indicator."""
        tags, words = self._tags, self._words
        mark, unit = section.by_key[section.mark], section.by_key.get(figures(section)[0].column.unit_column)
        cells = [(plain(mark.shown), f"{{{{ {tags.of(mark, tags.row)} }}}}")]
        cells += [(plain(unit.shown), f"{{{{ {tags.of(unit, tags.row)} }}}}")] if unit else []
        cells += [(words.departments, f"{{{{ {tags.row}.{self._among('填报单位数', 'reporting')} }}}}")]
        count = slim(words.departments)
        narrow = [_UNIT, count] if unit else [count]
        shown = shown[: (self._writer.width - _NAME - sum(narrow)) // _FIGURE]
        columns = [*(f"{width}c" for width in narrow), *[f"{_FIGURE}r"] * len(shown)]
        name = self._writer.width - sum(narrow) - _FIGURE * len(shown)
        yield f"{self._writer.words.styles['caption']}{plain(section.shown)}{words.parted}{title}"
        yield f"|= {' '.join([f'{name}l', *columns])}"
        yield f"|! {' ¦ '.join(title for title, _ in [*cells, *shown])}"
        yield f"|% for {tags.row} in {self._listed}"
        yield f"| {' ¦ '.join(text for _, text in [*cells, *shown])}"
        yield "|% endfor"

    def _shown(self, figure: Figure, value: str) -> str:
        """Return the tag that prints a figure of a row of totals, its unit standing elsewhere."""
        column, tags = figure.column, self._tags
        if column.type == "percent":
            return f"{{{{ {value}|{tags.filter('百分比')} }}}}"
        money = column.type == "money" and not column.unit_column
        options = f"(2, {tags.option('分节')}=True)" if money else ""
        return f"{{{{ {value}|{tags.filter('数值')}{options} }}}}"

    def _change(self, figure: Figure) -> str:
        """Return the tag for the change since last period, of the departments that have both figures."""
        tags, unit = self._tags, figure.column.unit_column
        told = [self._of(figure, figure.previous), quoted(self._among("时期", "flow"))]
        told += [self._of(figure, unit)] if unit else []
        comparable = f"{tags.row}.{self._among('可比值', 'comparable')}"
        return f"{{{{ {comparable}|{tags.filter('变化')}({', '.join(told)}) }}}}{self._words.star.replace('@before', told[0])}"

    def _titled(self, column: Column) -> str:
        """Return a column's title with the unit that all its figures have."""
        heading = self._writer.heading(column)
        unit = column.base_unit if column.type != "money" and not column.unit_column else ""
        if not unit or unit in heading:
            return heading
        return plain(f"{heading}（{unit}）" if self._tags.zh else f"{heading} ({unit})")
