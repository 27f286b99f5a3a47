"""What first-order methods share: a learning rate, which may follow a schedule, and weight decay.

Glossary: x parameters (n,), g gradient (n,), lr learning rate, t steps taken so far, from 1.
"""
from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..function import Array, SupportsGradient
from .method import NOT_NEGATIVE, POSITIVE, Method
from .schedules import Schedule, rate

__all__ = ["FirstOrder", "LearningRate"]

LearningRate = float | Schedule | Callable[[int], float]


@dataclass(frozen=True)
class FirstOrder(Method):
    """A method with a learning rate.

    Parameters
    ----------
    lr : float or Schedule
        The learning rate, or one of `minnet.optim.schedules`, or any function of t.
    weight_decay : float
        PyTorch's: g ← g + weight_decay x. It descends on f + ½ weight_decay ‖x‖², which the driver's values and
        gradient test do not know of; the `l2` of an Objective is the same step, and they do.
    """

    lr: LearningRate = 0.01
    weight_decay: float = field(default=0.0, kw_only=True)

    def __post_init__(self) -> None:
        if not (callable(self.lr) or isinstance(self.lr, Schedule)):
            self._check(lr=POSITIVE)
        self._check(weight_decay=NOT_NEGATIVE)

    def _clock(self) -> dict[str, Any]:
        """What the state holds of time before the first step: t, and the schedule's memory."""
        return {"t": 0} | (self.lr.start() if isinstance(self.lr, Schedule) else {})

    def _rate(self, f: SupportsGradient, x: Array, state: Mapping[str, Any]) -> tuple[float, dict[str, Any]]:
        """(the learning rate of this step, the clock after it)."""
        t = state["t"] + 1
        lr, memory = rate(self.lr, t, f, x, state)
        return lr, {"t": t} | memory

    def _gradient(self, f: SupportsGradient, x: Array) -> Array:
        """g, with the weight decay."""
        g = f.gradient(x)
        return g + self.weight_decay * x if self.weight_decay else g
