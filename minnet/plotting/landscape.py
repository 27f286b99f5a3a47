"""The landscape under paths of two variables: a frame, the contours in it, the known minima and the starts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from ..function import Array

GRID = 121
CONTOURS = 16
STEEP = 30  # times as far above the lowest value as the lowest tenth lies the highest one: levels are logarithmic


def corners_of(frame: ArrayLike | None, starts: Array, points: Array | None = None) -> Array:
    """Return the corners of a picture that holds the frame and the starts, with a margin.

    Parameters
    ----------
    frame : ((x₁ from, x₁ to), (x₂ from, x₂ to)) or None
    starts : array (M, 2)
    points : array (M, 2), optional
        What is held where there is no frame.

    Returns
    -------
    array (2, 2)
        [[x₁ from, x₁ to], [x₂ from, x₂ to]].
    """
    held = starts if frame is not None else points
    corners = np.sort([held.min(0), held.max(0)], axis=0).T
    if frame is not None:
        corners = np.column_stack(
            [np.minimum(corners[:, 0], np.min(frame, 1)), np.maximum(corners[:, 1], np.max(frame, 1))]
        )
    size = np.ptp(corners, axis=1)
    margin = np.where(size > 0, (0.02 if frame is not None else 0.2) * size, 1.0)
    return corners + margin[:, None] * [-1, 1]


def grid_in(corners: Array) -> tuple[Array, Array]:
    """Return X and Y (GRID, GRID), a grid of points within the corners."""
    X, Y = np.meshgrid(*(np.linspace(*ends, GRID) for ends in corners))
    return X, Y


def levels_of(Z: np.ma.MaskedArray[Any, Any]) -> Array:
    """Return levels for contours of Z.

    They are logarithmic above the lowest value where a tenth of the frame lies far below the highest.
    """
    above = Z.compressed() - Z.min()
    low, highest = np.quantile(above, 0.1), above.max()
    if 0 < STEEP * low < highest:
        return Z.min() + np.geomspace(highest * 1e-5, highest, CONTOURS + 1)[:-1]
    return Z.min() + np.linspace(0, highest, CONTOURS + 2)[1:-1]


def contours(ax: Axes, X: Array, Y: Array, Z: np.ma.MaskedArray[Any, Any]) -> None:
    """Draw the contours of a masked Z, none where it is flat."""
    levels = levels_of(Z)
    if np.ptp(levels) > 0:
        ax.contour(X, Y, Z, levels=levels, colors="0.72", linewidths=0.6, linestyles="-")


def landmarks(ax: Axes, corners: Array, starts: Array, minima: Iterable[Array | None]) -> None:
    """Mark the starts, and those minima that lie in the frame."""
    inside = [x for x in minima if x is not None and (corners[:, 0] <= x).all() and (x <= corners[:, 1]).all()]
    ax.plot(*np.reshape(inside, (-1, 2)).T, "+", color="black", markersize=11, zorder=3)
    ax.plot(*np.unique(starts, axis=0).T, "o", color="black", markersize=4, zorder=6)
    ax.grid(False)


def axes(ax: Axes, corners: Array) -> None:
    """Set names, limits and few ticks of the two variables."""
    ax.set(xlabel="x₁", ylabel="x₂", xlim=corners[0], ylim=corners[1])
    ax.locator_params(nbins=6)
