"""This module writes the tag in a letter's subject that names period and department, and finds it in an answer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, unquote

from batchreport.period import Period

# Mail programs keep plain ASCII and put words of their own before it; Chinese ones may widen the brackets.
_FORM = re.compile(
    r"[\[［【(（]BR-(?P<period>\d{4}(?:-(?:\d\d|Q[1-4]|H[12]))?)-(?P<code>[\w.~%-]+)[\]］】)）]",
    re.ASCII | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Tag:
    """The period and the department that a letter is about."""

    period: Period
    department: str

    def __str__(self) -> str:
        code = quote(self.department, safe="")
        text = f"[BR-{self.period}-{code}]"
        return text if find_tag(text) == self else f"[BR-{self.period}-{code.replace('-', '%2D')}]"


def find_tag(text: str) -> Tag | None:
    """Return the first tag in `text`, or None.

    Whatever is no letter, digit, "_", ".", "~" or "-" stands in a tag as the percent escapes of its UTF-8, and so does
    a hyphen that would make the period another one: "[BR-2026-11%2D2]" is department "11-2" in the year 2026.
    """
    for match in _FORM.finditer(text):
        period = Period.parse(match["period"].upper())
        if period is not None:
            return Tag(period, unquote(match["code"]))
    return None
