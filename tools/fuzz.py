"""This module reads workbooks with broken bytes, as many as it is told to, and names those that end in more than findings.

    python -m tools.fuzz 10000 --seed 1 --jobs 2

Every mutated workbook follows from the seed and its number alone. One whose reading raised, died, hung or wanted too
much memory is written to out/fuzz/, and the exit code is 1.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import zipfile
from collections import Counter
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from batchreport.period import Period
from batchreport.run.engine import run_all
from batchreport.run.pipeline import Kit, Source
from batchreport.workbook.package import Limits

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROOT = Path(__file__).parent.parent
SAMPLES = [*sorted((ROOT / "workbooks").glob("*/*.xlsx")), *sorted((ROOT / "tests/cases/programs").glob("*/*.*s*"))]
OURS = {"file-kills-reader", "file-takes-too-long", "file-wants-too-much-memory"}
"""Codes of findings about a workbook that reading did not end in order."""
_SIGNS = [b"", b"\0", b"-1", b"999999999", b"1048577", b"XFD1048576", b"A0", b"<", b">", b'"', b"&#0;", b"&lt;", b"]]>",
          b"1E+308", b"NaN", b"\xff\xfe", b"\xed\xa0\x80", b"_x0000_", b"#REF!", b"=A1", b"<c/>", b"<row/>", b'r="A1"',
          b't="e"', b't="s"', b't="d"', b't="inlineStr"', b"2026-13-45", b"\xe3\x80\x80", b"%", b"{{ 7*7 }}"]  # fmt: skip
_WORDS = [b"", b"0", b"1", b"7", b"-1", b"0.965", b"999999999", b"1E+308", b"NaN", b"A1", b"B7", b"XFD1048576", b"A0", b"$A$1",
          b"e", b"s", b"n", b"d", b"str", b"inlineStr", b"b", b"#REF!", b"=A1", "合计".encode(), "无".encode(), b"/",
          "约1.2万元".encode(), b"96.5%", "2026年2月30日".encode(), "２０２６".encode(), b"_x0000_", b"{{ 7*7 }}",
          "单位名称".encode(), "指标".encode(), b"rId1", b"rId99", b"../../x", b"/xl/workbook.xml", b"46000", b"x" * 33_000]  # fmt: skip
_VALUE = re.compile(rb' [\w:]{1,40}="([^"<]*)"')
_TEXT = re.compile(rb">([^<>]+)<")
_ELEMENT = re.compile(
    rb"(<(c|row|si|sheet|xf|mergeCell|Relationship|definedName|table:table-cell)(?: [^<>]*[^/<>])?>.{0,2000}?</\2>)",
    re.DOTALL,
)
_MOST = 6  # places that are broken at once
_LONGEST = 40  # bytes that are taken out, doubled or overwritten at a place


def mutated(whole: bytes, chance: random.Random) -> bytes:
    """Return a workbook with a few places broken: mostly inside one of its parts, else in the package as it lies."""
    parts = _parts(whole)
    if not parts or chance.random() < 1 / 8:
        return broken(whole, chance)
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        name = _chosen(parts, chance)
        kind = chance.random()
        if kind < 1 / 30:
            del parts[name]
        elif kind < 1 / 15:
            parts[name] = parts[chance.choice(sorted(parts))]
        elif kind < 1 / 5 or not name.endswith((".xml", ".rels")):
            parts[name] = broken(parts[name], chance)
        else:
            parts[name] = bent(parts[name], chance)
        if not parts:
            break
    target = BytesIO()
    with zipfile.ZipFile(target, "w", chance.choice((zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED))) as out:
        for name, part in parts.items():
            out.writestr(name, part)
    return target.getvalue()


def broken(part: bytes, chance: random.Random) -> bytes:
    """Return bytes with some places cut, doubled, swapped or overwritten."""
    for _ in range(chance.randint(1, _MOST)):
        start = chance.randrange(len(part) + 1)
        end = start + chance.randrange(_LONGEST)
        match chance.randrange(6):
            case 0:
                part = part[:start] + part[end:]
            case 1:
                part = part[:end] + part[start:]
            case 2:
                part = part[:start] + chance.choice(_SIGNS) + part[end:]
            case 3:
                part = part[:start] + chance.choice(_SIGNS) + part[start:]
            case 4:
                part = part[:start] + bytes([chance.randrange(256)]) + part[start + 1 :]
            case _:
                other = chance.randrange(len(part) + 1)
                part = part[:start] + part[other : other + end - start] + part[end:]
    return part


def bent(part: bytes, chance: random.Random) -> bytes:
    """Return XML that is still XML: some values, texts and elements taken out, doubled or exchanged."""
    for _ in range(chance.choice((1, 1, 2, 3, _MOST))):
        form = chance.choice((_VALUE, _VALUE, _TEXT, _TEXT, _ELEMENT))
        found, other = (form.search(part, chance.randrange(len(part) + 1)) for _ in "ab")
        if not found or not other:
            continue
        start, end = found.span(1)
        if chance.random() < 1 / 3:
            part = part[:start] + other[1] + part[end:]
        elif form is _ELEMENT:
            part = part[:start] + part[start:end] * chance.choice((0, 2, 3)) + part[end:]
        else:
            part = part[:start] + chance.choice(_WORDS) + part[end:]
    return part


def sources(count: int, seed: int) -> Iterator[Source]:
    """Yield mutated workbooks, each named by seed, number and the workbook it was."""
    wholes = [(path, path.read_bytes()) for path in SAMPLES]
    for number in range(count):
        chance = random.Random(f"{seed} {number}")
        path, whole = chance.choice(wholes)
        yield Source(f"{seed}-{number}{path.suffix}", mutated(whole, chance), path.stem, Period(2026, 11, "M"))


def fuzz(count: int, seed: int, jobs: int, folder: Path | None = None) -> Counter[str]:
    """Return how often each code came out of `count` reads, None's place being ""; keep the workbooks that are ours."""
    schema = (ROOT / "templates/summary.toml").read_bytes()
    kit = replace(Kit(schema, "summary.toml"), limits=Limits(seconds=20))
    codes: Counter[str] = Counter()
    kept: dict[str, bytes] = {}

    def remembered() -> Iterator[Source]:
        for source in sources(count, seed):
            kept[source.file] = source.data
            yield source

    for outcome in run_all(kit, remembered(), jobs):
        data = kept.pop(outcome.file)
        codes.update({finding.code for finding in outcome.findings} or {""})
        for finding in outcome.findings:
            if finding.code in OURS:
                print(finding.line("en"), file=sys.stderr)
                if folder:
                    folder.mkdir(parents=True, exist_ok=True)
                    (folder / outcome.file).write_bytes(data)
    return codes


def main(arguments: Sequence[str] | None = None) -> int:
    """Read as many broken workbooks as the command line says."""
    parser = argparse.ArgumentParser(prog="python -m tools.fuzz", description=__doc__)
    parser.add_argument("count", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=1)
    asked = parser.parse_args(arguments)
    codes = fuzz(asked.count, asked.seed, asked.jobs, ROOT / "out/fuzz")
    bad = sum(codes[code] for code in OURS)
    print(f"{asked.count} workbooks read, seed {asked.seed}: {bad} did not end in order")
    for code, times in codes.most_common(12):
        print(f"{times:8} {code or 'nothing to say'}")
    return 1 if bad else 0


def _parts(whole: bytes) -> dict[str, bytes]:
    """Return the parts of a package; none where it is no zip."""
    try:
        with zipfile.ZipFile(BytesIO(whole)) as source:
            return {entry.filename: source.read(entry) for entry in source.infolist()}
    except zipfile.BadZipFile:
        return {}


def _chosen(parts: dict[str, bytes], chance: random.Random) -> str:
    """Return a part: half the time one of the sheets, which is where reading does most."""
    sheets = [name for name in sorted(parts) if "sheet" in name or name in ("content.xml", "xl/sharedStrings.xml")]
    return chance.choice(sheets if sheets and chance.random() < 1 / 2 else sorted(parts))


if __name__ == "__main__":
    sys.exit(main())
