"""When a run ends, and what it says then.

`success` is the gradient test at a point that the method accepts, and nothing else. The other rules end runs that
have reached a limit of the caller's, that cannot come to anything (divergence, no lower bound, steps that do not
move), or whose gradient is wrong.
"""
from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

import numpy as np

from ...function import Array
from ...linalg.norm import norm
from ..method import Method, NoProgress
from ..rounding import EPS
from .batches import Batches
from .counted import Counted
from .iterate import State
from .recording import Best

__all__ = ["Limits", "STATUS", "Status", "Stop", "Stopping", "Trend", "gradient_is_wrong"]


class Status(IntEnum):
    """How a run ended: the number in `result.status`."""

    MET = 0
    MAX_ITER = 1
    FTOL = 2
    MAX_SECONDS = 3
    CALLBACK = 4
    STUCK = 5
    NOT_FINITE = 6
    INTERRUPTED = 7
    XTOL = 8
    DIVERGED = 9
    UNBOUNDED = 10


STATUS = {  # and the message that goes with it
    Status.MET: "the gradient test is met",
    Status.MAX_ITER: "max_iter={max_iter} iterations were made",
    Status.FTOL: "the value fell by no more than ftol={ftol:g}",
    Status.MAX_SECONDS: "max_seconds={max_seconds:g} have passed",
    Status.CALLBACK: "the callback stopped the run",
    Status.STUCK: "no further progress: {reason}",
    Status.NOT_FINITE: "the value at the start is {value}; expected a finite number",
    Status.INTERRUPTED: "interrupted",
    Status.XTOL: "the last step was shorter than xtol={xtol:g}",
    Status.DIVERGED: "the run diverges: the value has grown from {start:.3g} to {value:.3g}",
    Status.UNBOUNDED: "the value falls without bound, from {start:.3g} to {value:.3g}",
}

FAR = 1e20          # times the size of the value at the start: divergence above, no lower bound below
UNMOVED = (
    3  # steps that leave x and the numbers of the method as they were, or x alone and the value higher, end the run
)
RESTLESS = 100      # steps that leave x alone do so in any case
REFUSED = 10        # points that pass the gradient test, which the method does not accept, without a lower value
EARLY = 20          # steps in which a wrong gradient is looked for
AGAINST = 5         # steps in a row that the gradients contradict are looked into
WRONG = "the gradient does not agree with the values; compare them by minnet.check.gradient(f, x)"


class Stop(NamedTuple):
    """The end of a run, and the reason that STUCK gives."""

    status: Status
    reason: str = ""


@dataclass(frozen=True)
class Limits:
    """The caller's limits, checked."""

    max_iter: int
    gtol: float
    ftol: float
    max_seconds: float | None
    xtol: float = 0

    def __post_init__(self) -> None:
        if isinstance(self.max_iter, bool) or not (
            isinstance(self.max_iter, (int, np.integer)) and self.max_iter >= 0
        ):
            raise ValueError(f"max_iter={self.max_iter!r}; expected a whole number of at least 0")
        for name in ("gtol", "ftol", "xtol", "max_seconds"):
            value = getattr(self, name)
            number = isinstance(value, (int, float, np.number)) and not isinstance(value, (bool, complex))
            if not (value is None and name == "max_seconds" or number and value >= 0):
                raise ValueError(f"{name}={value!r}; expected a number of at least 0")


@dataclass
class Trend:
    """What the last steps have brought, in numbers that a checkpoint keeps.

    fall, step: how far the last step lowered the value, and its length. restless: the last steps within rounding that
    did not lower the value; unmoved: those of them that raised it, or left the method's own numbers as they were,
    too. refused: the last points that passed the gradient test without a value lower than `lowest`. against: the last
    steps that went up where the gradients at both ends say down, or down where they say up.
    """

    fall: float = np.inf
    step: float = np.inf
    unmoved: int = 0
    restless: int = 0
    refused: int = 0
    lowest: float = np.inf
    against: int = 0

    def follow(self, state: State, before: State, met: bool, limits: Limits) -> None:
        """Take the step from `before` to `state` into account."""
        self.fall = float(before.value - state.value)
        if limits.xtol:
            self.step = norm(state.x - before.x)
        if self.fall > 0 or not _same_within_rounding(state.x, before.x):
            self.unmoved = self.restless = 0
        else:
            self.restless += 1
            idle = self.fall < 0 or _same_numbers(state.memory, before.memory)
            self.unmoved = self.unmoved + 1 if idle else 0
        if not met:
            self.refused = 0
        else:
            lower = state.value < self.lowest - 10 * EPS * abs(state.value)
            self.refused, self.lowest = (0 if lower else self.refused + 1), min(float(state.value), self.lowest)
        if state.nit <= EARLY:
            promised = float((state.gradient + before.gradient).dot(state.x - before.x)) / 2
            contradicts = (self.fall * promised >= 0
                           and abs(promised) > 1000 * EPS * max(abs(state.value), abs(before.value)))
            self.against = self.against + 1 if contradicts else 0


class Stopping:
    """The rules, asked at each state: a `Stop`, or None where the run goes on.

    With minibatches the gradient test is made on all examples, at the end of each epoch, and the trend is not looked
    at.
    """

    def __init__(self, limits: Limits, method: Method, whole: Counted, dtype: np.dtype, best: Best,
                 batches: Batches | None = None) -> None:
        self.limits: Limits = limits
        self.method: Method = method
        self.whole: Counted = whole
        self.dtype: np.dtype = dtype
        self.best: Best = best
        self.batches: Batches | None = batches
        self.trend: Trend = Trend()
        self.before: State | None = None
        self.start_value: float = np.nan

    def follow(self, state: State, gradient_norm: float) -> None:
        """Take a new state into account, before `stop` is asked."""
        if self.before is None:
            self.start_value = state.value
        elif self.batches is None:
            self.trend.follow(state, self.before, bool(gradient_norm <= self.limits.gtol), self.limits)
        self.before = state

    def resume(self, state: State, start_value: float, trend: Trend) -> None:
        """Go on from a checkpoint."""
        self.before, self.start_value, self.trend = state, start_value, trend

    def stop(self, state: State, gradient_norm: float, seconds: float) -> Stop | None:
        """How the run ends here, or None."""
        if state.nit == 0 and not np.isfinite(state.value):
            return Stop(Status.NOT_FINITE)
        try:
            stop = self._on_all(state, gradient_norm) if self.batches is None else self._on_batches(state)
        except NoProgress as stopped:                   # accepts() met a Hessian that is not finite
            return Stop(Status.STUCK, str(stopped))
        late = self.limits.max_seconds is not None and seconds >= self.limits.max_seconds
        return stop or (Stop(Status.MAX_SECONDS) if late else None)

    def _on_all(self, state, gradient_norm):
        return (
            self._met(state.f, state, gradient_norm)
            or self._spent(state)
            or self._far(state)
            or self._by_trend(state)
        )

    def _on_batches(self, state):
        if not self.batches.at_epoch and state.nit < self.limits.max_iter:
            return self._far(state)
        whole = self.whole
        whole.forget()                                  # as a run that is taken up here does not know either
        value, g = whole.value_and_gradient(whole.settle(state.x))
        if self.batches.at_epoch:
            self.best.see(state.x, value, g)
        return self._met(whole, state, norm(g)) or self._spent(state) or self._far(state)

    def _met(self, f, state, gradient_norm):
        """The gradient test, also in the precision of the start, at a point that the method accepts."""
        gtol = self.limits.gtol
        if not gradient_norm <= gtol:
            return None
        if state.x.dtype != self.dtype and not norm(f.gradient(state.x.astype(self.dtype))) <= gtol:
            return None
        return Stop(Status.MET) if self.method.accepts(f, state.x, state.memory) else None

    def _spent(self, state):
        return Stop(Status.MAX_ITER) if state.nit >= self.limits.max_iter else None

    def _far(self, state):
        scale, rise = FAR * max(1.0, abs(self.start_value)), state.value - self.start_value
        if abs(rise) <= scale:
            return None
        return Stop(Status.DIVERGED) if rise > 0 else Stop(Status.UNBOUNDED)

    def _by_trend(self, state):
        trend, limits = self.trend, self.limits
        if limits.ftol and trend.fall <= limits.ftol * max(1, abs(state.value)):
            return Stop(Status.FTOL)
        if trend.step < limits.xtol:
            return Stop(Status.XTOL)
        if trend.unmoved >= UNMOVED or trend.restless >= RESTLESS:
            return Stop(Status.STUCK, f"the last {trend.restless} steps did not move x beyond rounding")
        if trend.refused >= REFUSED:
            return Stop(
                Status.STUCK,
                f"the gradient test is met, but {type(self.method).__name__} sees negative curvature and no way down",
            )
        if trend.against >= AGAINST:
            trend.against = 0
            return Stop(Status.STUCK, WRONG) if gradient_is_wrong(state.f, state.x) else None
        return None


def gradient_is_wrong(f: Counted, x: Array) -> bool:
    """Whether the values do not fall along −∇f(x) as ∇f(x) says, by more than half the slope.

    Central differences with the steps h and 2h tell the slope; what they differ by, and rounding, are allowed for, so
    that neither a kink nor a minimum is taken for a mistake.
    """
    value, g = f.value_and_gradient(x)
    slope, eps = norm(g), float(np.finfo(x.dtype).eps)
    if not (slope > 0 and np.isfinite(slope) and np.isfinite(value)):
        return False
    h = eps ** (1 / 3) * max(1.0, norm(x))
    at = lambda t: float(f.value((x - t * g / slope).astype(x.dtype)))
    falls = [(at(-t) - at(t)) / (2 * t) for t in (h, 2 * h)]
    doubt = 4 * abs(falls[1] - falls[0]) + 1000 * eps * abs(float(value)) / h
    return bool(abs(falls[0] - slope) > 0.5 * slope + doubt)


def _same_within_rounding(x, y):
    return norm(x - y) <= 8 * np.finfo(x.dtype).eps * norm(x)


def _same_numbers(memory, before):
    """Whether nothing but whole numbers, which count, has changed in what the method carries on."""
    return memory.keys() == before.keys() and all(
        isinstance(entry, (int, np.integer)) or np.array_equal(entry, before[name], equal_nan=True)
        for name, entry in memory.items())
