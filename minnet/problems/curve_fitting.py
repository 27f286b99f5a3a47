"""Problems 8 to 11, 15 and 16 of Moré, Garbow and Hillstrom: fits of curves that are no sums of exponentials.

Each docstring gives the residuals fᵢ, i = 1 … m, whose sum of squares is to be minimised; indices count from 1. In the
code t and y are the data, w the weights of the curvature Σᵢ wᵢ ∇²fᵢ. The paper is cited in `more_garbow_hillstrom`.
"""
from __future__ import annotations

import numpy as np

from .problem import LeastSquares, check_count, columns, pickled_by_call, symmetric, weighted_gram

__all__ = ["bard", "gaussian", "meyer", "gulf", "kowalik_osborne", "brown_dennis"]


@pickled_by_call
def bard() -> LeastSquares:
    """Bard's function, problem 8 of Moré, Garbow and Hillstrom.

        fᵢ = yᵢ − x₁ − uᵢ/(vᵢx₂ + rᵢx₃),   uᵢ = i,   vᵢ = 16 − i,   rᵢ = min(uᵢ, vᵢ)

    A further minimum, of value 17.4286, lies at infinity: (0.8406…, −∞, −∞).

    Returns
    -------
    LeastSquares
        n = 3, m = 15.
    """
    y = np.array([0.14, 0.18, 0.22, 0.25, 0.29, 0.32, 0.35, 0.39, 0.37, 0.58, 0.73, 0.96, 1.34, 2.10, 4.39])
    u = np.arange(1.0, 16)
    v = 16 - u
    r = np.minimum(u, v)

    def residuals(x):
        return y - x[0] - u / (v * x[1] + r * x[2])

    def jacobian(x):
        d = v * x[1] + r * x[2]
        return columns(-1, u * v / d**2, u * r / d**2)

    def curvature(x, w):
        c = -2 * w * u / (v * x[1] + r * x[2])**3
        return symmetric(3, {(1, 1): c @ v**2, (1, 2): c @ (v * r), (2, 2): c @ r**2})

    return LeastSquares(residuals, jacobian, curvature, n=3, m=15, name="Bard", starts=[(1, 1, 1)],
                        minima=[((0.08241055974978899, 1.1330360920297224, 2.3436951786425366), 0.00821487730657898)])


@pickled_by_call
def gaussian() -> LeastSquares:
    """Fit a Gaussian bell to 15 points: problem 9 of Moré, Garbow and Hillstrom.

        fᵢ = x₁ exp(−x₂(tᵢ − x₃)²/2) − yᵢ,   tᵢ = (8 − i)/2

    Returns
    -------
    LeastSquares
        n = 3, m = 15.
    """
    half = [0.0009, 0.0044, 0.0175, 0.0540, 0.1295, 0.2420, 0.3521]
    t, y = (8 - np.arange(1, 16)) / 2, np.array([*half, 0.3989, *half[::-1]])

    def residuals(x):
        return x[0] * np.exp(-x[1] * (t - x[2])**2 / 2) - y

    def jacobian(x):
        d = t - x[2]
        e = np.exp(-x[1] * d**2 / 2)
        return columns(e, -x[0] * e * d**2 / 2, x[0] * x[1] * e * d)

    def curvature(x, w):
        d = t - x[2]
        e = w * np.exp(-x[1] * d**2 / 2)
        return symmetric(3, {(0, 1): -e @ d**2 / 2,
                             (0, 2): x[1] * (e @ d),
                             (1, 1): x[0] * (e @ d**4) / 4,
                             (1, 2): x[0] * (e @ (d - x[1] * d**3 / 2)),
                             (2, 2): x[0] * x[1] * (e @ (x[1] * d**2 - 1))})

    return LeastSquares(residuals, jacobian, curvature, n=3, m=15, name="Gaussian", starts=[(0.4, 1, 0)],
                        minima=[((0.39895613783875666, 1.0000190844878056, 0), 1.1279327696190112e-08)])


@pickled_by_call
def meyer() -> LeastSquares:
    """Meyer's function, problem 10 of Moré, Garbow and Hillstrom: the resistance of a thermistor, very badly scaled.

        fᵢ = x₁ exp(x₂/(tᵢ + x₃)) − yᵢ,   tᵢ = 45 + 5i

    Returns
    -------
    LeastSquares
        n = 3, m = 16.
    """
    t = 45 + 5 * np.arange(1.0, 17)
    y = np.array([34780.0, 28610, 23650, 19630, 16370, 13720, 11540, 9744, 8261, 7030, 6005, 5147, 4427, 3820, 3307,
                  2872])

    def residuals(x):
        return x[0] * np.exp(x[1] / (t + x[2])) - y

    def jacobian(x):
        d = 1 / (t + x[2])
        e = np.exp(x[1] * d)
        return columns(e, x[0] * e * d, -x[0] * x[1] * e * d**2)

    def curvature(x, w):
        d = 1 / (t + x[2])
        e = w * np.exp(x[1] * d)
        return symmetric(3, {(0, 1): e @ d,
                             (0, 2): -x[1] * (e @ d**2),
                             (1, 1): x[0] * (e @ d**2),
                             (1, 2): -x[0] * (e @ (d**2 + x[1] * d**3)),
                             (2, 2): x[0] * x[1] * (e @ (2 * d**3 + x[1] * d**4))})

    return LeastSquares(residuals, jacobian, curvature, n=3, m=16, name="Meyer", starts=[(0.02, 4000, 250)],
                        minima=[((0.005609636471028053, 6181.346346286372, 345.2236346241365), 87.94585517085106)])


@pickled_by_call
def gulf(m: int = 99) -> LeastSquares:
    """The function of Gulf Research and Development, problem 11 of Moré, Garbow and Hillstrom.

        fᵢ = exp(−|yᵢ − x₂|^x₃/x₁) − tᵢ,   tᵢ = i/100,   yᵢ = 25 + (−50 ln tᵢ)^⅔

    The paper prints "mi" in place of the minus sign, and allows m = 100; that term has no second derivative at the
    minimum, and is left out here.

    Parameters
    ----------
    m : int
        The number of residuals, from 3 to 99.

    Returns
    -------
    LeastSquares
        n = 3.

    Raises
    ------
    ValueError
        If m is no whole number from 3 to 99.
    """
    check_count("m", m, 3, 99)
    t = np.arange(1, m + 1) / 100
    y = 25 + (-50 * np.log(t))**(2 / 3)

    def distance(x):
        d = y - x[1]
        return d, np.log(np.sign(d.real) * d)

    def residuals(x):
        _, log_d = distance(x)
        return np.exp(-np.exp(x[2] * log_d) / x[0]) - t

    def exponent(x):
        d, log_d = distance(x)
        p = np.exp(x[2] * log_d) / x[0]
        return p, columns(-p / x[0], -p * x[2] / d, p * log_d)

    def jacobian(x):
        p, dp = exponent(x)
        return -np.exp(-p)[:, None] * dp

    def curvature(x, w):
        d, log_d = distance(x)
        p, dp = exponent(x)
        e = w * np.exp(-p)
        ep = e * p
        return weighted_gram(dp, e) - symmetric(3, {
            (0, 0): 2 * ep.sum() / x[0]**2,
            (0, 1): x[2] * (ep @ (1 / d)) / x[0],
            (0, 2): -(ep @ log_d) / x[0],
            (1, 1): x[2] * (x[2] - 1) * (ep @ d**-2),
            (1, 2): -ep @ ((1 + x[2] * log_d) / d),
            (2, 2): ep @ log_d**2})

    return LeastSquares(residuals, jacobian, curvature, n=3, m=m, name="Gulf research and development",
                        starts=[(5, 2.5, 0.15)], minima=[((50, 25, 1.5), 0)])


@pickled_by_call
def kowalik_osborne() -> LeastSquares:
    """The function of Kowalik and Osborne, problem 15 of Moré, Garbow and Hillstrom.

        fᵢ = yᵢ − x₁(uᵢ² + uᵢx₂)/(uᵢ² + uᵢx₃ + x₄)

    A further minimum, of value 1.02734·10⁻³, lies at infinity: (∞, −14.07…, −∞, −∞).

    Returns
    -------
    LeastSquares
        n = 4, m = 11.
    """
    y = np.array([0.1957, 0.1947, 0.1735, 0.1600, 0.0844, 0.0627, 0.0456, 0.0342, 0.0323, 0.0235, 0.0246])
    u = np.array([4, 2, 1, 0.5, 0.25, 0.167, 0.125, 0.1, 0.0833, 0.0714, 0.0625])

    def ratio(x):
        return u**2 + u * x[1], u**2 + u * x[2] + x[3]

    def residuals(x):
        a, b = ratio(x)
        return y - x[0] * a / b

    def jacobian(x):
        a, b = ratio(x)
        return columns(-a / b, -x[0] * u / b, x[0] * a * u / b**2, x[0] * a / b**2)

    def curvature(x, w):
        a, b = ratio(x)
        c = -2 * x[0] * w * a / b**3
        return symmetric(4, {(0, 1): -w @ (u / b),
                             (0, 2): w @ (a * u / b**2),
                             (0, 3): w @ (a / b**2),
                             (1, 2): x[0] * (w @ (u / b)**2),
                             (1, 3): x[0] * (w @ (u / b**2)),
                             (2, 2): c @ u**2, (2, 3): c @ u, (3, 3): c.sum()})

    return LeastSquares(residuals, jacobian, curvature, n=4, m=11, name="Kowalik and Osborne",
                        starts=[(0.25, 0.39, 0.415, 0.39)],
                        minima=[((0.1928069345790379, 0.1912823287343668, 0.12305650692632074, 0.13606233068379475),
                                 0.0003075056038492378)])


@pickled_by_call
def brown_dennis(m: int = 20) -> LeastSquares:
    """The function of Brown and Dennis, problem 16 of Moré, Garbow and Hillstrom.

        fᵢ = (x₁ + tᵢx₂ − exp tᵢ)² + (x₃ + x₄ sin tᵢ − cos tᵢ)²,   tᵢ = i/5

    Parameters
    ----------
    m : int
        The number of residuals, at least 4.

    Returns
    -------
    LeastSquares
        n = 4.

    Raises
    ------
    ValueError
        If m is no whole number of at least 4.
    """
    check_count("m", m, 4)
    t = np.arange(1, m + 1) / 5
    P, Q = columns(1, t), columns(1, np.sin(t))

    def fits(x):
        return P @ x[:2] - np.exp(t), Q @ x[2:] - np.cos(t)

    def residuals(x):
        p, q = fits(x)
        return p**2 + q**2

    def jacobian(x):
        p, q = fits(x)
        return np.concatenate([2 * p[:, None] * P, 2 * q[:, None] * Q], axis=1)

    def curvature(x, w):
        zero = np.zeros((2, 2))
        return np.block([[weighted_gram(P, 2 * w), zero], [zero, weighted_gram(Q, 2 * w)]])

    return LeastSquares(residuals, jacobian, curvature, n=4, m=m, name="Brown and Dennis",
                        starts=[(25, 5, -5, -1)],
                        minima=[((-11.594439904762165, 13.203630051207202, -0.4034394881768595, 0.23677877445573628),
                                 85822.20162635631)] if m == 20 else [])
