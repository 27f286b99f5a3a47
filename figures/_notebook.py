"""The NNDL notebook on second-order methods: its loss, and the point at which it goes over from Adam to Newton."""
from __future__ import annotations

from functools import cache

import numpy as np

from minnet import datasets, minimize
from minnet.notebook import NOTEBOOK_ADAM, notebook_objective

ADAM, L2, GTOL, EPS = 50, 0.01, 1e-8, 1e-8


@cache
def after_adam(seed: int) -> np.ndarray:
    """The weights (13,) after the notebook's steps of Adam."""
    run = minimize(notebook_objective(seed), datasets.notebook_start(seed), NOTEBOOK_ADAM, max_iter=ADAM, gtol=0,
                   record=["x"])
    return run.history["x"][-1]
