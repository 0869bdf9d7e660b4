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

_NONE = "—"  # shown where nothing can be named


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

    def refer(self, path: Path, target: Any, known: Collection[Any], others: Collection[str] = ()) -> None:
        """Say that `target` names nothing, or one of `others` that cannot be used here, unless it is one of `known`."""
        if not isinstance(target, str) or not target or target in known:
            return
        names = [name for name in known if isinstance(name, str)]
        shown = tuple(names) or (_NONE,)
        if target in others:
            self.say("schema-name-unfit", path, found=target, known=shown)
        else:
            self.say("schema-no-such-name", path, found=target, known=shown, near=near(target, names))
