"""This module sees which cells of a workbook a template reads while it makes a report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from batchreport.report.shown.layout import Layout

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from batchreport.findings import Place
    from batchreport.report.shown.layout import Use

    Tag = tuple[Place, str]
    """A tag of a template, as it was typed."""


class Watch:
    """Sees what is read of some `columns`, each with the tags that may hide it; what is only asked for is not shown by that.

    A choice, or yes or no, is shown where it is asked for: what there is to say of it a template says in words of its own.
    """

    def __init__(self, layout: Layout | None = None) -> None:
        self.layout = self.doubtful = layout or Layout()
        """The columns there are, and those of which is not known yet that they are shown in every report."""
        self.columns: Mapping[Use, Sequence[Tag]] = {}
        self._asking = 0
        self._rows: dict[Use, set[int]] = {}
        self._fields: set[Use] = set()

    def see(self, columns: Mapping[Use, Sequence[Tag]]) -> None:
        """Watch these columns, and no others."""
        self.columns = columns
        self._rows = {use: set() for use in columns}

    def restart(self) -> None:
        """Begin another report."""
        self._asking = 0
        self._fields.clear()
        for rows in self._rows.values():
            rows.clear()

    def ask(self) -> None:
        """Know that what is read from now on is only asked for."""
        self._asking += 1

    def answer(self) -> None:
        """Know that the question last begun is answered."""
        self._asking -= 1

    def told(self, name: str, value: Any) -> Any:
        """Return the value of a form that a template reads by its name."""
        use = self.layout.fields[name]
        if not self._asking or use in self.layout.words:
            self._fields.add(use)
        return value

    def getter(self, use: Use, get: Callable[[Any], Any]) -> Callable[[Any], Any]:
        """Return what reads a column of a row as `get` does, and sees it."""
        if use not in self.columns:
            return get
        see, words = self._rows[use].add, use in self.layout.words

        def seen(row: Any) -> Any:
            if words or not self._asking:
                see(id(row))
            return get(row)

        return seen

    def hides(self, use: Use, row: Any) -> bool:
        """Tell whether a report does not show a column of a row."""
        return id(row) not in self._rows[use] and use not in self._fields
