"""Trajectories of runs on a function of two variables, still or animated, on contours or on the surface."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ..function import Array, SupportsValue
from .animations import Film
from .appearance import Drawing, style
from .scene import Scene

__all__ = ["animate", "trajectory"]

FRAMES = 80


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
