"""This module draws a picture for previews: a hill under the sky, as PNG, the same bytes each time."""

from __future__ import annotations

import struct
import zlib
from functools import cache

from batchreport.values import Picture

_SKY, _HILL, _SUN = bytes((205, 222, 235)), bytes((111, 143, 124)), bytes((240, 205, 120))
_WIDE = 0.01  # of the sun, squared
_DOT = 2  # pixels, of which the sizes are multiples
_SIZES = ((480, 360), (360, 480), (640, 240))


def picture(at: int = 0) -> Picture:
    """Return the picture number `at`: broad, high, very broad, and again from the first."""
    return _drawn(*_SIZES[at % len(_SIZES)])


@cache
def _drawn(width: int, height: int) -> Picture:
    rows = b"".join(_row(y / height, width) * _DOT for y in range(0, height, _DOT))
    header = struct.pack(">2I5B", width, height, 8, 2, 0, 0, 0)
    data = b"".join(
        [
            b"\x89PNG\r\n\x1a\n",
            *(
                _chunk(kind, body)
                for kind, body in ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
            ),
        ]
    )
    return Picture(data, width, height, "png")


def _row(y: float, width: int) -> bytes:
    """Return a row of dots: each is some pixels broad, for drawing pixel by pixel takes long."""
    return b"\0" + b"".join(_colour(x / width, y) * _DOT for x in range(0, width, _DOT))


def _colour(x: float, y: float) -> bytes:
    if y > 0.5 + (x - 0.4) ** 2:
        return _HILL
    return _SUN if (x - 0.75) ** 2 + (y - 0.25) ** 2 < _WIDE else _SKY


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
