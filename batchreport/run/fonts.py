"""This module tells which fonts documents ask for and this machine lacks, and lets known others stand in for them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tomllib
from dataclasses import dataclass
from functools import cache
from html import unescape
from importlib.resources import files
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from batchreport.findings import Finding, note, warning
from batchreport.report.parts import NotDocx, unpack

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_PATIENCE = 20
_SHOWN = re.compile(
    r"word/(document|styles|numbering|header\d*|footer\d*|footnotes|endnotes|(charts|drawings)/[^/]+)\.xml$"
)
_NAMED = re.compile(rb'\bw:(?:ascii|hAnsi|eastAsia)="([^"]+)"(?=[^<>]*/?>)')
_FONTS = re.compile(rb"<w:rFonts\b[^>]*>")
_DRAWN = re.compile(rb'<a:(?:latin|ea)\b[^>]*\btypeface="([^"]+)"')
_THEMED = re.compile(rb'\bw:(?:ascii|hAnsi|eastAsia)Theme="(major|minor)(\w+)"')
_ALIAS = (
    '<match target="pattern"><test name="family" qual="any"><string>{name}</string></test>'
    '<edit name="family" mode="assign" binding="strong"><string>{other}</string></edit>{weight}</match>'
)
_BOLD = '<edit name="weight" mode="assign" binding="strong"><const>bold</const></edit>'
_CONFIGURATION = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">\n'
    '<fontconfig><include ignore_missing="yes">{base}</include>{aliases}</fontconfig>\n'
)


@dataclass(frozen=True, slots=True)
class StandIn:
    """What is drawn instead of a font: another one, in bold where it is too light."""

    name: str
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Lacking:
    """The fonts that are lacking, each with what stands in for it, or None; those known by another name need nothing said."""

    fonts: Mapping[str, StandIn | None]
    silent: frozenset[str] = frozenset()

    def findings(self) -> tuple[Finding, ...]:
        """Return what is to be said about the fonts, each once."""
        return tuple(
            note("pdf-font-replaced", font=name, other=other.name) if other else warning("pdf-font-missing", font=name)
            for name, other in sorted(self.fonts.items())
            if name not in self.silent
        )

    def configuration(self) -> str:
        """Return a fontconfig file that puts the stand-ins in, on top of the machine's own; "" where there are none."""
        aliases = "".join(
            _ALIAS.format(name=escape(name), other=escape(other.name), weight=_BOLD if other.bold else "")
            for name, other in sorted(self.fonts.items())
            if other
        )
        base = os.environ.get("FONTCONFIG_FILE") or "/etc/fonts/fonts.conf"
        return _CONFIGURATION.format(base=escape(base), aliases=aliases) if aliases else ""


def asked_fonts(docx: bytes) -> set[str]:
    """Return the fonts that a document's text, styles and charts name; none where it is no document."""
    try:
        parts = unpack(docx).data
    except NotDocx:
        return set()
    found: set[bytes] = set()
    theme = next((data for name, data in parts.items() if re.fullmatch(r"word/theme/theme\d*\.xml", name)), b"")
    for name, data in parts.items():
        if _SHOWN.match(name):
            for fonts in _FONTS.findall(data):
                found |= set(_NAMED.findall(fonts))
                found |= {font for which in _THEMED.findall(fonts) for font in _of_theme(theme, *which)}
            found |= set(_DRAWN.findall(data))
    names = {unescape(name.decode(errors="replace")).strip() for name in found}
    return {name for name in names if name and not name.startswith("+")}


def lacking(asked: Iterable[str], installed: frozenset[str] | None = None) -> Lacking:
    """Return which fonts this machine lacks; none where it cannot tell."""
    there = installed_fonts() if installed is None else installed
    if not there:
        return Lacking({})
    gone = [name for name in sorted(asked) if name.casefold() not in there]
    found = {name: _stand_in(name, there) for name in gone}
    silent = frozenset(name for name, other in found.items() if other and other.name in _other_names(name))
    return Lacking(found, silent)


def installed_fonts() -> frozenset[str]:
    """Return the names of the fonts of this machine in small letters; none where nothing tells them."""
    program = shutil.which("fc-list")
    if program is None:
        return frozenset()
    try:
        listed = subprocess.run(  # noqa: S603  (fontconfig's own list)
            [program, ":", "family"], capture_output=True, timeout=_PATIENCE, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return frozenset()
    lines = listed.stdout.decode(errors="replace").replace("\\", "").splitlines()
    return frozenset(name.strip().casefold() for line in lines for name in line.split(","))


def _of_theme(theme: bytes, which: bytes, script: bytes) -> list[bytes]:
    block = re.search(rb"<a:" + which + rb"Font>.*?</a:" + which + rb"Font>", theme, re.DOTALL)
    if not block:
        return []
    kind = rb"ea" if script == b"EastAsia" else rb"latin"
    plain = re.search(rb"<a:" + kind + rb'\b[^>]*typeface="([^"]+)"', block[0])
    if plain or kind == b"latin":
        return [plain[1]] if plain else []
    return re.findall(rb'<a:font script="Hans" typeface="([^"]+)"', block[0])


def _stand_in(name: str, there: frozenset[str]) -> StandIn | None:
    for group in _table():
        if name.casefold() in {one.casefold() for one in group["names"]}:
            candidates = [StandIn(one) for one in group["names"]]
            candidates += [StandIn(one) for one in group["instead"]]
            candidates += [StandIn(one, bold=True) for one in group.get("bold", ())]
            return next((one for one in candidates if one.name.casefold() in there), None)
    return None


def _other_names(name: str) -> set[str]:
    return {one for group in _table() if name in group["names"] for one in group["names"]}


@cache
def _table() -> tuple[dict[str, list[str]], ...]:
    return tuple(tomllib.loads(files("batchreport.run").joinpath("fonts.toml").read_text("utf-8"))["font"])
