"""Problems 6, 12 and 17 to 19 of Moré, Garbow and Hillstrom: fits of sums of exponentials.

Each docstring gives the residuals fᵢ, i = 1 … m, whose sum of squares is to be minimised; indices count from 1. In the
code t and y are the data, w the weights of the curvature Σᵢ wᵢ ∇²fᵢ. The paper is cited in `more_garbow_hillstrom`.
"""
from __future__ import annotations

import numpy as np

from .problem import LeastSquares, check_count, columns, pickled_by_call, symmetric

__all__ = ["jennrich_sampson", "box_3d", "osborne_1", "biggs_exp6", "osborne_2"]


@pickled_by_call
def jennrich_sampson(m: int = 10) -> LeastSquares:
    """The function of Jennrich and Sampson, problem 6 of Moré, Garbow and Hillstrom.

        fᵢ = 2 + 2i − (exp(i x₁) + exp(i x₂))

    Parameters
    ----------
    m : int
        The number of residuals, at least 2.

    Returns
    -------
    LeastSquares
        n = 2.

    Raises
    ------
    ValueError
        If m is no whole number of at least 2.
    """
    check_count("m", m, 2)
    i = np.arange(1.0, m + 1)

    def residuals(x):
        return 2 + 2 * i - np.exp(np.outer(i, x)).sum(axis=1)

    def jacobian(x):
        return -i[:, None] * np.exp(np.outer(i, x))

    def curvature(x, w):
        return np.diag(-(w * i**2) @ np.exp(np.outer(i, x)))

    return LeastSquares(residuals, jacobian, curvature, n=2, m=m, name="Jennrich and Sampson",
                        starts=[(0.3, 0.4)], bounds=((0, 0.5), (0, 0.5)),
                        minima=[((0.2578252136703641, 0.2578252136703641), 124.36218235561485)] if m == 10 else [])


@pickled_by_call
def box_3d(m: int = 10) -> LeastSquares:
    """Box's function of three variables, problem 12 of Moré, Garbow and Hillstrom.

        fᵢ = exp(−tᵢx₁) − exp(−tᵢx₂) − x₃(exp(−tᵢ) − exp(−10tᵢ)),   tᵢ = i/10

    Besides the two minima that are listed, every x with x₁ = x₂ and x₃ = 0 is one, of value zero.

    Parameters
    ----------
    m : int
        The number of residuals, at least 3.

    Returns
    -------
    LeastSquares
        n = 3.

    Raises
    ------
    ValueError
        If m is no whole number of at least 3.
    """
    check_count("m", m, 3)
    t = np.arange(1, m + 1) / 10
    c = np.exp(-t) - np.exp(-10 * t)

    def residuals(x):
        return np.exp(-t * x[0]) - np.exp(-t * x[1]) - x[2] * c

    def jacobian(x):
        return columns(-t * np.exp(-t * x[0]), t * np.exp(-t * x[1]), -c)

    def curvature(x, w):
        return symmetric(3, {(0, 0): w @ (t**2 * np.exp(-t * x[0])), (1, 1): -w @ (t**2 * np.exp(-t * x[1]))})

    return LeastSquares(residuals, jacobian, curvature, n=3, m=m, name="Box three-dimensional",
                        starts=[(0, 10, 20)], minima=[((1, 10, 1), 0), ((10, 1, -1), 0)])


@pickled_by_call
def osborne_1() -> LeastSquares:
    """Osborne's first function, problem 17 of Moré, Garbow and Hillstrom: two exponentials and a constant.

        fᵢ = yᵢ − (x₁ + x₂ exp(−tᵢx₄) + x₃ exp(−tᵢx₅)),   tᵢ = 10(i − 1)

    Returns
    -------
    LeastSquares
        n = 5, m = 33.
    """
    t = 10 * np.arange(33.0)
    y = np.array([0.844, 0.908, 0.932, 0.936, 0.925, 0.908, 0.881, 0.850, 0.818, 0.784, 0.751, 0.718, 0.685, 0.658,
                  0.628, 0.603, 0.580, 0.558, 0.538, 0.522, 0.506, 0.490, 0.478, 0.467, 0.457, 0.448, 0.438, 0.431,
                  0.424, 0.420, 0.414, 0.411, 0.406])

    def residuals(x):
        return y - (x[0] + x[1] * np.exp(-t * x[3]) + x[2] * np.exp(-t * x[4]))

    def jacobian(x):
        a, b = np.exp(-t * x[3]), np.exp(-t * x[4])
        return columns(-1, -a, -b, x[1] * t * a, x[2] * t * b)

    def curvature(x, w):
        a, b = w * t * np.exp(-t * x[3]), w * t * np.exp(-t * x[4])
        return symmetric(5, {(1, 3): a.sum(), (3, 3): -x[1] * (a @ t),
                             (2, 4): b.sum(), (4, 4): -x[2] * (b @ t)})

    return LeastSquares(residuals, jacobian, curvature, n=5, m=33, name="Osborne 1",
                        starts=[(0.5, 1.5, -1, 0.01, 0.02)],
                        minima=[((0.37541005210695194, 1.9358469127123559, -1.4646871366134115, 0.012867534640057266,
                                  0.02212269966167266), 5.464894697482912e-05)])


@pickled_by_call
def biggs_exp6(m: int = 13) -> LeastSquares:
    """Biggs's function EXP6, problem 18 of Moré, Garbow and Hillstrom: three exponentials.

        fᵢ = x₃ exp(−tᵢx₁) − x₄ exp(−tᵢx₂) + x₆ exp(−tᵢx₅) − yᵢ,
        tᵢ = i/10,   yᵢ = exp(−tᵢ) − 5 exp(−10tᵢ) + 3 exp(−4tᵢ)

    For m = 13 the second minimum is flat: it is a line on which x₁ = x₅ and only the sum x₃ + x₆ = 2.3263 counts. The
    part of this line where x₃ and x₆ are both positive consists of saddles. Descent from the standard start, which has
    x₁ = x₅ and x₃ = x₆, keeps that symmetry except for rounding and so ends at the saddle with x₃ = x₆, which is given
    in `saddles`.

    Parameters
    ----------
    m : int
        The number of residuals, at least 6.

    Returns
    -------
    LeastSquares
        n = 6.

    Raises
    ------
    ValueError
        If m is no whole number of at least 6.
    """
    check_count("m", m, 6)
    t = np.arange(1, m + 1) / 10
    y = np.exp(-t) - 5 * np.exp(-10 * t) + 3 * np.exp(-4 * t)

    a, b, c, d = 1.7114159947195877, 17.683198180949056, 2.3262873218377855, 5.1865615519934485
    flat, symmetric_saddle = (a, b, c + 1, d, a, -1), (a, b, c / 2, d, a, c / 2)

    def decays(x):
        return np.exp(-t * x[0]), np.exp(-t * x[1]), np.exp(-t * x[4])

    def residuals(x):
        a, b, c = decays(x)
        return x[2] * a - x[3] * b + x[5] * c - y

    def jacobian(x):
        a, b, c = decays(x)
        return columns(-x[2] * t * a, x[3] * t * b, a, -b, -x[5] * t * c, c)

    def curvature(x, w):
        a, b, c = (w * t * e for e in decays(x))
        return symmetric(6, {(0, 0): x[2] * (a @ t), (0, 2): -a.sum(),
                             (1, 1): -x[3] * (b @ t), (1, 3): b.sum(),
                             (4, 4): x[5] * (c @ t), (4, 5): -c.sum()})

    return LeastSquares(residuals, jacobian, curvature, n=6, m=m, name="Biggs EXP6",
                        starts=[(1, 2, 1, 1, 1, 1)],
                        minima=[((1, 10, 1, 5, 4, 3), 0), *([(flat, 0.005655649925499943)] if m == 13 else [])],
                        saddles=[symmetric_saddle] if m == 13 else [])


@pickled_by_call
def osborne_2() -> LeastSquares:
    """Osborne's second function, problem 19 of Moré, Garbow and Hillstrom: an exponential and three bells.

        fᵢ = yᵢ − x₁ exp(−tᵢx₅) − Σₖ xₖ exp(−xₖ₊₄(tᵢ − xₖ₊₇)²),   k = 2, 3, 4,   tᵢ = (i − 1)/10

    In the code a, s and c are the heights xₖ, sharpnesses xₖ₊₄ and centres xₖ₊₇ of the three bells.

    Returns
    -------
    LeastSquares
        n = 11, m = 65.
    """
    t = np.arange(65) / 10
    y = np.array([1.366, 1.191, 1.112, 1.013, 0.991, 0.885, 0.831, 0.847, 0.786, 0.725, 0.746, 0.679, 0.608, 0.655,
                  0.616, 0.606, 0.602, 0.626, 0.651, 0.724, 0.649, 0.649, 0.694, 0.644, 0.624, 0.661, 0.612, 0.558,
                  0.533, 0.495, 0.500, 0.423, 0.395, 0.375, 0.372, 0.391, 0.396, 0.405, 0.428, 0.429, 0.523, 0.562,
                  0.607, 0.653, 0.672, 0.708, 0.633, 0.668, 0.645, 0.632, 0.591, 0.559, 0.597, 0.625, 0.739, 0.710,
                  0.729, 0.720, 0.636, 0.581, 0.428, 0.292, 0.162, 0.098, 0.054])
    height, sharpness, centre = (1, 2, 3), (5, 6, 7), (8, 9, 10)

    def parts(x):
        a, s, d = x[1:4], x[5:8], t[:, None] - x[8:11]
        return a, s, d, np.exp(-s * d**2), np.exp(-t * x[4])

    def residuals(x):
        a, _, _, bells, decay = parts(x)
        return y - x[0] * decay - bells @ a

    def jacobian(x):
        a, s, d, bells, decay = parts(x)
        return np.concatenate([columns(-decay), -bells, columns(x[0] * t * decay),
                               a * bells * d**2, -2 * a * s * bells * d], axis=1)

    def curvature(x, w):
        a, s, d, bells, decay = parts(x)
        return symmetric(11, {(0, 4): w @ (t * decay), (4, 4): -x[0] * (w @ (t**2 * decay)),
                              (height, sharpness): w @ (bells * d**2),
                              (height, centre): -2 * s * (w @ (bells * d)),
                              (sharpness, sharpness): -a * (w @ (bells * d**4)),
                              (sharpness, centre): 2 * a * (w @ (bells * d * (s * d**2 - 1))),
                              (centre, centre): 2 * a * s * (w @ (bells * (1 - 2 * s * d**2)))})

    return LeastSquares(residuals, jacobian, curvature, n=11, m=65, name="Osborne 2",
                        starts=[(1.3, 0.65, 0.65, 0.7, 0.6, 3, 5, 7, 2, 4.5, 5.5)],
                        minima=[((1.3099771546273007, 0.431553794602989, 0.633661698960724, 0.5994305347859162,
                                  0.7541832263280114, 0.9042885798596336, 1.3658118352370279, 4.823698817227157,
                                  2.3986848661317546, 4.568874597667672, 5.6753414705806415), 0.040137736293547756)])
