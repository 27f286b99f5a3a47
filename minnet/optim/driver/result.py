"""What a run returns."""

from __future__ import annotations

import numpy as np
from scipy.optimize import OptimizeResult

from ...function import Array
from ...html import facts

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

    def _repr_html_(self) -> str:
        counts = f"{self.nfev} values, {self.njev} gradients" + (
            f", {self.nhev} Hessians or products" if self.nhev else ""
        )
        return facts(
            "success" if self.success else "no success",
            [
                ("ended as", self.message),
                ("value", f"{self.fun:.10g}"),
                ("gradient norm", f"{np.linalg.norm(self.jac):.1e}"),
                ("steps", self.nit),
                ("evaluations", counts),
            ],
        )
