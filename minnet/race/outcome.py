"""What a race gives: how each method ran, and how they compare."""
from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike

from ..function import Array
from ..html import html_table
from ..optim.method import Method

__all__ = ["DIVERGED", "MET", "SPENT", "STUCK", "UNBOUNDED", "Entry", "Outcome"]

MET, STUCK, DIVERGED, UNBOUNDED, SPENT = "gradient test", "no progress", "diverged", "no lower bound", "budget"
SOLVED = 1e-6  # of the way from the start's value down to the lowest one may be left (Moré, Wild 2009, (2.2))
FAR = 1e8  # times the size of the start's value below it, the function is taken for unbounded


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
    >>> from minnet.race import Race
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
