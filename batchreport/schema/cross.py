"""This module checks in a schema what shows only where one part names another; it bears parts that are broken."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from batchreport.names import bare, fold, template_name
from batchreport.schema.before import check_before
from batchreport.schema.over_all import WHEN, check_roll_up
from batchreport.schema.speaker import Speaker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from batchreport.findings import Finding
    from batchreport.tomlfile import Lines, Path

Raw = dict[str, Any]

RESERVED = frozenset({
    *("本期", "上期", "上年同期", "current_period", "previous_period", "year_before", "补充", "supplement"),
    *("近期", "recent", "上期数据", "previous_data"),
    *("true", "false", "none", "True", "False", "None", "self", "loop", "caller", "varargs", "kwargs"),
    *("range", "dict", "lipsum", "cycler", "joiner", "namespace"),
})  # fmt: skip
"""Names that a template already has, so that no section or form column may take them."""

_OURS = "batchreport"  # said in place of a title
_NUMERIC = ("integer", "number", "percent", "money", "year")
_DEMANDS = frozenset({"required", "minimum", "maximum", "same_size_as", "sum_of", "sum_of_rows"})
_FITS = {
    "enum": ("choice",),
    "allow_other": ("choice",),
    "minimum": (*_NUMERIC, "date"),
    "maximum": (*_NUMERIC, "date"),
    "pattern": ("string", "reference", "choice"),
    "max_length": ("string", "reference", "choice"),
    "separator": ("string",),
    "to": ("reference",),
    "unit": _NUMERIC,
    "unit_column": _NUMERIC,
    "approx_column": _NUMERIC,
    "roll_up": ("integer", "number", "percent", "money"),
}
"""The types of column on which a word has an effect; the others work on every type."""


@dataclass(frozen=True, slots=True)
class _Names:
    """What can be named: lists, and columns as "section.column"."""

    lists: Raw
    columns: dict[str, Raw]


def cross_check(raw: Raw, file: str, lines: Lines) -> list[Finding]:
    """Return every name that means nothing or is taken, and every word that has no effect where it stands."""
    speaker = Speaker(file, lines, [])
    sections = _dicts(raw.get("sections"))
    lists = raw["lists"] if isinstance(raw.get("lists"), dict) else {}
    names = _Names(lists, {f"{s.get('key')}.{c.get('key')}": c for s in sections for c in _dicts(s.get("columns"))})
    if isinstance(raw.get("identity"), dict):
        for word, target in raw["identity"].items():
            dates = [path for path, column in names.columns.items() if column.get("type") == "date"]
            speaker.refer(("identity", word), target, dates if word == "filled_on" else names.columns)
    for name, choices in names.lists.items():
        if isinstance(choices, dict):
            _check_aliases(speaker, ("lists", name, "aliases"), choices.get("aliases"), choices.get("values"))
    _check_names(sections, speaker)
    for number, section in enumerate(sections):
        _check_columns(section, ("sections", number), names, speaker)
        _check_rules(section, ("sections", number), names, speaker)
        _check_carry(section, ("sections", number), names, speaker)
    return speaker.found


def _check_columns(section: Raw, at: Path, names: _Names, speaker: Speaker) -> None:
    own = [str(column.get("key")) for column in _dicts(section.get("columns"))]
    for number, column in enumerate(_dicts(section.get("columns"))):
        path: Path = (*at, "columns", number)
        if isinstance(column.get("enum"), str):
            speaker.refer((*path, "enum"), column["enum"], names.lists)
        else:
            _check_aliases(speaker, (*path, "enum_aliases"), column.get("enum_aliases"), column.get("enum"))
        for word in ("unit_column", "approx_column"):
            speaker.refer((*path, word), column.get(word), own)
        for word in ("to", "default_from"):
            speaker.refer((*path, word), column.get(word), names.columns)
        check_roll_up(section, column, path, speaker)
        for word in WHEN if isinstance(column.get("roll_up"), dict) else ():
            columns = {str(each.get("key")): each for each in _dicts(section.get("columns"))}
            _check_when((*path, "roll_up", word), column["roll_up"].get(word), columns, names, speaker)
        kind = column.get("type", "string")
        for word, types in _FITS.items():
            if word in column and isinstance(kind, str) and kind not in types:
                speaker.say("schema-word-idle", (*path, word), word=word, kind=kind, types=tuple(types))


def _check_rules(section: Raw, at: Path, names: _Names, speaker: Speaker) -> None:
    columns = {str(column.get("key")): column for column in _dicts(section.get("columns"))}
    for number, rule in enumerate(_dicts(section.get("rules"))):
        path: Path = (*at, "rules", number)
        speaker.refer((*path, "column"), rule.get("column"), columns)
        if not _DEMANDS & rule.keys():
            speaker.say("schema-rule-idle", path)
        _check_numbers(path, rule, columns, names, speaker)
        _check_when((*path, "when"), rule.get("when"), columns, names, speaker)


def _check_numbers(path: Path, rule: Raw, columns: dict[str, Raw], names: _Names, speaker: Speaker) -> None:
    """Say which numbers a rule compares that are none, and what it takes for rows without saying of what."""
    numeric = [key for key, column in columns.items() if column.get("type") in _NUMERIC]
    for word in ("same_size_as", "sum_of", "sum_of_rows"):
        if word in rule and rule.get("column") in columns:
            speaker.refer((*path, "column"), rule.get("column"), numeric)
    speaker.refer((*path, "same_size_as"), rule.get("same_size_as"), numeric)
    others = [path for path, column in names.columns.items() if column.get("type") in _NUMERIC]
    for name in rule["sum_of"] if isinstance(rule.get("sum_of"), list) else ():
        speaker.refer((*path, "sum_of"), name, others if "." in str(name) else numeric)
    when = rule.get("when")
    if "sum_of_rows" in rule and not (isinstance(when, dict) and when.get("is")):
        speaker.say("schema-rows-of-what", (*path, "sum_of_rows"))


def _check_carry(section: Raw, at: Path, names: _Names, speaker: Speaker) -> None:
    check_before(section, at, names.lists, speaker)
    columns = {str(column.get("key")): column for column in _dicts(section.get("columns"))}
    for word in ("when", "unless") if isinstance(section.get("carry"), dict) else ():
        _check_when((*at, "carry", word), section["carry"].get(word), columns, names, speaker)


def _check_when(path: Path, when: Any, columns: dict[str, Raw], names: _Names, speaker: Speaker) -> None:
    if isinstance(when, dict):
        for word in ("column", "changed_from"):
            speaker.refer((*path, word), when.get(word), columns)
        _check_values(path, when, columns, names, speaker)


def _check_values(path: Path, when: Raw, columns: dict[str, Raw], names: _Names, speaker: Speaker) -> None:
    """Say which values a condition waits for in vain, because they are none of the column's choices."""
    column = columns.get(str(when.get("column")), {})
    choices = column.get("enum")
    named = names.lists.get(choices) if isinstance(choices, str) else None
    values = named.get("values") if isinstance(named, dict) else choices
    if column.get("allow_other") or not isinstance(values, list):
        return
    for word in ("is", "is_not"):
        for value in when[word] if isinstance(when.get(word), list) else ():
            speaker.refer((*path, word), value, values)


def _check_aliases(speaker: Speaker, path: Path, aliases: Any, values: Any) -> None:
    """Say which aliases mean something that is no choice."""
    if isinstance(aliases, dict) and isinstance(values, list):
        for alias, value in aliases.items():
            speaker.refer((*path, alias), value, [text for text in values if isinstance(text, str)])


def _check_names(sections: list[Raw], speaker: Speaker) -> None:
    """Say which names are taken twice: sheets, columns of a sheet, and what templates see at the top."""
    sheets = _Taken(speaker)
    top = _Taken(speaker, dict.fromkeys(RESERVED, _OURS))
    for s, section in enumerate(sections):
        at: Path = ("sections", s)
        sheets.take(section, at, _headers)
        top.take(section, at, _template_names)
        headers, names = _Taken(speaker), _Taken(speaker)
        for c, column in enumerate(_dicts(section.get("columns"))):
            path: Path = (*at, "columns", c)
            headers.take(column, path, _headers)
            names.take(column, path, _template_names)
            if section.get("kind") == "form":
                top.take(column, path, _template_names)


class _Taken:
    """The names that are taken, and by which title."""

    def __init__(self, speaker: Speaker, taken: dict[str, str] | None = None) -> None:
        self._speaker = speaker
        self._taken = taken or {}

    def take(self, item: Raw, path: Path, names: Callable[[Raw], Iterator[tuple[str, str]]]) -> None:
        """Take the names of a section or column, each with the key under which it stands; say which are taken."""
        own: set[str] = set()
        for word, name in names(item):
            if name in self._taken and name not in own:
                title = str(item.get("title", ""))
                self._speaker.say("schema-name-taken", (*path, word), found=name, title=title, other=self._taken[name])
            own.add(name)
        self._taken |= dict.fromkeys(own, str(item.get("title", "")))


def _headers(item: Raw) -> Iterator[tuple[str, str]]:
    """Yield the folded texts under which a sheet or column is found in a workbook."""
    for word in ("title", "title_en", "key", "aliases"):
        value = item.get(word)
        for text in value if isinstance(value, list) else (value,):
            if isinstance(text, str) and text:
                yield word, fold(text)
                if word.startswith("title") and (short := fold(bare(text))):
                    yield word, short


def _template_names(item: Raw) -> Iterator[tuple[str, str]]:
    """Yield the names under which a template knows a section or column."""
    if isinstance(item.get("title"), str) and (name := template_name(item["title"])):
        yield "title", name
    if isinstance(item.get("key"), str) and item["key"]:
        yield "key", item["key"]


def _dicts(value: Any) -> list[Raw]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
