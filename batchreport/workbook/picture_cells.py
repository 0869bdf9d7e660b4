"""This module puts the pictures of a workbook into the image cells of their rows, and says which have none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from batchreport.findings import Finding, Place, note, warning
from batchreport.workbook.cells import excerpt, is_blank, says_nothing
from batchreport.workbook.choose import HIDDEN
from batchreport.workbook.layout import cell, find_form, find_table, reference

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from batchreport.values import Picture
    from batchreport.workbook.columns import Page
    from batchreport.workbook.darkroom import Darkroom
    from batchreport.workbook.layout import Grid
    from batchreport.workbook.package import Limits
    from batchreport.workbook.pictures import FaultyPicture, LoosePicture
    from batchreport.workbook.scan import Position

_FAR = 1000  # rows below the last filled one, where no picture makes a record


def settle_pictures(
    pictures: Iterable[LoosePicture], pages: Collection[Page], file: str, found: list[Finding], limits: Limits
) -> None:
    """Put each picture into the image cell of its row in the grids of `pages`; what has no such cell is said."""
    by_sheet: dict[str, list[LoosePicture]] = {}
    for picture in pictures:
        by_sheet.setdefault(picture.sheet, []).append(picture)
    if not by_sheet:
        return
    from batchreport.workbook.darkroom import Darkroom  # noqa: PLC0415  (Pillow, which few workbooks need)

    room = Darkroom(limits)
    shown = {page.sheet: page for page in pages}
    for sheet, own in by_sheet.items():
        if sheet in shown:
            _Sheet(shown[sheet], room).settle(own)
        elif sheet not in HIDDEN:
            found += (note("picture-unused", Place(file=file, sheet=sheet, cell=reference(*p.at))) for p in own)


class _Sheet:
    """One section's sheet while its pictures are settled; `_taken` has the image cells that have theirs."""

    def __init__(self, page: Page, room: Darkroom) -> None:
        self._page = page
        self._room = room
        self._taken: dict[Position, LoosePicture] = {}
        self._columns, self._fields, self._first = _homes(page)

    def settle(self, pictures: Iterable[LoosePicture]) -> None:
        """Settle the pictures of the sheet: those in cells first, then from top to bottom."""
        for picture in sorted(pictures, key=lambda p: (not p.in_cell, p.at)):
            home = self._home(picture.at)
            if picture.in_cell and picture.at != home:
                _put(self._page.grid, picture.at, "")  # an error value or a formula that stands for the picture
            if home is None:
                self._page.say(note, "picture-unused", reference(*picture.at))
            elif home in self._taken:
                first = reference(*self._taken[home].at)
                self._page.say(warning, "picture-doubled", reference(*picture.at), first=first)
            else:
                self._take(home, picture)

    def _home(self, at: Position) -> Position | None:
        """Return the image cell of a row, the nearest where there are several; None where there is none."""
        row, column = at
        if row > len(self._page.grid) + _FAR:
            return None
        columns = self._columns if row >= self._first else self._fields.get(row, ())
        return (row, min(columns, key=lambda index: (abs(index - column), index))) if columns else None

    def _take(self, home: Position, picture: LoosePicture) -> None:
        self._taken[home] = picture
        text = "" if picture.in_cell and picture.at == home else cell(self._page.grid, *home)
        if not (is_blank(text) or says_nothing(text)):
            self._page.say(note, "picture-covers-text", reference(*home), found=excerpt(text))
        _put(self._page.grid, home, self._room.ready(picture))


def _homes(page: Page) -> tuple[tuple[int, ...], Mapping[int, tuple[int, ...]], int]:
    """Return a table's image columns and its first row, or the image cells of a form by row."""
    if page.section.kind == "form":
        fields = [item for item in find_form(page.grid, page.section) if item.column and item.column.type == "image"]
        return (), {item.row: (item.value,) for item in fields}, 1 << 30
    layout = find_table(page.grid, page.section)
    columns: dict[str, int] = {}
    for header in layout.headers:
        if header.column and header.column.type == "image":
            columns.setdefault(header.column.key, header.index)
    return tuple(columns.values()), {}, layout.row + 1


def _put(grid: Grid, at: Position, value: Picture | FaultyPicture | str) -> None:
    """Write into a cell, also below or beside what calamine took for the used range; the row is a new list.

    So the DataFrames of the sheets keep what stands there.
    """
    row, column = at
    width = max(column + 1, len(grid[0]) if grid else 0)
    if width > (len(grid[0]) if grid else 0):
        grid[:] = [[*cells, *[""] * (width - len(cells))] for cells in grid]
    grid.extend([""] * width for _ in range(row + 1 - len(grid)))
    grid[row] = [*grid[row][:column], value, *grid[row][column + 1 :]]
