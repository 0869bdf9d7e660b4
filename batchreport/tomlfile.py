"""This module says all that is wrong with what a TOML file holds, line by line."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, ValidationError

from batchreport.findings import Finding, Place, error
from batchreport.names import near

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic_core import ErrorDetails

Path = tuple[str | int, ...]

_TOKEN = re.compile(
    r"""(?P<skip>[ \t\r]+|\#[^\n]*)|(?P<newline>\n)|(?P<string>\"\"\".*?\"\"\"+|'''.*?'''+|"(?:\\.|[^"\\\n])*"|'[^'\n]*')"""
    r"""|(?P<mark>[\[\]{},=.])|(?P<bare>[^\s\[\]{},=."'\#]+)""",
    re.DOTALL,
)


_MEANT = {"cn": "zh", "chinese": "zh", "中文": "zh", "english": "en", "英文": "en"}
"""What people call a language."""
_SHOWN = 40  # signs of a value that a finding shows
_FEW = 3
_IN_TABLE = 2  # steps to a key below a [table]
_TYPE_CODES = {
    "string_type": "toml-not-text",
    "int_type": "toml-not-whole",
    "int_parsing": "toml-not-whole",
    "int_from_float": "toml-not-whole",
    "float_type": "toml-not-number",
    "float_parsing": "toml-not-number",
    "finite_number": "toml-not-number",
    "bool_type": "toml-not-switch",
    "bool_parsing": "toml-not-switch",
    "tuple_type": "toml-not-list",
    "list_type": "toml-not-list",
    "dict_type": "toml-not-table",
    "mapping_type": "toml-not-table",
    "model_type": "toml-not-table",
    "model_attributes_type": "toml-not-table",
    "greater_than": "toml-too-small",
    "greater_than_equal": "toml-below",
    "less_than": "toml-too-large",
    "string_too_short": "toml-empty",
    "too_short": "toml-empty",
    "string_too_long": "toml-too-long",
    "too_long": "toml-too-many",
}
"""The code of a finding for each kind of mistake that pydantic names."""


class Model(BaseModel):
    """A part of a TOML file: frozen, and strict about keys it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, str_strip_whitespace=True)


class Lines:
    """The line on which each key of a TOML text stands; the text is gone through when the first is asked for."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def of(self, path: Path) -> int:
        """Return the line of `path`, or of the nearest enclosing key that stands in the text; 1 if none does."""
        while path and path not in self._lines:
            path = path[:-1]
        return self._lines.get(path, 1)

    @cached_property
    def _lines(self) -> Mapping[Path, int]:
        return _Reader(self._data).lines


class _Reader:
    """Goes through a TOML text whose syntax is right; `lines` has the line of each key."""

    def __init__(self, data: bytes) -> None:
        self.lines: dict[Path, int] = {}
        self._counts: dict[Path, int] = {}
        self._line = 1
        self._tokens = [
            (match.lastgroup, match.group()) for match in _TOKEN.finditer(data.decode("utf-8-sig", errors="replace"))
        ]
        self._at = 0
        self._read()

    def _next(self, *, peek: bool = False) -> tuple[str | None, str]:
        while self._at < len(self._tokens) and self._tokens[self._at][0] == "skip":
            self._at += 1
        token = self._tokens[self._at] if self._at < len(self._tokens) else (None, "")
        if not peek:
            self._at += 1
            self._line += token[1].count("\n")
        return token

    def _solid(self) -> tuple[str | None, str]:
        while self._next(peek=True)[0] == "newline":
            self._next()
        return self._next(peek=True)

    def _read(self) -> None:
        table: Path = ()
        while self._solid()[0]:
            if self._next(peek=True)[1] == "[":
                self._next()
                many = self._next(peek=True)[1] == "["
                if many:
                    self._next()
                table = self._header(self._key(), many=many)
                if many:
                    self._next()
            else:
                self._pair(table)

    def _header(self, name: Path, *, many: bool) -> Path:
        path: Path = ()
        for depth, step in enumerate(name, 1):
            path += (step,)
            if path in self._counts and not (many and depth == len(name)):
                path += (self._counts[path] - 1,)
        if many:
            count = self._counts[path] = self._counts.get(path, 0) + 1
            path += (count - 1,)
        self.lines[path] = self._line
        return path

    def _key(self) -> Path:
        steps: list[str] = []
        while self._next(peek=True)[1] not in ("=", "]", "") and self._next(peek=True)[0] != "newline":
            kind, text = self._next()
            if text != ".":
                steps.append(text[1:-1] if kind == "string" else text)
        self._next()
        return tuple(steps)

    def _pair(self, table: Path) -> None:
        line = self._line
        path = table + self._key()
        self.lines[path] = line
        self._value(path)

    def _value(self, path: Path) -> None:
        opening = self._next()[1]
        if opening == "[":
            self._array(path)
        elif opening == "{":
            self._inline(path)
        else:
            while self._next(peek=True)[1] == "." or self._next(peek=True)[0] == "bare":
                self._next()

    def _array(self, path: Path) -> None:
        index = 0
        while self._solid()[1] not in ("]", ""):
            self.lines[(*path, index)] = self._line
            self._value((*path, index))
            index += 1
            if self._solid()[1] == ",":
                self._next()
        self._next()

    def _inline(self, path: Path) -> None:
        while self._solid()[1] not in ("}", ""):
            self._pair(path)
            if self._solid()[1] == ",":
                self._next()
        self._next()


def dotted(path: Path) -> str:
    """Return a path as people read it: sections[2].columns[3].type, counted from 1."""
    text = ""
    for step in path:
        text += f"[{step + 1}]" if isinstance(step, int) else f".{step}"
    return text.lstrip(".")


def complaints(problem: ValidationError, model: type[BaseModel], file: str, lines: Lines) -> list[Finding]:
    """Return every mistake that pydantic found, each with the line of its key and what to write instead."""
    mistakes = problem.errors()
    return [
        _complaint(mistake, model, file, lines)
        for mistake in mistakes
        if mistake["type"] != "too_short" or not mistake["input"]  # said of a list whose items are faulty, too
    ]


def _complaint(mistake: ErrorDetails, model: type[BaseModel], file: str, lines: Lines) -> Finding:
    path = tuple(step for step in mistake["loc"] if step != "[key]")  # said of a key that is at fault itself
    place = Place(file=file, line=lines.of(path), key=dotted(path))
    last = dotted(path[-2:] if path and isinstance(path[-1], int) else path[-1:])
    kind, context, given = mistake["type"], mistake.get("ctx", {}), mistake["input"]
    match kind:
        case "extra_forbidden":
            known = _keys(model, path[:-1])
            if len(path) == _IN_TABLE and last in _keys(model, ()):
                return error("toml-key-of-top", place, key=last, table=dotted(path[:-1]))
            return error("toml-unknown-key", place, key=last, known=tuple(known), near=near(last, known))
        case "missing":
            return error("toml-missing-key", place, key=last)
        case "literal_error":
            wanted = str(context.get("expected", "")).replace("'", "").replace(" or ", ", ")
            found = shown(given)
            choices = wanted.split(", ")
            meant = _MEANT.get(found.lower(), "")
            meant = meant if meant in choices else near(found, choices)
            return error("toml-not-one-of", place, found=found, wanted=wanted, near=meant)
        case _ if kind.startswith(("schema-", "settings-")):
            return error(kind, place, **context)
        case "tuple_type" | "list_type" if isinstance(given, dict):
            return error("toml-one-table", place, key=last)
        case _:
            return error(
                _TYPE_CODES.get(kind, "toml-not-allowed"), place, key=last, found=_toml(given), **_numbers(context)
            )


def shown(value: Any) -> str:
    """Return a value as a finding puts it in quotes: a text as it is, anything else as it stands in the file."""
    return _cut(value if isinstance(value, str) else _toml(value))


def _toml(value: Any) -> str:
    """Return a value as it stands in the file, or its beginning."""
    match value:
        case bool():
            text = str(value).lower()
        case str():
            text = f'"{value}"'
        case dict():
            text = "{ … }"
        case list() | tuple():
            text = f"[{', '.join(map(_toml, value[:3]))}{', …' if len(value) > _FEW else ''}]"
        case _:
            text = str(value)
    return _cut(text)


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _numbers(context: dict[str, Any]) -> dict[str, str]:
    """Return the limit that a number or a length broke, for the text of the finding."""
    limits = [context[word] for word in ("gt", "ge", "lt", "le", "min_length", "max_length") if word in context]
    return {"limit": f"{limits[0]:g}" if limits else ""}


def _keys(model: type[BaseModel], path: Path) -> list[str]:
    """Return the keys that stand at `path` of `model`."""
    for step in path:
        if isinstance(step, str):
            inner = next((f.annotation for n, f in model.model_fields.items() if step in (n, f.alias)), model)
            model = _model_in(inner) or model
    return [field.alias or name for name, field in model.model_fields.items()]


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in getattr(annotation, "__args__", ()) if (found := _model_in(part))), None)
