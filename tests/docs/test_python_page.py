import re
from pathlib import Path

import pytest

import batchreport

ROOT = Path(__file__).parents[2]
EXAMPLE = re.compile(r"```python\n(.*?)```", re.DOTALL)


def test_every_example_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """The page's examples run in their order, from the repository's root."""
    monkeypatch.chdir(ROOT)

    assert run("docs/python.md") >= 5


def test_the_example_of_the_book_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the reports that it names."""
    schema = batchreport.parse_schema((ROOT / "templates/summary.toml").read_bytes())
    template = batchreport.Template.parse((ROOT / "templates/summary.docx").read_bytes(), schema)
    folder = tmp_path / "out/2026-11"
    folder.mkdir(parents=True)
    for path in (ROOT / "workbooks/2026-11").glob("*学.xlsx"):
        if report := batchreport.build(path.read_bytes(), schema, template, file=path.name).report:
            (folder / f"{path.stem}.docx").write_bytes(report)
    monkeypatch.chdir(tmp_path)

    assert run("docs/book-and-pdf.md") == 1
    assert Path("out/2026-11.docx").read_bytes()[:2] == b"PK"


def run(page: str) -> int:
    """Run the examples of a page in their order; return how many there are."""
    examples = EXAMPLE.findall((ROOT / page).read_text("utf-8"))
    names: dict[str, object] = {}
    for number, example in enumerate(examples, 1):
        exec(compile(example, f"example {number}", "exec"), names)
    return len(examples)


@pytest.mark.parametrize("name", batchreport.__all__)
def test_every_public_name_is_there(name: str) -> None:
    """What `__all__` lists can be had, is documented, and stands on the page."""
    assert getattr(batchreport, name).__doc__
    assert re.search(rf"\b{name}\b", (ROOT / "docs/python.md").read_text("utf-8"))
