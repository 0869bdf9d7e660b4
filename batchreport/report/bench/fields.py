"""This module lists every name that a template can use: what it is, an example, and the tags to paste."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from batchreport.report.bench.examples import Examples, department
from batchreport.report.bench.tags import Tags, quoted
from batchreport.report.rollup.names import gathered, worded

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from batchreport.schema import Column, Schema, Section


@dataclass(frozen=True, slots=True)
class Snippet:
    """A tag to paste, and what it is for: "value", "row", "condition", "chart", …."""

    use: str
    text: str


@dataclass(frozen=True, slots=True)
class Field:
    """A name that a template can use; `other` is the same in the other language, `example` what it printed of made-up data."""

    name: str
    other: str
    title: str
    type: str
    example: str
    snippets: tuple[Snippet, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Names that belong together."""

    title: str
    fields: tuple[Field, ...]


@cache
def texts() -> Mapping[str, Any]:
    """Return what fields.toml says."""
    source = files("batchreport").joinpath("report/bench/fields.toml")
    return tomllib.loads(source.read_text("utf-8"))


def words(language: str) -> Mapping[str, Any]:
    """Return the words that a list of names is told with in a language."""
    return texts()["words"][language]  # type: ignore[no-any-return]


def fields(schema: Schema, language: str, *, rollup: bool = False) -> tuple[Group, ...]:
    """Return the names that a template for `schema` can use, told in `language`; with `rollup`, those of the roll-up's."""
    return tuple(group for group in _Lister(schema, language, rollup).groups() if group.fields)


class _Lister:
    """Lists the names of one schema."""

    def __init__(self, schema: Schema, language: str, rollup: bool) -> None:  # noqa: FBT001  (`fields` names it)
        self._schema, self._language, self._rollup = schema, language, rollup
        self._tags, self._words = Tags(schema), words(language)
        self._examples = department(schema)

    def groups(self) -> Iterator[Group]:
        yield self._fixed("period")
        if self._rollup:
            yield self._fixed("rollup", "all")
        for section in self._schema.sections:
            yield self._section(section)
        if not self._rollup:
            yield self._fixed("past")
            yield self._fixed("supplement")
        yield self._fixed("functions")
        yield self._fixed("filters")

    def _title(self, key: str, **said: str) -> str:
        return str(self._words["titles"][key]).format(**said)

    def _fixed(self, key: str, title: str = "") -> Group:
        """Return a group of names that no schema gives."""
        kinds = {"functions": "function", "filters": "filter"}
        made = [self._said(entry, kinds.get(key, entry.get("type", "period")), {}) for entry in texts()[key]]
        return Group(self._title(title or key), tuple(made))

    def _said(self, entry: Mapping[str, Any], kind: str, blanks: Mapping[str, str]) -> Field:
        at = 0 if self._tags.zh else 1
        filled = {**self._examples.blanks, **blanks}
        name, other = (_filled(entry["names"][one], filled) for one in (at, 1 - at))
        write = _filled(entry["write"][at], filled) if "write" in entry else f"{{{{ {name} }}}}"
        example = (
            "" if self._rollup and ("{rows}" in str(entry) or kind == "department") else self._examples.shown(write)
        )
        say = entry["say"][self._language == "en"]
        return Field(name, "" if other == name else other, say, self._type(kind), example, (Snippet("call", write),))

    def _type(self, kind: str) -> str:
        return str(self._words["types"][kind])

    def _section(self, section: Section) -> Group:
        form = section.kind == "form" and not self._rollup
        title = self._title("profile" if form else "table", title=section.heading(self._language))
        head = [] if form else [self._rows(section), *self._overall(section)]
        columns = [column for column in section.columns if column.type != "image" or not self._rollup]
        return Group(title, (*head, *(self._column(section, column, form=form) for column in columns)))

    def _rows(self, section: Section) -> Field:
        """Return a table's own name, with the tags that go through its rows."""
        tags, name = self._tags, self._tags.name(section)
        snippets = [
            Snippet("row", f"{{%tr for {tags.row} in {name} %}} … {{%tr endfor %}}"),
            Snippet("paragraphs", f"{{%p for {tags.row} in {name} %}} … {{%p endfor %}}"),
            Snippet("condition", f"{{%p if {name} %}} … {{%p endif %}}"),
            Snippet("count", f"{{{{ {name}|length }}}}"),
        ]
        text, number = _named(section)
        if text and number and not self._rollup:
            axis, value = quoted(tags.name(text)), quoted(tags.name(number))
            snippets.append(Snippet("chart", f"{{{{ {name}|{tags.filter('图表')}({axis}, {value}) }}}}"))
            if section.mark:
                snippets.append(Snippet("trend", self._trend(section, name, value)))
        return Field(
            name, tags.other(section), section.heading(self._language), self._type("table"),
            self._examples.shown(snippets[3].text), tuple(snippets),
        )  # fmt: skip

    def _trend(self, section: Section, name: str, value: str) -> str:
        tags = self._tags
        recent, period, kind = ("近期", "期间", "折线图") if tags.zh else ("recent", "period", "line")
        which = quoted(self._examples.first(section, section.by_key[section.mark]) or "…")
        rows = f"{recent}|{tags.filter('走势')}({quoted(name)}, {value}, [{which}])"
        return f"{{{{ {rows}|{tags.filter('图表')}('{period}', {which}, {tags.option('类型')}='{kind}') }}}}"

    def _overall(self, section: Section) -> Iterator[Field]:
        """Yield what a roll-up has of a section beyond the rows of all departments."""
        if not self._rollup:
            return
        blanks = {"rows": self._tags.name(section)}
        yield from (self._said(entry, "string", blanks) for entry in texts()["front"])
        if section in gathered(self._schema):
            yield from (self._said(entry, "table", blanks) for entry in texts()["totals"])
        if section in worded(self._schema):
            yield from (self._said(entry, "table", blanks) for entry in texts()["alike"])

    def _column(self, section: Section, column: Column, *, form: bool) -> Field:
        tags = self._tags
        owner = "" if form else tags.row
        own, said = tags.of(column, owner), tags.printed(section, column, owner)
        other = tags.other(column)
        snippets = [Snippet("photo" if column.type == "image" else "value", f"{{{{ {said} }}}}")]
        if column.type == "boolean":
            snippets.append(Snippet("condition", f"{{% if {own} %}} … {{% endif %}}"))
        elif not column.required:
            level = "p " if form else " "
            given = f"{own} is not none" if column.numeric else own
            snippets.append(Snippet("condition", f"{{%{level}if {given} %}} … {{%{level}endif %}}"))
        several = f"（{self._words['several']}）" if column.separator and self._language == "zh" else ""
        several = several or (f" ({self._words['several']})" if column.separator else "")
        return Field(
            own,
            f"{tags.row}.{other}" if other and owner else other,
            column.heading(self._language),
            self._type(column.type) + several,
            self._examples.of(section, snippets[0].text),
            tuple(snippets),
        )


def _named(section: Section) -> tuple[Column | None, Column | None]:
    """Return the column that names the points of a chart, and the one that is drawn."""
    texts_ = [column for column in section.columns if column.type in {"string", "choice"} and not column.separator]
    text = section.by_key[section.mark] if section.mark else next(iter(texts_), None)
    number = next((column for column in section.columns if column.numeric and column.type != "year"), None)
    return text, number


def _filled(text: str, blanks: Mapping[str, str]) -> str:
    """Return a text with the names of the schema at hand; one that it has none of stays open."""
    for blank in ("rows", "form", "text", "number", "choice", "row"):
        text = text.replace(f"{{{blank}}}", blanks.get(blank, "…"))
    return text


__all__ = ["Examples", "Field", "Group", "Snippet", "fields", "texts", "words"]
