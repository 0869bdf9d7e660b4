"""This module holds lists that are made when something first looks into them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, overload

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Late(Sequence[Any]):
    """A list for a template, made when it is first looked into; it can do what a tuple can."""

    def __init__(self, make: Callable[[], Sequence[Any]]) -> None:
        self._make = make

    @cached_property
    def _made(self) -> Sequence[Any]:
        return self._make()

    @overload
    def __getitem__(self, at: int) -> Any: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Any]: ...
    def __getitem__(self, at: int | slice) -> Any:
        return self._made[at]

    def __len__(self) -> int:
        return len(self._made)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._made)

    def __reversed__(self) -> Iterator[Any]:
        return iter(tuple(self._made)[::-1])

    def __add__(self, other: Sequence[Any]) -> tuple[Any, ...]:
        return (*self, *other)

    def __radd__(self, other: Sequence[Any]) -> tuple[Any, ...]:
        return (*other, *self)

    def __mul__(self, times: int) -> tuple[Any, ...]:
        return tuple(self._made) * times

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Late | list | tuple) and tuple(self._made) == tuple(other)

    def __hash__(self) -> int:
        return hash(tuple(self._made))
