"""This module writes a section of a new template: a table, a list of paragraphs, or photographs."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from batchreport.names import bare
from batchreport.report.bench.columns import Slot, laid_out, slots
from batchreport.report.bench.new_words import WORDS
from batchreport.report.bench.tags import Tags, plain, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from batchreport.schema import Column, Schema, Section

_WIDTHS = {("zh", "official"): 8845, ("zh", "modern"): 8845, ("en", "official"): 9072, ("en", "modern"): 9072}
_TEXTS = 3  # columns of free text, from which on a record reads better as a paragraph than as a row
_LEADS = "?？:："  # ends of a title that want no colon
_ORDERED = 16  # choices whose order a tag may hold
_DRAWN = 8  # points of a chart
_LINES = 2  # of a chart over time


class Writer:
    """Writes the sections of one schema in one look, as text for drawing.py."""

    def __init__(self, schema: Schema, look: str) -> None:
        self.schema = schema
        self.tags = Tags(schema)
        self.words = WORDS[schema.language]
        self.width = _WIDTHS[schema.language, look]

    def section(self, section: Section) -> Iterator[str]:
        """Write a section with its heading, where it has rows."""
        name = self.tags.name(section)
        pictures = [column for column in section.columns if column.type == "image"]
        shown = slots(section)
        yield f"% if {name}"
        yield f"## {plain(section.shown)}"
        yield from self._lead(section)
        for column in pictures:
            yield from self._photographs(section, column, shown)
        if not pictures:
            yield from self._list(section, shown) if _reads_as_text(section, shown) else self._table(section, shown)
            yield from self._charts(section)
        yield "% endif"
        if self.unsolved(section, self._last(section)):
            yield from self._open_before(section)

    def named(self, section: Section, column: Column, owner: str) -> str:
        """Return the expression that prints a value behind its title: `行.地点|前加('地点：')`."""
        said = self.tags.printed(section, column, owner)
        said = f"({said})" if " or " in said else said
        said += f"|{self.tags.filter('分句')}" if column.type == "string" and not column.separator else ""
        return f"{said}|{self.tags.filter('前加')}({self._titled(column.shown)})"

    def _titled(self, title: str) -> str:
        """Return a title as it stands in a tag, in front of what it names."""
        told, colon = quoted(title), self.words.colon
        return f"{told[:-1]}{colon[1:] if told[-2] in _LEADS else colon}{told[-1]}"

    def _sentence(self, parts: list[str]) -> str:
        """Return one sentence of parts that may each be blank."""
        end = "filter"
        return f"{{% {end} {self.tags.filter('句号')} %}}{self.words.semicolon.join(parts)}{{% end{end} %}}"

    def _lead(self, section: Section) -> Iterator[str]:
        """Write how many there are, by the first choice, what they cost, and how many are open; nothing of indicators."""
        if section.mark:
            return
        name = self.tags.name(section)
        count = f"共{{{{ {name}|length }}}}项" if self.tags.zh else f"{{{{ {name}|counted('item')|capitalised }}}}"
        yield f"{self.words.styles['lead']}{self.told(section, count)}"

    def choice(self, section: Section) -> Column | None:
        """Return the first choice of a section that is no unit."""
        beside = {key for column in section.columns for key in (column.unit_column, column.approx_column)}
        return next((c for c in section.columns if c.type == "choice" and c.key not in beside), None)

    def by(self, choice: Column) -> str:
        """Return a choice as the filters that count and group take it, with the schema's order of what there is to choose."""
        order = f", {self.tags.option('顺序')}=[{', '.join(map(quoted, choice.enum))}]"
        return quoted(self.tags.name(choice)) + (order if len(choice.enum) <= _ORDERED else "")

    def told(self, section: Section, count: str) -> str:
        """Return a sentence that begins with `count`: how many by the first choice, what they cost, and how many are open."""
        filter_, name, choice = self.tags.filter, self.tags.name(section), self.choice(section)
        parts = [count]
        if choice:
            given = f"{name}|{filter_('有值')}({quoted(self.tags.name(choice))})"
            parts[0] += f"{self.words.comma}{{{{ {given}|{filter_('计数')}({self.by(choice)}) }}}}"
        for column in section.columns:
            if column.type == "money" and not column.unit_column:
                said = bare(column.shown)
                title = (
                    quoted(f"{said}{self.words.total}") if self.tags.zh else self._titled(f"{self.words.total} {said}")
                )
                total = f"{name}|{filter_('合计')}({quoted(self.tags.name(column))})|{filter_('金额')}({quoted(column.base_unit)})"
                parts.append(f"{{{{ {total}|{filter_('前加')}({title}) }}}}")
        if open_ := self.unsolved(section, name):
            parts.append(f"{{{{ {open_}|{filter_('项数')}|{filter_('前加')}({self._said(self.words.unsolved)}) }}}}")
        return self._sentence(parts)

    def _said(self, text: str) -> str:
        return f"'{text}'" if self.tags.zh else f"'{text}: '"

    def unsolved(self, section: Section, rows: str) -> str:
        """Return the expression for the rows that are carried on, where the schema says which; "" where it does not."""
        unless = section.carry.unless if section.carry else None
        if unless is None or not unless.is_:
            return ""
        column = section.by_key[unless.column]
        done = ", ".join(map(quoted, unless.is_))
        return f"{rows}|{self.tags.filter('无值')}({quoted(self.tags.name(column))}, {done})"

    def _last(self, section: Section) -> str:
        return f"{'上期数据' if self.tags.zh else 'previous_data'}.{self.tags.name(section)}"

    def _open_before(self, section: Section) -> Iterator[str]:
        """Write what was still open after the last period, where nothing is reported of it now."""
        rows = self.unsolved(section, self._last(section))
        what = self.tags.name(next((c for c in section.columns if c.required), section.columns[0]))
        said = f"{rows}|map(attribute={quoted(what)})|{self.tags.filter('顿号')}"
        yield f"% if not {self.tags.name(section)} and {rows}"
        yield f"## {plain(section.shown)}"
        before = self._said(self.words.before)
        if self.tags.zh:
            before = f"'{self.words.before}：'"
        yield self._sentence([f"{{{{ {said}|{self.tags.filter('前加')}({before}) }}}}"])
        yield "% endif"

    def _table(self, section: Section, shown: list[Slot]) -> Iterator[str]:
        """Write a table with a row for each record; what has no room stands in a last column."""
        tags, words = self.tags, self.words
        table = laid_out(section, shown, self.width, len(words.more))
        cells = [(slot.column, f"{{{{ {self.short(section, slot.column)} }}}}") for slot in table.slots]
        heads = [self.heading(c) if c.required else self.optional(c) for c, _ in cells]
        texts = [text for _, text in cells]
        if table.rest:
            heads.append(f"{{{{ '{words.more}'|{tags.filter('可省')} }}}}")
            texts.append(self.together(section, table.rest))
        yield f"{words.styles['caption']}{plain(section.shown)}"
        yield f"|= {' '.join(table.columns)}"
        yield f"|! {' ¦ '.join(heads)}"
        yield f"|% for {tags.row} in {tags.name(section)}"
        yield f"| {' ¦ '.join(texts)}"
        yield "|% endfor"
        totals = [self._total(section, column) for column, _ in cells] + [""] * bool(table.rest)
        if any(totals) and not totals[0]:
            yield f"|~ {' ¦ '.join([words.total, *totals[1:]])}"
        yield words.styles["spacer"]

    def short(self, section: Section, column: Column) -> str:
        """Return what prints a value in a narrow cell."""
        return self.tags.printed(section, column, self.tags.row, short=True)

    def together(self, section: Section, shown: Sequence[Slot]) -> str:
        """Return the tag that prints several values in one cell, each behind its title."""
        parts = ", ".join(self.named(section, slot.column, self.tags.row) for slot in shown)
        return f"{{{{ [{parts}]|select|join('{self.words.semicolon}') }}}}"

    def heading(self, column: Column) -> str:
        """Return a column's title, of an amount of money with its unit."""
        if column.type != "money" or column.unit_column:
            return plain(column.shown)
        unit = f"（{column.base_unit}）" if self.tags.zh else f" ({column.base_unit})"
        return plain(bare(column.shown) + unit)

    def optional(self, column: Column) -> str:
        """Return the tag for a column's title, where the column is dropped if all of it is blank."""
        return f"{{{{ {quoted(self.heading(column))}|{self.tags.filter('可省')} }}}}"

    def _total(self, section: Section, column: Column) -> str:
        if column.type != "money" or column.unit_column:
            return ""
        total = f"{self.tags.name(section)}|{self.tags.filter('合计')}({quoted(self.tags.name(column))})"
        return f"{{{{ {total}|{self.tags.filter('数值')}(2, {self.tags.option('分节')}=True) }}}}"

    def _list(self, section: Section, shown: list[Slot]) -> Iterator[str]:
        """Write a numbered paragraph for each record; of two required texts the first is a heading over its rows."""
        tags, words = self.tags, self.words
        texts = [slot.column for slot in shown if slot.column.required and slot.column.type == "string"]
        grouped = texts[0] if len(texts) > 1 else None
        rows = tags.name(section)
        if grouped:
            group = f"{words.group}, {words.rows} in {rows}|{tags.filter('分组')}({quoted(tags.name(grouped))})"
            yield f"% for {group}"
            yield f"### {{{{ {words.group} }}}}"
            rows = words.rows
        first, *rest = [
            slot.column for slot in shown if slot.column is not grouped and slot.column not in texts[1:2]
        ] or [shown[0].column]
        if len(texts) > 1:
            first, rest = texts[1], [first, *rest]
        own = f"{{{{ {tags.printed(section, first, tags.row)} }}}}"
        stop = "。" if tags.zh else ". "
        parts = [f"{{{{ {self.named(section, column, tags.row)} }}}}" for column in rest]
        yield f"% for {tags.row} in {rows}"
        yield f"1. {self._sentence([stop.join([own, words.semicolon.join(parts)])])}"
        yield "% endfor"
        if grouped:
            yield "% endfor"

    def _photographs(self, section: Section, picture: Column, shown: list[Slot]) -> Iterator[str]:
        """Write two pictures abreast, what else is known of each below it."""
        tags, pair, half = self.tags, self.words.pair, self.width // 2
        texts = [slot.column for slot in shown if slot.column.type != "image"]

        def cell(at: int) -> str:
            return f"{{{{ {pair}[{at}].{tags.name(picture)}|{tags.filter('图片')}({tags.option('宽')}=72, {tags.option('高')}=54) }}}}"

        def caption(at: int) -> str:
            said = [tags.printed(section, column, f"{pair}[{at}]") for column in texts]
            if not said:
                return ""
            notes = f"|{tags.filter('附注')}({', '.join(said[1:])})" if said[1:] else ""
            return f"{{{{ {said[0]}{notes} }}}}"

        yield f"|= {half}p {self.width - half}p"
        yield f"|% for {pair} in {tags.name(section)}|batch(2)"
        yield f"|% if {pair}|length > 1"
        yield f"|^ {cell(0)} ¦ {cell(1)}"
        yield f"|_ {caption(0)} ¦ {caption(1)}"
        yield "|% else"
        yield f"|^ {cell(0)}"
        yield f"|_ {caption(0)}"
        yield "|% endif"
        yield "|% endfor"

    def _charts(self, section: Section) -> Iterator[str]:
        """Write a chart of the figures of two periods, and one of the largest over time, where the schema compares them."""
        found = next((column for column in section.columns if column.previous), None)
        if found is None or not section.mark:
            return
        tags, words, styles = self.tags, self.words, self.words.styles
        now = section.by_key[found.previous]
        mark, value, last = (quoted(tags.name(one)) for one in (section.by_key[section.mark], now, found))
        having, chart, width, height = (
            *(tags.filter(one) for one in ("有值", "图表")), *(tags.option(one) for one in ("宽", "高")),
        )  # fmt: skip
        alike = (
            f"|{tags.filter('最大组')}({quoted(tags.name(section.by_key[now.unit_column]))})" if now.unit_column else ""
        )
        yield f"% set {self._comparable} = {tags.name(section)}|{having}({value})|{having}({last}){alike}"
        yield f"% if {self._comparable}|length > 1"
        yield f"{styles['picture']}{{{{ {self._comparable}[:{_DRAWN}]|{chart}({mark}, {last}, {value}, {width}=150, {height}=50) }}}}"
        yield f"{styles['figure']}{plain(section.shown)}{' ' if not tags.zh else ''}{words.compared}"
        largest = f"({self._comparable}|sort(attribute={value}, reverse=True))[:{_LINES}]|map(attribute={mark})|list"
        yield f"% set {self._leading} = {largest}"
        recent, period, kind = ("近期", "期间", "折线图") if tags.zh else ("recent", "period", "line")
        yield f"% if {recent}|length > 2"
        rows = f"{recent}|{tags.filter('走势')}({quoted(tags.name(section))}, {value}, {self._leading})"
        options = f"{tags.option('类型')}='{kind}', {width}=150, {height}=50"
        yield f"{styles['picture']}{{{{ {rows}|{chart}('{period}', *{self._leading}, {options}) }}}}"
        yield f"{styles['figure']}{plain(section.shown)}{' ' if not tags.zh else ''}{words.followed}"
        yield "% endif"
        yield "% endif"

    @cached_property
    def _comparable(self) -> str:
        return self.free(self.words.comparable)

    @cached_property
    def _leading(self) -> str:
        return self.free(self.words.leading)

    def free(self, name: str) -> str:
        """Return a name that the schema has not given to something else."""
        taken = {one for section in self.schema.sections for one in (section.key, section.name)}
        taken |= {one for section in self.schema.sections for c in section.columns for one in (c.key, c.name)}
        return name if name not in taken else self.free(f"{name}_")


def _reads_as_text(section: Section, shown: list[Slot]) -> bool:
    """Tell whether most of what a record holds is free text."""
    texts = [slot for slot in shown if slot.column.type == "string" and not slot.column.unique]
    return not section.mark and len(texts) >= _TEXTS and len(texts) * 2 > len(shown)
