"""Functions of two variables that courses on optimisation draw, and Rosenbrock's function of n variables.

Glossary: x = (x₁, x₂) is the point. The sources are named with each function.
"""
from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import ArrayLike

from .problem import LeastSquares, Problem, check_count, pickled_by_call, symmetric, weighted_gram
from .quadratics import Quadratic

__all__ = ["beale", "rosenbrock", "himmelblau", "saddle", "stretched_saddle", "monkey_saddle", "lecture_surface"]


@pickled_by_call
def beale(starts: Iterable[ArrayLike] = ((2, -2), (-3, 3), (1, 1))) -> LeastSquares:
    """Beale's function: a narrow valley that bends between steep walls.

        F(x) = Σᵢ (yᵢ − x₁(1 − x₂ⁱ))²,   i = 1, 2, 3,   y = (1.5, 2.25, 2.625)

    Parameters
    ----------
    starts : iterable of arrays (2,)
        Where runs start. The UCLA lecture on optimisation starts at (2, −2) and (−3, 3), Moré, Garbow and Hillstrom
        at (1, 1).

    Returns
    -------
    LeastSquares
        n = 2, m = 3. The minimum is 0, at (3, ½), and there is a saddle at (0, 1).

    References
    ----------
    E. M. L. Beale (1958), On an iterative method for finding a local minimum of a function of more than one variable.

    J. J. Moré, B. S. Garbow, K. E. Hillstrom (1981), Testing unconstrained optimization software, problem 5.

    Examples
    --------
    >>> print(beale().value([3.0, 0.5]))
    0.0
    """
    i, y = np.arange(1, 4), np.array([1.5, 2.25, 2.625])

    def residuals(x):
        return y - x[0] * (1 - x[1]**i)

    def jacobian(x):
        return np.stack([x[1]**i - 1, x[0] * i * x[1]**(i - 1)], axis=1)

    def curvature(x, w):
        return symmetric(2, {(0, 1): w @ (i * x[1]**(i - 1)),
                             (1, 1): x[0] * (2 * w[1] + 6 * w[2] * x[1])})

    return LeastSquares(residuals, jacobian, curvature, n=2, m=3, name="Beale", starts=starts,
                        minima=[((3, 0.5), 0)], saddles=[(0, 1)], bounds=((-4.5, 4.5), (-4.5, 4.5)), enclosure=True)


@pickled_by_call
def rosenbrock(n: int = 2) -> LeastSquares:
    """Rosenbrock's function: a valley in the shape of a banana, or a chain of n − 1 of them.

        F(x) = Σᵢ 100 (xᵢ₊₁ − xᵢ²)² + (1 − xᵢ)²,   i = 1, …, n − 1

    From n = 4 on there is a local minimum near (−1, 1, …, 1) besides the global one at (1, …, 1).

    Parameters
    ----------
    n : int
        The number of variables, at least 2.

    Returns
    -------
    LeastSquares
        m = 2(n − 1).

    Raises
    ------
    ValueError
        If n is no whole number of at least 2.

    References
    ----------
    H. H. Rosenbrock (1960), An automatic method for finding the greatest or least value of a function.

    J. J. Moré, B. S. Garbow, K. E. Hillstrom (1981), Testing unconstrained optimization software, problem 1 (n = 2).

    Examples
    --------
    >>> f = rosenbrock()
    >>> f.starts[0], f.gradient([1.0, 1.0])
    (array([-1.2,  1. ]), array([0., 0.]))
    """
    check_count("n", n, 2)
    first, second = np.eye(n)[:-1], np.eye(n)[1:]

    def residuals(x):
        return np.concatenate([10 * (x[1:] - x[:-1]**2), 1 - x[:-1]])

    def jacobian(x):
        return np.concatenate([10 * second - 20 * x[:-1, None] * first, -first])

    def curvature(x, w):
        return np.diag(np.append(-20 * w[:n - 1], 0))

    return LeastSquares(residuals, jacobian, curvature, n=n, m=2 * (n - 1), name="Rosenbrock",
                        starts=[np.resize([-1.2, 1], n)], minima=[(np.ones(n), 0)],
                        bounds=((-2, 2), (-1, 3)) if n == 2 else None, enclosure=True)


@pickled_by_call
def himmelblau() -> LeastSquares:
    """Himmelblau's function: four minima, all of value zero, with four saddles between them and a maximum.

        F(x) = (x₁² + x₂ − 11)² + (x₁ + x₂² − 7)²

    Returns
    -------
    LeastSquares
        n = 2, m = 2.

    References
    ----------
    D. M. Himmelblau (1972), Applied nonlinear programming.

    Examples
    --------
    >>> print(himmelblau().value([3.0, 2.0]))
    0.0
    """
    def residuals(x):
        return np.array([x[0]**2 + x[1] - 11, x[0] + x[1]**2 - 7])

    def jacobian(x):
        return np.array([[2 * x[0], 1], [1, 2 * x[1]]])

    def curvature(x, w):
        return np.diag(2 * w)

    return LeastSquares(residuals, jacobian, curvature, n=2, m=2, name="Himmelblau", starts=[(0, 0)],
                        minima=[((3, 2), 0),
                                ((-2.805118086952745, 3.131312518250573), 0),
                                ((-3.779310253377747, -3.2831859912861696), 0),
                                ((3.5844283403304917, -1.8481265269644036), 0)],
                        saddles=[(0.08667750455539636, 2.884254701174776),
                                 (3.385154183607021, 0.07385187983774928),
                                 (-3.0730257507643897, -0.08135304428796751),
                                 (-0.12796134673068008, -1.9537149802445763)],
                        bounds=((-6, 6), (-6, 6)), enclosure=True)


@pickled_by_call
def saddle() -> Quadratic:
    """The plain saddle x₁² − x₂², with its stationary point at the origin; it is unbounded below.

    Returns
    -------
    Quadratic
        n = 2.

    Examples
    --------
    >>> saddle().hessian([0.0, 0.0])
    array([[ 2.,  0.],
           [ 0., -2.]])
    """
    return _axis_saddle(2, "saddle")


@pickled_by_call
def stretched_saddle() -> Quadratic:
    """A saddle 5x₁² − x₂² whose valley in x₁ is five times as steep as the way out in x₂; it is unbounded below.

    Returns
    -------
    Quadratic
        n = 2.

    Examples
    --------
    >>> stretched_saddle().eigenvalues
    array([10., -2.])
    """
    return _axis_saddle(10, "stretched saddle")


def _axis_saddle(steep, name):
    return Quadratic(np.array([steep, -2.0]), np.eye(2), np.zeros(2), name=name, starts=[(1, 1e-3)])


@pickled_by_call
def monkey_saddle() -> Problem:
    """The monkey saddle x₁³ − 3x₁x₂²: three ways lead down from the origin, where the Hessian is zero.

    It is unbounded below.

    Returns
    -------
    Problem
        n = 2.

    Examples
    --------
    >>> f = monkey_saddle()
    >>> f.gradient([0.0, 0.0]) + 0.0, abs(f.hessian([0.0, 0.0])).max().item()
    (array([0., 0.]), 0.0)
    """
    def value(x):
        return x[0]**3 - 3 * x[0] * x[1]**2

    def gradient(x):
        return np.array([3 * (x[0]**2 - x[1]**2), -6 * x[0] * x[1]])

    def hessian(x):
        return 6 * np.array([[x[0], -x[1]], [-x[1], -x[0]]])

    return Problem(value, gradient, hessian, n=2, name="monkey saddle", starts=[(1, 1e-3)], saddles=[(0, 0)],
                   bounds=((-2, 2), (-2, 2)), enclosure=True)


@pickled_by_call
def lecture_surface() -> Problem:
    """A bowl with hollows, on which gradient descent and adaptive methods end in different minima.

        f(x) = 0.05 ‖x‖² − Σₖ Aₖ exp(−½ ‖(x − cₖ)/sₖ‖²),   the division taken coordinate by coordinate

    Two of the three hollows run into one, so that there are two minima and a saddle between them. The function takes
    the place of a surface in the UCLA lecture on optimisation whose formula is not published, and shows what the
    lecture tells of it: from (2.9, 1.5) gradient descent, momentum and Nesterov's method end in the local minimum of
    value −1.70, and Adagrad, RMSProp and Adam in the global one of value −2.76.

    Returns
    -------
    Problem
        n = 2.

    Examples
    --------
    >>> [round(value, 2) for _, value in lecture_surface().minima]
    [-2.76, -1.7]
    """
    c = np.array([[0.4, -1.1], [1.7, -1.2], [0.2, 2.1]])
    s = np.array([[0.6, 0.9], [0.6, 1.1], [1.1, 1.0]])
    A = np.array([2.6, 1.9, 1.9])

    def hollows(x):
        z = (x - c) / s
        return A * np.exp(-(z * z).sum(axis=1) / 2), z / s

    def value(x):
        return 0.05 * x @ x - hollows(x)[0].sum()

    def gradient(x):
        e, u = hollows(x)
        return 0.1 * x + e @ u

    def hessian(x):
        e, u = hollows(x)
        return np.diag(0.1 + e @ s**-2) - weighted_gram(u, e)

    return Problem(value, gradient, hessian, n=2, name="lecture surface", starts=[(2.9, 1.5)],
                   minima=[((0.517784576312949, -1.0635941844744095), -2.7611901847856175),
                           ((0.19352402612727787, 1.9791441470963944), -1.6967056543035213)],
                   saddles=[(0.4037055937633048, 0.6674085065535884)], bounds=((-3, 4), (-4, 4)))
