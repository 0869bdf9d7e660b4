"""This module makes what the benchmarks work on: a project of invented departments, the same for the same seed."""

from __future__ import annotations

import json
import re
import tempfile
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import partial
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED, ZipFile

from batchreport import Period, Prefill, blank_workbook, parse_schema
from batchreport.files import write_whole
from batchreport.workbook import stamp as stamps
from benchmarks.plain import DIALECTS, PLAIN, plain_template

if TYPE_CHECKING:
    from batchreport.schema import Schema

ROOT = Path(__file__).parent.parent
SCHEMA = ROOT / "templates" / "summary.toml"
STARTER = ROOT / "templates" / "summary.docx"
PERIOD = Period.parse("2026-11")
SETTINGS = 'language = "zh"\nschema = "summary.toml"\ntemplate = "plain.docx"\nrollup = "rollup.docx"\n'
ROLLUP = ROOT / "templates" / "rollup.docx"
_ROWS = {"statistics": 22, "facilities": 18, "measures": 16, "honours": 8, "problems": 8, "plans": 10}
RECORDS = sum(_ROWS.values())
"""About how many records a department has."""
_SPREAD = 2
_INVENTED = 1_000  # departments that are made one by one; more are copies of them under other names
_MADE_FROM = (
    "benchmarks/material.py", "benchmarks/plain.py", "templates/summary.toml", "batchreport/workbook/look.py",
    "batchreport/workbook/blank.py",
)  # fmt: skip

_STAMP = re.compile(r"v1\|[^<\"]*\|[0-9a-f]{8}")
_DIGITS = 5  # of a department's number
_PLACES = ("东湖", "西山", "南岭", "北塘", "青石", "白云", "龙泉", "金沙", "双桥", "柳林", "梅园", "桃溪")
_KINDS = ("小学", "中学", "幼儿园", "卫生院", "文化站", "敬老院", "供水所", "图书馆")
_THINGS = ("电脑", "课桌椅", "空调", "路灯", "消防栓", "摄像头", "书架", "饮水机", "宣传栏", "排水沟", "热水器")
_AIMS = ("保障冬季安全", "提升食堂质量", "推进节约校园", "改进维修服务", "规范工作程序", "加强队伍建设")
_DOINGS = ("逐项排查登记", "明确责任到人", "每周通报进度", "实行定点采购", "半小时内响应", "开展专题培训")
_TROUBLES = ("排水不畅", "线路老化", "人手不足", "台账不全", "排队较长", "制度落实不到位", "标识缺失")


def project(count: int, seed: int = 1) -> Path:
    """Return the folder of a project with `count` departments, made once and kept among the temporary files."""
    folder = _shelf() / f"departments-{seed}-{count}"
    return _filled(folder, dict.fromkeys(range(count), _ROWS), seed)


def large_table(rows: int, seed: int = 1) -> Path:
    """Return the folder of a project with one department that has so many rows in one table, and a template of it."""
    folder = _shelf() / f"rows-{seed}-{rows}"
    return _filled(folder, {0: {"facilities": rows}}, seed, only="facilities")


def workbooks(folder: Path) -> list[Path]:
    """Return the workbooks of a project, in order."""
    return sorted((folder / "workbooks").glob("*/*.xlsx"))


def _shelf() -> Path:
    digest = sha256(b"".join((ROOT / name).read_bytes() for name in _MADE_FROM)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / "batchreport-benchmarks" / digest


def _filled(folder: Path, departments: dict[int, dict[str, int]], seed: int, only: str = "") -> Path:
    """Return the folder, filled if it is not yet; killed on the way, it is filled anew the next time."""
    if (folder / "complete").exists():
        return folder
    schema = parse_schema(SCHEMA.read_bytes())
    books = folder / "workbooks" / str(PERIOD)
    books.mkdir(parents=True, exist_ok=True)
    (folder / "batchreport.toml").write_text(SETTINGS, "utf-8")
    (folder / "summary.toml").write_bytes(SCHEMA.read_bytes())
    (folder / f"{PLAIN}.docx").write_bytes(plain_template(schema, only))
    if not only:
        for dialect in DIALECTS:
            (folder / f"{dialect}.docx").write_bytes(plain_template(schema, dialect=dialect))
        (folder / "rollup.docx").write_bytes(ROLLUP.read_bytes())
    (folder / "sheets.json").write_text(json.dumps(_sheets(schema), ensure_ascii=False), "utf-8")
    kept = books if only else _shelf() / f"invented-{seed}"
    kept.mkdir(exist_ok=True)
    invented = dict(list(departments.items())[:_INVENTED])
    with ProcessPoolExecutor() as pool:
        fill = partial(_fill, books, kept, seed, len(departments))
        for _ in pool.map(fill, invented, invented.values(), chunksize=8):
            pass  # what failed is raised here
    (folder / "complete").touch()
    return folder


def _fill(books: Path, kept: Path, seed: int, count: int, number: int, rows: dict[str, int]) -> None:
    """Write the workbook of a department, and its copies for others up to `count`; it is made once and lies in `kept`."""
    name = _name(Random(f"{seed}/{number}"), number)
    first = kept / f"{name}.xlsx"
    if not first.exists():
        write_whole(first, _workbook(seed, number, rows))
    data = first.read_bytes()
    for other in range(number + 1, count + 1, _INVENTED):
        copy = f"{name[:-_DIGITS]}{other:0{_DIGITS}}"
        if (path := books / f"{copy}.xlsx") != first:
            path.write_bytes(_renamed(data, name, copy))


def _sheets(schema: Schema) -> dict[str, tuple[str, str, list[str]]]:
    """Return what the naive loop must know of the schema: each sheet's section, kind and columns."""
    return {
        section.title: (section.key, section.kind, [column.key for column in section.columns])
        for section in schema.sections
        if section.key != "photos"
    }


def _name(random: Random, number: int) -> str:
    """Return the name of a department, its first draw."""
    return f"{random.choice(_PLACES)}{random.choice(_KINDS)}{number + 1:0{_DIGITS}}"


def _workbook(seed: int, number: int, rows: dict[str, int]) -> bytes:
    """Return the filled workbook of one department."""
    random = Random(f"{seed}/{number}")
    name = _name(random, number)
    filled: dict[str, list[dict[str, Any]]] = {"profile": [_profile(random, name)]}
    for section, usual in rows.items():
        many = usual + random.randint(-_SPREAD, _SPREAD) if section in _ROWS and len(rows) > 1 else usual
        filled[section] = [_MAKERS[section](random, item) for item in range(many)]
    if "plans" in filled:
        filled["plans"][0]["for_issue"] = filled["problems"][0]["issue"]
    schema = parse_schema(SCHEMA.read_bytes())
    return blank_workbook(schema, Prefill(f"D{number + 1:05}", name, PERIOD, rows=filled))


def _renamed(data: bytes, name: str, other: str) -> bytes:
    """Return a workbook under the name and the code of another department."""
    if name == other:
        return data
    old, new = f"D{name[-_DIGITS:]}", f"D{other[-_DIGITS:]}"
    made = BytesIO()
    with ZipFile(BytesIO(data)) as package, ZipFile(made, "w", ZIP_DEFLATED) as copy:
        for entry in package.infolist():
            part = _STAMP.sub(partial(_restamped, new), package.read(entry).decode("utf-8"))
            part = part.replace(name, other).replace(old, new)
            copy.writestr(entry, part)
    return made.getvalue()


def _restamped(code: str, found: re.Match[str]) -> str:
    stamp = stamps.read(found[0])
    return stamps.write(replace(stamp, department=code)) if stamp else found[0]


def _profile(random: Random, name: str) -> dict[str, Any]:
    return {
        "kind": "事业单位",
        "parent": f"{random.choice(_PLACES)}区管理局",
        "subunits": "食堂、维修组、物业中心",
        "intro": f"{name}现有职工{random.randint(20, 300)}人，负责{random.randint(2, 30)}处场所的日常运行。"
        f"{'，'.join(random.sample(_DOINGS, 4))}，各项工作平稳有序。",
        "preparer": f"填报人{random.randint(1, 999)}",
        "phone": f"0000-{random.randint(1000000, 9999999)}",
        "filled_on": date(2026, 11, random.randint(20, 30)),
        "closing": f"下一步，将继续{'、'.join(random.sample(_AIMS, 3))}，按期完成全年任务。",
    }


def _statistic(random: Random, item: int) -> dict[str, Any]:
    value = random.randint(40, 9000)
    return {
        "category": random.choice(("在校规模", "人员", "食堂", "维修", "安全", "能耗")),
        "name": f"{random.choice(_THINGS)}指标{item + 1}",
        "value": value,
        "unit": random.choice(("人", "次", "件", "度")),
        "measure": random.choice(("时点", "时期")),
        "prev": round(value * random.uniform(0.85, 1.15)),
        "last_year": round(value * random.uniform(0.8, 1.2)),
        "good_when": random.choice(("越高越好", "越低越好", "中性")),
        "note": f"其中第{random.randint(1, 4)}季度{random.randint(1, 40)}项" if random.choice((True, False)) else None,
    }


def _facility(random: Random, item: int) -> dict[str, Any]:
    done = random.choice((True, True, False))
    return {
        "name": f"{random.choice(_PLACES)}{random.choice(_THINGS)}{item + 1}",
        "category": random.choice(("设备", "信息化", "维修", "图书", "餐饮", "安防")),
        "action": random.choice(("购置", "新建", "更换", "维修")),
        "quantity": random.randint(1, 400),
        "unit": random.choice(("台", "套", "个", "米")),
        "spec": f"型号{random.randint(100, 999)}",
        "place": f"{random.randint(1, 9)}号楼{random.randint(1, 6)}层",
        "amount": Decimal(random.randint(100000, 20000000)) / 100,
        "source": random.choice(("财政", "自筹", "专项")),
        "status": "已完成" if done else "实施中",
        "done_on": date(2026, 11, random.randint(1, 30)) if done else None,
    }


def _measure(random: Random, item: int) -> dict[str, Any]:
    return {
        "heading": _AIMS[item % 4],
        "subheading": f"工作{item % 3 + 1}",
        "point": f"对{random.randint(2, 60)}处{random.choice(_THINGS)}{'，'.join(random.sample(_DOINGS, 3))}",
        "effect": "完成",
        "value": random.randint(1, 500),
        "unit": random.choice(("件", "次", "个")),
    }


def _honour(random: Random, item: int) -> dict[str, Any]:
    return {
        "title": f"{random.choice(_AIMS)}先进单位（第{item + 1}项）",
        "recipient": f"{random.choice(_THINGS)}班组",
        "level": random.choice(("省级", "市级", "县区级")),
        "awarder": f"{random.choice(_PLACES)}管理局",
        "year": random.randint(2019, 2026),
        "type": random.choice(("新获", "历年")),
    }


def _problem(random: Random, item: int) -> dict[str, Any]:
    return {
        "issue": f"{random.choice(_PLACES)}{random.choice(_TROUBLES)}{item + 1}",
        "symptom": f"影响{random.randint(2, 90)}人",
        "cause": "经费安排较晚",
        "severity": random.choice(("一般", "较重")),
        "remedy": "，".join(random.sample(_DOINGS, 2)),
        "owner": f"责任人{random.randint(1, 99)}",
        "due": date(2026, 12, random.randint(1, 31)),
        "status": random.choice(("整改中", "未整改")),
        "carried": random.choice((True, False, False)),
    }


def _plan(random: Random, item: int) -> dict[str, Any]:
    return {
        "item": f"{random.choice(_AIMS)}第{item + 1}步",
        "action": "，".join(random.sample(_DOINGS, 2)),
        "target": random.randint(1, 300),
        "unit": random.choice(("件", "次", "个")),
        "owner": f"责任人{random.randint(1, 99)}",
        "due": date(2026, 12, random.randint(1, 31)),
    }


_MAKERS = {
    "statistics": _statistic,
    "facilities": _facility,
    "measures": _measure,
    "honours": _honour,
    "problems": _problem,
    "plans": _plan,
}
