"""This module reads TOML files that people write, and says what is wrong with the syntax of one."""

from __future__ import annotations

import re
import tomllib
from typing import Any

from batchreport.findings import Finding, Place, error

_SYNTAX = re.compile(r"^(?P<text>.*?) \((?:at line (?P<line>\d+), column \d+|at end of document)\)$", re.DOTALL)
_SAID = {
    **dict.fromkeys(
        ("Cannot overwrite", "Cannot declare", "Cannot redefine", "Cannot mutate", "Duplicate inline"), "toml-twice"
    ),
    **dict.fromkeys(("Invalid statement", "Invalid initial character", "Expected '='"), "toml-no-pair"),
    **dict.fromkeys(("Unterminated string", "Illegal character '\\n'"), "toml-open-quote"),
    **dict.fromkeys(("Unclosed", "Expected ']"), "toml-open-bracket"),
    **dict.fromkeys(("Invalid value", "Invalid date"), "toml-no-value"),
    "Expected newline": "toml-too-much",
    **dict.fromkeys(("Unescaped", "Invalid hex", "Escaped"), "toml-backslash"),
}
"""The code of a finding for what tomllib says most often, by how that begins."""
_HEADER = re.compile(rb"\s*\[{1,2}\s*([^\[\]=]+?)\s*\]")


def parse(data: bytes, file: str) -> tuple[dict[str, Any], Finding | None]:
    """Return the TOML document in `data`, or an empty one and what is wrong with its syntax."""
    try:
        return tomllib.loads(data.decode("utf-8-sig")), None
    except UnicodeDecodeError as problem:
        line = data[: problem.start].count(b"\n") + 1
        return {}, error("toml-encoding", Place(file=file, line=line))
    except tomllib.TOMLDecodeError as problem:
        return {}, _finding(data, file, str(problem))


def _finding(data: bytes, file: str, problem: str) -> Finding:
    match = _SYNTAX.match(problem)
    last = data.count(b"\n") + 1
    place = Place(file=file, line=int(match["line"]) if match and match["line"] else last)
    said = match["text"] if match else problem
    code = next((code for begin, code in _SAID.items() if said.startswith(begin)), "toml-syntax")
    header = _HEADER.match(data.split(b"\n")[place.line - 1]) if code == "toml-twice" else None
    if header:
        return error("toml-table-twice", place, key=header[1].decode())
    return error(code, place, said=said)
