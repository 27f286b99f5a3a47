"""Pictures of a race: value and gradient norm against cost, and the paths of a function of two variables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, NullFormatter
from numpy.typing import ArrayLike

from ..function import Array, supports
from . import landscape
from .appearance import Drawing, style, subplots
from .looks import Look, looks_of

if TYPE_CHECKING:
    from ..race import Entry, Outcome

__all__ = ["against_cost", "paths", "race"]

COUNT = FuncFormatter(lambda cost, _: f"{cost:g}")
LOWEST, HIGHEST = 1e-16, 1e6  # times its scale, where a curve leaves the picture


@style
def against_cost(
    ax: Axes,
    curves: Mapping[str, tuple[Array, ...]],
    looks: Mapping[str, Look],
    label: str,
    marked: Mapping[str, int] | None = None,
) -> None:
    """Draw curves from a common start against cost on logarithmic scales, each with its result marked.

    What lies far below or above the start is drawn on the edge, and what is nan not at all.

    Parameters
    ----------
    ax : Axes
    curves : dict of str to (cost, values) or (cost, values, lower, upper)
        With the edges of a band about it.
    looks : dict of str to dict
        What `looks_of` gives.
    label : str
        Of the vertical axis.
    marked : dict of str to int, optional
        The number of the point to mark on a curve; by default the last.
    """
    first = next(iter(curves.values()))[1][0]
    scale = first if first > 0 else 1.0
    for name, (cost, values, *band) in curves.items():
        at = len(cost) - 1 if marked is None else marked[name] % len(cost)
        ax.plot(cost, np.clip(values, LOWEST * scale, HIGHEST * scale), **looks[name], markevery=[at])
        if band:
            low, high = (np.clip(edge, LOWEST * scale, HIGHEST * scale) for edge in band)
            ax.fill_between(cost, low, high, color=looks[name]["color"], alpha=0.15, linewidth=0)
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
    marked: Mapping[str, int] | None = None,
) -> None:
    """Draw paths of two variables over the contours of a function.

    The results are marked, on the edge where they have left the frame, and so are the known minima.

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
    marked : dict of str to int, optional
        The number of the point to mark on a path; by default the last.
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
        end = points[-1 if marked is None else marked[name]]
        ax.plot(*np.clip(end, lower, upper), **head, clip_on=False, zorder=4)
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
def race(outcome: Outcome | Sequence[Outcome], f: Any = None, title: str = "") -> Drawing:
    """Draw a race: value and gradient norm of every method against cost, and the paths where f has two variables.

    Parameters
    ----------
    outcome : Outcome, or sequence of them
        What `minnet.race.Race(…).run()` gives, or `run_from` for several starts: then medians are drawn, with the
        middle half of the starts, of the best point so far. Values are drawn above the minimum of each run's own
        basin, down to their rounding (dotted), or as a fall below the start where a method ran off to values below
        any scale. A mark shows the result that the table names; a learning rate that won at the edge of the grid is
        named in the legend.
    f : problem, optional
        A function of two variables with `on_grid`, `bounds` and `minima`, as those of `minnet.problems`.
    title : str

    Returns
    -------
    Drawing
    """
    outcomes = list(outcome) if isinstance(outcome, Sequence) else [outcome]
    first, bounded = outcomes[0], all(one.bounded for one in outcomes)
    histories = {entry.name: entry.history for entry in first.entries}
    paths_known = all(np.shape(h.get("x", ()))[1:] == (2,) for h in histories.values())
    flat = supports(f, "bounds") and paths_known
    panels, looks = 2 + flat, looks_of(histories)
    for entry in first.entries:
        if len(outcomes) == 1 and entry.at_edge:
            looks[entry.name]["label"] += ", lr at the edge"
    fig, axes = subplots(1, panels, 4.3 * panels, 4.2 + 0.2 * np.ceil(len(looks) / (2 * panels)))
    fig.suptitle(title)
    marked = {entry.name: entry.best for entry in first.entries} if len(outcomes) == 1 else None
    heights = [[_height(one, entry, bounded) for entry in one.entries] for one in outcomes]
    norms = [[entry.history["gradient_norm"] for entry in one.entries] for one in outcomes]
    label = "value above its basin's minimum" if bounded else "fall below the start"
    against_cost(axes[0], _curves(outcomes, heights), looks, label, marked)
    against_cost(axes[1], _curves(outcomes, norms), looks, "gradient norm", marked)
    rounding = max(one.rounding for one in outcomes)
    if bounded and min(np.min(row) for rows in heights for row in rows) <= rounding:
        across = axes[0].get_yaxis_transform()
        axes[0].hlines(rounding, 0, 1, transform=across, colors="0.4", linewidths=0.8, linestyles=":")
    if flat:
        minima = [x for x, _ in f.minima if x is not None]
        paths(axes[2], f.on_grid, f.bounds, {name: h["x"] for name, h in histories.items()}, looks, minima, marked)
    if len(outcomes) > 1:
        for ax in axes[:2]:
            ax.set_title(f"{len(outcomes)} starts: median, middle half", fontsize=9)
        if flat:
            axes[2].set_title("the first start", fontsize=9)
    fig.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=2 * panels - 1, handlelength=3.5)
    return fig


def _height(outcome: Outcome, entry: Entry, bounded: bool) -> Array:
    values = entry.history["value"]
    return outcome.above(values, entry.floor) if bounded else outcome.below(values)


def _curves(outcomes: list[Outcome], rows: list[list[Array]]) -> dict[str, tuple[Array, ...]]:
    """(cost, values) of the only start, or the median over starts of the best so far, with the middle half."""
    if len(outcomes) == 1:
        return {e.name: (e.history["cost"], row) for e, row in zip(outcomes[0].entries, rows[0])}
    longest = max(entry.history["cost"][-1] for one in outcomes for entry in one.entries)
    at = np.unique(np.geomspace(1, longest, 300).astype(int))
    best: dict[str, list[Array]] = {}
    for one, of_start in zip(outcomes, rows):
        for entry, row in zip(one.entries, of_start):
            places = np.maximum(np.searchsorted(entry.history["cost"], at, side="right") - 1, 0)
            best.setdefault(entry.name, []).append(np.fmin.accumulate(row)[places])
    quartiles = {name: np.quantile(curves, (0.25, 0.5, 0.75), axis=0) for name, curves in best.items()}
    return {name: (at, middle, low, high) for name, (low, middle, high) in quartiles.items()}
