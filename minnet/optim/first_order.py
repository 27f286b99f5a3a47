"""First-order methods: the lecture's update rules.

Glossary: g gradient, lr learning rate ε, t steps taken so far, from 1; p first moment, a second moment.
A learning rate is a number or a schedule t -> number.
"""
from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .method import BELOW_ONE, NOT_NEGATIVE, POSITIVE, Method

__all__ = ["GradientDescent", "Adam"]


def rate(lr, t):
    """The learning rate of step t = 1, 2, …"""
    return lr(t) if callable(lr) else lr


@dataclass(frozen=True)
class GradientDescent(Method):
    """x ← x − lr g  (Cauchy 1847). On a quadratic it converges for lr < 2/λ_max."""

    lr: float = 0.01

    def __post_init__(self):
        self._check(lr=POSITIVE)

    def start(self, f, x):
        return {"t": 0}

    def step(self, f, x, state):
        t = state["t"] + 1
        g = f.gradient(x)
        x = x - rate(self.lr, t) * g
        return x, {"t": t}


@dataclass(frozen=True)
class Adam(Method):
    """p ← β₁p + (1−β₁)g,  a ← β₂a + (1−β₂)g²,  x ← x − lr p̃ / (√ã + eps),  p̃ = p/(1−β₁ᵗ), ã = a/(1−β₂ᵗ).

    Kingma, Ba 2015, algorithm 1. bias_correction: True; False for none; "first step" for the notebook's,
    which keeps the correction of t = 1 for ever.
    """

    lr: float = 0.001
    beta1: float = 0.9
    beta2: float = 0.999
    eps: float = 1e-7
    bias_correction: object = True

    def __post_init__(self):
        self._check(lr=POSITIVE, beta1=BELOW_ONE, beta2=BELOW_ONE, eps=NOT_NEGATIVE)
        if self.bias_correction not in (True, False, "first step"):
            raise ValueError(f"Adam: bias_correction={self.bias_correction!r}; expected True, False or 'first step'")

    def start(self, f, x):
        return {"t": 0, "p": np.zeros_like(x), "a": np.zeros_like(x)}

    def step(self, f, x, state):
        t = state["t"] + 1
        g = f.gradient(x)
        p = self.beta1 * state["p"] + (1 - self.beta1) * g
        a = self.beta2 * state["a"] + (1 - self.beta2) * g * g
        p_u, a_u = self._corrected(p, a, t)
        x = x - rate(self.lr, t) * p_u / (np.sqrt(a_u) + self.eps)
        return x, {"t": t, "p": p, "a": a}

    def _corrected(self, p, a, t):
        if not self.bias_correction:
            return p, a
        t = 1 if self.bias_correction == "first step" else t
        return p / (1 - self.beta1**t), a / (1 - self.beta2**t)
