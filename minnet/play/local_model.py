"""What a method sees at a point: the quadratic model m(s) = f + gᵀs + ½ sᵀHs.

Glossary: g gradient, H = Q diag(λ) Qᵀ Hessian, s step from the point x, Δ radius of a trust region.
"""
from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from ..function import Array, quiet
from ..optim.driver.counted import Counted
from ..optim.method import Method, NoProgress
from .running import Run

__all__ = ["LocalModel", "level_curve", "local_model", "next_step", "region"]

POINTS = 65
REACH = 2.5     # how far a hyperbola's branches are followed, as the argument of cosh


class LocalModel(NamedTuple):
    """The model at a point.

    Attributes
    ----------
    x : array (2,)
    eigenvalues, Q : array (2,), array (2, 2)
        Of the Hessian; the columns of Q are its eigenvectors.
    centre : array (2,) or None
        Where the model is stationary, x − H⁻¹g, which is Newton's goal; None where H is singular.
    curve : array (M, 2)
        The points where the model is as high as at x: an ellipse where H is definite, else a hyperbola, whose two
        branches are parted by a row of nan.
    """

    x: Array
    eigenvalues: Array
    Q: Array
    centre: Array | None
    curve: Array

    @property
    def kind(self) -> str:
        """What the model is, in a word."""
        low, high = self.eigenvalues
        if self.centre is None:
            return "flat"
        return "bowl" if low > 0 else "dome" if high < 0 else "saddle"


@quiet
def local_model(f: Any, x: Array) -> LocalModel | None:
    """Return the model of f at x, or None where the Hessian is not finite there.

    Examples
    --------
    >>> from minnet.problems import saddle
    >>> model = local_model(saddle(), np.array([1.0, 1.0]))
    >>> model and (model.kind, model.centre)
    ('saddle', array([0., 0.]))
    """
    g, H = f.gradient(x), f.hessian(x)
    if not (np.isfinite(g).all() and np.isfinite(H).all()):
        return None
    lam, Q = np.linalg.eigh(H)
    if abs(lam).min() <= 1e-12 * abs(lam).max():
        return LocalModel(x, lam, Q, None, np.empty((0, 2)))
    s = -Q @ (Q.T @ g / lam)
    return LocalModel(x, lam, Q, x + s, level_curve(x + s, lam, Q, float(s @ H @ s)))


def level_curve(centre: Array, lam: Array, Q: Array, level: float) -> Array:
    """Return points with λ₁u₁² + λ₂u₂² = level, u = Qᵀ(point − centre), for λ without zeros.

    Examples
    --------
    >>> circle = level_curve(np.zeros(2), np.array([4.0, 4.0]), np.eye(2), 1.0)
    >>> np.allclose((circle**2).sum(1), 1 / 4)
    True
    """
    axes = np.sqrt(abs(level / lam))
    if lam[0] * lam[1] > 0:
        t = np.linspace(0, 2 * np.pi, POINTS)
        u = axes * np.stack([np.cos(t), np.sin(t)], axis=1)
    else:
        t = np.linspace(-REACH, REACH, POINTS // 2)
        through = int(level * lam[1] > 0)                       # the axis that the branches cross
        branch = np.empty((len(t), 2))
        branch[:, through], branch[:, 1 - through] = axes[through] * np.cosh(t), axes[1 - through] * np.sinh(t)
        u = np.concatenate([branch, [[np.nan, np.nan]], -branch])
    return centre + u @ Q.T


@quiet
def next_step(f: Any, x: Array, method: Method, run: Run | None = None) -> Array | None:
    """Return where a method would go from x: a run from its own memory, any other method as from a start.

    None where it would not go anywhere. Nothing of the run changes, and nothing is counted.
    """
    own = run is not None
    counted = Counted(f, needs=method.needs)
    try:
        x = counted.settle(np.array(x, float))
        memory: Mapping[str, Any] = run.state.memory if own else method.start(counted, x)
        new = np.asarray(method.step(counted, x, memory)[0])
    except (NoProgress, np.linalg.LinAlgError):
        return None
    return new if np.isfinite(new).all() else None


def region(run: Run) -> float | None:
    """Return the radius Δ of a run's trust region, None where its method has none."""
    radius = run.state.memory.get("radius")
    return None if radius is None else float(radius)
