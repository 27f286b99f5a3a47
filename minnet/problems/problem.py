"""Test problems: functions with their standard starts and known minima.

Glossary: x (n,) the point; for a sum of squares f (m,) the residuals, J (m, n) their Jacobian and w (m,) weights.
"""
from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial, wraps
from typing import Any, Literal, ParamSpec, TypeVar

import numpy as np
from numpy.typing import ArrayLike

from ..function import Array, as_vector, quiet
from ..own_function import Function

__all__ = [
    "Frame",
    "LeastSquares",
    "Problem",
    "check_count",
    "columns",
    "pickled_by_call",
    "symmetric",
    "weighted_gram",
]

Frame = tuple[tuple[float, float], ...]
Index = int | tuple[int, ...]


class Problem(Function):
    """A function with exact derivatives, of which it is known where to start and what to find.

    Where the function leaves the range of the floating-point numbers its value is inf or nan, without a warning.

    Parameters
    ----------
    value, gradient, hessian : callable
        The rules f(x), ∇f(x) (n,) and ∇²f(x) (n, n).
    n : int
        The number of variables.
    name : str
    starts : iterable of arrays (n,)
        Where to start, the standard start first.
    minima : iterable of pairs (x, value)
        The known local minima; x is None where only the value is known.
    saddles : iterable of arrays (n,)
        The known stationary points that are no minima.
    bounds : ((float, float), (float, float)), optional
        The ends of x₁ and of x₂ in a picture that shows the features of a function of two variables.
    enclosure : True or callable, optional
        As for `Function`: True where the formulas are exact but for the rounding of their operations, and run on
        balls.

    Attributes
    ----------
    starts, minima, saddles : tuple
        As above, with arrays of floats and values of type float.
    bounds : tuple or None

    Examples
    --------
    >>> bowl = Problem(lambda x: x @ x / 2, lambda x: x, lambda x: np.eye(2), n=2, name="bowl",
    ...                starts=[(1, 2)], minima=[((0, 0), 0)])
    >>> bowl
    <Problem bowl: n=2>
    >>> print(bowl(bowl.starts[0]))
    2.5
    """

    n: int  # pyright: ignore[reportIncompatibleVariableOverride]  (known here, and never changed)
    starts: tuple[Array, ...]
    minima: tuple[tuple[Array | None, float], ...]
    saddles: tuple[Array, ...]
    bounds: Frame | None

    def __init__(self, value: Callable[[Array], Any], gradient: Callable[[Array], Any],
                 hessian: Callable[[Array], Any], *, n: int, name: str, starts: Iterable[ArrayLike],
                 minima: Iterable[tuple[ArrayLike | None, float]] = (), saddles: Iterable[ArrayLike] = (),
                 bounds: Frame | None = None,
                 enclosure: Literal[True] | Callable[..., Any] | None = None) -> None:
        super().__init__(value, gradient, hessian=hessian, n=n, name=name, enclosure=enclosure)
        self.starts = tuple(as_vector(x, n, "start").astype(float) for x in starts)
        self.minima = tuple((None if x is None else as_vector(x, n, "minimum").astype(float), float(value))
                            for x, value in minima)
        self.saddles = tuple(as_vector(x, n, "saddle").astype(float) for x in saddles)
        self.bounds = bounds
        self._remade: partial[Any] | None = None  # makes it anew

    def __reduce__(self) -> Any:
        return super().__reduce__() if self._remade is None else (self._remade, ())

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name}: n={self.n}>"

    @quiet
    def value(self, x: ArrayLike) -> float:
        """Return f(x)."""
        return super().value(x)

    @quiet
    def gradient(self, x: ArrayLike) -> Array:
        """Return ∇f(x) (n,), a new array."""
        return super().gradient(x)

    @quiet
    def hvp(self, x: ArrayLike, v: ArrayLike) -> Array:
        """Return ∇²f(x) v, for v (n,) or (n, k)."""
        return super().hvp(x, v)

    @quiet
    def hessian(self, x: ArrayLike) -> Array:
        """Return ∇²f(x) (n, n), a new array."""
        return super().hessian(x)

    def on_grid(self, X: ArrayLike, Y: ArrayLike) -> Array:
        """Return the values at the points (X, Y) of the plane, as a contour plot needs them.

        Parameters
        ----------
        X, Y : array
            The two coordinates, broadcast against each other.

        Returns
        -------
        array
            The values, of the shape to which X and Y are broadcast.

        Raises
        ------
        ValueError
            If the function has not two variables.

        Examples
        --------
        >>> from minnet.problems import saddle
        >>> saddle().on_grid([0.0, 1.0, 2.0], 1.0)
        array([-1.,  0.,  3.])
        """
        if self.n != 2:
            raise ValueError(f"{self.name} has {self.n} variables; a grid needs two")
        X, Y = np.broadcast_arrays(X, Y)
        points = np.stack([X.ravel(), Y.ravel()], axis=1).astype(float)
        with np.errstate(all="ignore"):
            return np.array([self._value(x) for x in points], dtype=float).reshape(X.shape)


class LeastSquares(Problem):
    """A sum of squares F(x) = Σᵢ fᵢ(x)², without the factor ½ that some authors put before it.

    The derivatives follow from those of the residuals f (m,) with the Jacobian J (m, n):

        ∇F = 2 Jᵀf,   ∇²F = 2 (JᵀJ + Σᵢ fᵢ ∇²fᵢ).

    Parameters
    ----------
    residuals : callable
        residuals(x) -> f (m,).
    jacobian : callable
        jacobian(x) -> J (m, n).
    curvature : callable
        curvature(x, w) -> Σᵢ wᵢ ∇²fᵢ(x) (n, n), for weights w (m,).
    m : int
        The number of residuals.
    n, name, starts, minima, saddles, bounds
        As for `Problem`.

    References
    ----------
    J. J. Moré, B. S. Garbow, K. E. Hillstrom (1981), Testing unconstrained optimization software.

    Examples
    --------
    >>> line = LeastSquares(lambda x: x - [1, 2], lambda x: np.eye(2), lambda x, w: np.zeros((2, 2)), n=2, m=2,
    ...                     name="distance", starts=[(0, 0)])
    >>> line
    <LeastSquares distance: n=2, m=2>
    >>> line.gradient([0.0, 0.0])
    array([-2., -4.])
    """

    m: int

    def __init__(self, residuals: Callable[[Array], Any], jacobian: Callable[[Array], Any],
                 curvature: Callable[[Array, Array], Any], *, m: int, n: int, name: str,
                 starts: Iterable[ArrayLike], minima: Iterable[tuple[ArrayLike | None, float]] = (),
                 saddles: Iterable[ArrayLike] = (), bounds: Frame | None = None,
                 enclosure: Literal[True] | Callable[..., Any] | None = None) -> None:
        def value(x):
            f = residuals(x)
            return f @ f

        def gradient(x):
            return 2 * residuals(x) @ jacobian(x)

        def hessian(x):
            f, J = residuals(x), jacobian(x)
            return 2 * (J.T @ J + curvature(x, f))

        super().__init__(value, gradient, hessian, n=n, name=name, starts=starts, minima=minima, saddles=saddles,
                         bounds=bounds, enclosure=enclosure)
        self.m, self._residuals, self._jacobian, self._curvature = m, residuals, jacobian, curvature

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name}: n={self.n}, m={self.m}>"

    @quiet
    def residuals(self, x: ArrayLike) -> Array:
        """Return the residuals f(x) (m,)."""
        return self._residuals(self._point(x))

    @quiet
    def jacobian(self, x: ArrayLike) -> Array:
        """Return the Jacobian J(x) (m, n) of the residuals."""
        return self._jacobian(self._point(x))

    @quiet
    def ggn(self, x: ArrayLike) -> Array:
        """Return 2 JᵀJ (n, n), the Hessian without the residuals' own curvature, which Gauss-Newton methods use."""
        J = self.jacobian(x)
        return 2 * J.T @ J

    @quiet
    def curvature(self, x: ArrayLike, w: ArrayLike) -> Array:
        """Return Σᵢ wᵢ ∇²fᵢ(x) (n, n), the residuals' Hessians weighted by w (m,)."""
        return self._curvature(self._point(x), as_vector(w, self.m, "w"))


P = ParamSpec("P")
Made = TypeVar("Made", bound=Problem)


def pickled_by_call(make: Callable[P, Made]) -> Callable[P, Made]:
    """The same function, which makes problems that are pickled as its name and arguments, to be made again elsewhere.

    Their formulas are functions within a function, of which pickle knows nothing.

    Examples
    --------
    >>> import pickle
    >>> from minnet.problems import rosenbrock
    >>> pickle.loads(pickle.dumps(rosenbrock(4)))
    <LeastSquares Rosenbrock: n=4, m=6>
    """
    @wraps(make)
    def wrapped(*args: P.args, **options: P.kwargs) -> Made:
        problem = make(*args, **options)
        problem._remade = partial(wrapped, *args, **options)
        return problem
    return wrapped


def check_count(name: str, count: int, least: int, most: float = float("inf")) -> None:
    """Raise a ValueError unless `count`, an argument called `name`, is a whole number from `least` to `most`."""
    if not isinstance(count, (int, np.integer)) or not least <= count <= most:
        limit = f"of at least {least}" if most == float("inf") else f"from {least} to {most}"
        raise ValueError(f"{name}={count!r}; expected a whole number {limit}")


def columns(*parts: ArrayLike) -> Array:
    """Return the matrix with these columns; a number stands for a column filled with it.

    Examples
    --------
    >>> columns(1, np.array([2.0, 3.0]))
    array([[1., 2.],
           [1., 3.]])
    """
    return np.stack(np.broadcast_arrays(*parts), axis=1, dtype=np.result_type(float, *parts))


def symmetric(n: int, entries: Mapping[tuple[Index, Index], ArrayLike]) -> Array:
    """Return the symmetric (n, n) matrix with the given entries, and zeros elsewhere.

    Parameters
    ----------
    n : int
    entries : dict
        {(i, j): value}. i and j may be tuples of indices, for as many values.

    Examples
    --------
    >>> symmetric(2, {(0, 0): 1.0, (0, 1): 3.0})
    array([[1., 3.],
           [3., 0.]])
    """
    H = np.zeros((n, n), np.result_type(float, *entries.values()))
    for (i, j), value in entries.items():
        H[i, j] = H[j, i] = value
    return H


def weighted_gram(A: Array, w: Array) -> Array:
    """Return Aᵀ diag(w) A, symmetric to the last bit."""
    G = (A.T * w) @ A
    return (G + G.T) / 2
