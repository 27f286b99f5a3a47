"""Data drawn at random: the notebook's clusters, two moons, spirals, exclusive or, and images of curves.

`rng` is an integer, None or a NumPy Generator, as `np.random.default_rng` takes it. Only `notebook` and
`notebook_start` use NumPy's legacy generator, so that their seeds mean what they mean in the NNDL notebook on
second-order methods, from which they come.
"""
from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .dataset import Dataset

__all__ = ["notebook", "notebook_start", "two_moons", "spirals", "xor", "curves"]

Array = NDArray[Any]
PLANE = ("x1", "x2")
SIDE, SIGMA, STEPS = 28, 0.8, 100     # of curves: pixels, pen, points of the midpoint rule
CHUNK = 256                           # images drawn at once


def notebook(seed: int | None) -> Dataset:
    """Draw the three Gaussian clusters of the NNDL notebook on second-order methods.

    Two clusters of 20 points each are class 0 (blue), and one of 40 points is class 1 (red), all about the unit
    square. The points are those of the notebook after `np.random.seed(seed)`.

    Parameters
    ----------
    seed : int or None

    Returns
    -------
    Dataset
        X (80, 2), y (80,).

    Examples
    --------
    >>> notebook(0)
    <Dataset: 80 examples, 2 features, 2 classes (blue, red)>
    """
    X, y = _notebook_draw(np.random.RandomState(seed))
    return Dataset(X, y, PLANE, ("blue", "red"))


def notebook_start(seed: int | None) -> Array:
    """Draw the weights at which the network of the NNDL notebook on second-order methods starts.

    It has 2 inputs, 3 hidden units and 1 output; W ~ N(0, 1/(fan_in·fan_out)), row by row, and b = 0. The notebook
    draws the weights after the data and from the same stream, so that they belong to `notebook(seed)`.

    Parameters
    ----------
    seed : int or None

    Returns
    -------
    array (13,)
        W1, b1, W2, b2.

    Examples
    --------
    >>> notebook_start(0).shape
    (13,)
    """
    state = np.random.RandomState(seed)
    _notebook_draw(state)
    W1 = state.normal(0, np.sqrt(1 / (2 * 3)), 3 * 2)
    W2 = state.normal(0, np.sqrt(1 / (3 * 1)), 1 * 3)
    return np.concatenate([W1, np.zeros(3), W2, np.zeros(1)])


def _notebook_draw(state):
    blue_low = state.multivariate_normal([0.2, 0.2], [[0.03, -0.01], [-0.01, 0.02]], 20)
    blue_high = state.multivariate_normal([0.7, 0.7], [[0.01, -0.01], [-0.01, 0.02]], 20)
    red = state.multivariate_normal([0.4, 0.6], [[0.03, -0.02], [-0.02, 0.04]], 40)
    return np.vstack([blue_low, blue_high, red]), np.repeat([0, 1], [40, 40])


def two_moons(n: int = 200, noise: float = 0.1, rng: int | np.random.Generator | None = None) -> Dataset:
    """Draw two half circles that reach into each other, evenly spaced, with Gaussian noise.

        upper: (cos t, sin t),   lower: (1 − cos t, ½ − sin t),   0 ≤ t ≤ π

    Parameters
    ----------
    n : int
        The number of examples, half of them in each moon.
    noise : float
        The standard deviation of the noise.
    rng : int or Generator, optional

    Returns
    -------
    Dataset
        X (n, 2), y (n,), the upper moon first.

    Raises
    ------
    ValueError
        If n is no whole number of at least 1, or noise is negative or not finite.

    Examples
    --------
    >>> two_moons(4, noise=0).X.round(3) + 0.0
    array([[ 1. ,  0. ], [-1. ,  0. ], [ 0. ,  0.5], [ 2. ,  0.5]])
    """
    y = _halves(n)
    t = np.concatenate([np.linspace(0, np.pi, m) for m in np.bincount(y, minlength=2)])
    upper = np.column_stack([np.cos(t), np.sin(t)])
    X = np.where(y[:, None] == 0, upper, [1.0, 0.5] - upper)
    return Dataset(X + _noise(X.shape, noise, rng), y, PLANE, ("upper", "lower"))


def spirals(n: int = 200, turns: float = 1.5, noise: float = 0.02,
            rng: int | np.random.Generator | None = None) -> Dataset:
    """Draw two spirals about the origin, one turned by π against the other, with Gaussian noise.

        r (cos φ, sin φ),   φ = 2π·turns·r + π·y,   r evenly spaced in (0, 1]

    Parameters
    ----------
    n : int
        The number of examples, half of them on each spiral.
    turns : float
        How often a spiral winds about the origin.
    noise : float
        The standard deviation of the noise.
    rng : int or Generator, optional

    Returns
    -------
    Dataset
        X (n, 2), y (n,), one spiral after the other.

    Raises
    ------
    ValueError
        If n is no whole number of at least 1, or noise is negative or not finite.

    References
    ----------
    K. J. Lang, M. J. Witbrock (1988), Learning to tell two spirals apart. They take three turns and 97 points on each.

    Examples
    --------
    >>> spirals(2, noise=0).X.round(3) + 0.0
    array([[-1.,  0.], [ 1.,  0.]])
    """
    y = _halves(n)
    r = np.concatenate([np.arange(1, m + 1) / m for m in np.bincount(y, minlength=2)])
    phi = 2 * np.pi * turns * r + np.pi * y
    X = r[:, None] * np.column_stack([np.cos(phi), np.sin(phi)])
    return Dataset(X + _noise(X.shape, noise, rng), y, PLANE, ("first", "second"))


def xor(n: int = 4, noise: float = 0.0, rng: int | np.random.Generator | None = None) -> Dataset:
    """Draw examples of exclusive or: the corners of the unit square in turn, with Gaussian noise.

    Parameters
    ----------
    n : int
        The number of examples.
    noise : float
        The standard deviation of the noise.
    rng : int or Generator, optional

    Returns
    -------
    Dataset
        X (n, 2), y (n,).

    Raises
    ------
    ValueError
        If n is no whole number of at least 1, or noise is negative or not finite.

    Examples
    --------
    >>> data = xor()
    >>> data.X, data.y
    (array([[0., 0.], [0., 1.], [1., 0.], [1., 1.]]), array([0, 1, 1, 0]))
    """
    corner = np.arange(_at_least_one(n)) % 4
    X = np.column_stack([corner // 2, corner % 2]).astype(float)
    y = (X[:, 0] != X[:, 1]).astype(int)
    return Dataset(X + _noise(X.shape, noise, rng), y, PLANE, ("false", "true"))


def curves(n: int = 1000, rng: int | np.random.Generator | None = None) -> Dataset:
    """Draw grey images of 28 × 28 pixels with a smooth curve through three random points.

    The task is to code and reconstruct the images: six numbers hold all of an image. The curve is the parabola with
    P(0), P(½), P(1) at the points, which lie uniformly in the square [4, 24]². It stays within 1.25 times that square,
    and so inside the image. It is drawn with a Gaussian pen of deviation σ = 0.8 pixels that moves at unit speed,

        grey(pixel) = min(1, 1/(√(2π) σ) ∫ exp(−‖pixel − P(t)‖² / 2σ²) ‖P′(t)‖ dt),

    and rounded to 256 levels. The integral is taken by the midpoint rule, as a product of the pen's profiles along
    rows and columns.

    Parameters
    ----------
    n : int
        The number of images.
    rng : int or Generator, optional

    Returns
    -------
    Dataset
        X (n, 784) in [0, 1], row by row, and y = X.

    Raises
    ------
    ValueError
        If n is no whole number of at least 1.

    References
    ----------
    G. E. Hinton, R. R. Salakhutdinov (2006), Reducing the dimensionality of data with neural networks.

    J. Martens (2010), Deep learning via Hessian-free optimization.

    Examples
    --------
    >>> curves(5, rng=0)
    <Dataset: 5 examples, 784 features, 784 real targets>
    """
    n = _at_least_one(n)
    points = np.random.default_rng(rng).uniform(4, 24, (n, 3, 2))
    X = np.empty((n, SIDE * SIDE))
    for start in range(0, n, CHUNK):
        X[start:start + CHUNK] = _draw(points[start:start + CHUNK])
    names = tuple(f"pixel_{row}_{column}" for row in range(SIDE) for column in range(SIDE))
    return Dataset(X, X, names, None)


def _draw(points):
    """The images (m, 784) of the curves through `points` (m, 3, 2), each point (row, column)."""
    t = (np.arange(STEPS) + 0.5) / STEPS
    basis = np.column_stack([(1 - t) * (1 - 2 * t), 4 * t * (1 - t), t * (2 * t - 1)])
    slope = np.column_stack([4 * t - 3, 4 - 8 * t, 4 * t - 1])
    P, dP = basis @ points, slope @ points
    speed = np.linalg.norm(dP, axis=2)
    pixel = np.arange(SIDE) + 0.5
    profile = np.exp(-((P[..., None] - pixel) / SIGMA) ** 2 / 2)
    rows, columns = profile[:, :, 0] * speed[..., None], profile[:, :, 1]
    integral = rows.transpose(0, 2, 1) @ columns / STEPS
    grey = np.minimum(1, integral / (np.sqrt(2 * np.pi) * SIGMA))
    return (np.round(255 * grey) / 255).reshape(len(points), -1)


def _halves(n):
    """Class numbers (n,): zeros, then ones, one zero more where n is odd."""
    n = _at_least_one(n)
    return np.repeat([0, 1], [n - n // 2, n // 2])


def _noise(shape, noise, rng):
    if not 0 <= noise < np.inf:
        raise ValueError(f"noise={noise}; expected a standard deviation, 0 or more")
    return noise * np.random.default_rng(rng).standard_normal(shape)


def _at_least_one(n):
    if n != int(n) or n < 1:
        raise ValueError(f"n={n}; expected a number of examples, 1 or more")
    return int(n)
