"""This module gathers what is to be said about the keys of a schema."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from batchreport.findings import Finding, Place, error
from batchreport.names import near
from batchreport.tomlfile import dotted

if TYPE_CHECKING:
    from collections.abc import Collection

    from batchreport.tomlfile import Lines, Path


@dataclass(frozen=True, slots=True)
class Speaker:
    """Gathers findings about keys of one file."""

    file: str
    lines: Lines
    found: list[Finding]

    def say(self, code: str, path: Path, **details: Any) -> None:
        """Add a finding about the key at `path`."""
        finding = error(code, Place(file=self.file, line=self.lines.of(path), key=dotted(path)), **details)
        if finding not in self.found:
            self.found.append(finding)

    def refer(self, path: Path, target: Any, known: Collection[str]) -> None:
        """Say that `target` names nothing, unless it is one of `known` or no name at all."""
        if isinstance(target, str) and target and target not in known:
            shown = tuple(str(name) for name in known)
            self.say("schema-no-such-name", path, found=target, known=shown, near=near(target, known))
