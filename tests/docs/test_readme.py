import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SESSION = re.compile(r"```console\n(\$ .*?)```", re.DOTALL)
PROJECT = ("batchreport.toml", "departments.xlsx", "templates", "workbooks", "examples/english")
LINK = re.compile(r"\]\((?!http)([^)#]*)(?:#([^)]*))?\)")
HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])


def assert_printed(shown: list[str], said: str) -> None:
    """Assert that a command said the lines that are shown, and no others where none are left out."""
    assert [each for each in shown if each != "…" and each not in said] == []
    assert "…" in shown or shown == said.splitlines()


@pytest.mark.parametrize("page", ["README.md", "README.zh.md", "docs/round.md", "docs/round.zh.md"])
def test_the_session_goes_as_it_is_shown(page: str, tmp_path: Path) -> None:
    """Each command of the page's session prints the lines that stand below it; … leaves some out."""
    for name in PROJECT:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copyfile
        copy(ROOT / name, tmp_path / name)
    for path in tmp_path.rglob("*.xlsx"):  # what lies in a folder is collected in the order in which it was written
        os.utime(path, (0, 0))
    folder, shown, said = tmp_path, [], ""
    environment = {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "PYTHONUTF8": "1"}
    commands = 0
    for line in "".join(SESSION.findall((ROOT / page).read_text("utf-8"))).splitlines():
        if not line.startswith("$ "):
            shown.append(line)
            continue
        assert_printed(shown, said)
        words, shown, commands = shlex.split(line[2:]), [], commands + 1
        if words[0] == "cd":
            folder, said = folder / words[1], ""
        else:
            ended = subprocess.run(
                words, cwd=folder, env=environment, capture_output=True, encoding="utf-8", check=False
            )
            said = ended.stdout + ended.stderr

    assert commands >= 7
    assert shown
    assert_printed(shown, said)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    """A page's links to other files of the repository, and to headings, are not broken."""
    links = [(page.parent / path if path else page, part) for path, part in LINK.findall(page.read_text("utf-8"))]

    assert [link for link, _ in links if not link.exists()] == []
    assert [(link, part) for link, part in links if part and part not in anchors(link)] == []


def anchors(page: Path) -> set[str]:
    """Return what a link to each heading of a page says behind #, as code hosts have it."""
    headings = HEADING.findall(page.read_text("utf-8"))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_the_readme_is_short() -> None:
    """It can be read in one go."""
    assert len((ROOT / "README.md").read_text("utf-8").splitlines()) <= 100
