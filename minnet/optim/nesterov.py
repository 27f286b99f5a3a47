"""Nesterov's momentum, in two forms.

Glossary: p momentum (n,), 0 at the start, α = `momentum` its factor, v = −lr p the velocity, x̃ = x + αv the point
ahead.
"""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from ..function import Array, SupportsGradient
from .momentum import Momentum
from .options import check_choice

__all__ = ["Nesterov"]


@dataclass(frozen=True)
class Nesterov(Momentum):
    """Momentum whose gradient is taken ahead, where the momentum is about to lead.

    kind="lookahead":  p ← α p + ∇f(x − lr α p),  x ← x − lr p.
    kind="lecture":    p ← α p + ∇f(x̃),  x̃ ← x̃ − lr (g + α p), the same for x̃ = x − lr α p.

    The second form, PyTorch's SGD(nesterov=True), asks for gradients at its own iterates alone; its last line is that
    of the UCLA lecture on optimisation, x̃ ← x̃ + v + α (v − v_old). The first asks for one more a step, the driver's
    test being at x.

    Parameters
    ----------
    lr : float or Schedule
    momentum : float
        α, at least 0 and below 1.
    kind : "lecture" or "lookahead"
    weight_decay : float

    References
    ----------
    Yu. Nesterov (1983), A method of solving a convex programming problem with convergence rate O(1/k²). I. Sutskever
    et al. (2013), On the importance of initialization and momentum in deep learning, (3) and (4).

    Examples
    --------
    >>> from minnet import minimize
    >>> from minnet.problems import quadratic
    >>> minimize(quadratic([1.0, 100.0]), [1.0, 1.0], Nesterov(0.01, 0.8), gtol=1e-6).success
    True
    """

    kind: Literal["lecture", "lookahead"] = "lecture"

    def __post_init__(self) -> None:
        super().__post_init__()
        check_choice(self, "kind", ("lecture", "lookahead"))

    def step(self, f: SupportsGradient, x: Array, state: Mapping[str, Any]) -> tuple[Array, dict[str, Any]]:
        lr, clock = self._rate(f, x, state)
        if self.kind == "lookahead":
            p = self.momentum * state["p"] + self._gradient(f, x - lr * self.momentum * state["p"])
            return x - lr * p, clock | {"p": p}
        g = self._gradient(f, x)
        p = self.momentum * state["p"] + g
        return x - lr * (g + self.momentum * p), clock | {"p": p}
