"""This module holds the period a report covers: a month, a quarter, a half or a year."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta

_MONTHS = {"M": 1, "Q": 3, "H": 6, "Y": 12}
_PARTS = {"M": 12, "Q": 4, "H": 2, "Y": 1}
_ENGLISH = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_MONTHS_IN_ENGLISH = {
    **{name.lower(): number for number, name in enumerate(_ENGLISH, 1)},
    **{name[:3].lower(): number for number, name in enumerate(_ENGLISH, 1)},
    "sept": 9,
}
_TURNED = re.compile(r"(?P<name>[A-Za-z]+|[QH]\d)\.?,? (?P<y>\d{4})", re.IGNORECASE)
_CHINESE = {"一": 1, "二": 2, "三": 3, "四": 4, "上": 1, "下": 2}
_FORMS = (
    ("M", re.compile(r"(?P<y>(?:19|20|21)\d\d)[-./年 _]?(?P<n>0[1-9]|1[0-2]|[1-9])月?(?:份)?")),
    (
        "Q",
        re.compile(r"(?P<y>(?:19|20|21)\d\d)[-./年 _]?(?:Q(?P<n>[1-4])|第?(?P<c>[一二三四1-4])季度?)", re.IGNORECASE),
    ),
    ("H", re.compile(r"(?P<y>(?:19|20|21)\d\d)[-./年 _]?(?:H(?P<n>[12])|(?P<c>[上下])半年)", re.IGNORECASE)),
    ("Y", re.compile(r"(?P<y>(?:19|20|21)\d\d)(?:年度?|-Y|全年)?", re.IGNORECASE)),
)


def english_month(text: str) -> int | None:
    """Return the number of the month that an English name or its abbreviation says ("November", "Nov"), or None."""
    return _MONTHS_IN_ENGLISH.get(text.lower())


def day_label(day: date, language: str) -> str:
    """Return a day as a text names it: "2026年11月3日" (GB/T 9704-2012, 7.3.5.4), "3 November 2026"."""
    if language == "zh":
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {_ENGLISH[day.month - 1]} {day.year}"


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A month ("2026-11"), a quarter ("2026-Q4"), a half ("2026-H2") or a year ("2026")."""

    year: int
    number: int
    kind: str

    @classmethod
    def parse(cls, text: str) -> Period | None:
        """Return the period that `text` names in an ISO-like or a usual Chinese or English form, or None."""
        text = " ".join(unicodedata.normalize("NFKC", text).split())
        if turned := _TURNED.fullmatch(text):  # "November 2026", "Q4 2026"
            text = f"{turned['y']}-{english_month(turned['name']) or turned['name']}"
        for kind, form in _FORMS:
            if match := form.fullmatch(text):
                groups = match.groupdict()
                number = groups.get("n") or groups.get("c") or "1"
                return cls(int(groups["y"]), _CHINESE.get(number) or int(number), kind)
        return None

    @property
    def start(self) -> date:
        """The first day."""
        return date(self.year, (self.number - 1) * _MONTHS[self.kind] + 1, 1)

    @property
    def end(self) -> date:
        """The last day."""
        return self.end_after(0)

    def end_after(self, months: int) -> date:
        """Return the last day of the month that lies `months` after the period's last one."""
        ordinal = self.year * 12 + self.number * _MONTHS[self.kind] + months
        return date(ordinal // 12, ordinal % 12 + 1, 1) - timedelta(days=1)

    @property
    def previous(self) -> Period:
        """The period of the same length just before."""
        if self.number > 1:
            return Period(self.year, self.number - 1, self.kind)
        return Period(self.year - 1, _PARTS[self.kind], self.kind)

    @property
    def year_before(self) -> Period:
        """The same period of the year before."""
        return Period(self.year - 1, self.number, self.kind)

    def label(self, language: str) -> str:
        """Return the period as a report's text names it: "2026年11月", "November 2026"."""
        if language == "zh":
            names = {
                "M": f"{self.number}月",
                "Q": f"第{'零一二三四'[min(self.number, 4)]}季度",
                "H": f"{' 上下'[min(self.number, 2)]}半年",
                "Y": "",
            }
            return f"{self.year}年{names[self.kind]}"
        names = {"M": _ENGLISH[self.number - 1], "Q": f"Q{self.number}", "H": f"H{self.number}", "Y": ""}
        return f"{names[self.kind]} {self.year}".strip()

    def __str__(self) -> str:
        if self.kind == "M":
            return f"{self.year}-{self.number:02d}"
        return f"{self.year}" if self.kind == "Y" else f"{self.year}-{self.kind}{self.number}"
