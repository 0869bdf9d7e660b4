"""This module gives every namespace one prefix in all of a book, so that reports stand in it side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import quoteattr

from lxml import etree

from batchreport.report.book.wordml import MC, R_NS, W_NS, drop, found

if TYPE_CHECKING:
    from lxml.etree import _Element

_LISTING = etree.XPath("//*[@mc:*]", namespaces={"mc": MC[1:-1]})
_LISTS = ("Ignorable", "ProcessContent", "PreserveElements", "PreserveAttributes", "MustUnderstand")


class Namespaces:
    """The prefixes of a book, and those of them that an older program may pass over."""

    def __init__(self) -> None:
        self._prefixes = {W_NS: "w", R_NS: "r", MC[1:-1]: "mc"}
        self._ignorable: dict[str, None] = {}

    def adopt(self, root: _Element, tag: str) -> _Element:
        """Return a root `tag` with the children of `root`, in this book's prefixes."""
        self._rename_lists(root)
        ignorable = [self.prefix(root, one) for one in drop(root, f"{MC}Ignorable").split() if one in root.nsmap]
        self._ignorable |= dict.fromkeys(ignorable)
        for prefix, uri in root.nsmap.items():
            self._register(uri, prefix)
        same = all(self._prefixes[uri] == prefix for prefix, uri in root.nsmap.items())
        new = root if same else self._moved(root, tag)
        if ignorable:
            new.set(f"{MC}Ignorable", " ".join(ignorable))
        return new

    def _moved(self, root: _Element, tag: str) -> _Element:
        """Return a root in the book's prefixes with the children of another, which takes a while."""
        new = self.root(tag)
        new.extend(list(root))
        if next(new.iter(f"{MC}AlternateContent"), None) is None:
            etree.cleanup_namespaces(new, keep_ns_prefixes=list(self._ignorable) or ["w"])
        return new

    def root(self, tag: str) -> _Element:
        """Return an empty root under which all that was adopted can stand."""
        root = etree.Element(tag, nsmap={prefix: uri for uri, prefix in self._prefixes.items()})
        if self._ignorable:
            root.set(f"{MC}Ignorable", " ".join(self._ignorable))
        return root

    def prefix(self, element: _Element, prefix: str) -> str:
        """Return the book's prefix for what `prefix` means at an element."""
        uri = element.nsmap.get(prefix)
        return self._register(uri, prefix) if uri else prefix

    def opening(self, tag: str) -> bytes:
        """Return the start tag of a root under which all that was adopted can stand."""
        names = "".join(f" xmlns:{prefix}={quoteattr(uri)}" for uri, prefix in self._prefixes.items())
        return f"<{tag}{names}{self._passed_over()}>".encode()

    def _passed_over(self) -> str:
        return f' mc:Ignorable="{" ".join(self._ignorable)}"' if self._ignorable else ""

    def _register(self, uri: str, prefix: str | None) -> str:
        if uri not in self._prefixes:
            wanted, taken = prefix or "ns", set(self._prefixes.values())
            numbers = range(2, len(taken) + 3)
            names = (wanted, *(f"{wanted}{number}" for number in numbers))
            self._prefixes[uri] = next(name for name in names if name not in taken)
        return self._prefixes[uri]

    def _rename_lists(self, root: _Element) -> None:
        """Put the book's prefixes where an attribute's value holds prefixes."""
        for choice in root.iter(f"{MC}Choice"):
            wanted = choice.get("Requires", "").split()
            choice.set("Requires", " ".join(self.prefix(choice, prefix) for prefix in wanted))
        for element in found(_LISTING, root):
            for name in _LISTS:
                prefixes = element.get(f"{MC}{name}", "").split()
                if prefixes and element is not root:
                    element.set(f"{MC}{name}", " ".join(self.prefix(element, prefix) for prefix in prefixes))
