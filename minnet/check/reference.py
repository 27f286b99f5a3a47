"""The derivatives that a rule is compared with, each with an error interval and with what speaks against a
comparison."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from warnings import catch_warnings, simplefilter

import numpy as np

from ..differences import TINY, complex_step
from ..function import Array
from .claim import Claim
from .extrapolation import Ladder, Slope
from .rounding import SAFETY, SAMPLES, nudge

__all__ = ["Reference", "by_complex_step", "by_difference", "exact", "looks_analytic", "refine", "usual_step"]


@dataclass
class Reference:
    """Derivatives value ± error (m, k), and of differences what a `Slope` tells besides, (m, k) each."""

    value: Array
    error: Array
    kink: Array
    still: Array
    step: Array


def tolerant(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, nan where it raises: steps may leave the domain of a function that is defined at the point
    itself."""
    def value(x):
        try:
            return function(x)
        except (ArithmeticError, ValueError):
            return np.nan
    return value


def by_difference(claim: Claim, rng: np.random.Generator) -> tuple[Reference, Ladder]:
    """Extrapolated central differences in every direction."""
    size = claim.function(claim.x).shape
    function = lambda x: np.broadcast_to(tolerant(claim.function)(x), size)
    ladder = Ladder(function, claim.x, claim.unit, claim.directions, rng)
    slopes = [ladder.slope(v) for v in claim.directions]
    return Reference(*(np.stack(part, axis=1) for part in zip(*slopes))), ladder


def refine(reference: Reference, claim: Claim, ladder: Ladder, columns: Array) -> None:
    """Replace the columns by slopes from all steps."""
    for j in columns:
        slope = ladder.slope(claim.directions[j], thorough=True)
        for name, part in zip(Slope._fields, slope):
            getattr(reference, name)[:, j] = part


def by_complex_step(claim: Claim, x: Array, rng: np.random.Generator) -> Reference:
    """Complex steps in every direction. Their rounding is that of a random sum of the directions of each block,
    computed again for points, directions and steps that differ by some units in the last place."""
    unit = claim.unit
    value = np.stack([complex_slope(claim.function, x, v, unit) for v in claim.directions], axis=1)
    error = np.empty_like(value)
    for columns in claim.columns.values():
        signs = rng.choice([-1.0, 1.0], value[:, columns].shape[1])
        v = signs @ claim.directions[columns]
        again = [complex_slope(claim.function, nudge(x, unit, rng), v, unit, rng.uniform(1, 10))
                 for _ in range(SAMPLES)]
        underflow = np.finfo(x.dtype).tiny / usual_step(unit)
        spread = np.max([abs(d - value[:, columns] @ signs) for d in again], axis=0)
        error[:, columns] = SAFETY * (spread[:, None] + underflow)
    return exact(value, error)


def exact(value: Array, error: Array) -> Reference:
    """A reference that no difference was taken for."""
    nothing = np.zeros(value.shape)
    return Reference(value, error, nothing > 0, nothing > 0, nothing)


def complex_slope(function: Callable[..., Any], x: Array, v: Array, unit: float, stretch: float = 1.0) -> Array:
    """A complex step of `stretch` times the usual size; ValueError where the function takes none."""
    h = stretch * usual_step(unit)
    complexes = []

    def watched(z):
        complexes.append(np.asarray(function(z)))
        return complexes[-1]

    try:
        with np.errstate(all="ignore"), catch_warnings():
            simplefilter("error", np.exceptions.ComplexWarning)
            derivative = complex_step(watched, x, v, h)
    except (TypeError, ValueError, np.exceptions.ComplexWarning) as error:
        raise ValueError(
            f"complex step: the function takes no complex argument ({error}); use how='difference'"
        ) from error
    if complexes[-1].dtype.kind != "c":
        raise ValueError("complex step: the function returns real numbers for a complex argument; use how='difference'")
    return np.asarray(derivative, np.float64)


def usual_step(unit: float) -> float:
    """The complex step for a function of that rounding unit."""
    return TINY[np.dtype(np.float64 if unit == np.finfo(float).eps else np.float32)]


def looks_analytic(claim: Claim, x: Array, v: Array, rng: np.random.Generator) -> str:
    """Compare the complex step with a difference in the direction v: "yes", "no", "kink", or "unclear" where rounding
    drowns the difference. Components near a kink have no narrow interval; the others decide, if they are the most."""
    close, wide = (1e-6, 1e-3) if claim.unit == np.finfo(float).eps else (1e-4, 1e-2)
    unit, size = claim.unit, claim.function(claim.x).shape
    step = complex_slope(claim.function, x, v, unit)
    ladder = Ladder(lambda x: np.broadcast_to(tolerant(claim.function)(x), size), x, unit, v[None], rng)
    for thorough in (False, True):
        slope = ladder.slope(v, thorough)
        scale = max(np.max(abs(step)), np.max(abs(slope.value)))
        error = np.where((step == 0) & np.isinf(slope.error), 0, slope.error)
        narrow = error <= wide * scale
        apart = narrow & np.isfinite(slope.error) & (abs(slope.value - step) > error + close * scale)
        constant = (abs(step) <= error) & (abs(slope.value) <= error) & (error <= close * abs(ladder.base))
        if not apart.any() and (2 * np.sum(narrow) > len(step) or constant.all()):
            return "yes"
    return "no" if apart.any() else "kink" if slope.kink.any() else "unclear"
