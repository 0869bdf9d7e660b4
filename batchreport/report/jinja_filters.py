"""This module has Jinja's own filters that make text, for which a blank is nothing and not "None"."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from jinja2 import Undefined, pass_eval_context
from jinja2.filters import FILTERS as BUILT_IN
from jinja2.filters import make_attrgetter

from batchreport.report.text import Speaker, inside_text
from batchreport.values import Missing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from jinja2.nodes import EvalContext

_OF_TEXT = (
    "capitalize", "center", "e", "escape", "forceescape", "indent", "lower", "replace", "string",
    "striptags", "title", "trim", "truncate", "upper", "urlencode", "wordcount", "wordwrap",
)  # fmt: skip


def filters(speaker: Speaker) -> Mapping[str, Callable[..., Any]]:
    """Return Jinja's filters that make text of what they are given, as a speaker says it, and `default` for a blank too."""
    own = {"default": _default, "d": _default, "join": _joiner(speaker), "format": _formatter(speaker)}
    return {**{name: _without_none(BUILT_IN[name], speaker) for name in _OF_TEXT}, **own}


def said(speaker: Speaker, say_other: Callable[[Any], str] | None = None) -> Callable[[Any], Any]:
    """Return what makes of a value what is printed of it; `say_other` says what is no text, instead of the speaker's `say`."""
    other = say_other or speaker.say

    def say(value: Any) -> Any:
        if isinstance(value, str):
            return value
        return inside_text(value, "template-fragment-as-text") if hasattr(value, "__html__") else other(value)

    return say


def printed(value: Any) -> Any:
    """Return a value as a format of Python's takes it: a blank as nothing."""
    return "" if value is None else value


def _without_none(filter_: Callable[..., Any], speaker: Speaker) -> Callable[..., Any]:
    say = said(speaker)

    @functools.wraps(filter_)  # keeps Jinja's mark of what is passed first
    def wrapped(*args: Any, **options: Any) -> Any:
        at = 1 if hasattr(filter_, "jinja_pass_arg") else 0
        return filter_(*args[:at], say(args[at]), *args[at + 1 :], **options)

    return wrapped


def _formatter(speaker: Speaker) -> Callable[..., Any]:
    """Return Jinja's `format`, for which what is blank is nothing and not "None"."""
    make, say = BUILT_IN["format"], said(speaker)

    def formatted(value: Any, *args: Any, **options: Any) -> Any:
        return make(say(value), *map(printed, args), **{name: printed(one) for name, one in options.items()})

    return formatted


def _joiner(speaker: Speaker) -> Callable[..., Any]:
    join, say = BUILT_IN["join"], said(speaker)

    @pass_eval_context
    def joined(context: EvalContext, value: Any, d: str = "", attribute: str | int | None = None) -> Any:
        of = make_attrgetter(context.environment, attribute) if attribute is not None else say
        items = () if value is None or isinstance(value, Missing) else value
        return join(context, [say(of(item)) for item in items], d)

    return joined


def _default(value: Any, default_value: Any = "", boolean: bool = False) -> Any:  # noqa: FBT001, FBT002  (Jinja's signature)
    """Return `default_value` for a name that is not there and, unlike Jinja's own filter, for a blank."""
    if isinstance(value, Undefined) or value is None or (boolean and not value):
        return default_value
    return value
