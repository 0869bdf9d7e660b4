"""This module makes a picture ready for a report: upright, as cut in the workbook, no larger than needed, without metadata."""

from __future__ import annotations

import warnings
from io import BytesIO
from typing import TYPE_CHECKING, Any

from PIL import Image, ImageOps

from batchreport.values import Picture
from batchreport.workbook.metadata import bare
from batchreport.workbook.pictures import Edit, FaultyPicture

if TYPE_CHECKING:
    from batchreport.workbook.package import Limits
    from batchreport.workbook.pictures import LoosePicture

_LONGEST = 1600  # pixels of the longer side: 17 cm at 240 dpi
_HEAVY = 1 << 20  # bytes above which a picture is stored anew
_QUALITY = 85
_FEW_COLOURS = 64  # a grey photo has more
_ORIENTATION = 0x0112  # of EXIF: 1 is upright
_PROFILE = 1 << 14  # bytes of a colour profile, at most
_BEGINNINGS = (
    (b"\xff\xd8\xff", "jpeg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"GIF8", "gif"),
    (b"BM", "bmp"),
    (b"II*\0", "tiff"),
    (b"MM\0*", "tiff"),
    (b"\xd7\xcd\xc6\x9a", "wmf"),
    (b"\x01\0\x09\0", "wmf"),
    (b"\x01\0\0\0", "emf"),
    (b"\x1f\x8b", "emz"),
)
_ENDING = 8  # characters
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}  # by EXIF's orientation
_TURNED = (Image.Transpose.ROTATE_270, Image.Transpose.ROTATE_180, Image.Transpose.ROTATE_90)  # Pillow turns left
_USABLE = ("jpeg", "png")


class _TooLargeError(Exception):
    """A picture has more pixels than it may."""


class Darkroom:
    """Makes the pictures of one workbook ready; the same picture is made once, and all together have their limit."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._pixels = 0
        self._made: dict[tuple[bytes, Edit], Picture | FaultyPicture] = {}

    def ready(self, loose: LoosePicture) -> Picture | FaultyPicture:
        """Return the picture ready for a report, or why it cannot be used."""
        if loose.fault:
            return loose.fault
        key = (loose.data, loose.edit)
        if key not in self._made:
            self._made[key] = self._ready(loose)
        return self._made[key]

    def _ready(self, loose: LoosePicture) -> Picture | FaultyPicture:
        kind = kind_of(loose.data, loose.name)
        if kind not in _USABLE:
            return FaultyPicture("picture-kind", {"kind": kind})
        if len(loose.data) > self._limits.picture:
            return FaultyPicture("picture-too-large")
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # what is odd in a camera's metadata
                warnings.simplefilter("error", Image.DecompressionBombWarning)
                return self._developed(loose.data, loose.edit)
        except (Image.DecompressionBombError, Image.DecompressionBombWarning, _TooLargeError):
            return FaultyPicture("picture-too-many-pixels")
        except Exception:  # noqa: BLE001  (Pillow raises whatever its decoders meet, in a dozen classes)
            return FaultyPicture("picture-broken")

    def _developed(self, data: bytes, edit: Edit) -> Picture:
        image: Any = Image.open(BytesIO(data), formats=("JPEG", "PNG"))
        extension = "png" if image.format == "PNG" else "jpeg"
        full = image.size
        self._count(image)
        image.load()
        # What Excel turns, it turns by the frame, leaving EXIF as it was: both together would be one turn too many.
        orientation = 1 if edit.turns else _orientation(image)
        plain = orientation == 1 and edit == Edit() and image.mode in ("RGB", "RGBA", "L", "P", "1")
        if plain and max(full) <= _LONGEST and len(data) <= _HEAVY:
            return Picture(bare(data, extension), full[0], full[1], extension)
        return _stored(_edited(image, orientation, edit))

    def _count(self, image: Any) -> None:
        """Let a JPEG be opened smaller than it is, and count the pixels that will lie in memory."""
        width, height = full = image.size
        if image.format != "PNG":
            share = _LONGEST / max(full)
            if share < 1:
                image.draft(None, (max(1, int(width * share)), max(1, int(height * share))))
            if not image.info.get("progressive"):
                width, height = image.size
        self._pixels += width * height
        if width * height > self._limits.pixels or self._pixels > self._limits.all_pixels:
            raise _TooLargeError


def kind_of(data: bytes, name: str) -> str:
    """Return what kind of picture some bytes are, by how they begin, else by the end of the part's name."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    if data[4:8] == b"ftyp":
        return "avif" if data[8:12] == b"avif" else "heic"
    if b"<svg" in data[:1000]:
        return "svg"
    ending = name.rpartition(".")[2].lower()[:_ENDING]
    unknown = "?" if ending in ("", "jpg", *_USABLE) else ending
    return next((kind for beginning, kind in _BEGINNINGS if data.startswith(beginning)), unknown)


def _orientation(image: Any) -> int:
    try:
        return int(image.getexif().get(_ORIENTATION, 1))
    except Exception:  # noqa: BLE001  (EXIF that is broken turns nothing)
        return 1


def _edited(image: Any, orientation: int, edit: Edit) -> tuple[Any, bool]:
    """Return the picture as it stands in the workbook, of 1600 pixels at most, and whether it has few colours."""
    drawn = image.mode in ("1", "P")
    much = max(image.size) // _LONGEST
    if much > 1 and image.mode in ("RGB", "RGBA", "L"):
        image = image.reduce(much)  # before anything makes a second one of its size
    image = _in_usual_mode(image)
    few = drawn or image.getcolors(_FEW_COLOURS) is not None
    if orientation in _UPRIGHT:
        image = image.transpose(_UPRIGHT[orientation])
    width, height = image.size
    left, top = int(edit.left * width), int(edit.top * height)
    right, bottom = int((1 - edit.right) * width), int((1 - edit.bottom) * height)
    if (left, top, right, bottom) != (0, 0, width, height) and left < right and top < bottom:
        image = image.crop((left, top, right, bottom))
    image.thumbnail((_LONGEST, _LONGEST), Image.Resampling.LANCZOS)
    if edit.mirrored:
        image = ImageOps.mirror(image)
    if edit.flipped:
        image = ImageOps.flip(image)
    if edit.turns:
        image = image.transpose(_TURNED[edit.turns - 1])
    return image, few


def _in_usual_mode(image: Any) -> Any:
    """Return the picture in RGB, in grey, or with an alpha channel where something shines through."""
    if image.mode.startswith("I"):  # 16 bits
        image = image.convert("I").point(lambda value: value * (1 / 256))
    if image.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in image.info:
        image = image.convert("RGBA")
        return image if image.getchannel("A").getextrema() != (255, 255) else image.convert("RGB")
    return image.convert("L" if image.mode in ("1", "L", "I", "F") else "RGB")


def _stored(edited: tuple[Any, bool]) -> Picture:
    """Return the picture as JPEG, or as PNG where something shines through it or it has few colours."""
    image, few = edited
    profile = image.info.get("icc_profile") or b""
    image.info.clear()  # Pillow writes the comment it finds there
    extension = "png" if few or image.mode == "RGBA" else "jpeg"
    options: dict[str, Any] = {"icc_profile": profile} if 0 < len(profile) <= _PROFILE else {}
    options |= {"quality": _QUALITY} if extension == "jpeg" else {}
    target = BytesIO()
    image.save(target, extension, optimize=True, **options)
    return Picture(target.getvalue(), image.width, image.height, extension)
