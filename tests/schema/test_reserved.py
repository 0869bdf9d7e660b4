from __future__ import annotations

import re
from itertools import chain
from pathlib import Path

from batchreport.report.rollup import names
from batchreport.report.rollup.kept import OF_ROW
from batchreport.report.rollup.rows import OF_TOTAL, RANK
from batchreport.schema import reserved
from batchreport.workbook.blank import LISTS_OF
from batchreport.workbook.choose import HIDDEN
from batchreport.workbook.marking.record import SHEET
from batchreport.workbook.stamp import SHEETS
from batchreport.workbook.wording import FIRST_SHEET

ROOT = Path(__file__).parents[2]


def test_a_sheet_may_not_be_called_as_one_that_every_workbook_has() -> None:
    """Those of a blank workbook, and those of a marked one."""
    assert reserved.SHEETS == HIDDEN
    assert {*LISTS_OF.values(), *SHEETS.values(), *FIRST_SHEET.values(), SHEET} <= reserved.SHEETS


def test_a_section_may_not_be_called_as_what_stands_beside_it_in_a_roll_up() -> None:
    """At the top of the roll-up, in a department, in an earlier period; what reports have too is kept free for all."""
    top = (names.ORGANISATION, names.DEADLINE, names.PARTIAL, names.TOTALS, names.ALIKE, names.RECENT)
    every = {*chain(*top, *names.GROUPS, *names.OF_DEPARTMENT, *names.OF_RECENT)}

    assert every - reserved.TEMPLATES == reserved.SECTIONS


def test_a_column_may_not_be_called_as_what_a_roll_up_puts_beside_it() -> None:
    """The department in every row, the findings of a total in the rows of totals."""
    assert [set(each) for each in OF_ROW] == [reserved.DEPARTMENT, reserved.CODE]
    assert {*chain(*OF_TOTAL, RANK)} == reserved.TOTALS


def test_the_page_of_the_schema_lists_every_name_that_is_taken() -> None:
    """Whoever writes a schema can look them up."""
    page = (ROOT / "docs/schema.md").read_text("utf-8").partition("### Names that are taken")[2]
    shown = set(re.findall(r"[\w]+", page))

    kinds = (
        reserved.SHEETS,
        reserved.TEMPLATES,
        reserved.SECTIONS,
        reserved.DEPARTMENT,
        reserved.CODE,
        reserved.TOTALS,
    )
    assert not set().union(*kinds) - shown
