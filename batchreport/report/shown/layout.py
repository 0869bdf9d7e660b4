"""This module knows by which names a template reads the columns of a department's workbook."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from batchreport.schema import Column, Schema

Use = tuple[str, str]
"""A column: the keys of its section and its own."""

_NEVER_FALSE = frozenset({"string", "choice", "reference", "date", "image"})
_OF_WORDS = frozenset({"choice", "reference", "boolean"})


@dataclass(frozen=True)
class Layout:
    """The columns of a schema by the names of templates: those of `forms` and `tables` by the name of their section.

    `given` has those that hold nothing but a value or a blank, `true` those of them whose values are never false. `words`
    has those of which a condition can say all there is: choices, and yes or no. `identity` says
    whose the workbook is.
    """

    forms: Mapping[str, Mapping[str, Use]] = field(default_factory=dict)
    tables: Mapping[str, Mapping[str, Use]] = field(default_factory=dict)
    given: frozenset[Use] = frozenset()
    true: frozenset[Use] = frozenset()
    words: frozenset[Use] = frozenset()
    identity: frozenset[Use] = frozenset()

    @classmethod
    def of(cls, schema: Schema) -> Layout:
        """Return the layout of a schema."""
        made: dict[str, dict[str, Mapping[str, Use]]] = {"form": {}, "table": {}}
        every: list[tuple[Use, Column]] = []
        for section in schema.sections:
            uses = {column.key: (section.key, column.key) for column in section.columns}
            named = {name: uses[c.key] for c in section.columns for name in (c.key, c.name) if name}
            every += [(uses[column.key], column) for column in section.columns]
            own = made["form" if section.kind == "form" else "table"]
            own |= {name: named for name in (section.key, section.name) if name}
        given = frozenset(use for use, column in every if not column.missing_values)
        true = frozenset(use for use, column in every if column.type in _NEVER_FALSE) & given
        words = frozenset(use for use, column in every if column.type in _OF_WORDS)
        paths = (schema.identity.name, schema.identity.code, schema.identity.period)
        identity = frozenset((path.partition(".")[0], path.partition(".")[2]) for path in paths if path)
        return cls(made["form"], made["table"], given, true, words, identity)

    def without(self, uses: Iterable[Use]) -> Layout:
        """Return the layout of the other columns."""
        known = frozenset(uses)

        def left(sections: Mapping[str, Mapping[str, Use]]) -> dict[str, dict[str, Use]]:
            return {
                title: {name: use for name, use in own.items() if use not in known} for title, own in sections.items()
            }

        return replace(self, forms=left(self.forms), tables=left(self.tables))

    @cached_property
    def fields(self) -> Mapping[str, Use]:
        """The columns of forms, whose values have names of their own."""
        return {name: use for columns in self.forms.values() for name, use in columns.items()}

    @cached_property
    def columns(self) -> frozenset[str]:
        """The names of all columns."""
        return frozenset(name for own in (*self.forms.values(), *self.tables.values()) for name in own)
