"""What methods that see the curvature share: no end at a saddle."""
from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..function import Array
from ..linalg.factor import has_no_negative_eigenvalue, lowest_eigenpair
from .method import Method, NoProgress

__all__ = ["SecondOrder", "finite_hessian"]


class SecondOrder(Method):
    """A method that needs the Hessian, or products with it, and accepts no point with a negative eigenvalue."""

    needs = ("gradient", "hessian")

    def accepts(self, f: Any, x: Array, state: Mapping[str, Any]) -> bool:
        """Tell whether the Hessian has no eigenvalue below −√ε ‖H‖, which is −1.5e-8 ‖H‖."""
        if "hessian" in self.needs:
            return has_no_negative_eigenvalue(f.hessian(x))
        return not lowest_eigenpair(lambda v: f.hvp(x, v), len(x)).is_negative


def finite_hessian(f: Any, x: Array) -> Array:
    """Give the Hessian at x: NoProgress where it is not finite."""
    H = f.hessian(x)
    if not np.isfinite(H).all():
        raise NoProgress("the Hessian is not finite here")
    return H
