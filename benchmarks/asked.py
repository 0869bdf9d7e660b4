"""This module reads what a benchmark is asked for from the command line, and prints what it found."""

from __future__ import annotations

import argparse
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from benchmarks import measure

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.measure import Found

_TOLD = {
    "count": "departments",
    "counts": "departments",
    "few": "departments",
    "many": "departments",
    "repeat": "turns; medians are shown",
    "sample": "departments that the naive loops do",
    "warm": "departments that the engines for Node do",
    "workers": "of each cluster",
    "seed": "of what is invented",
}


def main(about: str | None, usual: Any, measured: Callable[[Any], Found]) -> None:
    """Measure as the command line says, and print; each field of the `usual` options, a dataclass, is one that may be said."""
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, value in asdict(usual).items():
        many = "+" if isinstance(value, tuple) else None
        parser.add_argument(f"--{name}", type=int, nargs=many, default=value, help=_TOLD[name])
    parser.add_argument("--markdown", action="store_true")
    chosen = vars(parser.parse_args())
    markdown = chosen.pop("markdown")
    measure.show(measured(replace(usual, **chosen)), markdown=markdown)
