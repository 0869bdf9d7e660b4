"""This module takes the pictures of the page that docs/round.md shows: python -m tools.make_page. It needs Chromium."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from PIL import Image

from batchreport.project import ARCHIVE, Project
from batchreport.run.archive import digest_of
from batchreport.run.post import Post, Receipt, Sent
from tests.browser import Browser

ROOT = Path(__file__).parents[1]
PICTURES = {"page": (".", "zh"), "page-en": ("examples/english", "en")}
"""The pictures, and which project each shows."""
PERIOD = "2026-11"
_NEEDED = ("batchreport.toml", "departments.xlsx", "templates", "workbooks")
_SENT = datetime(2026, 11, 25, 1, tzinfo=UTC)
_MOMENT = "2026-12-03T09:00:00+08:00"
_WIDTH, _HEIGHT = 1200, 1000
_COLOURS = 64


def main() -> None:
    """Make up a month's letters in both sample projects, build them, and take a picture of each page."""
    with tempfile.TemporaryDirectory() as folder:
        browser = Browser.start(Path(folder) / "profile")
        for name, (project, language) in PICTURES.items():
            root = Path(folder) / name
            _lay(ROOT / project, root)
            _note_letters(Project.find(root))
            for command in (("check", "--mark"), ("build", "--book")):
                arguments = [sys.executable, "-m", "batchreport", *command, "--language", language, "--quiet"]
                subprocess.run(arguments, cwd=root, check=False)  # noqa: S603
            browser.open(root / f"out/{PERIOD}/index.html", moment=_MOMENT, width=_WIDTH)
            target = ROOT / f"docs/{name}.png"
            browser.picture(target, width=_WIDTH, height=_HEIGHT)
            Image.open(target).convert("RGB").quantize(_COLOURS).save(target, optimize=True)
        browser.driver.quit()


def _lay(project: Path, root: Path) -> None:
    """Copy what a project needs, with a deadline."""
    root.mkdir()
    for name in _NEEDED:
        copy = shutil.copytree if (project / name).is_dir() else shutil.copyfile
        copy(project / name, root / name)
    settings = root / "batchreport.toml"
    said = settings.read_text(encoding="utf-8")
    if "\ndeadline_days" not in said:
        settings.write_text(f"deadline_days = 5\n{said}", encoding="utf-8")


def _note_letters(project: Project) -> None:
    """Note in the archive that the blank workbooks went out, and when each came back."""
    with Post(project.out / ARCHIVE) as post:
        for number, one in enumerate(project.roster()):
            files = sorted((project.root / f"workbooks/{PERIOD}").glob(f"*{one.name}*"))
            post.begin(Sent(PERIOD, one.code, "blank", "", f"<{one.code}>", one.mail, _SENT, "sent"))
            for file in files:
                at = _SENT + timedelta(days=4, hours=7 * number)
                known = (digest_of(file.read_bytes()), PERIOD, one.code, 1, f"{PERIOD}/{file.name}", at)
                post.receive(Receipt(*known, one.mail, file.name, "taken"))
            if not files:
                later = _SENT + timedelta(days=7)
                post.begin(Sent(PERIOD, one.code, "reminder", "", f"<{one.code}-2>", one.mail, later, "sent"))


if __name__ == "__main__":
    main()
