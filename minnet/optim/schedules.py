"""Schedules: the learning rate of step t = 1, 2, …, for `lr=` of every first-order method.

Glossary: lr the rate of the first step, gamma a factor.

A schedule is called with t. One that looks at the function keeps a memory of numbers, which lives in the state of the
method, so that a run can be interrupted and continued. In place of the call it has

    start() -> memory        step(t, f, x, state) -> (rate, memory).

Any function of t serves as a schedule. But a checkpoint recognises a run by the repr of its method, and that of a
lambda differs from process to process.
"""
from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..function import Array
from .method import BELOW_ONE, COUNT, NOT_NEGATIVE, POSITIVE, UNIT, WHOLE, Hyperparameters

__all__ = ["Schedule", "Constant", "Step", "Exponential", "Cosine", "InverseTime", "WarmUp", "OnPlateau", "rate"]

SMALLEST_CUT = 1e-8


class Schedule(Hyperparameters):
    """A schedule: a frozen dataclass, with no memory of its own."""

    def start(self) -> dict[str, Any]:
        """Return the memory before the first step."""
        return {}

    def step(self, t: int, f: Any, x: Array, state: Mapping[str, Any]) -> tuple[float, dict[str, Any]]:
        """Return the learning rate of step t, and the memory after it."""
        return self(t), {}


def rate(lr: float | Schedule | Callable[[int], float], t: int, f: Any, x: Array,
         state: Mapping[str, Any]) -> tuple[float, dict[str, Any]]:
    """Return the learning rate of a step, and the schedule's memory after it.

    Parameters
    ----------
    lr : float, Schedule or callable t -> float
    t : int
        The number of the step, from 1.
    f, x : object, array (n,)
        The function and the point, for schedules that look at them.
    state : dict
        Holds the schedule's memory.

    Returns
    -------
    rate : float
    memory : dict

    Raises
    ------
    ValueError
        If the rate is negative or not finite.
    """
    rate, memory = lr.step(t, f, x, state) if isinstance(lr, Schedule) else (lr(t) if callable(lr) else lr, {})
    if not 0 <= rate < np.inf:
        raise ValueError(f"{lr!r} gives the learning rate {rate!r} at step {t}; expected a number of at least 0")
    return float(rate), memory


@dataclass(frozen=True)
class Constant(Schedule):
    """The same learning rate for all steps.

    Parameters
    ----------
    lr : float

    Examples
    --------
    >>> Constant(0.1)(7)
    0.1
    """

    lr: float

    def __post_init__(self) -> None:
        self._check(lr=POSITIVE)

    def __call__(self, t: int) -> float:
        return self.lr


@dataclass(frozen=True)
class Step(Schedule):
    """A cut of the learning rate after every so many steps: lr gamma^⌊(t−1)/every⌋.

    This is PyTorch's StepLR.

    Parameters
    ----------
    lr : float
    gamma : float
        The factor of each cut.
    every : int
        The number of steps between cuts.

    Examples
    --------
    >>> [round(Step(0.1, gamma=0.5, every=2)(t), 3) for t in range(1, 6)]
    [0.1, 0.1, 0.05, 0.05, 0.025]
    """

    lr: float
    gamma: float = 0.1
    every: int = 30

    def __post_init__(self) -> None:
        self._check(lr=POSITIVE, gamma=POSITIVE, every=COUNT)

    def __call__(self, t: int) -> float:
        return self.lr * self.gamma**((t - 1) // self.every)


@dataclass(frozen=True)
class Exponential(Schedule):
    """An exponential decay of the learning rate, lr gammaᵗ⁻¹.

    This is PyTorch's ExponentialLR. With gamma > 1 it tests a range of learning rates in one run.

    Parameters
    ----------
    lr : float
    gamma : float
        The factor of each step.

    Examples
    --------
    >>> [round(Exponential(0.1, 0.5)(t), 4) for t in range(1, 4)]
    [0.1, 0.05, 0.025]
    """

    lr: float
    gamma: float

    def __post_init__(self) -> None:
        self._check(lr=POSITIVE, gamma=POSITIVE)

    def __call__(self, t: int) -> float:
        return self.lr * self.gamma**(t - 1)


@dataclass(frozen=True)
class Cosine(Schedule):
    """Half a cosine wave from lr down to lr_min, and up again after it.

        lr_min + ½ (lr − lr_min) (1 + cos(π (t−1)/steps))

    This is PyTorch's CosineAnnealingLR.

    Parameters
    ----------
    lr : float
    steps : int
        The number of steps until lr_min is reached.
    lr_min : float

    References
    ----------
    I. Loshchilov, F. Hutter (2017), SGDR: stochastic gradient descent with warm restarts, (5).

    Examples
    --------
    >>> [round(Cosine(0.1, steps=4)(t), 3) for t in range(1, 6)]
    [0.1, 0.085, 0.05, 0.015, 0.0]
    """

    lr: float
    steps: int
    lr_min: float = 0.0

    def __post_init__(self) -> None:
        self._check(lr=POSITIVE, steps=COUNT, lr_min=NOT_NEGATIVE)

    def __call__(self, t: int) -> float:
        return self.lr_min + (self.lr - self.lr_min) * (1 + float(np.cos(np.pi * (t - 1) / self.steps))) / 2


@dataclass(frozen=True)
class InverseTime(Schedule):
    """A decay of the learning rate with 1/t, lr / (1 + decay (t−1)).

    Then Σ rate = ∞ and Σ rate² < ∞, so that stochastic gradients converge.

    Parameters
    ----------
    lr : float
    decay : float

    References
    ----------
    H. Robbins, S. Monro (1951), A stochastic approximation method.

    Examples
    --------
    >>> [round(InverseTime(0.1, 1.0)(t), 3) for t in range(1, 5)]
    [0.1, 0.05, 0.033, 0.025]
    """

    lr: float
    decay: float

    def __post_init__(self) -> None:
        self._check(lr=POSITIVE, decay=NOT_NEGATIVE)

    def __call__(self, t: int) -> float:
        return self.lr / (1 + self.decay * (t - 1))


@dataclass(frozen=True)
class WarmUp(Schedule):
    """A linear rise to a learning rate or schedule in the first steps: min(1, t/steps) lr.

    Parameters
    ----------
    lr : float, Schedule or callable t -> float
        What the warm-up leads to.
    steps : int
        The number of steps that it takes.

    Examples
    --------
    >>> [round(WarmUp(0.1, steps=4)(t), 3) for t in range(1, 6)]
    [0.025, 0.05, 0.075, 0.1, 0.1]
    """

    lr: float | Schedule | Callable[[int], float]
    steps: int

    def __post_init__(self) -> None:
        if not callable(self.lr) and not isinstance(self.lr, Schedule):
            self._check(lr=POSITIVE)
        self._check(steps=COUNT)

    def __call__(self, t: int) -> float:
        return self.step(t, None, None, {})[0]

    def start(self) -> dict[str, Any]:
        """Return the memory of the schedule that it leads to."""
        return self.lr.start() if isinstance(self.lr, Schedule) else {}

    def step(self, t: int, f: Any, x: Array, state: Mapping[str, Any]) -> tuple[float, dict[str, Any]]:
        """Return the learning rate of step t, and the memory of the schedule that it leads to."""
        lr, memory = rate(self.lr, t, f, x, state)
        return min(1, t / self.steps) * lr, memory


@dataclass(frozen=True)
class OnPlateau(Schedule):
    """A cut of the learning rate whenever the value has ceased to fall.

    lr ← factor · lr when more than `patience` values in a row were not below (1 − threshold) times the best one.

    This is PyTorch's ReduceLROnPlateau, where that is told the value before each step. Like it, the schedule keeps a
    rate that a cut would lower by no more than 1e-8. ``minimize(..., record=["lr"])`` records the rate.

    Parameters
    ----------
    lr : float
    factor : float
        The factor of each cut.
    patience : int
        How many values in a row may bring no improvement.
    threshold : float
        The least relative improvement that counts.
    every : int
        The mean of so many values is taken for one: with minibatches, those of an epoch.

    Examples
    --------
    >>> from minnet import minimize
    >>> from minnet.optim import GradientDescent
    >>> from minnet.problems import quadratic
    >>> method = GradientDescent(OnPlateau(0.6, factor=0.5, patience=2))
    >>> result = minimize(quadratic([1.0, 4.0]), [1.0, 1.0], method, max_iter=30, record=["lr"])
    >>> bool(result.history["lr"][-1] < 0.6)
    True
    """

    lr: float
    factor: float = 0.1
    patience: int = 10
    threshold: float = 1e-4
    every: int = 1

    def __post_init__(self) -> None:
        self._check(lr=POSITIVE, factor=UNIT, patience=WHOLE, threshold=BELOW_ONE, every=COUNT)

    def start(self) -> dict[str, Any]:
        """Return the memory before the first step: the rate, the best value, and how long it has been waited for."""
        return {"lr": float(self.lr), "best": np.inf, "waited": 0, "total": 0.0}

    def step(self, t: int, f: Any, x: Array, state: Mapping[str, Any]) -> tuple[float, dict[str, Any]]:
        """Return the learning rate of step t, and the memory after it."""
        lr, best, waited, total = (state[name] for name in ("lr", "best", "waited", "total"))
        total += float(f.value(x))
        if t % self.every == 0:
            value, total = total / self.every, 0.0
            best, waited = (value, 0) if value < best * (1 - self.threshold) else (best, waited + 1)
            if waited > self.patience:
                waited = 0
                lr = lr * self.factor if lr - lr * self.factor > SMALLEST_CUT else lr
        return lr, {"lr": lr, "best": best, "waited": waited, "total": total}
