"""Minibatches: the rows of an objective, some at a time, in a new random order each epoch."""
from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...function import supports
from .counted import Counted

__all__ = ["Batches", "generator"]


def generator(rng: Any) -> np.random.Generator:
    """`rng` as NumPy's Generator: ValueError where it is neither one nor a seed."""
    try:
        return np.random.default_rng(rng)
    except (TypeError, ValueError) as error:
        raise ValueError(f"rng={rng!r}; expected a seed or a Generator") from error


class Batches:
    """Rows of f, `size` at a time without replacement, in a new order each epoch; the last batch may be shorter.

    Parameters
    ----------
    f : object
        A function of examples, with `len(f)` and `subset(rows)`.
    size : int
        From 1 to len(f).
    rng : seed or Generator, optional
        Draws the orders.
    """

    def __init__(self, f: Any, size: int, rng: Any = None) -> None:
        if not supports(f, "subset"):
            raise ValueError(f"batch_size={size!r} for {f!r}, which has no examples; expected a minnet.Objective")
        if isinstance(size, bool) or not (isinstance(size, (int, np.integer)) and 1 <= size <= len(f)):
            raise ValueError(f"batch_size={size!r}; expected 1 to {len(f)} examples")
        self.rng: np.random.Generator = generator(rng)
        self.first_rng: Mapping[str, Any] | None = None if rng is None else self.rng.bit_generator.state
        self.size: int = size
        self.order: NDArray[np.int64] = self.rng.permutation(len(f))
        self.position: int = 0

    def current(self, whole: Counted) -> Counted:
        """The function on the batch whose turn it is."""
        return whole.subset(self.order[self.position:self.position + self.size])

    @property
    def at_epoch(self) -> bool:
        """Whether an epoch begins."""
        return self.position == 0

    def advance(self) -> None:
        """Go on to the next batch."""
        self.position += self.size
        if self.position >= len(self.order):
            self.order, self.position = self.rng.permutation(len(self.order)), 0

    def place(self) -> tuple[NDArray[np.int64], int, Mapping[str, Any]]:
        """Order, position and the generator's state: what a checkpoint keeps."""
        return self.order, self.position, self.rng.bit_generator.state

    def go_to(self, order: NDArray[np.int64], position: int, rng: Mapping[str, Any]) -> None:
        """Go on from a `place`: ValueError where it is none of these batches."""
        fits = (isinstance(position, int) and 0 <= position < len(self.order) and position % self.size == 0
                and order.dtype.kind == "i" and np.array_equal(np.sort(order), np.arange(len(self.order))))
        if not fits:
            raise ValueError("its order of examples does not fit")
        self.rng.bit_generator.state = rng
        self.order, self.position = order, position
