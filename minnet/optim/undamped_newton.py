"""The textbook's Newton step, for comparison.

Glossary: g gradient, H Hessian.
"""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..differences import hessian_from_gradients
from ..function import Array
from .method import POSITIVE, Method, NoProgress

__all__ = ["UndampedNewton"]


@dataclass(frozen=True)
class UndampedNewton(Method):
    """x ← x − H⁻¹ g, whatever H is.

    Quadratic near a minimum; elsewhere it goes to saddles and maxima as readily, and to no place in particular where H
    is nearly singular. A singular H ends the run. `Newton` mends all of this.

    Parameters
    ----------
    differences : float, optional
        The ε of central differences of gradients that stand for H, such as the 1e-8 of the notebook on second-order
        methods that this repeats; by default the exact Hessian.

    Examples
    --------
    >>> from minnet.problems import quadratic
    >>> f = quadratic([1.0, 4.0], rng=0, centre=[1.0, 2.0])
    >>> UndampedNewton().step(f, np.array([3.0, -2.0]), {})[0].round(12)
    array([1., 2.])
    """

    differences: float | None = None

    def __post_init__(self) -> None:
        if self.differences is not None:
            self._check(differences=POSITIVE)

    @property
    def dense(self) -> bool:
        return True

    @property
    def needs(self) -> tuple[str, ...]:
        return ("gradient", "hessian") if self.differences is None else ("gradient",)

    def step(self, f: Any, x: Array, state: Mapping[str, Any]) -> tuple[Array, dict[str, Any]]:
        g = f.gradient(x)
        H = f.hessian(x) if self.differences is None else hessian_from_gradients(f, x, self.differences)
        if not np.isfinite(H).all():
            raise NoProgress("the Hessian is not finite here")
        try:
            new = x - np.linalg.inv(H) @ g
        except np.linalg.LinAlgError:
            raise NoProgress("the Hessian is singular") from None
        if np.array_equal(new, x):
            raise NoProgress("the step does not move the point any more")
        return new, {}
