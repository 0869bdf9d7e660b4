"""This module writes a working template of the roll-up for a schema: sums, counts, what is open, and who has not submitted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from batchreport.report.bench.columns import Slot, laid_out, slim, slots
from batchreport.report.bench.looks import docx, look_of
from batchreport.report.bench.new_rollup_sums import Sums
from batchreport.report.bench.new_rollup_words import WORDS, standing
from batchreport.report.bench.new_section import Writer
from batchreport.report.bench.tags import plain, quoted
from batchreport.report.rollup.names import gathered, subject, worded
from batchreport.report.rollup.parts import figures

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from batchreport.schema import Column, Schema, Section

_AMOUNT = 1540  # twips of a column of money
_DEPARTMENT = 1900
_LISTED = 60  # rows up to which a table has them all
_FIGURES = 3  # of each department


def new_rollup(schema: Schema, look: str = "official") -> bytes:
    """Return a .docx for the roll-up of `schema` in a look of `LOOKS`, in the schema's language."""
    return docx(rollup_text(schema, look), look_of(look, schema.language))


def rollup_text(schema: Schema, look: str = "official") -> str:
    """Return the text of a roll-up's template: see drawing.py."""
    return "\n".join(_Rollup(schema, look).lines())


class _Rollup:
    """Writes the template of one schema's roll-up in one look."""

    def __init__(self, schema: Schema, look: str) -> None:
        self._schema = schema
        self._writer = Writer(schema, look)
        self._tags = self._writer.tags
        self._words = WORDS[schema.language]
        self._styles = self._writer.words.styles
        self._sums = Sums(self._writer, self._words)
        self._own = schema.identity.name.partition(".")[0]

    def lines(self) -> Iterator[str]:
        """Write the whole template."""
        title = plain(self._schema.title if self._tags.zh else self._schema.title_en or self._schema.title)
        yield from (line.replace("@what", title) for line in self._words.head)
        said = standing(self._schema.language)
        yield from said["submitted"]
        for section in self._schema.sections:
            if section.key != self._own or section.kind == "table":
                yield from self._section(section)
        yield from self._departments()
        yield from said["late"]
        yield from said["ending"]

    def _section(self, section: Section) -> Iterator[str]:
        name = self._tags.name(section)
        yield f"% if {name}"
        yield f"## {plain(section.shown)}"
        if figures(section):
            yield from self._sums.lines(section)
        else:
            if section.kind == "table":
                yield f"{self._styles['lead']}{self._writer.told(section, self._words.reporting.replace('@rows', name))}"
                yield from self._by_choice(section)
            if section in worded(self._schema):
                alike = f"{self._among('归并', 'alike')}.{name}"
                yield from (line.replace("@rows", alike) for line in self._words.alike)
            yield from self._rows(section)
        yield "% endif"

    def _among(self, zh: str, en: str) -> str:
        return zh if self._tags.zh else en

    def _by_choice(self, section: Section) -> Iterator[str]:
        """Write how many there are of each choice and what they cost, where the section has amounts of money."""
        tags, words, row = self._tags, self._words, self._writer.words
        sums = [column for column in section.columns if column.type == "money" and not column.unit_column][:_FIGURES]
        choice = self._writer.choice(section)
        if choice is None or not sums:
            return
        name, group, rows = tags.name(section), row.group, row.rows
        widths = [slim(words.count), slim(words.departments), *[_AMOUNT] * len(sums)]
        heads = [plain(choice.shown), words.count, words.departments, *map(self._writer.heading, sums)]
        yield f"{self._styles['caption']}{plain(section.shown)}{words.parted}{words.by_choice}"
        yield f"|= {self._writer.width - sum(widths)}l {' '.join(map('{}{}'.format, widths, 'cc' + 'r' * len(sums)))}"
        yield f"|! {' ¦ '.join(heads)}"
        yield f"|% for {group}, {rows} in {name}|{tags.filter('分组')}({self._writer.by(choice)})"
        none = quoted(self._among("未填", "not said"))
        yield f"| {{{{ {group}|{tags.filter('缺')}({none}) }}}} ¦ {self._counts(rows, sums)}"
        yield "|% endfor"
        yield f"|~ {row.total} ¦ {self._counts(name, sums)}"
        yield self._styles["spacer"]

    def _counts(self, rows: str, sums: Sequence[Column]) -> str:
        """Return the cells that count rows and their departments, and add up their amounts."""
        tags = self._tags
        department = self._among("填报单位", "department")
        amount = f"|{tags.filter('数值')}(2, {tags.option('分节')}=True)"
        cells = [f"{rows}|length", f"{rows}|map(attribute='{department}')|unique|list|length"]
        cells += [f"{rows}|{tags.filter('合计')}({quoted(tags.name(column))}){amount}" for column in sums]
        return " ¦ ".join(f"{{{{ {cell} }}}}" for cell in cells)

    def _rows(self, section: Section) -> Iterator[str]:
        """Write the rows of a section, or those that are still open, by department; of many how many they are."""
        tags, words, writer = self._tags, self._words, self._writer
        if any(column.type == "image" for column in section.columns):
            return
        open_ = writer.unsolved(section, tags.name(section))
        rows = open_ or tags.name(section)
        table = laid_out(section, _brief(section), writer.width - _DEPARTMENT)
        heads = [words.department, *(writer.optional(slot.column) for slot in table.slots)]
        cells = [f"{{{{ {tags.row}.{self._among('填报单位', 'department')}|{tags.filter('合并')} }}}}"]
        cells += [f"{{{{ {writer.short(section, slot.column)} }}}}" for slot in table.slots]
        said = f"{words.open}{plain(section.shown)}" if tags.zh else f"{plain(section.shown)}, {words.open}"
        yield f"% if 0 < ({rows})|length <= {_LISTED}"
        yield f"{self._styles['caption']}{said if open_ else plain(section.shown)}"
        yield f"|= {_DEPARTMENT}l {' '.join(table.columns)}"
        yield f"|! {' ¦ '.join(heads)}"
        yield f"|% for {tags.row} in {rows}"
        yield f"| {' ¦ '.join(cells)}"
        yield "|% endfor"
        yield self._styles["spacer"]
        yield f"% elif {rows}"
        yield words.many.replace("@rows", f"({rows})")
        yield "% endif"

    def _departments(self) -> Iterator[str]:
        """Write a table of the departments: their first figures, and how many rows each has."""
        tags, words, every = self._tags, self._words, self._among("各单位", "departments")
        main = next(iter(gathered(self._schema)), None)
        room = self._writer.width - _DEPARTMENT
        counted = [section for section in self._schema.sections if section.kind == "table" and not figures(section)]
        each = max((slim(section.shown) for section in counted), default=room)
        counted = counted[: (room - (_DEPARTMENT if main else 0)) // each]
        each = each if main or not counted else room // len(counted)
        columns = [(f"{_DEPARTMENT}l", words.department, f"{{{{ {words.each}.{self._among('单位名称', 'name')} }}}}")]
        if main:
            columns.append((f"{room - each * len(counted)}t", plain(main.shown), self._first_figures(main)))
        for section in counted:
            title = f"{{{{ {quoted(section.shown)}|{tags.filter('可省')} }}}}"
            columns.append((f"{each}c", title, f"{{{{ {words.each}.{tags.name(section)}|length or '' }}}}"))
        widths, heads, cells = zip(*columns, strict=True)
        yield f"% if {every}"
        yield f"## {words.included}"
        yield f"{self._styles['caption']}{words.at_a_glance}"
        yield f"|= {' '.join(widths)}"
        yield f"|! {' ¦ '.join(heads)}"
        yield f"|% for {words.each} in {every}"
        yield f"| {' ¦ '.join(cells)}"
        yield "|% endfor"
        yield self._styles["spacer"]
        yield "% endif"

    def _first_figures(self, section: Section) -> str:
        """Return what prints the first figures of a department."""
        tags, row, figure = self._tags, self._tags.row, figures(section)[0]
        value = quoted(tags.name(figure.column))
        given = f"({self._words.each}.{tags.name(section)}|{tags.filter('有值')}({value}))[:{_FIGURES}]"
        said = f"{tags.of(section.by_key[section.mark], row)}|{tags.filter('接数')}({tags.printed(section, figure.column, row)})"
        return f"{{% for {row} in {given} %}}{{{{ {said} }}}}{{{{ '{self._writer.words.comma}' if not loop.last }}}}{{% endfor %}}"


def _brief(section: Section) -> list[Slot]:
    """Return what a line about a record must have: what it is, its choices, figures and dates; the rest is in the workbook."""
    found = [slot for slot in slots(section) if slot.column.required or slot.column.type not in ("string", "reference")]
    if not any(slot.column.type == "string" for slot in found):
        found = [slot for slot in slots(section) if slot.column.key == subject(section)] + found
    return found or slots(section)
