"""Names as people write them."""

import pytest

from batchreport.names import near

CHOICES = ("已解决", "整改中", "未整改", "信息化", "满意率")


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("信息话", "信息化"),
        ("己解决", "已解决"),
        ("未解决", ""),
        ("不满意率", ""),
        ("没整改", "未整改"),
        ("整改", "整改中"),
    ],
)
def test_what_denies_a_name_is_not_meant_for_it(text: str, meant: str) -> None:
    """未解决 is the contrary of 已解决, though only one sign is another."""
    assert near(text, CHOICES) == meant
