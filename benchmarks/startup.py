"""This module times how long it takes until anything happens: `--help`, a template, and one workbook in a new process.

Run `python -m benchmarks.startup [--repeat 15] [--markdown]`.
"""

from __future__ import annotations

import argparse
import sys
from functools import partial
from statistics import median

from benchmarks import material, measure, runs
from benchmarks.measure import Found, Reached, Table, ratio

_NOTHING = "python -c pass"
_NAIVE = next(iter(runs.NAIVE))
_BUILD = "batchreport build, one workbook"
_HELP = "batchreport --help"
_CHECK = "batchreport template check, the starter's template"
_ALONE = "the same, from Python"
_ADVISE = """
from pathlib import Path
from time import perf_counter
from batchreport import parse_schema
from batchreport.report.bench.advice import advise
schema, template = parse_schema(Path("templates/summary.toml").read_bytes()), Path("templates/summary.docx").read_bytes()
start = perf_counter()
advise(template, schema)
print(perf_counter() - start)
"""
"""Prints how long the check alone takes, nothing of it having been done before."""


def measured(repeat: int = 15) -> Found:
    """Measure, and return what was found."""
    folder = material.project(1)
    book = material.workbooks(folder)[0]
    command = [sys.executable, "-m", "batchreport"]
    found = measure.in_turn(
        {
            _NOTHING: partial(measure.run, [sys.executable, "-c", "pass"]),
            _HELP: partial(measure.run, [*command, "--help"]),
            "batchreport build --help": partial(measure.run, [*command, "build", "--help"]),
            _CHECK: partial(
                measure.run, [*command, "template", "check", "templates/summary.docx", "--quiet"], material.ROOT
            ),
            _ALONE: partial(measure.run, [sys.executable, "-c", _ADVISE], material.ROOT),
            "batchreport check, one workbook": partial(measure.run, [*command, "check", book, "--quiet"], folder),
            _BUILD: partial(runs.build, folder, workbooks=book),
            **{f"{name}, one workbook": partial(runs.naive, folder, name, [book]) for name in runs.NAIVE},
        },
        repeat,
    )
    seconds = {name: [one.seconds for one in many] for name, many in found.items()}
    rows = []
    for name, many in found.items():
        more = median(one - bare for one, bare in zip(seconds[name], seconds[_NOTHING], strict=True))
        against = f"{ratio(seconds[name], seconds[f'{_NAIVE}, one workbook']):.2f}" if "one workbook" in name else ""
        processor = median(one.processor for one in many)
        peak = median(one.megabytes for one in many)
        rows.append([name, f"{median(seconds[name]):.3f}", f"{more:.3f}", f"{processor:.3f}", f"{peak:.0f}", against])
    title = f"Start-up, in seconds: medians of {repeat} turns"
    table = Table(title, ["", "seconds", f"beyond {_NOTHING}", "CPU", "peak MB", f"of {_NAIVE}"], rows)
    helped, times = median(seconds[_HELP]), ratio(seconds[_BUILD], seconds[f"{_NAIVE}, one workbook"])
    cold = Reached(f"{times:.2f} ×", times <= 1.3)  # noqa: PLR2004
    whole, alone = median(seconds[_CHECK]), median(float(one.output) for one in found[_ALONE])
    template = Reached(f"{alone:.3f} s, {whole:.3f} s with Python's start and all imports", alone < 0.5)  # noqa: PLR2004
    return Found([table], {"help": Reached(f"{helped:.3f} s", helped < 0.15), "cold": cold, "template": template})  # noqa: PLR2004


def main() -> None:
    """Measure as the command line says, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeat", type=int, default=15, help="turns; medians are shown")
    parser.add_argument("--markdown", action="store_true")
    chosen = parser.parse_args()
    measure.show(measured(chosen.repeat), markdown=chosen.markdown)


if __name__ == "__main__":
    main()
