"""The figure of trajectories: runs on a landscape, and their convergence beside it, up to any step."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from ..function import Array, known_minima, supports
from . import landscape
from .appearance import Drawing, subplots
from .curves import HUGE
from .looks import Look, looks_of
from .paths import read_frame, read_paths

__all__ = ["Run", "Scene"]

SQUARE = 2  # cells of the grid along the side of a tile of the surface; tiles are all alike, as 2 divides GRID − 1
FAR = 1e3  # times the size of the start, beyond which a path does not widen the frame
LONG = 300  # evaluations, beyond which their axis is logarithmic: it begins at the first one
LOWEST = 1e-13  # times the highest value above the lowest one, where a curve leaves the picture


@dataclass
class Run:
    """One path with its artists.

    Attributes
    ----------
    points : array (M, 2)
    heights : array (M,)
        The values as the surface shows them.
    cost : array (M,)
        The evaluations so far.
    above : array (M,)
        How far the values lie above the lowest one.
    artists : dict of str to Line2D or Line3D
    """

    points: Array
    heights: Array
    cost: Array
    above: Array
    artists: dict[str, Any] = field(default_factory=dict)


class Scene:
    """A figure whose runs can be shown up to any step; its parameters are those of `trajectory`."""

    steps: int
    surface: bool
    looks: dict[str, Look]
    lowest: float
    fig: Drawing
    ax: Any
    beside: Axes | None
    corners: Array
    base: float
    offset: float | None
    floor: float
    runs: dict[str, list[Run]]

    def __init__(
        self,
        f: Any,
        results: Any,
        title: str,
        surface: bool,
        convergence: bool,
        arrows: bool,
        frame: ArrayLike | None,
        lowest: float | None,
    ) -> None:
        lists = read_paths(results)
        if surface and arrows:
            raise ValueError("arrows with surface=True; expected one of them")
        self.steps = max(len(result.history["x"]) - 1 for entries in lists.values() for result in entries)
        self.surface, self.looks = surface, looks_of(lists)
        everywhere = np.concatenate([result.history["x"] for entries in lists.values() for result in entries])
        starts = np.array([result.history["x"][0] for entries in lists.values() for result in entries])
        known = [value for _, value in known_minima(f)]
        seen = [result.history["value"].min() for entries in lists.values() for result in entries]
        self.lowest = min([*known, *seen]) if lowest is None else lowest
        self._panels(1 + convergence, lists, title)
        near = everywhere[(abs(everywhere) <= FAR * (1 + abs(starts).max())).all(1)]
        self.corners = landscape.corners_of(
            read_frame(f.bounds if frame is None and supports(f, "bounds") else frame), starts, near
        )
        self._landscape(f, arrows)
        self.runs = {name: [self._run(result) for result in entries] for name, entries in lists.items()}
        self._draw(starts, known_minima(f))

    def _panels(self, panels: int, named: Mapping[str, Any], title: str) -> None:
        self.fig, _ = subplots(1, 1, 4.6 * panels - 0.6 * (panels > 1), 4.1 + 0.18 * ((len(named) + 3) // 4))
        self.fig.clear()
        self.ax = self.fig.add_subplot(1, panels, 1, **{"projection": "3d"} if self.surface else {})
        self.beside = self.fig.add_subplot(1, panels, 2) if panels == 2 else None
        if title:
            self.fig.suptitle(title.replace("$", r"\$"))

    def _landscape(self, f: Any, arrows: bool) -> None:
        X, Y = landscape.grid_in(self.corners)
        Z = _on_grid(f, X, Y)
        Z = np.ma.array(Z, mask=~(abs(Z) < HUGE))
        if not Z.count():
            raise ValueError(f"{f!r} is finite nowhere in the frame {self.corners.tolist()}; expected another frame")
        levels = landscape.levels_of(Z)
        self.base = Z.min()
        logarithmic = np.ptp(np.diff(levels)) > 1e-6 * np.ptp(levels)
        self.offset = (levels[0] - self.base) if logarithmic else None
        if self.surface:
            shown = self.height(Z.filled(Z.max()))
            self.ax.plot_surface(
                X,
                Y,
                shown,
                cmap="Greys_r",
                alpha=0.65,
                rstride=SQUARE,
                cstride=SQUARE,
                linewidth=0,
                antialiased=False,
                vmin=shown.min() - 0.3 * np.ptp(shown),
                vmax=shown.max(),
            )
            self.ax.view_init(55, -60)  # from high enough to see into a hollow
        else:
            landscape.contours(self.ax, X, Y, Z)
        if arrows:
            x, y = (grid[6::9, 6::9].ravel() for grid in (X, Y))
            with np.errstate(all="ignore"):
                g = np.nan_to_num(np.array([f.gradient(np.array(point)) for point in zip(x, y)]).T, posinf=0, neginf=0)
            self.ax.quiver(
                x, y, *(-g / np.maximum(np.linalg.norm(g, axis=0), 1e-300)), color="0.6", scale=32, width=0.003
            )

    def height(self, values: Array) -> Array:
        """Return values as the surface shows them: as they are, or logarithmic above the lowest one."""
        return values if self.offset is None else np.log10(np.maximum(values - self.base, 0) + self.offset)

    def _run(self, result: Any) -> Run:
        history = result.history
        lower, upper = self.corners.T
        points = np.clip(history["x"], lower - 9 * (upper - lower), upper + 9 * (upper - lower))
        inside = ((lower <= points) & (points <= upper)).all(1)
        heights = np.where(inside, self.height(np.asarray(history["value"], float)), np.nan)
        above = np.clip(np.asarray(history["value"], float) - self.lowest, None, HUGE)
        return Run(
            points if not self.surface else np.where(inside[:, None], points, np.nan),
            heights,
            np.maximum(history["nfev"], history["njev"]),
            above,
        )

    def _draw(self, starts: Array, minima: Iterable[tuple[Array | None, float]]) -> None:
        for name, runs in self.runs.items():
            look = self.looks[name]
            trail = {"color": look["color"], "linestyle": look["linestyle"], "linewidth": 1.5}
            head = {
                "color": look["color"],
                "marker": look["marker"],
                "linestyle": "none",
                "markersize": 7,
                "markeredgecolor": look["color"] if look["marker"] == "x" else "white",
                "markeredgewidth": 2.0 if look["marker"] == "x" else 0.6,
            }
            for run in runs:
                deep = {"zorder": 5} if self.surface else {"clip_on": False, "zorder": 5}
                empty = ([], [], []) if self.surface else ([], [])
                (run.artists["trail"],) = self.ax.plot(*empty, **trail, zorder=4)
                (run.artists["head"],) = self.ax.plot(*empty, **head, **deep)
                if self.beside is not None:
                    (run.artists["curve"],) = self.beside.plot([], [], **trail)
                    (run.artists["end"],) = self.beside.plot([], [], **head)
        if not self.surface:
            landscape.landmarks(self.ax, self.corners, starts, [x for x, _ in minima])
        landscape.axes(self.ax, self.corners)
        if self.beside is not None:
            self._axes_beside()
        if len(self.runs) > 1:
            handles = [
                self.ax.plot(*([[np.nan]] * (3 if self.surface else 2)), **look | {"label": self._name(name)})[0]
                for name, look in self.looks.items()
            ]
            self.fig.legend(handles=handles, loc="outside lower center", ncols=min(4, len(handles)), handlelength=3.2)

    def _name(self, name: str) -> str:
        """The name of a method, with its steps where it ends before the longest run."""
        steps = max(len(run.points) - 1 for run in self.runs[name])
        return name if steps == self.steps else f"{name}, {steps:,} step{'s' * (steps != 1)}"

    def _axes_beside(self) -> None:
        every = [run for runs in self.runs.values() for run in runs]
        above = np.concatenate([run.above[np.isfinite(run.above)] for run in every])
        top = above.max(initial=1e-300)
        self.floor = max(LOWEST * top, above[above > 0].min(initial=top) / 2)
        most = max(run.cost[-1] for run in every)
        self.beside.set(
            xscale="log" if most > LONG else "linear",
            yscale="log",
            xlabel="evaluations",
            ylabel="value above the lowest",
            xlim=(0.9, 1.3 * most) if most > LONG else (0, 1.08 * most),
            ylim=(self.floor / 2, top * 3),
        )

    def show(self, step: int) -> list[Any]:
        """Show all runs up to a step, and return the empty list that matplotlib expects of a frame."""
        for run in (run for runs in self.runs.values() for run in runs):
            k = min(step, len(run.points) - 1)
            path, artists = run.points[: k + 1], run.artists
            if self.surface:
                artists["trail"].set_data_3d(*path.T, run.heights[: k + 1])
                artists["head"].set_data_3d(*path[k:].T, run.heights[k : k + 1])
            else:
                artists["trail"].set_data(*path.T)
                artists["head"].set_data(*np.clip(path[k:], *self.corners.T).T)
            if self.beside is not None:
                drawn = np.maximum(run.above[: k + 1], self.floor)
                artists["curve"].set_data(run.cost[: k + 1], drawn)
                artists["end"].set_data(run.cost[k : k + 1], drawn[k:])
        height = (
            ""
            if not self.surface
            else ", height: log₁₀ of the value"
            if self.offset is not None
            else ", height: the value"
        )
        self.ax.set_title(f"step {step:,}{height}", fontsize=9, loc="left")
        return []


def _on_grid(f: Any, X: Array, Y: Array) -> Array:
    with np.errstate(all="ignore"):
        values = (
            f.on_grid(X, Y)
            if supports(f, "on_grid")
            else np.reshape([f.value(point) for point in np.column_stack([X.ravel(), Y.ravel()])], X.shape)
        )
    if np.shape(values) != X.shape:
        raise ValueError(f"{f!r} gives {np.shape(values)} values on a grid of {X.shape}; expected one for each point")
    return np.asarray(values, float)
