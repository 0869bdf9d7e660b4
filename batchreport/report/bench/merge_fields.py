"""This module writes the fields of Word's mail merge as tags."""

from __future__ import annotations

from typing import TYPE_CHECKING

from batchreport.report.bench.foreign import FIELD
from batchreport.report.inference.scope import Many, Thing
from batchreport.report.tags.scan import W

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lxml.etree import _Element

    from batchreport.report.inference.scope import Kind


def written(root: _Element, names: Mapping[str, Kind]) -> Iterator[tuple[_Element, str, str]]:
    """Write each field that names a single value of `names` as its tag; give the paragraph, the name and the tag."""
    for field in list(root.iter(f"{W}fldSimple")):
        if name := _named(str(field.get(f"{W}instr")), names):
            runs = [run for run in field if run.tag == f"{W}r"]
            paragraph = next(field.iterancestors(f"{W}p"), None)
            if runs and paragraph is not None:
                field.addprevious(runs[0])
                yield paragraph, name, _say(runs[0], name)
                _drop(field)
    for paragraph in list(root.iter(f"{W}p")):
        for runs in _fields(paragraph):
            code = "".join(one.text or "" for run in runs for one in run.iter(f"{W}instrText"))
            shown = next((run for run in runs if run.find(f"{W}t") is not None), None)
            if shown is not None and (name := _named(code, names)):
                yield paragraph, name, _say(shown, name)
                for run in runs:
                    if run is not shown:
                        _drop(run)


def _named(code: str, names: Mapping[str, Kind]) -> str:
    match = FIELD.search(code)
    name = (match["quoted"] or match["name"]) if match else ""
    return name if name in names and not isinstance(names[name], Many | Thing) else ""


def _fields(paragraph: _Element) -> Iterator[list[_Element]]:
    """Give the runs of each field that begins and ends in a paragraph and holds no other."""
    open_: list[_Element] = []
    for run in paragraph.iterchildren(f"{W}r"):
        signs = [str(sign.get(f"{W}fldCharType")) for sign in run.iter(f"{W}fldChar")]
        if "begin" in signs:
            open_ = []
        if open_ or "begin" in signs:
            open_.append(run)
        if "end" in signs:
            if open_:
                yield open_
            open_ = []


def _say(run: _Element, name: str) -> str:
    """Write the tag into a run in place of all that it shows."""
    texts = list(run.iter(f"{W}t"))
    for text in texts[1:]:
        run.remove(text)
    for sign in list(run.iter(f"{W}fldChar", f"{W}instrText")):
        run.remove(sign)
    texts[0].text = f"{{{{ {name} }}}}"
    return texts[0].text


def _drop(element: _Element) -> None:
    if (parent := element.getparent()) is not None:
        parent.remove(element)
