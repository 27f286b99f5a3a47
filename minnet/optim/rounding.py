"""How long steps may be: where they drown in rounding, and the unit of the first ones."""
from __future__ import annotations

import numpy as np

from ..function import Array
from ..linalg.norm import norm
from .method import NoProgress

__all__ = ["EPS", "LimitOfRounding", "length_unit", "shortest_step"]

EPS = float(np.finfo(float).eps)


class LimitOfRounding(NoProgress):
    """No step lowers the value as far as rounding lets it be seen.

    Parameters
    ----------
    where : str, optional
        Which steps were tried, such as "along the direction".
    """

    def __init__(self, where: str = "") -> None:
        super().__init__(f"no step {where + ' ' if where else ''}lowers the value: it is at the limit of rounding")


def shortest_step(x: Array, first: float) -> float:
    """Give the length below which a step from x is rounding: ε ‖x‖, or ε² of the first trial's length where x = 0."""
    return EPS * (norm(x) or EPS * first)


def length_unit(x: Array) -> float:
    """Give max(1, ‖x‖), which first steps are measured in as long as the function has not told of its own lengths."""
    return max(1.0, norm(x))
