"""No search: the same step always."""
from __future__ import annotations

from dataclasses import dataclass

from ..method import POSITIVE, Hyperparameters
from .line import Line

__all__ = ["Fixed"]


@dataclass(frozen=True)
class Fixed(Hyperparameters):
    """Take t = `step` without looking at values.

    Parameters
    ----------
    step : float
        1 is Newton's step in Newton's method.

    Examples
    --------
    >>> from minnet import minimize
    >>> from minnet.optim import NonlinearCG
    >>> from minnet.problems import quadratic
    >>> minimize(quadratic([1.0, 1.0]), [3.0, 4.0], NonlinearCG(search=Fixed())).nit
    1
    """

    step: float = 1.0

    def __post_init__(self) -> None:
        self._check(step=POSITIVE)

    def search(self, line: Line, first: float = 1.0) -> float:
        """Give `step`."""
        return self.step
