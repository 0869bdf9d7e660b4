"""This module adds words to a value that may be blank: before it, behind it, in brackets; and says where a figure is going."""

from __future__ import annotations

from batchreport.report.grammar.comparison import Outcome, compared, improved
from batchreport.report.grammar.english.change import change_cell
from batchreport.report.grammar.english.numbers import digits, unit_behind, with_unit
from batchreport.report.grammar.english.plurals import units
from batchreport.report.grammar.english.text import as_text, clause
from batchreport.report.grammar.inputs import as_number, as_rows, is_blank
from batchreport.report.grammar.numbers import MINUS
from batchreport.report.grammar.text import ends_in, joined

_IN_WORDS = frozenset({Outcome.SAME, Outcome.NEARLY})


def led_by(value: object, before: object = "", after: object = "") -> str:
    """Return a value between two texts, without the marks at its end; "" where it is blank."""
    return "" if is_blank(value) or value in ((), []) else joined("", [as_text(before), clause(value), as_text(after)])


def noted(text: object, *notes: object) -> str:
    """Return a text with notes in brackets: "heater (2 kW, hall)"; blank ones are left out, and what the text says itself.

    Before a bracket the text is without the marks at its end.
    """
    own = as_text(text)
    told = [clause(note) for note in notes if not is_blank(note)]
    told = [note for note in told if note and str(note) not in str(own)]
    return joined("", [clause(own), " (" if own else "(", joined(", ", told), ")"]) if told else own


def with_figure(text: object, figure: object = "", word: str = ":") -> str:
    """Return a text and the figure behind it, with `word` behind the text where that ends in a digit: "Building 2: 12 items"."""
    name, said = as_text(text), as_text(figure)
    apart = " " if name and said else ""
    return joined("", [name, word if apart and ends_in(name, "0123456789") else "", apart, said])


def change_mark(cur: object, base: object, measure: object = "flow", unit: object = "", approx: object = None) -> str:
    """Return the change from `base` to `cur` by sign, for a key figure: "▲ 2.0%", "▼ 1.2 percentage points", "unchanged".

    "" where one of the two is blank.
    """
    found = compared(cur, base, measure, unit, approx)
    if not found:
        return ""
    cell = change_cell(cur, base, measure, unit, approx)
    if found.outcome in _IN_WORDS:
        return cell
    return ("▲ " if found.up else "▼ ") + cell.replace("+", "").replace(MINUS, "")


def verdict(cur: object, base: object, good_when: object = None) -> str:
    """Return "better" or "worse", by what the column of directions says is good; "" where that, or a change, is not there."""
    better = improved(cur, base, good_when)
    return "" if better is None else "better" if better else "worse"


def counted(rows: object, counter: object = "item") -> str:
    """Return how many rows there are, with the word that counts them: "1 problem", "3 problems"; "" where there are none."""
    count = len(as_rows(rows))
    return with_unit(str(count), as_text(counter)) if count else ""


def unit_word(unit: object, x: object = None) -> str:
    """Return a unit as it stands behind the figure `x`, without it: "people", behind 1 "person"; signs such as % stay.

    Behind a figure, a unit that begins with a digit has × before it.
    """
    value = as_number(x)
    if is_blank(unit):
        return ""
    return units("", as_text(unit)) if value is None else unit_behind(digits(value), as_text(unit))
