"""Quadratics of a given spectrum: bowls, valleys and saddles.

Glossary: λ (n,) the eigenvalues, the columns of Q (n, n) the eigenvectors, c (n,) the centre.
"""
from __future__ import annotations

from collections.abc import Iterable
from functools import partial

import numpy as np
from numpy.typing import ArrayLike

from ..function import Array
from ..linalg.ball import Ball
from ..linalg.enclosure import enclosure_of
from .problem import Problem, weighted_gram

__all__ = ["Quadratic", "quadratic"]


class Quadratic(Problem):
    """The quadratic ½ (x − c)ᵀ Q diag(λ) Qᵀ (x − c).

    The centre is a minimum where no eigenvalue is negative, a saddle where some are and some are positive.

    Parameters
    ----------
    eigenvalues : array (n,)
        λ, of any signs.
    Q : array (n, n)
        An orthogonal matrix.
    centre : array (n,)
    name : str
    starts : iterable of arrays (n,)

    Attributes
    ----------
    eigenvalues, Q, centre : array
        As above.

    Examples
    --------
    >>> bowl = Quadratic(np.array([1.0, 4.0]), np.eye(2), np.zeros(2), starts=[(1, 1)])
    >>> bowl.gradient([1.0, 1.0])
    array([1., 4.])
    """

    eigenvalues: Array
    Q: Array
    centre: Array

    def __init__(self, eigenvalues: Array, Q: Array, centre: Array, *, name: str = "quadratic",
                 starts: Iterable[ArrayLike]) -> None:
        self.eigenvalues, self.Q, self.centre = eigenvalues, Q, centre
        H = weighted_gram(Q.T, eigenvalues)
        lowest, highest = eigenvalues.min(), eigenvalues.max()

        def value(x):
            z = (x - centre) @ Q
            return eigenvalues @ (z * z) / 2

        def gradient(x):
            return Q @ (eigenvalues * ((x - centre) @ Q))

        def on_balls(x):
            return (Ball(Q) * eigenvalues) @ Q.T

        super().__init__(value, gradient, lambda x: H.copy(), n=len(eigenvalues), name=name, starts=starts,
                         minima=[(centre, 0)] if lowest >= 0 else [],
                         saddles=[centre] if lowest < 0 < highest else [],
                         bounds=tuple((c - 2, c + 2) for c in centre) if len(eigenvalues) == 2 else None,
                         enclosure=lambda x, radius: enclosure_of(x, radius, gradient, on_balls, value))
        self._remade = partial(Quadratic, eigenvalues, Q, centre, name=name, starts=self.starts)


def quadratic(spectrum: ArrayLike, rng: int | np.random.Generator | None = None,
              centre: ArrayLike | None = None) -> Quadratic:
    """Return the quadratic ½ (x − c)ᵀ Q diag(λ) Qᵀ (x − c) with given eigenvalues λ.

    Parameters
    ----------
    spectrum : array (n,)
        The eigenvalues λ, of any signs.
    rng : int or Generator, optional
        Draws the eigenvectors Q, uniformly over the orthogonal group; by default they are the coordinate axes.
    centre : array (n,), optional
        The centre c; by default the origin.

    Returns
    -------
    Quadratic
        Its start lies at distance 1 from the centre along every eigenvector: c + Q (1, …, 1).

    Raises
    ------
    ValueError
        If the spectrum is no vector of finite numbers, or the centre is of another length.

    References
    ----------
    F. Mezzadri (2007), How to generate random matrices from the classical compact groups.

    Examples
    --------
    >>> valley = quadratic([1, 100])
    >>> print(valley([1, 1]), valley.minima)
    50.5 ((array([0., 0.]), 0.0),)
    """
    eigenvalues = np.array(spectrum, dtype=float)
    if eigenvalues.ndim != 1 or not eigenvalues.size or not np.isfinite(eigenvalues).all():
        raise ValueError(f"spectrum={spectrum!r}; expected a vector of finite eigenvalues")
    n = len(eigenvalues)
    centre = np.zeros(n) if centre is None else np.array(centre, dtype=float)
    if centre.shape != (n,):
        raise ValueError(f"centre has shape {centre.shape}; expected ({n},), as the spectrum")
    Q = np.eye(n)
    if rng is not None:
        Q, R = np.linalg.qr(np.random.default_rng(rng).standard_normal((n, n)))
        Q = Q * np.sign(np.diag(R))
    return Quadratic(eigenvalues, Q, centre, starts=[centre + Q.sum(axis=1)])
