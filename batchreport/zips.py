"""This module writes zip packages whose bytes depend on their parts alone."""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time a zip entry can carry, given to all of them."""


def restamp(data: bytes, change: Callable[[bytes], bytes] = bytes) -> bytes:
    """Return a zip package with the same parts in the same order, each as `change` gives it, and no clock in its entries."""
    target = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out:
        for entry in source.infolist():
            fixed = zipfile.ZipInfo(entry.filename, EPOCH)
            fixed.compress_type = zipfile.ZIP_DEFLATED
            fixed.create_system = 3  # Unix everywhere: Python writes the running system's number otherwise
            fixed.external_attr = 0o600 << 16
            out.writestr(fixed, change(source.read(entry)))
    return target.getvalue()
