"""Mixed precision: most of a run in float32, at half the cost, and its end in float64."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.linalg import norm

from ..function import Array
from .method import NoProgress
from .wrapper import Wrapper

__all__ = ["MixedPrecision"]

UNIT = 2.0**-24     # the largest relative error of a float32
SAFE = 10.0         # how many times its rounding error a quantity must be, to be trusted


@dataclass(frozen=True)
class MixedPrecision(Wrapper):
    """Run a method in float32 until it drowns in rounding, then in float64 from the same point and state.

    It has drowned where a step finds no better point or is shorter than 10 u ‖x‖, u = 2⁻²⁴, or where the gradient is
    no larger than 10 times its error, ‖∇f − ∇f₆₄‖, measured once: when a step first changes f by no more than u |f|.
    `minimize` makes its gradient test in float64 in any case. For an Objective, or any f that computes in the
    precision of x: others gain nothing.

    Parameters
    ----------
    method : Method

    Examples
    --------
    >>> from minnet import minimize
    >>> from minnet.optim import LBFGS
    >>> from minnet.problems import rosenbrock
    >>> result = minimize(rosenbrock(), [-1.2, 1.0], MixedPrecision(LBFGS()), gtol=1e-10)
    >>> result.success, result.x.dtype
    (True, dtype('float64'))
    """

    def start(self, f: Any, x: Array) -> Mapping[str, Any]:
        single = x.astype(np.float32)
        double = not np.isfinite(f.value(single))
        return {**self.method.start(f, x if double else single), "double": double, "error": 0.0}

    def step(self, f: Any, x: Array, state: Mapping[str, Any]) -> tuple[Array, Mapping[str, Any]]:
        if not state["double"]:
            single = x.astype(np.float32, copy=False)
            try:
                new, inner = self.method.step(f, single, state)
                error = state["error"] or self._error(f, single, new)
                if norm(new - single) > SAFE * UNIT * norm(single) and norm(f.gradient(new)) > SAFE * error:
                    return new, {**inner, "double": False, "error": error}
            except NoProgress:
                pass
        new, inner = self.method.step(f, _double(x), {name: _double(entry) for name, entry in state.items()})
        return new, {**inner, "double": True, "error": state["error"]}

    @staticmethod
    def _error(f, x, new):
        """The rounding error of the gradient in float32, or 0 while values still tell the points apart."""
        if abs(f.value(new) - f.value(x)) > UNIT * abs(f.value(x)):
            return 0.0
        return float(norm(f.gradient(new) - f.gradient(_double(new))))

    def accepts(self, f: Any, x: Array, state: Mapping[str, Any]) -> bool:
        return self.method.accepts(f, _double(x), state)


def _double(entry):
    """An array or number of float32 in float64, anything else as it is."""
    return entry.astype(np.float64) if getattr(entry, "dtype", None) == np.float32 else entry
