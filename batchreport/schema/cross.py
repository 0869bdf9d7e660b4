"""This module checks in a schema what shows only where one part names another; it bears parts that are broken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from batchreport.schema.before import check_before
from batchreport.schema.choices import check_choices, check_lists
from batchreport.schema.conditions import check_when
from batchreport.schema.limits import LIMITED, check_limits
from batchreport.schema.model import NUMERIC
from batchreport.schema.named import Named, by_key, dicts, kind_of, may_be
from batchreport.schema.over_all import WHEN, check_roll_up
from batchreport.schema.speaker import Speaker
from batchreport.schema.sums import check_numbers
from batchreport.schema.taken import check_names

if TYPE_CHECKING:
    from collections.abc import Collection

    from batchreport.findings import Finding
    from batchreport.schema.named import Raw
    from batchreport.tomlfile import Lines, Path

_TEXTS = ("string", "choice", "reference")
_WORDS = ("string", "choice")
_SORTS = {**dict.fromkeys(NUMERIC, NUMERIC), **dict.fromkeys(_TEXTS, _TEXTS)}
"""The types of column whose values a column of a type can take; its own for every type that is not named."""
_DEMANDS = frozenset({"required", "minimum", "maximum", "same_size_as", "sum_of", "sum_of_rows"})
_FITS = {
    "enum": ("choice",),
    "enum_aliases": ("choice",),
    "allow_other": ("choice",),
    "minimum": LIMITED,
    "maximum": LIMITED,
    "pattern": ("string", "reference", "choice"),
    "max_length": ("string", "reference", "choice"),
    "separator": ("string",),
    "to": ("reference",),
    "unit": NUMERIC,
    "unit_column": NUMERIC,
    "approx_column": NUMERIC,
    "roll_up": ("integer", "number", "percent", "money"),
}
"""The types of column on which a word has an effect; the others work on every type."""


def cross_check(raw: Raw, file: str, lines: Lines) -> list[Finding]:
    """Return every name that means nothing or is taken, and every word that has no effect where it stands."""
    speaker = Speaker(file, lines, [])
    named = Named.of(raw)
    identity = raw["identity"] if isinstance(raw.get("identity"), dict) else {}
    _check_identity(identity, named, speaker)
    check_lists(named.lists, speaker)
    check_names(named.sections, identity, speaker)
    for number, section in enumerate(named.sections):
        columns = by_key(section)
        _check_columns(section, columns, ("sections", number), named, speaker)
        _check_rules(section, columns, ("sections", number), named, speaker)
        _check_carry(section, columns, ("sections", number), named, speaker)
    return speaker.found


def _check_identity(identity: Raw, named: Named, speaker: Speaker) -> None:
    """Say which parts of the identity name no cell of a form: a table has as many of them as rows."""
    if named.columns and not named.in_forms:
        speaker.say("schema-no-form", ("identity",))
        return
    for word, target in identity.items() if named.columns else ():
        kinds = ("date",) if word == "filled_on" else (*NUMERIC, *_TEXTS, "date")
        fitting = [path for path in named.in_forms if _says_one(named.columns[path], kinds)]
        speaker.refer(("identity", word), target, fitting, named.columns)


def _says_one(column: Raw, kinds: Collection[str]) -> bool:
    """Tell whether a column is of one of some types, and each of its cells has one value."""
    return may_be(column, kinds) and not column.get("separator")


def _check_columns(section: Raw, columns: dict[str, Raw], at: Path, named: Named, speaker: Speaker) -> None:
    for number, column in enumerate(dicts(section.get("columns"))):
        path: Path = (*at, "columns", number)
        if isinstance(column.get("enum"), str):
            speaker.refer((*path, "enum"), column["enum"], named.lists)
        check_choices(column, path, named.lists, speaker)
        _check_targets(column, columns, path, named, speaker)
        check_roll_up(section, column, path, speaker)
        for word in WHEN if isinstance(column.get("roll_up"), dict) else ():
            check_when((*path, "roll_up", word), column["roll_up"].get(word), columns, named.lists, speaker)
        kind = kind_of(column)
        check_limits(column, kind, path, speaker)
        for word, types in _FITS.items():
            if word in column and kind and kind not in types:
                speaker.say("schema-word-idle", (*path, word), word=word, kind=kind, types=tuple(types))


def _check_targets(column: Raw, columns: dict[str, Raw], path: Path, named: Named, speaker: Speaker) -> None:
    """Say which columns a column names that are not there, are itself, or hold what it cannot use."""
    words = [key for key, other in columns.items() if may_be(other, _WORDS) and other is not column]
    for word in ("unit_column", "approx_column"):
        speaker.refer((*path, word), column.get(word), words, columns)
    if column.get("unit_column") and column.get("unit_column") == column.get("approx_column"):
        twice = {"found": str(column["unit_column"]), "other": "unit_column"}
        speaker.say("schema-filled-twice", (*path, "approx_column"), **twice)
    others = {name: other for name, other in named.columns.items() if other is not column}
    shown = [name for name, other in others.items() if kind_of(other) != "image"]
    speaker.refer((*path, "to"), column.get("to"), shown, named.columns)
    kind = kind_of(column)
    sorts = ("choice",) if kind == "choice" and not column.get("allow_other") else _SORTS.get(kind, (kind,))
    alike = [name for name in shown if name in named.in_forms and (not kind or may_be(others[name], sorts))]
    speaker.refer((*path, "default_from"), column.get("default_from"), alike, named.columns)


def _check_rules(section: Raw, columns: dict[str, Raw], at: Path, named: Named, speaker: Speaker) -> None:
    for number, rule in enumerate(dicts(section.get("rules"))):
        path: Path = (*at, "rules", number)
        speaker.refer((*path, "column"), rule.get("column"), columns)
        if not _DEMANDS & rule.keys():
            speaker.say("schema-rule-idle", path)
        check_numbers(path, rule, columns, named, speaker)
        _check_rule_limits(path, rule, columns, speaker)
        check_when((*path, "when"), rule.get("when"), columns, named.lists, speaker)


def _check_rule_limits(path: Path, rule: Raw, columns: dict[str, Raw], speaker: Speaker) -> None:
    kind = kind_of(columns.get(str(rule.get("column")), {}))
    check_limits(rule, kind, path, speaker)
    for word in ("minimum", "maximum") if str(rule.get("column")) in columns and kind else ():
        if word in rule and kind not in LIMITED:
            speaker.say("schema-word-idle", (*path, word), word=word, kind=kind, types=LIMITED)


def _check_carry(section: Raw, columns: dict[str, Raw], at: Path, named: Named, speaker: Speaker) -> None:
    check_before(section, at, named.lists, speaker)
    for word in ("when", "unless") if isinstance(section.get("carry"), dict) else ():
        check_when((*at, "carry", word), section["carry"].get(word), columns, named.lists, speaker)
