"""This module checks the inside of each tag, and writes the tags of a part as a source that can be checked whole."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from jinja2 import TemplateSyntaxError, nodes

from batchreport.findings import Finding, error
from batchreport.report.failures.spoken import said_of
from batchreport.report.tags.blocks import BLOCKS, ENDS, Pairing, pair

if TYPE_CHECKING:
    from jinja2 import Environment

    from batchreport.report.tags.line import Reading
    from batchreport.report.tags.scan import Tag

UNKNOWN = "_unknown"
_OPENERS = {
    "for": "for a in b", "if": "if a", "macro": "macro a()", "call": "call a()", "filter": "filter upper",
    "set": "set a", "raw": "raw", "with": "with", "block": "block a", "autoescape": "autoescape true",
}  # fmt: skip
_BROKEN = _OPENERS | {"for": f"for a in {UNKNOWN}", "if": f"if {UNKNOWN}", "call": f"call {UNKNOWN}()"}
_GOT = re.compile(r"(?:[Ee]xpected .*?, got|unexpected(?: char)?) '(?P<got>.+?)'(?: at \d+|, expected .*)?$", re.DOTALL)
_TOKENS = {
    "integer": {"zh": "数", "en": "a number"},
    "float": {"zh": "数", "en": "a number"},
    "string": {"zh": "引号里的文字", "en": "a text in quotes"},
    "name": {"zh": "名称", "en": "a name"},
}
_FOR = re.compile(r"for\s+(?P<names>\w+(?:\s*,\s*\w+)*)\s+in\b")
_SET = re.compile(r"set\s+(?P<names>\w+)")


@dataclass(slots=True)
class Script:
    """The statements of a part: how its blocks pair, what is wrong inside tags, and which tags those are.

    `vague` says that a broken tag may have made names that nobody knows now, `tree` has all tags parsed where none is wrong.
    """

    pairing: Pairing = field(default_factory=Pairing)
    findings: list[Finding] = field(default_factory=list)
    broken: set[int] = field(default_factory=set)
    inline: set[int] = field(default_factory=set)
    vague: bool = False
    tree: nodes.Template | None = None


def check(tags: list[Tag], unfit: set[int], environment: Environment) -> Script:
    """Check the inside of every tag, save those in `unfit`, and pair the blocks."""
    script = Script(broken=set(unfit))
    if not unfit and (tree := _whole(tags, environment)):
        script.tree = tree
        if any(tag.reading.word == "set" for tag in tags):
            script.inline |= {node.lineno - 1 for node in tree.find_all(nodes.Assign)}
    else:
        _check_each(tags, environment, script)
    statements = [tag for tag in tags if tag.reading.kind == "statement" and not tag.literal]
    script.pairing = pair(statements, script.inline)
    return script


def _whole(tags: list[Tag], environment: Environment) -> nodes.Template | None:
    """Return all tags parsed at once; None where one is wrong, or may run into the next, and each has to be looked at."""
    if any(map(_stands_apart, tags)):
        return None
    try:
        return environment.parse(source(tags, Script()))
    except (TemplateSyntaxError, RecursionError):
        return None


def _stands_apart(tag: Tag) -> bool:
    """Tell whether a tag may hide another behind an open quote, or is left out of the source of a part."""
    reading = tag.reading
    odd = reading.body.count('"') % 2 or reading.body.count("'") % 2
    return bool(odd or (reading.word in ("vm", "hm") and reading.rest))


def _check_each(tags: list[Tag], environment: Environment, script: Script) -> None:
    tried: dict[str, str | None] = {}
    for tag in tags:
        if tag.number in script.broken or tag.literal or tag.reading.kind == "comment":
            continue
        if tag.reading.word == "set" and tag.reading.kind == "statement" and _parses(tag, "", environment):
            script.inline.add(tag.number)
        elif problem := _trial(tag, environment, tried):
            script.findings.append(problem)
            script.broken.add(tag.number)
            if tag.reading.word == "set" and "=" in tag.reading.body:
                script.inline.add(tag.number)


def _trial(tag: Tag, environment: Environment, tried: dict[str, str | None]) -> Finding | None:
    """Return what is wrong with a tag when it is completed to a whole template; `tried` has what was said of others."""
    text = completed(tag.reading)
    if text not in tried:
        try:
            environment.parse(text)
            tried[text] = None
        except TemplateSyntaxError as problem:
            tried[text] = problem.message or ""
        except RecursionError as problem:
            tried[text] = str(problem)
    said = tried[text]
    return syntax_finding(tag, said) if said is not None else None


def _parses(tag: Tag, end: str, environment: Environment) -> bool:
    try:
        tree = environment.parse("{% " + tag.reading.body + " %}" + end)
    except (TemplateSyntaxError, RecursionError):
        return False
    return isinstance(tree.body[0], nodes.Assign)


def completed(reading: Reading) -> str:
    """Return what a tag says as a whole template, with what it begins ended and what it ends begun."""
    word, rest = reading.word, reading.rest
    if reading.kind == "print":
        return "{{ " + reading.body + " }}"
    if word in ("vm", "hm"):
        return f"{{{{ {rest} }}}}" if rest else ""
    if word in ("colspan", "cellbg"):
        return "{{ " + rest + " }}"
    if word in ("else", "elif"):
        return "{% if a %}{% " + reading.body + " %}{% endif %}"
    if word in ENDS:
        return "{% " + _OPENERS[word.removeprefix("end")] + " %}{% " + reading.body + " %}"
    return "{% " + reading.body + " %}" + ("{% end" + word + " %}" if word in BLOCKS else "")


def syntax_finding(tag: Tag, said: str) -> Finding:
    """Return the finding for what Jinja says of a tag."""
    match = _GOT.search(said)
    got = match["got"] if match else ""
    if got.startswith("end of ") or said.startswith("unexpected end"):
        return error("template-incomplete-tag", tag.place, tag=tag.text)
    if got == "=" and tag.reading.word not in ("set", "with"):
        return error("template-single-equals", tag.place, tag=tag.text)
    if got:
        return error("template-syntax-at", tag.place, tag=tag.text, got=_TOKENS.get(got, got))
    return error("template-syntax", tag.place, tag=tag.text, said=said_of(said))


def source(tags: list[Tag], script: Script) -> str:
    """Return the tags of a part as one source, a line for each: tag 0 is on line 1."""
    pairing = script.pairing
    return "".join(pairing.before.get(tag.number, "") + _line(tag, script) + "\n" for tag in tags) + pairing.tail


def _line(tag: Tag, script: Script) -> str:
    reading = tag.reading
    word = reading.word
    if reading.kind == "comment" or tag.literal or tag.number in script.pairing.dropped:
        return ""
    if tag.number in script.broken:
        return _stand_in(tag, script)
    if reading.kind == "print":
        return "{{ " + reading.body + " }}"
    if word in ("colspan", "cellbg"):
        return "{{ " + reading.rest + " }}"
    return "" if word in ("raw", "endraw", "vm", "hm") else "{% " + reading.body + " %}"


def _stand_in(tag: Tag, script: Script) -> str:
    """Return what stands for a broken tag, so that the rest of the part can be checked."""
    reading = tag.reading
    if reading.kind == "print":
        return ""
    if (named := _FOR.match(reading.body)) and reading.word == "for":
        return "{% for " + named["names"] + f" in {UNKNOWN} %}}"
    if reading.word == "set" and tag.number in script.inline:
        named = _SET.match(reading.body)
        return "{% set " + named["names"] + f" = {UNKNOWN} %}}" if named else ""
    if reading.word in BLOCKS:
        script.vague = script.vague or reading.word not in ("if", "filter", "autoescape", "block")
        return "{% " + _BROKEN[reading.word] + " %}"
    if reading.word in ENDS or reading.word == "else":
        return "{% " + reading.word + " %}"
    return "{% elif " + UNKNOWN + " %}" if reading.word == "elif" else ""
