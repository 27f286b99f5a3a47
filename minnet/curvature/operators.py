"""The Hessian, the Gauss-Newton matrix and the Fisher matrix as SciPy LinearOperators: products, no matrices.

They are real, symmetric and deterministic, and multiply one vector (n,) or k of them side by side (n, k) in one pass.
They serve `eigsh`, `lobpcg`, `cg` and `minres`, and `hess=` of `scipy.optimize.minimize` with "Newton-CG" and
"trust-constr". "trust-ncg" and "trust-krylov" multiply by np.dot, which knows no LinearOperator: give them
`hessp=f.hvp`.
"""
from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import ArrayLike

from ..function import Array, SupportsGGNProducts, SupportsHvp, as_point
from ..linalg.operator import Symmetric

if TYPE_CHECKING:
    from ..network.objective import Objective

__all__ = ["FisherOperator", "GGNOperator", "HessianOperator"]


class _AtPoint(Symmetric):
    """The operator of a rule (θ, v) -> product at its own copy of θ."""

    theta: Array

    def __init__(self, f: object, theta: ArrayLike, rule: Callable[[Array, Array], Array]) -> None:
        self.theta = as_point(f, theta, "theta").copy()
        if self.theta.dtype.kind == "c":
            raise ValueError("theta is complex; expected real parameters for a symmetric operator")
        super().__init__(partial(rule, self.theta), len(self.theta), self.theta.dtype)


class HessianOperator(_AtPoint):
    """The Hessian ∇²f(θ) as an operator.

    Parameters
    ----------
    f : Objective, Function or problem
        A function with `hvp`.
    theta : array (n,)
        The point; later changes of the array do not matter.

    Raises
    ------
    ValueError
        If theta is complex or of the wrong length.

    Examples
    --------
    >>> import numpy as np
    >>> from scipy.sparse.linalg import eigsh
    >>> from minnet.problems import quadratic
    >>> eigsh(HessianOperator(quadratic(np.arange(1.0, 9.0), rng=0), np.zeros(8)), k=1)[0].round(12)
    array([8.])
    """

    def __init__(self, f: SupportsHvp, theta: ArrayLike) -> None:
        super().__init__(f, theta, f.hvp)


class GGNOperator(_AtPoint):
    """The generalised Gauss-Newton matrix G(θ) as an operator; it is positive semidefinite for convex losses.

    Parameters
    ----------
    f : Objective
        A function with `ggnvp`.
    theta : array (n,)
        The point; later changes of the array do not matter.

    Raises
    ------
    ValueError
        If theta is complex or of the wrong length.

    Examples
    --------
    >>> import numpy as np
    >>> from minnet import MLP, Objective
    >>> f = Objective(MLP([1, 1]), [[0.0], [1.0]], [1.0, 3.0])
    >>> GGNOperator(f, np.zeros(2)).shape
    (2, 2)
    """

    def __init__(self, f: SupportsGGNProducts, theta: ArrayLike) -> None:
        super().__init__(f, theta, f.ggnvp)


class FisherOperator(_AtPoint):
    """The Fisher matrix F(θ) of an Objective as an operator.

    Parameters
    ----------
    f : Objective
    theta : array (n,)
        The point; later changes of the array do not matter.
    kind : {"empirical", "mc"}
        The empirical Fisher matrix takes the given targets, the Monte Carlo one targets drawn from the model, once for
        all products.
    rng : int or Generator, optional
        Draws the targets of "mc".

    Raises
    ------
    ValueError
        If theta is complex or of the wrong length.

    Examples
    --------
    >>> import numpy as np
    >>> from minnet import MLP, Objective
    >>> f = Objective(MLP([1, 1]), [[0.0], [1.0]], [1.0, 3.0])
    >>> FisherOperator(f, np.zeros(2), "mc", rng=0).shape
    (2, 2)
    """

    def __init__(self, f: Objective, theta: ArrayLike, kind: Literal["empirical", "mc"] = "empirical",
                 rng: int | np.random.Generator | None = None) -> None:
        super().__init__(f, theta, f.with_fisher_targets(theta, kind, rng).fishervp)
