"""More of Newton's family: Gauss-Newton, Levenberg-Marquardt, saddle-free, modified Cholesky, cubic regularisation, lines along
eigenvectors, and truncated Newton by products.

Glossary: g gradient, H Hessian, G Gauss-Newton matrix, s step, α damping, λ, q eigenvalues and eigenvectors of H, ρ actual
over predicted reduction.
"""
from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.linalg import eigh
from scipy.linalg import eigh_tridiagonal, ldl, solve_triangular

from ..linalg.linear_cg import linear_cg
from .search.line_search import Exact, StrongWolfe
from .method import POSITIVE, Method, NoProgress
from .quasi_newton import searched
from ..linalg.factor import factor, lowest_curvature, newton_step, positive_definite
from .trust_region import gain, predicted_reduction

__all__ = ["CubicNewton", "EigenvectorLineSearch", "GaussNewton", "LevenbergMarquardt", "ModifiedCholesky", "NewtonCG",
           "SaddleFreeNewton"]

EPS = np.finfo(float).eps
LIMIT = "no step lowers the value: it is at the limit of rounding"


class _Reaching(Method):
    """A line search whose first trial t = 1 is made no longer than the `reach`, after the first step: twice the last step, or
    half the reach before it, whichever is longer. Far from a minimum Newton's step may be a hundred times too long."""

    def start(self, f, x):
        return {"reach": 0.0}

    def _searched(self, f, x, p, state):
        """(x + t p, state)."""
        reach, length = state["reach"], float(np.linalg.norm(p))
        new = searched(f, x, p, self.search, reach / length if 0 < reach < length else 1.0)
        return new, {"reach": max(2 * float(np.linalg.norm(new - x)), reach / 2)}


@dataclass(frozen=True)
class GaussNewton(_Reaching):
    """x ← x − t G⁻¹ g, t by a line search (Nocedal, Wright 2006, (10.23)).

    G is positive semidefinite for convex losses, so that the step goes down; where it is singular, the shift √ε ‖G‖ makes
    it definite. G has no negative eigenvalue to see, so that the method may end at a saddle.
    """

    search: object = StrongWolfe()

    needs = ("gradient", "ggn")

    def step(self, f, x, state):
        g, G = f.gradient(x), f.ggn(x)
        shift = np.sqrt(EPS) * np.linalg.norm(G)
        L = factor(G, 0.0)
        if L is None or np.diag(L).min() ** 2 <= shift:
            L = factor(G, shift or 1.0)
        if L is None:
            raise NoProgress("the Gauss-Newton matrix is not finite here")
        return self._searched(f, x, newton_step(L, g), state)


@dataclass(frozen=True)
class LevenbergMarquardt(Method):
    """x ← x − (G + αI)⁻¹ g, with α by the gain ρ (Levenberg 1944; Marquardt 1963; the rule of Nielsen 1999, (2.5)).

    damping: the first α, in units of max diag G. A step that gains makes α smaller, down to a third; one that
    does not is taken back, and α grows by 2, 4, 8, …
    """

    damping: float = 1e-3

    needs = ("gradient", "ggn")

    def __post_init__(self):
        self._check(damping=POSITIVE)

    def start(self, f, x):
        return {"damping": self.damping * max(float(np.diag(f.ggn(x)).max()), EPS), "growth": 2.0}

    def step(self, f, x, state):
        value, g, G = f.value(x), f.gradient(x), f.ggn(x)
        alpha, growth = state["damping"], state["growth"]
        while np.isfinite(alpha):
            L = factor(G, alpha)
            if L is not None:
                s = newton_step(L, g)
                ratio = gain(f, x, value, g, s, predicted_reduction(g, G, s))
                if ratio > 1e-4:
                    return x + s, {"damping": float(alpha * max(1 / 3, 1 - (2 * ratio - 1) ** 3)), "growth": 2.0}
            alpha, growth = alpha * growth, 2 * growth
        raise NoProgress(LIMIT)


class _Eigen(Method):
    """What methods that see the eigenvectors share: no end at a saddle, and a way out of it."""

    needs = ("gradient", "hessian")

    def accepts(self, f, x, state):
        """H has no negative eigenvalue beyond √ε of its size."""
        H = f.hessian(x)
        return positive_definite(H, np.sqrt(EPS) * max(np.linalg.norm(H), EPS))

    def _hessian(self, f, x):
        H = f.hessian(x)
        if not np.isfinite(H).all():
            raise NoProgress("the Hessian is not finite here")
        return H

    def _spectrum(self, f, x):
        return eigh(self._hessian(f, x))

    def _at_saddle(self, x, g, q, low, size):
        """Where g does not see the direction q, of curvature `low`, although f falls along it: a step along it, else None.

        size: the largest curvature.
        """
        far = 0.1 * max(1.0, np.linalg.norm(x))
        if low < -np.sqrt(EPS) * size and np.linalg.norm(g) < 1e-3 * -low * far:
            return far * (q if q @ g <= 0 else -q)
        return None


@dataclass(frozen=True)
class SaddleFreeNewton(_Reaching, _Eigen):
    """x ← x − t |H|⁻¹ g, |H| = Σ |λ| q qᵀ (Dauphin et al. 2014, (14)): a saddle repels along its negative directions.

    |λ| is at least `floor` times the largest, t by a line search. From a saddle itself, where g = 0, a step is
    taken along the lowest eigenvector.
    """

    floor: float = 1e-8
    search: object = StrongWolfe()

    def __post_init__(self):
        self._check(floor=POSITIVE)

    def step(self, f, x, state):
        g, (lam, Q) = f.gradient(x), self._spectrum(f, x)
        s = self._at_saddle(x, g, Q[:, 0], lam[0], abs(lam).max())
        if s is not None:
            return downhill(f, x, s), state
        size = np.maximum(abs(lam), self.floor * abs(lam).max() or 1.0)
        return self._searched(f, x, -Q @ (Q.T @ g / size), state)


@dataclass(frozen=True)
class ModifiedCholesky(_Reaching, _Eigen):
    """x ← x − t (H + E)⁻¹ g, H + E = L |D| Lᵀ from the factors H = L D Lᵀ, t by a line search (Cheng, Higham 1998).

    D has blocks of size one and two, and |D| their eigenvalues' absolute values, at least `floor` times the largest: E = 0
    where H is safely positive definite. From a saddle itself a step is taken along p with Lᵀp = v, v the eigenvector of D's
    lowest eigenvalue, for pᵀHp is negative there (Moré, Sorensen 1979).
    """

    floor: float = 1e-8
    search: object = StrongWolfe()

    def __post_init__(self):
        self._check(floor=POSITIVE)

    def step(self, f, x, state):
        g, H = f.gradient(x), self._hessian(f, x)
        solve, p = modified_cholesky(H, self.floor)
        s = self._at_saddle(x, g, p, p @ H @ p, np.linalg.norm(H))
        if s is not None:
            return downhill(f, x, s), state
        return self._searched(f, x, -solve(g), state)


def modified_cholesky(H, floor):
    """(solve, p): solve(b) = (L |D| Lᵀ)⁻¹ b for H = L D Lᵀ by the pivots of Bunch and Kaufman, and the unit vector p along which
    H is lowest as D has it."""
    L, D, order = ldl(H)
    L = L[order]
    lam, Q = eigh_tridiagonal(np.diag(D), np.diag(D, 1))
    size = np.maximum(abs(lam), floor * abs(lam).max() or 1.0)

    def back(z):
        x = np.empty_like(z)
        x[order] = solve_triangular(L.T, z, unit_diagonal=True, check_finite=False)
        return x

    def solve(b):
        y = solve_triangular(L, b[order], lower=True, unit_diagonal=True, check_finite=False)
        return back(Q @ (Q.T @ y / size))

    p = back(Q[:, 0].copy())
    return solve, p / np.linalg.norm(p)


@dataclass(frozen=True)
class CubicNewton(_Eigen):
    """x ← x + s, s the minimiser of gᵀs + ½ sᵀHs + ⅓ σ‖s‖³ (Nesterov, Polyak 2006; σ as in Cartis, Gould, Toint 2011, 2.1).

    s solves (H + αI) s = −g with α = σ‖s‖ ≥ −λ₁, found on the eigenvalues by bisection; in the hard case it is completed
    along the lowest eigenvector. So f is lowered whatever the signs of λ, and second-order points are reached.
    """

    sigma: float = 1.0

    def __post_init__(self):
        self._check(sigma=POSITIVE)

    def start(self, f, x):
        return {"sigma": self.sigma}

    def step(self, f, x, state):
        value, g, (lam, Q), sigma = f.value(x), f.gradient(x), self._spectrum(f, x), state["sigma"]
        while sigma < 1 / EPS**2:
            c = cubic_step(lam, Q.T @ g, sigma)
            s, length = Q @ c, np.linalg.norm(c)
            predicted = -(Q.T @ g @ c + c @ (lam * c) / 2 + sigma * length**3 / 3)
            ratio = gain(f, x, value, g, s, predicted)
            if ratio > 0.1:
                return x + s, {"sigma": max(sigma / 4, EPS) if ratio > 0.9 else sigma}
            sigma *= 3
        raise NoProgress(LIMIT)


def cubic_step(lam, c, sigma):
    """The minimiser (n,) of cᵀs + ½ Σ λ s² + ⅓ σ‖s‖³, λ ascending: s = −c/(λ + α) with ‖s‖ = α/σ, α ≥ max(0, −λ₁)."""
    low = max(0.0, -lam[0])
    length = lambda alpha: np.linalg.norm(c / (lam + alpha))
    tiny = max(low, 1.0) * EPS
    if length(low + tiny) < (low + tiny) / sigma:            # the hard case: the lowest eigenvector completes the length
        s = np.where(lam + low > tiny, -c / np.maximum(lam + low, tiny), 0.0)
        s[0] = -np.copysign(np.sqrt(max((low / sigma) ** 2 - s @ s, 0.0)), c[0])
        return s
    low, high = low + tiny, low + 1.0
    while length(high) > high / sigma:
        high *= 2
    for _ in range(200):
        alpha = (low + high) / 2
        low, high = (alpha, high) if length(alpha) > alpha / sigma else (low, alpha)
    return -c / (lam + high)


@dataclass(frozen=True)
class EigenvectorLineSearch(_Eigen):
    """A line search along each eigenvector of the Hessian in turn, from the highest eigenvalue: n steps on a quadratic.

    They are conjugate, qᵢᵀHqⱼ = 0, so that a step does not undo the ones before. H is looked at anew every n steps.
    """

    search: object = Exact()

    def start(self, f, x):
        return {"i": 0, "Q": np.zeros((len(x), 0), x.dtype)}

    def step(self, f, x, state):
        i, Q, n = state["i"], state["Q"], len(x)
        for _ in range(2 * n + 1):
            if i == 0:
                lam, Q = self._spectrum(f, x)
                s = self._at_saddle(x, f.gradient(x), Q[:, 0], lam[0], abs(lam).max())
                if s is not None:
                    return downhill(f, x, s), {"i": 0, "Q": Q}
            q, slope = Q[:, n - 1 - i], f.gradient(x) @ Q[:, n - 1 - i]
            i = (i + 1) % n
            if abs(slope) > EPS * np.linalg.norm(f.gradient(x)):
                try:
                    return searched(f, x, -np.copysign(1.0, slope) * q, self.search, abs(slope)), {"i": i, "Q": Q}
                except NoProgress:
                    continue
        raise NoProgress("no step along an eigenvector lowers the value: it is at the limit of rounding")


@dataclass(frozen=True)
class NewtonCG(_Reaching):
    """x ← x + t p, p from conjugate gradients on H p = −g until ‖r‖ ≤ min(½, √‖g‖) ‖g‖ (Nocedal, Wright 2006, algorithm 7.1).

    A direction d of negative curvature ends the inner iteration, and p goes on along it as far as the curvature |dᵀHd|
    would allow; the first trial is no longer than twice the longest of the last steps. From a saddle with g = 0 the step
    goes along the lowest eigenvector.
    """

    search: object = StrongWolfe()

    needs = ("gradient", "hvp")

    def step(self, f, x, state):
        g = f.gradient(x)
        size = np.linalg.norm(g)
        if size <= EPS * abs(f.value(x)):
            low, q = lowest_curvature(f, x)
            if low < 0:
                return downhill(f, x, 0.1 * max(1.0, np.linalg.norm(x)) * q), state
        p, _, negative = linear_cg(lambda v: f.hvp(x, v), -g, tol=min(0.5, np.sqrt(size)), keep=False)
        if negative is not None:
            d, curvature = negative
            p = p + (g @ d) / min(curvature, -EPS * (d @ d)) * d
        if not p @ g < 0:
            p = -g
        return self._searched(f, x, p, state)

    def accepts(self, f, x, state):
        """The lowest eigenvalue is not negative beyond √ε."""
        return lowest_curvature(f, x)[0] >= -np.sqrt(EPS)


def downhill(f, x, s):
    """x + s with s halved, or turned round, until f is lower, then doubled while it falls."""
    value = f.value(x)
    while np.linalg.norm(s) > EPS * (EPS + np.linalg.norm(x)):
        for step in (s, -s):
            if f.value(x + step) < value:
                while f.value(x + 2 * step) < f.value(x + step) and np.linalg.norm(step) < 1 / EPS:
                    step = 2 * step
                return x + step
        s = s / 2
    raise NoProgress(LIMIT)
