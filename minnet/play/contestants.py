"""The methods that race, by name, with the learning rate, momentum and damping of the sliders.

Glossary: g gradient, H Hessian, α damping.
"""
from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from .. import optim
from ..function import Array
from ..optim.method import NOT_NEGATIVE, Method, NoProgress

__all__ = ["CONTESTANTS", "DampedNewton", "contestant"]


@dataclass(frozen=True)
class DampedNewton(Method):
    """x ← x − (H + αI)⁻¹ g with a damping α that stays as it is: Newton's method, as a slider makes it feel.

    With α = 0 it is the textbook's, which goes to saddles and maxima as readily as to minima; with a large α it is
    gradient descent with the learning rate 1/α. `minnet.optim.Newton` finds α by itself in each step.

    Parameters
    ----------
    damping : float
        α, at least 0.

    Examples
    --------
    >>> from minnet.problems import quadratic
    >>> f = quadratic([1.0, 3.0], centre=[2.0, 0.0])
    >>> DampedNewton(damping=1.0).step(f, np.array([0.0, 0.0]), {})[0]
    array([1., 0.])
    """

    damping: float = 0.0
    needs: ClassVar[tuple[str, ...]] = ("gradient", "hessian")  # pyright: ignore[reportIncompatibleVariableOverride]

    def __post_init__(self) -> None:
        self._check(damping=NOT_NEGATIVE)

    def step(self, f: Any, x: Array, state: Mapping[str, Any]) -> tuple[Array, Mapping[str, Any]]:
        H = f.hessian(x) + self.damping * np.eye(len(x))
        try:
            s = -np.linalg.solve(H, f.gradient(x))
        except np.linalg.LinAlgError:
            raise NoProgress("H + αI is singular here") from None
        return x + s, state


CONTESTANTS: dict[str, Callable[[float, float, float], Method]] = {
    "gradient descent": lambda lr, momentum, damping: optim.GradientDescent(lr),
    "momentum": lambda lr, momentum, damping: optim.Momentum(lr, momentum),
    "Newton": lambda lr, momentum, damping: DampedNewton(damping),
    "BFGS": lambda lr, momentum, damping: optim.BFGS(),
    "L-BFGS": lambda lr, momentum, damping: optim.LBFGS(),
    "conjugate gradients": lambda lr, momentum, damping: optim.NonlinearCG(),
    "trust region": lambda lr, momentum, damping: optim.TrustRegion(),
    "saddle-free Newton": lambda lr, momentum, damping: optim.SaddleFreeNewton(),
    "Adam": lambda lr, momentum, damping: optim.Adam(lr, beta1=momentum),
}


def contestant(name: str, lr: float = 0.01, momentum: float = 0.9, damping: float = 0.0) -> Method:
    """Return the method of a name in `CONTESTANTS`.

    Parameters
    ----------
    name : str
    lr, momentum, damping : float
        What the sliders say; each method takes what it has a use for.

    Raises
    ------
    ValueError
        If no method here has this name.

    Examples
    --------
    >>> contestant("momentum", lr=0.1, momentum=0.5)
    Momentum(lr=0.1, weight_decay=0.0, momentum=0.5)
    """
    if name not in CONTESTANTS:
        raise ValueError(f"method {name!r}; expected one of {', '.join(CONTESTANTS)}")
    return CONTESTANTS[name](lr, momentum, damping)
