"""The spectral density of a symmetric operator from products alone, with standard errors as in `spectrum`.

Glossary: A (n, n) real symmetric, anything with a shape and `@`; z a probe of random signs; T = Vᵀ A V the tridiagonal
matrix of Lanczos's method, with eigenvalues θ (Ritz values) and eigenvectors u. probes × steps products are the budget.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from ..linalg.lanczos import Array, SymmetricMatrix, check_count, order_of, ritz, tridiagonal
from .probes import signs

__all__ = ["Density", "density", "jackson_series"]


@dataclass(frozen=True)
class Density:
    """A smoothed spectral density, whose integral is 1.

    Attributes
    ----------
    grid, values, standard_error : array (grid,)
        Where the density is given, what it is there, and its standard error.
    width : float
        The standard deviation of the kernel that smooths it.
    products : int
        How many products with A were needed.
    """

    grid: Array
    values: Array
    standard_error: Array
    width: float
    products: int


def density(A: SymmetricMatrix, probes: int = 10, steps: int = 80, method: Literal["lanczos", "kpm"] = "lanczos",
            grid: int = 400, width: float | None = None, rng: int | np.random.Generator | None = None) -> Density:
    """Estimate the density of the eigenvalues (1/n) Σ δ(λ − λ_i), smoothed by a kernel.

    Parameters
    ----------
    A : array, sparse matrix or LinearOperator (n, n)
        Real and symmetric.
    probes : int
        At least 2; each takes `steps` products with A.
    steps : int
        How many steps of Lanczos's method, or products of the kernel polynomial method, each probe takes.
    method : {"lanczos", "kpm"}
        "lanczos" is stochastic Lanczos quadrature: Σ u₁² g(λ − θ) for each probe, with a Gaussian g. It keeps `steps`
        vectors. "kpm" is the kernel polynomial method with 2 `steps` Chebyshev moments and Jackson's kernel; it takes
        `steps` more products to find the ends of the spectrum.
    grid : int
        The number of points at which the density is given.
    width : float, optional
        The standard deviation of the Gaussian of "lanczos". By default it is π/steps of half the spectrum's length,
        which so many steps resolve: each probe's quadrature is then right to 1e-7 of g(0). At half that width it errs
        by 1e-3 and at a quarter by 1e-2, which the standard error does not show, because it is found from how the
        probes differ. The standard deviation of Jackson's kernel is π/(2 steps) of half the length, and less towards
        the ends.
    rng : int or Generator, optional
        Draws the probes.

    Returns
    -------
    Density

    Raises
    ------
    ValueError
        If A is not square or not real, for another method, and for counts or a width that are too small.

    References
    ----------
    S. Ubaru, J. Chen, Y. Saad (2017), Fast estimation of tr(f(A)) via stochastic Lanczos quadrature.

    A. Weiße, G. Wellein, A. Alvermann, H. Fehske (2006), The kernel polynomial method, (34), (35), (71).

    Examples
    --------
    >>> found = density(np.diag(np.arange(50.0)), probes=2, steps=20, rng=0)
    >>> bool(abs(found.values.sum() * (found.grid[1] - found.grid[0]) - 1) < 0.01)
    True
    """
    n, rng = order_of(A), np.random.default_rng(rng)
    probes, steps, grid = check_count("probes", probes, 2), check_count("steps", steps), check_count("grid", grid, 2)
    if method not in ("lanczos", "kpm"):
        raise ValueError(f"method={method!r}; expected 'lanczos' or 'kpm'")
    if width is not None and (method == "kpm" or not 0 < width < np.inf):
        raise ValueError(
            f"width={width!r} for method={method!r}; expected a positive number for 'lanczos', None for 'kpm'"
        )
    x, samples, used, products = (_quadrature if method == "lanczos" else _kernel_polynomials)(
        A, n, probes, steps, grid, width, rng
    )
    return Density(x, samples.mean(0), samples.std(0, ddof=1) / np.sqrt(probes), used, products)


def _quadrature(
    A: SymmetricMatrix, n: int, probes: int, steps: int, grid: int, width: float | None, rng: np.random.Generator
) -> tuple[Array, Array, float, int]:
    """The grid, the density by probe (probes, grid), the width and the products of stochastic Lanczos quadrature."""
    nodes, weights = [], []
    for Z in signs(n, probes, rng):
        for z in Z.T:
            alphas, betas, _ = tridiagonal(A, z, min(steps, n))
            theta, U = ritz(alphas, betas)
            nodes.append(theta)
            weights.append(U[0] ** 2)
    low, high = _interval(min(t[0] for t in nodes), max(t[-1] for t in nodes))
    width = np.pi / steps * (high - low) / 2 if width is None else width
    x = np.linspace(low - 4 * width, high + 4 * width, grid)
    gauss = lambda t: np.exp(-((x[:, None] - t) ** 2) / (2 * width**2)) / (width * np.sqrt(2 * np.pi))
    return x, np.array([gauss(t) @ w for t, w in zip(nodes, weights)]), width, sum(map(len, nodes))


def _kernel_polynomials(
    A: SymmetricMatrix, n: int, probes: int, steps: int, grid: int, width: float | None, rng: np.random.Generator
) -> tuple[Array, Array, float, int]:
    """The same for the kernel polynomial method, on Chebyshev's points of an interval that holds the spectrum.

    Its ends are Lanczos's, drawn out by the last β (Zhou, Li 2011), or by what is missing at odds of 1 to 1000 after
    so many steps (Kuczyński, Woźniakowski 1992, theorem 4.2), if that is less.
    """
    alphas, betas, _ = tridiagonal(A, rng.standard_normal(n), min(steps, n))
    theta, _ = ritz(alphas, betas)
    missing = min(0.4, (np.log(1648 * np.sqrt(n)) / (2 * len(alphas) - 1)) ** 2)
    reach = min(betas[-1], missing / (1 - 2 * missing) * (theta[-1] - theta[0]))
    low, high = _interval(theta[0] - reach, theta[-1] + reach)
    centre, half = (low + high) / 2, 0.51 * (high - low)
    t = np.cos(np.pi * (np.arange(grid) + 0.5) / grid)[::-1]
    moments = np.concatenate([_chebyshev_moments(A, Z, centre, half, steps) for Z in signs(n, probes, rng)])
    return (
        centre + half * t,
        jackson_series(t, moments) / half,
        np.pi * half / moments.shape[1],
        len(alphas) + probes * steps,
    )


def _chebyshev_moments(A: SymmetricMatrix, Z: Array, centre: float, half: float, steps: int) -> Array:
    """(probes, 2 steps): zᵀ T_k((A − centre)/half) z / n, two by 2 T_k T_k = T_2k + T_0, 2 T_k T_{k+1} = T_{2k+1} +
    T_1 from each product."""
    scaled = lambda X: (A @ X - centre * X) / half
    dot = lambda X, Y: np.einsum("ij,ij->j", X, Y) / len(Z)
    before, now = Z, scaled(Z)
    moments = [dot(Z, Z), dot(Z, now)]
    for _ in range(steps - 1):
        moments.append(2 * dot(now, now) - moments[0])
        before, now = now, 2 * scaled(now) - before
        moments.append(2 * dot(before, now) - moments[1])
    return np.array(moments).T


def jackson_series(t: Array, moments: Array) -> Array:
    """(probes, grid): the kernel polynomial approximation at t in (−1, 1) from Chebyshev moments."""
    K = moments.shape[1]
    k = np.arange(K)
    g = ((K - k + 1) * np.cos(np.pi * k / (K + 1)) + np.sin(np.pi * k / (K + 1)) / np.tan(np.pi / (K + 1))) / (K + 1)
    weights = np.where(k == 0, 1, 2) * g
    return (moments * weights) @ np.cos(np.outer(k, np.arccos(t))) / (np.pi * np.sqrt(1 - t**2))


def _interval(low: float, high: float) -> tuple[float, float]:
    """The ends, apart by the size of the numbers where they are one number but for rounding."""
    size = max(abs(low), abs(high)) or 1.0
    return (low, high) if high - low > 1e-10 * size else (low - size / 2, high + size / 2)
