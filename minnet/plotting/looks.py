"""One look for each method wherever it appears: colour, line and marker."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from matplotlib import rcParams

from .appearance import MARKERS, style

__all__ = ["Look", "look_of", "looks_of"]

Look = dict[str, Any]
METHODS = (  # in the order of their looks: the colours of the style's cycle in turn, in each round with other lines
    "gradientdescent", "momentum", "nesterov", "adagrad", "rmsprop", "rmsprop+p", "adam",
    "cubicnewton", "newtoncg", "newton", "bfgs", "lbfgs", "nonlinearcg", "trustregion",
    "levenbergmarquardt", "dfp", "undampednewton", "saddlefreenewton", "sr1", "hessianfree", "eigenvectorlinesearch",
    "adadelta", "gaussnewton",
)
NUMBERS = {name: number for number, name in enumerate(METHODS)}
SHORT = {
    "gd": "gradientdescent", "steepestdescent": "gradientdescent", "gd+p": "momentum", "gd+np": "nesterov",
    "nesterovmomentum": "nesterov", "rmspropwithmomentum": "rmsprop+p", "rmsprop+momentum": "rmsprop+p",
    "conjugategradients": "nonlinearcg",
}


@style
def looks_of(names: Iterable[str]) -> dict[str, Look]:
    """Return a look for each name, as keywords for `Axes.plot`; a method has its own one, in every picture.

    Parameters
    ----------
    names : iterable of str
        Case, hyphens, spaces and what follows a comma do not matter: "L-BFGS, 20 pairs" is drawn as "lbfgs" is.

    Returns
    -------
    dict of str to dict

    Examples
    --------
    >>> looks_of(["mine", "Adam"])["Adam"] == looks_of(["newton", "Adam"])["Adam"]
    True
    """
    names, numbers = list(dict.fromkeys(names)), {}
    for name in names:
        number = NUMBERS.get(_method(name))
        if number is not None and number not in numbers.values():
            numbers[name] = number
    for name in (name for name in names if name not in numbers):
        numbers[name] = _free(numbers.values())
    return {name: _look(name, numbers[name]) for name in names}


def look_of(name: str) -> Look:
    """Return the colour and the line of a method, as keywords for `Axes.plot`.

    Examples
    --------
    >>> look_of("Newton")["color"]
    '#009E73'
    """
    look = looks_of([name])[name]
    return {"color": look["color"], "linestyle": look["linestyle"]}


def _method(name: str) -> str:
    word = re.sub(r"[^a-z0-9+]", "", str(name).partition(",")[0].lower())
    return SHORT.get(word, word)


def _free(taken: Iterable[int]) -> int:
    """The first number whose colour is free, or else the first that is."""
    colours, taken = len(rcParams["axes.prop_cycle"]), set(taken)
    free = [number for number in range(len(taken) + colours) if number not in taken]
    return next((number for number in free if number % colours not in {other % colours for other in taken}), free[0])


def _look(name: str, number: int) -> Look:
    cycle = list(rcParams["axes.prop_cycle"])
    shifted = number + number // len(cycle)
    color = cycle[number % len(cycle)]["color"]
    return {
        "label": name,
        "color": color if color.startswith("#") else f"#{color}",
        "markersize": 6,
        "linestyle": cycle[shifted % len(cycle)]["linestyle"],
        "marker": MARKERS[shifted % len(MARKERS)],
    }
