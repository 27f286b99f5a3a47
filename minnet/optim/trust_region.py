"""Trust regions: steps that go as far as the quadratic model is trusted.

Glossary: g gradient, H Hessian, s step, Δ radius, m(s) = gᵀs + ½ sᵀHs the model, ρ the gain, which is the actual over
the predicted reduction.
"""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any, Literal, NamedTuple, Protocol

import numpy as np

from ..function import Array, SupportsGradient, SupportsHvp
from ..linalg.factor import Lowest, lowest_eigenpair, shifted
from ..linalg.norm import frobenius, norm
from .method import POSITIVE, NoProgress
from .options import check_choice
from .rounding import EPS, LimitOfRounding, length_unit, shortest_step
from .second_order import SecondOrder
from .subproblem import DampedStep, exact_step, predicted_reduction, steihaug_step

__all__ = ["TrustRegion", "dense_model", "first_region", "gain", "next_radius", "trusted_step"]

ACCEPTED = 1e-4             # the least gain of a step that is taken
DAMPING = 0.1               # of the model's floor, in units of doubt · ‖g‖/Δ
LEAST_DOUBT = 0.01


@dataclass(frozen=True)
class TrustRegion(SecondOrder):
    """x ← x + s, s the minimiser of the quadratic model over ‖s‖ ≤ Δ.

    A step is taken where it lowers f by at least a ten-thousandth of what the model predicts, else Δ shrinks; Δ
    follows the gain. Negative curvature is followed to the boundary, also out of a saddle with g = 0. To the exact
    model's H is added 0.1 |1 − ρ| ‖g‖/Δ on the diagonal, ρ the gain of the last trial and the factor kept in [0.01,
    1], so that the step is short along directions with hardly any curvature until the model has proved right.

    Parameters
    ----------
    method : "exact" or "steihaug"
        How the model is minimised: by Cholesky factors of the full Hessian, or by products with it, to
        ‖Hs + g‖ ≤ min(½, √‖g‖) ‖g‖, for many parameters.
    radius : float
        The first Δ, in units of max(1, ‖x‖).

    References
    ----------
    A. R. Conn, N. I. M. Gould, P. L. Toint (2000), Trust-region methods, algorithm 6.1.1. J. Nocedal, S. J. Wright
    (2006), Numerical Optimization, algorithm 4.1.

    Examples
    --------
    >>> from minnet import minimize
    >>> from minnet.problems import saddle, rosenbrock
    >>> minimize(rosenbrock(), [-1.2, 1.0], TrustRegion("steihaug")).success
    True
    """

    method: Literal["exact", "steihaug"] = "exact"
    radius: float = 1.0

    def __post_init__(self) -> None:
        self._check(radius=POSITIVE)
        check_choice(self, "method", ("exact", "steihaug"))

    @property
    def needs(self) -> tuple[str, ...]:
        return ("gradient", "hessian") if self.method == "exact" else ("gradient", "hvp")

    def start(self, f: Any, x: Array) -> dict[str, Any]:
        return first_region(x, self.radius)

    def step(self, f: Any, x: Array, state: Mapping[str, Any]) -> tuple[Array, dict[str, Any]]:
        model = dense_model(f, x) if self.method == "exact" else product_model(f, x)
        trusted = trusted_step(f, x, model, state)
        return x + trusted.step.s, trusted.state


class Trusted(NamedTuple):
    """A step that gained, and the region after it."""

    step: DampedStep
    state: dict[str, Any]


class Model(Protocol):
    """A quadratic model at a point."""

    def minimise(self, radius: float, doubt: float) -> DampedStep: ...
    def reduction(self, s: Array) -> float: ...


def first_region(x: Array, radius: float) -> dict[str, Any]:
    """Give the state of a trust region at the start: Δ in units of max(1, ‖x‖)."""
    return {"radius": radius * length_unit(x), "damping": 0.0, "doubt": 1.0}


def trusted_step(f: SupportsGradient, x: Array, model: Model, region: Mapping[str, Any]) -> Trusted:
    """Minimise the model over smaller and smaller regions until a step gains.

    Raises
    ------
    NoProgress
        Where the region has shrunk to the rounding of x.
    """
    value, g, radius, doubt = f.value(x), f.gradient(x), region["radius"], region["doubt"]
    shortest = shortest_step(x, radius)
    while radius > shortest:
        step = model.minimise(radius, doubt)
        length = norm(step.s)
        ratio = gain(f, x, value, g, step.s, model.reduction(step.s))
        if ratio > ACCEPTED:
            doubt = float(min(max(abs(1 - ratio), LEAST_DOUBT), 1))
            radius = next_radius(radius, length, ratio)
            return Trusted(step, {"radius": radius, "damping": float(step.alpha), "doubt": doubt})
        radius, doubt = min(radius, length) / 4, 1.0
    raise LimitOfRounding()


def gain(f: SupportsGradient, x: Array, value: float, g: Array, s: Array, predicted: float) -> float:
    """Give ρ = (f(x) − f(x + s)) / predicted; where both drown in rounding, a smaller gradient is the gain."""
    trial = f.value(x + s)
    noise = 10 * EPS * abs(value)
    if predicted <= noise and trial <= value + noise:
        return float(norm(f.gradient(x + s)) < norm(g))
    return (value - trial) / predicted if isfinite(trial) and predicted > 0 else -np.inf


def next_radius(radius: float, length: float, ratio: float) -> float:
    """Give Δ after a step of that length and gain."""
    if ratio < 0.25:
        return length / 4
    return max(radius, 2 * length) if ratio > 0.75 else radius


def dense_model(f: Any, x: Array) -> DenseModel:
    """Make the model of the full Hessian at x: NoProgress where it is not finite."""
    g, H = f.gradient(x), f.hessian(x)
    if not isfinite(frobenius(H) + norm(g)):
        raise NoProgress("the gradient or the Hessian is not finite here")
    return DenseModel(g, H)


@dataclass(frozen=True)
class DenseModel:
    """The model of g (n,) and H (n, n), minimised exactly after some damping."""

    g: Array
    H: Array

    def minimise(self, radius: float, doubt: float) -> DampedStep:
        floor = DAMPING * doubt * norm(self.g) / radius
        s, alpha, L = exact_step(self.g, shifted(self.H, floor), radius)
        return DampedStep(s, floor + alpha, L)

    def reduction(self, s: Array) -> float:
        return predicted_reduction(self.g, self.H, s)


def product_model(f: SupportsHvp, x: Array) -> ProductModel | SaddleModel:
    """Make the model of products with the Hessian at x; where g vanishes, that of the lowest eigenvector."""
    g = f.gradient(x)
    if norm(g) <= EPS * abs(f.value(x)):
        low = lowest_eigenpair(lambda v: f.hvp(x, v), len(x))
        if low.is_negative:
            return SaddleModel(f, x, g, low)
    return ProductModel(f, x, g)


@dataclass(frozen=True)
class ProductModel:
    """The model of g (n,) and products v -> H v, minimised by `steihaug_step`."""

    f: SupportsHvp
    x: Array
    g: Array

    def product(self, v: Array) -> Array:
        return self.f.hvp(self.x, v)

    def minimise(self, radius: float, doubt: float) -> DampedStep:
        size = norm(self.g)
        return DampedStep(steihaug_step(self.product, self.g, radius, min(0.5, np.sqrt(size)) * size), 0.0, None)

    def reduction(self, s: Array) -> float:
        return float(-(self.g @ s + s @ self.product(s) / 2))


@dataclass(frozen=True)
class SaddleModel(ProductModel):
    """The same where g vanishes and an eigenvalue is negative: along its eigenvector to the boundary."""

    low: Lowest

    def minimise(self, radius: float, doubt: float) -> DampedStep:
        q = self.low.vector
        return DampedStep(radius * (q if q @ self.g <= 0 else -q), 0.0, None)
