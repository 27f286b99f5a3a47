"""Adam, AdamW and NAdam.

Glossary: g gradient (n,), p and a the moments of g and g² (n,), both 0 at the start, β₁ = `beta1` and β₂ = `beta2`
their factors, t steps taken so far, from 1; p̃ and ã the moments without their bias towards 0. Products, quotients and
roots are by parameter.
"""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from ..function import Array, SupportsGradient
from .first_order import FirstOrder, LearningRate
from .method import BELOW_ONE, NOT_NEGATIVE
from .options import check_choice

__all__ = ["Adam", "AdamW", "NAdam"]


@dataclass(frozen=True)
class Adam(FirstOrder):
    """p ← β₁p + (1−β₁)g,  a ← β₂a + (1−β₂)g²,  x ← x − lr p̃ / (√ã + eps),  p̃ = p/(1−β₁ᵗ), ã = a/(1−β₂ᵗ).

    The usual method for minibatches: hardly any tuning, and about lr per parameter a step. On all data at once, and
    for a small gradient, `LBFGS` is much faster.

    Parameters
    ----------
    lr : float or Schedule
    beta1, beta2 : float
        At least 0 and below 1.
    eps : float
        Beside √ã.
    bias_correction : True, False or "first step"
        "first step" keeps the correction of t = 1 for ever, as the notebook on second-order methods does.
    weight_decay : float

    References
    ----------
    D. P. Kingma, J. Ba (2015), Adam: a method for stochastic optimization, algorithm 1.

    Examples
    --------
    >>> from minnet import minimize
    >>> from minnet.problems import quadratic
    >>> result = minimize(quadratic([1.0, 100.0]), [1.0, 1.0], Adam(0.05), max_iter=1000)
    >>> bool(result.fun < 1e-3)
    True
    """

    lr: LearningRate = 0.001
    beta1: float = 0.9
    beta2: float = 0.999
    eps: float = 1e-7
    bias_correction: bool | Literal["first step"] = True

    def __post_init__(self) -> None:
        super().__post_init__()
        self._check(beta1=BELOW_ONE, beta2=BELOW_ONE, eps=NOT_NEGATIVE)
        check_choice(self, "bias_correction", (True, False, "first step"))

    def start(self, f: SupportsGradient, x: Array) -> dict[str, Any]:
        return self._clock() | {"p": np.zeros_like(x), "a": np.zeros_like(x)}

    def step(self, f: SupportsGradient, x: Array, state: Mapping[str, Any]) -> tuple[Array, dict[str, Any]]:
        lr, clock = self._rate(f, x, state)
        g = self._gradient(f, x)
        d, moments = self._moments(g, clock["t"], state)
        return x - lr * d, clock | moments

    def _moments(self, g: Array, t: int, state: Mapping[str, Any]) -> tuple[Array, dict[str, Array]]:
        """(p̃ / (√ã + eps), {p, a}) of step t."""
        p = self.beta1 * state["p"] + (1 - self.beta1) * g
        a = self.beta2 * state["a"] + (1 - self.beta2) * g * g
        p_unbiased, a_unbiased = p, a
        if self.bias_correction:
            t = 1 if self.bias_correction == "first step" else t
            p_unbiased, a_unbiased = p / (1 - self.beta1**t), a / (1 - self.beta2**t)
        return p_unbiased / (np.sqrt(a_unbiased) + self.eps), {"p": p, "a": a}


@dataclass(frozen=True)
class AdamW(Adam):
    """Adam's step on g alone, and beside it x ← x − lr weight_decay x.

    The decay is not divided by √ã, so that it acts on all parameters alike; it does not tend to the minimum of f + ½
    weight_decay ‖x‖². This is PyTorch's form, in which lr multiplies the decay; in the paper only the schedule does,
    not α.

    Parameters
    ----------
    lr, beta1, beta2, eps, bias_correction
        As in `Adam`.
    weight_decay : float

    References
    ----------
    I. Loshchilov, F. Hutter (2019), Decoupled weight decay regularization, algorithm 2.

    Examples
    --------
    >>> from minnet.problems import quadratic
    >>> f, x, method = quadratic([1.0, 4.0]), np.array([1.0, 1.0]), AdamW(0.1, weight_decay=0.5)
    >>> method.step(f, x, method.start(f, x))[0].round(6)
    array([0.85, 0.85])
    """

    weight_decay: float = field(default=0.01, kw_only=True)

    def step(self, f: SupportsGradient, x: Array, state: Mapping[str, Any]) -> tuple[Array, dict[str, Any]]:
        lr, clock = self._rate(f, x, state)
        g = f.gradient(x)
        d, moments = self._moments(g, clock["t"], state)
        return x - lr * (d + self.weight_decay * x), clock | moments


@dataclass(frozen=True)
class NAdam(FirstOrder):
    """Adam whose p̃ looks one step ahead, with μ for its factor.

    p̃ = (1−μₜ)/(1−μ₁⋯μₜ) g + μₜ₊₁/(1−μ₁⋯μₜ₊₁) p,  μₜ = β₁ (1 − ½ 0.96^(t · momentum_decay)).

    This is PyTorch's form of Dozat's method: p is Adam's, with β₁ where the paper has μₜ.

    Parameters
    ----------
    lr : float or Schedule
    beta1, beta2 : float
        At least 0 and below 1.
    eps : float
        Beside √ã.
    momentum_decay : float
    weight_decay : float

    References
    ----------
    T. Dozat (2016), Incorporating Nesterov momentum into Adam.

    Examples
    --------
    >>> from minnet import minimize
    >>> from minnet.problems import quadratic
    >>> result = minimize(quadratic([1.0, 100.0]), [1.0, 1.0], NAdam(0.05), max_iter=1000)
    >>> bool(result.fun < 1e-3)
    True
    """

    lr: LearningRate = 0.002
    beta1: float = 0.9
    beta2: float = 0.999
    eps: float = 1e-7
    momentum_decay: float = 4e-3

    def __post_init__(self) -> None:
        super().__post_init__()
        self._check(beta1=BELOW_ONE, beta2=BELOW_ONE, eps=NOT_NEGATIVE, momentum_decay=NOT_NEGATIVE)

    def start(self, f: SupportsGradient, x: Array) -> dict[str, Any]:
        return self._clock() | {"p": np.zeros_like(x), "a": np.zeros_like(x), "product": 1.0}

    def step(self, f: SupportsGradient, x: Array, state: Mapping[str, Any]) -> tuple[Array, dict[str, Any]]:
        lr, clock = self._rate(f, x, state)
        g, t = self._gradient(f, x), clock["t"]
        p = self.beta1 * state["p"] + (1 - self.beta1) * g
        a = self.beta2 * state["a"] + (1 - self.beta2) * g * g
        mu, following = self._mu(t), self._mu(t + 1)
        product = state["product"] * mu
        p_ahead = (1 - mu) / (1 - product) * g + following / (1 - product * following) * p
        a_unbiased = a / (1 - self.beta2**t)
        return x - lr * p_ahead / (np.sqrt(a_unbiased) + self.eps), clock | {"p": p, "a": a, "product": product}

    def _mu(self, t: int) -> float:
        return self.beta1 * (1 - 0.96**(t * self.momentum_decay) / 2)
