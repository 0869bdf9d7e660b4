"""This module turns values into the text that a report shows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Protocol, runtime_checkable

from jinja2 import Undefined
from markupsafe import Markup

from batchreport.period import Period, day_label
from batchreport.report.chart import Chart
from batchreport.report.drawn.pictures import Framed
from batchreport.report.failures.spoken import kind_of
from batchreport.report.grammar.numbers import MINUS
from batchreport.values import Missing, Picture

# What XML 1.0 does not allow in a document (https://www.w3.org/TR/xml/#charsets), surrogates among it.
_FORBIDDEN = "\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff"
_UNPRINTABLE = re.compile(f"[{_FORBIDDEN}]")
_SPECIAL = re.compile(f"\r\n?|[{_FORBIDDEN}&<>\"'\t\n]")
_WORDS = {"zh": ("是", "否", "、"), "en": ("yes", "no", ", ")}
_SAFE = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&#34;", "'": "&#39;"}
_BREAKS = {"\n": '</w:t><w:br/><w:t xml:space="preserve">', "\t": '</w:t><w:tab/><w:t xml:space="preserve">'}
_RUNS = ("<w:r>", "<w:r ", "<w:hyperlink", "<w:bookmarkStart", "<w:proofErr")  # what stands in a paragraph
_IN_MARKUP = {"\a": "<?batchreport split?>", "\f": "<?batchreport page?>"}  # what docxtpl's own objects say with them
_TEXT = re.compile(r"(?<=>)[^<]*(?=</w:t>)")
_SIGNS = {**_SAFE, **_BREAKS, "\r": _BREAKS["\n"], "\r\n": _BREAKS["\n"]}
_WHOLE = 10**15  # a float below it is a whole number exactly


class NotTextError(TypeError):
    """A value that cannot be printed where it stands; `code` names the finding, `kind` says what the value is."""

    def __init__(self, code: str, value: object) -> None:
        super().__init__(code)
        self.code = code
        self.kind = kind_of(value)


@runtime_checkable
class Fragment(Protocol):
    """A piece of Word markup that a value brings with it, such as docxtpl's RichText and Listing."""

    def __html__(self) -> str:
        """Return the markup."""


class Ready(Markup):
    """Text that is already as its place in the part needs it."""

    __slots__ = ()


def clean(text: str) -> str:
    """Return `text` without what XML forbids, and with every line break as a plain one."""
    return _UNPRINTABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


@dataclass(frozen=True, slots=True)
class Speaker:
    """How values are said in one language."""

    language: str = "zh"

    def say(self, value: Any) -> str:
        """Return the text of a value; "" for a blank. Raise `NotTextError` for what has no text."""
        if isinstance(value, str):
            return value
        if value is None or value is True or value is False or isinstance(value, Decimal | int | float):
            return self._number(value)
        if isinstance(value, date):
            return self._date(value)
        if isinstance(value, Period):
            return value.label(self.language)
        if isinstance(value, Missing):
            return value.word
        return self._other(value)

    def _number(self, value: Decimal | float | None) -> str:
        yes, no, _ = _WORDS[self.language]
        if value is None or value != value:  # noqa: PLR0124  (not a number)
            return ""
        if isinstance(value, bool):
            return yes if value else no
        if isinstance(value, int):
            return str(value)
        if isinstance(value, float):
            value = Decimal(int(value)) if value.is_integer() and abs(value) < _WHOLE else Decimal(f"{value:.12g}")
        return _decimal(value)

    def _date(self, value: date) -> str:
        if type(value).__name__ == "NaTType":
            return ""
        day = day_label(value, self.language)
        timed = isinstance(value, datetime) and (value.hour or value.minute)
        return f"{day} {value:%H:%M}" if timed else day

    def _other(self, value: Any) -> str:
        if isinstance(value, Undefined):
            return str(value)  # which raises, and says what is not there
        if isinstance(value, Picture | Framed):
            raise NotTextError("template-picture-as-text", value)
        if isinstance(value, Chart):
            if not value:
                return ""
            raise NotTextError("template-chart-as-text", value)
        named = isinstance(value, tuple) and type(value) is not tuple  # a row, a group
        if named or callable(value) or isinstance(value, Mapping):
            raise NotTextError("template-not-text", value)
        if isinstance(value, Iterable):
            items = list(value)
            if any(isinstance(item, Mapping | list | tuple) for item in items):
                raise NotTextError("template-not-text", value)
            return _WORDS[self.language][2].join(text for item in items if (text := self.say(item)))
        return "" if type(value).__name__ in {"NaTType", "NAType"} else str(value)

    def text(self, value: Any) -> str:
        """Return a value as it stands in a `w:t`: escaped, breaks and tabs as Word's own."""
        kind = type(value)
        if kind is str:
            return value if value.isalnum() or not _SPECIAL.search(value) else _in_run(value)
        if kind is Decimal:
            return signed(_decimal(value))
        if kind is int:
            return signed(str(value))
        if kind is date:
            return day_label(value, self.language)
        if isinstance(value, Markup):
            return value if "<" in value else Markup(_breaks(clean(value)))  # noqa: S704
        if hasattr(value, "__html__"):
            return inside_text(value, "template-rich-text-without-r")
        return _in_run(self.shown(value))

    def shown(self, value: Any) -> str:
        """Return the text of a value as `say` does, and of a number with the sign that the filters give it."""
        return signed(self.say(value)) if isinstance(value, Decimal | int | float) else self.say(value)

    def plain(self, value: Any) -> Ready:
        """Return a value as it stands in an attribute, a property or a field code: in one line."""
        if isinstance(value, Markup) and "<" not in value:
            return Ready(" ".join(clean(value).splitlines()).replace("\t", " "))
        return Ready(_escape(re.sub("[\n\t]", " ", clean(self.say(value)))))

    def run(self, value: Any, properties: str = "") -> Ready:
        """Return a value as it stands where a run does (`{{r x }}`): its own markup, or text in a run.

        Raises `NotTextError` for paragraphs.
        """
        if isinstance(value, Fragment) and (markup := _own_markup(value)).startswith("<w:"):
            if not markup.startswith(_RUNS):
                raise NotTextError("template-fragment-unsupported", value)
            return markup
        text = self.text(value)
        return Ready(f'<w:r>{properties}<w:t xml:space="preserve">{text}</w:t></w:r>' if text else "")

    def paragraph(self, value: Any, properties: str = "", of_run: str = "") -> Ready:
        """Return a value as it stands where a paragraph does (`{{p x }}`): its own markup, or text in a paragraph."""
        if isinstance(value, Fragment):
            markup = _own_markup(value)
            if markup.startswith("<w:") and not markup.startswith(_RUNS):
                return markup
        run = self.run(value, of_run)
        return Ready(f"<w:p>{properties}{run}</w:p>" if run else "")

    def lines(self, value: Any, between: str) -> Any:
        """Return a text of several lines with `between` where one ends and the next begins; any other value as it is."""
        if type(value) is str and ("\n" in value or "\r" in value):
            return Ready(between.join(map(_in_run, clean(value).split("\n"))))
        return value

    def block(self, value: Any) -> Ready:
        """Return a value as it stands where a row or cell does (`{{tr x }}`): only markup of its own can."""
        if isinstance(value, Fragment):
            return _own_markup(value)
        if value is None or value == "":
            return Ready()
        raise NotTextError("template-not-a-row", value)


def signed(text: str) -> str:
    """Return the digits of a number with a minus behind which no line ends."""
    return MINUS + text[1:] if text.startswith("-") else text


def _decimal(value: Decimal) -> str:
    text = str(value)
    if text.isdigit():
        return text
    if not value.is_finite():
        return ""
    text = f"{value:f}" if "E" in text else text
    return text.rstrip("0").rstrip(".") if "." in text else text


def _escape(text: str) -> str:
    return re.sub("[&<>\"']", lambda match: _SAFE[match.group()], text)


def _breaks(text: str) -> str:
    return re.sub("[\n\t]", lambda match: _BREAKS[match.group()], text)


def _in_run(text: str) -> Markup:
    return Markup(_SPECIAL.sub(_sign, text))  # noqa: S704  (escaped here)


def _sign(match: re.Match[str]) -> str:
    return _SIGNS.get(match.group(), "")


def _own_markup(value: Fragment) -> Ready:
    if type(value).__module__ in {"docxtpl.inline_image", "docxtpl.subdoc"}:
        raise NotTextError("template-fragment-unsupported", value)
    return Ready(_TEXT.sub(lambda match: _broken(match.group()), value.__html__()))


def _broken(text: str) -> str:
    """Return the text of docxtpl's own objects with its breaks, tabs, paragraphs and pages as Word's own."""
    pieces = re.split("([\a\f])", text)
    return "".join(_IN_MARKUP.get(piece) or _breaks(clean(piece)) for piece in pieces)


def inside_text(value: Fragment, refusal: str) -> Markup:
    """Return the markup of a docxtpl Listing, which stands inside a text; RichText does not, and is refused."""
    markup = str(_own_markup(value))
    if markup.startswith("<w:"):
        raise NotTextError(refusal, value)
    return Markup(_broken(markup))  # noqa: S704  (a Listing escapes its text)
