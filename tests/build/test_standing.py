from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from batchreport.findings import Place, error, warning
from batchreport.period import Period
from batchreport.run.pipeline import Outcome
from batchreport.run.post import Receipt, Sent
from batchreport.run.stand import Came, Mail, Standing, Standings, There, settled, uncounted
from batchreport.workbook.roster import Department

if TYPE_CHECKING:
    from batchreport.findings import Finding
    from batchreport.run.post import Kind, SentState

NOVEMBER = Period(2026, 11, "M")
SENT = datetime(2026, 11, 25, 8, tzinfo=UTC)
ONE = Department("D001", "甲校")
OTHER = Department("D002", "乙校")


def came(
    *findings: Finding, revision: int = 1, period: Period = NOVEMBER, code: str = "D001", name: str = "甲校"
) -> Came:
    """Return a workbook that lies there."""
    outcome = Outcome("a.xlsx", code, name, period, revision, findings=findings)
    return Came(outcome, f"2026-11/r{revision}.xlsx", "" if findings else "2026-11/甲校.docx")


def letter(kind: Kind, day: int, state: SentState = "sent", code: str = "D001", revision: int = 1) -> Sent:
    """Return a letter, sent some days after the blank workbooks; a marked copy is of one revision of a workbook."""
    at = SENT + timedelta(days=day)
    digest = f"digest of 2026-11/r{revision}.xlsx"
    return Sent("2026-11", code, kind, digest, f"<{kind}-{day}>", "a@example.com", at, state)


def receipt(day: int, **told: Any) -> Receipt:
    """Return what is known of a workbook that came some days after."""
    known = {"digest": "d", "period": "2026-11", "department": "d001", "revision": 1, "file": "2026-11/r1.xlsx"}
    more = {"at": SENT + timedelta(days=day), "sender": "a@example.com", "origin": "a.eml › a.xlsx", "state": "taken"}
    return Receipt(**{**known, **more, **told})


def stands(*lying: Came, mail: Mail | None = None) -> Standing:
    """Return where the one department of the roster stands."""
    there = There(digest=lambda file: f"digest of {file}")
    return settled(NOVEMBER, [ONE], lying, mail or Mail(), there)[0]


WRONG = error("cell-required", Place(sheet="统计数据", cell="C7"), title="本期值", hint="")
SMALL = warning("cell-expected", Place(sheet="统计数据", cell="C7"), title="本期值", hint="")
PERIOD = error("period-wrong", Place(file="a.xlsx"), found="2026-10", wanted="2026-11")
DOUBLED = error("workbook-doubled", Place(file="a.xlsx"), other="b.xlsx")
BLANK = Mail([letter("blank", 0)])


@pytest.mark.parametrize(
    ("lying", "mail", "state"),
    [
        ([], Mail(), "awaited"),
        ([], Mail(used=True), "unsent"),
        ([], Mail([letter("blank", 0, code="D002")]), "unsent"),
        ([], Mail([letter("blank", 0, "refused")], used=True), "unsent"),
        ([], BLANK, "awaited"),
        ([], Mail([letter("blank", 0, "draft")]), "awaited"),
        ([came()], BLANK, "good"),
        ([came(SMALL)], BLANK, "good"),
        ([came(WRONG)], BLANK, "faulty"),
        ([came(WRONG)], Mail([letter("marked", 5)], [receipt(4)]), "returned"),
        ([came(WRONG)], Mail([letter("marked", 5)], [receipt(6)]), "returned"),
        ([came(WRONG, revision=2)], Mail([letter("marked", 5)]), "faulty"),
        ([came(WRONG)], Mail([letter("marked", 5, "refused")], [receipt(4)]), "faulty"),
        ([came()], Mail([letter("marked", 5)], [receipt(6)]), "good"),
        ([came(DOUBLED), came(DOUBLED)], BLANK, "doubled"),
        ([came(PERIOD, period=NOVEMBER.previous)], BLANK, "wrong-period"),
        ([came(PERIOD, period=NOVEMBER.previous), came(WRONG)], BLANK, "faulty"),
    ],
)
def test_what_lies_there_and_what_was_sent_make_the_state(lying: list[Came], mail: Mail, state: str) -> None:
    """A marked copy counts as returned for the workbook that it is a copy of, whatever anybody's clock says."""
    assert stands(*lying, mail=mail).state == state


def test_a_refused_workbook_of_another_period_is_told() -> None:
    """Last period's, or one that came after this period's blank workbook; what was refused before has nothing to do with it."""
    late = receipt(-3, period="2026-10", state="refused", file="")
    early = receipt(-3, period="2026-08", state="refused", file="")
    other = receipt(3, period="2026-08", state="refused", file="")

    told = stands(mail=Mail([letter("blank", 0)], [late]))

    assert told.state == "wrong-period"
    assert told.received == late.at
    assert "2026-10" in told.findings[0].what("zh")
    assert stands(mail=Mail([letter("blank", 0)], [early])).state == "awaited"
    assert stands(mail=Mail([letter("blank", 0)], [other])).state == "wrong-period"


def test_letters_and_receipts_are_told() -> None:
    """The first blank workbook, how often and when last reminded, when the workbook that counts came."""
    mail = Mail([letter("blank", 0), letter("reminder", 7), letter("reminder", 9)], [receipt(10)])
    one = stands(came(), mail=mail)

    assert (one.sent, one.reminders, one.reminded) == (SENT, 2, SENT + timedelta(days=9))
    assert one.received == SENT + timedelta(days=10)
    assert (one.report, one.file, one.revision) == ("2026-11/甲校.docx", "2026-11/r1.xlsx", 1)


def test_a_workbook_put_there_by_hand_has_no_day() -> None:
    """Nobody knows when it came, and the file's own time would change with every copy."""
    assert stands(came()).received is None


def test_the_latest_revision_counts() -> None:
    """Of several the last one says where a department stands."""
    assert stands(came(WRONG, revision=1), came(revision=2)).state == "good"


def test_who_is_not_in_the_roster_comes_last() -> None:
    """By name, and marked as not listed; a name without its code is enough to be found in the roster."""
    strange = came(code="X9", name="外校")
    named = came(code="", name="乙校")
    found = settled(NOVEMBER, [OTHER, ONE], [strange, named], Mail())

    assert [(one.department.name, one.state, one.listed) for one in found] == [
        ("乙校", "good", True),
        ("甲校", "awaited", True),
        ("外校", "good", False),
    ]


def test_a_workbook_that_could_not_be_read_is_its_departments_or_nobodys() -> None:
    """By its name, behind every one that was read; a strange one is no department, and both are told over all."""
    lost = error("file-empty", Place(file="a.xlsx"))
    own, strange = came(lost, code="", revision=2), came(lost, code="", name="空", revision=3)
    items = settled(NOVEMBER, [ONE, OTHER], [own, came(WRONG), strange], Mail())

    assert [(one.department.name, one.state, one.file) for one in items] == [
        ("甲校", "faulty", "2026-11/r1.xlsx"),
        ("乙校", "awaited", ""),
    ]
    assert uncounted([own, came(WRONG), strange], items) == (lost, lost)
    alone = settled(NOVEMBER, [ONE], [own], Mail())
    assert [(one.state, one.findings) for one in alone] == [("faulty", (lost,))]
    assert uncounted([own], alone) == ()
    assert [one.department.name for one in settled(NOVEMBER, [], [strange], Mail())] == ["空"]


def test_a_department_is_late_from_the_day_after_the_deadline() -> None:
    """One that is in order is not late any more."""
    known = Standings(NOVEMBER, date(2026, 12, 7), (stands(), stands(came())))

    assert [known.late(known.items[0], date(2026, 12, day)) for day in (6, 7, 8, 10)] == [0, 0, 1, 3]
    assert known.late(known.items[1], date(2026, 12, 10)) == 0
