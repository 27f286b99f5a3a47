"""Trajectories of runs on a function of two variables, still or animated, on contours or on the surface."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from ..function import Array, SupportsValue, known_minima, supports
from . import landscape
from .animations import Film
from .appearance import Drawing, style, subplots
from .curves import HUGE
from .looks import Look, looks_of

__all__ = ["animate", "trajectory"]

FRAMES = 80
SQUARE = 2  # cells of the grid along the side of a tile of the surface; tiles are all alike, as 2 divides GRID − 1
FAR = 1e3  # times the size of the start, beyond which a path does not widen the frame
LONG = 300  # evaluations, beyond which their axis is logarithmic: it begins at the first one
LOWEST = 1e-13  # times the highest value above the lowest one, where a curve leaves the picture


@style
def trajectory(
    f: SupportsValue,
    results: Any,
    title: str = "",
    *,
    surface: bool = False,
    convergence: bool = True,
    arrows: bool = False,
    frame: ArrayLike | None = None,
    lowest: float | None = None,
) -> Drawing:
    """Draw the paths of runs over the contours of a function, or on its surface, and their convergence beside it.

    Parameters
    ----------
    f : problem, Function or object with `value`
        It may have `on_grid(X, Y)`, `bounds` and `minima`, as the functions of `minnet.problems`.
    results : Result, dict of them by name, or dict of lists of them
        What ``minimize(..., record=["x"])`` gives; lists are runs of one method from several starts.
    title : str
    surface : bool
        Whether to draw the surface in three dimensions in place of its contours.
    convergence : bool
        Whether to draw the values against the evaluations beside it.
    arrows : bool
        Whether to draw the direction of −∇f, from `f.gradient`.
    frame : ((x₁ from, x₁ to), (x₂ from, x₂ to)), optional
        By default `f.bounds`, or else what holds all paths.
    lowest : float, optional
        The value from which the convergence counts; by default the lowest that is known or was seen.

    Returns
    -------
    Drawing

    Raises
    ------
    ValueError
        If a result has no path of two variables, or f has no finite value in the frame.

    Examples
    --------
    >>> import numpy as np
    >>> from minnet import Function, minimize, plotting
    >>> from minnet.optim import GradientDescent, Method
    >>> class SignDescent(Method):                           # a method of one's own
    ...     def start(self, f, x):
    ...         return {"t": 0}
    ...     def step(self, f, x, state):
    ...         return x - 0.5 / (1 + state["t"]) * np.sign(f.gradient(x)), {"t": state["t"] + 1}
    >>> f = Function(lambda x: x[0]**2 + 3 * np.sin(x[1])**2,
    ...              lambda x: np.array([2 * x[0], 3 * np.sin(2 * x[1])]))      # a surface of one's own
    >>> runs = {name: minimize(f, [2.0, 1.0], method, max_iter=30, record=["x"])
    ...         for name, method in {"sign": SignDescent(), "gradient": GradientDescent(0.1)}.items()}
    >>> figure, film = plotting.trajectory(f, runs), plotting.animate(f, runs, frames=10)
    >>> len(figure.axes), len(plotting.frames(film))
    (2, 10)
    """
    scene = Scene(f, results, title, surface, convergence, arrows, frame, lowest)
    scene.show(scene.steps)
    return scene.fig


@style
def animate(
    f: SupportsValue,
    results: Any,
    title: str = "",
    *,
    frames: int = FRAMES,
    interval: int = 80,
    surface: bool = False,
    convergence: bool = True,
    arrows: bool = False,
    frame: ArrayLike | None = None,
    lowest: float | None = None,
) -> Film:
    """Animate what `trajectory` draws.

    Every frame shows all runs after the same number of steps. The numbers grow so that the beginning is seen step by
    step and a long run ends in time.

    Parameters
    ----------
    f, results, title, surface, convergence, arrows, frame, lowest
        As for `trajectory`.
    frames : int
        The most frames to draw.
    interval : int
        For how many milliseconds each frame is shown.

    Returns
    -------
    Film
        ``save_animation(frames(film), "film.gif")`` of `minnet.plotting` writes the same bytes every time.

    Raises
    ------
    ValueError
        As `trajectory`, and if frames is no whole number of at least 1.
    """
    scene = Scene(f, results, title, surface, convergence, arrows, frame, lowest)
    at = steps_of_frames(scene.steps, frames)
    return Film(
        scene.fig,
        style(lambda i: scene.show(int(at[i]))),
        frames=len(at),
        init_func=lambda: [],
        interval=interval,
        blit=False,
    )


def steps_of_frames(steps: int, frames: int) -> Array:
    """Return the steps that frames show, from 0 to `steps`.

    They are shown one by one while there are frames enough, and else at ever larger distances.

    Parameters
    ----------
    steps : int
        The last step.
    frames : int
        The most frames.

    Returns
    -------
    array of int, of at most `frames`

    Raises
    ------
    ValueError
        If frames is no whole number of at least 1.

    Examples
    --------
    >>> steps_of_frames(3, 10)
    array([0, 1, 2, 3])
    >>> steps_of_frames(100, 2)
    array([  0, 100])
    """
    if not isinstance(frames, (int, np.integer)) or frames < 1:
        raise ValueError(f"frames={frames!r}; expected a whole number of at least 1")
    if steps < frames:
        return np.arange(steps + 1)
    if frames == 1:
        return np.array([steps])
    first, last = 0.0, 20.0
    while last - first > 1e-9:  # the growth with which `frames` numbers end at `steps`
        growth = (first + last) / 2
        if np.expm1(growth) / max(np.expm1(growth / (frames - 1)), 1e-300) > steps:
            last = growth
        else:
            first = growth
    numbers = (
        np.rint(steps * np.expm1(first * np.linspace(0, 1, frames)) / np.expm1(first))
        if first > 1e-6
        else np.rint(np.linspace(0, steps, frames))
    )
    return np.unique(numbers.astype(int))


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
        f: SupportsValue,
        results: Any,
        title: str,
        surface: bool,
        convergence: bool,
        arrows: bool,
        frame: ArrayLike | None,
        lowest: float | None,
    ) -> None:
        lists = _lists(results)
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
            _frame(frame if frame is not None else getattr(f, "bounds", None)), starts, near
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
            self.ax.view_init(38, -60)
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


def _lists(results: Any) -> dict[str, list[Any]]:
    """{name: [result, …]} of what `trajectory` takes; ValueError where there is no path of two variables."""
    named = results if not hasattr(results, "history") else {"": results}
    if not isinstance(named, dict) or not named:
        raise ValueError(f"results={results!r}; expected a result of minimize, or {{name: result}}")
    lists = {}
    for name, entry in named.items():
        entries = [entry] if hasattr(entry, "history") else list(entry) if isinstance(entry, (list, tuple)) else []
        paths = [np.shape(getattr(result, "history", {}).get("x", ())) for result in entries]
        if not entries or not all(len(path) == 2 and path[0] > 0 and path[1] == 2 for path in paths):
            raise ValueError(
                f"the result of {name or 'the run'} has no path of two variables; expected minimize(f, x, …, "
                "record=['x']) for an f of two"
            )
        label = str(name).replace("$", r"\$")
        if label in lists:
            raise ValueError(f"results has the name {label} twice; expected different names")
        lists[label] = entries
    return lists


def _frame(frame: ArrayLike | None) -> Array | None:
    """A frame as an array (2, 2) of ends in order, or None."""
    if frame is None:
        return None
    try:
        ends = np.sort(np.asarray(frame, float), axis=1)
    except (TypeError, ValueError):
        ends = np.zeros(0)
    if (
        ends.shape != (2, 2)
        or not np.isfinite(ends).all()
        or not (abs(ends) < HUGE).all()
        or not (np.ptp(ends, axis=1) > 0).all()
    ):
        raise ValueError(f"frame={frame!r}; expected ((x₁ from, x₁ to), (x₂ from, x₂ to))")
    return ends


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
