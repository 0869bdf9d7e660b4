"""This module gathers what the parts of a schema can name: its lists, and its columns as "section.column"."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, get_args

from batchreport.names import near
from batchreport.schema.model import Column, Type

if TYPE_CHECKING:
    from collections.abc import Collection

Raw = dict[str, Any]
"""A table of a TOML file, of which nothing is sure."""
_TYPES = frozenset(get_args(Type))
_KEYS = frozenset(Column.model_fields)


@dataclass(frozen=True, slots=True)
class Named:
    """What can be named; `in_forms` has those of the columns that stand in a form."""

    sections: list[Raw]
    lists: Raw
    columns: dict[str, Raw]
    in_forms: tuple[str, ...]

    @classmethod
    def of(cls, raw: Raw) -> Named:
        """Return what the parts of a schema can name."""
        sections = dicts(raw.get("sections"))
        lists = raw["lists"] if isinstance(raw.get("lists"), dict) else {}
        columns = {f"{s.get('key')}.{c.get('key')}": c for s in sections for c in dicts(s.get("columns"))}
        forms = [section for section in sections if section.get("kind") == "form"]
        in_forms = tuple(f"{form.get('key')}.{key}" for form in forms for key in by_key(form))
        return cls(sections, lists, columns, in_forms)


def by_key(section: Raw) -> dict[str, Raw]:
    """Return the columns of a section by their key."""
    return {str(column.get("key")): column for column in dicts(section.get("columns"))}


def kind_of(column: Raw) -> str:
    """Return the type of a column, "" where it is none or its key is misspelt, of which pydantic says what is wrong."""
    if "type" not in column and any(near(key, _KEYS) == "type" for key in column if key not in _KEYS):
        return ""
    kind = column.get("type", "string")
    return kind if isinstance(kind, str) and kind in _TYPES else ""


def may_be(column: Raw, kinds: Collection[str]) -> bool:
    """Tell whether a column is of one of some types; one whose type is misspelt may be of any."""
    return kind_of(column) in ("", *kinds)


def dicts(value: Any) -> list[Raw]:
    """Return the tables in a list of tables, none where it is no list."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def texts(value: Any) -> list[str]:
    """Return the texts in a list of texts, none where it is no list."""
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []
