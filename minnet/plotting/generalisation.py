"""How a network does on examples that it was not trained on: the choice of l2, early stopping, scores."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, overload

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from .appearance import Drawing, literal, place, style
from .curves import whole_numbers

__all__ = ["l2_curve", "scores", "stopping_curve"]

RING: dict[str, Any] = {"marker": "o", "markersize": 10, "fillstyle": "none", "color": "black", "linestyle": "none"}
CURVES = {"auto": "loss on left-out examples", "evidence": "minus log evidence of an example"}


@overload
def l2_curve(choice: Any, ax: None = None) -> Drawing: ...
@overload
def l2_curve(choice: Any, *, ax: Axes) -> Axes: ...
@style
def l2_curve(choice: Any, ax: Axes | None = None) -> Drawing | Axes:
    """Draw what each candidate for the weight decay l2 scored, ± its standard error, and mark the chosen one.

    Parameters
    ----------
    choice : Choice
        `model.l2_choice_` of an estimator that was fitted with ``l2="auto"`` or ``l2="evidence"``.
    ax : Axes, optional
        Where to draw; by default a figure is made.

    Returns
    -------
    Drawing or Axes
        The new figure, or the axes that were given.

    Examples
    --------
    >>> from minnet import MLPClassifier, datasets
    >>> data = datasets.xor(40, rng=0)
    >>> model = MLPClassifier(hidden=(3,), random_state=0).fit(data.X, data.y)
    >>> l2_curve(model.l2_choice_).axes[0].get_xlabel()
    'l2'
    """
    ax, answer = place(ax)
    l2, score = np.array(choice.grid), np.array(choice.score)
    ax.errorbar(l2, score, np.array(choice.standard_error), marker="o", markersize=4, capsize=3, elinewidth=1)
    ax.axvline(choice.l2, color="0.6", linewidth=1, linestyle="-", zorder=0)
    ax.plot(choice.l2, score[l2 == choice.l2], **RING, label=f"chosen: {choice.l2:.1e}")
    ax.set_xscale("log")
    ax.set(xlabel="l2", ylabel=CURVES[choice.how])
    ax.legend()
    return answer


@overload
def stopping_curve(watched: ArrayLike, trained: ArrayLike | None = ..., ax: None = None) -> Drawing: ...
@overload
def stopping_curve(watched: ArrayLike, trained: ArrayLike | None = ..., *, ax: Axes) -> Axes: ...
@style
def stopping_curve(
    watched: ArrayLike, trained: ArrayLike | None = None, ax: Axes | None = None
) -> Drawing | Axes:
    """Draw the loss on the rows that early stopping set apart, by iteration, and mark the network that was kept.

    Parameters
    ----------
    watched : array (k,)
        `model.validation_curve_`.
    trained : array (k,), optional
        `model.loss_curve_`, the objective on the rows that were trained on, to compare.
    ax : Axes, optional
        Where to draw; by default a figure is made.

    Returns
    -------
    Drawing or Axes
        The new figure, or the axes that were given.

    Examples
    --------
    >>> stopping_curve([3.0, 1.0, 2.0]).axes[0].get_legend_handles_labels()[1]
    ['rows set apart', 'kept: iteration 1']
    """
    ax, answer = place(ax)
    watched = np.asarray(watched, float)
    kept = int(np.nanargmin(watched))
    ax.plot(watched, label="rows set apart")
    if trained is not None:
        ax.plot(np.asarray(trained, float), label="training rows, with l2")
    ax.plot(kept, watched[kept], **RING, label=f"kept: iteration {kept}")
    if ax.dataLim.y0 > 0:
        ax.set_yscale("log")
    whole_numbers(ax.xaxis)
    ax.set(xlabel="iteration", ylabel="loss")
    ax.legend()
    return answer


@overload
def scores(
    values: Mapping[str, float], intervals: Mapping[str, ArrayLike] = ..., label: str = ..., ax: None = None
) -> Drawing: ...
@overload
def scores(
    values: Mapping[str, float], intervals: Mapping[str, ArrayLike] = ..., label: str = ..., *, ax: Axes
) -> Axes: ...
@style
def scores(
    values: Mapping[str, float],
    intervals: Mapping[str, ArrayLike] = {},
    label: str = "accuracy",
    ax: Axes | None = None,
) -> Drawing | Axes:
    """Draw scores one below the other, so that a model stands beside the trivial answer.

    Parameters
    ----------
    values : dict
        The scores by name, from top to bottom.
    intervals : dict of pairs
        The two ends of a confidence interval, for the names that have one.
    label : str
        What is scored: of the horizontal axis, which shows 0 to 1 for an accuracy, and 0 and all values for others.
    ax : Axes, optional
        Where to draw; by default a figure is made.

    Returns
    -------
    Drawing or Axes
        The new figure, or the axes that were given.

    Examples
    --------
    >>> fig = scores({"test rows": 0.9, "always 'no'": 0.6}, {"test rows": (0.8, 0.95)})
    >>> [text.get_text() for text in fig.axes[0].texts]
    ['0.9', '0.6']
    """
    ax, answer = place(ax, 5.2, 2.6)
    for row, (name, value) in enumerate(values.items()):
        ends = np.reshape(intervals.get(name, (value, value)), (2, 1))
        (point, *_) = ax.errorbar(
            value, row, xerr=abs(ends - value), marker="o", capsize=4 * (name in intervals), linestyle="none"
        )
        ax.annotate(_short(value), (value, row), (0, 6), textcoords="offset points", ha="center",
                    color=point.get_color())
    ax.set_yticks(range(len(values)), [literal(name) for name in values])
    ax.set(xlabel=label, ylim=(len(values) - 0.5, -0.5))
    if label == "accuracy":
        ax.set_xlim(-0.04, 1.04)
    else:
        low, high = min(0.0, ax.dataLim.x0), max(0.0, ax.dataLim.x1)
        ax.set_xlim(low - 0.1 * (high - low), high + 0.1 * (high - low))
    return answer


def _short(value: float) -> str:
    """Three digits, and no exponent where the number is at most a few million."""
    return f"{value:,.0f}" if 1e3 <= abs(value) < 1e7 else f"{value:.3g}"
