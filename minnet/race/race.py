"""How a race is run: every method with every learning rate of the grid, each within the budget."""
from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from copy import copy
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ..function import Array, as_point, supports
from ..optim import LBFGS, Newton
from ..optim.driver.minimize import minimize
from ..optim.driver.result import Result
from ..optim.driver.stopping import Limits, Status
from ..optim.method import Method
from ..parallel import as_executor, mapped
from .charged import Charged, products
from .outcome import DIVERGED, MET, SPENT, STUCK, UNBOUNDED, Entry, Outcome

__all__ = ["RATES", "Race"]

RATES = (1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1.0)
DENSE, POLISH = 300, 1000  # the most parameters for Newton's method, and steps, to find the minimum of a basin
ENDS = {  # how an entry ends, by the status of `minimize`
    Status.MET: MET,
    Status.STUCK: STUCK,
    Status.DIVERGED: DIVERGED,
    Status.UNBOUNDED: UNBOUNDED,
}


@dataclass(frozen=True)
class Race:
    """Methods that are to minimise one function from one start.

    Parameters
    ----------
    f : Objective, Function or problem
    start : array (n,)
    methods : dict of str to Method
        The methods by the names that the outcome gives them.
    budget : int
        The cost at which every method stops, in evaluations.
    gtol : float
        The bound on ‖g‖₂ of the gradient test.
    rates : tuple of float
        The grid on which every learning rate that is a number, not a schedule, is tuned.
    known : float
        The lowest value of f, where it is known.

    Raises
    ------
    ValueError
        If f lacks a derivative that a method needs, and for whatever `minimize` refuses.

    Examples
    --------
    >>> from minnet.optim import GradientDescent, Newton
    >>> from minnet.problems import rosenbrock
    >>> outcome = Race(rosenbrock(), (-1.2, 1.0), {"gd": GradientDescent(), "newton": Newton()}, budget=200).run()
    >>> [(entry.name, entry.end, entry.lr) for entry in outcome.entries]
    [('newton', 'gradient test', None), ('gd', 'budget', 0.003)]
    """

    f: Any
    start: ArrayLike
    methods: dict[str, Method]
    budget: int = 500
    gtol: float = 1e-6
    rates: tuple[float, ...] = RATES
    known: float = np.inf

    def __post_init__(self) -> None:
        if not isinstance(self.budget, (int, np.integer)) or self.budget < 1:
            raise ValueError(f"budget={self.budget!r}; expected a whole number of evaluations of at least 1")
        Limits(self.budget, self.gtol, 0, None)
        object.__setattr__(self, "start", as_point(self.f, self.start, "start"))
        if not self.methods:
            raise ValueError("methods is empty; expected at least one")
        if not self.rates or not all(0 < lr < np.inf for lr in self.rates):
            raise ValueError(f"rates={self.rates!r}; expected learning rates above 0")
        for name, method in self.methods.items():
            if not isinstance(method, Method):
                raise ValueError(f"{name}={method!r}; expected a method of minnet.optim such as Newton()")
            for derivative in method.needs:
                if not supports(Charged(self.f, np.size(self.start)), derivative):
                    raise ValueError(f"{name} needs the {derivative} of {self.f!r}, which has none in a race")
        if not np.isfinite(self.f.value(self.start)):
            raise ValueError(f"the value at the start is {self.f.value(self.start)}; expected a finite number")

    def run(self, progress: bool = False, executor: Executor | None = None) -> Outcome:
        """Run every method.

        Parameters
        ----------
        progress : bool
            Whether to show a line of progress, as in `minimize`.
        executor : concurrent.futures.Executor, optional
            Whose workers make the runs, each with each learning rate; the outcome is the same but for the seconds. An
            executor of f, which may be the same, rests meanwhile.

        Returns
        -------
        Outcome

        Raises
        ------
        KeyboardInterrupt
            If a run is interrupted.
        """
        candidates = [
            (name, method if lr is None else replace(method, lr=lr), lr)
            for name, method in self.methods.items()
            for lr in self._rates_of(method)
        ]
        names, methods, rates = zip(*candidates)
        executor = as_executor(executor)
        if executor is not None and getattr(self.f, "executor", None) is not None:
            return replace(self, f=copy(self.f)).run(progress, executor)  # no worker waits for workers
        runs = mapped(executor, self._entry, names, methods, [progress] * len(candidates))
        tried: dict[str, dict[float | None, Entry]] = {name: {} for name in names}
        for name, lr, entry in zip(names, rates, runs):
            tried[name][lr] = entry
        entries = mapped(executor, self._with_floor, map(_best, tried.values()))
        initial = entries[0].history["value"][0]
        outcome = Outcome((), float(initial), min(self.known, *(float(entry.value) for entry in entries), initial))
        return replace(outcome, entries=tuple(sorted(entries, key=outcome.place)))

    def run_from(
        self, starts: Sequence[ArrayLike], progress: bool = False, executor: Executor | None = None
    ) -> tuple[Outcome, ...]:
        """Run the race from each of several starts, the rates tuned anew at each: what holds over starts, holds.

        Parameters
        ----------
        starts : sequence of array (n,)
        progress, executor
            As for `run`.

        Returns
        -------
        tuple of Outcome
            One for each start; `minnet.plotting.race` draws their medians.
        """
        return tuple(replace(self, start=start).run(progress, executor) for start in starts)

    def _with_floor(self, entry: Entry) -> Entry:
        """The entry with the value of the minimum of its own basin, found from its result by another run."""
        dense = supports(self.f, "hessian") and np.size(self.start) <= DENSE
        result = minimize(self.f, entry.x, Newton() if dense else LBFGS(), max_iter=POLISH, gtol=0)
        lower = float(result.fun) if np.isfinite(result.fun) else entry.value
        return replace(entry, floor=min(lower, entry.value))

    def _rates_of(self, method: Method) -> Sequence[float | None]:
        """The learning rates to try, from the smallest; None for a method that has no number for one."""
        return sorted(self.rates) if isinstance(getattr(method, "lr", None), (int, float)) else [None]

    def _entry(self, name, method, progress):
        f = Charged(self.f, np.size(self.start))
        lowest = [np.inf, self.start]

        def limit(point):
            spent = max(point.nfev, point.njev) + f.products
            if point.fun < lowest[0] and spent <= self.budget:
                lowest[:] = point.fun, point.x
            if spent >= self.budget:
                raise StopIteration

        result = minimize(
            f,
            self.start,
            method,
            max_iter=self.budget,
            gtol=self.gtol,
            callback=limit,
            record=(products, "x") if f.n == 2 else (products,),
            progress=progress,
        )
        if result.status == Status.INTERRUPTED:
            raise KeyboardInterrupt
        return self._within_budget(name, method, result, f.products, lowest[1])

    def _within_budget(self, name: str, method: Method, result: Result, products: int, lowest: Array) -> Entry:
        """What a run shows of the budget: what it did beyond does not count."""
        history = result.history | {
            "cost": np.maximum(result.history["nfev"], result.history["njev"]) + result.history["products"]
        }
        spent = int(max(result.nfev, result.njev) + products)
        within = spent <= self.budget
        rows = max(1, int((history["cost"] <= self.budget).sum()))
        history = {what: values[:rows] for what, values in history.items()}
        counts = (
            {"nfev": result.nfev, "njev": result.njev, "nhev": result.nhev, "cost": spent}
            if within
            else {what: int(history[what][-1]) for what in ("nfev", "njev", "nhev", "cost")}
        )
        end = ENDS.get(result.status, SPENT) if within else SPENT
        best = rows - 1 if end == MET else int(history["value"].argmin())
        message = "the budget is spent" if end == SPENT else result.message.partition(";")[0]
        return Entry(
            name,
            method,
            end,
            message,
            value=float(history["value"][best]),
            gradient_norm=float(history["gradient_norm"][best]),
            iterations=rows - 1,
            **counts,
            seconds=float(history["seconds"][-1]),
            spent=spent,
            history=history,
            best=best,
            x=result.x if end == MET else lowest,
        )


def _best(tried: dict[float | None, Entry]) -> Entry:
    """The entry of the learning rate that wins, with what its search cost."""
    if None in tried:
        return tried[None]
    lr = min(tried, key=lambda lr: tried[lr].value)
    return replace(
        tried[lr],
        lr=lr,
        tuning_cost=sum(entry.spent for entry in tried.values()),
        tuning={lr: entry.value for lr, entry in tried.items()},
    )
