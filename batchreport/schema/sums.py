"""This module checks in a schema the rules that compare numbers: of what a number is the sum, and beside which it has its size."""

from __future__ import annotations

from typing import TYPE_CHECKING

from batchreport.names import fold
from batchreport.schema.choices import values_of
from batchreport.schema.model import NUMERIC
from batchreport.schema.named import kind_of, may_be, texts

if TYPE_CHECKING:
    from batchreport.schema.named import Named, Raw
    from batchreport.schema.speaker import Speaker
    from batchreport.tomlfile import Path


def check_numbers(path: Path, rule: Raw, columns: dict[str, Raw], named: Named, speaker: Speaker) -> None:
    """Say which numbers a rule compares that are none, and what it takes for rows without saying of what."""
    numeric = [key for key, column in columns.items() if may_be(column, NUMERIC)]
    own = str(rule.get("column"))
    beside = [key for key in numeric if key != own]
    for word in ("same_size_as", "sum_of", "sum_of_rows"):
        if word in rule and own in columns:
            speaker.refer((*path, "column"), own, numeric, columns)
    speaker.refer((*path, "same_size_as"), rule.get("same_size_as"), beside, columns)
    every = {name: other for name, other in named.columns.items() if other is not columns.get(own)}
    elsewhere = [name for name, other in every.items() if may_be(other, NUMERIC)]
    for name in texts(rule.get("sum_of")):
        speaker.refer((*path, "sum_of"), name, elsewhere if "." in name else beside, {**columns, **named.columns})
    if "sum_of_rows" in rule:
        _check_rows(path, rule, columns, named, speaker)
    if "times" in rule and "same_size_as" not in rule:
        speaker.say("schema-word-alone", (*path, "times"), word="times", other="same_size_as")


def _check_rows(path: Path, rule: Raw, columns: dict[str, Raw], named: Named, speaker: Speaker) -> None:
    """Say where a sum of rows has no total, is a part of itself, or has a part that no row can be."""
    when = rule["when"] if isinstance(rule.get("when"), dict) else {}
    if not when.get("is"):
        speaker.say("schema-rows-of-what", (*path, "sum_of_rows"))
    column = columns.get(str(when.get("column")), {})
    values = values_of(column, named.lists) if not column.get("allow_other") else None
    totals = set(map(fold, texts(when.get("is"))))
    for name in texts(rule.get("sum_of_rows")):
        if fold(name) in totals:
            speaker.say("schema-sum-of-itself", (*path, "sum_of_rows"), found=name)
        elif isinstance(values, list) and kind_of(column) == "choice":
            speaker.refer((*path, "sum_of_rows"), name, values)
