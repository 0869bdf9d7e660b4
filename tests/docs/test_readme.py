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
LINK = re.compile(r"\]\((?!http)([^)#]+)")
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])


def assert_printed(shown: list[str], said: str) -> None:
    """Assert that a command said the lines that are shown, and no others where none are left out."""
    assert [each for each in shown if each != "…" and each not in said] == []
    assert "…" in shown or shown == said.splitlines()


@pytest.mark.parametrize("page", ["README.md", "README.zh.md"])
def test_the_session_goes_as_it_is_shown(page: str, tmp_path: Path) -> None:
    """Each command of the page's session prints the lines that stand below it; … leaves some out."""
    shutil.copytree(ROOT / "workbooks", tmp_path / "workbooks")
    english = "examples/english/workbooks"
    shutil.copytree(ROOT / english, tmp_path / english)
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
    """A page's links to other files of the repository are not broken."""
    links = LINK.findall(page.read_text("utf-8"))

    assert [link for link in links if not (page.parent / link).exists()] == []


def test_the_readme_is_short() -> None:
    """It can be read in one go."""
    assert len((ROOT / "README.md").read_text("utf-8").splitlines()) <= 100
