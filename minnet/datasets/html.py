"""Data sets as a notebook shows them."""
from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..html import html_table

__all__ = ["overview"]

MOST_ROWS = 12


def overview(title: str, X: np.ndarray, names: Sequence[str], y: np.ndarray, classes: Sequence[str] | None) -> str:
    """Return a table of the first features, with their range and mean, and of the target."""
    rows = [(name[:60], *_summary(values)) for name, values in zip(names[:MOST_ROWS], X.T)]
    if len(names) > MOST_ROWS:
        rows.append((f"… {len(names) - MOST_ROWS} more", "", "", ""))
    if classes is None:
        rows += [(f"target{f' {k + 1}' if y.ndim > 1 else ''}", *_summary(values))
                 for k, values in enumerate(np.atleast_2d(y.T)[:MOST_ROWS])]
        return html_table(title, ("feature", "lowest", "mean", "highest"), rows)
    counts = np.bincount(y, minlength=len(classes))
    shown = ", ".join(f"{name[:60]}: {count}" for name, count in list(zip(classes, counts))[:MOST_ROWS])
    return html_table(title, ("feature", "lowest", "mean", "highest"), rows,
                      f"examples of each class: {shown}{', …' * (len(classes) > MOST_ROWS)}")


def _summary(values):
    """Lowest, mean and highest value, in a few digits."""
    if not len(values):
        return "", "", ""
    size = np.abs(values).max() or 1.0     # so that no sum overflows
    return tuple(f"{value:.4g}" for value in (values.min(), (values / size).mean() * size, values.max()))
