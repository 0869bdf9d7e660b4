"""This module says what is amiss in a template beside its tags: fonts, styles, tables, open changes, parts never filled in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lxml import etree

from batchreport.findings import Place, note, warning
from batchreport.report.tags.contents import entries
from batchreport.report.tags.scan import W

if TYPE_CHECKING:
    from collections.abc import Iterator

    from batchreport.findings import Finding
    from batchreport.report.bench.survey import Survey

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_STYLES = ("pStyle", "rStyle", "tblStyle")
_CHANGES = tuple(
    W + word for word in ("ins", "del", "moveFrom", "moveTo", "rPrChange", "pPrChange", "tblPrChange", "trPrChange")
)
# What Windows, Office and WPS bring, and what Chinese offices have for official documents (GB/T 9704).
_USUAL = frozenset(
    name.casefold()
    for name in (
        *("宋体", "SimSun", "新宋体", "NSimSun", "黑体", "SimHei", "楷体", "KaiTi", "仿宋", "FangSong"),
        *("楷体_GB2312", "KaiTi_GB2312", "仿宋_GB2312", "FangSong_GB2312", "方正小标宋简体", "方正小标宋_GBK", "FZXiaoBiaoSong-B05S"),
        *("微软雅黑", "Microsoft YaHei", "Microsoft YaHei UI", "微软雅黑 Light", "等线", "DengXian", "等线 Light", "DengXian Light"),
        *("华文宋体", "华文中宋", "华文楷体", "华文仿宋", "华文细黑", "华文新魏", "华文行楷", "华文隶书", "隶书", "幼圆"),
        *("STSong", "STZhongsong", "STKaiti", "STFangsong", "STXihei", "STXinwei", "STXingkai", "STLiti", "LiSu", "YouYuan"),
        *("Times New Roman", "Arial", "Arial Narrow", "Arial Black", "Calibri", "Calibri Light", "Cambria", "Cambria Math"),
        *("Courier New", "Consolas", "Georgia", "Verdana", "Tahoma", "Trebuchet MS", "Segoe UI", "Aptos", "Aptos Display"),
        *("Symbol", "Wingdings", "Wingdings 2", "Wingdings 3", "Webdings", "Garamond", "Book Antiqua", "Century", "Candara"),
        *("Constantia", "Corbel", "Palatino Linotype", "Century Gothic", "MS Gothic", "MS Mincho", "Batang", "Segoe UI Symbol"),
    )
)  # fmt: skip
_NEVER = re.compile(r"(\.xml|\.rels|\.html?|\.mht)$")
_OPEN = ("{{", "{%", "%7B%7B", "%7b%7b")


def surroundings(survey: Survey) -> Iterator[Finding]:
    """Give what is amiss beside the tags, each thing once, at the first place where it is."""
    yield from _fonts(survey)
    yield from _styles(survey)
    yield from _grids(survey)
    yield from _changes(survey)
    yield from _comments(survey)
    yield from _elsewhere(survey)
    yield from _contents(survey)


def _contents(survey: Survey) -> Iterator[Finding]:
    """Give a note about a table of contents, which nobody but Word renews."""
    for sheet in survey.sheets:
        if made := entries(sheet.root):
            first = next(paragraph for paragraph in sheet.root.iter(f"{W}p") if paragraph in made)
            yield note("template-contents", survey.place_of(sheet, first))
            return


def _fonts(survey: Survey) -> Iterator[Finding]:
    embedded = b"<w:embedRegular" in b"".join(
        data for name, data in survey.package.data.items() if name.endswith("fontTable.xml")
    )
    found: dict[str, Place] = {}
    for sheet in survey.sheets:
        for fonts in sheet.root.iter(f"{W}rFonts"):
            for name in _named(fonts) - set(found):
                found[name] = survey.place_of(sheet, fonts)
    for root in _others(survey, "styles+xml"):
        for fonts in root.iter(f"{W}rFonts"):
            for name in _named(fonts):
                found.setdefault(name, Place(file=survey.file))
    for name, place in found.items():
        if name.casefold() not in _USUAL and not embedded:
            yield note("template-unusual-font", place, font=name)


def _named(fonts: etree._Element) -> set[str]:
    return {name for word in ("ascii", "hAnsi", "eastAsia") if (name := str(fonts.get(W + word) or ""))}


def _others(survey: Survey, ending: str) -> Iterator[etree._Element]:
    for name, kind in survey.package.types.items():
        if kind.endswith(ending):
            try:
                yield etree.fromstring(survey.package.data[name], etree.XMLParser(resolve_entities=False))
            except etree.XMLSyntaxError:
                continue


def _styles(survey: Survey) -> Iterator[Finding]:
    known = {
        str(style.get(f"{W}styleId")) for root in _others(survey, "styles+xml") for style in root.iter(f"{W}style")
    }
    said: set[str] = set()
    for sheet in survey.sheets:
        for use in sheet.root.iter(*(W + word for word in _STYLES)):
            name = str(use.get(f"{W}val"))
            if name not in known | said:
                said.add(name)
                yield warning("template-missing-style", survey.place_of(sheet, use), style=name)


def _grids(survey: Survey) -> Iterator[Finding]:
    for sheet in survey.sheets:
        for table in sheet.root.iter(f"{W}tbl"):
            if table.find(f"{W}tblGrid") is None:
                place = survey.place_of(sheet, table)
                spot = place.spot[: next((at for at, step in enumerate(place.spot, 1) if step[0] == "table"), 0)]
                yield warning(
                    "template-no-grid", Place(file=survey.file, part=sheet.word, spot=spot, heading=place.heading)
                )


def _changes(survey: Survey) -> Iterator[Finding]:
    found = [(sheet, change) for sheet in survey.sheets for change in sheet.root.iter(*_CHANGES)]
    if found:
        yield warning("template-open-changes", survey.place_of(*found[0]), n=len(found))


def _comments(survey: Survey) -> Iterator[Finding]:
    for sheet in survey.sheets:
        if sheet.word == "comments" and len(sheet.root):
            yield note("template-has-comments", Place(file=survey.file), n=len(sheet.root))


def _elsewhere(survey: Survey) -> Iterator[Finding]:
    """Give the parts that are never filled in and hold tags, also such as are split over several runs."""
    read = {sheet.name for sheet in survey.sheets}
    for name, data in survey.package.data.items():
        if name not in read and _NEVER.search(name) and any(sign in _text(data) for sign in _OPEN):
            code = "template-tag-in-address" if name.endswith(".rels") else "template-part-not-rendered"
            yield warning(code, Place(file=survey.file), name=name)


def _text(data: bytes) -> str:
    """Return all text of a part and all its attributes, run together."""
    if not (b"{" in data or b"%7" in data):
        return ""
    try:
        root = etree.fromstring(data, etree.XMLParser(resolve_entities=False))
    except etree.XMLSyntaxError:
        return data.decode(errors="replace")
    return "".join(map(str, root.itertext())) + " ".join(str(value) for one in root.iter() for value in one.values())
