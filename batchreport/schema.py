"""This module holds the schema: the sections, columns and rules of a report kind.

The words are those of Table Schema (Frictionless Standards) where it has one: field types, `required`, `unique`,
`minimum`, `maximum`, `pattern`, `enum`, `missingValues` (here `missing_values`). docs/schema.md describes each.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, ValidationError, field_validator, model_validator
from pydantic_core import PydanticCustomError

from batchreport.errors import SchemaError
from batchreport.findings import Finding, Place, error
from batchreport.names import fold, near, template_name
from batchreport.tomlfile import Lines, Model, Path, complaints, dotted, parse

RESERVED = frozenset(
    {"本期", "上期", "上年同期", "current_period", "previous_period", "year_before", "补充", "supplement", "loop", "caller"}
    | {"true", "false", "none", "True", "False", "None", "self", "range", "dict", "lipsum", "cycler", "joiner", "namespace"}
)
"""Names that a template already has, so that no section or form column may take them."""

Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Texts = Annotated[tuple[str, ...], BeforeValidator(lambda value: tuple(value) if isinstance(value, list) else value)]
Bound = int | float | date | str
Type = Literal[
    "string", "integer", "number", "percent", "money", "date", "year", "boolean", "choice", "image", "reference"
]  # fmt: skip
_NUMERIC = ("integer", "number", "percent", "money", "year")
_BOUND = re.compile(r"period\.(?P<edge>start|end|year)(?:\+(?P<months>\d+)m)?")


class Column(Model):
    """One column of a section: what may stand in its cells."""

    key: Key
    title: Annotated[str, Field(min_length=1)]
    title_en: str = ""
    type: Type = "string"
    required: bool = False
    expected: bool = False
    unique: bool = False
    prefilled: bool = False
    minimum: Bound | None = None
    maximum: Bound | None = None
    pattern: str | None = None
    max_length: Annotated[int, Field(gt=0)] | None = None
    enum: Texts = ()
    enum_aliases: dict[str, str] = {}
    allow_other: bool = False
    unit: str = ""
    unit_column: str = ""
    approx_column: str = ""
    aliases: Texts = ()
    missing_values: Texts = ()
    separator: str = ""
    default_from: str = ""
    to: str = ""
    hint: str = ""
    hint_en: str = ""

    @cached_property
    def name(self) -> str:
        """The name under which a template knows the column by its title; "" if the title gives none."""
        return template_name(self.title)

    @cached_property
    def headers(self) -> tuple[str, ...]:
        """The folded texts under which the column is found in a workbook."""
        return tuple(fold(text) for text in (self.title, self.title_en, self.key, *self.aliases) if text)

    @cached_property
    def choices(self) -> dict[str, str]:
        """The choices by their folded text, aliases among them."""
        return {fold(text): text for text in self.enum} | {fold(k): v for k, v in self.enum_aliases.items()}

    @property
    def numeric(self) -> bool:
        """Whether the cells hold numbers."""
        return self.type in _NUMERIC

    def heading(self, language: str) -> str:
        """Return the title in `language`."""
        return self.title_en if language == "en" and self.title_en else self.title

    @field_validator("pattern")
    @classmethod
    def _pattern_compiles(cls, value: str | None) -> str | None:
        try:
            re.compile(value or "")
        except re.error as problem:
            raise PydanticCustomError("schema-pattern", "", {"said": str(problem)}) from None
        return value

    @field_validator("minimum", "maximum")
    @classmethod
    def _bound_is_known(cls, value: Bound | None) -> Bound | None:
        return _bound(value)

    @model_validator(mode="after")
    def _words_fit_the_type(self) -> Column:
        if self.type == "choice" and not self.enum:
            raise PydanticCustomError("schema-choice-without-enum", "", {"title": self.title})
        if self.type == "reference" and not self.to:
            raise PydanticCustomError("schema-reference-without-to", "", {"title": self.title})
        return self


class When(Model):
    """The condition of a rule, on one cell of the record."""

    column: str
    given: bool | None = None
    is_: Annotated[Texts, Field(alias="is")] = ()
    is_not: Texts = ()
    changed_from: str = ""
    by: float = 0


class Rule(Model):
    """What must hold for `column`, in every record or in those where `when` holds."""

    column: str
    when: When | None = None
    required: bool = False
    minimum: Bound | None = None
    maximum: Bound | None = None
    severity: Literal["error", "warning"] = "error"

    @field_validator("minimum", "maximum")
    @classmethod
    def _bound_is_known(cls, value: Bound | None) -> Bound | None:
        return _bound(value)


class Section(Model):
    """One sheet of the workbook."""

    key: Key
    title: Annotated[str, Field(min_length=1, max_length=31)]  # Excel allows a sheet name 31 characters
    title_en: Annotated[str, Field(max_length=31)] = ""
    kind: Literal["table", "form"] = "table"
    required: bool = True
    aliases: Texts = ()
    hint: str = ""
    hint_en: str = ""
    columns: Annotated[tuple[Column, ...], Field(min_length=1)]
    rules: tuple[Rule, ...] = ()

    @cached_property
    def name(self) -> str:
        """The name under which a template knows the section by its title; "" if the title gives none."""
        return template_name(self.title)

    @cached_property
    def headers(self) -> tuple[str, ...]:
        """The folded sheet names under which the section is found."""
        return tuple(fold(text) for text in (self.title, self.title_en, self.key, *self.aliases) if text)

    @cached_property
    def by_key(self) -> dict[str, Column]:
        """The columns by their key."""
        return {column.key: column for column in self.columns}

    @cached_property
    def by_header(self) -> dict[str, Column]:
        """The columns by each folded text under which they are found."""
        return {header: column for column in reversed(self.columns) for header in reversed(column.headers)}

    def heading(self, language: str) -> str:
        """Return the title in `language`."""
        return self.title_en if language == "en" and self.title_en else self.title


class Identity(Model):
    """Which columns ("section.column") say whose workbook it is and for what period."""

    name: str
    code: str = ""
    period: str


class Choices(Model):
    """A list that several columns share: its values, and other words that mean one of them."""

    values: Texts
    aliases: dict[str, str] = {}


class Schema(Model):
    """A report kind."""

    id: Key
    version: Annotated[int, Field(gt=0)] = 1
    title: str
    title_en: str = ""
    language: Literal["zh", "en"] = "zh"
    identity: Identity
    lists: dict[str, Choices] = {}
    sections: Annotated[tuple[Section, ...], Field(min_length=1)]

    @cached_property
    def by_key(self) -> dict[str, Section]:
        """The sections by their key."""
        return {section.key: section for section in self.sections}

    def column(self, path: str) -> Column:
        """Return the column that "section.column" names."""
        section, key = path.split(".")
        return self.by_key[section].by_key[key]


def bound(value: Bound, start: date, end: date) -> int | float | date:
    """Return the limit that `value` means in a period from `start` to `end`: "period.end+2m" → a date."""
    if isinstance(value, datetime):
        return value.date()
    if not isinstance(value, str):
        return value
    match = _BOUND.fullmatch(value)
    if match is None:
        return date.fromisoformat(value)
    if match["edge"] == "year":
        return end.year
    day = start if match["edge"] == "start" else end
    months = int(match["months"] or 0)
    if not months:
        return day
    ordinal = day.year * 12 + day.month - 1 + months
    if day == end:  # the last day of the later month, whatever its length
        ordinal += 1
        return date.fromordinal(date(ordinal // 12, ordinal % 12 + 1, 1).toordinal() - 1)
    return date(ordinal // 12, ordinal % 12 + 1, 1)


def parse_schema(data: bytes, file: str = "schema.toml") -> Schema:
    """Return the schema in a TOML file's bytes.

    Raises `SchemaError` with every mistake: file, line, key, what is wrong, what to write instead.
    """
    raw, broken = parse(data, file)
    if broken:
        raise SchemaError([broken])
    lines = Lines(data)
    found = _cross_check(raw, file, lines)
    try:
        schema = Schema.model_validate(_with_lists(raw))
    except ValidationError as problem:
        found += complaints(problem, Schema, file, lines)
        raise SchemaError(sorted(found, key=lambda finding: finding.place.line)) from None
    if found:
        raise SchemaError(sorted(found, key=lambda finding: finding.place.line))
    return schema


def _bound(value: Bound | None) -> Bound | None:
    if isinstance(value, str) and not _BOUND.fullmatch(value):
        try:
            date.fromisoformat(value)
        except ValueError:
            raise PydanticCustomError("schema-bound", "", {"found": value}) from None
    return value


def _with_lists(raw: dict[str, Any]) -> dict[str, Any]:
    """Return the document with the name of a list replaced by its values and aliases."""
    lists = raw.get("lists", {})

    def column(fields: dict[str, Any]) -> dict[str, Any]:
        named = lists.get(fields.get("enum")) if isinstance(fields.get("enum"), str) else None
        if not isinstance(named, dict):
            return fields
        return fields | {"enum": named.get("values", []), "enum_aliases": named.get("aliases", {})}

    def each(items: Any, change: Any) -> Any:
        return [change(item) if isinstance(item, dict) else item for item in items] if isinstance(items, list) else items

    def section(fields: dict[str, Any]) -> dict[str, Any]:
        return fields | {"columns": each(fields["columns"], column)} if "columns" in fields else fields

    return raw | {"sections": each(raw["sections"], section)} if "sections" in raw else raw


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _cross_check(raw: dict[str, Any], file: str, lines: Lines) -> list[Finding]:
    """Return the mistakes that show only where one part names another; tolerant of parts that are broken."""
    found: list[Finding] = []

    def say(code: str, path: Path, **details: Any) -> None:
        found.append(error(code, Place(file=file, line=lines.of(path), key=dotted(path)), **details))

    sections = _dicts(raw.get("sections"))
    columns = {
        f"{section.get('key')}.{column.get('key')}": column
        for section in sections
        for column in _dicts(section.get("columns"))
    }
    lists = raw["lists"] if isinstance(raw.get("lists"), dict) else {}

    def refer(path: Path, target: Any, known: Any) -> None:
        if isinstance(target, str) and target and target not in known:
            say("schema-no-such-name", path, found=target, known="、".join(known), near=near(target, known))

    identity = raw["identity"] if isinstance(raw.get("identity"), dict) else {}
    for word, target in identity.items():
        refer(("identity", word), target, columns)
    _check_names(sections, say)
    for s, section in enumerate(sections):
        own = [str(column.get("key")) for column in _dicts(section.get("columns"))]
        for c, column in enumerate(_dicts(section.get("columns"))):
            at: Path = ("sections", s, "columns", c)
            if isinstance(column.get("enum"), str):
                refer((*at, "enum"), column["enum"], lists)
            for word in ("unit_column", "approx_column"):
                refer((*at, word), column.get(word), own)
            for word in ("to", "default_from"):
                refer((*at, word), column.get(word), columns)
        for r, rule in enumerate(_dicts(section.get("rules"))):
            at = ("sections", s, "rules", r)
            refer((*at, "column"), rule.get("column"), own)
            if isinstance(when := rule.get("when"), dict):
                refer((*at, "when", "column"), when.get("column"), own)
                refer((*at, "when", "changed_from"), when.get("changed_from"), own)
    return found


def _check_names(sections: list[dict[str, Any]], say: Any) -> None:
    """Say which names are taken twice: sheets, columns of a sheet, and what templates see at the top."""
    sheets: dict[str, str] = {}
    top = dict.fromkeys(RESERVED, "")
    for s, section in enumerate(sections):
        at: Path = ("sections", s)
        _take(sheets, section, (*at, "title"), say, fold)
        _take(top, section, (*at, "title"), say, template_name, also_key=True)
        headers: dict[str, str] = {}
        names: dict[str, str] = {}
        for c, column in enumerate(_dicts(section.get("columns"))):
            path: Path = (*at, "columns", c)
            _take(headers, column, path, say, fold)
            _take(names, column, path, say, template_name, also_key=True)
            if section.get("kind") == "form":
                _take(top, column, path, say, template_name, also_key=True)


def _take(taken: dict[str, str], item: dict[str, Any], path: Path, say: Any, name: Any, *, also_key: bool = False) -> None:
    title = str(item.get("title", ""))
    wanted = {name(title)} | ({str(item.get("key", ""))} if also_key else set())
    for text in sorted(wanted - {""}):
        if text in taken:
            say("schema-name-taken", path, found=text, title=title)
        taken[text] = title
