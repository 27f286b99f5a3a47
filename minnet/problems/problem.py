"""What a test problem is: a function with its standard starts and its known minima.

x (n,) is the point; f (m,) are the residuals of a sum of squares, J (m, n) their Jacobian and w (m,) weights.
"""
from __future__ import annotations

import numpy as np

from ..function import Function, as_vector, quiet

__all__ = ["Problem", "LeastSquares", "check_count", "columns", "symmetric", "weighted_gram"]


class Problem(Function):
    """A function with exact derivatives, of which it is known where to start and what to find.

    starts   points (n,), the standard start first
    minima   pairs (x, value); x is None where only the value is known
    saddles  stationary points that are no minima
    bounds   ((x₁ from, x₁ to), (x₂ from, x₂ to)), a frame that shows the features of a function of two variables
    enclosure  True where the formulas are exact but for the rounding of their operations, so that they run on balls

    Where the function leaves the range of the floating-point numbers it is inf or nan, without a warning.

    >>> bowl = Problem(lambda x: x @ x / 2, lambda x: x, lambda x: np.eye(2), n=2, name="bowl",
    ...                starts=[(1, 2)], minima=[((0, 0), 0)])
    >>> bowl
    <Problem bowl: n=2>
    >>> print(bowl(bowl.starts[0]))
    2.5
    """

    def __init__(self, value, gradient, hessian, *, n, name, starts, minima=(), saddles=(), bounds=None,
                 enclosure=None):
        super().__init__(value, gradient, hessian=hessian, n=n, name=name, enclosure=enclosure)
        self.starts = tuple(as_vector(x, n, "start").astype(float) for x in starts)
        self.minima = tuple((None if x is None else as_vector(x, n, "minimum").astype(float), float(value))
                            for x, value in minima)
        self.saddles = tuple(as_vector(x, n, "saddle").astype(float) for x in saddles)
        self.bounds = bounds

    def __repr__(self):
        return f"<{type(self).__name__} {self.name}: n={self.n}>"

    value, gradient, hvp, hessian = map(quiet, (Function.value, Function.gradient, Function.hvp, Function.hessian))

    def on_grid(self, X, Y):
        """The values at the points (X, Y), two arrays that are broadcast together: what a contour plot needs."""
        if self.n != 2:
            raise ValueError(f"{self.name} has {self.n} variables; a grid needs two")
        X, Y = np.broadcast_arrays(X, Y)
        points = np.stack([X.ravel(), Y.ravel()], axis=1).astype(float)
        with np.errstate(all="ignore"):
            return np.array([self._value(x) for x in points], dtype=float).reshape(X.shape)


class LeastSquares(Problem):
    """A sum of squares F(x) = Σᵢ fᵢ(x)², without the ½ of other authors, as in Moré, Garbow and Hillstrom.

    residuals(x) -> f (m,), jacobian(x) -> J (m, n) and curvature(x, w) -> Σᵢ wᵢ ∇²fᵢ(x) (n, n) give

        ∇F = 2 Jᵀf,   ∇²F = 2 (JᵀJ + Σᵢ fᵢ ∇²fᵢ).
    """

    def __init__(self, residuals, jacobian, curvature, *, m, **face):
        def value(x):
            f = residuals(x)
            return f @ f

        def gradient(x):
            return 2 * residuals(x) @ jacobian(x)

        def hessian(x):
            f, J = residuals(x), jacobian(x)
            return 2 * (J.T @ J + curvature(x, f))

        super().__init__(value, gradient, hessian, **face)
        self.m, self._residuals, self._jacobian, self._curvature = m, residuals, jacobian, curvature

    def __repr__(self):
        return f"<{type(self).__name__} {self.name}: n={self.n}, m={self.m}>"

    @quiet
    def residuals(self, x):
        return self._residuals(self._point(x))

    @quiet
    def jacobian(self, x):
        return self._jacobian(self._point(x))

    @quiet
    def ggn(self, x):
        """2 JᵀJ: the Hessian without the residuals' own curvature, which Gauss-Newton methods use."""
        J = self.jacobian(x)
        return 2 * J.T @ J

    @quiet
    def curvature(self, x, w):
        return self._curvature(self._point(x), as_vector(w, self.m, "w"))


def check_count(name, count, least, most=float("inf")):
    """ValueError where `count`, an argument called `name`, is no whole number from `least` to `most`."""
    if not isinstance(count, (int, np.integer)) or not least <= count <= most:
        limit = f"of at least {least}" if most == float("inf") else f"from {least} to {most}"
        raise ValueError(f"{name}={count!r}; expected a whole number {limit}")


def columns(*parts):
    """The matrix with these columns; a number stands for a column of it.

    >>> columns(1, np.array([2.0, 3.0]))
    array([[1., 2.],
           [1., 3.]])
    """
    return np.stack(np.broadcast_arrays(*parts), axis=1, dtype=np.result_type(float, *parts))


def symmetric(n, entries):
    """The symmetric (n, n) matrix of `entries` {(i, j): value}, zero elsewhere; i, j may be tuples of indices.

    >>> symmetric(2, {(0, 0): 1.0, (0, 1): 3.0})
    array([[1., 3.],
           [3., 0.]])
    """
    H = np.zeros((n, n), np.result_type(float, *entries.values()))
    for (i, j), value in entries.items():
        H[i, j] = H[j, i] = value
    return H


def weighted_gram(A, w):
    """Aᵀ diag(w) A, symmetric to the last bit."""
    G = (A.T * w) @ A
    return (G + G.T) / 2
