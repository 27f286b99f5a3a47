"""A race: methods on one function from one start, with the same budget of evaluations and tuned learning rates.

The protocol, which `PROTOCOL` states in full: cost = max(nfev, njev) + products. A value and the gradient at the same
point come from one pass, and a product with the Hessian costs about as much as a gradient. What a method does beyond
the budget does not count, and its result is the best point before that. A learning rate is the best one of a grid.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from .function import Array, as_point, supports
from .html import html_table
from .optim import LBFGS, Newton
from .optim.driver.counted import Counted
from .optim.driver.minimize import minimize
from .optim.driver.stopping import Limits, Status
from .optim.method import Method
from .parallel import as_executor, mapped

__all__ = ["Race", "Outcome", "Entry", "PROTOCOL", "RATES"]

RATES = (1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1.0)
DENSE, POLISH = 300, 1000  # the most parameters for Newton's method, and steps, to find the minimum of a basin
SOLVED = 1e-6  # of the way from the start's value down to the lowest one may be left (Moré, Wild 2009, (2.2))
FAR = 1e8  # times the size of the start's value below it, the function is taken for unbounded
MET, STUCK, DIVERGED, UNBOUNDED, SPENT = "gradient test", "no progress", "diverged", "no lower bound", "budget"
ENDS = {  # how an entry ends, by the status of `minimize`
    Status.MET: MET,
    Status.STUCK: STUCK,
    Status.DIVERGED: DIVERGED,
    Status.UNBOUNDED: UNBOUNDED,
}
PROTOCOL = {
    "cost": "max(nfev, njev) + products: a value with its gradient costs 1, a product with a Hessian or Gauss-Newton "
    "matrix 1, the matrix itself n",
    "budget": "every method starts at the same point and stops at the gradient test or when the budget is spent; an "
    "iteration that ends beyond the budget does not count; the result is the best point before",
    "lr": "each learning rate of the grid is run with the whole budget, and the lowest value wins, the smaller rate "
    "among equals; what all these runs cost is the column tuning",
    "edge": "a learning rate that won at the edge of the grid is marked *: a better one may lie beyond",
    "picture": "values are drawn above the minimum of each run's own basin, which another run finds from its result, "
    "by Newton's method or L-BFGS without a budget",
    "order": "first who meets the gradient test at the lowest value, to 1e-6 of the way down from the start's, by "
    "cost; then the others by value",
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
            Whose workers make the runs, each with each learning rate; the outcome is the same but for the seconds.

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
        history = result.history | {
            "cost": np.maximum(result.history["nfev"], result.history["njev"]) + result.history["products"]
        }
        spent = int(max(result.nfev, result.njev) + f.products)
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
            x=result.x if end == MET else lowest[1],
        )


@dataclass(frozen=True)
class Entry:
    """How one method ran.

    Attributes
    ----------
    name : str
    method : Method
        With the learning rate that won, where one was tuned.
    end : str
        Why the run ended: "gradient test", "no progress", "diverged", "no lower bound" or "budget".
    message : str
        The same in words.
    value, gradient_norm : float
        f and ‖g‖₂ at the result, the best point within the budget.
    iterations, nfev, njev, nhev, cost : int
        What was counted within the budget.
    seconds : float
    spent : int
        The cost including what was done beyond the budget.
    history : dict of arrays
        As `minimize` gives it, with the cost of every iteration and, for a function of two variables, the points x.
    lr : float or None
        The learning rate that won, where one was tuned.
    tuning : dict of float to float
        The value that each learning rate reached.
    tuning_cost : int
        What all the runs of the tuning cost.
    best : int
        The iteration of the result.
    x : array (n,)
        The result.
    floor : float
        The lowest value of its own basin: that of another run, by Newton's method or L-BFGS without a budget, which
        goes on from the result.
    """

    name: str
    method: Method
    end: str
    message: str
    value: float
    gradient_norm: float
    iterations: int
    nfev: int
    njev: int
    nhev: int
    cost: int
    seconds: float
    spent: int
    history: dict[str, Array] = field(repr=False)
    lr: float | None = None
    tuning: dict[float, float] = field(default_factory=dict)
    tuning_cost: int = 0
    best: int = -1
    x: Array = field(default_factory=lambda: np.zeros(0), repr=False)
    floor: float = -np.inf

    @property
    def at_edge(self) -> bool:
        """Whether the rate that won is the smallest or the largest of the grid, so that a better one may lie beyond."""
        return len(self.tuning) > 1 and self.lr in (min(self.tuning), max(self.tuning))


@dataclass(frozen=True)
class Outcome:
    """The result of a race.

    Attributes
    ----------
    entries : tuple of Entry
        In the order that `PROTOCOL` defines.
    initial : float
        The value at the start.
    lowest : float
        The lowest value that is known or was seen.

    Examples
    --------
    >>> from minnet.optim import BFGS
    >>> from minnet.problems import quadratic
    >>> outcome = Race(quadratic([1.0, 4.0]), (1.0, 1.0), {"bfgs": BFGS()}).run()
    >>> outcome.initial, outcome.bounded, outcome.cost_to(outcome.entries[0], share=1.0)
    (2.5, True, 1)
    """

    entries: tuple[Entry, ...]
    initial: float
    lowest: float

    def above(self, values: ArrayLike, floor: float | None = None) -> Array:
        """Return how far values lie above the lowest one, at least by its rounding, so that logarithms exist.

        Parameters
        ----------
        values : array
        floor : float, optional
            What to count from in place of the lowest value, such as an entry's `floor`.
        """
        return np.maximum(np.asarray(values) - (self.lowest if floor is None else floor), self.rounding)

    @property
    def rounding(self) -> float:
        """The rounding of the values, below which a difference of two of them says nothing."""
        return float(np.finfo(float).eps * max(abs(self.lowest), abs(self.initial)))

    def below(self, values: ArrayLike) -> Array:
        """Return how far values lie below the start's; nan where they do not."""
        fall = self.initial - np.asarray(values)
        return np.where(fall > 0, fall, np.nan)

    @property
    def bounded(self) -> bool:
        """Whether the methods did not run off to values below any scale that the start has."""
        return self.initial - self.lowest <= FAR * max(1.0, abs(self.initial))

    def cost_to(self, entry: Entry, share: float) -> int | None:
        """Return the cost at which a method had made all but a share of the way from the start's value to the lowest.

        Parameters
        ----------
        entry : Entry
        share : float
            Such as 1e-3.

        Returns
        -------
        int or None
            None if it never came so far.
        """
        there = entry.history["value"] - self.lowest <= share * (self.initial - self.lowest)
        return int(entry.history["cost"][there.argmax()]) if there.any() else None

    def _repr_html_(self) -> str:
        rows = [(e.name, f"{e.value:.6g}", f"{e.gradient_norm:.1e}", e.iterations, e.cost, e.end) for e in self.entries]
        return html_table(
            f"a race of {len(rows)} methods", ("method", "value", "gradient", "steps", "cost", "end"), rows
        )

    def place(self, entry: Entry) -> tuple[int, float]:
        """Return the key by which entries are sorted: who solved the problem by cost, then the others by value."""
        solved = entry.end == MET and entry.value - self.lowest <= SOLVED * (self.initial - self.lowest)
        return (0, entry.cost) if solved else (1, entry.value)


class Charged:
    """A function that counts what its curvature has cost, in `products`.

    One product is charged for each vector that is multiplied by a matrix, n for a dense matrix, one for the Fisher
    diagonal, and one for each output of the network for a preconditioner. Minibatches are not for races.

    Parameters
    ----------
    f : Objective, Function or problem
    n : int
        The number of parameters.
    """

    f: Any
    n: int
    products: int

    def __init__(self, f: Any, n: int) -> None:
        self.f, self.n, self.products = f, n, 0

    @property
    def lacks(self) -> tuple[str, ...]:
        """What f lacks, and minibatches."""
        return ("subset", *Counted(self.f).lacks)

    def __getattr__(self, name: str) -> Any:
        rule = getattr(self.f, name)
        if name not in ("hvp", "ggnvp", "hessian", "ggn", "fisher_diagonal", "preconditioner"):
            return rule

        def charged(x, v=None):
            if name in ("hessian", "ggn"):
                self.products += self.n
            elif name == "preconditioner":
                self.products += self.f.net.widths[-1]
            else:
                self.products += 1 if v is None or v.ndim == 1 else v.shape[1]
            return rule(x) if v is None else rule(x, v)

        return charged


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


def products(f: Charged, x: Array) -> int:
    """Return the products charged so far, for the history of a run."""
    return f.products
