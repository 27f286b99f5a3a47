"""What a run returns."""
from __future__ import annotations

from scipy.optimize import OptimizeResult

from ...function import Array

__all__ = ["Result"]


class Result(OptimizeResult):
    """A SciPy OptimizeResult: a dict with attributes.

    Attributes
    ----------
    x : array (n,)
        The last point where the gradient test is met, else the best point seen.
    fun, jac : float, array (n,)
        Value and gradient there.
    nit, nfev, njev, nhev : int
        Steps; values, gradients, and Hessians or products with them, one for each vector.
    success : bool
        Whether the gradient test is met at a point that the method accepts.
    status, message : int, str
        How the run ended, as in `minnet.optim.driver.stopping.STATUS`.
    history : dict of arrays
        By iteration, 0 the start: value, gradient_norm, nfev, njev, nhev, seconds and what `record` names.
    """

    x: Array
    fun: float
    jac: Array
    nit: int
    nfev: int
    njev: int
    nhev: int
    success: bool
    status: int
    message: str
    history: dict[str, Array]
