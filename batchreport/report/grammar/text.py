"""This module makes text of values and keeps markup whole, for the words of any language."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from batchreport.report.grammar.inputs import as_number, is_blank, plain, refuse
from batchreport.values import Missing

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_LATIN = 0x2E7F  # what comes after is as wide as two letters
# Stands for tags between two runs of one line. XML forbids the character, so no value has it.
VEIL = "\x00"
SPACES = " \u3000"
GAP = SPACES + VEIL
# An escaped character is one sign and no ";" while the marks of a text are looked at.
_ESCAPED = {"&amp;": "\x01", "&lt;": "\x02", "&gt;": "\x03", "&#34;": "\x04", "&#39;": "\x05"}
_SIGNS = str.maketrans({sign: escaped for escaped, sign in _ESCAPED.items()})
_ENTITY = re.compile("|".join(_ESCAPED))
_LINE_ENDS = re.compile(r"[\r\n]+")
_LEADS = ("：", ":", "，", ",", "、")
_OPENERS = ("（", "(", "【", "[")
_MARKS = ("；", ";", "，", ",", "、", "。", "）", ")")
_ASKS = ("！", "？", "!", "?", "…")
CLOSERS = "”’」』）》】)\"'" + _ESCAPED["&#34;"] + _ESCAPED["&#39;"]
"""The quotes and brackets that may stand behind the mark that closes a sentence."""
# A text made by a block ({% filter 句号 %} … {% endfilter %}) can end in the tags of the document.
_TAGS = re.compile(rf"(?:<[^<>]*>|[\s{VEIL}])*\Z")
# Word and LibreOffice cut a line into runs wherever somebody edits it; these tags alone show something between two runs.
_BETWEEN_RUNS = re.compile(r"<(?!/?w:(?:p|br|cr|tab|sym|tc|tr|tbl|drawing|pict|object|\w+Reference)\b)[^<>]*>")


@dataclass(frozen=True, slots=True)
class Tongue:
    """How a value of a workbook is said in one language: the words of a boolean, the mark between items, a date."""

    yes: str
    no: str
    comma: str
    day: Callable[[date], str]

    def text(self, value: object) -> str:
        """Return a value of a workbook as text; a row, or rows, raise `FilterError`."""
        if is_blank(value):
            return ""
        if isinstance(value, str):
            return value
        if type(value) is Decimal:
            return _number(value)
        if isinstance(value, bool):
            return self.yes if value else self.no
        if isinstance(value, date):
            return self.day(value)
        if isinstance(value, tuple | list) and all(isinstance(item, str) for item in value):
            return self.comma.join(value)
        return _number(value) if isinstance(value, int | float | Decimal) else refuse("文字", "text", value)


def _number(value: object) -> str:
    number = as_number(value)
    return "" if number is None else plain(number)


def like(model: str, text: str) -> str:
    """Return `text` as the kind of text that `model` is: what was safe markup stays so, and is not escaped again."""
    return text if type(model) is str or not hasattr(model, "__html__") else type(model)(text)


def joined(mark: str, texts: Sequence[str]) -> str:
    """Join texts; beside one that is safe markup, the others are escaped as the template would."""
    for text in texts:
        if type(text) is not str and hasattr(text, "__html__"):
            return like(text, mark).join(texts)
    return like(mark, mark).join(texts)


def in_one_line(given: str, mark: str, bare: Callable[[str], str]) -> str:
    """Return the lines of a text as one line: each as `bare` makes it, blank ones left out, with `mark` between two.

    What a line ends in stays where it leads to the next, or closes a question: no mark stands behind it.
    """
    if hasattr(given, "__html__") or not _LINE_ENDS.search(given):
        return bare(given)
    kept = [line.strip() for line in _LINE_ENDS.split(given) if bare(line)]
    told = [line if line.endswith(_LEADS) else bare(line).rstrip(";") for line in kept[:-1]]
    gaps = [_gap(line, after, mark) for line, after in zip(told, kept[1:], strict=True)]
    return "".join(map("".join, zip(told, gaps, strict=True))) + "".join(map(bare, kept[-1:]))


def _gap(line: str, after: str, mark: str) -> str:
    """Return what stands between two lines: `mark`, or where one leads on to the other only the space in it."""
    if after.startswith(_MARKS):
        return ""
    goes_on = after.startswith(_OPENERS) or (mark.endswith(" ") and after[0].islower())
    return mark[1:] if goes_on or line.endswith(_LEADS + _ASKS) else mark


def ends_in(text: str, signs: str) -> bool:
    """Tell whether the last sign of a text is one of `signs`, or stands for one: １, ①, Ⅱ and ㎡ end in 1, 1, I and 2."""
    return unicodedata.normalize("NFKC", text[-1:])[-1:] in tuple(signs)


def veils(found: re.Match[str]) -> str:
    """Return the veils of a match that is taken out: what they stand for stays."""
    return VEIL * found.group().count(VEIL)


def tidied(given: str, tidy: Callable[[str], str], close: Callable[[str], str]) -> str:
    """Return a text as `tidy` makes it, and its sentence as `close` ends it; the tags and signs of markup stay whole.

    `tidy` sees a veil for tags that show nothing, and keeps the number of veils.
    """
    if not hasattr(given, "__html__"):
        return close(tidy(str(given)).strip())
    hidden = iter(_BETWEEN_RUNS.findall(given))
    body = _ENTITY.sub(lambda found: _ESCAPED[found.group()], _BETWEEN_RUNS.sub(VEIL, given))
    body = tidy(body).strip()
    tags = _TAGS.search(body)
    end = tags.start() if tags else len(body)
    text = (close(body[:end]) + body[end:]).translate(_SIGNS)
    return like(given, re.sub(VEIL, lambda _: next(hidden, VEIL), text))


def given_or(value: object, word: str) -> object:
    """Return `value` itself, or where it is blank the word that the filler wrote for that, else `word`."""
    if isinstance(value, Missing):
        return str(value) or word
    return word if is_blank(value) or value in ((), []) else value


def width(text: object) -> int:
    """Return how many Chinese characters a line of text is wide, rounded up: a letter or a digit takes half of one."""
    if is_blank(text):
        return 0
    return (sum(2 if ord(sign) > _LATIN else 1 for sign in str(text)) + 1) // 2


def capitalised(text: object) -> str:
    """Return text whose first letter is a capital; all others stay as they are, and so does text of no letters."""
    if is_blank(text):
        return ""
    given = text if isinstance(text, str) else str(text)
    return given if hasattr(given, "__html__") else given[:1].upper() + given[1:]
