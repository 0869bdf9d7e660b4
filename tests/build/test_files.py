import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batchreport.files import safe_name, write_whole


@given(st.text(max_size=300))
def test_any_text_makes_a_name_that_every_system_allows(text: str) -> None:
    """No separator, no sign that Windows forbids, nothing invisible, no trailing dot or space, short enough."""
    name = safe_name(text)

    assert not set(name) & set('<>:"/\\|?*')
    assert not [c for c in name if unicodedata.category(c) in ("Cc", "Cf", "Cs")]
    assert name == name.strip(" .")
    assert 0 < len(name.encode()) <= 160
    assert safe_name(name) == name


@pytest.mark.parametrize("name", ["CON", "nul", "com1", "LPT9", "aux.docx", "Prn.2026"])
def test_device_names_of_windows_are_changed(name: str) -> None:
    """A file cannot have the name of a device there, whatever its extension."""
    assert safe_name(name) == f"_{name}"


def test_an_ordinary_name_stays_as_it_is() -> None:
    """Names of departments are not spoilt."""
    assert safe_name("xx中心小学（总校）") == "xx中心小学（总校）"


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    """The old content stays, and no temporary file is left."""
    target = tmp_path / "a.docx"
    write_whole(target, b"old")
    with pytest.raises(TypeError):
        write_whole(target, None)  # type: ignore[arg-type]

    assert [path.name for path in tmp_path.iterdir()] == ["a.docx"]
    assert target.read_bytes() == b"old"
