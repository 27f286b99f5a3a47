"""First-order methods with one learning rate for all parameters: gradient descent and its momenta.

Glossary: x parameters (n,), g gradient (n,), lr learning rate ε, t steps taken so far, from 1; p momentum (n,), with
p₀ = 0, momentum its factor α. The lecture's velocity is v = −lr p: as long as lr is constant, p ← α p + g and
v ← α v − lr g are the same line. When lr changes, p forgets the old one, as in PyTorch.
"""
from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from .method import BELOW_ONE, NOT_NEGATIVE, POSITIVE, Method
from .schedules import Schedule, rate

__all__ = ["FirstOrder", "GradientDescent", "Momentum", "Nesterov"]


@dataclass(frozen=True)
class FirstOrder(Method):
    """What first-order methods share. lr: a number or a schedule (`minnet.optim.schedules`).

    weight_decay: PyTorch's, g ← g + weight_decay x. It descends on f + ½ weight_decay ‖x‖², which the driver's
    values and gradient test do not know of; the `l2` of an Objective is the same step, and they do.
    """

    lr: float | Schedule = 0.01
    weight_decay: float = field(default=0.0, kw_only=True)

    def __post_init__(self):
        if not (callable(self.lr) or isinstance(self.lr, Schedule)):
            self._check(lr=POSITIVE)
        self._check(weight_decay=NOT_NEGATIVE)

    def _clock(self):
        """What the state holds of time before the first step: t, and the schedule's memory."""
        return {"t": 0} | (self.lr.start() if isinstance(self.lr, Schedule) else {})

    def _rate(self, f, x, state):
        """(the learning rate of this step, the clock after it)."""
        t = state["t"] + 1
        lr, memory = rate(self.lr, t, f, x, state)
        return lr, {"t": t} | memory

    def _gradient(self, f, x):
        g = f.gradient(x)
        return g + self.weight_decay * x if self.weight_decay else g


@dataclass(frozen=True)
class GradientDescent(FirstOrder):
    """x ← x − lr g  (Cauchy 1847). On a quadratic it converges where lr < 2/λ_max."""

    def start(self, f, x):
        return self._clock()

    def step(self, f, x, state):
        lr, clock = self._rate(f, x, state)
        g = self._gradient(f, x)
        return x - lr * g, clock


@dataclass(frozen=True)
class Momentum(FirstOrder):
    """p ← α p + g,  x ← x − lr p  (Polyak 1964, the heavy ball). PyTorch's SGD(momentum=α)."""

    momentum: float = 0.9

    def __post_init__(self):
        super().__post_init__()
        self._check(momentum=BELOW_ONE)

    def start(self, f, x):
        return self._clock() | {"p": np.zeros_like(x)}

    def step(self, f, x, state):
        lr, clock = self._rate(f, x, state)
        g = self._gradient(f, x)
        p = self.momentum * state["p"] + g
        return x - lr * p, clock | {"p": p}


@dataclass(frozen=True)
class Nesterov(Momentum):
    """form="lookahead":  p ← α p + ∇f(x − lr α p),  x ← x − lr p  (Nesterov 1983; Sutskever et al. 2013, (3), (4)).
    form="lecture":    p ← α p + ∇f(x̃),  x̃ ← x̃ − lr (g + α p): the same for x̃ = x − lr α p = x + αv.

    The lecture's form, PyTorch's SGD(nesterov=True), asks for gradients at its own iterates alone; its last line is
    the lecture's x̃ ← x̃ + v + α (v − v_old). The other asks for one more a step, the driver's test being at x.
    """

    form: str = "lecture"

    def __post_init__(self):
        super().__post_init__()
        if self.form not in ("lecture", "lookahead"):
            raise ValueError(f"Nesterov: form={self.form!r}; expected 'lecture' or 'lookahead'")

    def step(self, f, x, state):
        lr, clock = self._rate(f, x, state)
        ahead = lr * self.momentum * state["p"] if self.form == "lookahead" else 0
        g = self._gradient(f, x - ahead)
        p = self.momentum * state["p"] + g
        x = x - lr * (p if self.form == "lookahead" else g + self.momentum * p)
        return x, clock | {"p": p}
