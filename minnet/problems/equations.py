"""Problems 21, 22, 26, 27 and 35 of Moré, Garbow and Hillstrom: n equations in n unknowns, for any n.

Each docstring gives the residuals fᵢ, i = 1 … m, whose sum of squares is to be minimised; indices count from 1. m = n,
except that Chebyquad may have more equations. The paper is cited in `more_garbow_hillstrom`.
"""
from __future__ import annotations

import numpy as np
from scipy.linalg import block_diag

from .classic import rosenbrock
from .few_variables import powell_singular
from .problem import LeastSquares, check_count, pickled_by_call

__all__ = ["brown_almost_linear", "chebyquad", "extended_powell_singular", "extended_rosenbrock", "trigonometric"]


@pickled_by_call
def extended_rosenbrock(n: int = 10) -> LeastSquares:
    """Rosenbrock's function in every pair of variables separately: problem 21 of Moré, Garbow and Hillstrom.

        f₁ = 10(x₂ − x₁²),   f₂ = 1 − x₁,   and so on for (x₃, x₄), …

    Parameters
    ----------
    n : int
        The number of variables, a multiple of 2.

    Returns
    -------
    LeastSquares
        m = n.

    Raises
    ------
    ValueError
        If n is no multiple of 2.
    """
    return _side_by_side(rosenbrock(), n, "extended Rosenbrock")


@pickled_by_call
def extended_powell_singular(n: int = 12) -> LeastSquares:
    """Powell's singular function in every four variables separately: problem 22 of Moré, Garbow and Hillstrom.

    Parameters
    ----------
    n : int
        The number of variables, a multiple of 4.

    Returns
    -------
    LeastSquares
        m = n.

    Raises
    ------
    ValueError
        If n is no multiple of 4.
    """
    return _side_by_side(powell_singular(), n, "extended Powell singular")


def _side_by_side(block, n, name):
    """The problem whose variables and residuals are those of n / block.n copies of `block`, copy after copy."""
    check_count("n", n, block.n)
    copies, rest = divmod(n, block.n)
    if rest:
        raise ValueError(f"n={n}; expected a multiple of {block.n}")

    def residuals(x):
        return np.concatenate([block.residuals(z) for z in np.split(x, copies)])

    def jacobian(x):
        return block_diag(*(block.jacobian(z) for z in np.split(x, copies)))

    def curvature(x, w):
        return block_diag(*(block.curvature(z, v) for z, v in zip(np.split(x, copies), np.split(w, copies))))

    return LeastSquares(residuals, jacobian, curvature, n=n, m=copies * block.m, name=name,
                        starts=[np.tile(x, copies) for x in block.starts],
                        minima=[(np.tile(x, copies), copies * value) for x, value in block.minima])


@pickled_by_call
def trigonometric(n: int = 10) -> LeastSquares:
    """The trigonometric function, problem 26 of Moré, Garbow and Hillstrom.

        fᵢ = n − Σⱼ cos xⱼ + i(1 − cos xᵢ) − sin xᵢ

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
    local = [((0.05515090398069129, 0.05684061679473856, 0.058764001762695084, 0.06099060865676081,
               0.06362621369585451, 0.06684317945275879, 0.20816151856988116, 0.16436309588564774,
               0.08500689568850744, 0.09143145071470794), 2.7950561218794566e-05)] if n == 10 else []
    i = np.arange(1, n + 1)

    def residuals(x):
        return n - np.cos(x).sum() + i * (1 - np.cos(x)) - np.sin(x)

    def jacobian(x):
        return np.tile(np.sin(x), (n, 1)) + np.diag(i * np.sin(x) - np.cos(x))

    def curvature(x, w):
        return np.diag((w.sum() + i * w) * np.cos(x) + w * np.sin(x))

    return LeastSquares(residuals, jacobian, curvature, n=n, m=n, name="trigonometric", starts=[np.full(n, 1 / n)],
                        minima=[(np.zeros(n), 0), *local])


@pickled_by_call
def brown_almost_linear(n: int = 10) -> LeastSquares:
    """Brown's almost-linear function, problem 27 of Moré, Garbow and Hillstrom.

        fᵢ = xᵢ + Σⱼ xⱼ − (n + 1) for i < n,   fₙ = Πⱼ xⱼ − 1

    Besides (1, …, 1) every (α, …, α, α¹⁻ⁿ) with nαⁿ − (n + 1)αⁿ⁻¹ + 1 = 0 has value zero. The point (0, …, 0, n + 1)
    of value 1, which the paper lists among the minima, is a degenerate saddle: F falls along (1, …, 1, −n).

    Parameters
    ----------
    n : int
        The number of variables, at least 2.

    Returns
    -------
    LeastSquares
        m = n.

    Raises
    ------
    ValueError
        If n is no whole number of at least 2.
    """
    check_count("n", n, 2)
    eye = np.eye(n, dtype=bool)
    left_out = eye[:, None] | eye[None]

    def residuals(x):
        return np.append((x + x.sum())[:-1] - (n + 1), x.prod() - 1)

    def jacobian(x):
        return np.concatenate([(1 + np.eye(n))[:-1], np.where(eye, 1, x).prod(axis=1)[None]])

    def curvature(x, w):
        return w[-1] * np.where(eye, 0, np.where(left_out, 1, x).prod(axis=2))

    return LeastSquares(residuals, jacobian, curvature, n=n, m=n, name="Brown almost-linear",
                        starts=[np.full(n, 0.5)], minima=[(np.ones(n), 0)],
                        saddles=[(n + 1) * np.eye(n)[-1]] if n > 2 else [])


@pickled_by_call
def chebyquad(n: int = 8, m: int | None = None) -> LeastSquares:
    """Chebyquad, problem 35 of Moré, Garbow and Hillstrom: Chebyshev's quadrature of equal weights on [0, 1].

        fᵢ = 1/n Σⱼ Tᵢ(xⱼ) − ∫₀¹ Tᵢ

    Tᵢ is the Chebyshev polynomial shifted to [0, 1]; its integral is 0 for odd i and −1/(i² − 1) for even i.

    Parameters
    ----------
    n : int
        The number of variables, the nodes of the quadrature.
    m : int, optional
        The number of residuals, at least n; by default n.

    Returns
    -------
    LeastSquares

    Raises
    ------
    ValueError
        If n is no whole number of at least 1, or m none of at least n.
    """
    m = n if m is None else m
    check_count("n", n, 1)
    check_count("m", m, n)
    half_8 = np.array([0.04315276015101663, 0.1930908403841861, 0.26632870689027294, 0.5])
    half_10 = np.array([0.059619900535812696, 0.1667082818358614, 0.2391706589426085, 0.3988842923060445,
                        0.3988842923060445])
    known = {8: [(np.append(half_8, 1 - half_8[::-1]), 0.00351687372567793)],
             10: [(np.append(half_10, 1 - half_10[::-1]), 0.006503954800882308)],
             **{k: [(None, 0)] for k in (1, 2, 3, 4, 5, 6, 7, 9)}}
    i = np.arange(1, m + 1)
    integral = np.where(i % 2, 0, -1 / np.maximum(i**2 - 1, 1))

    def polynomials(x):
        """T, T′ and T″, each (m, n), by Tᵢ₊₁ = 2yTᵢ − Tᵢ₋₁, y = 2x − 1, and that rule differentiated."""
        y, one, zero = 2 * x - 1, np.ones_like(x), np.zeros_like(x)
        T, dT, d2T = [one, y], [zero, 2 * one], [zero, zero]
        for _ in range(m - 1):
            d2T.append(2 * y * d2T[-1] + 8 * dT[-1] - d2T[-2])
            dT.append(2 * y * dT[-1] + 4 * T[-1] - dT[-2])
            T.append(2 * y * T[-1] - T[-2])
        return np.array(T[1:]), np.array(dT[1:]), np.array(d2T[1:])

    def residuals(x):
        return polynomials(x)[0].mean(axis=1) - integral

    def jacobian(x):
        return polynomials(x)[1] / n

    def curvature(x, w):
        return np.diag(w @ polynomials(x)[2]) / n

    return LeastSquares(residuals, jacobian, curvature, n=n, m=m, name="Chebyquad",
                        starts=[i[:n] / (n + 1)], minima=known.get(n, []) if m == n else [])
