"""Pictures of a race: value and gradient norm against cost, and the paths of a function of two variables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, NullFormatter
from numpy.typing import ArrayLike

from ..function import Array
from . import landscape
from .appearance import Drawing, style, subplots
from .looks import Look, looks_of

if TYPE_CHECKING:
    from ..race import Outcome

__all__ = ["against_cost", "paths", "race"]

COUNT = FuncFormatter(lambda cost, _: f"{cost:g}")
LOWEST, HIGHEST = 1e-16, 1e6  # times its scale, where a curve leaves the picture


@style
def against_cost(ax: Axes, curves: Mapping[str, tuple[Array, Array]], looks: Mapping[str, Look], label: str) -> None:
    """Draw curves from a common start against cost on logarithmic scales, each with its end marked.

    What lies far below or above the start is drawn on the edge, and what is nan not at all.

    Parameters
    ----------
    ax : Axes
    curves : dict of str to (cost, values)
    looks : dict of str to dict
        What `looks_of` gives.
    label : str
        Of the vertical axis.
    """
    first = next(iter(curves.values()))[1][0]
    scale = first if first > 0 else 1.0
    for name, (cost, values) in curves.items():
        ax.plot(cost, np.clip(values, LOWEST * scale, HIGHEST * scale), **looks[name], markevery=[len(cost) - 1])
    ax.set(xscale="log", yscale="log", xlabel="cost in evaluations", ylabel=label)
    ax.set_xlim(left=0.8)
    ax.xaxis.set_major_formatter(COUNT)
    ax.xaxis.set_minor_formatter(NullFormatter())


@style
def paths(
    ax: Axes,
    on_grid: Callable[[Array, Array], Array],
    frame: ArrayLike,
    paths: Mapping[str, Array],
    looks: Mapping[str, Look],
    minima: Iterable[Array] = (),
) -> None:
    """Draw paths of two variables over the contours of a function.

    The heads are marked, on the edge where they have left the frame, and so are the known minima.

    Parameters
    ----------
    ax : Axes
    on_grid : callable
        on_grid(X, Y) -> the values at these points.
    frame : ((x₁ from, x₁ to), (x₂ from, x₂ to))
        It is widened to hold the start.
    paths : dict of str to array (M, 2)
    looks : dict of str to dict
        What `looks_of` gives.
    minima : iterable of arrays (2,)
    """
    start = next(iter(paths.values()))[0]
    corners = landscape.corners_of(frame, start[None])
    lower, upper = corners.T
    X, Y = landscape.grid_in(corners)
    landscape.contours(ax, X, Y, np.ma.masked_invalid(on_grid(X, Y)))
    for name, points in paths.items():
        near = np.clip(points, lower - 1e3 * (upper - lower), upper + 1e3 * (upper - lower))
        trail: Look = looks[name] | {"linewidth": 1.2, "marker": None}
        head: Look = looks[name] | {"linewidth": 1.2, "linestyle": "none", "markersize": 7}
        ax.plot(*near.T, **trail)
        ax.plot(*np.clip(points[-1], lower, upper), **head, clip_on=False, zorder=4)
    landscape.landmarks(ax, corners, start[None], minima)
    ax.annotate(
        "start",
        start,
        textcoords="offset points",
        xytext=(5, 6),
        fontsize=8,
        bbox={"facecolor": "white", "alpha": 0.8, "edgecolor": "none", "pad": 1},
        zorder=6,
    )
    landscape.axes(ax, corners)
    ax.ticklabel_format(scilimits=(-3, 4))


@style
def race(outcome: Outcome, f: Any = None, title: str = "") -> Drawing:
    """Draw a race: value and gradient norm of every method against cost, and the paths where f has two variables.

    Parameters
    ----------
    outcome : Outcome
        What `minnet.race.Race(…).run()` gives. Values are drawn above the lowest one, or as a fall below the start
        where a method ran off to values below any scale.
    f : problem, optional
        A function of two variables with `on_grid`, `bounds` and `minima`, as those of `minnet.problems`.
    title : str

    Returns
    -------
    Drawing
    """
    histories = {entry.name: entry.history for entry in outcome.entries}
    height = outcome.above if outcome.bounded else outcome.below
    paths_known = all(np.shape(h.get("x", ()))[1:] == (2,) for h in histories.values())
    flat = getattr(f, "bounds", None) is not None and paths_known
    panels, looks = 2 + flat, looks_of(histories)
    fig, axes = subplots(1, panels, 4.3 * panels, 4.2 + 0.2 * np.ceil(len(looks) / (2 * panels)))
    fig.suptitle(title)
    against_cost(
        axes[0],
        {name: (h["cost"], height(h["value"])) for name, h in histories.items()},
        looks,
        "value above the lowest" if outcome.bounded else "fall below the start",
    )
    against_cost(
        axes[1], {name: (h["cost"], h["gradient_norm"]) for name, h in histories.items()}, looks, "gradient norm"
    )
    if flat:
        paths(
            axes[2],
            f.on_grid,
            f.bounds,
            {name: h["x"] for name, h in histories.items()},
            looks,
            [x for x, _ in f.minima if x is not None],
        )
    fig.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=2 * panels, handlelength=3.5)
    return fig
