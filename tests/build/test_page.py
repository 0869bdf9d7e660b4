from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import unquote, urljoin, urlsplit

import pytest

from tests.build.books import book, project
from tests.build.command import batchreport
from tests.build.stands import MUCH, NOVEMBER, page_of, standing, written, wrong
from tests.outside import pdf_text

if TYPE_CHECKING:
    from pathlib import Path

    from tests.browser import Browser

INDEX = f"out/{NOVEMBER}/index.html"
NASTY = "<script>alert(1)</script>"
MANY = 3000


@pytest.fixture(scope="module")
def twelve(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the page of twelve departments in every state."""
    items = [standing(number) for number in range(12)]
    return written(tmp_path_factory.mktemp("twelve"), page_of(items))


def lines(browser: Browser) -> list[str]:
    """Return the names of the departments whose lines are seen."""
    return browser.texts(".board tbody th > bdi")


def search(browser: Browser, text: str) -> None:
    """Type into the search box, and wait until it was heard."""
    (box,) = browser.all("#search")
    box.clear()
    box.send_keys(text)
    browser.rest()


def test_a_search_leaves_the_departments_that_fit(browser: Browser, twelve: Path) -> None:
    """Name and code are searched, in any width and case; the findings follow, and how many are left is said."""
    browser.open(twelve)
    search(browser, "ｄ0008")

    assert lines(browser) == ["第8小学"]
    assert browser.texts("details.of summary .who") == ["第8小学"]
    assert browser.texts("#shown") == ["显示 1 个单位，共 12 个"]


def test_nothing_found_is_said(browser: Browser, twelve: Path) -> None:
    """A search without a result shows no empty table without a word."""
    browser.open(twelve)
    search(browser, "没有这个单位")

    assert lines(browser) == []
    assert browser.texts("#nothing") == ["没有符合条件的单位。"]


def test_state_and_group_narrow_together(browser: Browser, twelve: Path) -> None:
    """A tile filters by its state and is pressed, once more shows all; the group narrows what is left."""
    browser.open(twelve)
    (faulty,) = browser.all(".tile.faulty")
    faulty.click()

    assert lines(browser) == ["第1小学", "第8小学"]
    assert faulty.get_attribute("aria-pressed") == "true"

    browser.all("#group option")[2].click()

    assert lines(browser) == ["第1小学"]

    faulty.click()

    assert lines(browser) == ["第1小学", "第4小学", "第7小学", "第10小学"]


def test_days_are_counted_by_the_viewers_clock(browser: Browser, twelve: Path) -> None:
    """Before the deadline: days left; on the day: today; after it: days over, and who is late by how much."""
    seen = []
    for moment in ("2026-12-04T23:00:00+08:00", "2026-12-07T01:00:00+08:00", "2026-12-09T08:00:00+08:00"):
        browser.open(twelve, moment=moment)
        seen.append((browser.texts("#left"), len(browser.texts(".late"))))

    late = sum(standing(number).state != "good" for number in range(12))
    assert seen == [(["还剩 3 天"], 0), (["今天截止"], 0), (["已过 2 天"], late)]
    assert set(browser.texts(".late")) == {"逾期 2 天"}


def test_times_are_told_in_the_viewers_zone(browser: Browser, twelve: Path) -> None:
    """What came at 23:30 UTC came the next morning in China."""
    browser.open(twelve)

    assert browser.texts(".board time.moment:not(.day)")[0] == "12-02 07:30"


def test_a_number_of_errors_leads_to_them(browser: Browser, twelve: Path) -> None:
    """The link opens the department's findings, with sheet, cell and remedy, and the keyboard goes there."""
    browser.open(twelve)
    browser.all("a.error")[0].send_keys("\n")
    browser.rest()

    assert browser.texts("details[open] .place")[0] == "统计数据!C7"
    assert browser.texts("details[open] .remedy")
    assert browser.run("return document.activeElement.tagName") == "SUMMARY"


def test_nothing_leaves_the_page_and_nothing_complains(browser: Browser, twelve: Path) -> None:
    """Only the file itself is asked for, and neither its own policy nor anything else writes to the console."""
    browser.open(twelve)
    search(browser, "小学")

    assert browser.requests() == [twelve.as_uri()]
    assert browser.messages() == []


def test_what_a_workbook_says_is_never_markup(browser: Browser, tmp_path: Path) -> None:
    """A department named like a script, or like an address that runs one, is shown as it is written."""
    names = [NASTY, "javascript:alert(1)", '"><img src=x onerror=alert(1)>', "{{ 7 * 7 }}", "甲\u202e乙"]
    finding = wrong(sheet=NASTY)
    items = [standing(7 * number, name, findings=[finding]) for number, name in enumerate(names)]
    browser.open(written(tmp_path, page_of(items)))
    for summary in browser.all("details.of summary"):
        summary.click()

    assert lines(browser) == names
    assert f"{NASTY}!C7" in browser.texts(".place")
    assert len(browser.all("script")) == 1
    assert not browser.all("img")
    assert browser.messages() == []
    addresses = [str(link.get_attribute("href")) for link in browser.all("a")]
    assert {urlsplit(address).scheme for address in addresses} == {"file"}


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 1280), ("light", 390), ("dark", 390)])
def test_everybody_can_use_it(browser: Browser, tmp_path: Path, language: str, scheme: str, width: int) -> None:
    """Axe finds nothing serious, with everything open, and a phone need not scroll sideways."""
    items = [standing(number, language=language) for number in range(12)]
    browser.open(written(tmp_path, page_of(items, language=language)), scheme=scheme, width=width)
    browser.run("for (const one of document.querySelectorAll('details')) one.open = true")

    assert browser.violations() == []
    assert browser.run("return document.documentElement.scrollWidth <= innerWidth")


def test_the_figures_of_a_large_indicator_stand_side_by_side(browser: Browser, tmp_path: Path) -> None:
    """Their table needs no scrolling at the width of a small screen."""
    large = replace(
        MUCH, name="Lamps and signs replaced", unit="thousand yuan", value="1,268,547.89", lowest="33,980",
        highest="1,234,567.89", now="1,268,547.89", before="1,264,750", change="about +30", growth="+1,150.0%",
    )  # fmt: skip
    browser.open(written(tmp_path, page_of([standing(1)], language="en", figures=(large,))), width=1280)
    browser.run("for (const one of document.querySelectorAll('details')) one.open = true")

    assert browser.run(
        "return [...document.querySelectorAll('.scroll')].every(one => one.scrollWidth <= one.clientWidth)"
    )


def test_three_thousand_departments_are_quick(browser: Browser, tmp_path: Path) -> None:
    """The page is there in a few seconds on a slow machine, and a filter answers while one types."""
    path = written(tmp_path, page_of([standing(number) for number in range(MANY)]))
    browser.open(path)
    loaded = browser.run("return performance.getEntriesByType('navigation')[0].loadEventEnd")
    filtered = browser.run(
        "const begin = performance.now(); document.querySelector('.tile.faulty').click();"
        "document.body.offsetHeight; return performance.now() - begin"
    )

    assert browser.texts("#shown") == [f"显示 429 个单位，共 {MANY} 个"]
    assert loaded < 8000
    assert filtered < 1500
    assert path.stat().st_size < 8_000_000


def test_paper_shows_what_is_closed_on_the_screen(browser: Browser, twelve: Path, tmp_path: Path) -> None:
    """In print every finding and table is there, and no box to type into."""
    browser.open(twelve)
    text = pdf_text(browser.printed(tmp_path / "page.pdf"))

    assert "统计数据!C7" in text
    assert "12,345.6" in text
    assert "查找单位" not in text


def test_on_paper_no_heading_is_torn_apart(browser: Browser, tmp_path: Path) -> None:
    """However long the names are that stand in the first column."""
    items = [
        standing(number, f"示例市边界数值综合后勤保障服务中心第{number}附属学校{'一体化' * 5}") for number in range(4)
    ]
    browser.open(written(tmp_path, page_of([replace(one, sent=None, received=None) for one in items])))
    text = pdf_text(browser.printed(tmp_path / "page.pdf"))

    assert {"收到", "稿次", "错误", "警告"} <= set(text.split())


def test_without_a_script_all_is_there_but_the_filters(twelve: Path) -> None:
    """The file itself says state, deadline and findings; what only a script can do is hidden."""
    text = twelve.read_text(encoding="utf-8")

    assert '<time id="deadline" datetime="2026-12-07">2026年12月7日（星期一）</time>' in text
    assert re.search(r'<form class="tools"[^>]* hidden>', text)
    assert "12-01 23:30 UTC" in text
    assert "default-src &#39;none&#39;" in text


def test_every_link_of_a_build_leads_to_a_file(browser: Browser, tmp_path: Path) -> None:
    """Reports, marked copies, workbooks and the roll-up, whatever the departments are called."""
    faulty = book("乙校", code="D002", rows={"profile": [{"kind": "不是类型"}]})
    books = {"2026-11/a #1 100%.xlsx": book("A#1 100% 处？", code="D001"), "2026-11/b.xlsx": faulty}
    folder = project(tmp_path, books, rollup=True)
    batchreport(folder, "check", "--mark")
    batchreport(folder, "build")
    path = folder / INDEX
    browser.open(path)

    hrefs = [str(browser.run("return arguments[0].getAttribute('href')", link)) for link in browser.all("main a[href]")]
    files = [href for href in hrefs if not href.startswith("#")]
    shown = [unquote(urlsplit(urljoin(path.as_uri(), href)).path) for href in files]

    assert len(files) == 6
    assert all(re.fullmatch(r"[\w.~%/-]+", href, re.ASCII) for href in files)
    assert [name for name in shown if not (path.parent / name).is_file()] == []


def test_a_page_is_the_same_bytes_whatever_was_built(tmp_path: Path) -> None:
    """Built anew, unchanged, or from the period's folder: nothing of a clock or of an order is in it."""
    folder = project(tmp_path, {"2026-11/a.xlsx": book("甲校"), "2026-11/b.xlsx": book("乙校")}, rollup=True)
    batchreport(folder, "build")
    first = (folder / INDEX).read_bytes()
    batchreport(folder, "build")
    second = (folder / INDEX).read_bytes()
    batchreport(folder, "build", "workbooks/2026-11")
    third = (folder / INDEX).read_bytes()
    batchreport(folder, "build", "--force")

    assert first == second == third == (folder / INDEX).read_bytes()
    assert "甲校" in first.decode()


@pytest.mark.parametrize(
    "arguments", [["--dry-run"], ["workbooks/2026-11/a.xlsx"], ["--department", "甲校"]], ids=" ".join
)
def test_a_build_that_is_not_of_a_whole_period_writes_no_page(tmp_path: Path, arguments: list[str]) -> None:
    """Nobody is to be called missing because he was not asked for."""
    folder = project(tmp_path, {"2026-11/a.xlsx": book("甲校")}, rollup=True)
    batchreport(folder, "build", *arguments)

    assert not (folder / INDEX).exists()


def test_a_page_edited_by_hand_is_left_alone(tmp_path: Path) -> None:
    """The new one is put beside it, and said."""
    folder = project(tmp_path, {"2026-11/a.xlsx": book("甲校")}, rollup=True)
    batchreport(folder, "build")
    (folder / INDEX).write_text("mine", encoding="utf-8")
    ended = batchreport(folder, "build")

    assert (folder / INDEX).read_text(encoding="utf-8") == "mine"
    assert (folder / INDEX).with_stem("index (new)").exists()
    assert "index.html 手工改过" in ended.err


def test_a_workbook_of_another_period_makes_no_page_for_that_one(tmp_path: Path) -> None:
    """October's workbook sent for November is November's trouble, and October's page is not made of it alone."""
    october = book("甲校", code="D001", period=NOVEMBER.previous)
    folder = project(tmp_path, {"2026-11/a.xlsx": october, "2026-11/b.xlsx": book("乙校", code="D002")}, rollup=True)
    batchreport(folder, "build")

    assert "期间不符" in (folder / INDEX).read_text(encoding="utf-8")
    assert not (folder / "out/2026-10/index.html").exists()
