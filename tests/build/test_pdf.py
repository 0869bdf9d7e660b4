from __future__ import annotations

import os
import shutil
import stat
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from batchreport.errors import OutputError
from batchreport.run import office as office_module
from batchreport.run.fonts import StandIn, asked_fonts, lacking
from batchreport.run.office import find_office
from batchreport.run.pdf import Printed, _lay_in, timeless, to_pdf, with_true_pages
from tests.build.books import ROOT
from tests.outside import FONTS, do_without, pdf_fonts, pdf_text, require, run
from tests.report.books import plain

if TYPE_CHECKING:
    from collections.abc import Callable

posix = pytest.mark.skipif(os.name != "posix", reason="the stand-in for LibreOffice is a shell script")


@pytest.fixture(autouse=True)
def _stand_ins(monkeypatch: pytest.MonkeyPatch) -> None:
    """The fonts that `make system` installs are there for LibreOffice."""
    monkeypatch.setenv("FONTCONFIG_FILE", str(FONTS))


@pytest.fixture
def fake(tmp_path: Path) -> Callable[[str], Path]:
    """A LibreOffice that is a shell script: `$out` is the folder for PDFs, "$@" the documents."""

    def write(script: str) -> Path:
        path = tmp_path / "fake soffice"
        head = '#!/bin/sh\nwhile [ "$1" != --outdir ]; do shift; done\nout=$2; shift 2\n'
        path.write_text(head + script, encoding="utf-8")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        return path

    return write


def documents(folder: Path, *names: str) -> list[Path]:
    """Write a small document under each name, and return their paths."""
    folder.mkdir(exist_ok=True)
    paths = [folder / f"{name}.docx" for name in names]
    for path in paths:
        path.write_bytes(plain(path.stem))
    return paths


def test_one_bad_file_does_not_stop_the_rest(tmp_path: Path) -> None:
    """Names with blanks, Chinese and percent signs print; the broken file between them is named."""
    require("soffice")
    made = documents(tmp_path / "报告 100%", "第一 小学", "坏的", "a%20b#c", "尾")
    made[1].write_bytes(b"PK\3\4 no document")
    told: list[Printed] = []

    printed = to_pdf(made, tell=told.append).printed

    assert [one.document for one in printed] == made
    assert [one.pdf is not None for one in printed] == [True, False, True, True]
    assert printed[1].finding is not None
    assert (printed[1].finding.code, printed[1].finding.place.file) == ("pdf-failed", "坏的.docx")
    assert sorted(one.document for one in told) == sorted(made)
    assert "第一 小学" in pdf_text(made[0].with_suffix(".pdf"))
    assert sorted(path.suffix for path in made[0].parent.iterdir()) == [".docx"] * 4 + [".pdf"] * 3


def test_several_at_once_print_all(tmp_path: Path) -> None:
    """Two processes share the work, and each has a profile of its own."""
    require("soffice")
    made = documents(tmp_path, *"甲乙丙丁")

    printed = to_pdf(made, jobs=2).printed

    assert [one.pdf for one in printed] == [path.with_suffix(".pdf") for path in made]


def test_the_pdf_does_not_tell_whose_machine_made_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the zone nor a path of the machine stands in it."""
    require("soffice")
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    made = documents(tmp_path, "甲")

    to_pdf(made)
    data = made[0].with_suffix(".pdf").read_bytes()

    assert b"+08'00'" not in data
    assert str(tmp_path).encode() not in data


def test_what_is_printed_again_is_the_same(tmp_path: Path) -> None:
    """So that one of which the archive has no record, because that was lost, is known for ours."""
    require("soffice")
    made = documents(tmp_path, "甲")
    path = made[0].with_suffix(".pdf")
    to_pdf(made)
    first = path.read_bytes()
    time.sleep(1)
    to_pdf(made)
    assert path.read_bytes() == first
    assert "甲" in pdf_text(path)


def test_a_pdfs_clock_and_mark_go_and_all_else_stays() -> None:
    """The mark is of what it holds, and every object stays where it was."""

    def pdf(text: bytes, date: bytes, mark: bytes) -> bytes:
        trailer = b"trailer\n<</Size 9\n/ID [ <%s>\n<%s> ]\n/DocChecksum /%s\n>>" % (mark, mark, mark)
        return b"%%PDF-1.6\n<</Title(%s)\n/CreationDate(D:%s)>>\n%s" % (text, date, trailer)

    one = pdf("甲".encode(), b"20261123230137Z'", b"0A" * 16)
    again = timeless(pdf("甲".encode(), b"20270101000000Z'", b"FF" * 16))
    other = timeless(pdf("乙".encode(), b"20261123230137Z'", b"0A" * 16))
    assert timeless(one) == again
    assert len(again) == len(one)
    assert again[-100:] != other[-100:]
    assert b"Date" not in again


def test_without_libreoffice_one_finding_says_what_to_install(tmp_path: Path) -> None:
    """The documents stay, nothing else is written."""
    made = documents(tmp_path, "甲", "乙")

    printout = to_pdf(made, office=tmp_path / "nowhere")

    assert printout.printed == ()
    assert [one.code for one in printout.findings] == ["pdf-no-office"]
    assert "apt install" in printout.findings[0].remedy("zh")
    assert sorted(tmp_path.iterdir()) == sorted(made)


def test_libreoffice_is_looked_for_off_the_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where it is usually installed it is found, though no shell finds it."""
    program = tmp_path / "soffice"
    program.write_text("", encoding="utf-8")
    monkeypatch.setattr(shutil, "which", lambda _: None)
    monkeypatch.setattr(office_module, "_usual_places", lambda: iter([tmp_path / "none", program]))

    assert find_office() == program


@posix
def test_the_file_that_hangs_is_named_and_the_others_are_printed(tmp_path: Path, fake: Callable[[str], Path]) -> None:
    """It is ended with the child that does its work, which would hold on to the profile."""
    made = documents(tmp_path / "docs", "甲", "乙", "挂", "丁")
    script = fake(
        'for d in "$@"; do\n if unzip -p "$d" word/document.xml | grep -q 挂; then\n'
        f"  sleep 300 & echo $! > '{tmp_path}/child'; wait\n fi\n"
        ' echo pdf > "$out/$(basename "$d" .docx).pdf"\ndone\n'
    )
    began = time.monotonic()

    printed = to_pdf(made, timeout=1.5, office=script).printed

    assert [one.pdf is not None for one in printed] == [True, True, False, True]
    assert printed[2].finding is not None
    assert printed[2].finding.code == "pdf-takes-too-long"
    assert time.monotonic() - began < 60
    child = int((tmp_path / "child").read_text("utf-8"))
    assert not _is_running(child)


@posix
def test_a_crash_costs_one_file(tmp_path: Path, fake: Callable[[str], Path]) -> None:
    """A program that dies over one document is started again for the others."""
    made = documents(tmp_path / "docs", "甲", "崩", "丙")
    script = fake(
        'for d in "$@"; do\n unzip -p "$d" word/document.xml | grep -q 崩 && kill -9 $$\n'
        ' echo pdf > "$out/$(basename "$d" .docx).pdf"\ndone\n'
    )

    printed = to_pdf(made, office=script).printed

    assert [one.finding.code if one.finding else "" for one in printed] == ["", "pdf-failed", ""]


@posix
def test_a_pdf_that_cannot_be_written_is_said(tmp_path: Path, fake: Callable[[str], Path]) -> None:
    """A folder in its place, or a viewer that holds it, costs this file only."""
    made = documents(tmp_path / "docs", "甲", "乙")
    made[0].with_suffix(".pdf").mkdir()

    printed = to_pdf(
        made, office=fake('for d in "$@"; do echo pdf > "$out/$(basename "$d" .docx).pdf"; done\n')
    ).printed

    assert [one.finding.code if one.finding else "" for one in printed] == ["pdf-not-written", ""]


def test_fonts_are_read_from_styles_text_and_theme() -> None:
    """A report's fonts are those that its styles name; a font of the theme counts by its name."""
    official = asked_fonts((ROOT / "templates/summary.docx").read_bytes())

    assert {"仿宋_GB2312", "黑体", "Times New Roman"} <= official
    assert "Calibri" in asked_fonts(plain("主题字体"))
    assert asked_fonts(b"no document") == set()


def test_a_lacking_font_gets_the_best_stand_in_that_is_there() -> None:
    """What is installed under another name needs no word; what has nothing like it is a warning."""
    there = frozenset({"fangsong", "noto serif cjk sc", "liberation serif"})

    gone = lacking(["仿宋_GB2312", "方正小标宋简体", "Times New Roman", "神秘字体"], there)

    assert gone.fonts == {
        "仿宋_GB2312": StandIn("FangSong"),
        "方正小标宋简体": StandIn("Noto Serif CJK SC", bold=True),
        "Times New Roman": StandIn("Liberation Serif"),
        "神秘字体": None,
    }
    assert [(one.code, one.details["font"]) for one in gone.findings()] == [
        ("pdf-font-replaced", "Times New Roman"),
        ("pdf-font-replaced", "方正小标宋简体"),
        ("pdf-font-missing", "神秘字体"),
    ]
    assert "<string>神秘字体</string>" not in gone.configuration()


def test_a_machine_that_cannot_tell_its_fonts_is_not_guessed_at() -> None:
    """Without a list of fonts nothing is said."""
    assert lacking(["仿宋_GB2312"], frozenset()).findings() == ()


def test_the_stand_ins_are_drawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no official font is installed, the table's stand-in is in the PDF, not just any font."""
    require("soffice")
    require("fc-list")
    if "noto serif cjk sc" not in run("fc-list", ":", "family").casefold():
        do_without("Noto Serif CJK SC is missing: run `make system`")
    monkeypatch.delenv("FONTCONFIG_FILE")
    made = tmp_path / "甲.docx"
    made.write_bytes((ROOT / "templates/summary.docx").read_bytes())

    to_pdf([made])

    assert any(font.startswith("NotoSerifCJK") for font in pdf_fonts(made.with_suffix(".pdf")))


def test_no_true_pages_without_libreoffice(tmp_path: Path) -> None:
    """A book keeps its estimates then."""
    from datetime import date  # noqa: PLC0415

    from batchreport.report.book import Cover, make_book  # noqa: PLC0415

    book = make_book([("甲", plain("甲"))], Cover("书", day=date(2026, 11, 3)))

    assert with_true_pages(book, office=tmp_path / "nowhere") is None


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    state = run("ps", "-o", "stat=", "-p", str(process)).strip()
    return not state.startswith("Z")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a file that is always full")
def test_a_full_temporary_folder_is_said() -> None:
    """LibreOffice is given copies there."""
    with pytest.raises(OutputError, match="there is no room"):
        _lay_in(Path("/dev/full"), b"PK" * 10_000)
