"""What a trained model predicts: decision regions, confusion matrices, predictions against the truth."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import cycle
from typing import Any, overload

import numpy as np
from matplotlib import rcParams
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, to_rgb
from numpy.typing import ArrayLike

from .appearance import MARKERS, Drawing, literal, place, style
from .curves import whole_numbers

__all__ = ["boundary", "confusion", "predicted"]

LEVELS = (0.1, 0.3, 0.5, 0.7, 0.9)
GRID = 160
WRITTEN_OUT = 12  # classes of which a confusion matrix shows names and counts
IN_LEGEND = 7  # classes that a legend names


@overload
def boundary(
    model: Any, X: ArrayLike, y: ArrayLike, names: Sequence[str] | None = ..., title: str = ..., ax: None = None
) -> Drawing: ...
@overload
def boundary(
    model: Any, X: ArrayLike, y: ArrayLike, names: Sequence[str] | None = ..., title: str = ..., *, ax: Axes
) -> Axes: ...
@style
def boundary(
    model: Any, X: ArrayLike, y: ArrayLike, names: Sequence[str] | None = None, title: str = "", ax: Axes | None = None
) -> Drawing | Axes:
    """Draw the decision regions of a classifier of two features, under its examples.

    A class has one colour, for its region and for its points. Two classes are drawn with contours at probabilities of
    .1 to .9, and more of them by the likeliest class.

    Parameters
    ----------
    model : fitted classifier, or callable
        An object with `predict_proba(points (M, 2)) -> (M, K)`, or a function points -> probabilities (M,) of the
        second of two classes.
    X, y : arrays (N, 2) and (N,)
        The examples with their classes.
    names : sequence of str, optional
        The classes' names; by default their labels.
    title : str
    ax : Axes, optional
        Where to draw; by default a figure is made.

    Returns
    -------
    Drawing or Axes
        The new figure, or the axes that were given.

    Raises
    ------
    ValueError
        If the examples have not two features, or X and y differ in length.

    Examples
    --------
    >>> fig = boundary(lambda points: points[:, 0], [[0.0, 0.0], [1.0, 1.0]], [0, 1])
    >>> fig.axes[0].get_xlabel()
    'x₁'
    """
    X, y = np.asarray(X, float), np.asarray(y)
    if X.ndim != 2 or X.shape[1] != 2 or len(y) != len(X):
        raise ValueError(
            f"X has shape {X.shape} and y {y.shape}; expected examples of two features (N, 2) and their classes (N,)"
        )
    ax, answer = place(ax, 5.2, 4.4)
    labels = np.unique(y)
    colours = [to_rgb(entry["color"]) for _, entry in zip(labels, cycle(rcParams["axes.prop_cycle"]))]
    margin = 0.05 * np.ptp(X, axis=0) + 1e-9
    (x0, y0), (x1, y1) = X.min(0) - margin, X.max(0) + margin
    grid_x, grid_y = np.meshgrid(np.linspace(x0, x1, GRID), np.linspace(y0, y1, GRID))
    p = _probabilities(model, np.column_stack([grid_x.ravel(), grid_y.ravel()])).reshape(*grid_x.shape, -1)
    if p.shape[-1] <= 2:
        _two_classes(ax, grid_x, grid_y, p[..., -1], [colours[0], colours[-1]])
    else:
        shades = np.array([colours[k % len(colours)] for k in range(p.shape[-1])])[p.argmax(-1)]
        ax.imshow(
            1 - 0.35 * (1 - shades), extent=(x0, x1, y0, y1), origin="lower", aspect="auto", interpolation="nearest"
        )
    for i, (label, marker, colour) in enumerate(zip(labels, cycle(MARKERS), colours)):
        edge = {} if marker == "x" else {"edgecolors": "black", "linewidths": 0.5}
        name = literal(label if names is None else names[i])
        ax.scatter(*X[y == label].T, marker=marker, s=22, zorder=3, color=[colour], label=name, **edge)
    ax.grid(False)
    ax.set(title=title, xlim=(x0, x1), ylim=(y0, y1), xlabel="x₁", ylabel="x₂")
    if answer is not ax and len(labels) <= IN_LEGEND:
        ax.legend(frameon=True, framealpha=0.8)
    return answer


def _probabilities(model: Any, points: np.ndarray) -> np.ndarray:
    return np.asarray(model.predict_proba(points) if hasattr(model, "predict_proba") else model(points), float)


def _two_classes(ax: Axes, x: np.ndarray, y: np.ndarray, p: np.ndarray, colours: list) -> None:
    """The probability of the second class, from the first one's colour by white to its own."""
    shades = LinearSegmentedColormap.from_list("classes", [colours[0], (1, 1, 1), colours[1]])
    ax.contourf(x, y, p, levels=np.linspace(0, 1, 11), cmap=shades, alpha=0.4, vmin=0, vmax=1)
    if p.min() < LEVELS[-1] and p.max() > LEVELS[0]:
        ax.contour(x, y, p, levels=LEVELS, colors="0.3", linewidths=[0.7, 0.7, 1.6, 0.7, 0.7], linestyles="-")


@overload
def confusion(truth: ArrayLike, guess: ArrayLike, names: Sequence[object], ax: None = None) -> Drawing: ...
@overload
def confusion(truth: ArrayLike, guess: ArrayLike, names: Sequence[object], *, ax: Axes) -> Axes: ...
@style
def confusion(truth: ArrayLike, guess: ArrayLike, names: Sequence[object], ax: Axes | None = None) -> Drawing | Axes:
    """Draw how many examples of each class (row) were given which class (column).

    Parameters
    ----------
    truth, guess : array of int (N,)
        The true and the predicted classes, as numbers of `names`.
    names : sequence
        The classes' names.
    ax : Axes, optional
        Where to draw; by default a figure is made.

    Returns
    -------
    Drawing or Axes
        The new figure, or the axes that were given.

    Examples
    --------
    >>> confusion([0, 1, 1], [0, 1, 0], ["no", "yes"]).axes[0].get_ylabel()
    'true'
    """
    ax, answer = place(ax, 4.6, 4.2)
    counts = np.zeros((len(names), len(names)), int)
    np.add.at(counts, (truth, guess), 1)
    ax.imshow(counts, cmap="Blues")
    if len(names) <= WRITTEN_OUT:
        for i, j in np.ndindex(*counts.shape):
            ax.text(
                j,
                i,
                counts[i, j],
                ha="center",
                va="center",
                fontsize=8,
                color="white" if counts[i, j] > counts.max() / 2 else "black",
            )
        written = [literal(name) for name in names]
        slanted = {"rotation": 45, "ha": "right"} if max(map(len, written)) > 2 else {}
        ax.set_xticks(range(len(written)), written, **slanted)
        ax.set_yticks(range(len(written)), written)
    else:
        whole_numbers(ax.xaxis, ax.yaxis)
    ax.grid(False)
    ax.set(xlabel="predicted", ylabel="true")
    return answer


@overload
def predicted(truth: ArrayLike, guess: ArrayLike, ax: None = None) -> Drawing: ...
@overload
def predicted(truth: ArrayLike, guess: ArrayLike, *, ax: Axes) -> Axes: ...
@style
def predicted(truth: ArrayLike, guess: ArrayLike, ax: Axes | None = None) -> Drawing | Axes:
    """Draw predicted against true values, with the line on which they agree.

    Parameters
    ----------
    truth, guess : array (N,)
        The true and the predicted values.
    ax : Axes, optional
        Where to draw; by default a figure is made.

    Returns
    -------
    Drawing or Axes
        The new figure, or the axes that were given.
    """
    ax, answer = place(ax, 4.6, 4.2)
    ax.plot(truth, guess, "o", markersize=3, alpha=0.6)
    ends = [min(np.min(truth), np.min(guess)), max(np.max(truth), np.max(guess))]
    ax.plot(ends, ends, color="black", linewidth=0.8, linestyle="-")
    ax.set(xlabel="true", ylabel="predicted")
    return answer
