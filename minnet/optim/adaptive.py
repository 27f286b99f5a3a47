"""First-order methods with a learning rate for each parameter, from the history of its gradients.

Glossary: g gradient (n,), lr learning rate ε, t steps taken so far, from 1; p first moment or momentum (n,), a second
moment of g (n,), both 0 at the start; eps the lecture's ν; beta, beta1, beta2 the decay of moments. Products,
quotients and roots are by parameter.
"""
from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from .first_order import FirstOrder
from .method import BELOW_ONE, NOT_NEGATIVE
from .schedules import Schedule

__all__ = ["Adagrad", "Adadelta", "RMSProp", "Adam", "AdamW", "NAdam"]


@dataclass(frozen=True)
class Adagrad(FirstOrder):
    """a ← a + g²,  x ← x − lr g / (√a + eps)  (Duchi, Hazan, Singer 2011, figure 1).

    a only grows: on a constant gradient the steps fall like 1/√t.
    """

    eps: float = 1e-7

    def __post_init__(self):
        super().__post_init__()
        self._check(eps=NOT_NEGATIVE)

    def start(self, f, x):
        return self._clock() | {"a": np.zeros_like(x)}

    def step(self, f, x, state):
        lr, clock = self._rate(f, x, state)
        g = self._gradient(f, x)
        a = state["a"] + g * g
        return x - lr * g / (np.sqrt(a) + self.eps), clock | {"a": a}


@dataclass(frozen=True)
class Adadelta(FirstOrder):
    """a ← rho a + (1−rho) g²,  d = g √(b + eps) / √(a + eps),  b ← rho b + (1−rho) d²,  x ← x − lr d.

    Zeiler 2012, algorithm 1: b, the mean square of past steps, gives d the unit of x.
    """

    lr: float | Schedule = 1.0
    rho: float = 0.9
    eps: float = 1e-6

    def __post_init__(self):
        super().__post_init__()
        self._check(rho=BELOW_ONE, eps=NOT_NEGATIVE)

    def start(self, f, x):
        return self._clock() | {"a": np.zeros_like(x), "b": np.zeros_like(x)}

    def step(self, f, x, state):
        lr, clock = self._rate(f, x, state)
        g = self._gradient(f, x)
        a = self.rho * state["a"] + (1 - self.rho) * g * g
        d = g * np.sqrt(state["b"] + self.eps) / np.sqrt(a + self.eps)
        b = self.rho * state["b"] + (1 - self.rho) * d * d
        return x - lr * d, clock | {"a": a, "b": b}


@dataclass(frozen=True)
class RMSProp(FirstOrder):
    """a ← β a + (1−β) g²,  d = g / (√a + eps),  p ← α p + d,  x ← x − lr p  (Tieleman, Hinton 2012, lecture 6.5).

    momentum α; nesterov: x ← x − lr (d + α p), as in `Nesterov`. eps_inside: d = g / √(a + eps), as the lecture has
    it where there is no momentum; it bounds d by |g| / √eps, a bound √eps times as large as that of eps outside.
    """

    beta: float = 0.99
    eps: float = 1e-7
    momentum: float = 0.0
    nesterov: bool = False
    eps_inside: bool = False

    def __post_init__(self):
        super().__post_init__()
        self._check(beta=BELOW_ONE, eps=NOT_NEGATIVE, momentum=BELOW_ONE)
        for name in ("nesterov", "eps_inside"):
            if getattr(self, name) not in (True, False):
                raise ValueError(f"RMSProp: {name}={getattr(self, name)!r}; expected True or False")
        if self.nesterov and not self.momentum:
            raise ValueError("RMSProp: nesterov=True with momentum=0; expected a momentum above 0")

    def start(self, f, x):
        return self._clock() | {"a": np.zeros_like(x), "p": np.zeros_like(x)}

    def step(self, f, x, state):
        lr, clock = self._rate(f, x, state)
        g = self._gradient(f, x)
        a = self.beta * state["a"] + (1 - self.beta) * g * g
        d = g / (np.sqrt(a + self.eps) if self.eps_inside else np.sqrt(a) + self.eps)
        p = self.momentum * state["p"] + d
        x = x - lr * (d + self.momentum * p if self.nesterov else p)
        return x, clock | {"a": a, "p": p}


@dataclass(frozen=True)
class Adam(FirstOrder):
    """p ← β₁p + (1−β₁)g,  a ← β₂a + (1−β₂)g²,  x ← x − lr p̃ / (√ã + eps),  p̃ = p/(1−β₁ᵗ), ã = a/(1−β₂ᵗ).

    Kingma, Ba 2015, algorithm 1. bias_correction: True; False for none; "first step" for the notebook's,
    which keeps the correction of t = 1 for ever.
    """

    lr: float | Schedule = 0.001
    beta1: float = 0.9
    beta2: float = 0.999
    eps: float = 1e-7
    bias_correction: object = True

    def __post_init__(self):
        super().__post_init__()
        self._check(beta1=BELOW_ONE, beta2=BELOW_ONE, eps=NOT_NEGATIVE)
        if self.bias_correction not in (True, False, "first step"):
            raise ValueError(f"{type(self).__name__}: bias_correction={self.bias_correction!r}; "
                             "expected True, False or 'first step'")

    def start(self, f, x):
        return self._clock() | {"p": np.zeros_like(x), "a": np.zeros_like(x)}

    def step(self, f, x, state):
        lr, clock = self._rate(f, x, state)
        g = self._gradient(f, x)
        d, moments = self._moments(g, clock["t"], state)
        return x - lr * d, clock | moments

    def _moments(self, g, t, state):
        """(p̃ / (√ã + eps), {p, a}) of step t."""
        p = self.beta1 * state["p"] + (1 - self.beta1) * g
        a = self.beta2 * state["a"] + (1 - self.beta2) * g * g
        p_u, a_u = p, a
        if self.bias_correction:
            t = 1 if self.bias_correction == "first step" else t
            p_u, a_u = p / (1 - self.beta1**t), a / (1 - self.beta2**t)
        return p_u / (np.sqrt(a_u) + self.eps), {"p": p, "a": a}


@dataclass(frozen=True)
class AdamW(Adam):
    """Adam's step on g alone, and x ← x − lr weight_decay x beside it (Loshchilov, Hutter 2019, algorithm 2).

    The decay is not divided by √ã, so that it does not tend to the minimum of f + ½ weight_decay ‖x‖².
    """

    weight_decay: float = field(default=0.01, kw_only=True)

    def step(self, f, x, state):
        lr, clock = self._rate(f, x, state)
        g = f.gradient(x)
        d, moments = self._moments(g, clock["t"], state)
        return x - lr * (d + self.weight_decay * x), clock | moments


@dataclass(frozen=True)
class NAdam(FirstOrder):
    """Adam whose p̃ looks one step ahead (Dozat 2016, algorithm 2), with μ for its decay:

    p̃ = (1−μₜ)/(1−μ₁⋯μₜ) g + μₜ₊₁/(1−μ₁⋯μₜ₊₁) p,  μₜ = β₁ (1 − ½ 0.96^(t momentum_decay)).
    """

    lr: float | Schedule = 0.002
    beta1: float = 0.9
    beta2: float = 0.999
    eps: float = 1e-7
    momentum_decay: float = 4e-3

    def __post_init__(self):
        super().__post_init__()
        self._check(beta1=BELOW_ONE, beta2=BELOW_ONE, eps=NOT_NEGATIVE, momentum_decay=NOT_NEGATIVE)

    def start(self, f, x):
        return self._clock() | {"p": np.zeros_like(x), "a": np.zeros_like(x), "product": 1.0}

    def step(self, f, x, state):
        lr, clock = self._rate(f, x, state)
        g, t = self._gradient(f, x), clock["t"]
        p = self.beta1 * state["p"] + (1 - self.beta1) * g
        a = self.beta2 * state["a"] + (1 - self.beta2) * g * g
        mu, following = self._mu(t), self._mu(t + 1)
        product = state["product"] * mu
        p_u = (1 - mu) / (1 - product) * g + following / (1 - product * following) * p
        a_u = a / (1 - self.beta2**t)
        return x - lr * p_u / (np.sqrt(a_u) + self.eps), clock | {"p": p, "a": a, "product": product}

    def _mu(self, t):
        return self.beta1 * (1 - 0.96**(t * self.momentum_decay) / 2)
