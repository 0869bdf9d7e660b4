"""This module adds comments to the cells of a sheet beside those it has, and takes them back."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lxml import etree

from batchreport.a1 import column_letters
from batchreport.workbook.marking import boxes
from batchreport.workbook.marking.elements import (
    child,
    children,
    clean,
    drop,
    local,
    namespace,
    put_after,
    sub,
    whole_number,
)
from batchreport.workbook.marking.sheet import cell_position

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from batchreport.workbook.marking.elements import Element
    from batchreport.workbook.marking.package import Book
    from batchreport.workbook.marking.sheet import Sheet
    from batchreport.workbook.scan import Position

AUTHOR = "batchreport"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_VML_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_PRESERVE = "{http://www.w3.org/XML/1998/namespace}space"
THREAD = "tc="  # what the author of a threaded comment's stand-in begins with ([MS-XLSX] 2.6.205)
_BEFORE_BOXES = frozenset({  # ECMA-376 part 1, 18.3.1.99: the order of a sheet's children
    *("sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr", "sheetProtection"),
    *("protectedRanges", "scenarios", "autoFilter", "sortState", "dataConsolidate", "customSheetViews", "mergeCells"),
    *("phoneticPr", "conditionalFormatting", "dataValidations", "hyperlinks", "printOptions", "pageMargins"),
    *("pageSetup", "headerFooter", "rowBreaks", "colBreaks", "customProperties", "cellWatches", "ignoredErrors"),
    *("smartTags", "drawing"),
})  # fmt: skip


def add_comments(book: Book, part: str, sheet: Sheet, said: Mapping[Position, str]) -> bool:
    """Put texts on cells, below what stands there; return whether the package did not know such boxes before.

    A cell with a conversation (a threaded comment) is left as it is: programs show that one only.
    """
    root = _comments(book, part)
    known = {comment.get("ref"): comment for comment in root.iterfind("{*}commentList/{*}comment")}
    new: dict[Position, str] = {}
    author = -1
    for at, text in said.items():
        comment = known.get(_reference(at))
        if comment is None:
            author = _author(root) if author < 0 else author
            _add(root, _reference(at), author, text)
            new[at] = text
        elif not _author_of(root, comment).startswith(THREAD):
            _append(comment, clean(text))
    return _draw(book, part, sheet, new) if new else False


def remove_comments(book: Book, part: str, ours: Sequence[str] | None) -> None:
    """Remove our texts, the longest first, from a sheet's comments, and the comments that hold nothing else.

    Where the texts are not known, comments go by their author.
    """
    name = next(iter(book.related(part, "comments").values()), "")
    if name not in book:
        return
    root = book.tree(name)
    gone: set[Position | None] = set()
    for comment in list(root.iterfind("{*}commentList/{*}comment")):
        if _cut_any(comment, ours) if ours is not None else _author_of(root, comment) == AUTHOR:
            gone.add(cell_position(comment.get("ref", "")))
            drop(comment)
    if gone:
        _forget_author(root)
        _erase(book, part, gone)
        if root.find("{*}commentList/{*}comment") is None:
            book.unrelate(part, name)
            book.remove(name)


def _comments(book: Book, part: str) -> Element:
    """Return the root of a sheet's comments, made where it has none."""
    name = next(iter(book.related(part, "comments").values()), "")
    if name not in book:
        space = namespace(book.peek(part))
        empty = f'<comments xmlns="{space}"><authors/><commentList/></comments>'.encode()
        name = book.add("xl/comments{}.xml", empty, _TYPE)
        book.relate(part, "comments", name)
    return book.tree(name)


def _author(root: Element) -> int:
    """Return our number among a sheet's authors."""
    authors = child(root, "authors")
    if authors is None:
        authors = put_after(root, "authors", ())
    names = [author.text for author in children(authors, "author")]
    if AUTHOR not in names:
        sub(authors, "author", AUTHOR)
        return len(names)
    return names.index(AUTHOR)


def _author_of(root: Element, comment: Element) -> str:
    names = [author.text or "" for author in root.iterfind("{*}authors/{*}author")]
    number = whole_number(comment.get("authorId"))
    return names[number] if number < len(names) else ""


def _forget_author(root: Element) -> None:
    """Remove our name where no comment needs it; the others are known by their order, so it must be the last."""
    authors = list(root.iterfind("{*}authors/{*}author"))
    used = {comment.get("authorId") for comment in root.iterfind("{*}commentList/{*}comment")}
    if authors and authors[-1].text == AUTHOR and str(len(authors) - 1) not in used:
        drop(authors[-1])


def _add(root: Element, reference: str, author: int, text: str) -> None:
    comments = child(root, "commentList")
    if comments is None:
        comments = put_after(root, "commentList", ("authors",))
    run = sub(sub(sub(comments, "comment", ref=reference, authorId=author), "text"), "r")
    look = sub(run, "rPr")
    sub(look, "sz", val=9)
    sub(look, "rFont", val="微软雅黑")
    sub(run, "t", clean(text)).set(_PRESERVE, "preserve")


def _append(comment: Element, text: str) -> None:
    """Put a text below what a comment says, in the form in which it says it."""
    whole = child(comment, "text")
    if whole is None:
        whole = sub(comment, "text")
    runs = list(children(whole, "r"))
    if runs:
        run = etree.Element(f"{{{namespace(whole)}}}r")
        sub(run, "t", f"\n{text}").set(_PRESERVE, "preserve")
        whole.insert(whole.index(runs[-1]) + 1, run)
    else:
        line = child(whole, "t")
        line = sub(whole, "t") if line is None else line
        line.text = f"{line.text or ''}\n{text}"


def _cut_any(comment: Element, texts: Sequence[str]) -> bool:
    """Cut the first of the texts that is there out of a comment, and return whether nothing else is left."""
    whole = _said(comment)
    squeezed = "".join(whole.split())
    text = next((text for text in texts if "".join(clean(text).split()) in squeezed), None)
    return text is not None and _cut(comment, text) and not _said(comment).strip()


def _said(comment: Element) -> str:
    return "".join(line.text or "" for line in comment.iter("{*}t"))


def _cut(comment: Element, text: str) -> bool:
    """Cut a text out of a comment, whatever white space a program made of its line ends; return whether it was there."""
    lines = list(comment.iter("{*}t"))
    whole = "".join(line.text or "" for line in lines)
    signs = r"\s*".join(re.escape(sign) for sign in clean(text) if not sign.isspace())
    match = re.search(rf"\s?{signs}", whole) if signs else None
    if match is None:
        return False
    start = 0
    for line in lines:
        old = line.text or ""
        low, high = max(match.start() - start, 0), max(match.end() - start, 0)
        start += len(old)
        line.text = old[:low] + old[high:]
        run = line.getparent()
        if old and not line.text and run is not None and local(run) == "r":
            drop(run)
    return True


def _draw(book: Book, part: str, sheet: Sheet, new: Mapping[Position, str]) -> bool:
    """Add the boxes that comments stand in; return whether the package did not know such boxes before."""
    key = f"{{{book.relations}}}id"
    legacy = child(sheet.root, "legacyDrawing")
    name = book.related(part, "vmlDrawing").get(legacy.get(key, ""), "") if legacy is not None else ""
    if legacy is not None and name in book:
        drawing = book.read(name)
        if boxes.END not in drawing:
            return False
        book.write(name, boxes.added(drawing, sheet, new))
        return False
    block = 1 + max((boxes.last_block(book.read(name)) for name in book if name.lower().endswith(".vml")), default=0)
    first = book.declare("vml", _VML_TYPE)
    name = book.add("xl/drawings/vmlDrawing{}.vml", boxes.added(boxes.empty(block), sheet, new))
    if legacy is None:
        legacy = put_after(sheet.root, "legacyDrawing", _BEFORE_BOXES, {"r": book.relations})
    legacy.set(key, book.relate(part, "vmlDrawing", name))
    return first


def _erase(book: Book, part: str, gone: set[Position | None]) -> None:
    """Remove the boxes of cells; a drawing that holds no other is removed with what names it."""
    legacy = book.peek(part).find("{*}legacyDrawing")
    key = f"{{{book.relations}}}id"
    name = book.related(part, "vmlDrawing").get(legacy.get(key, ""), "") if legacy is not None else ""
    if name not in book:
        return
    drawing = boxes.without(book.read(name), gone)
    if boxes.is_empty(drawing):
        found = child(book.tree(part), "legacyDrawing")
        if found is not None:
            drop(found)
        book.unrelate(part, name)
        book.remove(name)
    else:
        book.write(name, drawing)


def _reference(at: Position) -> str:
    return f"{column_letters(at[1] + 1)}{at[0] + 1}"
