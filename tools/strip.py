"""This module draws pages of a document side by side, as the docs show them. It needs LibreOffice and poppler."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PIL import Image, ImageOps

from tests.outside import Office, run

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_HEIGHT, _TALL = 560, 820  # pixels of a page
_GAP = 12


def draw(document: Path, pages: Sequence[int], folder: Path, target: Path, *, wide: bool = False) -> None:
    """Write a picture of those pages of a document that it has, counted from 1; `folder` is made for what comes between.

    A page that is broader than high is as broad as high pages are high, unless it may be `wide`.
    """
    most = (2 * _HEIGHT if wide else _HEIGHT, _HEIGHT)
    _strip(_pages(document, pages, folder, "80" if wide else "60"), most).save(target, optimize=True)


def draw_tall(documents: Sequence[Path], pages: Sequence[int], folder: Path, target: Path) -> None:
    """Write a picture of the same pages of some documents, large enough to be read; `folder` is made for what comes between."""
    folder.mkdir()
    drawn = [_pages(document, pages, folder / str(number), "90") for number, document in enumerate(documents)]
    _strip([page for each in drawn for page in each], (_TALL, _TALL)).save(target, optimize=True)


def _pages(document: Path, pages: Sequence[int], folder: Path, resolution: str) -> list[Path]:
    """Return pictures of those pages of a document that it has."""
    folder.mkdir()
    (pdf,) = Office(folder / "profile").pdfs([document], folder)
    run("pdftoppm", "-png", "-r", resolution, "-l", str(max(pages)), pdf, folder / "page")
    drawn = sorted(folder.glob("page*.png"))
    return [drawn[page - 1] for page in pages if page <= len(drawn)]


def _strip(pages: list[Path], most: tuple[int, int]) -> Image.Image:
    """Return pages side by side on grey, in few colours, because the file lies in the repository."""
    drawn = [ImageOps.contain(Image.open(page).convert("RGB"), most) for page in pages]
    width = sum(page.width for page in drawn) + _GAP * (len(drawn) + 1)
    strip = Image.new("RGB", (width, max(page.height for page in drawn) + 2 * _GAP), "#d0d0d0")
    left = _GAP
    for page in drawn:
        strip.paste(page, (left, _GAP))
        left += page.width + _GAP
    return strip.quantize(32)
