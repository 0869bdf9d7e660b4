"""This module makes charts of rows: the filters 图表 and 走势 as templates write them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from batchreport.names import near
from batchreport.period import Period
from batchreport.report.chart.rows import field, flat, unit_of
from batchreport.report.chart.trend import trend
from batchreport.report.chart.value import KINDS, ROUND, Chart, Series
from batchreport.report.grammar.inputs import FilterError, as_number, as_rows, is_blank
from batchreport.report.text import clean

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from batchreport.report.text import Speaker

OPTIONS: Mapping[str, str] = {
    "类型": "kind",
    "标题": "title",
    "名称": "names",
    "宽": "width",
    "高": "height",
    "单位": "unit",
    "说明": "alt",
}
"""The English name of every option of 图表; a template writes either."""

CHARTS = ("图表", "chart")
TRENDS = ("走势", "trend")
_WIDEST = 1000  # millimetres
_MOST_SERIES = 255  # what Excel draws
_PERCENT = frozenset({"%", "％"})


def filters(speaker: Speaker) -> dict[str, Callable[..., Any]]:
    """Return the filters, which are functions too, by both names; `speaker` says categories and names."""

    def chart(rows: object, category: object, *values: object, **options: object) -> Chart:
        return _chart(speaker, rows, category, values, options)

    return dict.fromkeys(CHARTS, chart) | dict.fromkeys(TRENDS, trend)


def _chart(
    speaker: Speaker, rows: object, category: object, values: tuple[object, ...], given: Mapping[str, object]
) -> Chart:
    options = _options(given)
    columns = flat(values)
    kind = _kind(options.get("kind"))
    if not columns or len(columns) > _MOST_SERIES:
        raise FilterError("图表 要写出画哪些列的数", "chart wants the names of the columns to draw")
    if kind == "pie" and len(columns) > 1:
        raise FilterError("饼图只能画一列数", "a pie shows one column of figures")
    listed = [row for row in as_rows(rows) if _any(row, columns) or _keeps_gap(kind, field(row, category))]
    named = _names(options.get("names"), columns)
    return Chart(
        kind,
        _categories(speaker, [field(row, category) for row in listed]),
        tuple(_series(speaker, listed, column, name) for column, name in zip(columns, named, strict=True)),
        title=_line(speaker, options.get("title")),
        unit=_line(speaker, options["unit"]) if "unit" in options else _unit(listed),
        alt=_line(speaker, options.get("alt")),
        width=_size(options.get("width")),
        height=_size(options.get("height")),
        language=speaker.language,
    )


def _options(given: Mapping[str, object]) -> dict[str, object]:
    options = {OPTIONS.get(name, name): option for name, option in given.items()}
    if not options.keys() <= set(OPTIONS.values()):
        raise FilterError(
            f"图表 只有这些参数：{'、'.join(OPTIONS)}", f"chart has the options {', '.join(OPTIONS.values())}"
        )
    return options


def _kind(given: object) -> str:
    wanted = "column" if is_blank(given) else str(given)
    kind = KINDS.get(wanted, wanted)
    if kind not in KINDS.values():
        meant = near(wanted, [*KINDS, *KINDS.values()])
        zh, en = "、".join(KINDS), ", ".join(KINDS.values())
        asked = (f"，是不是“{meant}”？", f", is it “{meant}”?") if meant else ("", "")
        raise FilterError(
            f"没有“{wanted}”这种图{asked[0]}可用的有{zh}", f"there is no chart “{wanted}”{asked[1]} There are {en}"
        )
    return kind


def _names(given: object, columns: list[object]) -> list[object]:
    """Return the name of each series: its column's where none is given."""
    names = flat([given]) if given is not None else []
    return [*names[: len(columns)], *columns[len(names) :]]


def _keeps_gap(kind: str, category: object) -> bool:
    """Tell whether a row without figures has its place: what is not there is no part of a whole."""
    return kind not in ROUND and not is_blank(category)


def _any(row: object, columns: list[object]) -> bool:
    return any(not is_blank(field(row, column)) for column in columns)


def _series(speaker: Speaker, rows: list[object], column: object, name: object) -> Series:
    values = tuple(_figure(field(row, column), column) for row in rows)
    return Series(_line(speaker, name), values)


def _figure(value: object, column: object) -> Decimal | None:
    try:
        return as_number(value)
    except FilterError:
        raise FilterError(f"“{column}”里有不是数的内容，画不成图", f"“{column}” holds what is no number") from None


def _categories(speaker: Speaker, values: list[object]) -> tuple[str, ...]:
    """Return the text under each place; of periods, the year is said where it changes."""
    if not all(isinstance(value, Period) for value in values):
        return tuple(_line(speaker, value) for value in values)
    periods = [value for value in values if isinstance(value, Period)]
    before = zip((None, *periods), periods, strict=False)  # one longer
    return tuple(_label(one, last, speaker.language) for last, one in before)


def _label(period: Period, last: Period | None, language: str) -> str:
    """Return a period's label, without its year if the one before it has the same."""
    label = period.label(language)
    if period.kind == "Y" or last is None or last.year != period.year:
        return label
    return label.replace(f"{period.year}年", "").replace(f" {period.year}", "")


def _line(speaker: Speaker, value: object) -> str:
    return " ".join(clean(speaker.say(value)).split())


def _unit(rows: list[object]) -> str:
    """Return "%" where every row says that it counts percent: other units belong into the caption."""
    units = {unit_of(row) for row in rows}
    return "%" if units and units <= _PERCENT else ""


def _size(value: object) -> Decimal | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal) or not 0 < value <= _WIDEST:
        raise FilterError("图表 的宽、高要写毫米数，例如 150", "chart takes millimetres, such as 150")
    return Decimal(str(value))
