"""What a run keeps of each iteration: its history, and the best point."""
from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from ...function import Array
from .iterate import State

__all__ = ["Best", "History", "named"]

ALWAYS = ("value", "gradient_norm", "nfev", "njev", "nhev", "seconds")


def named(record: Iterable[str | Callable[..., Any]]) -> dict[str, str | Callable[..., Any]]:
    """`record` by the names that the history gives: ValueError where two are the same, or one is taken."""
    if isinstance(record, str) or not np.iterable(record):
        raise ValueError(f"record={record!r}; expected a tuple of names and functions")
    record = tuple(record)
    names = [getattr(what, "__name__", None) if callable(what) else what for what in record]
    for name in names:
        if not isinstance(name, str) or name in ALWAYS or names.count(name) > 1:
            raise ValueError(
                f"record={record!r} holds {name!r}; expected different names that history does not have already"
            )
    return dict(zip(names, record))


class History:
    """Rows by iteration, 0 the start, with columns of these names: `ALWAYS`, and what `record` names."""

    def __init__(self, record: dict[str, str | Callable[..., Any]]) -> None:
        self.record: dict[str, str | Callable[..., Any]] = record
        self.names: tuple[str, ...] = (*ALWAYS, *record)
        self.rows: list[tuple[Any, ...]] = []

    @property
    def start_value(self) -> float:
        """The value at the start."""
        return self.rows[0][0]

    def add(self, state: State, gradient_norm: float, counts: dict[str, int], seconds: float) -> None:
        """Enter the point of an iteration."""
        always = state.value, gradient_norm, counts["nfev"], counts["njev"], counts["nhev"], seconds
        self.rows.append((*always, *[self._entry(name, state) for name in self.record]))

    def arrays(self, count: int | None = None) -> dict[str, Array]:
        """The columns of the first `count` rows, by default of all."""
        return {name: np.array([row[i] for row in self.rows[:count]]) for i, name in enumerate(self.names)}

    def _entry(self, name, state):
        what = self.record[name]
        if callable(what):
            entry = np.array(what(state.f.f, state.x))
        else:
            entries = {"x": state.x, "gradient": state.gradient, **state.memory}
            if what not in entries:
                raise ValueError(f"record={what!r}; expected a function or one of {', '.join(entries)}")
            entry = np.array(entries[what])
        first = self.rows[0][self.names.index(name)] if self.rows else entry
        if entry.dtype.kind not in "fciub":
            raise ValueError(f"record holds {name!r}, which gives {type(entry.flat[0]).__name__}; expected numbers")
        if entry.shape != np.shape(first):
            raise ValueError(
                f"record holds {name!r}, whose shape changes from {np.shape(first)} to {entry.shape}; expected what "
                "keeps its shape"
            )
        return entry


class Best:
    """The point of the lowest value so far, with its gradient where that is known."""

    def __init__(self, x: Array) -> None:
        self.x: Array = x
        self.value: float = np.inf
        self.gradient: Array | None = None

    def see(self, x: Array, value: float, gradient: Array) -> None:
        """Keep x where its value is lower."""
        if value < self.value:
            self.x, self.value, self.gradient = x, value, gradient

    def change_precision(self, dtype: np.dtype, value: Callable[[Array], float]) -> None:
        """Take the point and its value in another precision, in which the run goes on."""
        if self.x.dtype != dtype:
            self.x = self.x.astype(dtype)
            self.value, self.gradient = value(self.x), None
