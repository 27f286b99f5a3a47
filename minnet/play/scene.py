"""What the playground shows of a race, as arrays and words: all of its computing is here, and none in the drawing.

Glossary: the focus is the method whose head is looked at: there, all methods' next steps start.
"""
from __future__ import annotations

from time import perf_counter
from typing import Any, NamedTuple

import numpy as np

from ..function import Array
from ..plotting.landscape import corners_of
from .local_model import LocalModel, local_model, next_step, region
from .running import Race

__all__ = ["Backdrop", "Scene", "backdrop_of", "scene_of"]

COARSE, GRID = 15, 81     # points along a side of the backdrop, which is to take
PATIENCE = 0.5            # seconds at most, or those of the coarse one
LENGTH = 0.06             # of the eigenvectors, in units of the frame
LOWEST, HIGHEST = 1e-16, 1e8    # times its first value, where a curve leaves the picture
SHADES = 33
FAR = 1e3                 # frames, beyond which a path is not followed
NAMED = {"bowl": "a bowl, to whose bottom Newton's step goes", "dome": "a dome: Newton's step goes to its top",
         "saddle": "a saddle: Newton's step goes to its pass",
         "flat": "no curvature in one direction at least, where Newton has no step"}


class Backdrop(NamedTuple):
    """A surface on a grid, the corners of its picture, and shades: the share of the picture that lies lower."""

    X: Array
    Y: Array
    Z: Any
    shades: Any
    corners: Array
    minima: list[Array]

    def holds(self, x: Array) -> bool:
        """Whether a point lies in the picture."""
        return bool((self.corners[:, 0] <= x).all() and (x <= self.corners[:, 1]).all())


class Scene(NamedTuple):
    """One frame of a race.

    Attributes
    ----------
    start : array (2,)
    focus : str or None
    trails : dict of str to array (M, 2)
    heights, norms : dict of str to (costs, values)
        The value above the lowest known one and the gradient norm, against evaluations.
    models : dict of str to LocalModel
        At each head.
    axes : dict of str to list of (array (2, 2), str)
        The eigenvectors there as segments, each with the sign of its eigenvalue.
    steps : dict of str to array (2, 2)
        From the head of the focus to where each method would go.
    circle : array (M, 2)
        The trust region there; without points where there is none.
    table : list of rows
    words : str
        What the model is at the focus.
    """

    start: Array
    focus: str | None
    trails: dict[str, Array]
    heights: dict[str, tuple[Array, Array]]
    norms: dict[str, tuple[Array, Array]]
    models: dict[str, LocalModel]
    axes: dict[str, list[tuple[Array, str]]]
    steps: dict[str, Array]
    circle: Array
    table: list[tuple[str, ...]]
    words: str


def backdrop_of(f: Any, start: Array) -> Backdrop:
    """Return the values of f on a grid around its bounds and the start, a coarse one where a value takes long."""
    corners, began = corners_of(f.bounds, start[None]), perf_counter()
    f.value(start)
    grid = int(np.clip(np.sqrt(PATIENCE / (perf_counter() - began)), COARSE, GRID))
    X, Y = np.meshgrid(*(np.linspace(low, high, grid) for low, high in corners))
    Z = np.ma.masked_invalid(f.on_grid(X, Y))
    shares = np.linspace(0, 1, SHADES)
    shades = np.ma.array(np.interp(Z.filled(0.0), np.quantile(Z.compressed(), shares), shares), mask=Z.mask)
    return Backdrop(X, Y, Z, shades, corners, [x for x, _ in f.minima if x is not None])


def scene_of(race: Race, corners: Array, focus: str | None = None) -> Scene:
    """Return what there is to see of a race.

    Parameters
    ----------
    race : Race
    corners : array (2, 2)
        Of the picture.
    focus : str, optional
        The method that is looked at.

    Examples
    --------
    >>> from minnet.play import Settings
    >>> race = Settings("saddle", methods=("Newton",)).race()
    >>> scene = scene_of(race, np.array([[-2.0, 2.0], [-2.0, 2.0]]), "Newton")
    >>> [sign for _, sign in scene.axes["Newton"]], scene.words
    (['−', '+'], "Newton sees a saddle: Newton's step goes to its pass.")
    """
    low, high = corners.T
    size, lowest = high - low, race.lowest()
    trails, heights, norms, models, axes = {}, {}, {}, {}, {}
    for name, run in race.runs.items():
        trails[name] = np.clip(run.points, low - FAR * size, high + FAR * size)
        heights[name] = np.array(run.costs), _within(np.array(run.values) - lowest)
        norms[name] = np.array(run.costs), _within(np.array(run.norms))
        model = local_model(race.f, run.x)
        if model is not None and (abs(run.x - (low + high) / 2) < size).all():
            models[name], axes[name] = model, _axes(model, LENGTH * size.min())
    run = race.runs.get(focus) if focus else None
    steps, circle, words = {}, np.empty((0, 2)), ""
    if focus and run is not None and focus in models:
        for name, other in race.runs.items():
            there = next_step(race.f, run.x, other.method, run if name == focus else None)
            if there is not None:
                steps[name] = np.clip([run.x, there], low - FAR * size, high + FAR * size)
        radius = region(run)
        if radius is not None:
            t = np.linspace(0, 2 * np.pi, 65)
            circle = run.x + radius * np.stack([np.cos(t), np.sin(t)], axis=1)
        words = f"{focus[0].upper()}{focus[1:]} sees {NAMED[models[focus].kind]}."
    return Scene(race.start, focus, trails, heights, norms, models, axes, steps, circle, race.table(), words)


def _within(values):
    scale = values[0] if values[0] > 0 else 1.0
    return np.clip(values, LOWEST * scale, HIGHEST * scale)


def _axes(model, length):
    segments = []
    for lam, q in zip(model.eigenvalues, model.Q.T):
        sign = "0" if lam == 0 else "+" if lam > 0 else "−"
        segments.append((model.x + length * np.outer([-1, 1], q), sign))
    return segments
