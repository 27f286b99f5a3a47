"""What an optimiser is: `start` holds the lines above the lecture's `while`, `step` the lines inside it."""
from __future__ import annotations

import numpy as np

__all__ = ["Hyperparameters", "Method", "NoProgress"]


class NoProgress(Exception):
    """A step found no better point; its text says why. The driver ends the run with it."""


class Hyperparameters:
    """A frozen dataclass of numbers that are checked when it is made."""

    def _check(self, **allowed):
        """ValueError for a hyperparameter outside its set (is inside, what was expected); NumPy's numbers become Python's,
        which keep float32 runs in float32 and print the same everywhere."""
        for name, (inside, expected) in allowed.items():
            value = getattr(self, name)
            if isinstance(value, np.generic):
                value = value.item()
                object.__setattr__(self, name, value)
            if isinstance(value, bool) or not (isinstance(value, (int, float)) and inside(value)):
                raise ValueError(f"{type(self).__name__}: {name}={value!r}; expected {expected}")


class Method(Hyperparameters):
    """A method: a frozen dataclass of hyperparameters, with no memory of its own.

    start(f, x) -> state and step(f, x, state) -> (x, state); state is a flat dict of arrays and numbers, and
    neither x nor state is ever updated in place. `needs` names the derivatives it asks of f.
    """

    needs = ("gradient",)

    @property
    def dense(self) -> bool:
        """Whether it keeps matrices (n, n)."""
        return bool({"hessian", "ggn"} & set(self.needs))

    def start(self, f, x):
        return {}

    def step(self, f, x, state):
        raise NotImplementedError

    def accepts(self, f, x, state):
        """Whether a run may end at x where the gradient test is met. Second-order methods look at H there."""
        return True


POSITIVE = (lambda v: 0 < v < np.inf, "a number above 0")
NOT_NEGATIVE = (lambda v: 0 <= v < np.inf, "a number of at least 0")
BELOW_ONE = (lambda v: 0 <= v < 1, "a number of at least 0 and below 1")
UNIT = (lambda v: 0 < v < 1, "a number between 0 and 1")
COUNT = (lambda v: v >= 1 and v % 1 == 0, "a whole number of at least 1")
WHOLE = (lambda v: v >= 0 and v % 1 == 0, "a whole number of at least 0")
