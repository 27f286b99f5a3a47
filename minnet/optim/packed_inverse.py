"""The inverse Hessian of BFGS as packed triangles: `updates.bfgs_update` in O(n²) a step and half the memory.

Glossary: s, y, ρ as in `updates`; U, R symmetric (n, n) in the packed storage of `linalg.packed`, γ a number, H = γ U
+ R.
"""
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from ..function import Array
from ..linalg import packed
from .secant import secant_scale

__all__ = ["PackedInverse"]


class PackedInverse(NamedTuple):
    """H = γ U + R: the matrix that BFGS makes of γ I, where γ may still change.

    The update is linear in H and in ρ s sᵀ. So U is what the pairs make of I without the terms ρ s sᵀ, and R is the
    rest. With γ = `secant_scale` of the newest pair this H is that of L-BFGS with all pairs kept.

    Parameters
    ----------
    known : int
        The number of pairs; 0 for H = I.
    gamma : float
    U, R : array (n (n + 1)/2,)
        Without entries where no pair is known.

    Examples
    --------
    >>> s, y = np.array([1.0, 0.0]), np.array([2.0, 0.0])
    >>> PackedInverse.identity().updated(s, y).dense()
    array([[0.5, 0. ],
           [0. , 0.5]])
    """

    known: int
    gamma: float
    U: Array
    R: Array

    @classmethod
    def identity(cls, dtype: Any = float) -> PackedInverse:
        """I, before any pair is known."""
        return cls(0, 1.0, np.zeros(0, dtype), np.zeros(0, dtype))

    @classmethod
    def of(cls, state: Mapping[str, Any]) -> PackedInverse:
        """The matrix that a method's state keeps."""
        return cls(state["known"], state["gamma"], state["U"], state["R"])

    def state(self) -> dict[str, Any]:
        """What a method's state keeps."""
        return {"known": self.known, "gamma": self.gamma, "U": self.U, "R": self.R}

    def times(self, v: Array) -> Array:
        """Give H v."""
        return self.gamma * packed.times(self.U, v) + packed.times(self.R, v) if self.known else v

    def updated(self, s: Array, y: Array) -> PackedInverse:
        """Update by BFGS, and take γ from the pair; one without positive curvature changes nothing."""
        gamma = secant_scale(s, y)
        if not gamma:
            return self
        U, R = self.U, self.R
        if not self.known:
            U = packed.identity(len(s), s.dtype)
            R = np.zeros_like(U)
        U = packed.plus(U, s, change(packed.times(U, y), s, y, share=0.0))
        R = packed.plus(R, s, change(packed.times(R, y), s, y, share=1.0))
        return PackedInverse(self.known + 1, gamma, U, R)

    def dense(self) -> Array:
        """H (n, n)."""
        return self.gamma * packed.dense(self.U) + packed.dense(self.R)


def change(Hy: Array, s: Array, y: Array, share: float = 1.0) -> Array:
    """Give w of the update H + s wᵀ + w sᵀ of BFGS, with so much of the term ρ s sᵀ: with none, it is linear in H.

    (I − ρ s yᵀ) H (I − ρ y sᵀ) + ρ s sᵀ = H − ρ s (Hy)ᵀ − ρ (Hy) sᵀ + (ρ² yᵀHy + ρ) s sᵀ.
    """
    rho = 1 / s.dot(y)
    return (share * rho + rho**2 * y.dot(Hy)) / 2 * s - rho * Hy
