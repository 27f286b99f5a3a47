"""What an optimiser is: `start` holds the lines above an algorithm's loop, `step` the lines inside it."""
from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from ..function import Array

__all__ = ["Hyperparameters", "Method", "NoProgress"]

Allowed = tuple[Callable[[Any], bool], str]     # (whether a number is inside, what was expected)


class NoProgress(Exception):
    """A step found no better point; its text says why. The driver ends the run with it."""


class Hyperparameters:
    """A frozen dataclass of numbers that are checked when it is made."""

    def _check(self, **allowed: Allowed) -> None:
        """ValueError for a hyperparameter outside its set (is inside, what was expected); NumPy's numbers become
        Python's, which keep float32 runs in float32 and print the same everywhere."""
        for name, (inside, expected) in allowed.items():
            value = getattr(self, name)
            if isinstance(value, np.generic):
                value = value.item()
                object.__setattr__(self, name, value)
            if isinstance(value, bool) or not (isinstance(value, (int, float)) and inside(value)):
                raise ValueError(f"{type(self).__name__}: {name}={value!r}; expected {expected}")


class Method(Hyperparameters):
    """A method: a frozen dataclass of hyperparameters, with no memory of its own.

    start(f, x) -> state and step(f, x, state) -> (x, state); state is a flat dict of arrays and numbers, and neither
    x nor state is ever updated in place. A method runs on any function that supports what it needs, alone or in the
    loop of `minnet.optim.iterate`, which remembers what was computed at the last points and counts it.

    Attributes
    ----------
    needs : tuple of str
        What it asks of f, by the names of the protocols in `minnet.function`.
    dense : bool
        Whether it keeps matrices (n, n).

    Examples
    --------
    >>> from dataclasses import dataclass
    >>> from minnet import Function
    >>> @dataclass(frozen=True)
    ... class Halving(Method):
    ...     def step(self, f, x, state):
    ...         return x / 2, state
    >>> f = Function(lambda x: x @ x, lambda x: 2 * x)
    >>> Halving().step(f, np.array([4.0]), {})
    (array([2.]), {})
    """

    needs: tuple[str, ...] = ("gradient",)

    @property
    def dense(self) -> bool:
        """Whether it keeps matrices (n, n)."""
        return bool({"hessian", "ggn"} & set(self.needs))

    def start(self, f: Any, x: Array) -> Mapping[str, Any]:
        """The state before the first step."""
        return {}

    def step(self, f: Any, x: Array, state: Mapping[str, Any]) -> tuple[Array, Mapping[str, Any]]:
        """(the next point, the state after the step): `NoProgress` where there is no better one."""
        raise NotImplementedError

    def accepts(self, f: Any, x: Array, state: Mapping[str, Any]) -> bool:
        """Whether a run may end at x where the gradient test is met. Second-order methods look at H there."""
        return True


POSITIVE: Allowed = (lambda v: 0 < v < np.inf, "a number above 0")
NOT_NEGATIVE: Allowed = (lambda v: 0 <= v < np.inf, "a number of at least 0")
BELOW_ONE: Allowed = (lambda v: 0 <= v < 1, "a number of at least 0 and below 1")
UNIT: Allowed = (lambda v: 0 < v < 1, "a number between 0 and 1")
COUNT: Allowed = (lambda v: v >= 1 and v % 1 == 0, "a whole number of at least 1")
WHOLE: Allowed = (lambda v: v >= 0 and v % 1 == 0, "a whole number of at least 0")
