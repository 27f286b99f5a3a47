"""The NNDL notebook on second-order methods, piece by piece: its network on its data, and its Adam.

The data and the start weights are `minnet.datasets.notebook` and `notebook_start`.
"""

from __future__ import annotations

import numpy as np

from .datasets import notebook
from .network.mlp import MLP
from .network.objective import Objective
from .optim import Adam

__all__ = ["NOTEBOOK_ADAM", "notebook_objective"]

NOTEBOOK_ADAM = Adam(lr=0.1, beta1=0.9, beta2=0.999, eps=1e-8 / np.sqrt(1 - 0.999), bias_correction="first step")


def notebook_objective(seed: int, l2: float = 0.0) -> Objective:
    """The loss of the notebook's 2-3-1 network of tanh units on its 80 points, summed over them.

    Parameters
    ----------
    seed : int
        Of the data, which the notebook drew with NumPy's legacy generator.
    l2 : float
        Weight decay; the notebook has none, and mostly no minimum.

    Examples
    --------
    >>> from minnet.datasets import notebook_start
    >>> f = notebook_objective(2)
    >>> print(f"{f.n} parameters, loss {f(notebook_start(2)):.4f}")
    13 parameters, loss 53.9260
    """
    data = notebook(seed)
    return Objective(MLP([2, 3, 1], "tanh"), data.X, data.y, "binary_crossentropy", l2=l2, reduction="sum")
