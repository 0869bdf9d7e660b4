"""This module writes whole files under names that every system allows."""

from __future__ import annotations

import os
import re
import unicodedata
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_WIDE = str.maketrans({"<": "＜", ">": "＞", ":": "：", '"': "＂", "/": "／", "\\": "＼", "|": "｜", "?": "？", "*": "＊"})
# Device names on Windows, with or without an extension (Microsoft, "Naming Files, Paths, and Namespaces").
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE)
_LONGEST = 150  # bytes of UTF-8: file systems allow 255, and extension, suffix and temporary name want room
UNNAMED = "未命名"


def safe_name(text: str) -> str:
    """Return `text` as a file name without folder that Windows, macOS and Linux all allow, as like it as can be."""
    normal = unicodedata.normalize("NFC", text)
    printable = "".join(" " if c.isspace() else c for c in normal if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co") or c.isspace())
    name = re.sub(r" +", " ", printable.translate(_WIDE)).strip(" .")
    name = name.encode()[:_LONGEST].decode(errors="ignore").strip(" .")
    if _RESERVED.fullmatch(name):
        name = f"_{name}"
    return name or UNNAMED


def write_whole(path: Path, data: bytes) -> None:
    """Write `data` to `path` so that at any instant the old file, the new file or none is there, never a part.

    Raises `OSError` where it cannot be written; nothing is left behind then.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise
