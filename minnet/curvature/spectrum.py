"""Estimators of a symmetric operator's spectrum from products alone, each with its standard error.

Glossary: A (n, n) symmetric, anything with shape and `@`; z a probe of random signs, E[z zᵀ] = I; T the tridiagonal
matrix of Lanczos's method, T = Vᵀ A V, with eigenvalues θ (Ritz values) and eigenvectors u. `probes` and `steps` are
the budget: a product each, and probes × steps for the density. rng is a seed or a Generator.
"""
from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import eigh_tridiagonal, qr

__all__ = ["Density", "Estimate", "Lanczos", "density", "diagonal", "lanczos", "trace"]


@dataclass(frozen=True)
class Estimate:
    """An estimate, its standard error (0 where it is exact), and the products with A that it took."""

    value: object
    standard_error: object
    products: int

    def __str__(self):
        return f"{self.value:.6g} ± {self.standard_error:.2g}" if np.ndim(self.value) == 0 else repr(self)


@dataclass(frozen=True)
class Lanczos:
    """Ritz values, ascending, with vectors (n, k), and for each a bound: some eigenvalue lies that near to it."""

    values: np.ndarray
    vectors: np.ndarray
    bounds: np.ndarray
    products: int


@dataclass(frozen=True)
class Density:
    """The spectral density on a grid, ∫ = 1, with its standard error at each point; width is the smoothing's."""

    grid: np.ndarray
    values: np.ndarray
    standard_error: np.ndarray
    width: float
    products: int


def lanczos(A, steps=50, rng=None):
    """Ritz values and vectors of A from `steps` products, with full reorthogonalisation: a `Lanczos`.

    bounds are |β_k u_k|, the norms of the residuals A y − θ y (Parlett 1980, section 13.2): both ends of the spectrum
    are found first. A start in an invariant subspace ends the recurrence early, with bounds 0.

    >>> found = lanczos(np.diag([1.0, 2.0, 5.0]), steps=3, rng=0)
    >>> found.values.round(10)
    array([1., 2., 5.])
    """
    n = _size(A)
    v = np.random.default_rng(rng).standard_normal(n)
    alphas, betas, V = _tridiagonal(A, v, min(_count("steps", steps), n))
    theta, U = eigh_tridiagonal(alphas, betas[:-1])
    return Lanczos(theta, V @ U, abs(betas[-1] * U[-1]), len(alphas))


def trace(A, probes=100, method="hutch++", rng=None):
    """tr A: "hutchinson" mean zᵀAz over the probes (1990); "hutch++" (Meyer et al. 2021, algorithm 1), which takes the
    part in the range of A exactly and estimates the rest; "exact" from n products. An `Estimate`.

    >>> print(trace(np.diag([1.0, 2.0, 5.0]), method="exact"))
    8 ± 0
    """
    n, probes = _size(A), _count("probes", probes)
    if method == "exact":
        return Estimate(float(sum(A @ unit @ unit for unit in np.eye(n))), 0.0, n)
    if method == "hutchinson":
        Z = _signs(n, probes, rng)
        return _mean((Z * (A @ Z)).sum(0), probes)
    if method != "hutch++":
        raise ValueError(f"method={method!r}; expected 'hutchinson', 'hutch++' or 'exact'")
    third = probes // 3
    if third < 2:
        raise ValueError(f"probes={probes}; expected at least 6 for hutch++")
    Z = _signs(n, min(third, n) + third, rng)
    Q, _ = qr(A @ Z[:, :-third], mode="economic")
    G = Z[:, -third:] - Q @ (Q.T @ Z[:, -third:])
    rest = _mean((G * (A @ G)).sum(0), 0)
    return Estimate(float(np.sum(Q * (A @ Q))) + rest.value, rest.standard_error, 2 * min(third, n) + third)


def diagonal(A, probes=100, rng=None):
    """diag A: the mean of z ⊙ Az over the probes (Bekas, Kokiopoulou, Saad 2007): an `Estimate` of vectors (n,)."""
    Z = _signs(_size(A), _count("probes", probes, 2), rng)
    samples = Z * (A @ Z)
    return Estimate(samples.mean(1), samples.std(1, ddof=1) / np.sqrt(probes), probes)


def density(A, probes=10, steps=80, method="lanczos", grid=400, width=None, rng=None):
    """The density of eigenvalues (1/n) Σ δ(λ − λ_i), smoothed: a `Density`.

    "lanczos": stochastic Lanczos quadrature (Ubaru, Chen, Saad 2017), Σ u_1² g(λ − θ) for each probe, g a Gaussian of
    standard deviation `width` (default: 1 % of the spectrum's length). "kpm": the kernel polynomial method with `steps`
    Chebyshev moments and Jackson's kernel (Weiße et al. 2006, (71)), whose width is π/steps of half the length.
    """
    n, rng = _size(A), np.random.default_rng(rng)
    probes, steps = _count("probes", probes, 2), _count("steps", steps)
    if method not in ("lanczos", "kpm"):
        raise ValueError(f"method={method!r}; expected 'lanczos' or 'kpm'")
    runs = [_tridiagonal(A, z, min(steps, n))[:2] for z in _signs(n, probes if method == "lanczos" else 1, rng).T]
    quadratures = [eigh_tridiagonal(alphas, betas[:-1]) for alphas, betas in runs]
    reach = max(betas[-1] for _, betas in runs)
    low, high = min(t[0] for t, _ in quadratures) - reach, max(t[-1] for t, _ in quadratures) + reach
    length = (high - low) or max(abs(high), 1.0)
    products = sum(len(alphas) for alphas, _ in runs)
    if method == "lanczos":
        width = 0.01 * length if width is None else width
        x = np.linspace(low - 4 * width, high + 4 * width, grid)
        gauss = lambda t: np.exp(-((x[:, None] - t) ** 2) / (2 * width**2)) / (width * np.sqrt(2 * np.pi))
        samples = np.array([gauss(t) @ U[0] ** 2 for t, U in quadratures])
    else:
        centre, half = (low + high) / 2, 0.51 * length
        x = centre + half * np.cos(np.pi * (np.arange(grid) + 0.5) / grid)[::-1]
        moments = _chebyshev_moments(A, _signs(n, probes, rng), centre, half, steps)
        samples = _jackson_series((x - centre) / half, moments) / half
        width, products = np.pi * half / steps, products + probes * (steps - 1)
    return Density(x, samples.mean(0), samples.std(0, ddof=1) / np.sqrt(probes), width, products)


def _tridiagonal(A, v, steps):
    """α (k,), β (k,) and V (n, k) of A V = V T + β_k v_{k+1} e_kᵀ from v; β_k = 0 where the subspace is invariant."""
    alphas, betas, V = [], [], np.empty((steps, len(v)))
    v = v / np.linalg.norm(v)
    for k in range(steps):
        V[k] = v
        w = A @ v
        alphas.append(float(v @ w))
        for _ in range(2):                       # twice is enough (Parlett 1980, section 6.9)
            w = w - V[:k + 1].T @ (V[:k + 1] @ w)
        beta = float(np.linalg.norm(w))
        scale = max(map(abs, alphas + betas), default=0.0)
        betas.append(beta if beta > len(v) * np.finfo(float).eps * scale else 0.0)
        if betas[-1] == 0.0:
            break
        v = w / beta
    return np.array(alphas), np.array(betas), V[:len(alphas)].T


def _chebyshev_moments(A, Z, centre, half, steps):
    """(probes, steps): zᵀ T_k((A − centre)/half) z / n."""
    scaled = lambda X: (A @ X - centre * X) / half
    before, now = Z, scaled(Z)
    moments = [(Z * before).sum(0), (Z * now).sum(0)]
    for _ in range(steps - 2):
        before, now = now, 2 * scaled(now) - before
        moments.append((Z * now).sum(0))
    return np.array(moments[:steps]).T / len(Z)


def _jackson_series(t, moments):
    """(probes, grid): the kernel polynomial approximation at t in (−1, 1) from Chebyshev moments."""
    K = moments.shape[1]
    k = np.arange(K)
    g = ((K - k + 1) * np.cos(np.pi * k / (K + 1)) + np.sin(np.pi * k / (K + 1)) / np.tan(np.pi / (K + 1))) / (K + 1)
    weights = np.where(k == 0, 1, 2) * g
    return (moments * weights) @ np.cos(np.outer(k, np.arccos(t))) / (np.pi * np.sqrt(1 - t**2))


def _signs(n, count, rng):
    return np.random.default_rng(rng).choice([-1.0, 1.0], (n, count))


def _mean(samples, products):
    return Estimate(float(samples.mean()), float(samples.std(ddof=1) / np.sqrt(len(samples))), products)


def _size(A):
    if len(np.shape(A)) != 2 or A.shape[0] != A.shape[1]:
        raise ValueError(f"A has shape {np.shape(A)}; expected a square matrix or LinearOperator")
    return A.shape[0]


def _count(name, value, least=1):
    if not (isinstance(value, (int, np.integer)) and value >= least):
        raise ValueError(f"{name}={value!r}; expected a whole number of at least {least}")
    return value
