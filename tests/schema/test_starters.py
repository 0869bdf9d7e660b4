from __future__ import annotations

import pytest

from tools.make_starter import SHARED, STARTERS


@pytest.mark.parametrize("language", STARTERS)
@pytest.mark.parametrize("name", SHARED)
def test_a_starter_has_the_files_of_the_project_that_it_comes_from(language: str, name: str) -> None:
    """`make samples` was run after the last change."""
    project, starter = STARTERS[language]

    assert (starter / name).read_bytes() == (project / name).read_bytes()
