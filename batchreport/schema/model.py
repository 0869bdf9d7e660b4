"""This module holds the schema: the sections, columns and rules of a report kind.

The words are those of Table Schema (Frictionless Standards) where it has one: field types, `required`, `unique`,
`minimum`, `maximum`, `pattern`, `enum`, `missingValues` (here `missing_values`). docs/schema.md describes each.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Any, Literal
from zlib import crc32

from pydantic import Field, PrivateAttr, field_validator, model_validator
from pydantic_core import PydanticCustomError

from batchreport.names import bare, fold, template_name
from batchreport.schema.keys import Key, SheetName  # noqa: TC001  (pydantic wants them at run time)
from batchreport.schema.rules import Bound, Flag, RollUp, Rule, Texts, When, understood
from batchreport.tomlfile import Model

Count = Annotated[int, Field(gt=0, strict=True)]
Words = Annotated[Mapping[str, str], Field(default_factory=dict)]
Type = Literal[
    "string", "integer", "number", "percent", "money", "date", "year", "boolean", "choice", "image", "reference"
]  # fmt: skip
NUMERIC = ("integer", "number", "percent", "money", "year")
"""The types of numbers."""


class Column(Model):
    """One column of a section: what may stand in its cells."""

    key: Key
    title: Annotated[str, Field(min_length=1)]
    title_en: str = ""
    type: Type = "string"
    required: Flag = False
    expected: Flag = False
    unique: Flag = False
    prefilled: Flag = False
    minimum: Bound | None = None
    maximum: Bound | None = None
    pattern: str | None = None
    max_length: Count | None = None
    enum: Texts = ()
    enum_aliases: Words
    allow_other: Flag = False
    unit: str = ""
    unit_column: str = ""
    approx_column: str = ""
    aliases: Texts = ()
    missing_values: Texts = ()
    separator: str = ""
    default_from: str = ""
    previous: str = ""
    year_before: str = ""
    roll_up: RollUp | None = None
    to: str = ""
    hint: str = ""
    hint_en: str = ""
    _language: str = PrivateAttr("zh")

    def __hash__(self) -> int:
        return hash(self.key)

    @property
    def shown(self) -> str:
        """The title as the workbook shows it, in the schema's language."""
        return self.heading(self._language)

    @property
    def asks(self) -> str:
        """The hint as the workbook shows it."""
        return self.advice(self._language)

    @cached_property
    def name(self) -> str:
        """The name under which a template knows the column by its title; "" if the title gives none."""
        return template_name(self.title)

    @cached_property
    def headers(self) -> tuple[str, ...]:
        """The folded texts under which the column is found in a workbook."""
        own = (self.title, bare(self.title), self.title_en, bare(self.title_en), self.key)
        return tuple(dict.fromkeys(fold(text) for text in (*own, *self.aliases) if text))

    @cached_property
    def missing(self) -> frozenset[str]:
        """The folded words that declare a value missing."""
        return frozenset(map(fold, self.missing_values))

    @property
    def base_unit(self) -> str:
        """The one unit in which the column's numbers are; "" where it has none or a cell of its own says it."""
        return self.unit or ("元" if self.type == "money" and not self.unit_column else "")

    @cached_property
    def choices(self) -> dict[str, str]:
        """The choices by their folded text, aliases among them."""
        return {fold(text): text for text in self.enum} | {fold(k): v for k, v in self.enum_aliases.items()}

    @property
    def numeric(self) -> bool:
        """Whether the cells hold numbers."""
        return self.type in NUMERIC

    def heading(self, language: str) -> str:
        """Return the title in `language`."""
        return self.title_en if language == "en" and self.title_en else self.title

    def advice(self, language: str) -> str:
        """Return the hint in `language`."""
        return self.hint_en if language == "en" and self.hint_en else self.hint

    @field_validator("pattern")
    @classmethod
    def _pattern_compiles(cls, value: str | None) -> str | None:
        try:
            re.compile(value or "")
        except re.error as problem:
            raise PydanticCustomError("schema-pattern", "", {"said": str(problem)}) from None
        return value

    @field_validator("minimum", "maximum", mode="before")
    @classmethod
    def _limit_is_understood(cls, value: object) -> object:
        return understood(value)

    @model_validator(mode="after")
    def _words_fit_the_type(self) -> Column:
        if self.type == "choice" and not self.enum:
            raise PydanticCustomError("schema-choice-without-enum", "", {"title": self.title})
        if self.type == "reference" and not self.to:
            raise PydanticCustomError("schema-reference-without-to", "", {"title": self.title})
        return self


class Carry(Model):
    """Which of last period's records come again in a blank workbook, and with what in their cells."""

    columns: Annotated[Texts, Field(min_length=1)]
    when: When | None = None
    unless: When | None = None
    set_: Annotated[Mapping[str, Any], Field(alias="set", default_factory=dict)]  # values: schema/before.py


class Section(Model):
    """One sheet of the workbook."""

    key: Key
    title: Annotated[SheetName, Field(min_length=1)]
    title_en: SheetName = ""
    kind: Literal["table", "form"] = "table"
    required: Flag = True
    aliases: Texts = ()
    hint: str = ""
    hint_en: str = ""
    columns: Annotated[tuple[Column, ...], Field(min_length=1, max_length=256)]
    rules: tuple[Rule, ...] = ()
    carry: Carry | None = None
    recall: Texts = ()
    _language: str = PrivateAttr("zh")

    def __hash__(self) -> int:
        return hash(self.key)

    @property
    def shown(self) -> str:
        """The title as the workbook shows it, in the schema's language."""
        return self.heading(self._language)

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
        return {header: column for column in self.columns for header in column.headers}

    @cached_property
    def mark(self) -> str:
        """The key of the column that tells one record from another; "" where none is unique."""
        return next((column.key for column in self.columns if column.unique), "")

    @cached_property
    def wanted(self) -> tuple[Column, ...]:
        """The columns that are required or expected."""
        return tuple(column for column in self.columns if column.required or column.expected)

    @cached_property
    def limited(self) -> tuple[Column, ...]:
        """The columns whose values have limits."""
        return tuple(
            column
            for column in self.columns
            if column.minimum is not None or column.maximum is not None or column.max_length or column.pattern
        )

    @cached_property
    def uniques(self) -> tuple[Column, ...]:
        """The columns in which no value may stand twice."""
        return tuple(column for column in self.columns if column.unique)

    @cached_property
    def earlier(self) -> tuple[Column, ...]:
        """The columns that hold figures of earlier periods."""
        return tuple(column for column in self.columns if column.previous or column.year_before)

    @cached_property
    def has_totals(self) -> bool:
        """Whether a rule speaks of a row that is the sum of others."""
        return any(rule.sum_of_rows for rule in self.rules)

    @cached_property
    def references(self) -> tuple[Column, ...]:
        """The columns that point to another section."""
        return tuple(column for column in self.columns if column.type == "reference")

    def heading(self, language: str) -> str:
        """Return the title in `language`."""
        return self.title_en if language == "en" and self.title_en else self.title

    def advice(self, language: str) -> str:
        """Return the hint in `language`."""
        return self.hint_en if language == "en" and self.hint_en else self.hint


class Identity(Model):
    """Which columns ("section.column") say whose workbook it is, for what period, and when it was filled."""

    name: str
    code: str = ""
    period: str
    filled_on: str = ""


class Choices(Model):
    """A list that several columns share: its values, and other words that mean one of them."""

    values: Annotated[Texts, Field(min_length=1)]
    aliases: Words


class Schema(Model):
    """A report kind."""

    id: Key
    version: Count = 1
    title: str
    title_en: str = ""
    language: Literal["zh", "en"] = "zh"
    identity: Identity
    lists: Mapping[str, Choices] = Field(default_factory=dict)
    sections: Annotated[tuple[Section, ...], Field(min_length=1)]

    def model_post_init(self, _: object, /) -> None:
        """Tell the schema's parts in which language the workbook shows them."""
        parts: list[Section | Column] = [*self.sections]
        for section in self.sections:
            parts += section.columns
        for part in parts:
            part._language = self.language  # noqa: SLF001  (the schema's own parts)

    @cached_property
    def by_key(self) -> dict[str, Section]:
        """The sections by their key."""
        return {section.key: section for section in self.sections}

    @cached_property
    def form(self) -> str:
        """A sum of the names of all sheets and columns, by which a workbook is known that was made before they changed."""
        names = [(section.shown, column.shown) for section in self.sections for column in section.columns]
        return f"{crc32(repr(sorted(names)).encode()):08x}"

    def column(self, path: str) -> Column:
        """Return the column that "section.column" names."""
        section, key = path.split(".")
        return self.by_key[section].by_key[key]
