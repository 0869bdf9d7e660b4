"""This module tells this program from every other, to the byte: another one may make other reports of the same workbooks."""

from __future__ import annotations

import sys
import zlib
from functools import cache
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.resources.abc import Traversable

LIBRARIES = ("docxtpl", "jinja2", "lxml", "openpyxl", "pandas", "pillow", "python-calamine", "python-docx")
"""What reads workbooks and makes reports with us."""
_SOURCES = (".py", ".toml")


@cache
def program() -> str:
    """Return a digest of our sources, our version among them, Python, zlib and the libraries that have a say in a report."""
    digest = sha256(f"{sys.version} {zlib.ZLIB_RUNTIME_VERSION}\n".encode())
    for library in LIBRARIES:
        digest.update(f"{library} {_version(library)}\n".encode())
    for name, data in _sources(files("batchreport")):
        digest.update(f"{name} {len(data)}\n".encode() + data)
    return digest.hexdigest()


@cache
def parts() -> dict[str, str]:
    """Return the version of all that has a say in a report, by name: two machines must agree on it to make the same bytes."""
    digest = sha256()
    for name, data in _sources(files("batchreport")):
        digest.update(f"{name} {len(data)}\n".encode() + data)
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    known = {
        "Python": python,
        **{library: _version(library) for library in LIBRARIES},
        "zlib": zlib.ZLIB_RUNTIME_VERSION,
    }
    return {"batchreport": f"{_version('batchreport')} ({digest.hexdigest()[:8]})", **known}


def _version(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:
        return ""


def _sources(folder: Traversable, prefix: str = "") -> Iterator[tuple[str, bytes]]:
    for item in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if item.name.endswith(_SOURCES):
            yield f"{prefix}{item.name}", item.read_bytes()
        elif item.is_dir() and not item.name.startswith((".", "__")):
            yield from _sources(item, f"{prefix}{item.name}/")
