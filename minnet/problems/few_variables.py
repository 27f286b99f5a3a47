"""Problems 2, 3, 4, 7, 13 and 14 of Moré, Garbow and Hillstrom: two to four variables, and no data to fit.

Each docstring gives the residuals fᵢ, whose sum of squares is to be minimised; indices count from 1. The paper is
cited in `more_garbow_hillstrom`.
"""
from __future__ import annotations

import numpy as np

from .problem import LeastSquares, pickled_by_call, symmetric

__all__ = ["freudenstein_roth", "powell_badly_scaled", "brown_badly_scaled", "helical_valley", "powell_singular",
           "wood"]


@pickled_by_call
def freudenstein_roth() -> LeastSquares:
    """The function of Freudenstein and Roth, problem 2 of Moré, Garbow and Hillstrom.

        f₁ = −13 + x₁ + ((5 − x₂)x₂ − 2)x₂,   f₂ = −29 + x₁ + ((x₂ + 1)x₂ − 14)x₂

    Returns
    -------
    LeastSquares
        n = 2, m = 2. Besides the global minimum 0 there is a local one of value 48.98….
    """
    def residuals(x):
        return np.array([-13 + x[0] + ((5 - x[1]) * x[1] - 2) * x[1],
                         -29 + x[0] + ((x[1] + 1) * x[1] - 14) * x[1]])

    def jacobian(x):
        return np.array([[1, (10 - 3 * x[1]) * x[1] - 2],
                         [1, (3 * x[1] + 2) * x[1] - 14]])

    def curvature(x, w):
        return symmetric(2, {(1, 1): w[0] * (10 - 6 * x[1]) + w[1] * (6 * x[1] + 2)})

    return LeastSquares(residuals, jacobian, curvature, n=2, m=2, name="Freudenstein and Roth",
                        starts=[(0.5, -2)], bounds=((-5, 20), (-4, 6)),
                        minima=[((5, 4), 0), ((11.412778986902094, -0.8968052532744765), 48.98425367924002)])


@pickled_by_call
def powell_badly_scaled() -> LeastSquares:
    """Powell's badly scaled function, problem 3 of Moré, Garbow and Hillstrom.

        f₁ = 10⁴x₁x₂ − 1,   f₂ = exp(−x₁) + exp(−x₂) − 1.0001

    Returns
    -------
    LeastSquares
        n = 2, m = 2.
    """
    def residuals(x):
        return np.array([1e4 * x[0] * x[1] - 1, np.exp(-x[0]) + np.exp(-x[1]) - 1.0001])

    def jacobian(x):
        return np.array([[1e4 * x[1], 1e4 * x[0]], -np.exp(-x)])

    def curvature(x, w):
        return symmetric(2, {(0, 1): 1e4 * w[0]}) + np.diag(w[1] * np.exp(-x))

    return LeastSquares(residuals, jacobian, curvature, n=2, m=2, name="Powell badly scaled",
                        starts=[(0, 1)], bounds=((-5e-5, 1.5e-4), (0, 12)),
                        minima=[((1.0981593296998175e-05, 9.106146739866524), 0)])


@pickled_by_call
def brown_badly_scaled() -> LeastSquares:
    """Brown's badly scaled function, problem 4 of Moré, Garbow and Hillstrom.

        f₁ = x₁ − 10⁶,   f₂ = x₂ − 2·10⁻⁶,   f₃ = x₁x₂ − 2

    Returns
    -------
    LeastSquares
        n = 2, m = 3.
    """
    def residuals(x):
        return np.array([x[0] - 1e6, x[1] - 2e-6, x[0] * x[1] - 2])

    def jacobian(x):
        return np.array([[1, 0], [0, 1], [x[1], x[0]]])

    def curvature(x, w):
        return symmetric(2, {(0, 1): w[2]})

    return LeastSquares(residuals, jacobian, curvature, n=2, m=3, name="Brown badly scaled",
                        starts=[(1, 1)], minima=[((1e6, 2e-6), 0)], bounds=((-1e5, 1.2e6), (-1, 2)))


@pickled_by_call
def helical_valley() -> LeastSquares:
    """The helical valley of Fletcher and Powell, problem 7 of Moré, Garbow and Hillstrom.

        f₁ = 10(x₃ − 10θ),   f₂ = 10(√(x₁² + x₂²) − 1),   f₃ = x₃,   with 2πθ the angle of (x₁, x₂)

    θ is arctan(x₂/x₁)/2π, and ½ more where x₁ < 0: it runs from −¼ to ¾, with its jump at x₁ = 0 > x₂. Here it is
    computed by the half-angle formula, which is smooth at x₁ = 0 < x₂.

    Returns
    -------
    LeastSquares
        n = 3, m = 3.
    """
    def polar(x):
        r = np.sqrt(x[0]**2 + x[1]**2)
        half_angle = np.arctan(-x[0] / (r + x[1]) if x[1].real >= 0 else (x[1] - r) / x[0])
        return r, 1 / 4 + half_angle / np.pi

    def residuals(x):
        r, theta = polar(x)
        return np.array([10 * (x[2] - 10 * theta), 10 * (r - 1), x[2]])

    def jacobian(x):
        r, _ = polar(x)
        a = 50 / (np.pi * r**2)
        return np.array([[a * x[1], -a * x[0], 10],
                         [10 * x[0] / r, 10 * x[1] / r, 0],
                         [0, 0, 1]])

    def curvature(x, w):
        r, _ = polar(x)
        a, b = 100 * w[0] / (np.pi * r**4), 10 * w[1] / r**3
        return symmetric(3, {(0, 0): b * x[1]**2 - a * x[0] * x[1],
                             (1, 1): b * x[0]**2 + a * x[0] * x[1],
                             (0, 1): a * (x[0]**2 - x[1]**2) / 2 - b * x[0] * x[1]})

    return LeastSquares(residuals, jacobian, curvature, n=3, m=3, name="helical valley",
                        starts=[(-1, 0, 0)], minima=[((1, 0, 0), 0)])


@pickled_by_call
def powell_singular() -> LeastSquares:
    """Powell's singular function, problem 13 of Moré, Garbow and Hillstrom: the Hessian at its minimum is singular.

        f₁ = x₁ + 10x₂,   f₂ = √5 (x₃ − x₄),   f₃ = (x₂ − 2x₃)²,   f₄ = √10 (x₁ − x₄)²

    Returns
    -------
    LeastSquares
        n = 4, m = 4.
    """
    def residuals(x):
        return np.array([x[0] + 10 * x[1], 5**0.5 * (x[2] - x[3]), (x[1] - 2 * x[2])**2, 10**0.5 * (x[0] - x[3])**2])

    def jacobian(x):
        a, b = 2 * (x[1] - 2 * x[2]), 2 * 10**0.5 * (x[0] - x[3])
        return np.array([[1, 10, 0, 0],
                         [0, 0, 5**0.5, -5**0.5],
                         [0, a, -2 * a, 0],
                         [b, 0, 0, -b]])

    def curvature(x, w):
        a, b = 2 * w[2], 2 * 10**0.5 * w[3]
        return symmetric(4, {(1, 1): a, (1, 2): -2 * a, (2, 2): 4 * a,
                             (0, 0): b, (0, 3): -b, (3, 3): b})

    return LeastSquares(residuals, jacobian, curvature, n=4, m=4, name="Powell singular",
                        starts=[(3, -1, 0, 1)], minima=[(np.zeros(4), 0)])


@pickled_by_call
def wood() -> LeastSquares:
    """Wood's function, problem 14 of Moré, Garbow and Hillstrom.

        f = (10(x₂ − x₁²), 1 − x₁, √90 (x₄ − x₃²), 1 − x₃, √10 (x₂ + x₄ − 2), (x₂ − x₄)/√10)

    Returns
    -------
    LeastSquares
        n = 4, m = 6.
    """
    def residuals(x):
        return np.array([10 * (x[1] - x[0]**2), 1 - x[0], 90**0.5 * (x[3] - x[2]**2), 1 - x[2],
                         10**0.5 * (x[1] + x[3] - 2), (x[1] - x[3]) / 10**0.5])

    def jacobian(x):
        return np.array([[-20 * x[0], 10, 0, 0],
                         [-1, 0, 0, 0],
                         [0, 0, -2 * 90**0.5 * x[2], 90**0.5],
                         [0, 0, -1, 0],
                         [0, 10**0.5, 0, 10**0.5],
                         [0, 10**-0.5, 0, -10**-0.5]])

    def curvature(x, w):
        return symmetric(4, {(0, 0): -20 * w[0], (2, 2): -2 * 90**0.5 * w[2]})

    return LeastSquares(residuals, jacobian, curvature, n=4, m=6, name="Wood",
                        starts=[(-3, -1, -3, -1)], minima=[(np.ones(4), 0)])
