"""This module tidies English text: the closing mark, the marks that meet, the gaps that a blank leaves."""

from __future__ import annotations

import re

from batchreport.report.grammar.english.dates import date_text
from batchreport.report.grammar.text import (
    CLOSERS,
    GAP,
    SPACES,
    VEIL,
    Tongue,
    given_or,
    in_one_line,
    like,
    tidied,
    veils,
)

as_text = Tongue("yes", "no", ", ", date_text).text
"""Return a value of a workbook as text; a row, or rows, raise `FilterError`."""

_WEAK_TO_STRONG = ",:;."
# Neither the point of ".5" nor three of them are a full stop.
_STOP = r"(?<!\.)\.{1,2}(?![.\d])"
_MARK = rf"(?:[,;:]|{_STOP})"
_MEETING = re.compile(rf"{_MARK}(?:[{GAP}]*{_MARK})*")
_NEEDLESS = re.compile(
    rf"(?<=[!?])(?:[{GAP}]*{_MARK})+|(?:(?<=…)|(?<=\.\.\.))[{GAP}]*{_STOP}|\A(?:[{GAP}]*{_MARK})+[{GAP}]*"
)
_GAP_BEFORE = re.compile(rf"[{GAP}]+(?=(?:[,;]|{_STOP})(?:[{GAP}]|\Z))")
_DOUBLE_SPACE = re.compile(rf" (?={VEIL}* )")
_CLOSED = tuple(".!?…:")
_LAST_WORD = re.compile(r"[A-Za-z][A-Za-z.]*\Z")
_INITIALS = re.compile(r"[A-Za-z]{1,2}(?:\.[A-Za-z]{1,2})+")  # p.m., U.S., Ph.D.
_ABBREVIATIONS = frozenset({
    "approx", "apr", "aug", "ave", "bros", "co", "corp", "dec", "dept", "dr", "esp", "est", "etc", "feb", "inc", "jan", "jr",
    "jul", "jun", "ltd", "mr", "mrs", "ms", "nov", "oct", "prof", "rd", "sep", "sept", "sr", "st", "univ", "vol", "vs",
})  # fmt: skip
_ENTITY_END = re.compile(r"&#?\w+;\Z")


def full_stop(text: object) -> str:
    """Return a sentence with one closing mark: of marks that meet, the strongest stays, and none at the start.

    A sentence that ends in . ! ? … or : is closed; a text of marks alone gives "". A comma behind an abbreviation stays
    ("Co., Ltd."), as do "..." and the point of ".5". Gaps before a mark, and all spaces but one, go.
    """
    return tidied(as_text(text), _tidy, _closed)


def clause(text: object) -> str:
    """Return text that stands inside a sentence: in one line, with ; between its lines, without the marks at its end.

    ? and ! stay, so does "etc.".
    """
    given = as_text(text)
    return like(given, in_one_line(given, "; ", _bare))


def _bare(text: str) -> str:
    bare = str(text).rstrip()
    while bare.endswith(tuple(_WEAK_TO_STRONG)) and not bare.endswith("..."):
        if (hasattr(text, "__html__") and _ENTITY_END.search(bare)) or _is_abbreviated(bare):
            break
        bare = bare[:-1].rstrip()
    return bare


def missing(value: object, word: str = "not reported") -> object:
    """Return `value` itself, or where it is blank the word that the filler wrote for that, else `word`."""
    return given_or(value, word)


def _tidy(body: str) -> str:
    body = _NEEDLESS.sub(veils, _MEETING.sub(_strongest, body))
    return _DOUBLE_SPACE.sub("", _GAP_BEFORE.sub(veils, body))


def _strongest(run: re.Match[str]) -> str:
    before, marks, behind = run.string[: run.start()], run.group(), run.string[run.end() : run.end() + 1]
    if marks == ".." and behind and behind not in GAP + CLOSERS:
        return marks  # a path or a range
    own = "." if marks.startswith(".") and _is_abbreviated(before + ".") else ""
    rest = max(marks.removeprefix(own).strip(GAP), key=_WEAK_TO_STRONG.find, default="")
    return own + rest.removeprefix(own) + veils(run)


def _is_abbreviated(text: str) -> bool:
    """Tell whether a text ends in an abbreviation and its point: "Co.", "etc.", "p.m."."""
    word = _LAST_WORD.search(text.removesuffix(".")) if text.endswith(".") else None
    return word is not None and (word[0].lower() in _ABBREVIATIONS or bool(_INITIALS.fullmatch(word[0])))


def _closed(sentence: str) -> str:
    sentence = sentence.rstrip(",;" + SPACES)
    return sentence if not sentence or sentence.rstrip(CLOSERS).endswith(_CLOSED) else sentence + "."
