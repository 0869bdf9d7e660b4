"""This module makes the page of a period: one HTML file that asks nothing of the network, the same bytes for the same page."""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from batchreport.run.page.view import Page, view_of, words_of

if TYPE_CHECKING:
    from jinja2 import Template

__all__ = ["Page", "digest_of_page", "page"]


def page(shown: Page) -> bytes:
    """Return the page as UTF-8: every text escaped, every link relative, nothing run or fetched that is not in it."""
    style, script = _text("page.css"), _text("page.js")
    known: dict[str, Any] = view_of(shown)
    text = _template().render(
        known, t=words_of(shown.language), style=_ours(style), script=_ours(script), policy=_policy(style, script)
    )
    return text.encode("utf-8", "replace")


def digest_of_page(said: object) -> str:
    """Return a digest of all that a page is made of, its template, style, script and words among it; `said` is the rest."""
    digest = sha256(repr(said).encode("utf-8", "replace"))
    for name in ("page.html", "page.css", "page.js", "words.toml"):
        digest.update(_text(name).encode())
    return digest.hexdigest()


def _policy(style: str, script: str) -> str:
    """Return the content security policy: only this style and this script, by their hashes (CSP Level 3, 8.4)."""
    said = {"default-src": "'none'", "style-src": _hash(style), "script-src": _hash(script)}
    said |= {"base-uri": "'none'", "form-action": "'none'"}
    return "; ".join(f"{name} {value}" for name, value in said.items())


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def _ours(text: str) -> Any:
    from markupsafe import Markup  # noqa: PLC0415  (comes with Jinja2)

    return Markup(text)  # noqa: S704  (the page's own style and script)


@cache
def _text(name: str) -> str:
    return files("batchreport").joinpath(f"run/page/{name}").read_text("utf-8")


@cache
def _template() -> Template:
    from jinja2 import Environment, StrictUndefined  # noqa: PLC0415  (only a build needs it)

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(_text("page.html"))
