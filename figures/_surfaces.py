"""The two surfaces of the UCLA lecture on optimisation, its seven methods, and when a run has arrived.

Every method here acts on each coordinate alone. So one run on Σᵢ f(xᵢ), the function of many `copies`, is a run of f
from each of many starts, and what holds in general is judged in the time of a few runs.
"""
from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from minnet import Function, minimize, problems
from minnet.optim import Adagrad, Adam, GradientDescent, Momentum, Nesterov, RMSProp
from minnet.optim.method import Method

Surface = Literal["1", "2"]
Floats = NDArray[np.float64]

STEPS, GTOL, NEAR = 10_000, 1e-6, 0.05      # near: the distance from a minimum at which a run has arrived, for good
STAY = 100                                  # for how many steps it has to stay there, if its steps do not end before
FAR = 1e6                                   # a copy that has gone so far is over: it has no gradient any more
SURFACES = {"1": problems.beale(), "2": problems.lecture_surface()}
STARTS = {"1": [(2.0, -2.0), (-3.0, 3.0)], "2": [(2.9, 1.5)]}
BEALE = np.array(SURFACES["1"].minima[0][0])
LOWEST, LOCAL = (np.array(x) for x, _ in SURFACES["2"].minima)
NAMES = {"gd": "gradient descent", "gd+p": "momentum", "gd+np": "Nesterov momentum", "adagrad": "Adagrad",
         "rmsprop": "RMSProp", "rmsprop+p": "RMSProp with momentum", "adam": "Adam"}
LEGEND = NAMES | {"gd+np": "Nesterov", "rmsprop+p": "RMSProp + momentum"}
DESCENDING = ("gd", "gd+p", "gd+np")         # the methods with one scale for all coordinates
MAKE: dict[str, Callable[[float], Method]] = {
    "gd": GradientDescent, "gd+p": Momentum, "gd+np": Nesterov, "adagrad": Adagrad, "rmsprop": RMSProp,
    "rmsprop+p": lambda lr: RMSProp(lr, momentum=0.9), "adam": lambda lr: Adam(lr, beta2=0.99)}
RATES = {"1": {"gd": 1e-5, "gd+p": 1e-5, "gd+np": 1e-5, "adagrad": 0.5, "rmsprop": 0.01, "rmsprop+p": 0.01,
               "adam": 0.01},
         "2": {"gd": 0.01, "gd+p": 0.01, "gd+np": 0.01, "adagrad": 0.1, "rmsprop": 0.01, "rmsprop+p": 0.01,
               "adam": 0.01}}
METHODS = {surface: {name: MAKE[name](lr) for name, lr in rates.items()} for surface, rates in RATES.items()}
RANGES = {"1": {"gd": (1e-5, 1e-1), "gd+p": (1e-5, 1e-1), "gd+np": (1e-5, 1e-1), "adagrad": (1e-2, 1e1),
                "rmsprop": (1e-3, 1e0), "rmsprop+p": (1e-4, 1e0), "adam": (1e-3, 1e1)},
          "2": {"gd": (1e-3, 1e0), "gd+p": (1e-3, 1e0), "gd+np": (1e-3, 1e0), "adagrad": (1e-2, 1e1),
                "rmsprop": (1e-3, 1e0), "rmsprop+p": (1e-4, 1e0), "adam": (1e-3, 1e1)}}


def rates_of(surface: Surface, name: str, a_decade: int) -> Floats:
    """Learning rates for the method of that name, so many a decade, over all decades at which it arrives."""
    low, high = np.log10(RANGES[surface][name])
    return np.logspace(low, high, int(round((high - low) * a_decade)) + 1)


def grid(side: int) -> Floats:
    """side² starts (k, 2) over the frame of the second surface."""
    axes = [np.linspace(*ends, side) for ends in SURFACES["2"].bounds]
    return np.stack(np.meshgrid(*axes), axis=-1).reshape(-1, 2)


def arrival(path: ArrayLike, minimum: ArrayLike, steps: int = STEPS) -> float:
    """The number of steps after which a path (M, 2) stays near the minimum, inf if it never does.

    A run that took all of its `steps` and is near at the end only by chance has not arrived.
    """
    away = np.flatnonzero(np.linalg.norm(np.asarray(path) - minimum, axis=1) > NEAR)
    first = away[-1] + 1 if len(away) else 0
    return float(first) if first <= _latest(len(path) - 1, steps) else np.inf


def _latest(taken: int, steps: int) -> int:
    """The last step at which a run can have arrived that took so many of its steps."""
    return taken + 1 - STAY if taken == steps else taken


def copies(surface: Surface, count: int) -> Function:
    """Σᵢ f(xᵢ) over so many points, in one vector (2 · count,)."""
    each = {"1": _beale, "2": _hollows}[surface]

    def parts(x):
        points = x.reshape(count, 2)
        here = (abs(points) < FAR).all(axis=1)
        values, gradients = each(np.where(here[:, None], points, 0.0))
        return np.where(here, values, 0.0), np.where(here[:, None], gradients, 0.0)

    return Function(lambda x: parts(x)[0].sum(), lambda x: parts(x)[1].ravel(), n=2 * count)


def arrivals(surface: Surface, starts: Sequence[Any] | Floats, method: Method, minima: Sequence[ArrayLike],
             near: ArrayLike = NEAR, steps: int = STEPS) -> Floats:
    """Steps after which the run stays near, for each minimum and start (len(minima), len(starts)); inf where never.

    near is one distance, or one for each entry of minima.
    """
    starts, minima = np.asarray(starts, float), np.asarray(minima, float)
    near = np.broadcast_to(np.asarray(near, float), len(minima))[:, None]
    first, step = np.zeros((len(minima), len(starts))), [0]

    def look(run):
        away = np.linalg.norm(run.x.reshape(-1, 2) - minima[:, None], axis=-1) > near
        step[0] += 1
        first[away] = step[0]

    run = minimize(copies(surface, len(starts)), starts.ravel(), method, max_iter=steps, gtol=GTOL, callback=look)
    first[first > _latest(run.nit, steps)] = np.inf
    return first


@cache
def over_starts(name: str, side: int) -> Floats:
    """Steps to the lowest and the local minimum of surface 2 (2, side²) from a grid of starts; inf where never."""
    return arrivals("2", grid(side), METHODS["2"][name], [LOWEST, LOCAL], steps=3000)


def _beale(x):
    (a, b), y = x.T, np.array([1.5, 2.25, 2.625])
    powers = np.stack([b, b**2, b**3])
    r = y[:, None] - a * (1 - powers)
    slope = np.stack([np.ones_like(b), 2 * b, 3 * b**2])
    return (r**2).sum(axis=0), np.stack([2 * (r * (powers - 1)).sum(axis=0), 2 * a * (r * slope).sum(axis=0)], axis=1)


def _hollows(x):
    c = np.array([[0.4, -1.1], [1.7, -1.2], [0.2, 2.1]])
    s, A = np.array([[0.6, 0.9], [0.6, 1.1], [1.1, 1.0]]), np.array([2.6, 1.9, 1.9])
    z = (x[:, None] - c) / s
    e = A * np.exp(-(z * z).sum(axis=-1) / 2)
    return 0.05 * (x * x).sum(axis=1) - e.sum(axis=1), 0.1 * x + (e[:, :, None] * z / s).sum(axis=1)
