"""This module gathers the filters as they speak English, by their English names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from batchreport.report.grammar.chinese.dates import chinese_date
from batchreport.report.grammar.chinese.text import fullwidth
from batchreport.report.grammar.english.change import change, change_cell
from batchreport.report.grammar.english.dates import date_text, period_label
from batchreport.report.grammar.english.lists import enumerated, listing, ordinal
from batchreport.report.grammar.english.numbers import (
    approximate,
    compact,
    money,
    number,
    points,
    quantity,
    ten_thousands,
)
from batchreport.report.grammar.english.numerals import capital_amount
from batchreport.report.grammar.english.phrases import (
    change_mark,
    counted,
    led_by,
    noted,
    unit_word,
    verdict,
    with_figure,
)
from batchreport.report.grammar.english.sums import count_by, total
from batchreport.report.grammar.english.text import clause, full_stop, missing
from batchreport.report.grammar.numbers import percent, share
from batchreport.report.grammar.rows import grouped_by, having, lacking, largest_group, most_changed
from batchreport.report.grammar.text import capitalised, width

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

ENGLISH: Mapping[str, Callable[..., Any]] = {
    "ordinal": ordinal,
    "listing": listing,
    "enumerated": enumerated,
    "number": number,
    "quantity": quantity,
    "approximate": approximate,
    "percent": percent,
    "points": points,
    "change": change,
    "change_cell": change_cell,
    "date": date_text,
    "chinese_date": chinese_date,
    "period_label": period_label,
    "capital_amount": capital_amount,
    "ten_thousands": ten_thousands,
    "money": money,
    "compact": compact,
    "total": total,
    "share": share,
    "count_by": count_by,
    "grouped_by": grouped_by,
    "having": having,
    "lacking": lacking,
    "full_stop": full_stop,
    "clause": clause,
    "missing": missing,
    "fullwidth": fullwidth,
    "led_by": led_by,
    "noted": noted,
    "with_figure": with_figure,
    "change_mark": change_mark,
    "verdict": verdict,
    "largest_group": largest_group,
    "most_changed": most_changed,
    "width": width,
    "counted": counted,
    "unit_word": unit_word,
    "capitalised": capitalised,
}
