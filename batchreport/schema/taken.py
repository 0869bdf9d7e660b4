"""This module checks in a schema that every name means one thing: in a workbook, in a report, in a roll-up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from batchreport.names import bare, fold, template_name
from batchreport.schema.named import dicts
from batchreport.schema.reserved import CODE, DEPARTMENT, SECTIONS, SHEETS, TEMPLATES, TOTALS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from batchreport.schema.named import Raw
    from batchreport.schema.speaker import Speaker
    from batchreport.tomlfile import Path

_OURS = "batchreport"  # said in place of a title
_ADDED = ("integer", "number", "percent", "money")


def check_names(sections: list[Raw], identity: Mapping[str, Any], speaker: Speaker) -> None:
    """Say which names are taken: by another sheet or column, or by what a workbook or a template has of its own."""
    sheets = _Taken(speaker, map(fold, SHEETS))
    top, over_all = _Taken(speaker, TEMPLATES), _Taken(speaker, SECTIONS)
    for s, section in enumerate(sections):
        at: Path = ("sections", s)
        sheets.take(section, at, _headers)
        top.take(section, at, _template_names)
        over_all.take(section, at, _template_names)
        headers, names = _Taken(speaker), _Taken(speaker, _of_rows(section, identity))
        for c, column in enumerate(dicts(section.get("columns"))):
            path: Path = (*at, "columns", c)
            headers.take(column, path, _headers)
            names.take(column, path, _template_names)
            if section.get("kind") == "form":
                top.take(column, path, _template_names)


def _of_rows(section: Raw, identity: Mapping[str, Any]) -> set[str]:
    """Return the names that a roll-up's rows have beside the columns of `section`.

    The column that says whose workbook it is may be called as the department is: both are the same.
    """
    columns = dicts(section.get("columns"))
    own = {f"{section.get('key')}.{column.get('key')}": column for column in columns}
    taken: set[str] = set()
    for word, names in (("name", DEPARTMENT), ("code", CODE)):
        taken |= names - {name for _, name in _template_names(own.get(str(identity.get(word)), {}))}
    added = section.get("kind") != "form" and any(column.get("type") in _ADDED for column in columns)
    return taken | TOTALS if added and any(column.get("unique") for column in columns) else taken


class _Taken:
    """The names that are taken, and by which title."""

    def __init__(self, speaker: Speaker, ours: Iterable[str] = ()) -> None:
        self._speaker = speaker
        self._taken = dict.fromkeys(ours, _OURS)

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
