"""Splits of the examples, even over classes, for cross-validation and early stopping."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["assign_folds", "split_off"]


def assign_folds(N: int, folds: int, rng: np.random.Generator, classes: NDArray[Any] | None = None) -> NDArray[np.intp]:
    """For each of N examples the number of its fold; the folds differ by at most one example, also within each class.

    Examples
    --------
    >>> np.bincount(assign_folds(10, 3, np.random.default_rng(0)))
    array([4, 3, 3])
    """
    order = rng.permutation(N)
    if classes is not None:
        order = order[np.argsort(classes[order], kind="stable")]
    numbers = np.empty(N, np.intp)
    numbers[order] = np.arange(N) % folds
    return numbers


def split_off(
    N: int, share: float, rng: np.random.Generator, classes: NDArray[Any] | None = None
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Masks (N,) of two parts, the second with that share of the examples and of each class, both with at least one."""
    order = rng.permutation(N)
    if classes is not None:
        order = order[np.argsort(classes[order], kind="stable")]
    count = min(max(1, round(share * N)), N - 1)
    chosen = np.zeros(N, bool)
    chosen[order[((np.arange(count) + 0.5) * N / count).astype(int)]] = True
    return ~chosen, chosen
