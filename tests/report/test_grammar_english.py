from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import DictLoader
from jinja2.sandbox import ImmutableSandboxedEnvironment

from batchreport.report.grammar import filters
from batchreport.report.grammar.english.numerals import cardinal
from batchreport.report.grammar.english.plurals import plural, units
from batchreport.values import Missing

FILTERS = filters("en")
FIGURES = st.decimals(-(10**12), 10**12, places=3) | st.integers(-(10**12), 10**12) | st.floats() | st.none()
CHINESE = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
WORDS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17,
    "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70,
    "eighty": 80, "ninety": 90, "zero": 0,
}  # fmt: skip
SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12, "quadrillion": 10**15}


@given(
    FIGURES, FIGURES, st.sampled_from(["stock", "flow", "rate", None]), st.sampled_from(["room", "kg", "%", "‰", None])
)
def test_a_clause_of_change_never_shows_a_sign_or_nothing(cur: Any, base: Any, measure: Any, unit: Any) -> None:
    """No minus sign, no "nan", no "None", nothing Chinese stands in a sentence, and no trailing mark."""
    for approx in (None, "over"):
        clause = FILTERS["change"](cur, base, measure, unit, approx=approx)
        assert not re.search(r"-\d|nan|None|inf\b|E[+-]|[,.;]$|  ", clause)
        assert not CHINESE.search(clause)


@given(st.decimals(Decimal("0.01"), 10**9, places=2), st.decimals(0, 10**9, places=2))
def test_the_word_agrees_with_the_rounded_figure(base: Decimal, cur: Decimal) -> None:
    """Up and down come from the figure that is printed, and a printed growth is never zero."""
    clause = FILTERS["change"](cur, base, "flow", "yuan", "October")
    cell = FILTERS["change_cell"](cur, base, "flow", "yuan")
    growth = ((cur - base) * 100 / base).quantize(Decimal("0.1"), ROUND_HALF_UP)

    assert clause.startswith("up ") == (growth > 0) == (cell.startswith("+") or "times" in cell)
    assert clause.startswith("down ") == (growth < 0) == cell.startswith("−")
    assert ("changed from" in clause) == (growth == 0) == ("changed" in cell)


@given(st.decimals(-100, 100, places=3), st.decimals(-100, 100, places=3))
def test_a_rate_never_changes_in_percent(cur: Decimal, base: Decimal) -> None:
    """Two rates differ by percentage points."""
    clause, cell = FILTERS["change"](cur, base, "rate", "%"), FILTERS["change_cell"](cur, base, "rate", "%")

    assert "%" not in clause + cell
    assert ("percentage point" in clause) == ("points" in cell) == (abs(cur - base) >= Decimal("0.05"))


@given(st.integers(0, 10**18 - 1))
def test_a_number_in_words_can_be_read_back(number: int) -> None:
    """The words say the number."""
    total = group = 0
    for word in re.split("[ -]", cardinal(number)):
        if word == "hundred":
            group *= 100
        elif word in SCALES:
            total, group = total + group * SCALES[word], 0
        elif word != "and":
            group += WORDS[word]

    assert total + group == number


@given(st.decimals(-(10**12), 10**12, places=2))
def test_an_amount_in_words_has_its_hundredths(amount: Decimal) -> None:
    """The words end in the hundredths, and begin with a capital."""
    words = FILTERS["capital_amount"](amount)

    assert words.endswith(f" and {int(abs(amount) * 100) % 100:02d}/100")
    assert words[0].isupper()
    assert words.startswith("Minus") == (amount < 0)


@given(st.text(alphabet='ab ,.;:!?… 1)"', max_size=20))
def test_a_sentence_is_closed_once(text: str) -> None:
    """A full stop gives nothing or a closed sentence, changes no word, and a second time changes nothing; a range stays, and dots do."""
    closed = FILTERS["full_stop"](text)

    assert FILTERS["full_stop"](closed) == closed
    assert re.sub(r"[^ab1]", "", closed) == re.sub(r"[^ab1]", "", text)
    assert not re.search(r"[,;:][ ]*[,;:.](?!\d|\.[ab1]|\.\.)|^[,;:]|  ", closed)
    assert not closed or closed.rstrip(')"')[-1:] in tuple(".!?…:")


@given(st.text())
def test_filters_of_text_take_any_text(text: str) -> None:
    """No text makes a text filter raise, and a list of one keeps it whole."""
    for name in ("full_stop", "clause", "enumerated", "period_label"):
        assert isinstance(FILTERS[name](text), str)
    assert FILTERS["listing"]([text]) == (text if text.strip() else "")


@given(st.sampled_from(["1.", "(a)", "A.", "I.", "(i)", "1st", "First", "first"]))
def test_numbers_of_a_style_are_all_different(style: str) -> None:
    """1 to 200 have 200 numbers."""
    assert len({FILTERS["ordinal"](n, style) for n in range(1, 201)}) == 200


@given(st.lists(st.tuples(st.decimals(0, 10**6, places=2), st.sampled_from(["room", "lamp", "kg"]))))
def test_units_are_never_added_across(pairs: list[tuple[Decimal, str]]) -> None:
    """The sums by unit are each unit's own."""
    rows = [SimpleNamespace(n=n, u=u) for n, u in pairs]
    parts = [
        re.fullmatch(r"([\d,.]+) (room|lamp|kg)s?", part)
        for part in FILTERS["total"](rows, "n", "u").split(", ")
        if part
    ]
    told = {part[2]: Decimal(part[1].replace(",", "")) for part in parts if part}

    assert told == {unit: sum(n for n, u in pairs if u == unit) for unit in dict.fromkeys(u for _, u in pairs)}


@pytest.mark.parametrize("unit", ["kg", "m²", "%", "kWh", "台", "yuan", "rooms", "staff", ""])
def test_what_is_no_word_in_the_singular_stays(unit: str) -> None:
    """Symbols, words of another language, and plurals have no plural."""
    assert plural(unit) == unit


@pytest.mark.parametrize(
    ("unit", "one"),
    [
        ("calories", "calorie"), ("lorries", "lorry"), ("minibuses", "minibus"), ("houses", "house"), ("gases", "gas"),
        ("dishes", "dish"), ("chassis", "chassis"), ("premises", "premises"), ("headquarters", "headquarters"),
    ],
)  # fmt: skip
def test_behind_one_a_unit_is_in_the_singular(unit: str, one: str) -> None:
    """Words that only look like a plural stay."""
    assert (units("1", unit), units("2", unit)) == (one, unit)


def test_a_block_is_not_escaped_twice() -> None:
    """A block that went through the template's escaping comes out escaped once, its signs no marks."""
    environment = ImmutableSandboxedEnvironment(
        autoescape=True,
        loader=DictLoader(
            {
                "a": "{% filter full_stop %}{{ v }}, , {{ ''|full_stop }}{% endfilter %}",
                "b": "{% set s %}{{ v }}{% endset %}{{ [s, v]|listing }}: {{ [s, v]|enumerated }}",
            }
        ),
    )
    environment.filters |= FILTERS

    assert environment.get_template("a").render(v="Q&A") == "Q&amp;A."
    assert environment.get_template("b").render(v="Q&A") == "Q&amp;A and Q&amp;A: First, Q&amp;A; second, Q&amp;A."


def test_the_words_of_a_filler_stay() -> None:
    """What is declared missing is told in the filler's own word."""
    assert FILTERS["missing"](Missing("unknown")) == "unknown"
