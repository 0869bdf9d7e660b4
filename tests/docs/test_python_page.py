import re
from pathlib import Path

import pytest

import batchreport

ROOT = Path(__file__).parents[2]
EXAMPLE = re.compile(r"```python\n(.*?)```", re.DOTALL)


def test_every_example_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """The page's examples run in their order, from the repository's root."""
    monkeypatch.chdir(ROOT)
    examples = EXAMPLE.findall((ROOT / "docs/python.md").read_text("utf-8"))
    names: dict[str, object] = {}
    for number, example in enumerate(examples, 1):
        exec(compile(example, f"example {number}", "exec"), names)

    assert len(examples) >= 5


@pytest.mark.parametrize("name", batchreport.__all__)
def test_every_public_name_is_there(name: str) -> None:
    """What `__all__` lists can be had, and is documented."""
    assert getattr(batchreport, name).__doc__
