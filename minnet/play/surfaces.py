"""The surfaces of the playground, and one's own."""
from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from .. import problems
from ..differences import hessian_from_gradients
from ..function import Array, known_minima, supports
from ..own_function import Function
from ..problems import Problem, Quadratic
from ..python_file import names_in

__all__ = ["SURFACES", "surface", "tilted"]

TILT = np.pi / 6
SHARES = 0.3, 0.5, 0.7     # of the square, where a start is looked for
STEP = 1e-4     # of the differences that stand for derivatives one's own function lacks


def tilted(kappa: float = 10.0) -> Quadratic:
    """Return a quadratic bowl with the eigenvalues 1 and κ, turned by 30 degrees.

    Parameters
    ----------
    kappa : float
        κ, at least 1: the ratio of its eigenvalues.

    Examples
    --------
    >>> tilted(100.0).eigenvalues
    array([  1., 100.])
    """
    if not 1 <= kappa < np.inf:
        raise ValueError(f"kappa={kappa!r}; expected a number of at least 1")
    c, s = np.cos(TILT), np.sin(TILT)
    return Quadratic(np.array([1.0, float(kappa)]), np.array([[c, -s], [s, c]]), np.zeros(2),
                     name="tilted quadratic", starts=[(1.5, 1.0)])


SURFACES: dict[str, tuple[str, Callable[[float], Problem]]] = {   # by name: as Python writes it, and how it is made
    "Beale": ("problems.beale()", lambda kappa: problems.beale()),
    "second surface": ("problems.lecture_surface()", lambda kappa: problems.lecture_surface()),
    "Rosenbrock": ("problems.rosenbrock()", lambda kappa: problems.rosenbrock()),
    "Himmelblau": ("problems.himmelblau()", lambda kappa: problems.himmelblau()),
    "saddle": ("problems.saddle()", lambda kappa: problems.saddle()),
    "monkey saddle": ("problems.monkey_saddle()", lambda kappa: problems.monkey_saddle()),
    "tilted quadratic": ("surface('tilted quadratic', kappa={kappa!r})", tilted),
}


def surface(name: str, kappa: float = 10.0) -> Problem:
    """Return a surface by its name, or a function of one's own.

    Parameters
    ----------
    name : str
        One of `SURFACES`, or "FILE.py:name" of a function of two variables: a `Function` or problem, or a plain
        Python function of x (2,), whose derivatives are then taken by differences.
    kappa : float
        Of the tilted quadratic.

    Raises
    ------
    ValueError
        If there is no such surface, file or function, or the function is not one of two variables.

    Examples
    --------
    >>> surface("Beale")
    <LeastSquares Beale: n=2, m=3>
    """
    if name in SURFACES:
        return SURFACES[name][1](kappa)
    path, colon, rule = name.rpartition(":")
    if not colon or not path.endswith(".py"):
        raise ValueError(f"surface {name!r}; expected one of {', '.join(SURFACES)}, or FILE.py:name")
    return _own(Path(path), rule)


def _own(path, rule):
    """The function called `rule` in a file, as a problem; its bounds are the square from −2 to 2 where it has none."""
    try:
        found = names_in(path)
    except ValueError as error:
        raise ValueError(f"surface {path}:{rule}: {error}") from error
    f: Any = found.get(rule)
    if not (supports(f, "value") or callable(f)):
        names = [key for key, value in found.items() if callable(value) and not key.startswith("_")]
        raise ValueError(f"surface {path}:{rule}: no function {rule!r}; the file has {', '.join(names) or 'none'}")
    f = f if supports(f, "value") else Function(_outside_nan(f), n=2, name=rule)
    bounds = getattr(f, "bounds", None) or ((-2.0, 2.0), (-2.0, 2.0))
    gradient = f.gradient if supports(f, "gradient") else _differences(f.value)
    H = f.hessian if supports(f, "hessian") else _hessian(gradient)
    try:
        starts: Any = getattr(f, "starts", None) or _inside(f.value, bounds)
        H(np.array(starts[0], float))
    except (Exception, SystemExit) as error:
        raise ValueError(f"surface {path}:{rule}: not a function of x (2,): {_said(error)}") from error
    return Problem(f.value, gradient, H, n=2, name=rule, starts=starts, minima=known_minima(f),
                   saddles=getattr(f, "saddles", ()), bounds=bounds)


def _said(error: BaseException) -> str:
    """What an error says, in one line."""
    return " ".join(f"{type(error).__name__}: {error}".removeprefix("ValueError: ").split())


def _inside(value: Callable[[Array], float], bounds: Any) -> list[Array]:
    """A start where the value is finite: the first of a few points within the bounds."""
    (left, right), (low, high) = bounds
    points = [np.array([left + i * (right - left), low + j * (high - low)]) for i in SHARES for j in SHARES[::-1]]
    for x in points:
        if np.isfinite(value(x)):
            return [x.round(6)]
    raise ValueError(f"its value is finite at none of {len(points)} points between {points[0]} and {points[-1]}")


def _outside_nan(f: Callable[[Array], Any]) -> Callable[[Array], Any]:
    """f, and nan where it fails, as the logarithm of a negative number does."""
    def value(x):
        try:
            return f(x)
        except (ArithmeticError, ValueError):
            return np.nan
    return value


def _differences(value) -> Callable[[Array], Array]:
    """Central differences of values of order four, which are exact for cubics."""
    def gradient(x):
        x = np.asarray(x, float)
        h = STEP * max(1.0, float(abs(x).max()))
        at = lambda i, t: value(x + t * h * np.eye(len(x))[i])
        return np.array([(8 * (at(i, 1) - at(i, -1)) - at(i, 2) + at(i, -2)) / (12 * h) for i in range(len(x))])
    return gradient


def _hessian(gradient) -> Callable[[Array], Array]:
    """Central differences of gradients, symmetric."""
    def hessian(x):
        x = np.asarray(x, float)
        H = hessian_from_gradients(Function(lambda x: 0.0, gradient), x, STEP * max(1.0, float(abs(x).max())))
        return (H + H.T) / 2
    return hessian
