"""This module makes reports with charts for the tests, and says what their charts hold."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED, ZipFile

from lxml import etree

from batchreport.report.context import Contexts
from batchreport.report.template import Template
from batchreport.schema import parse_schema
from batchreport.submission import Record, Submission, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from batchreport.schema import Schema

DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
EMU = 36_000
COLUMNS = """columns = [
  { key = "item", title = "指标" }, { key = "unit", title = "单位" }, { key = "before", title = "上期值", type = "number" },
  { key = "current", title = "本期值", type = "number" }, { key = "note", title = "备注" },
]"""
SCHEMA = parse_schema(
    f"""
id = "t"
title = "t"
[identity]
name = "form.name"
period = "form.period"
[[sections]]
key = "form"
title = "单位"
kind = "form"
columns = [{{ key = "name", title = "名称" }}, {{ key = "period", title = "报告期" }}]
[[sections]]
key = "figures"
title = "统计数据"
{COLUMNS}
[[sections]]
key = "rates"
title = "比率"
{COLUMNS}
""".encode()
)
Row = tuple[str | None, str | None, str | None]
ROWS: tuple[Row, ...] = (("学生人数", "1180", "1236"), ("教职工人数", "142", "145"), ("报修处理", "86", "58"))


@dataclass(frozen=True, slots=True)
class Seen:
    """A chart of a report: alternative text, size in millimetres, part, and its figures as Word draws them."""

    alt: str
    size: tuple[float, float]
    part: str
    kinds: tuple[str, ...]
    categories: tuple[str, ...]
    series: Mapping[str, tuple[str | None, ...]]
    xml: str
    book: bytes


def report_of(docx: bytes, rows: Iterable[Row], rates: Iterable[Row] = (), schema: Schema = SCHEMA) -> bytes:
    """Return the report that a template makes of these rows: name, last period's figure, this period's."""
    made = Template.parse(docx, schema)
    return made.render(Contexts(schema, made.uses).of(submission(rows, rates)))


def submission(rows: Iterable[Row], rates: Iterable[Row] = ()) -> Submission:
    """Return the submission that holds these rows."""
    tables = {
        "form": Table("单位", (Record({"name": "甲", "period": None}, {}),)),
        "figures": Table("统计数据", tuple(record(row, "人") for row in rows)),
        "rates": Table("比率", tuple(record(row, "%") for row in rates)),
    }
    return Submission(file="a.xlsx", name="甲", tables=tables)


def record(row: Row, unit: str) -> Record:
    """Return a record of a name and two figures."""
    name, *figures = row
    before, current = (Decimal(figure) if figure is not None else None for figure in figures)
    return Record({"item": name, "unit": unit, "before": before, "current": current, "note": None}, {})


def parts_of(docx: bytes) -> dict[str, bytes]:
    """Return the parts of a .docx, none of which stands twice."""
    with ZipFile(BytesIO(docx)) as package:
        assert len(set(package.namelist())) == len(package.namelist())
        return {name: package.read(name) for name in package.namelist()}


def packed(parts: Mapping[str, bytes]) -> bytes:
    """Return the .docx of these parts."""
    data = BytesIO()
    with ZipFile(data, "w", ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return data.getvalue()


def links(parts: Mapping[str, bytes], part: str) -> dict[str, str]:
    """Return the targets of a part's relationships, by their ids; each is there."""
    folder, _, name = part.rpartition("/")
    relations = parts.get(f"{folder}/_rels/{name}.rels")
    found = {}
    for entry in etree.fromstring(relations) if relations else ():
        target = str(entry.get("Target"))
        whole = target.lstrip("/") if target.startswith("/") else f"{folder}/{target}"
        found[str(entry.get("Id"))] = re.sub(r"[^/]+/\.\./", "", whole)
        assert found[str(entry.get("Id"))] in parts
    assert len(found) == (len(etree.fromstring(relations)) if relations else 0)
    return found


def seen(docx: bytes, part: str = "word/document.xml") -> list[Seen]:
    """Return the charts that a part shows, in their order."""
    parts = parts_of(docx)
    targets = links(parts, part)
    found = []
    for chart in etree.fromstring(parts[part]).iter(f"{CHART}chart"):
        frame: Any = next(chart.iterancestors(f"{DRAWING}inline", f"{DRAWING}anchor"))
        assert "fit" not in frame.attrib
        extent = frame.find(f"{DRAWING}extent")
        size = (round(int(extent.get("cx")) / EMU, 1), round(int(extent.get("cy")) / EMU, 1))
        found.append(
            _seen(parts, str(frame.find(f"{DRAWING}docPr").get("descr")), size, targets[str(chart.get(RELATION))])
        )
    return found


def _seen(parts: Mapping[str, bytes], alt: str, size: tuple[float, float], part: str) -> Seen:
    root = etree.fromstring(parts[part])
    external: Any = root.find(f"{CHART}externalData")
    all_series = list(root.iter(f"{CHART}ser"))
    first = texts(all_series[0].find(f"{CHART}cat"))
    return Seen(
        alt,
        size,
        part,
        tuple(str(plot.tag).removeprefix(CHART) for plot in root.iter() if str(plot.tag).endswith("Chart")),
        tuple(text or "" for text in first),
        {texts(one.find(f"{CHART}tx"))[0] or "": texts(one.find(f"{CHART}val")) for one in all_series},
        parts[part].decode(),
        parts[links(parts, part)[external.get(RELATION)]],
    )


def texts(data: Any) -> tuple[str | None, ...]:
    """Return the cached values of a `c:tx`, `c:cat` or `c:val`; a gap is None."""
    count = int(next(data.iter(f"{CHART}ptCount")).get("val"))
    points = {int(point.get("idx")): str(point[0].text or "") for point in data.iter(f"{CHART}pt")}
    return tuple(points.get(at) for at in range(count))
