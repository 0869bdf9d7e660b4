from __future__ import annotations

import inspect
import re
import tomllib
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal, localcontext
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import DictLoader, StrictUndefined, UndefinedError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from batchreport.period import Period
from batchreport.report.grammar import FILTERS, NAMES, FilterError, filters
from batchreport.values import Missing

if TYPE_CHECKING:
    from datetime import date

_MARKED = re.compile(r"<(none|missing|float|period|markup) ?(.*)>", re.DOTALL)
_KINDS: dict[str, Any] = {
    "none": lambda _: None,
    "missing": Missing,
    "float": float,
    "period": Period.parse,
    "markup": Markup,
}


def value_of(raw: Any) -> Any:
    """Return a value of the table as the template would hand it over."""
    if isinstance(raw, str) and (marked := _MARKED.fullmatch(raw)):
        return _KINDS[marked[1]](marked[2])
    if isinstance(raw, list):
        return [value_of(item) for item in raw]
    return SimpleNamespace(**{key: value_of(item) for key, item in raw.items()}) if isinstance(raw, dict) else raw


@dataclass(frozen=True)
class Case:
    """One line of the table."""

    language: str
    filter: str
    number: int
    args: list[Any]
    kw: dict[str, Any] = field(default_factory=dict)
    out: Any = None
    error: str = ""

    def call(self, name: str) -> Any:
        """Return what the filter makes of the line, called by `name`."""
        options = {key: value_of(item) for key, item in self.kw.items()}
        return filters(self.language)[name](*(value_of(arg) for arg in self.args), **options)

    @property
    def names(self) -> tuple[str, str]:
        """The Chinese and the English name of the filter."""
        return next(pair for pair in NAMES.items() if self.filter in pair)

    def __str__(self) -> str:
        return f"{self.language}-{self.names[1]}-{self.number}"


def table(name: str) -> dict[str, list[dict[str, Any]]]:
    """Return the lines of a file of cases by filter."""
    return tomllib.loads(Path(__file__).with_name(name).read_text("utf-8"), parse_float=Decimal)


TABLES = {"zh": table("grammar.toml"), "en": table("grammar-en.toml")}
CASES = [
    Case(language, name, number, **line)
    for language, lines_of in TABLES.items()
    for name, lines in lines_of.items()
    for number, line in enumerate(lines, 1)
]
ANY_NUMBER = st.decimals(-(10**12), 10**12, allow_nan=False, places=3) | st.integers(-(10**12), 10**12)
FIGURES = ANY_NUMBER | st.floats() | st.none() | st.just(Missing("缺报"))


def test_the_table_has_a_case_for_every_filter() -> None:
    """No filter is without a case, and no case without a filter."""
    assert len(CASES) > 700
    assert set(TABLES["zh"]) == set(NAMES)
    assert set(TABLES["en"]) == set(NAMES.values())
    for language in TABLES:
        assert set(filters(language)) == set(NAMES) | set(NAMES.values())
        assert len(filters(language)) == 2 * len(NAMES)


def test_a_filter_has_the_same_options_in_each_language() -> None:
    """A template that is checked in one language is right in the other, and every option has its Chinese name."""
    for name in NAMES:
        options = [list(inspect.signature(filters(language)[name]).parameters) for language in TABLES]
        assert options[0] == options[1]
        assert options[0][-1] == "language"


@pytest.mark.parametrize("case", [case for case in CASES if not case.error], ids=str)
def test_a_filter_returns_what_the_table_says(case: Case) -> None:
    """Both names of a filter give the expected value, of the expected type."""
    expected = value_of(case.out)

    for name in case.names:
        result = case.call(name)
        assert result == expected
        assert isinstance(result, type(expected)) or (isinstance(result, Decimal) and isinstance(expected, int))


@pytest.mark.parametrize("case", [case for case in CASES if case.error], ids=str)
def test_a_filter_on_the_wrong_thing_says_so_in_one_line(case: Case) -> None:
    """The error is a TypeError that names the filter, what is wanted and what is there, in both languages."""
    for name in case.names:
        with pytest.raises(FilterError) as caught:
            case.call(name)
        assert case.error in caught.value.texts[case.language]
        assert caught.value.zh.startswith(case.names[0])
        assert caught.value.en.startswith(case.names[1])
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize("language", TABLES)
@pytest.mark.parametrize("name", sorted(FILTERS))
@pytest.mark.parametrize("blank", [None, "", " ", Missing("缺报"), Decimal("NaN"), float("nan")], ids=repr)
def test_no_filter_stumbles_over_a_blank(language: str, name: str, blank: Any) -> None:
    """A blank gives "", no rows, or the sign for it, whatever else is asked."""
    others = {
        "change": (5,),
        "change_cell": (5,),
        "approximate": ("余",),
        "share": (5,),
        "total": ("n",),
        "count_by": ("n",),
        "grouped_by": ("n",),
        "having": ("n",),
        "lacking": ("n",),
        "change_mark": (5,),
        "verdict": (5,),
        "largest_group": ("n",),
        "most_changed": ("n", "p"),
    }
    english = NAMES.get(name, name)

    assert filters(language)[name](blank, *others.get(english, ())) in ("", 0, None, "—", "缺报", "not reported", [])


def test_no_filter_hides_one_of_jinja() -> None:
    """Our names leave Jinja's own filters alone."""
    assert not set(FILTERS) & set(ImmutableSandboxedEnvironment().filters)


def test_an_undefined_name_keeps_its_own_error() -> None:
    """A misspelt name inside a filter is reported as undefined, not as a wrong type."""
    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined)
    environment.filters |= FILTERS

    for tag in (
        "{{ 没有|数值 }}",
        "{{ 620|增减(没有) }}",
        "{{ 没有|顿号 }}",
        "{{ 没有|句号 }}",
        "{{ 没有|日期 }}",
        "{{ 没有|缺 }}",
    ):
        with pytest.raises(UndefinedError, match="没有"):
            environment.from_string(tag).render()


def test_a_column_that_rows_lack_is_an_attribute_error() -> None:
    """The template layer tells the designer which column there is none of."""
    rows = [SimpleNamespace(quantity=1)]

    for name, column in (("合计", "数量"), ("计数", "级别"), ("分组", "级别"), ("有值", "级别"), ("无值", "级别")):
        with pytest.raises(AttributeError, match=column):
            FILTERS[name](rows, column)


def test_a_block_is_not_escaped_twice() -> None:
    """A block that went through the template's escaping comes out of 句号, 全角 and 顿号 escaped once."""
    environment = ImmutableSandboxedEnvironment(
        autoescape=True,
        loader=DictLoader(
            {
                "a": "{% filter 句号 %}{{ v }}，{{ ''|句号 }}{% endfilter %}",
                "b": "{% set s %}{{ v }}{% endset %}{{ [s, v]|顿号 }}{{ [s, v]|列举 }}{{ s|全角 }}",
            }
        ),
    )
    environment.filters |= FILTERS

    assert environment.get_template("a").render(v="甲&乙") == "甲&amp;乙。"
    assert (
        environment.get_template("b").render(v="甲&乙") == "甲&amp;乙、甲&amp;乙一是甲&amp;乙；二是甲&amp;乙。甲&amp;乙"
    )


@given(FIGURES, FIGURES, st.sampled_from(["时点", "时期", "比率", None]), st.sampled_from(["人", "%", "‰", None]))
def test_a_clause_of_change_never_shows_a_sign_or_nothing(cur: Any, base: Any, measure: Any, unit: Any) -> None:
    """No minus sign, no "nan", no "None" stands in a sentence, and no trailing mark."""
    for approx in (None, "余"):
        clause = FILTERS["增减"](cur, base, measure, unit, 约数=approx)
        assert not re.search(r"[-−]\d|nan|None|inf|E[+-]|[，。]$", clause, re.IGNORECASE)


@given(
    st.decimals(Decimal("0.01"), 10**9, places=2),
    st.decimals(0, 10**9, places=2),
    st.sampled_from(["越高越好", "越低越好", "中性", None]),
)
def test_the_verb_agrees_with_the_rounded_figure(base: Decimal, cur: Decimal, good_when: Any) -> None:
    """增长, 上升 and 下降 come from the figure that is printed, and a printed figure is never zero."""
    clause = FILTERS["增减"](cur, base, "时期", "元", "上月", good_when)
    cell = FILTERS["变化"](cur, base, "时期", "元")
    growth = ((cur - base) * 100 / base).quantize(Decimal("0.1"), ROUND_HALF_UP)

    assert ("增长" in clause or "上升" in clause or "倍" in clause) == (growth > 0) == cell.startswith(("+", "增至"))
    assert ("下降" in clause) == (growth < 0 and cur != 0)
    assert (growth < 0) == cell.startswith("−")
    assert ("持平" in clause) == (growth == 0) == ("持平" in cell)
    assert "增长" not in clause or good_when != "越低越好"


@given(st.decimals(-100, 100, places=3), st.decimals(-100, 100, places=3))
def test_a_rate_never_changes_in_percent(cur: Decimal, base: Decimal) -> None:
    """Two rates differ by percentage points."""
    for text in (FILTERS["增减"](cur, base, "比率", "%"), FILTERS["变化"](cur, base, "比率", "%")):
        assert "%" not in text
        assert ("个百分点" in text) == (abs(cur - base) >= Decimal("0.05"))


@given(ANY_NUMBER, st.integers(0, 6))
def test_a_number_is_rounded_half_up(x: Decimal | int, places: int) -> None:
    """The printed figure is Decimal's own half-up rounding, with as many decimals as asked for."""
    with localcontext(prec=60):
        expected = Decimal(x).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    text = FILTERS["数值"](x, places).replace("−", "-")

    assert Decimal(text) == expected
    assert len(text.partition(".")[2]) == places
    assert text.strip("-0.") or not text.startswith("-")
    assert FILTERS["数值"](x, places, 分节=True).replace(",", "").replace("−", "-") == text


@given(st.decimals(allow_nan=False, allow_infinity=False) | st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_as_it_stands_loses_nothing(x: Decimal | float) -> None:
    """Without places the digits are the value's own, or a float's fifteen; beyond Excel's range there is no number."""
    text = FILTERS["数值"](x).replace("−", "-")
    exact = Decimal(format(x, ".15g")) if isinstance(x, float) else x

    expected = Decimal(0) if exact.adjusted() < -310 else exact
    assert Decimal(text) == expected if text else exact.adjusted() >= 310
    assert "E" not in text


@given(st.sampled_from(["一、", "（一）", "1.", "（1）", "①", "一是", "首先"]))
def test_numbers_of_a_style_are_all_different(style: str) -> None:
    """1 to 99 have 99 numbers."""
    assert len({FILTERS["序号"](n, style) for n in range(1, 100)}) == 99


@given(st.decimals(-(10**15), 10**15, places=2))
def test_a_capital_amount_can_be_read_back(amount: Decimal) -> None:
    """The words say the amount, digit for digit, and no 零 stands beside another."""
    words = FILTERS["大写金额"](amount)

    assert amount_of(words) == amount
    assert "零零" not in words
    assert not re.search("零[元万亿整]", words.replace("币零元整", ""))


def amount_of(words: str) -> Decimal:
    """Return the amount that capital characters say, read from the left, place by place."""
    digits, places = "零壹贰叁肆伍陆柒捌玖", {"拾": 10, "佰": 100, "仟": 1000}
    total = section = digit = 0
    cents = 0
    for character in words.removeprefix("人民币").removeprefix("负"):
        if character in digits:
            digit = digits.index(character)
        elif character in places:
            section, digit = section + digit * places[character], 0
        elif character == "万":
            section, digit = (section + digit) * 10**4, 0
        elif character == "亿":
            total, section, digit = (total + section + digit) * 10**8, 0, 0
        elif character == "元":
            total, section, digit = total + section + digit, 0, 0
        elif character in "角分":
            cents, digit = cents + digit * (10 if character == "角" else 1), 0
    amount = Decimal(total * 100 + cents).scaleb(-2)
    return -amount if "负" in words else amount


@given(st.dates())
def test_a_date_in_characters_says_the_same_date(day: date) -> None:
    """The year's digits are read one by one, and 零 never stands for 〇."""
    text = FILTERS["汉字日期"](day)
    year, rest = text.split("年")
    month, last = rest.split("月")
    numbers = {FILTERS["序号"](n, "一"): n for n in range(1, 32)}

    assert "零" not in text
    assert int("".join(str("〇一二三四五六七八九".index(c)) for c in year)) == day.year
    assert (numbers[month], numbers[last.removesuffix("日")]) == (day.month, day.day)


@given(st.text(alphabet="甲乙，。；、！？：… a1”）", max_size=20))
def test_a_sentence_is_closed_once(text: str) -> None:
    """句号 gives nothing or a closed sentence, changes no word, and a second time changes nothing."""
    closed = FILTERS["句号"](text)

    assert FILTERS["句号"](closed) == closed
    assert not re.search("[、，：；。][、，：；。]|^[、，；。]", closed)
    assert re.sub(r"[^甲乙a1]", "", closed) == re.sub(r"[^甲乙a1]", "", text)
    assert not closed or closed.rstrip("”）")[-1:] in tuple("。！？…：")


@given(st.text())
def test_filters_of_text_take_any_text(text: str) -> None:
    """No text makes a text filter raise, and 顿号 and 缺 keep it whole."""
    for name in ("句号", "全角", "列举", "期间"):
        assert isinstance(FILTERS[name](text), str)
    assert FILTERS["顿号"]([text]) == (text if text.strip() else "")
    assert FILTERS["缺"](text) == (text if text.strip() else "缺报")


@given(st.lists(st.tuples(st.decimals(-(10**6), 10**6, places=2), st.sampled_from(["台", "间", "套"]))))
def test_units_are_never_added_across(pairs: list[tuple[Decimal, str]]) -> None:
    """The sums by unit are each unit's own, and together the whole."""
    rows = [SimpleNamespace(n=n, u=u) for n, u in pairs]
    parts = [re.fullmatch(r"(.+)(台|间|套)", part) for part in FILTERS["合计"](rows, "n", "u").split("、") if part]
    told = {part[2]: Decimal(part[1].replace("−", "-")) for part in parts if part}

    assert told == {unit: sum(n for n, u in pairs if u == unit) for unit in dict.fromkeys(u for _, u in pairs)}
    assert sum(told.values()) == (FILTERS["合计"](rows, "n") or 0)
