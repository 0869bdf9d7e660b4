"""This module tidies text: the closing mark, the gap, full-width punctuation."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from batchreport.report.grammar.dates import date_text
from batchreport.report.grammar.inputs import as_number, is_blank, plain, refuse
from batchreport.values import Missing

_WEAK_TO_STRONG = "、，：；。"
_SPACES = " \u3000"
# Stands for tags between two runs of one line. XML forbids the character, so no value has it.
_VEIL = "\x00"
_GAP = _SPACES + _VEIL
_MEETING = re.compile(rf"[{_WEAK_TO_STRONG}](?:[{_GAP}]*[{_WEAK_TO_STRONG}])+")
_NEEDLESS = re.compile(
    rf"(?<=[！？])[{_GAP}{_WEAK_TO_STRONG}]*[{_WEAK_TO_STRONG}]|(?<=…)[{_GAP}{_WEAK_TO_STRONG}]*。"
    rf"|\A[{_GAP}{_WEAK_TO_STRONG}]*[{_SPACES}{_WEAK_TO_STRONG}]"
)
_CLOSERS = "”’」』）》】)\"'"
_CLOSED = tuple("。！？…!?：:")
# A text made by a block ({% filter 句号 %} … {% endfilter %}) can end in the tags of the document.
_TAGS = re.compile(rf"(?:<[^<>]*>|[\s{_VEIL}])*\Z")
# Word and LibreOffice cut a line into runs wherever somebody edits it; these tags alone show something between two runs.
_BETWEEN_RUNS = re.compile(r"<(?!/?w:(?:p|br|cr|tab|sym|tc|tr|tbl|drawing|pict|object|\w+Reference)\b)[^<>]*>")
_CHINESE = r"[\u3007\u3400-\u9fff\uf900-\ufaff“”‘’《》（）、，；：。！？…]"
_IS_CHINESE = re.compile(_CHINESE)
_WIDE = str.maketrans(",;:!?", "，；：！？")
_NARROW = re.compile(rf"&#?\w+;|(?<={_CHINESE})\s*[,;:!?]\s*|[,;:!?]\s*(?={_CHINESE})")
_NARROW_STOP = re.compile(rf"(?<={_CHINESE})\.(?=\s|\Z|{_CHINESE})\s*")
_BRACKETS = re.compile(r"\(([^()]*)\)")


def like(model: str, text: str) -> str:
    """Return `text` as the kind of text that `model` is: what was safe markup stays so, and is not escaped again."""
    return type(model)(text) if hasattr(model, "__html__") else text


def as_text(value: object) -> str:
    """Return a value of a workbook as text; a row, or rows, raise `FilterError`."""
    if is_blank(value):
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, date):
        return date_text(value)
    if isinstance(value, tuple | list) and all(isinstance(item, str) for item in value):
        return "、".join(value)
    if isinstance(value, int | float | Decimal):
        number = as_number(value)
        return "" if number is None else plain(number)
    return refuse("文字", "text", value)


def full_stop(text: object) -> str:
    """Return a sentence with one closing mark: of marks that meet, the strongest stays, and none at the start.

    A sentence that ends in 。！？… or ： is closed; a text of marks alone gives "".
    """
    given = as_text(text)
    markup = hasattr(given, "__html__")
    body = _MEETING.sub(_strongest, _NEEDLESS.sub(_veils, _BETWEEN_RUNS.sub(_VEIL, given) if markup else str(given)))
    body = body.strip()
    tags = _TAGS.search(body) if markup else None
    end = tags.start() if tags else len(body)
    hidden = iter(_BETWEEN_RUNS.findall(given) if markup else ())
    return like(given, re.sub(_VEIL, lambda _: next(hidden, _VEIL), _closed(body[:end]) + body[end:]))


def clause(text: object) -> str:
    """Return text that stands inside a sentence: without the marks at its end; ？ and ！ stay."""
    given = as_text(text)
    bare = str(given).rstrip(_WEAK_TO_STRONG + _SPACES)
    while bare.endswith(".") and _IS_CHINESE.match(bare[-2:-1]):
        bare = bare[:-1].rstrip(_WEAK_TO_STRONG + _SPACES)
    return like(given, bare)


def _strongest(run: re.Match[str]) -> str:
    return max(run.group(), key=_WEAK_TO_STRONG.find) + _veils(run)


def _veils(run: re.Match[str]) -> str:
    return _VEIL * run.group().count(_VEIL)


def _closed(sentence: str) -> str:
    sentence = sentence.rstrip("、，；" + _SPACES)
    if sentence.endswith(".") and _IS_CHINESE.match(sentence[-2:-1]):
        sentence = sentence.removesuffix(".")
    return sentence if not sentence or sentence.rstrip(_CLOSERS).endswith(_CLOSED) else sentence + "。"


def missing(value: object, word: str = "缺报") -> object:
    """Return `value` itself, or where it is blank the word that the filler wrote for that, else `word`."""
    if isinstance(value, Missing):
        return str(value) or word
    return word if is_blank(value) or value in ((), []) else value


def fullwidth(text: object) -> str:
    """Return text with Chinese punctuation where it stands beside Chinese characters; 1,000 and 10:30 stay."""
    given = as_text(text)
    wide = _NARROW_STOP.sub("。", _NARROW.sub(_wide_mark, str(given)))
    return like(given, _BRACKETS.sub(_wide_brackets, wide))


def _wide_mark(found: re.Match[str]) -> str:
    mark = found.group()
    # The marks of "&amp;", in a text that is escaped already, are none.
    return mark if mark.startswith("&") else mark.strip().translate(_WIDE)


def _wide_brackets(found: re.Match[str]) -> str:
    beside = found.string[max(found.start() - 1, 0) : found.start()] + found.string[found.end() : found.end() + 1]
    return f"（{found.group(1)}）" if _IS_CHINESE.search(found.group(1) + beside) else found.group()
