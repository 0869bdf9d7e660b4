"""This module chooses the language of messages and makes gettext speak it, click's own words among them."""

from __future__ import annotations

import gettext
import itertools
import locale
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

DOMAIN = "batchreport"
_SETTING = re.compile(r'^language\s*=\s*"(zh|en)"', re.MULTILINE)


def choose(arguments: Sequence[str], environment: Mapping[str, str], settings: str) -> str:
    """Return "zh" or "en": as `--language` says, the last where there are two, else the project's settings, else the system's locale.

    This runs before the commands are known, because their help is translated as they are defined.
    """
    words = [part for argument in arguments for part in argument.split("=", 1)]
    for option, value in reversed(list(itertools.pairwise(words))):
        if option == "--language" and value in ("zh", "en"):
            return value
    if match := _SETTING.search(settings):
        return match[1]
    names = (environment.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    system = next((name for name in names if name), "") or locale.getlocale()[0] or ""
    return "zh" if system.lower().startswith(("zh", "chinese")) else "en"


def install(language: str) -> None:
    """Make gettext, and so click, speak `language` in this process."""
    os.environ["LANGUAGE"] = language
    gettext.bindtextdomain(DOMAIN, str(Path(__file__).with_name("locale")))
    gettext.textdomain(DOMAIN)
