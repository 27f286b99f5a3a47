"""Curves of how runs went, iteration by iteration."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, overload

import numpy as np
from matplotlib.axes import Axes

from .appearance import Drawing, place, style
from .looks import looks_of

__all__ = ["HUGE", "convergence", "histories_of", "whole_numbers"]

HUGE = 1e150  # where a curve that diverges leaves the picture: ticks far above would overflow
LABELS = {"gradient_norm": "gradient norm", "value": "loss"}


@overload
def convergence(runs: Any, what: str = ..., label: str | None = ..., ax: None = None) -> Drawing: ...
@overload
def convergence(runs: Any, what: str = ..., label: str | None = ..., *, ax: Axes) -> Axes: ...
@style
def convergence(
    runs: Any, what: str = "gradient_norm", label: str | None = None, ax: Axes | None = None
) -> Drawing | Axes:
    """Draw a quantity of each run by iteration, on a logarithmic axis where all of it is positive.

    Parameters
    ----------
    runs : Result, history, or dict of them by name
        What `minimize` returns, or its `history`.
    what : str
        An entry of the history: "gradient_norm", "value", or one that `record` named.
    label : str, optional
        Of the vertical axis; by default the entry's own name.
    ax : Axes, optional
        Where to draw; by default a figure is made.

    Returns
    -------
    Drawing or Axes
        The new figure, or the axes that were given.

    Raises
    ------
    ValueError
        If `runs` is none of these.

    Examples
    --------
    >>> from minnet import minimize, problems
    >>> convergence(minimize(problems.beale(), [2.0, -2.0]), "value").axes[0].get_ylabel()
    'loss'
    """
    ax, answer = place(ax)
    curves = {name: np.asarray(history[what], float) for name, history in histories_of(runs).items()}
    looks = looks_of(curves)
    for name, values in curves.items():
        finite = np.isfinite(values)
        lone = "o" if finite.sum() == 1 else ""
        look = looks[name] | {"marker": lone}
        ax.plot(np.arange(len(values)), np.where(finite, values, np.nan), **look)
    drawn = np.concatenate([values[np.isfinite(values)] for values in curves.values()])
    if drawn.max(initial=0) > HUGE:
        ax.set_ylim(drawn.min(), HUGE)
    if (drawn > 0).all():
        ax.set_yscale("log")
    whole_numbers(ax.xaxis)
    ax.set(xlabel="iteration", ylabel=label or LABELS.get(what, what))
    if answer is not ax and any(curves):
        ax.legend()
    return answer


def histories_of(runs: Any) -> dict[str, Mapping[str, Any]]:
    """Return the histories of runs by name.

    Parameters
    ----------
    runs : Result, history, or dict of them by name
        One result or history gets the name "".

    Raises
    ------
    ValueError
        For anything else.
    """
    if hasattr(runs, "history") or (isinstance(runs, Mapping) and "value" in runs and "gradient_norm" in runs):
        runs = {"": runs}
    if not isinstance(runs, Mapping) or not runs:
        raise ValueError(f"runs={runs!r}; expected a result of minimize, or {{name: result}}")
    return {name: getattr(run, "history", run) for name, run in runs.items()}


def whole_numbers(*axes: Any) -> None:
    """Put ticks at whole numbers only."""
    for axis in axes:
        axis.get_major_locator().set_params(integer=True)
