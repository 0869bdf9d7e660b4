"""This module gives the sheets of a workbook as DataFrames, each made when it is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from batchreport.workbook.layout import Grid


class Frames(Mapping[str, "pd.DataFrame"]):
    """Every sheet as a DataFrame of objects from A1 on, nothing guessed: `["统计数据"].iat[6, 2]` is C7."""

    def __init__(self, grids: Mapping[str, Grid]) -> None:
        self._grids = {name: list(grid) for name, grid in grids.items()}

    def __getitem__(self, name: str) -> pd.DataFrame:
        import pandas as pd  # noqa: PLC0415  (half a second of start-up that reading does without)

        return pd.DataFrame(self._grids[name], dtype=object)

    def __iter__(self) -> Iterator[str]:
        return iter(self._grids)

    def __len__(self) -> int:
        return len(self._grids)
