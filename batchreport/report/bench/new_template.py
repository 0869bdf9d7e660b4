"""This module writes a working template for a schema: every section and column of it, in an official look."""

from __future__ import annotations

from typing import TYPE_CHECKING

from batchreport.report.bench.looks import docx, look_of
from batchreport.report.bench.new_section import Writer
from batchreport.report.bench.tags import plain, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from batchreport.schema import Column, Schema, Section

_LONG = 100  # characters: a text that may have so many gets a paragraph of its own
_NARROW = 11  # characters of a title's first line


def new_template(schema: Schema, look: str = "official") -> bytes:
    """Return a .docx that shows every section and column of `schema` in a look of `LOOKS`, in the schema's language."""
    return docx(template_text(schema, look), look_of(look, schema.language))


def template_text(schema: Schema, look: str = "official") -> str:
    """Return the text of a schema's template: see drawing.py."""
    writer = Writer(schema, look)
    own = _of_identity(schema)
    lines = [*_head(writer), *(_opening(writer, own) if own else ())]
    for section in schema.sections:
        if section is not own:
            lines += _form(writer, section) if section.kind == "form" else writer.section(section)
    return "\n".join([*lines, *_supplement(writer), *_ending(writer, own)])


def _of_identity(schema: Schema) -> Section | None:
    """Return the form that says whose workbook it is."""
    section = schema.by_key[schema.identity.name.partition(".")[0]]
    return section if section.kind == "form" else None


def _head(writer: Writer) -> Iterator[str]:
    schema, tags = writer.schema, writer.tags
    period = "本期" if tags.zh else "current_period"
    name, title = _name(writer), plain(schema.title if tags.zh else schema.title_en or schema.title)
    whole = (
        f"{{{{ {name}|接数(本期|期间, '　') }}}}{title}" if tags.zh else f"{{{{ {name} }}}}: {{{{ {period} }}}} {title}"
    )
    yield f"@title {whole}"
    yield f"@header {{{{ {name} }}}}　{{{{ {period} }}}}{title}" if tags.zh else f"@header {{{{ {name} }}}} | {title}"
    if tags.zh:
        parted = f"{{{{ {name} }}}}↵{{{{ 本期 }}}}{title}"
        yield f"# {{% if {name}|字宽 > {_NARROW} %}}{parted}{{% else %}}{whole}{{% endif %}}"
    else:
        yield "@language en-GB"
        yield f"# {{{{ {name} }}}}"
        yield f"Subtitle: {title}{writer.words.colon}{{{{ {period} }}}}"


def _name(writer: Writer) -> str:
    """Return the expression for the department's name."""
    key, _, column = writer.schema.identity.name.partition(".")
    section = writer.schema.by_key[key]
    owner = "" if section.kind == "form" else f"({writer.tags.name(section)}|first)"
    return writer.tags.of(section.by_key[column], owner)


def _told_elsewhere(schema: Schema, own: Section) -> set[str]:
    """Return the columns of the identity's form that the title and the signature say."""
    identity = schema.identity
    paths = (identity.name, identity.period, identity.filled_on)
    return {key for path in paths for section, _, key in [path.partition(".")] if section == own.key}


def _opening(writer: Writer, own: Section) -> Iterator[str]:
    """Write the long texts and pictures of the identity's form, save a closing text at its end."""
    told = _told_elsewhere(writer.schema, own)
    for column in own.columns:
        apart = _is_long(column) or column.type == "image"
        if apart and column is not _closing(writer.schema, own) and column.key not in told:
            yield from _paragraph(writer, own, column)


def _paragraph(writer: Writer, section: Section, column: Column) -> Iterator[str]:
    name = writer.tags.of(column, "")
    yield f"% if {name}"
    if column.type == "image":
        yield f"{writer.words.styles['picture']}{{{{ {writer.tags.printed(section, column, '')} }}}}"
    else:
        yield f"{{{{ {name}|{writer.tags.filter('分段')}|{writer.tags.filter('句号')} }}}}"
    yield "% endif"


def _is_long(column: Column) -> bool:
    return column.type == "string" and not column.separator and (column.max_length or 0) >= _LONG


def _closing(schema: Schema, own: Section) -> Column | None:
    """Return the last column of the identity's form where it is a long text, which ends the report."""
    last = own.columns[-1]
    return last if _is_long(last) and last.key not in _told_elsewhere(schema, own) else None


def _form(writer: Writer, section: Section) -> Iterator[str]:
    """Write another form: its short values as a table, then its long texts and pictures."""
    tags, words = writer.tags, writer.words
    apart = [column for column in section.columns if _is_long(column) or column.type == "image"]
    listed = [column for column in section.columns if column not in apart]
    yield f"% if {' or '.join(_given(writer, column) for column in section.columns)}"
    yield f"## {plain(section.shown)}"
    if listed:
        yield f"{words.styles['caption']}{plain(section.shown)}"
        yield f"|= {writer.width // 3}l {writer.width - writer.width // 3}t"
        yield f"|! {words.item} ¦ {words.content}"
        for column in listed:
            yield f"|% if {_given(writer, column)}"
            yield f"| {plain(column.shown)} ¦ {{{{ {tags.printed(section, column, '')} }}}}"
            yield "|% endif"
        yield words.styles["spacer"]
    for column in apart:
        yield from _paragraph(writer, section, column)
    yield "% endif"


def _given(writer: Writer, column: Column) -> str:
    """Return the condition that a form's value is there: nought is, too, and so is what was declared missing."""
    name = writer.tags.of(column, "")
    whole = column.numeric or column.type == "boolean" or column.missing
    return f"{name} is not none" if whole else name


def _supplement(writer: Writer) -> list[str]:
    """Write the table of what was added to the schema later and is shown nowhere else."""
    words, zh = writer.words, writer.tags.zh
    every, title, headings, rows = ("补充", "标题", "列", "行") if zh else ("supplement", "title", "headings", "rows")
    third = writer.width // 3
    cells = "¦ {{{{ {0} }}}} ¦ {{%tc endfor %}}"
    return [
        f"% if {every}",
        f"## {words.others}",
        f"% for {words.block} in {every}",
        f"{words.styles['caption']}{{{{ {words.block}.{title} }}}}",
        f"|= {third}t {third}t {third}t",
        f"|! {{%tc for {words.heading} in {words.block}.{headings} %}} {cells.format(words.heading)}",
        f"|% for {words.values} in {words.block}.{rows}",
        f"| {{%tc for {words.value} in {words.values} %}} {cells.format(words.value)}",
        "|% endfor",
        "% endfor",
        "% endif",
    ]


def _ending(writer: Writer, own: Section | None) -> Iterator[str]:
    """Write the closing words, the signature, the date, and who has filled the workbook."""
    tags, words, styles = writer.tags, writer.words, writer.words.styles
    closing = _closing(writer.schema, own) if own else None
    said = f"({tags.of(closing, '')} or {quoted(words.closing)})" if closing else quoted(words.closing)
    yield f"{styles['closing']}{{{{ {said}|{tags.filter('句号')} }}}}"
    yield f"{styles['signature']}{{{{ {_name(writer)} }}}}"
    yield f"{styles['date']}{{{{ {_day(writer)}|{tags.filter('日期')} }}}}"
    if own is None:
        return
    told = _told_elsewhere(writer.schema, own)
    left = [
        column for column in own.columns if column.key not in told and not (_is_long(column) or column.type == "image")
    ]
    if left:
        yield f"% if {' or '.join(_given(writer, column) for column in left)}"
        parts = ", ".join(writer.named(own, column, "") for column in left)
        yield f"{styles['preparer']}{{{{ [{parts}]|select|join('{words.gap}') }}}}"
        yield "% endif"


def _day(writer: Writer) -> str:
    """Return the expression for the day under the signature: that of filling, else the period's last."""
    key, _, column = writer.schema.identity.filled_on.partition(".")
    end = "本期.end" if writer.tags.zh else "current_period.end"
    if not key or writer.schema.by_key[key].kind != "form":
        return end
    return f"({writer.tags.of(writer.schema.by_key[key].by_key[column], '')} or {end})"
