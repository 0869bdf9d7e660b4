"""This module adds words to a value that may be blank: before it, behind it, in brackets; and says where a figure is going."""

from __future__ import annotations

from string import ascii_letters

from batchreport.report.grammar.chinese.change import change_cell
from batchreport.report.grammar.chinese.numbers import digits, unit_behind, with_unit
from batchreport.report.grammar.chinese.text import as_text, clause
from batchreport.report.grammar.comparison import Outcome, compared, improved
from batchreport.report.grammar.inputs import as_rows, is_blank
from batchreport.report.grammar.numbers import MINUS
from batchreport.report.grammar.text import ends_in, joined

_LATIN = ascii_letters + "0123456789"
_AS_BEFORE = frozenset({Outcome.SAME, Outcome.NEARLY})
_BY_POINTS = frozenset({Outcome.POINTS, Outcome.DIFFERENCE})
_TOLD = frozenset({Outcome.TURNED, Outcome.DEFICIT, Outcome.TIMES})


def led_by(value: object, before: object = "", after: object = "") -> str:
    """Return a value between two texts, without the marks at its end; "" where it is blank."""
    return "" if is_blank(value) or value in ((), []) else joined("", [as_text(before), clause(value), as_text(after)])


def noted(text: object, *notes: object) -> str:
    """Return a text with notes in brackets: "空调（2匹，三年级）"; blank ones are left out, and what the text says itself.

    Before a bracket the text is without the marks at its end.
    """
    own = as_text(text)
    told = [clause(note) for note in notes if not is_blank(note)]
    told = [note for note in told if note and str(note) not in str(own)]
    return joined("", [clause(own), "（", joined("，", told), "）"]) if told else own


def with_figure(text: object, figure: object = "", word: str = "为") -> str:
    """Return a text and the figure behind it, with `word` between the two where they would be read as one: "食堂1为200人"."""
    name, said = as_text(text), as_text(figure)
    apart = word if ends_in(name, _LATIN) and said[:1] in tuple(_LATIN + "-" + MINUS) else ""
    return joined("", [name, apart, said])


def change_mark(cur: object, base: object, measure: object = "时期", unit: object = "", approx: object = None) -> str:
    """Return the change from `base` to `cur` by sign and word, for a key figure: "▲增2.0%", "▼降1.2个百分点", "持平".

    "" where one of the two is blank.
    """
    found = compared(cur, base, measure, unit, approx)
    if not found:
        return ""
    cell = change_cell(cur, base, measure, unit, approx)
    if found.outcome in _AS_BEFORE:
        return cell
    sign = "▲" if found.up else "▼"
    if found.outcome in _TOLD:
        return sign + cell
    if found.outcome is Outcome.GROWTH and not found.current:
        return sign + "减" + with_unit(digits(found.amount), unit)
    verbs = ("升", "降") if found.outcome in _BY_POINTS else ("增", "减")
    return sign + verbs[0 if found.up else 1] + cell.replace("+", "").replace(MINUS, "")


def verdict(cur: object, base: object, good_when: object = None) -> str:
    """Return 趋好 or 趋差, by what the column of directions says is good; "" where that, or a change, is not there."""
    better = improved(cur, base, good_when)
    return "" if better is None else "趋好" if better else "趋差"


def counted(rows: object, counter: object = "项") -> str:
    """Return how many rows there are, with the word that counts them: "3项"; "" where there are none."""
    count = len(as_rows(rows))
    return f"{count}{as_text(counter)}" if count else ""


def unit_word(unit: object, x: object = None) -> str:
    """Return a unit as it is; behind the figure `x`, one that begins with a digit has " × " before it."""
    return "" if is_blank(unit) else as_text(unit) if is_blank(x) else unit_behind(unit)
