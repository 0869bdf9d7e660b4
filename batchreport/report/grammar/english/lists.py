"""This module numbers and joins in English: "1.", "A, B and C", "First, …; second, …."."""

from __future__ import annotations

from batchreport.report.grammar import ordinals
from batchreport.report.grammar.english.plurals import plural
from batchreport.report.grammar.english.text import as_text, clause, full_stop
from batchreport.report.grammar.inputs import as_items, as_number
from batchreport.report.grammar.text import joined


def ordinal(n: object, style: str = "1.") -> str:
    """Return the number of a heading or an item, in the manner of the example `style`: "1." "(1)" "(a)" "I." "1st" "First"."""
    return ordinals.ordinal(n, style)


def listing(items: object, last_and: bool = True, at_most: int | None = None, counter: str = "") -> str:
    """Return items as "A, B and C", without `last_and` "A, B, C"; more than `at_most` are cut: "A, B and 6 others".

    `counter`, in the singular, says others of what: "A, B and 6 other schools". Blank items are left out. A single
    text is itself.
    """
    texts = [as_text(item) for item in as_items(items)]
    limit = as_number(at_most)
    kept = len(texts) if limit is None else max(int(limit), 1)
    if kept < len(texts):
        return joined(" and ", [joined(", ", texts[:kept]), _others(len(texts) - kept, str(counter).strip())])
    if last_and and len(texts) > 1:
        return joined(" and ", [joined(", ", texts[:-1]), texts[-1]])
    return joined(", ", texts)


def _others(count: int, counter: str) -> str:
    if counter:
        return f"{count} other {counter if count == 1 else plural(counter)}"
    return f"{count} {'other' if count == 1 else 'others'}"


def enumerated(items: object, style: str = "First") -> str:
    """Return items as one numbered sentence: "First, …; second, …."; a single item is not numbered; none give "".

    Of a style in words only the first is written large.
    """
    sentences = [full_stop(as_text(item)) for item in as_items(items)]
    texts = [clause(text) for text in sentences if text]
    if len(texts) > 1:
        texts = [joined("", [_lead(index, style), text]) for index, text in enumerate(texts, 1)]
    return full_stop(joined("; ", texts))


def _lead(index: int, style: str) -> str:
    lead = ordinal(index, style.lower() if index > 1 and style.startswith("First") else style)
    return lead + (", " if lead[-1:].isalnum() else " ")
