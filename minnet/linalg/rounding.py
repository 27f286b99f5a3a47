"""Radii that are computed in floating point and rounded up.

With u = 2⁻⁵³, a rounded sum, product, quotient or root fl(x) satisfies |fl(x) − x| ≤ u |fl(x)|, up to underflow.
Whatever a radius is computed from is not negative, so that each of its k roundings takes away a factor of at most
1/(1 + u), besides what underflows, which is less than k 2⁻¹⁰⁷⁴ as long as what may have underflowed is not multiplied
afterwards. Hence the rule: *a product that becomes a factor is rounded up before.*
"""
from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np

__all__ = ["MOST_TERMS", "TINY", "UNIT", "silent", "terms", "up"]

UNIT = 2.0**-53
TINY = 2.0**-1000  # above all that underflows in 2⁷⁰ operations, and far enough from underflow to be fast
MOST_TERMS = 2**26


def silent(method: Callable[..., Any]) -> Callable[..., Any]:
    """Overflow and division by zero give balls of infinite radius; no warning is due."""

    @wraps(method)
    def wrapped(*args: Any, **options: Any) -> Any:
        with np.errstate(all="ignore"):
            return method(*args, **options)

    return wrapped


def up(radius: Any, roundings: int = 16) -> Any:
    """A bound of what `radius` is exactly, for a radius that was computed in at most `roundings` ≥ 3 of them in a row.

    The exact one is at most radius (1 + u)ᵏ + k 2⁻¹⁰⁷⁴; what is returned is at least
    (radius (1 + 2ku) (1 − u) + 2⁻¹⁰⁰⁰) (1 − u), which is more, as (1 + 2ku)(1 − u)² ≥ (1 + u)ᵏ for 3 ≤ k ≤ 2²⁷.
    """
    return radius * (1 + 2 * roundings * UNIT) + TINY


def terms(k: int) -> int:
    """k, where the bound (k + 2) u of the rounding of a sum of k terms is proved."""
    if k > MOST_TERMS:
        raise ValueError(f"a sum of {k} terms; expected at most {MOST_TERMS}, for which its bound is proved")
    return k
