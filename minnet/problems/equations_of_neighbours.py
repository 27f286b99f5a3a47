"""Problems 28 to 31 of Moré, Garbow and Hillstrom: equations that tie each unknown to its neighbours, for any n.

Each docstring gives the residuals fᵢ, i = 1 … n, whose sum of squares is to be minimised; indices count from 1, and
tᵢ = ih with h = 1/(n + 1) is the grid of the discretised ones, of which the second is the first one solved for its
linear part. The paper is cited in `more_garbow_hillstrom`.
"""
from __future__ import annotations

import numpy as np

from .problem import LeastSquares, check_count, pickled_by_call

__all__ = ["broyden_banded", "broyden_tridiagonal", "discrete_boundary_value", "discrete_integral_equation"]


@pickled_by_call
def discrete_boundary_value(n: int = 10) -> LeastSquares:
    """The boundary value problem x″ = (x + t + 1)³/2 on a grid: problem 28 of Moré, Garbow and Hillstrom.

        fᵢ = 2xᵢ − xᵢ₋₁ − xᵢ₊₁ + h²(xᵢ + tᵢ + 1)³/2,   x₀ = xₙ₊₁ = 0

    Parameters
    ----------
    n : int
        The number of variables.

    Returns
    -------
    LeastSquares
        m = n.

    Raises
    ------
    ValueError
        If n is no whole number of at least 1.
    """
    check_count("n", n, 1)
    h = 1 / (n + 1)
    t = h * np.arange(1, n + 1)
    D = 2 * np.eye(n) - np.eye(n, k=1) - np.eye(n, k=-1)

    def residuals(x):
        return D @ x + h**2 * (x + t + 1)**3 / 2

    def jacobian(x):
        return D + np.diag(3 * h**2 * (x + t + 1)**2 / 2)

    def curvature(x, w):
        return np.diag(3 * h**2 * (x + t + 1) * w)

    return LeastSquares(residuals, jacobian, curvature, n=n, m=n, name="discrete boundary value",
                        starts=[t * (t - 1)], minima=[(None, 0)])


@pickled_by_call
def discrete_integral_equation(n: int = 10) -> LeastSquares:
    """The discrete integral equation, problem 29 of Moré, Garbow and Hillstrom.

        fᵢ = xᵢ + h/2 [(1 − tᵢ) Σ_{j ≤ i} tⱼ cⱼ³ + tᵢ Σ_{j > i} (1 − tⱼ) cⱼ³],   cⱼ = xⱼ + tⱼ + 1

    It is the discrete boundary value problem with its linear part inverted by Green's function G, so that both have
    the same solution.

    Parameters
    ----------
    n : int
        The number of variables.

    Returns
    -------
    LeastSquares
        m = n.

    Raises
    ------
    ValueError
        If n is no whole number of at least 1.
    """
    check_count("n", n, 1)
    t = np.arange(1, n + 1) / (n + 1)
    G = np.minimum.outer(t, t) * (1 - np.maximum.outer(t, t)) / (2 * (n + 1))

    def residuals(x):
        return x + G @ (x + t + 1)**3

    def jacobian(x):
        return np.eye(n) + 3 * G * (x + t + 1)**2

    def curvature(x, w):
        return np.diag(6 * (w @ G) * (x + t + 1))

    return LeastSquares(residuals, jacobian, curvature, n=n, m=n, name="discrete integral equation",
                        starts=[t * (t - 1)], minima=[(None, 0)])


@pickled_by_call
def broyden_tridiagonal(n: int = 10) -> LeastSquares:
    """Broyden's tridiagonal function, problem 30 of Moré, Garbow and Hillstrom.

        fᵢ = (3 − 2xᵢ)xᵢ − xᵢ₋₁ − 2xᵢ₊₁ + 1,   x₀ = xₙ₊₁ = 0

    Parameters
    ----------
    n : int
        The number of variables.

    Returns
    -------
    LeastSquares
        m = n.

    Raises
    ------
    ValueError
        If n is no whole number of at least 1.
    """
    check_count("n", n, 1)
    B = np.eye(n, k=-1) + 2 * np.eye(n, k=1)

    def residuals(x):
        return (3 - 2 * x) * x - B @ x + 1

    def jacobian(x):
        return np.diag(3 - 4 * x) - B

    def curvature(x, w):
        return np.diag(-4 * w)

    return LeastSquares(residuals, jacobian, curvature, n=n, m=n, name="Broyden tridiagonal",
                        starts=[np.full(n, -1)], minima=[(None, 0)])


@pickled_by_call
def broyden_banded(n: int = 10) -> LeastSquares:
    """Broyden's banded function, problem 31 of Moré, Garbow and Hillstrom.

        fᵢ = xᵢ(2 + 5xᵢ²) + 1 − Σⱼ xⱼ(1 + xⱼ),   the sum over j ≠ i, i − 5 ≤ j ≤ i + 1

    Parameters
    ----------
    n : int
        The number of variables.

    Returns
    -------
    LeastSquares
        m = n.

    Raises
    ------
    ValueError
        If n is no whole number of at least 1.
    """
    check_count("n", n, 1)
    B = sum(np.eye(n, k=k) for k in (-5, -4, -3, -2, -1, 1))

    def residuals(x):
        return x * (2 + 5 * x**2) + 1 - B @ (x * (1 + x))

    def jacobian(x):
        return np.diag(2 + 15 * x**2) - B * (1 + 2 * x)

    def curvature(x, w):
        return np.diag(30 * x * w - 2 * (w @ B))

    return LeastSquares(residuals, jacobian, curvature, n=n, m=n, name="Broyden banded",
                        starts=[np.full(n, -1)], minima=[(None, 0)])
