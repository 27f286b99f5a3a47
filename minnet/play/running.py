"""A run that can be paused after any step, and a race of several of them by evaluations.

Glossary: the cost of a run is the number of its evaluations, max(nfev, njev) + nhev: a value and the gradient at one
point are one, a Hessian is another.
"""
from __future__ import annotations

from collections.abc import Mapping
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ..function import Array, known_minima, quiet
from ..linalg.norm import norm
from ..optim import iterate
from ..optim.driver.iterate import State
from ..optim.driver.recording import Best
from ..optim.driver.stopping import STATUS, Limits, Status, Stop, Stopping
from ..optim.method import Method

__all__ = ["GTOL", "Race", "Run"]

GTOL = 1e-8
MAX_ITER = 5000
FRAME = 0.03    # seconds of computing after which a frame begins no further step,
SLOW = 0.05     # and after which a single step is called slow


class Run:
    """A run of one method, one step at a time: the states of `iterate`, ended by the rules of `minimize`.

    Parameters
    ----------
    f : object
        A function with what the method needs.
    x0 : array_like (n,)
    method : Method
    max_iter : int
    gtol : float

    Attributes
    ----------
    points, values, norms, costs : list
        By step, 0 the start: x, f(x), ‖∇f(x)‖ and the evaluations so far.
    state : State
        Where the run stands.
    status, message : Status or None, str
        How it ended, as `minimize` says it.

    Examples
    --------
    >>> from minnet.optim import GradientDescent
    >>> from minnet.problems import quadratic
    >>> run = Run(quadratic([1.0, 2.0]), [1.0, 1.0], GradientDescent(0.5))
    >>> run.step()
    >>> run.points[-1], run.over
    (array([0.5, 0. ]), False)
    """

    def __init__(self, f: Any, x0: ArrayLike, method: Method, max_iter: int = MAX_ITER, gtol: float = GTOL) -> None:
        self.method: Method = method
        self.points: list[Array] = []
        self.values: list[float] = []
        self.norms: list[float] = []
        self.costs: list[int] = []
        self.counts: dict[str, int] = {}
        self.status: Status | None = None
        self.message: str = ""
        self.slowest: float = 0.0
        self._limits = Limits(max_iter, gtol, 0.0, None)
        self._states = iterate(f, x0, method)
        self.state: State = next(self._states)
        self._stopping = Stopping(self._limits, method, self.state.f, self.state.x.dtype, Best(self.state.x))
        self._see(self.state)

    @property
    def over(self) -> bool:
        """Whether the run has ended."""
        return self.status is not None

    @property
    def cost(self) -> int:
        """The evaluations so far."""
        return cost_of(self.counts)

    @property
    def x(self) -> Array:
        """The last point."""
        return self.points[-1]

    def step(self) -> None:
        """Take one step, unless the run is over."""
        if self.over:
            return
        began = perf_counter()
        try:
            state = next(self._states)
        except StopIteration as end:
            self._end(Stop(Status.STUCK, end.value))
        else:
            self._see(state)
        self.slowest = max(self.slowest, perf_counter() - began)

    def slow(self, name: str) -> str:
        """Say of a method so called that a step of it took longer than a frame should, or ""."""
        return f"A step of {name} took {1000 * self.slowest:.0f} ms." if self.slowest > SLOW else ""

    def stop(self) -> None:
        """End the run here, as a closed window does."""
        self._states.close()

    @quiet
    def _see(self, state):
        size = norm(state.gradient)
        self.state = state
        self.points.append(state.x)
        self.values.append(float(state.value))
        self.norms.append(size)
        self.costs.append(cost_of(state.f.counts))
        self._stopping.follow(state, size)
        stop = self._stopping.stop(state, size, 0.0)
        self.counts = dict(state.f.counts)
        if stop is not None:
            self._end(stop)

    def _end(self, stop):
        self.status = stop.status
        self.message = STATUS[stop.status].format(max_iter=self._limits.max_iter, ftol=0, xtol=0, max_seconds=0,
                                                  reason=stop.reason, start=self.values[0], value=self.values[-1])


def cost_of(counts: Mapping[str, int]) -> int:
    """Return max(nfev, njev) + nhev."""
    return max(counts["nfev"], counts["njev"]) + counts["nhev"]


class Race:
    """Methods that start at one point and take turns by evaluations: who has used least goes next.

    Parameters
    ----------
    f : problem
    start : array_like (2,)
    methods : dict of str to Method

    Attributes
    ----------
    runs : dict of str to Run

    Examples
    --------
    >>> from minnet.optim import BFGS, Momentum
    >>> from minnet.problems import beale
    >>> race = Race(beale(), [1.0, 1.0], {"momentum": Momentum(1e-3), "BFGS": BFGS()})
    >>> race.advance(10)
    >>> [run.costs[-2] < 10 <= run.cost for run in race.runs.values()]
    [True, True]
    """

    def __init__(self, f: Any, start: ArrayLike, methods: Mapping[str, Method]) -> None:
        self.f: Any = f
        self.start: Array = np.array(start, float)
        self.runs: dict[str, Run] = {name: Run(f, self.start, method) for name, method in methods.items()}
        self.budget: float = 0.0

    @property
    def over(self) -> bool:
        """Whether all runs have ended."""
        return all(run.over for run in self.runs.values())

    @property
    def slow(self) -> str:
        """Which steps took longer than a frame should, or ""."""
        return " ".join(words for name, run in self.runs.items() if (words := run.slow(name)))

    def step(self) -> None:
        """Let the one run that has used the fewest evaluations, or those that have, take one step."""
        running = [run for run in self.runs.values() if not run.over]
        least = min((run.cost for run in running), default=0)
        for run in running:
            if run.cost == least:
                run.step()
        self.budget = max([self.budget, *(run.cost for run in self.runs.values())])

    def advance(self, evaluations: float, seconds: float = np.inf) -> None:
        """Let every run use so many evaluations more, or as many as the time allows.

        Parameters
        ----------
        evaluations : float
        seconds : float
            After these no further step is begun; the runs catch up in the next call.
        """
        began = perf_counter()
        self.budget += evaluations
        while True:
            behind = [(run.cost, name) for name, run in self.runs.items() if not run.over and run.cost < self.budget]
            if not behind:
                return
            if perf_counter() - began > seconds:
                self.budget = min(behind)[0] + evaluations
                return
            self.runs[min(behind)[1]].step()

    def stop(self) -> None:
        """End all runs."""
        for run in self.runs.values():
            run.stop()

    def lowest(self) -> float:
        """Return the lowest value known: of the minima, where the function falls nowhere below, and of the runs."""
        known = [value for _, value in known_minima(self.f)]
        seen = [value for run in self.runs.values() for value in run.values if np.isfinite(value)]
        return float(min(known + seen))

    def table(self) -> list[tuple[str, ...]]:
        """Return the table of counts, a row for each run: name, steps, evaluations of each kind, value, gradient norm
        and how it stands."""
        rows: list[tuple[str, ...]] = [("", "steps", "f", "∇f", "∇²f", "value", "‖∇f‖", "")]
        for name, run in self.runs.items():
            word = "" if run.status is None else WORDS.get(run.status, "stuck")
            rows.append((name, str(run.state.nit), *(str(run.counts[what]) for what in ("nfev", "njev", "nhev")),
                         f"{run.values[-1]:.3g}", f"{run.norms[-1]:.0e}", word))
        return rows


WORDS = {Status.MET: "at rest", Status.DIVERGED: "diverged", Status.UNBOUNDED: "falls on",
         Status.MAX_ITER: "gave up"}
