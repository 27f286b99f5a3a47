"""Problems 20, 23 to 25 and 32 to 34 of Moré, Garbow and Hillstrom: any n, and more residuals than variables.

Each docstring gives the residuals fᵢ, i = 1 … m, whose sum of squares is to be minimised; indices count from 1. The
paper is cited in `more_garbow_hillstrom`.
"""
from __future__ import annotations

import numpy as np

from .problem import LeastSquares, check_count, pickled_by_call, symmetric, weighted_gram

__all__ = ["watson", "penalty_1", "penalty_2", "variably_dimensioned", "linear_full_rank", "linear_rank_1",
           "linear_rank_1_zeros"]


@pickled_by_call
def watson(n: int = 6) -> LeastSquares:
    """Watson's function, problem 20 of Moré, Garbow and Hillstrom: fit a polynomial to x′ = x² + 1, x(0) = 0.

        fᵢ = Σⱼ (j − 1) xⱼ tᵢʲ⁻² − (Σⱼ xⱼ tᵢʲ⁻¹)² − 1 for i ≤ 29,   tᵢ = i/29,
        f₃₀ = x₁,   f₃₁ = x₂ − x₁² − 1

    The larger n, the worse the problem is conditioned.

    Parameters
    ----------
    n : int
        The number of variables, from 2 to 31.

    Returns
    -------
    LeastSquares
        m = 31.

    Raises
    ------
    ValueError
        If n is no whole number from 2 to 31.
    """
    check_count("n", n, 2, 31)
    known = {6: [((-0.0157250864014584, 1.0124348693691099, -0.23299162595673686, 1.2604300877996053,
                   -1.5137289227222754, 0.9929964324311329), 0.002287670053552429)],
             9: [(None, 1.3997601380987225e-06)],
             12: [(None, 4.722381107292838e-10)]}
    t, j = np.arange(1, 30)[:, None] / 29, np.arange(n)
    P, dP = t**j, j * t**np.maximum(j - 1, 0)

    def residuals(x):
        return np.concatenate([dP @ x - (P @ x)**2 - 1, [x[0], x[1] - x[0]**2 - 1]])

    def jacobian(x):
        last = np.zeros((2, n), x.dtype)
        last[:, :2] = [[1, 0], [-2 * x[0], 1]]
        return np.concatenate([dP - 2 * (P @ x)[:, None] * P, last])

    def curvature(x, w):
        return -2 * (weighted_gram(P, w[:-2]) + symmetric(n, {(0, 0): w[-1]}))

    return LeastSquares(residuals, jacobian, curvature, n=n, m=31, name="Watson", starts=[np.zeros(n)],
                        minima=known.get(n, []))


@pickled_by_call
def penalty_1(n: int = 4) -> LeastSquares:
    """The first penalty function, problem 23 of Moré, Garbow and Hillstrom.

        fᵢ = √a (xᵢ − 1) for i ≤ n,   fₙ₊₁ = Σⱼ xⱼ² − ¼,   a = 10⁻⁵

    At the minimum all variables are equal, to the largest root of 4nz³ + (2a − 1)z − 2a = 0.

    Parameters
    ----------
    n : int
        The number of variables.

    Returns
    -------
    LeastSquares
        m = n + 1.

    Raises
    ------
    ValueError
        If n is no whole number of at least 1.
    """
    check_count("n", n, 1)
    a = 1e-5
    z = np.roots([4 * n, 0, 2 * a - 1, -2 * a]).real.max()

    def residuals(x):
        return np.append(a**0.5 * (x - 1), x @ x - 1 / 4)

    def jacobian(x):
        return np.concatenate([a**0.5 * np.eye(n), 2 * x[None]])

    def curvature(x, w):
        return 2 * w[-1] * np.eye(n)

    return LeastSquares(residuals, jacobian, curvature, n=n, m=n + 1, name="penalty I", starts=[np.arange(1, n + 1)],
                        minima=[(np.full(n, z), n * a * (z - 1)**2 + (n * z**2 - 1 / 4)**2)])


@pickled_by_call
def penalty_2(n: int = 4) -> LeastSquares:
    """The second penalty function, problem 24 of Moré, Garbow and Hillstrom.

        f₁ = x₁ − ⅕,   fᵢ = √a (exp(xᵢ/10) + exp(xᵢ₋₁/10) − yᵢ) for 2 ≤ i ≤ n,
        fᵢ = √a (exp(xᵢ₋ₙ₊₁/10) − exp(−1/10)) for n < i < 2n,   f₂ₙ = Σⱼ (n − j + 1) xⱼ² − 1,
        a = 10⁻⁵,   yᵢ = exp(i/10) + exp((i − 1)/10)

    Parameters
    ----------
    n : int
        The number of variables.

    Returns
    -------
    LeastSquares
        m = 2n.

    Raises
    ------
    ValueError
        If n is no whole number of at least 1.
    """
    check_count("n", n, 1)
    known = {4: [((0.1999993333503804, 0.19131670099277245, 0.4801014853326232, 0.5188454043902005),
                  9.376293007355447e-06)],
             10: [((0.19998360519782363, 0.010350648471292299, 0.019604934480438405, 0.03208906722068565,
                    0.0499326773996413, 0.07651399515399361, 0.11862407286950419, 0.1921448723355767,
                    0.3473205869418436, 0.36916437415935077), 0.00029366053745674594)]}
    a = 1e-5
    e = np.exp(np.arange(1, n + 1) / 10)
    y, decreasing = e[1:] + e[:-1], np.arange(n, 0, -1)
    first, pairs, singles = np.eye(n)[:1], np.eye(n)[1:] + np.eye(n)[:-1], np.eye(n)[1:]

    def residuals(x):
        e = np.exp(x / 10)
        return np.concatenate([x[:1] - 1 / 5, a**0.5 * (e[1:] + e[:-1] - y), a**0.5 * (e[1:] - np.exp(-1 / 10)),
                               [decreasing @ x**2 - 1]])

    def jacobian(x):
        de = a**0.5 * np.exp(x / 10) / 10
        return np.concatenate([first, pairs * de, singles * de, 2 * (decreasing * x)[None]])

    def curvature(x, w):
        d2e = a**0.5 * np.exp(x / 10) / 100
        return np.diag((w[1:n] @ pairs + w[n:-1] @ singles) * d2e + 2 * w[-1] * decreasing)

    return LeastSquares(residuals, jacobian, curvature, n=n, m=2 * n, name="penalty II", starts=[np.full(n, 0.5)],
                        minima=known.get(n, []))


@pickled_by_call
def variably_dimensioned(n: int = 10) -> LeastSquares:
    """The variably dimensioned function, problem 25 of Moré, Garbow and Hillstrom.

        fᵢ = xᵢ − 1 for i ≤ n,   fₙ₊₁ = Σⱼ j(xⱼ − 1),   fₙ₊₂ = fₙ₊₁²

    Parameters
    ----------
    n : int
        The number of variables.

    Returns
    -------
    LeastSquares
        m = n + 2.

    Raises
    ------
    ValueError
        If n is no whole number of at least 1.
    """
    check_count("n", n, 1)
    j = np.arange(1, n + 1)

    def residuals(x):
        s = j @ (x - 1)
        return np.append(x - 1, [s, s**2])

    def jacobian(x):
        return np.concatenate([np.eye(n), j[None], 2 * (j @ (x - 1)) * j[None]])

    def curvature(x, w):
        return 2 * w[-1] * np.outer(j, j)

    return LeastSquares(residuals, jacobian, curvature, n=n, m=n + 2, name="variably dimensioned",
                        starts=[1 - j / n], minima=[(np.ones(n), 0)])


@pickled_by_call
def linear_full_rank(n: int = 10, m: int = 20) -> LeastSquares:
    """A linear function of full rank, problem 32 of Moré, Garbow and Hillstrom.

        fᵢ = xᵢ − (2/m) Σⱼ xⱼ − 1 for i ≤ n,   fᵢ = −(2/m) Σⱼ xⱼ − 1 for n < i ≤ m

    Parameters
    ----------
    n, m : int
        The numbers of variables and of residuals, m ≥ n.

    Returns
    -------
    LeastSquares
        Its minimum is m − n, at (−1, …, −1).

    Raises
    ------
    ValueError
        If n is no whole number of at least 1, or m none of at least n.
    """
    check_count("n", n, 1)
    check_count("m", m, n)
    return _linear(np.eye(m, n) - 2 / m, "linear, full rank", [(-np.ones(n), m - n)])


@pickled_by_call
def linear_rank_1(n: int = 10, m: int = 20) -> LeastSquares:
    """A linear function of rank 1, problem 33 of Moré, Garbow and Hillstrom.

        fᵢ = i Σⱼ j xⱼ − 1

    Parameters
    ----------
    n, m : int
        The numbers of variables and of residuals, m ≥ n.

    Returns
    -------
    LeastSquares
        Its minimum m(m − 1)/(2(2m + 1)) is taken wherever Σⱼ j xⱼ = 3/(2m + 1); the point given is the one nearest
        to 0.

    Raises
    ------
    ValueError
        If n is no whole number of at least 1, or m none of at least n.
    """
    check_count("n", n, 1)
    check_count("m", m, n)
    j = np.arange(1.0, n + 1)
    return _linear(np.outer(np.arange(1, m + 1), j), "linear, rank 1",
                   [(3 / (2 * m + 1) * j / (j @ j), m * (m - 1) / (2 * (2 * m + 1)))])


@pickled_by_call
def linear_rank_1_zeros(n: int = 10, m: int = 20) -> LeastSquares:
    """A linear function of rank 1 with zero columns and rows, problem 34 of Moré, Garbow and Hillstrom.

        f₁ = fₘ = −1,   fᵢ = (i − 1) Σⱼ j xⱼ − 1 for 1 < i < m, the sum over 1 < j < n

    Parameters
    ----------
    n, m : int
        The numbers of variables and of residuals, m ≥ n ≥ 3.

    Returns
    -------
    LeastSquares
        Its minimum (m² + 3m − 6)/(2(2m − 3)) is taken wherever that sum is 3/(2m − 3); the point given is the one
        nearest to 0.

    Raises
    ------
    ValueError
        If n is no whole number of at least 3, or m none of at least n.
    """
    check_count("n", n, 3)
    check_count("m", m, n)
    i, j = np.arange(m), np.arange(1.0, n + 1)
    i[-1] = j[0] = j[-1] = 0
    return _linear(np.outer(i, j), "linear, rank 1 with zero columns and rows",
                   [(3 / (2 * m - 3) * j / (j @ j), (m**2 + 3 * m - 6) / (2 * (2 * m - 3)))])


def _linear(A, name, minima):
    """f = A x − 1, from (1, …, 1)."""
    m, n = A.shape
    return LeastSquares(lambda x: A @ x - 1, lambda x: A.copy(), lambda x, w: np.zeros((n, n)), n=n, m=m, name=name,
                        starts=[np.ones(n)], minima=minima)
