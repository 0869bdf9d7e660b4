"""This module finds tags in a line of text, and mends how they were typed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

Kind = Literal["print", "statement", "comment", "unclosed", "stray", "wide", "apart"]

_CLOSERS = {"{{": "}}", "{%": "%}", "{#": "#}"}
_KINDS: dict[str, Kind] = {"{{": "print", "{%": "statement", "{#": "comment"}
_OPENER = re.compile(r"\{[{%#]")
_COMMENT = re.compile(r"\{#")
_WIDE = re.compile(r"(?:｛[｛{%％#＃]|\{[｛％＃])[^｛{}｝]*(?:[%％#＃]?[｝}]{1,2})?")
_APART = re.compile(r"\{\s+[{%][^{}]*[}%]\s*\}")
_STRAY = re.compile(r"\}\}|%\}")
_SHOWN = 30
_INSIDE = re.compile(
    r"(?P<open>\{[{%#])(?P<left>[-+]?)(?:(?P<level>p|tr|tc|r)(?=\s)(?=\s*\S))?(?P<body>.*?)(?P<right>[-+]?)(?:\}\}|%\}|#\})",
    re.DOTALL,
)
# What stands for what, outside quotes: https://www.unicode.org/charts/PDF/UFF00.pdf and CJK punctuation.
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_WIDE_SIGNS = {chr(sign): chr(sign - 0xFEE0) for sign in range(0xFF01, 0xFF5F) if not chr(sign).isalnum()}
_WIDE_SIGNS |= {"、": ",", "。": ".", "【": "[", "】": "]", "《": "<", "》": ">"}
_WIDE_DIGITS = {chr(0xFF10 + digit): str(digit) for digit in range(10)}
_CURLY = dict.fromkeys("“”„‟＂「」『』", '"') | dict.fromkeys("‘’‚‛＇", "'")
_QUOTES = frozenset("\"'").union(_CURLY)


@dataclass(frozen=True, slots=True)
class Span:
    """Where something of interest stands in a line: a tag, or what looks like a broken one."""

    kind: Kind
    start: int
    end: int


def spans(line: str) -> Iterator[Span]:
    """Give the tags of a line in their order, and what looks like a broken one between them."""
    at = 0
    while match := _OPENER.search(line, at):
        yield from _between(line, at, match.start())
        end = _end(line, match.start())
        if end:
            yield Span(_KINDS[match.group()], match.start(), end)
        else:
            following = _OPENER.search(line, match.end())
            end = min(following.start() if following else len(line), match.start() + _SHOWN)
            yield Span("unclosed", match.start(), end)
        at = end
    yield from _between(line, at, len(line))


def _between(line: str, start: int, end: int) -> Iterator[Span]:
    found = [Span("wide", match.start(), match.end()) for match in _WIDE.finditer(line, start, end)]
    found += [Span("apart", match.start(), match.end()) for match in _APART.finditer(line, start, end)]
    inside = [range(span.start, span.end) for span in found]
    strays = (match for match in _STRAY.finditer(line, start, end) if not any(match.start() in span for span in inside))
    found += [Span("stray", match.start(), match.end()) for match in strays]
    if start and line.startswith("}", start) and line.count("{", 0, start) == line.count("}", 0, start):
        found += [] if line.startswith("}}", start) else [Span("stray", start, start + 1)]
    yield from sorted(found, key=lambda span: span.start)


def _end(line: str, start: int) -> int:
    """Return where the tag that starts at `start` ends, or 0 if it does not; quoted braces do not count."""
    closer = _CLOSERS[line[start : start + 2]]
    if closer != "#}" and (end := _end_outside_quotes(line, start + 2, closer)):
        return end
    end = line.find(closer, start + 2)
    opener = _COMMENT if closer == "#}" else _OPENER  # what stands in a comment is no tag
    return 0 if end < 0 or opener.search(line, start + 2, end) else end + 2


def _end_outside_quotes(line: str, at: int, closer: str) -> int:
    quote, depth = "", 0
    while at < len(line):
        sign = line[at]
        if quote:
            at += sign == "\\"
            quote = "" if sign in _QUOTES and _ends(quote, sign, line[at + 1 :].partition(closer)[0]) else quote
        elif sign in _QUOTES:
            quote = sign
        elif not depth and line.startswith(closer, at):
            return at + 2
        elif line.startswith(("{{", "{%"), at):
            return 0
        else:
            depth += (sign == "{") - (sign == "}" and depth > 0)
        at += 1
    return 0


@dataclass(frozen=True, slots=True)
class Reading:
    """What a tag says: its level ("p", "tr", "tc", "r" or ""), trim signs, and inside.

    `bad` has the signs that were taken for others: curly quotes, full-width signs, and those that nobody sees.
    """

    kind: Kind
    level: str
    left: str
    right: str
    body: str
    bad: tuple[str, ...] = ()

    @property
    def word(self) -> str:
        """The first word: what a statement does."""
        match = re.match(r"\w+", self.body)
        return match.group() if match else ""

    @property
    def rest(self) -> str:
        """What follows the first word."""
        return self.body[len(self.word) :].strip()


def read(text: str) -> Reading:
    """Return what the tag `text` says, with quotes made straight and full-width signs narrow."""
    match = _INSIDE.fullmatch(text)
    if match is None:  # {{}} with a stray brace inside; the parser will say what is wrong
        return Reading(_KINDS[text[:2]], "", "", "", text[2:-2].strip())
    body, bad = _mended(match["body"])
    return Reading(_KINDS[match["open"]], match["level"] or "", match["left"], match["right"], body, bad)


def _mended(body: str) -> tuple[str, tuple[str, ...]]:
    """Return the inside of a tag as it was meant, and the signs that were wrong in it; what is quoted stays."""
    made: list[str] = []
    bad: dict[str, None] = {}
    quote = ""
    for at, sign in enumerate(body):
        meant = sign
        if quote:
            if _ends(quote, sign, body[at + 1 :]):
                meant, quote = _CURLY.get(sign, sign), ""
        elif sign in _QUOTES:
            meant = _CURLY.get(sign, sign)
            quote = sign
        elif _INVISIBLE.match(sign):
            meant = ""
        elif sign in _WIDE_DIGITS:
            meant = sign if made and re.search(r"[^\W\d]\w*$", "".join(made)) else _WIDE_DIGITS[sign]
        else:
            meant = _WIDE_SIGNS.get(sign, " " if sign.isspace() else sign)
        if meant != sign and not sign.isspace():
            bad[sign] = None
        made.append(meant)
    return "".join(made).strip(), tuple(bad)


def _ends(quote: str, sign: str, rest: str) -> bool:
    """Tell whether `sign` ends what `quote` began: a straight one by its like, a curly one by any of its kind.

    Word makes a quote curly by what stands before it, so a pair can be of both kinds where no other end follows.
    """
    if sign == quote:
        return True
    kind = _CURLY.get(quote, quote)
    return _CURLY.get(sign, sign) == kind and (quote in _CURLY or quote not in rest)
