"""Data sets: examples and targets with the names of both, which every source of data returns."""
from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from .html import overview

if TYPE_CHECKING:
    from .columns import Columns
    from .tables import Table

__all__ = ["Dataset"]


@dataclass(frozen=True, repr=False, eq=False)
class Dataset:
    """N examples of d features, and their targets.

    Attributes
    ----------
    X : (N, d) float64 array
    y : array
        For classification (N,) int64 class numbers: `class_names[y[i]]` is the class of example i. For regression (N,)
        or (N, K) float64.
    feature_names : tuple of str
    class_names : tuple of str or None
        None for regression.
    columns : Columns or None
        How X was read from a table; it encodes new rows alike.
    table : Table or None
        The table itself, from which `split` reads its two parts.

    Examples
    --------
    >>> Dataset(np.array([[0.0], [1.0]]), np.array([3, 4]), ("x",))
    <Dataset: 2 examples, 1 feature, real target>
    """

    X: np.ndarray
    y: np.ndarray
    feature_names: tuple[str, ...]
    class_names: tuple[str, ...] | None = None
    columns: Columns | None = None
    table: Table | None = None

    def __post_init__(self) -> None:
        X, y = np.asarray(self.X, np.float64), np.asarray(self.y)
        if X.ndim != 2 or y.ndim not in (1, 2) or len(X) != len(y):
            raise ValueError(f"X has shape {X.shape} and y {y.shape}; expected (N, d) and (N,) or (N, K)")
        if len(self.feature_names) != X.shape[1]:
            raise ValueError(f"X has shape {X.shape} but there are {len(self.feature_names)} feature names")
        if self.class_names is None:
            y = y.astype(np.float64, copy=False)
        elif y.ndim != 1 or not np.isin(y, np.arange(len(self.class_names))).all():
            raise ValueError(f"y of shape {y.shape} must be (N,) class numbers below {len(self.class_names)}, "
                             f"the number of class names")
        else:
            y = y.astype(np.int64, copy=False)
        fields = {"X": X, "y": y, "feature_names": tuple(self.feature_names),
                  "class_names": None if self.class_names is None else tuple(self.class_names)}
        for name, value in fields.items():
            object.__setattr__(self, name, value)

    def __len__(self) -> int:
        return len(self.X)

    def __repr__(self) -> str:
        (N, d), K = self.X.shape, len(self.class_names or ())
        if self.class_names is None:
            target = "real target" if self.y.ndim == 1 else f"{self.y.shape[1]} real targets"
        else:
            target = _counted(K, "class", "es") + (f" ({', '.join(self.class_names)})" if K <= 10 else "")
        return f"<Dataset: {_counted(N, 'example')}, {_counted(d, 'feature')}, {target}>"

    def _repr_html_(self) -> str:
        return overview(repr(self)[1:-1], self.X, self.feature_names, self.y, self.class_names)

    def split(self, test_fraction: float, rng: int | np.random.Generator | None = None) -> tuple[Dataset, Dataset]:
        """Shuffle the examples, and set round(test_fraction · N) of them apart as a test.

        Classes are set apart in proportion, by largest remainders, and each keeps an example in train; for the sake
        of this the test set may be smaller where classes have one or two examples.

        What was estimated from a table (the median that stands for a missing number, the levels of a text) is
        estimated anew from the training rows, so that the test rows are as unknown as any new ones: `train.columns` is
        what encodes both.

        Parameters
        ----------
        test_fraction : float
            In [0, 1).
        rng : int or Generator, optional

        Returns
        -------
        train, test : Dataset

        Raises
        ------
        ValueError
            For a fraction outside [0, 1), and where a positive one leaves no test example.
        """
        if not 0 <= test_fraction < 1:
            raise ValueError(f"test_fraction={test_fraction}; expected a number in [0, 1)")
        strata = np.zeros(len(self), int) if self.class_names is None else self.y
        present, sizes = np.unique(strata, return_counts=True)
        counts = _test_counts(sizes, test_fraction)
        if test_fraction > 0 and counts.sum() == 0:
            raise ValueError(f"test_fraction={test_fraction} of {_counted(len(self), 'example')} in "
                             f"{_counted(len(sizes), 'class', 'es')} leaves no test example; expected more of either")
        order = np.random.default_rng(rng).permutation(len(self))
        is_test = np.zeros(len(self), bool)
        for stratum, count in zip(present, counts):
            is_test[np.flatnonzero(strata[order] == stratum)[:count]] = True
        train, test = self._rows(order[~is_test]), self._rows(order[is_test])
        if self.columns is None or train.table is None or (columns := self.columns.fit(train.table)) == self.columns:
            return train, test
        return train._encoded(columns), test._encoded(columns)

    def _rows(self, rows):
        table = None if self.table is None else self.table.take(rows)
        return replace(self, X=self.X[rows], y=self.y[rows], table=table)

    def _encoded(self, columns):
        """The same rows, with other features."""
        X = columns.encode(self.table, warn=False)
        return replace(self, X=X, feature_names=columns.feature_names, columns=columns)


def _test_counts(sizes, fraction):
    """How many test examples each class gives: fraction · size, rounded by largest remainders to round(fraction · N)
    in all, and at most size − 1.

    >>> _test_counts(np.array([7, 7, 1]), 0.2)
    array([2, 1, 0])
    """
    quotas = fraction * sizes
    counts = np.minimum(np.floor(quotas).astype(int), sizes - 1)
    missing = round(fraction * sizes.sum()) - counts.sum()
    by_remainder = np.argsort(counts - quotas, kind="stable")
    may_give = by_remainder[counts[by_remainder] + 1 < sizes[by_remainder]]
    counts[may_give[:missing]] += 1
    return counts


def _counted(n, noun, plural="s"):
    return f"{n} {noun}{'' if n == 1 else plural}"
