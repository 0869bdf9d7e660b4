"""This module puts pictures into a workbook in the three ways in which people do: floating, Excel's in-cell, WPS's in-cell.

Neither Excel 365 nor WPS runs here: what they write is made after their published forms ([MS-XLSX] 2.3.6; WPS's
cellimages.xml as other programs read it).
"""

from __future__ import annotations

import re
from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import load_workbook
from openpyxl.drawing.image import Image

from batchreport.workbook.blank import save
from batchreport.workbook.package import Limits, open_package
from batchreport.workbook.scan import scan
from batchreport.zips import restamp

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_RICH = "http://schemas.microsoft.com/office/spreadsheetml/2017/richdata"
_RICH_LINKS = "http://schemas.microsoft.com/office/spreadsheetml/2022/richvaluerel"
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"
_WPS = "http://www.wps.cn/officeDocument"
_ROW_HEIGHT = 84  # points
_SHOWN = (150, 100)  # pixels of a floating picture


def floating(data: bytes, sheet: str, pictures: Mapping[str, bytes]) -> bytes:
    """Return the workbook with pictures that float over cells, each in a row high enough for it."""
    book = load_workbook(BytesIO(data))
    target = book[sheet]
    for cell, picture in pictures.items():
        image = Image(BytesIO(picture))
        image.width, image.height = _SHOWN
        target.add_image(image, cell)
        target.row_dimensions[target[cell].row].height = _ROW_HEIGHT
    return save(book)


def in_cell_wps(data: bytes, sheet: str, pictures: Mapping[str, bytes]) -> bytes:
    """Return the workbook with pictures in cells as WPS has them: a formula, and a part that knows it by name."""
    parts = _parts(data)
    images = {f"ID_{number:032X}": picture for number, picture in enumerate(pictures.values(), 1)}
    for cell, name in zip(pictures, images, strict=True):
        formula = f'<f>_xlfn.DISPIMG("{name}",1)</f><v>=DISPIMG("{name}",1)</v>'
        _fill(parts, sheet, cell, 't="str"', formula)
    shown = "".join(
        f'<etc:cellImage><xdr:pic><xdr:nvPicPr><xdr:cNvPr id="{number}" name="{name}"/><xdr:cNvPicPr/></xdr:nvPicPr>'
        f'<xdr:blipFill><a:blip r:embed="rId{number}"/><a:stretch><a:fillRect/></a:stretch></xdr:blipFill><xdr:spPr>'
        '<a:xfrm><a:off x="0" y="0"/><a:ext cx="1" cy="1"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
        "</xdr:spPr></xdr:pic></etc:cellImage>"
        for number, name in enumerate(images, 1)
    )
    names = f'xmlns:xdr="{_DRAWING}/spreadsheetDrawing" xmlns:r="{_OFFICE}" xmlns:a="{_DRAWING}/main"'
    xml = f'<etc:cellImages {names} xmlns:etc="{_WPS}/2017/etCustomData">{shown}</etc:cellImages>'
    parts["xl/cellimages.xml"] = xml.encode()
    _link(parts, "xl/_rels/workbook.xml.rels", "rIdWps", f"{_WPS}/2020/cellImage", "cellimages.xml")
    _override(parts, "xl/cellimages.xml", "application/vnd.wps-officedocument.cellimage+xml")
    _media(parts, "xl/_rels/cellimages.xml.rels", "media", images.values())
    return _packed(parts)


def in_cell_excel(data: bytes, sheet: str, pictures: Mapping[str, bytes]) -> bytes:
    """Return the workbook with pictures in cells as Excel 365 has them: an error value with value metadata."""
    parts = _parts(data)
    count = len(pictures)
    for number, cell in enumerate(pictures, 1):
        _fill(parts, sheet, cell, f't="e" vm="{number}"', "<v>#VALUE!</v>")
    future = "".join(
        f'<bk><extLst><ext uri="{{3e2802c4-a4d2-4d8b-9148-e3be6c30e623}}"><xlrd:rvb i="{number}"/></ext></extLst></bk>'
        for number in range(count)
    )
    entries = "".join(f'<bk><rc t="1" v="{number}"/></bk>' for number in range(count))
    parts["xl/metadata.xml"] = (
        f'<metadata xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:xlrd="{_RICH}">'
        '<metadataTypes count="1"><metadataType name="XLRICHVALUE" minSupportedVersion="120000"/></metadataTypes>'
        f'<futureMetadata name="XLRICHVALUE" count="{count}">{future}</futureMetadata>'
        f'<valueMetadata count="{count}">{entries}</valueMetadata></metadata>'
    ).encode()
    values = "".join(f'<rv s="0"><v>{number}</v><v>5</v></rv>' for number in range(count))
    keys = '<k n="_rvRel:LocalImageIdentifier" t="i"/><k n="CalcOrigin" t="i"/>'
    links = "".join(f'<rel r:id="rId{number}"/>' for number in range(1, count + 1))
    rich = {
        "rdrichvalue.xml": f'<rvData xmlns="{_RICH}" count="{count}">{values}</rvData>',
        "rdrichvaluestructure.xml": f'<rvStructures xmlns="{_RICH}" count="1"><s t="_localImage">{keys}</s></rvStructures>',
        "richValueRel.xml": f'<richValueRels xmlns="{_RICH_LINKS}" xmlns:r="{_OFFICE}">{links}</richValueRels>',
    }
    parts |= {f"xl/richData/{name}": xml.encode() for name, xml in rich.items()}
    _media(parts, "xl/richData/_rels/richValueRel.xml.rels", "../media", pictures.values())
    return _packed(parts)


def _parts(data: bytes) -> dict[str, bytes]:
    with ZipFile(BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def _packed(parts: Mapping[str, bytes]) -> bytes:
    target = BytesIO()
    with ZipFile(target, "w", ZIP_DEFLATED) as package:
        for name, part in parts.items():
            package.writestr(name, part)
    return restamp(target.getvalue())


def _fill(parts: dict[str, bytes], sheet: str, cell: str, attributes: str, content: str) -> None:
    """Write a cell that the sheet has already, with the look it has."""
    part = dict(scan(open_package(_packed(parts), Limits()), Limits()).parts)[sheet]
    pattern = rf'<c r="{cell}"((?: s="\d+")?)[^>]*?(?:/>|>.*?</c>)'
    made, count = re.subn(pattern, rf'<c r="{cell}"\1 {attributes}>{content}</c>', parts[part].decode())
    if count != 1:
        raise ValueError(cell)
    parts[part] = made.encode()


def _media(parts: dict[str, bytes], relations: str, folder: str, pictures: Iterable[bytes]) -> None:
    """Store the pictures, and relate them as rId1, rId2 and so on."""
    for number, picture in enumerate(pictures, 1):
        ending = "png" if picture.startswith(b"\x89PNG") else "jpeg"
        parts[f"xl/media/cell{number}.{ending}"] = picture
        _link(parts, relations, f"rId{number}", f"{_OFFICE}/image", f"{folder}/cell{number}.{ending}")
        if f'Extension="{ending}"'.encode() not in parts["[Content_Types].xml"]:
            _append(parts, "[Content_Types].xml", f'<Default Extension="{ending}" ContentType="image/{ending}"/>')


def _link(parts: dict[str, bytes], relations: str, number: str, kind: str, target: str) -> None:
    parts.setdefault(relations, f'<Relationships xmlns="{_PACKAGE}/relationships"></Relationships>'.encode())
    _append(parts, relations, f'<Relationship Id="{number}" Type="{kind}" Target="{target}"/>')


def _override(parts: dict[str, bytes], name: str, kind: str) -> None:
    _append(parts, "[Content_Types].xml", f'<Override PartName="/{name}" ContentType="{kind}"/>')


def _append(parts: dict[str, bytes], name: str, element: str) -> None:
    head, end, _ = parts[name].rpartition(b"</")
    parts[name] = head + element.encode() + end + parts[name][len(head) + len(end) :]
