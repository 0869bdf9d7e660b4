"""This module says what can be a key, and what Excel takes for the name of a sheet."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

_SIGNS = re.compile(r"[/\\?*\[\]:\x00-\x1f]")


def _is_key(value: str) -> str:
    if not re.fullmatch("[a-z][a-z0-9_]*", value):
        raise PydanticCustomError("schema-key", "", {"found": value})
    return value


def _is_sheet(value: str) -> str:
    """Return the name of a sheet; raises where Excel would not have it: signs, an apostrophe at an end, its own name."""
    apostrophe = "'" if value[:1] == "'" or value[-1:] == "'" else ""
    sign = _SIGNS.search(value)
    wrong = sign[0] if sign else apostrophe
    if value.casefold() == "history":
        wrong = value
    if wrong:
        raise PydanticCustomError("schema-sheet-name", "", {"found": value, "sign": wrong})
    return value


Key = Annotated[str, AfterValidator(_is_key)]
"""A name in code and templates."""
SheetName = Annotated[str, Field(max_length=31), AfterValidator(_is_sheet)]
"""The name of a sheet; Excel allows it 31 characters."""
