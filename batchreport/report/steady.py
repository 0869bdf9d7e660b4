"""This module proves that a part stays well-formed whatever its tags print, so that what is rendered of it need not be parsed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from jinja2 import nodes

from batchreport.report.tags.apart import CALLS

if TYPE_CHECKING:
    from collections.abc import Iterable

_TEXT, _WORD = "\x00", "\x01"  # stand for what a tag prints, and for what it prints in one line; XML allows neither
_OF_WORDS = CALLS | {"_plain"}
_TOKEN = re.compile(r"<(/?)([^\s<>/!?]+)([^<>]*?)(/?)>|[^<>]+")
_QUOTED = re.compile(r'"[^"]*"')
Open = tuple[tuple[str, str], ...]  # the elements that are open, outermost first: name and start tag


class _Doubtful(Exception):  # noqa: N818  (no failure: the part is parsed each time)
    """What is rendered depends on more than can be seen here."""


def is_steady(tree: nodes.Template) -> bool:
    """Tell whether a part that was well-formed without its tags is so with them, each value being escaped text.

    It is where every branch leaves the same elements open, every loop those that it began with, and where a value of
    several lines stands in a `w:t` only. What captures its output (macro, filter block, `set` block) is not looked into.
    """
    try:
        return not _after(tree.body, ())
    except _Doubtful:
        return False


def _after(body: Iterable[nodes.Node], opened: Open) -> Open:
    """Return the elements that are open behind `body`."""
    text: list[str] = []
    for node in body:
        if isinstance(node, nodes.Output):
            text += map(_piece, node.nodes)
        else:
            opened = _behind(node, _through("".join(text), opened))
            text.clear()
    return _through("".join(text), opened)


def _behind(node: nodes.Node, opened: Open) -> Open:
    if isinstance(node, nodes.Assign):
        return opened
    if isinstance(node, nodes.If):
        ends = {_after(body, opened) for body in (node.body, *(other.body for other in node.elif_), node.else_)}
    elif isinstance(node, nodes.For):
        ends = {opened, _after(node.body, opened), _after(node.else_, opened)}
    else:
        raise _Doubtful
    if len(ends) > 1:
        raise _Doubtful
    return ends.pop()


def _piece(node: nodes.Expr) -> str:
    if isinstance(node, nodes.TemplateData):
        return str(node.data)
    called = node.node.name if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) else ""
    return _WORD if (node.name if isinstance(node, nodes.Filter) else called) in _OF_WORDS else _TEXT


def _through(text: str, opened: Open) -> Open:
    """Return the elements that are open behind a text of whole tags."""
    end = 0
    for token in _TOKEN.finditer(text):
        if token.start() != end:
            raise _Doubtful
        end = token.end()
        closes, name, _, empty = token.groups()
        inside = opened[-1][0] if opened else ""
        if closes and name == inside:
            opened = opened[:-1]
        elif not name:
            _check(_TEXT not in token.group() or inside == "w:t")
        else:
            _check(not closes and inside != "w:t" and not _hides(token.group()))
            opened = opened if empty else (*opened, (name, token.group()))
    _check(end == len(text))
    return opened


def _check(sure: bool) -> None:  # noqa: FBT001  (as an assertion is written)
    if not sure:
        raise _Doubtful


def _hides(tag: str) -> bool:
    """Tell whether something is printed into a tag elsewhere than as a value in quotes."""
    return _TEXT in tag or _WORD in _QUOTED.sub("", tag)
