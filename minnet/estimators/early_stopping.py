"""Early stopping: a run is watched on examples that it does not see, and the best point there is kept."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import OptimizeResult

from ..network.objective import Objective

__all__ = ["Watch"]


class Watch:
    """A callback for `minimize` that ends a run after `patience` iterations without a lower loss on other examples.

    Attributes
    ----------
    curve : list of float
        The mean loss on the examples of `validation`, without weight decay, by iteration, the start included.
    best : array (n,)
        The parameters where it was lowest.
    """

    def __init__(self, validation: Objective, patience: int) -> None:
        self.validation: Objective = validation
        self.patience: int = patience
        self.curve: list[float] = []
        self.best: NDArray[Any] | None = None
        self._since = 0

    def __call__(self, intermediate_result: OptimizeResult) -> bool:
        loss = float(self.validation.value(intermediate_result.x))
        if loss < min(self.curve, default=np.inf):
            self.best, self._since = intermediate_result.x.copy(), 0
        else:
            self._since += 1
        self.curve.append(loss)
        return self._since >= self.patience
