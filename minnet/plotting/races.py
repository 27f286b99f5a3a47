"""Pictures of a race: value and gradient norm against cost, and the paths of a function of two variables."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib import rcParams
from matplotlib.ticker import FuncFormatter, NullFormatter

from . import landscape
from .appearance import Drawing, style, subplots
from .eigenvalues import MARKERS

__all__ = ["against_cost", "paths", "race", "looks_of"]

COUNT = FuncFormatter(lambda cost, _: f"{cost:g}")
LOWEST, HIGHEST = 1e-16, 1e6  # times its scale, where a curve leaves the picture


@style
def against_cost(ax, curves, looks, label):
    """Curves {name: (cost, values)} from a common start on logarithmic scales, each with its end marked. What lies far
    below or above the start is drawn on the edge, and what is nan not at all."""
    first = next(iter(curves.values()))[1][0]
    scale = first if first > 0 else 1.0
    for name, (cost, values) in curves.items():
        ax.plot(cost, np.clip(values, LOWEST * scale, HIGHEST * scale), **looks[name], markevery=[len(cost) - 1])
    ax.set(xscale="log", yscale="log", xlabel="cost in evaluations", ylabel=label)
    ax.set_xlim(left=0.8)
    ax.xaxis.set_major_formatter(COUNT)
    ax.xaxis.set_minor_formatter(NullFormatter())


@style
def paths(ax, on_grid, frame, paths, looks, minima=()):
    """Paths {name: points (M, 2)} over the contours of on_grid(X, Y) in frame ((x from, to), (y from, to)), which is
    widened to hold the start. The heads are marked, on the edge where they have left the frame, and the known
    minima."""
    start = next(iter(paths.values()))[0]
    corners = landscape.corners_of(frame, start[None])
    lower, upper = corners.T
    X, Y = landscape.grid_in(corners)
    landscape.contours(ax, X, Y, np.ma.masked_invalid(on_grid(X, Y)))
    for name, points in paths.items():
        near = np.clip(points, lower - 1e3 * (upper - lower), upper + 1e3 * (upper - lower))
        look = looks[name] | {"linewidth": 1.2}
        ax.plot(*near.T, **look | {"marker": None})
        ax.plot(
            *np.clip(points[-1], lower, upper), **look | {"linestyle": "none", "markersize": 7}, clip_on=False, zorder=4
        )
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
def race(outcome: Any, f: Any = None, title: str = "") -> Drawing:
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
    flat = getattr(f, "bounds", None) is not None and all(np.shape(h.get("x"))[1:] == (2,) for h in histories.values())
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


def looks_of(names):
    """A look for each name: the cycle's colours, and in each round of them other lines and markers."""
    looks, cycle = {}, list(rcParams["axes.prop_cycle"])
    for i, name in enumerate(names):
        j = i + i // len(cycle)
        looks[name] = {
            "label": name,
            "color": cycle[i % len(cycle)]["color"],
            "markersize": 6,
            "linestyle": cycle[j % len(cycle)]["linestyle"],
            "marker": MARKERS[j % len(MARKERS)],
        }
    return looks
