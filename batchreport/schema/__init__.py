"""This module parses a schema, the TOML file that defines a report kind."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from batchreport.errors import SchemaError
from batchreport.schema.cross import cross_check
from batchreport.schema.model import Carry, Choices, Column, Identity, Schema, Section
from batchreport.schema.rules import Bound, Rule, When, bound
from batchreport.tomlfile import Lines, complaints
from batchreport.tomlsyntax import parse

__all__ = [
    "Bound",
    "Carry",
    "Choices",
    "Column",
    "Identity",
    "Rule",
    "Schema",
    "Section",
    "When",
    "bound",
    "parse_schema",
]


def parse_schema(data: bytes, file: str = "schema.toml") -> Schema:
    """Return the schema in a TOML file's bytes.

    Raises `SchemaError` with every mistake: file, line, key, what is wrong, what to write instead.
    """
    raw, broken = parse(data, file)
    if broken:
        raise SchemaError([broken])
    lines = Lines(data)
    found = cross_check(raw, file, lines)
    schema = None
    try:
        schema = Schema.model_validate(_with_lists(raw))
    except ValidationError as problem:
        found += complaints(problem, Schema, file, lines)
    if schema is None or found:
        raise SchemaError(sorted(found, key=lambda finding: finding.place.line))
    return schema


def _with_lists(raw: dict[str, Any]) -> dict[str, Any]:
    """Return the document with the name of a list replaced by its values and aliases; what is broken stays as it is."""
    lists = raw.get("lists")
    known = lists if isinstance(lists, dict) else {}
    sections = raw.get("sections")
    if not isinstance(sections, list):
        return raw
    return raw | {"sections": [_section(section, known) for section in sections]}


def _section(section: Any, lists: dict[str, Any]) -> Any:
    columns = section.get("columns") if isinstance(section, dict) else None
    if not isinstance(columns, list):
        return section
    return section | {"columns": [_column(column, lists) for column in columns]}


def _column(column: Any, lists: dict[str, Any]) -> Any:
    name = column.get("enum") if isinstance(column, dict) else None
    if not isinstance(name, str):
        return column
    named = lists.get(name)
    values = named.get("values") if isinstance(named, dict) else None
    if not isinstance(named, dict) or not isinstance(values, list) or not values:
        return column | {"enum": [name]}  # said of the list; a choice without choices would be said once more
    return column | {"enum": values, "enum_aliases": _aliases(named, column)}


def _aliases(named: dict[str, Any], column: dict[str, Any]) -> Any:
    """Return the aliases of a list with the column's own, of which pydantic says what is wrong."""
    own, shared = column.get("enum_aliases", {}), named.get("aliases", {})
    return {**shared, **own} if isinstance(own, dict) and isinstance(shared, dict) else own
