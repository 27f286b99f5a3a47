"""The NNDL notebook on second-order methods: its loss, and the point at which it goes over from Adam to Newton."""
from __future__ import annotations

from functools import cache

import numpy as np

from minnet import MLP, Objective, datasets, minimize
from minnet.notebook import NOTEBOOK_ADAM

ADAM, L2, GTOL, EPS = 50, 0.01, 1e-8, 1e-8


def objective(seed: int, l2: float) -> Objective:
    """The notebook's network and points of that seed, with weight decay l2."""
    data = datasets.notebook(seed)
    return Objective(MLP([2, 3, 1]), data.X, data.y, "binary_crossentropy", l2=l2, reduction="sum")


@cache
def after_adam(seed: int) -> np.ndarray:
    """The weights (13,) after the notebook's steps of Adam."""
    run = minimize(objective(seed, 0.0), datasets.notebook_start(seed), NOTEBOOK_ADAM, max_iter=ADAM, gtol=0,
                   record=["x"])
    return run.history["x"][-1]
