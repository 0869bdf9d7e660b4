"""This module draws the photos of the sample workbooks: plain scenes that show nobody, no larger than a few kilobytes."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw

from tools.pictured_book import floating, in_cell_wps

if TYPE_CHECKING:
    from collections.abc import Callable

    from PIL.ImageDraw import ImageDraw as Pen

_SIZE = (480, 320)
_SKY, _WALL, _GLASS, _GROUND, _LEAF = "#cfe3f2", "#e9dfcd", "#7fa6c4", "#b9b4a6", "#6f9a5b"
_WOOD, _METAL, _PANEL, _DARK = "#b58a5a", "#9aa3ab", "#2f4a6d", "#4a4f55"


def illustrated(data: bytes, period: str, name: str) -> bytes:
    """Return a sample workbook with its photos, which stand from the first row below the header on; most have none."""
    found = _PHOTOS.get((period, name))
    if found is None:
        return data
    insert, sheet, scenes = found
    return insert(data, sheet, {f"A{row}": photo(scene) for row, scene in enumerate(scenes, 4)})


def photo(scene: Callable[[Pen], None]) -> bytes:
    """Return a scene as PNG."""
    image = Image.new("RGB", _SIZE, _SKY)
    scene(ImageDraw.Draw(image))
    target = BytesIO()
    image.quantize(16).save(target, "png", optimize=True)
    return target.getvalue()


def _classroom(pen: Pen) -> None:
    pen.rectangle((0, 0, 480, 320), fill=_WALL)
    pen.rectangle((120, 40, 360, 130), fill="#35533f", outline=_WOOD, width=6)
    pen.rectangle((390, 30, 460, 60), fill="#f7f7f5", outline=_METAL, width=3)
    for row in range(3):
        for column in range(4):
            x, y = 45 + column * 105 - row * 6, 170 + row * 50
            pen.rectangle((x, y, x + 75, y + 12), fill=_WOOD)
            pen.line((x + 8, y + 12, x + 8, y + 38), fill=_METAL, width=4)
            pen.line((x + 67, y + 12, x + 67, y + 38), fill=_METAL, width=4)


def _corridor(pen: Pen) -> None:
    pen.rectangle((0, 0, 480, 320), fill=_WALL)
    pen.polygon(((0, 320), (190, 190), (290, 190), (480, 320)), fill=_GROUND)
    pen.rectangle((190, 90, 290, 190), fill=_GLASS, outline=_DARK, width=3)
    for height in (0, 34):
        pen.line((0, 200 + height, 190, 150 + height // 2), fill=_METAL, width=7)
        pen.line((480, 200 + height, 290, 150 + height // 2), fill=_METAL, width=7)
    for x in (30, 80, 130, 350, 400, 450):
        pen.line((x, 180, x, 275), fill=_METAL, width=4)


def _trees(pen: Pen) -> None:
    pen.rectangle((0, 210, 480, 320), fill="#d9a38a")
    pen.rectangle((0, 200, 480, 225), fill=_LEAF)
    for column in range(5):
        x = 50 + column * 95
        pen.rectangle((x - 6, 130, x + 6, 215), fill=_WOOD)
        pen.ellipse((x - 38, 55, x + 38, 150), fill=_LEAF)


def _carport(pen: Pen) -> None:
    pen.rectangle((0, 230, 480, 320), fill=_GROUND)
    pen.polygon(((20, 110), (440, 80), (470, 120), (50, 150)), fill=_PANEL)
    for part in range(1, 8):
        pen.line((20 + part * 54, 106 - part * 4, 50 + part * 54, 146 - part * 4), fill=_GLASS, width=2)
    for x in (70, 250, 430):
        pen.rectangle((x, 130, x + 10, 260), fill=_METAL)
    for x in (100, 290):
        pen.rounded_rectangle((x, 205, x + 115, 245), 14, fill="#f4f4f2", outline=_DARK, width=2)
        pen.ellipse((x + 15, 232, x + 40, 257), fill=_DARK)
        pen.ellipse((x + 75, 232, x + 100, 257), fill=_DARK)


def _ramp(pen: Pen) -> None:
    pen.rectangle((240, 40, 480, 240), fill=_WALL)
    pen.rectangle((330, 110, 420, 240), fill=_GLASS, outline=_DARK, width=3)
    pen.rectangle((0, 240, 480, 320), fill=_GROUND)
    pen.polygon(((40, 290), (300, 240), (470, 240), (470, 290)), fill="#8f8b80")
    pen.line((40, 250, 300, 200, 470, 200), fill=_METAL, width=6)
    for x, y in ((60, 284), (140, 268), (220, 253), (300, 240), (385, 240), (465, 240)):
        pen.line((x, y, x, y - 40), fill=_METAL, width=4)


_PHOTOS = {
    ("2026-11", "实验小学"): (floating, "照片", (_classroom, _corridor, _trees)),
    ("2026-11", "机关后勤服务中心"): (in_cell_wps, "照片", (_carport, _ramp)),
    ("2026-11", "Riverside Primary School"): (floating, "Photos", (_classroom, _corridor, _trees)),
}
"""How the photos were put into a workbook, on which sheet, and what they show, row by row."""
