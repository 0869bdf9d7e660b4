from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from fnmatch import fnmatch
from functools import cache
from importlib.metadata import packages_distributions
from itertools import chain
from typing import TYPE_CHECKING
from zipfile import ZipFile, is_zipfile

import pytest

from tests.modules import imports, modules
from tests.outside import ROOT, do_without

if TYPE_CHECKING:
    from pathlib import Path

MEGABYTE = 1 << 20
FONTS = {".eot", ".fntdata", ".odttf", ".otf", ".pfb", ".ttc", ".ttf", ".woff", ".woff2"}
MACHINE_PATH = re.compile(r"(?<![\w.~/\\-])/(?:home|opt|private|root|tmp|Users|work)/")
ADDRESS = re.compile(r"\b(?:https?|ftp|file)://([\w.-]+)")
COMPANIONS = {
    "markupsafe": "jinja2",
    "numpy": "pandas",
    "pydantic_core": "pydantic",
}  # what is made to be imported with another library
HOSTS = {
    "example.com",
    "keepachangelog.com",
    "purl.oclc.org",
    "purl.org",
    "schemas.microsoft.com",
    "schemas.openxmlformats.org",
    "semver.org",
    "www.unicode.org",
    "www.w3.org",
    "www.wps.cn",
}


@cache
def committed() -> tuple[Path, ...]:
    """Return the files that git keeps, or would keep at the next commit."""
    if not (ROOT / ".git").exists():
        do_without("this is no git work tree")
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=True).stdout
    return tuple(path for name in names.split("\0") if name and (path := ROOT / name).is_file())


def matches(pattern: re.Pattern[str], skipping: str = "nothing") -> list[tuple[str, str]]:
    """Return each match of `pattern` in the committed text files, with its file, save in one folder."""
    found = []
    for path in committed():
        name = path.relative_to(ROOT).as_posix()
        content = path.read_bytes()
        if b"\0" not in content and not name.startswith(skipping):
            found += [(name, match.group()) for match in pattern.finditer(content.decode(errors="replace"))]
    return found


def test_no_file_names_a_place_on_somebodys_machine() -> None:
    """Paths are relative to the project; only tests name others, as input that must do no harm."""
    assert not matches(MACHINE_PATH, skipping="tests/")


def test_no_file_names_an_unknown_host() -> None:
    """An address is a namespace, an example, or a page a reader is sent to; add its host here."""
    assert not [found for found in matches(ADDRESS) if found[1].partition("://")[2] not in HOSTS]


def test_the_lock_holds_names_versions_and_hashes_only() -> None:
    """The lock says what to install, never from where."""
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")

    assert set(re.findall(r"--[\w-]+", lock)) == {"--hash"}
    assert "/" not in lock


def test_no_font_is_committed() -> None:
    """The official fonts are not free, the free ones large: neither files nor fonts inside documents."""
    inside = [
        f"{path.name}: {name}"
        for path in committed()
        if path.suffix in {".docx", ".xlsx"} and is_zipfile(path)
        for name in ZipFile(path).namelist()
        if name.startswith("word/fonts/")
    ]

    assert not inside
    assert not [path for path in committed() if path.suffix.lower() in FONTS]


def test_no_committed_file_is_large() -> None:
    """A repository is cloned often, and never shrinks."""
    assert not [path for path in committed() if path.stat().st_size > MEGABYTE]


def test_what_is_imported_is_declared() -> None:
    """The dependencies in pyproject.toml are the libraries that batchreport imports, no more and no fewer."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = chain.from_iterable(project["optional-dependencies"].values())
    declared = {requirement.split()[0] for requirement in (*project["dependencies"], *extras)}
    names = {name.split(".")[0] for module in modules().values() for name in imports(module)}
    outside = names - sys.stdlib_module_names - {"batchreport"}
    distributions = {packages_distributions()[name][0].lower() for name in outside}

    assert {COMPANIONS.get(name, name) for name in distributions} == declared


@pytest.mark.parametrize("module", modules())
def test_modules_and_functions_stay_small(module: str) -> None:
    """No module is longer than 300 lines, no function longer than 45."""
    tree = modules()[module]
    length = max((node.end_lineno or 0 for node in tree.body), default=0)
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    long = [node.name for node in functions if (node.end_lineno or 0) - node.lineno >= 45]

    assert length <= 300
    assert not long


def test_every_folder_of_tests_is_looked_into(request: pytest.FixtureRequest) -> None:
    """By default pytest passes over folders of some names, such as build, without a word."""
    passed_over = request.config.getini("norecursedirs")
    folders = {path.parent for path in (ROOT / "tests").rglob("test_*.py")}
    names = {part for folder in folders for part in folder.relative_to(ROOT).parts}
    assert {"build", "report"} <= names
    assert [name for name in sorted(names) if any(fnmatch(name, pattern) for pattern in passed_over)] == []
