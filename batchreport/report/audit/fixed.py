"""This module finds what of a template stands in every report that is made of it, whatever the workbooks say."""

from __future__ import annotations

import re

from jinja2 import nodes

ALWAYS = "always"
"""The name by which a compiled template has the texts that `always` found."""

_GAP = "\x00"  # stands where a tag is; XML allows none
_MARKUP = re.compile(r"<[^<>]*>")


def always(tree: nodes.Template) -> tuple[str, ...]:
    """Return the texts of a part's source that stand outside every condition and loop, in their order, as XML has them."""
    pieces = []
    for node in tree.body:
        found = node.nodes if isinstance(node, nodes.Output) else [node]
        pieces += [str(one.data) if isinstance(one, nodes.TemplateData) else _GAP for one in found]
    return tuple(text for text in _MARKUP.sub(_GAP, "".join(pieces)).split(_GAP) if text.strip())
