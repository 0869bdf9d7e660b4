"""This module turns a part's XML into Jinja source by docxtpl, whose dialect templates are written in."""

from __future__ import annotations

from docxtpl import DocxTemplate


class Dialect(DocxTemplate):  # type: ignore[misc]  # docxtpl is not typed
    """docxtpl without a document: only what it makes of `{%p`, `{%tr`, `{%tc`, `{{r`, vm, hm, colspan and cellbg."""

    def __init__(self) -> None:
        super().__init__("")

    def source(self, xml: str) -> str:
        """Return the Jinja source that docxtpl makes of a part's XML."""
        return str(self.patch_xml(xml))
