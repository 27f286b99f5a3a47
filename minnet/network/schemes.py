"""How start weights are drawn: by name a rule (rng, fan_out, fan_in) -> W (fan_out, fan_in). Biases start at zero.

    notebook    variance 1 / (fan_in · fan_out): the notebook on second-order methods
    glorot      uniform, variance 2 / (fan_in + fan_out): keeps the size of outputs and of errors (Glorot, Bengio 2010)
    he          variance 2 / fan_in: for rectified units (He, Zhang, Ren, Sun 2015)
    lecun       variance 1 / fan_in: outputs of variance 1 from inputs of variance 1 (LeCun, Bottou, Orr, Müller 1998)
    sparse      15 incoming weights of variance 1 for each unit, the others zero (Martens 2010)
"""
from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np
from numpy.typing import NDArray

__all__ = ["SCHEMES", "Scheme"]

Scheme = Literal["notebook", "glorot", "he", "lecun", "sparse"]


def _sparse(rng, fan_out, fan_in, incoming=15):
    W = np.zeros((fan_out, fan_in))
    for row in W:
        row[rng.choice(fan_in, min(incoming, fan_in), replace=False)] = rng.standard_normal(min(incoming, fan_in))
    return W


SCHEMES: dict[str, Callable[[np.random.Generator, int, int], NDArray[np.float64]]] = {
    "notebook": lambda rng, o, i: rng.normal(0, np.sqrt(1 / (i * o)), (o, i)),
    "glorot":   lambda rng, o, i: rng.uniform(-1, 1, (o, i)) * np.sqrt(6 / (i + o)),
    "he":       lambda rng, o, i: rng.normal(0, np.sqrt(2 / i), (o, i)),
    "lecun":    lambda rng, o, i: rng.normal(0, np.sqrt(1 / i), (o, i)),
    "sparse":   _sparse,
}
