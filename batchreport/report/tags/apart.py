"""This module keeps apart what a loop repeats and one document may have once only: drawings, bookmarks, content controls, comments."""

from __future__ import annotations

import itertools
import json
import re
from html import unescape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_NUMBERED = re.compile(r'(<(?:wp:docPr\b[^>]*?\bid|w:id w:val)=")-?\d+(")')
_MARKED = re.compile(r'(<w:(bookmark|perm)(Start|End)\b[^<>]*?\bw:id=")([^"{}]*)(")')
_NAMED = re.compile(r'(<w:bookmarkStart\b[^<>]*?\bw:name=")([^"{}]*)(")')
_COMMENTED = re.compile(r'<w:comment(?:RangeStart|RangeEnd|Reference)\b[^<>]*\bw:id="[^"{}]*"[^<>]*/>')
_OF_PARAGRAPH = re.compile(r' w14:(?:paraId|textId)="\w*"')  # Word gives new ones
CALLS = frozenset({"_ids", "_markStart", "_markEnd", "_markName", "_markOnce"})
"""What the source calls for them."""
_LONGEST = 40  # characters of a bookmark's name (Word's limit)


def apart(source: str) -> str:
    """Return a part's source in which what may be there once only asks for its number or name each time it is printed."""

    def mark(match: re.Match[str]) -> str:
        return f"{match[1]}{{{{ _mark{match[3]}({_said(match[2] + match[4])}) }}}}{match[5]}"

    made = _MARKED.sub(mark, _NUMBERED.sub(r"\1{{ _ids() }}\2", source))
    made = _NAMED.sub(lambda match: f"{match[1]}{{{{ _markName({_said(match[2])}) }}}}{match[3]}", made)
    made = _COMMENTED.sub(lambda match: f"{{% if _markOnce({_said(match[0])}) %}}{match[0]}{{% endif %}}", made)
    return _OF_PARAGRAPH.sub("", made)


def _said(text: str) -> str:
    return json.dumps(unescape(text), ensure_ascii=False)


def calls(next_id: Callable[[], int]) -> dict[str, Callable[..., object]]:
    """Return what `CALLS` names, for one rendering of one part; `next_id` gives numbers."""
    marks = Bookmarks(next_id)
    return {
        "_ids": next_id,
        "_markStart": marks.begin,
        "_markEnd": marks.end,
        "_markName": marks.name,
        "_markOnce": marks.once,
    }


class Bookmarks:
    """The bookmarks of one part while it is rendered: `next_id` numbers them, the first of a name keeps it.

    `key` is what the template has: the kind of mark, and its number.
    """

    def __init__(self, next_id: Callable[[], int]) -> None:
        self._next_id = next_id
        self._open: dict[str, int] = {}
        self._names: set[str] = set()
        self._seen: set[str] = set()

    def begin(self, key: str) -> int:
        """Return the number of a bookmark that begins where the template's `key` does."""
        self._open[key] = self._next_id()
        return self._open[key]

    def end(self, key: str) -> int:
        """Return the number of the bookmark that ends: the last that began where the template's `key` did."""
        return self._open[key] if key in self._open else self.begin(key)

    def once(self, mark: str) -> bool:
        """Tell whether a mark of a comment is printed for the first time: a comment belongs to one place."""
        first = mark not in self._seen
        self._seen.add(mark)
        return first

    def name(self, name: str) -> str:
        """Return a name that no other bookmark of the part has, however its letters are written."""
        others = (f"{name[: _LONGEST - 6]}_{number}" for number in itertools.count(2))
        free = next(one for one in itertools.chain([name], others) if one.lower() not in self._names)
        self._names.add(free.lower())
        return free
