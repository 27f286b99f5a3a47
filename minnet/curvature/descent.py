"""A proof that a function is lower elsewhere: the point is no global minimum.

A ray or a valley is evidence that the loss has no finite minimum, as far as it was followed. What can be proved of it
is that the loss at its far end is lower than at the given parameters, by a margin: both values are enclosed in balls,
those of a network in twice the working precision, and the two balls do not meet.
"""
from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_FLOOR, Context, Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..function import quiet, supports
from ..linalg.ball import as_ball
from ..linalg.enclosure import Enclosure, NotEnclosed
from .proof import ASSUMPTIONS, NotProved

__all__ = ["Descent", "prove_descent"]


@dataclass(frozen=True)
class Descent:
    """A proof that f is lower at another point.

    Attributes
    ----------
    point : array (n,)
        The other point.
    margin : float
        f is lower there by this much at the least.
    distance : float
        How far away the point is, as floating point has it.
    assumptions : tuple of str
        What the proof rests on.
    """

    point: NDArray[np.float64]
    margin: float
    distance: float
    assumptions: tuple[str, ...] = ASSUMPTIONS

    def __str__(self) -> str:
        margin = Context(prec=3, rounding=ROUND_FLOOR).plus(Decimal(self.margin))
        return (f"Proved: {self.distance:.1e} away the loss is lower by at least {float(margin):.3g}, so that these "
                "weights are no global minimum")


@quiet
def prove_descent(f: Any, theta: NDArray[np.float64], point: NDArray[np.float64]) -> Descent | NotProved:
    """Prove that f is lower at `point` than at θ.

    Parameters
    ----------
    f : object
        With `enclosure(x, radius)`, which gives a ball of its value: an Objective with the named activations and
        losses, one of the polynomial problems, or a `Function` with enclosure=True.
    theta, point : array (n,)

    Returns
    -------
    Descent or NotProved

    Examples
    --------
    >>> from minnet.problems import rosenbrock
    >>> print(prove_descent(rosenbrock(), np.array([0.0, 0.0]), np.array([0.5, 0.25])))
    Proved: 5.6e-01 away the loss is lower by at least 0.749, so that these weights are no global minimum
    """
    if not supports(f, "enclosure"):
        return NotProved("the function has no rule for balls; expected an Objective or a function with `enclosure`")
    enclosures = [f.enclosure(x, 0.0) for x in (theta, point)]
    if not all(isinstance(enclosure, Enclosure) for enclosure in enclosures):
        return NotProved("the function's enclosure has a gradient and a Hessian, but no value")
    try:
        high, low = (as_ball(enclosure.value) for enclosure in enclosures)
    except NotEnclosed as reason:
        return NotProved(str(reason))
    margin = float((high - low).lower)
    if not margin > 0:
        return NotProved(f"the loss there is lower by {float(high.mid - low.mid):.1e}, which rounding may account for")
    return Descent(point, margin, float(np.linalg.norm(point - theta)))
