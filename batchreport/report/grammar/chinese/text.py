"""This module tidies Chinese text: the closing mark, the gap, full-width punctuation."""

from __future__ import annotations

import re

from batchreport.report.grammar.chinese.dates import date_text
from batchreport.report.grammar.text import CLOSERS, GAP, SPACES, Tongue, given_or, in_one_line, like, tidied, veils

as_text = Tongue("是", "否", "、", date_text).text
"""Return a value of a workbook as text; a row, or rows, raise `FilterError`."""

_WEAK_TO_STRONG = "、，：；。"
_MEETING = re.compile(rf"[{_WEAK_TO_STRONG}](?:[{GAP}]*[{_WEAK_TO_STRONG}])+")
_NEEDLESS = re.compile(
    rf"(?<=[！？])[{GAP}{_WEAK_TO_STRONG}]*[{_WEAK_TO_STRONG}]|(?<=…)[{GAP}{_WEAK_TO_STRONG}]*。"
    rf"|\A[{GAP}{_WEAK_TO_STRONG}]*[{SPACES}{_WEAK_TO_STRONG}]"
)
_CLOSED = tuple("。！？…!?：:")
# These are texts, which `re` compiles when they are first wanted: so many characters take it long, and few reports ask.
_CHINESE = r"[\u3007\u3400-\u9fff\uf900-\ufaff“”‘’《》（）、，；：。！？…]"
_NARROW = rf"&#?\w+;|(?<={_CHINESE})\s*[,;:!?]\s*|[,;:!?]\s*(?={_CHINESE})"
_NARROW_STOP = rf"(?<={_CHINESE})\.(?=\s|\Z|{_CHINESE})\s*"
_WIDE = str.maketrans(",;:!?", "，；：！？")
_BRACKETS = re.compile(r"\(([^()]*)\)")


def full_stop(text: object) -> str:
    """Return a sentence with one closing mark: of marks that meet, the strongest stays, and none at the start.

    A sentence that ends in 。！？… or ： is closed; a text of marks alone gives "".
    """
    return tidied(as_text(text), _tidy, _closed)


def clause(text: object) -> str:
    """Return text that stands inside a sentence: in one line, with ； between its lines, without the marks at its end; ？ and ！ stay."""
    given = as_text(text)
    return like(given, in_one_line(given, "；", _bare))


def _bare(text: str) -> str:
    bare = str(text).rstrip(_WEAK_TO_STRONG + SPACES)
    while bare.endswith(".") and re.match(_CHINESE, bare[-2:-1]):
        bare = bare[:-1].rstrip(_WEAK_TO_STRONG + SPACES)
    return bare


def _tidy(body: str) -> str:
    return _MEETING.sub(_strongest, _NEEDLESS.sub(veils, body))


def _strongest(run: re.Match[str]) -> str:
    return max(run.group(), key=_WEAK_TO_STRONG.find) + veils(run)


def _closed(sentence: str) -> str:
    sentence = sentence.rstrip("、，；" + SPACES)
    if sentence.endswith(".") and re.match(_CHINESE, sentence[-2:-1]):
        sentence = sentence.removesuffix(".")
    return sentence if not sentence or sentence.rstrip(CLOSERS).endswith(_CLOSED) else sentence + "。"


def missing(value: object, word: str = "缺报") -> object:
    """Return `value` itself, or where it is blank the word that the filler wrote for that, else `word`."""
    return given_or(value, word)


def fullwidth(text: object) -> str:
    """Return text with Chinese punctuation where it stands beside Chinese characters; 1,000 and 10:30 stay."""
    given = as_text(text)
    wide = re.sub(_NARROW_STOP, "。", re.sub(_NARROW, _wide_mark, str(given)))
    return like(given, _BRACKETS.sub(_wide_brackets, wide))


def _wide_mark(found: re.Match[str]) -> str:
    mark = found.group()
    # The marks of "&amp;", in a text that is escaped already, are none.
    return mark if mark.startswith("&") else mark.strip().translate(_WIDE)


def _wide_brackets(found: re.Match[str]) -> str:
    beside = found.string[max(found.start() - 1, 0) : found.start()] + found.string[found.end() : found.end() + 1]
    return f"（{found.group(1)}）" if re.search(_CHINESE, found.group(1) + beside) else found.group()
