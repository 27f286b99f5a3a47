"""Quadratics of a given spectrum: bowls, valleys, saddles.

λ are the eigenvalues, the columns of Q the eigenvectors, c the centre.
"""
from __future__ import annotations

import numpy as np

from ..linalg.ball import Ball
from ..linalg.enclosure import enclosure_of
from .problem import Problem, weighted_gram

__all__ = ["Quadratic", "quadratic"]


class Quadratic(Problem):
    """½ (x − c)ᵀ Q diag(λ) Qᵀ (x − c), with its `eigenvalues` λ, orthogonal `Q` and `centre` c.

    The centre is a minimum where no eigenvalue is negative, a saddle where some are and some are positive.
    """

    def __init__(self, eigenvalues, Q, centre, *, name="quadratic", starts):
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


def quadratic(spectrum, rng=None, centre=None):
    """½ (x − c)ᵀ Q diag(λ) Qᵀ (x − c): λ is `spectrum`, of any signs, c is `centre`, else 0.

    Q is a random orthogonal matrix where `rng` (a seed or a Generator) is given, else the identity; it is uniform
    over the orthogonal group by F. Mezzadri, "How to generate random matrices from the classical compact groups",
    Notices AMS 54 (2007). The start lies at distance 1 from the centre along every eigenvector: c + Q (1, …, 1).

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
