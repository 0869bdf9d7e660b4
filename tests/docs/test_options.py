"""Every option of every command is told where its reader looks: a clerk in both pages of the round, a designer in that of templates."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from batchreport.cli.bench import template
from batchreport.cli.commands import batchreport

DOCS = Path(__file__).parents[2] / "docs"
ROUND = ("round.md", "round.zh.md")
WORD = re.compile(r"--[a-z]+(?:-[a-z]+)*|BATCHREPORT_\w+|`[a-z_.]+`")


def read(page: str) -> str:
    """Return the text of a page."""
    return (DOCS / page).read_text("utf-8")


def options(group: click.Group) -> list[tuple[str, str]]:
    """Return the options of a group's commands, each with its command, save what is not meant for people."""
    return [
        (name, option.opts[0])
        for name, command in group.commands.items()
        if not isinstance(command, click.Group)
        for option in command.params
        if isinstance(option, click.Option) and not option.hidden
    ]


@pytest.mark.parametrize("page", ROUND)
@pytest.mark.parametrize(("command", "option"), options(batchreport))
def test_a_clerk_finds_every_option(page: str, command: str, option: str) -> None:
    """The pages of the round have each command and each of its options."""
    text = read(page)

    assert f"`batchreport {command}" in text
    assert re.search(rf"{option}\b", text)


@pytest.mark.parametrize(("command", "option"), options(template))
def test_a_designer_finds_every_option(command: str, option: str) -> None:
    """The page of templates has each command of the bench and each of its options."""
    text = read("templates.md")

    assert f"batchreport template {command}" in text
    assert re.search(rf"{option}\b", text)


def test_the_pages_of_the_round_tell_the_same() -> None:
    """Both have the same headings, options, and names of settings and states."""
    english, chinese = map(read, ROUND)
    names = {"`department`", "`code`", "`person`", "`period`", "`form`", "`deadline`", "`findings`"}
    names |= {"`days_late`", "`state`"}  # of a letter: Chinese ones have Chinese names

    assert set(WORD.findall(english)) - names == set(WORD.findall(chinese))
    assert english.count("\n## ") == chinese.count("\n## ")
