from batchreport.cli.show import findings_text
from batchreport.findings import Finding, Place, warning


def blank(cell: str, title: str = "状态") -> Finding:
    """Return the finding about a blank cell."""
    return warning("cell-expected", Place("a.xlsx", "新增设施", cell), title=title, hint="")


def test_a_hundred_of_one_kind_are_one_line_with_their_count() -> None:
    """Findings alike in all but the row are one line that names the first cell; others stay apart."""
    findings = [blank(f"K{row}") for row in range(4, 104)] + [blank("L4", "完成日期")]
    lines = findings_text(findings, "zh").splitlines()

    assert len(lines) == 2
    assert "新增设施!K4" in lines[0]
    assert "同样的还有 99 处" in lines[0]


def test_a_few_of_one_kind_are_one_line_with_their_cells() -> None:
    """Nobody has to look for them."""
    findings = [blank(cell) for cell in ("K4", "K7", "K9")]

    assert findings_text(findings, "zh").endswith("（K7、K9 也一样）")
    assert findings_text(findings, "en").endswith(" (also K7, K9)")


def test_one_of_a_kind_has_no_count() -> None:
    """A single finding is its own line."""
    assert "还有" not in findings_text([blank("K4")], "zh")
