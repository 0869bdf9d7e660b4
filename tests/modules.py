"""This module reads batchreport's own source: its modules, and what each imports."""

from __future__ import annotations

import ast
from functools import cache
from typing import TYPE_CHECKING

from tests.outside import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@cache
def modules() -> Mapping[str, ast.Module]:
    """Return every module of batchreport, parsed, by its dotted name."""
    found = {}
    for path in sorted((ROOT / "batchreport").rglob("*.py")):
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        found[name] = ast.parse(path.read_text(encoding="utf-8"))
    return found


def imports(module: ast.Module) -> Iterator[str]:
    """Give the dotted name of all that `module` imports: anywhere in it, for type checking too."""
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            members = (f"{node.module}.{alias.name}" for alias in node.names)
            yield from (member if member in modules() else node.module for member in members)
