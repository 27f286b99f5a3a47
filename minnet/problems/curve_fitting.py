"""Moré, Garbow and Hillstrom's fits of a curve to data: numbers 6, 8 to 12 and 15 to 19.

Each docstring gives the residuals fᵢ, i = 1 … m, whose sum of squares is to be minimised; indices count from 1.
In the code t and y are the data, w the weights of the curvature Σᵢ wᵢ ∇²fᵢ.
"""
from __future__ import annotations

import numpy as np

from .problem import LeastSquares, columns, symmetric, weighted_gram

__all__ = ["jennrich_sampson", "bard", "gaussian", "meyer", "gulf", "box_3d", "kowalik_osborne", "brown_dennis",
           "osborne_1", "biggs_exp6", "osborne_2"]


def jennrich_sampson(m=10):
    """6. fᵢ = 2 + 2i − (exp(i x₁) + exp(i x₂))."""
    i = np.arange(1.0, m + 1)

    def residuals(x):
        return 2 + 2 * i - np.exp(np.outer(i, x)).sum(axis=1)

    def jacobian(x):
        return -i[:, None] * np.exp(np.outer(i, x))

    def curvature(x, w):
        return np.diag(-(w * i**2) @ np.exp(np.outer(i, x)))

    return LeastSquares(residuals, jacobian, curvature, n=2, m=m, name="Jennrich and Sampson",
                        starts=[(0.3, 0.4)], bounds=((0, 0.5), (0, 0.5)),
                        minima=[])


def bard():
    """8. fᵢ = yᵢ − x₁ − uᵢ/(vᵢx₂ + rᵢx₃),  uᵢ = i, vᵢ = 16 − i, rᵢ = min(uᵢ, vᵢ).

    A further minimum, of value 17.4286, lies at infinity: (0.8406…, −∞, −∞).
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
                        minima=[])


def gaussian():
    """9. fᵢ = x₁ exp(−x₂(tᵢ − x₃)²/2) − yᵢ,  tᵢ = (8 − i)/2."""
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
                        minima=[])


def meyer():
    """10. fᵢ = x₁ exp(x₂/(tᵢ + x₃)) − yᵢ,  tᵢ = 45 + 5i: the resistance of a thermistor, very badly scaled."""
    t = 45 + 5 * np.arange(1.0, 17)
    y = np.array([34780, 28610, 23650, 19630, 16370, 13720, 11540, 9744, 8261, 7030, 6005, 5147, 4427, 3820, 3307, 2872.0])

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
                        minima=[])


def gulf(m=99):
    """11. Gulf research and development: fᵢ = exp(−|yᵢ − x₂|^x₃/x₁) − tᵢ,  tᵢ = i/100, yᵢ = 25 + (−50 ln tᵢ)^⅔.

    The paper's formula is misprinted ("m i" for the minus sign); this is the one of its Fortran, and 3 ≤ m ≤ 100.
    """
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


def box_3d(m=10):
    """12. fᵢ = exp(−tᵢx₁) − exp(−tᵢx₂) − x₃(exp(−tᵢ) − exp(−10tᵢ)),  tᵢ = i/10.

    Besides the two listed, every x with x₁ = x₂, x₃ = 0 is a minimum of value zero.
    """
    t = 0.1 * np.arange(1, m + 1)
    c = np.exp(-t) - np.exp(-10 * t)

    def residuals(x):
        return np.exp(-t * x[0]) - np.exp(-t * x[1]) - x[2] * c

    def jacobian(x):
        return columns(-t * np.exp(-t * x[0]), t * np.exp(-t * x[1]), -c)

    def curvature(x, w):
        return symmetric(3, {(0, 0): w @ (t**2 * np.exp(-t * x[0])), (1, 1): -w @ (t**2 * np.exp(-t * x[1]))})

    return LeastSquares(residuals, jacobian, curvature, n=3, m=m, name="Box three-dimensional",
                        starts=[(0, 10, 20)], minima=[((1, 10, 1), 0), ((10, 1, -1), 0)])


def kowalik_osborne():
    """15. fᵢ = yᵢ − x₁(uᵢ² + uᵢx₂)/(uᵢ² + uᵢx₃ + x₄).

    A further minimum, of value 1.02734·10⁻³, lies at infinity: (∞, −14.07…, −∞, −∞).
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
                        minima=[])


def brown_dennis(m=20):
    """16. fᵢ = (x₁ + tᵢx₂ − exp tᵢ)² + (x₃ + x₄ sin tᵢ − cos tᵢ)²,  tᵢ = i/5."""
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
                        minima=[])


def osborne_1():
    """17. fᵢ = yᵢ − (x₁ + x₂ exp(−tᵢx₄) + x₃ exp(−tᵢx₅)),  tᵢ = 10(i − 1)."""
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
                        minima=[])


def biggs_exp6(m=13):
    """18. fᵢ = x₃ exp(−tᵢx₁) − x₄ exp(−tᵢx₂) + x₆ exp(−tᵢx₅) − yᵢ,

    with tᵢ = i/10 and yᵢ = exp(−tᵢ) − 5 exp(−10tᵢ) + 3 exp(−4tᵢ).
    """
    t = 0.1 * np.arange(1, m + 1)
    y = np.exp(-t) - 5 * np.exp(-10 * t) + 3 * np.exp(-4 * t)

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
                        minima=[((1, 10, 1, 5, 4, 3), 0)])


def osborne_2():
    """19. fᵢ = yᵢ − x₁ exp(−tᵢx₅) − Σₖ xₖ exp(−xₖ₊₄(tᵢ − xₖ₊₇)²), k = 2, 3, 4,  tᵢ = (i − 1)/10.

    In the code a, s and c are the heights xₖ, sharpnesses xₖ₊₄ and centres xₖ₊₇ of the three bells.
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
                        minima=[])
