"""This module holds the fixtures that all tests share."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings
from hypothesis.configuration import set_hypothesis_home_dir

from tests.outside import CACHE, Office, validity_errors

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.browser import Browser

set_hypothesis_home_dir(CACHE / "hypothesis")
# No deadline: an example may wait while the other core's tests start LibreOffice.
settings.register_profile("house", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("house")

OUTSIDE = {"browser", "office", "render", "validate"}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs a program from outside Python, by the fixtures it asks for."""
    for item in items:
        if OUTSIDE.intersection(getattr(item, "fixturenames", ())):
            item.add_marker("outside")


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Headless Chromium, one for each process that runs tests."""
    from tests.browser import Browser  # noqa: PLC0415  (only who asks for it waits for selenium)

    started = Browser.start(tmp_path_factory.mktemp("browser"))
    yield started
    started.driver.quit()


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """LibreOffice, with one profile for each process that runs tests."""
    return Office(tmp_path_factory.mktemp("office"))


@pytest.fixture
def render(office: Office, tmp_path_factory: pytest.TempPathFactory) -> Callable[[bytes | Path], Path]:
    """Give the PDF that LibreOffice makes of a .docx; `pdf_text` and `pdf_pages` look into it."""

    def render(docx: bytes | Path) -> Path:
        folder = tmp_path_factory.mktemp("render")
        return office.pdfs([on_disk(docx, folder)], folder)[0]

    return render


@pytest.fixture
def validate(tmp_path: Path) -> Callable[[bytes | Path], list[str]]:
    """Give what is wrong in a .docx by the Open XML SDK: nothing, if Word is to open it."""
    return lambda docx: validity_errors(on_disk(docx, tmp_path))


def on_disk(docx: bytes | Path, folder: Path) -> Path:
    """Return `docx` if it is a file, else write it into `folder`."""
    if isinstance(docx, Path):
        return docx
    path = folder / "document.docx"
    path.write_bytes(docx)
    return path
