"""The stationary point near a given one, and which eigenvalues of its Hessian have a sign beyond doubt.

Glossary: g gradient, H Hessian, λ eigenvalues, q eigenvectors, s = −Σ q (qᵀg)/λ Newton's step over the eigenvalues
that are sure.

An eigenvalue is *sure* where no error of H can turn its sign. The errors are the rounding of the eigenvalues, 16 n ε
‖H‖; the rounding of H itself, measured by moving θ by a unit of its last place; and how far H moves on the way to the
stationary point, measured at twice Newton's step. Let E be such a change of H, and η the norm of |Λ|^(−½) QᵀEQ
|Λ|^(−½) over the sure eigenvalues. Then −η|H| ≤ E ≤ η|H|, so that each of them moves by a share η at most, and keeps
its sign where η < 1 (Weyl; Sylvester); by Cauchy's interlacing the others cannot change how many there are. A tiny λ
makes Newton's step long and would bring all into doubt, so the smallest one is given up, one at a time, until η ≤ ½
for the rest. Where none is given up, Newton's step is short against the distance over which H changes, as Newton and
Kantorovich ask. The changes are measured; `minnet.curvature.proof` bounds them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple
from warnings import catch_warnings, simplefilter

import numpy as np
from numpy.linalg import eigh
from numpy.typing import NDArray
from scipy.linalg import LinAlgError, LinAlgWarning, solve

from ..linalg.factor import positive_definite
from ..optim.driver.minimize import minimize
from ..optim.newton import Newton
from .noise import nudges

__all__ = ["Point", "Spectrum", "decide", "polish", "symmetric_hessian"]

EPS = np.finfo(float).eps
STEPS = 60  # Newton's steps at a degenerate point converge linearly: the gradient of x⁴ falls to 0.3 in each
REACH = 10.0  # times the first Newton step: how far the stationary point may be


class Point(NamedTuple):
    """A point x (n,) with the value, gradient g (n,) and Hessian H (n, n) of a function there."""

    x: NDArray[Any]
    value: float
    g: NDArray[Any]
    H: NDArray[Any]


class Spectrum(NamedTuple):
    """The eigenvalues of a Hessian, and which of them have a sign beyond doubt.

    Attributes
    ----------
    eigenvalues : array (n,)
        Ascending.
    Q : array (n, n)
        The eigenvectors as columns.
    sure : array of bool (n,)
        Whether the sign is beyond doubt.
    errors : array (n,)
        The error of each eigenvalue.
    step : float
        The length of Newton's step over the sure eigenvalues.
    """

    eigenvalues: NDArray[Any]
    Q: NDArray[Any]
    sure: NDArray[Any]
    errors: NDArray[Any]
    step: float

    @property
    def inertia(self) -> tuple[int, int, int]:
        """(positive, negative, in doubt)."""
        lam = self.eigenvalues[self.sure]
        return int((lam > 0).sum()), int((lam < 0).sum()), int((~self.sure).sum())


def symmetric_hessian(f: Any, x: NDArray[Any]) -> NDArray[Any]:
    """Return f.hessian(x) (n, n), and raise a ValueError if it is not symmetric."""
    H = np.asarray(f.hessian(x), float)
    gap = abs(H - H.T)
    if np.isfinite(H).all() and gap.max(initial=0) > np.sqrt(EPS) * abs(H).max(initial=0):
        i, j = np.unravel_index(gap.argmax(), gap.shape)
        raise ValueError(
            f"the Hessian is not symmetric: entry ({i}, {j}) is {H[i, j]:.6g} and entry ({j}, {i}) is {H[j, i]:.6g}; "
            "check it with minnet.check.hessian"
        )
    return H


def polish(f: Any, start: Point) -> Point:
    """Move to the stationary point nearby, by Newton's steps that converge close to the start.

    Undamped steps are taken as long as each halves the gradient; they lead to a saddle as well. Where they fail and the
    Hessian is positive definite, damped ones are taken before them.

    Parameters
    ----------
    f : Objective, Function or problem
    start : Point

    Returns
    -------
    Point
        The start itself where the steps do not converge.
    """
    end = _halve(f, start)
    if end is start and start.g.any() and positive_definite(start.H):
        near = _reach(start)
        run = minimize(f, start.x, Newton(radius=1e-2), max_iter=30, gtol=1e-4 * float(np.linalg.norm(start.g)))
        if run.success and np.linalg.norm(run.x - start.x) <= near:
            end = _halve(f, Point(run.x, run.fun, run.jac, symmetric_hessian(f, run.x)))
    return end


def decide(f: Any, at: Point, follow: bool = True) -> Spectrum:
    """Find which eigenvalues of the Hessian at a point have a sign beyond doubt.

    Parameters
    ----------
    f : Objective, Function or problem
    at : Point
    follow : bool
        Whether to count how the Hessian changes on the way to the stationary point; without it, only rounding counts.

    Returns
    -------
    Spectrum
    """
    lam, Q = eigh(at.H)
    rng, n = np.random.default_rng(0), len(lam)
    size, rounding = abs(lam), 16 * n * EPS * float(abs(lam).max())
    change = _Changes(f, at, Q)
    change.measure(nudges(at.x, 3, rng))
    sure, aside = size > rounding + change.norm, rng.standard_normal(n)
    while True:
        s = -Q[:, sure] @ ((Q[:, sure].T @ at.g) / lam[sure])
        length = float(np.linalg.norm(s))
        if follow and length:
            change.measure((2 * s, -2 * s, aside * (2 * length / np.linalg.norm(aside))))
        share = change.share(size, sure)
        if share <= 0.5 or not sure.any():
            return Spectrum(
                lam, Q, sure, rounding + np.where(sure, np.minimum(share * size, change.norm), change.norm), length
            )
        sure[np.flatnonzero(sure)[size[sure].argmin()]] = False


class _Changes:
    """How the Hessian changes at points nearby: QᵀEQ for each, and the largest norm of the last ones measured."""

    def __init__(self, f: Any, at: Point, Q: NDArray[Any]) -> None:
        self.f, self.at, self.Q = f, at, Q
        self.rounding: list[NDArray[Any]] = []
        self.latest: list[NDArray[Any]] = []
        self.norm = 0.0

    def measure(self, steps: Iterable[NDArray[Any]]) -> None:
        """Look at H + E at these steps from the point; the first look is at rounding, and is kept."""
        self.latest = [self.Q.T @ (np.asarray(self.f.hessian(self.at.x + step)) - self.at.H) @ self.Q for step in steps]
        if not self.rounding:
            self.rounding = self.latest
        norms = [np.linalg.norm(E) for E in self.rounding + self.latest]
        self.norm = float(np.nan_to_num(max(norms), nan=np.inf)) if np.isfinite(norms).all() else np.inf

    def share(self, size: NDArray[Any], sure: NDArray[Any]) -> float:
        """η of the sure eigenvalues, twice over: the changes are samples."""
        if not np.isfinite(self.norm):
            return np.inf
        root = np.sqrt(size[sure])
        return 2 * max(
            np.linalg.norm(E[np.ix_(sure, sure)] / np.outer(root, root)) for E in self.rounding + self.latest
        )


def _reach(start: Point) -> float:
    """How far from `start` its stationary point may lie: a few times Newton's step over what is not singular."""
    lam, Q = eigh(start.H)
    some = abs(lam) > len(lam) * EPS * abs(lam).max()
    return REACH * float(np.linalg.norm((Q[:, some].T @ start.g) / lam[some]))


def _halve(f: Any, start: Point) -> Point:
    """The end of undamped Newton steps that halve the gradient, within reach."""
    at, reach = start, np.inf
    for _ in range(STEPS):
        x = _newton(at)
        if x is None or not np.linalg.norm(x - start.x) <= reach:
            break
        if at is start:
            reach = REACH * np.linalg.norm(x - start.x)
        g = np.asarray(f.gradient(x))
        if not np.linalg.norm(g) <= np.linalg.norm(at.g) / 2 or not at.g.any():
            break
        H = symmetric_hessian(f, x)
        if not np.isfinite(H).all():
            break
        at = Point(x, float(f.value(x)), g, H)
    return at


def _newton(at: Point) -> NDArray[Any] | None:
    """x − H⁻¹ g; where H is singular, the step over the eigenvalues that are not rounding."""
    try:
        with catch_warnings():
            simplefilter("error", LinAlgWarning)
            return at.x - solve(at.H, at.g, assume_a="sym")
    except (LinAlgError, LinAlgWarning):
        lam, Q = eigh(at.H)
        some = abs(lam) > 16 * len(lam) * EPS * abs(lam).max()
        return at.x - Q[:, some] @ ((Q[:, some].T @ at.g) / lam[some]) if some.any() else None
