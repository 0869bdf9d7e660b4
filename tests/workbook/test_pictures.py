"""Pictures of a workbook: found wherever people put them, tied to their row, made ready for a report."""

from __future__ import annotations

import time
import zipfile
import zlib
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import load_workbook
from openpyxl.drawing.image import Image as Floating
from openpyxl.drawing.spreadsheet_drawing import AbsoluteAnchor
from openpyxl.drawing.xdr import XDRPoint2D, XDRPositiveSize2D
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from batchreport.schema import parse_schema
from batchreport.values import Picture
from batchreport.workbook.blank import blank_workbook, save
from batchreport.workbook.check import check
from batchreport.workbook.marking.marked import mark
from batchreport.workbook.package import Limits
from batchreport.workbook.read import read_workbook
from tests.outside import require, run
from tools.pictured_book import floating, in_cell_excel, in_cell_wps

if TYPE_CHECKING:
    from collections.abc import Callable

    from batchreport.submission import Submission
    from tests.outside import Office

ROOT = Path(__file__).parents[2]
SCHEMA = parse_schema((ROOT / "templates" / "summary.toml").read_bytes())
WAYS = {"floating": floating, "Excel in-cell": in_cell_excel, "WPS in-cell": in_cell_wps}
ORIENTATION, MAKER, GPS = 0x0112, 0x010F, 0x8825


def picture(size: tuple[int, int] = (60, 40), kind: str = "PNG", colour: Any = "red", **options: Any) -> bytes:
    """Return a picture of one colour with a blue top left quarter."""
    image = Image.new("RGB", size, colour)
    image.paste("blue", (0, 0, size[0] // 2, size[1] // 2))
    target = BytesIO()
    image.save(target, kind, **options)
    return target.getvalue()


def photo(size: tuple[int, int] = (60, 40), orientation: int = 1, **options: Any) -> bytes:
    """Return a JPEG as a telephone makes it: with its maker, and how it was held."""
    exif = Image.Exif()
    exif[ORIENTATION], exif[MAKER] = orientation, "SECRET-PHONE"
    exif.get_ifd(GPS)[1] = "N"
    return picture(size, "JPEG", exif=exif.tobytes(), comment=b"SECRET-COMMENT", **options)


def book(rows: dict[int, str]) -> bytes:
    """Return a blank workbook with captions in these rows."""
    return _book(tuple(rows.items()))


@cache
def _book(rows: tuple[tuple[int, str], ...]) -> bytes:
    made = load_workbook(BytesIO(blank_workbook(SCHEMA)))
    for row, caption in rows:
        made["照片"][f"B{row}"] = caption
    return save(made)


def read(data: bytes, limits: Limits | None = None) -> Submission:
    """Return the checked submission."""
    return check(read_workbook(data, SCHEMA, limits=limits), SCHEMA)


def photos(submission: Submission) -> list[tuple[Any, Any]]:
    """Return the size of each picture in the photos' records, with its caption."""
    values = [record.values for record in submission.tables["photos"].records]
    return [((v["image"].width, v["image"].height) if v["image"] else None, v["caption"]) for v in values]  # type: ignore[union-attr]


def said(submission: Submission, sheet: str = "照片") -> list[tuple[str, str, str]]:
    """Return code, severity and cell of the findings about a sheet, each said in both languages."""
    own = [finding for finding in submission.findings if finding.place.sheet == sheet]
    assert all(finding.line("zh") and finding.line("en") for finding in own)
    return [(finding.code, finding.severity.name.lower(), finding.place.cell) for finding in own]


def replaced(data: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    """Return the package with every part changed as `change` says."""
    target = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out:
        for name in source.namelist():
            out.writestr(name, change(name, source.read(name)))
    return target.getvalue()


def _emu(pixels: int) -> int:
    return pixels * 9_525


@cache
def _pictured() -> bytes:
    return floating(book({4: "图题"}), "照片", {"A4": picture()})


def stored(data: bytes) -> bytes:
    """Return a workbook with a floating PNG in A4 whose bytes are these instead."""
    made = _pictured()
    return replaced(made, lambda name, part: data if name.startswith("xl/media/") else part)


def opened(submission: Submission) -> Any:
    """Return the first photo, opened."""
    value = submission.tables["photos"].records[0].values["image"]
    assert isinstance(value, Picture)
    image = Image.open(BytesIO(value.data))
    assert image.size == (value.width, value.height)
    assert (image.format or "").lower() == value.extension
    return image


@pytest.mark.parametrize("way", WAYS)
def test_a_picture_belongs_to_its_row(way: str) -> None:
    """Each picture comes with the caption of its row; nothing is left to say."""
    pictures = {"A4": picture((60, 40)), "A6": photo((90, 30))}

    submission = read(WAYS[way](book({4: "新食堂", 6: "新操场"}), "照片", pictures))

    assert photos(submission) == [((60, 40), "新食堂"), ((90, 30), "新操场")]
    assert said(submission) == []


@pytest.mark.parametrize("way", WAYS)
def test_a_row_with_only_a_picture_is_a_record(way: str) -> None:
    """What its row lacks is said."""
    submission = read(WAYS[way](book({}), "照片", {"A5": picture()}))

    assert photos(submission) == [((60, 40), None)]
    assert said(submission) == [("cell-required", "error", "B5")]


@pytest.mark.parametrize("way", WAYS)
def test_a_picture_beside_the_image_column_belongs_to_its_row_too(way: str) -> None:
    """What Excel or WPS shows the picture by is no value of the cell in which it stands."""
    submission = read(WAYS[way](book({4: "新食堂"}), "照片", {"C4": picture()}))

    assert photos(submission) == [((60, 40), "新食堂")]
    assert submission.tables["photos"].records[0].values["facility"] is None
    assert said(submission) == []


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("sheet", "cell"), [("照片", "A1"), ("计划", "C4"), ("基本信息", "B4")])
def test_a_picture_that_no_image_cell_takes_is_a_note(way: str, sheet: str, cell: str) -> None:
    """Above the header, or on a sheet without such a column, the picture is named and nothing else breaks."""
    submission = read(WAYS[way](book({}), sheet, {cell: picture()}))

    assert ("picture-unused", "note", cell) in said(submission, sheet)
    assert not [code for code, _, _ in said(submission, sheet) if code.startswith("cell-error")]


def test_the_second_picture_of_a_row_is_said() -> None:
    """The first is used, whose cell the finding names."""
    submission = read(floating(book({4: "图题"}), "照片", {"A4": picture((60, 40)), "B4": picture((30, 40))}))

    assert photos(submission) == [((60, 40), "图题")]
    assert said(submission) == [("picture-doubled", "warning", "B4")]


def test_the_name_of_a_file_is_no_picture() -> None:
    """It is asked for the picture itself; a blank cell is asked for as any other."""
    made = load_workbook(BytesIO(book({4: "新食堂", 5: "新操场"})))
    made["照片"]["A4"] = "新食堂.jpg"

    submission = read(save(made))

    assert said(submission) == [("cell-not-a-picture", "error", "A4"), ("cell-required", "error", "A5")]
    assert "插入" in submission.findings[-1].line("zh")


def test_text_under_a_picture_is_said() -> None:
    """A file name below a floating picture does not count, and is not dropped in silence."""
    made = load_workbook(BytesIO(book({4: "新食堂"})))
    made["照片"]["A4"] = "新食堂.jpg"

    submission = read(floating(save(made), "照片", {"A4": picture()}))

    assert photos(submission) == [((60, 40), "新食堂")]
    assert said(submission) == [("picture-covers-text", "note", "A4")]


KINDS = {
    "gif": picture(kind="GIF"),
    "bmp": picture(kind="BMP"),
    "webp": picture(kind="WEBP"),
    "tiff": picture(kind="TIFF"),
    "wmf": b"\xd7\xcd\xc6\x9a" + bytes(60),
    "emf": b"\x01\0\0\0" + bytes(100),
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"/>',
    "heic": b"\0\0\0\x18ftypheic" + bytes(60),
}


@pytest.mark.parametrize("kind", KINDS)
def test_only_jpeg_and_png_are_taken(kind: str) -> None:
    """Another kind is told by its bytes, whatever its name, and said where the picture stands."""
    submission = read(stored(KINDS[kind]))

    assert said(submission) == [("picture-kind", "error", "A4")]
    assert kind in submission.findings[-1].line("zh")


@pytest.mark.parametrize(("language", "shown"), [("zh", "（图片）"), ("en", "(picture)")])
def test_a_marked_copy_says_that_a_picture_stands_there(language: str, shown: str) -> None:
    """In the list's column of what is there, where other cells have their text."""
    data = stored(KINDS["gif"])
    copy = load_workbook(BytesIO(mark(data, read(data).findings, language, 0).data))
    cells = {row[2].value: row[3].value for row in copy.worksheets[0].iter_rows(min_row=4)}

    assert cells["A4"] == shown


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x89PNG\r\n\x1a\n",
        picture()[:-40],
        photo((400, 300))[:2000],
        b"\xff\xd8\xff" + bytes(500),
        picture()[:40] + b"\xff" * 60,
        b'<!DOCTYPE svg><svg xmlns="http://www.w3.org/2000/svg"/>',
    ],
    ids=["empty", "signature", "cut png", "cut jpeg", "zeros", "garbage", "doctype"],
)
def test_a_broken_picture_is_one_finding(data: bytes) -> None:
    """The rest of the workbook is read."""
    submission = read(stored(data))

    assert [code for code, _, cell in said(submission) if cell == "A4"] == ["picture-broken"]
    assert photos(submission) == [(None, "图题")]


def test_a_damaged_media_part_is_one_finding() -> None:
    """Bytes that do not fit their checksum spoil their picture alone."""
    made = stored(picture())
    at = made.index(b"PK\1\2", made.index(b"xl/media/"))
    entry = made.index(b"xl/media/", at) - 46
    broken = made[: entry + 16] + b"\0\0\0\0" + made[entry + 20 :]

    assert said(read(broken)) == [("picture-broken", "error", "A4")]


def bomb(width: int, height: int) -> bytes:
    """Return a PNG whose header claims a size that its data has not."""
    data = picture((8, 8))
    header = b"IHDR" + width.to_bytes(4, "big") + height.to_bytes(4, "big") + data[24:29]
    return data[:12] + header + zlib.crc32(header).to_bytes(4, "big") + data[33:]


@pytest.mark.parametrize("size", [(30_000, 30_000), (10_000, 9_000), (9_000, 9_000), (65_000, 65_000)])
def test_a_decompression_bomb_is_refused_by_its_header(size: tuple[int, int]) -> None:
    """A picture that claims too many pixels is never opened."""
    started = time.process_time()

    assert said(read(stored(bomb(*size)))) == [("picture-too-many-pixels", "error", "A4")]
    assert time.process_time() - started < 2


def test_all_pictures_together_have_a_limit() -> None:
    """Many pictures, each allowed, are not opened without end; the same one counts once."""
    pictures = {f"A{row}": picture((60, 40 + row)) for row in range(4, 8)}
    data = floating(book(dict.fromkeys(range(4, 8), "图题")), "照片", pictures)

    assert [code for code, *_ in said(read(data, Limits(all_pixels=9_000)))] == ["picture-too-many-pixels"]

    same = floating(book(dict.fromkeys(range(4, 8), "图题")), "照片", dict.fromkeys(pictures, picture()))
    assert said(read(same, Limits(all_pixels=2_400))) == []


def test_too_many_pictures_are_refused() -> None:
    """The whole file is answered in one line."""
    data = floating(book({}), "照片", {"A4": picture(), "A5": picture()})

    assert [finding.code for finding in read(data, Limits(pictures=1)).findings] == ["file-too-many-pictures"]


def test_a_large_picture_is_refused_before_it_is_opened() -> None:
    """The limit is one of bytes, too."""
    assert said(read(stored(picture((300, 200))), Limits(picture=100))) == [("picture-too-large", "error", "A4")]


def test_a_swollen_media_part_refuses_the_file() -> None:
    """A part that inflates beyond its limit is no slip, and nothing of the file is trusted."""
    assert [f.code for f in read(stored(bytes(3 << 20)), Limits(part=1 << 20)).findings] == ["file-inflates"]


def test_a_linked_picture_is_never_fetched() -> None:
    """A picture that only points outside is said to be a link."""
    made = floating(book({4: "图题"}), "照片", {"A4": picture()})

    def linked(name: str, part: bytes) -> bytes:
        if name.startswith("xl/drawings/_rels/"):
            part = part.replace(
                b'Target="/xl/media/image1.png"', b'Target="http://example.com/a.png" TargetMode="External"'
            )
        return part.replace(b"r:embed=", b"r:link=") if name.startswith("xl/drawings/drawing") else part

    assert said(read(replaced(made, linked))) == [("picture-linked", "error", "A4")]


def test_a_formula_without_its_picture_says_that_it_was_lost() -> None:
    """Another program dropped the part in which WPS has its pictures."""
    made = in_cell_wps(book({4: "图题"}), "照片", {"A4": picture()})
    lost = replaced(made, lambda name, part: b"<x/>" if name == "xl/cellimages.xml" else part)

    assert said(read(lost)) == [("picture-lost", "error", "A4")]


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("size", [(80, 40), (3300, 1650)])
def test_a_photo_stands_upright_and_tells_nothing_of_its_maker(orientation: int, size: tuple[int, int]) -> None:
    """EXIF's orientation is applied, its text gone; so are GPS and comment."""
    submission = read(stored(photo(size, orientation, quality=95)))
    image = opened(submission)
    turned = orientation > 4

    assert (image.width < image.height) is turned
    assert max(image.size) <= 1600
    corner = {1: (0, 0), 2: (1, 0), 3: (1, 1), 4: (0, 1), 5: (0, 0), 6: (1, 0), 7: (1, 1), 8: (0, 1)}[orientation]
    red, _, blue = image.convert("RGB").getpixel(
        [(image.width // 8, image.width * 7 // 8)[corner[0]], (image.height // 8, image.height * 7 // 8)[corner[1]]]
    )
    assert blue > 200 > red
    data = submission.tables["photos"].records[0].values["image"].data  # type: ignore[union-attr]
    assert b"SECRET" not in data
    assert b"Exif" not in data


def test_a_png_loses_its_texts_and_keeps_its_pixels() -> None:
    """A picture that is small enough is not stored anew."""
    texts = PngInfo()
    texts.add_text("Author", "SECRET")
    original = picture(pnginfo=texts)
    image = opened(read(stored(original + b"SECRET")))

    assert image.tobytes() == Image.open(BytesIO(original)).tobytes()
    assert not image.info
    assert b"SECRET" in original


def test_a_jpeg_that_is_small_enough_keeps_its_pixels() -> None:
    """Only the segments that tell about it go, not a pixel changes; progressive ones likewise."""
    for options in ({}, {"progressive": True}, {"restart_marker_rows": 1}):
        original = photo((200, 100), **options)

        assert opened(read(stored(original + b"\0SECRET"))).tobytes() == Image.open(BytesIO(original)).tobytes()


@pytest.mark.parametrize(
    ("mode", "extension"), [("RGBA", "png"), ("CMYK", "jpeg"), ("L", "jpeg"), ("I;16", "jpeg"), ("P", "png")]
)
def test_every_mode_becomes_one_that_word_shows(mode: str, extension: str) -> None:
    """A large picture is scaled, and stored as PNG where something shines through or it has few colours."""
    noise = Image.effect_noise((2000, 1000), 90)
    image = noise if mode == "L" else noise.convert("RGB").convert(mode if mode != "I;16" else "L")
    if mode == "I;16":
        image = noise.convert("I").point(lambda value: value * 256).convert("I;16")
    if mode == "RGBA":
        image.putalpha(noise)
    target = BytesIO()
    image.save(target, "JPEG" if mode == "CMYK" else "PNG")
    made = opened(read(stored(target.getvalue())))

    assert made.size == (1600, 800)
    assert (made.format or "").lower() == extension
    assert made.mode in ("RGB", "RGBA", "L")


@pytest.mark.parametrize(
    ("edit", "size", "corner"),
    [
        ('<a:srcRect l="50000"/>', (100, 100), "red"),
        ('<a:srcRect t="50000" b="25000"/>', (200, 25), "red"),
        ('<a:xfrm rot="5400000">', (100, 200), "red"),
        ('<a:xfrm rot="16200000">', (100, 200), "red"),
        ('<a:xfrm rot="10800000">', (200, 100), "red"),
        ('<a:xfrm flipH="1">', (200, 100), "red"),
        ('<a:xfrm rot="100000">', (200, 100), "blue"),
    ],
)
def test_a_picture_is_cut_and_turned_as_in_the_workbook(edit: str, size: tuple[int, int], corner: str) -> None:
    """What was cut off in Excel is not in the report, not even hidden."""
    made = stored(picture((200, 100)))

    def edited(name: str, part: bytes) -> bytes:
        if not name.startswith("xl/drawings/drawing"):
            return part
        part = part.replace(b"<wsDr ", b'<wsDr xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" ')
        if "srcRect" in edit:
            return part.replace(b"<a:stretch", f"{edit}<a:stretch".encode(), 1)
        return part.replace(
            b"<a:prstGeom", f"{edit}<a:off x='0' y='0'/><a:ext cx='9' cy='9'/></a:xfrm><a:prstGeom".encode(), 1
        )

    image = opened(read(replaced(made, edited))).convert("RGB")

    assert image.size == size
    assert image.getpixel((2, 2)) == {"red": (255, 0, 0), "blue": (0, 0, 255)}[corner]


@pytest.mark.parametrize(
    ("top", "height", "row"),
    [
        (0, 20, 4),  # as large as its row
        (-3, 20, 4),  # a little too high
        (4, 20, 4),
        (0, 400, 4),  # dropped into A4 at its own size, over twenty rows
        (-4, 400, 4),  # and a little too high
        (16, 10, 5),  # its centre lies in the next row
    ],
)
def test_a_floating_picture_belongs_where_it_was_put(top: int, height: int, row: int) -> None:
    """By its centre where it is no larger than its cell, else by its top left corner, however carelessly it was put."""
    made = load_workbook(BytesIO(book({4: "四", 5: "五"})))
    sheet = made["照片"]
    for number, points in ((1, 30), (2, 30), (3, 30), (4, 15), (5, 15)):
        sheet.row_dimensions[number].height = points
    image: Any = Floating(BytesIO(picture()))
    above = 120  # pixels of the first three rows
    image.anchor = AbsoluteAnchor(
        pos=XDRPoint2D(_emu(2), _emu(above + top)),
        ext=XDRPositiveSize2D(_emu(60), _emu(height)),
    )
    sheet.add_image(image)

    submission = read(save(made))

    assert {caption for size, caption in photos(submission) if size} == {{4: "四", 5: "五"}[row]}


def test_a_picture_far_below_makes_no_rows() -> None:
    """A floating picture in the last row of the sheet costs nothing."""
    submission = read(floating(book({4: "图题"}), "照片", {"A4": picture(), "A1000000": picture()}))

    assert said(submission) == [("picture-unused", "note", "A1000000")]
    assert len(submission.sheets["照片"]) < 2000


def test_the_same_workbook_gives_the_same_pictures() -> None:
    """No clock and no chance: the bytes are equal."""
    data = stored(photo((3000, 1000), 6))

    first, second = (read(data).tables["photos"].records for _ in range(2))
    assert first == second
    assert "data" not in repr(first[0].values["image"])


def test_what_calamine_read_stays_in_the_sheets() -> None:
    """The DataFrames show what stands in the cells; the picture is a value of the record."""
    submission = read(in_cell_excel(book({4: "图题"}), "照片", {"A4": picture()}))

    assert submission.sheets["照片"].iloc[3, 0] == "#VALUE!"


def test_a_workbook_saved_again_by_libreoffice_keeps_its_pictures(office: Office, tmp_path: Path) -> None:
    """What LibreOffice writes is found as well."""
    path = tmp_path / "a.xlsx"
    path.write_bytes(floating(book({4: "新食堂", 5: "新操场"}), "照片", {"A4": picture(), "A5": photo((90, 30))}))

    profile = f"-env:UserInstallation={office.profile.as_uri()}"
    run(require("soffice"), profile, "--headless", "--convert-to", "xlsx", "--outdir", tmp_path / "out", path)

    assert photos(read((tmp_path / "out" / "a.xlsx").read_bytes())) == [
        ((60, 40), "新食堂"),
        ((90, 30), "新操场"),
    ]
