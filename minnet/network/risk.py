"""A loss summed over examples: what an objective is made of, its data and its passes."""
from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Executor
from copy import copy
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..function import as_vector, quiet, supports
from ..parallel import as_executor
from .examples import Batch, Examples, chunks, read_inputs, read_rows, read_weights
from .groups import named_blocks, ray_groups
from .losses import LossLike, LossName, is_real
from .losses import loss as loss_of
from .memory import Memory
from .mlp import MLP
from .passes import Pass
from .sums import tree_sum
from .workers import Crew, DaskCrew, Part, crew_of

__all__ = ["EmpiricalRisk", "Reduction", "Seed", "is_large"]

Array = NDArray[Any]
Seed = int | np.random.Generator | None
Reduction = Literal["mean", "sum"]
SHARE = 1 << 22  # inputs and outputs of units in a chunk of an executor that the caller leaves open: 32 MB
LARGE = 1 << 22  # examples times parameters; as n ≥ Σ widths, what is not large fits in one chunk


def is_large(net: MLP, N: int) -> bool:
    """Whether passes over N examples spend so much of their time in NumPy's operations that threads, which run side by
    side there, train several such networks sooner than processes (`tests/benchmarks/jobs.py`)."""
    return N * net.n_params > LARGE


class EmpiricalRisk:
    """c Σ w_i ℓ(z(θ, x_i), y_i) + ½ l2 ‖θ‖²: the examples, and sums over them at a point θ. See `Objective`."""

    net: MLP
    loss: Any
    l2: float
    reduction: Reduction
    chunk: int | None
    executor: Executor | None

    def __init__(self, net: MLP, X: ArrayLike, y: ArrayLike, loss: LossName | LossLike = "squared_error",
                 l2: float = 0.0, reduction: Reduction = "mean", chunk: int | None = None,
                 executor: Executor | None = None, sample_weight: ArrayLike | None = None,
                 **loss_options: float) -> None:
        if not isinstance(net, MLP):
            raise ValueError(f"net={net!r}; expected a minnet.MLP")
        self.net, self.loss = net, loss_of(loss, **loss_options)
        if reduction not in ("mean", "sum"):
            raise ValueError(f"reduction={reduction!r}; expected 'mean' or 'sum'")
        if not (is_real(l2) and 0 <= l2 < np.inf):
            raise ValueError(f"l2={l2!r}; expected a number of at least 0")
        if chunk is not None and (isinstance(chunk, bool) or not isinstance(chunk, (int, np.integer)) or chunk < 1):
            raise ValueError(f"chunk={chunk!r}; expected a whole number of at least 1, or None")
        self.l2, self.reduction, self.chunk = float(l2), reduction, None if chunk is None else int(chunk)
        self.executor, self._crew = as_executor(executor), None
        X = read_inputs(X, net.widths[0])
        y = np.array(self.loss.targets(y, net.widths[-1]) if supports(self.loss, "targets") else y)
        if y.ndim == 0 or len(y) != len(X):
            raise ValueError(f"X has shape {X.shape} and y {y.shape}; expected as many targets as examples")
        self._memory = Memory()
        self._hold(Examples(X, y, read_weights(sample_weight, len(X))))

    def __repr__(self) -> str:
        return (f"Objective({self.net!r}, {len(self)} examples, {self.loss!r}, l2={self.l2:g}, "
                f"reduction={self.reduction!r})")

    def __getstate__(self) -> dict[str, Any]:
        """What a copy and a pickle have: no memory and no workers."""
        return self.__dict__ | {"_memory": Memory(), "executor": None, "_crew": None}

    def __len__(self) -> int:
        return len(self._examples)

    @property
    def n(self) -> int:
        """The number of parameters."""
        return self.net.n_params

    @property
    def X(self) -> NDArray[np.float64]:
        """The examples (N, d_0), read-only."""
        return self._examples.double.x.T

    @property
    def y(self) -> Array:
        """The targets as the loss reads them, one row an example, read-only."""
        return self._examples.double.y

    @property
    def sample_weight(self) -> NDArray[np.float64] | None:
        """The weights of the examples (N,), read-only, or None where all are 1."""
        return self._examples.double.weights

    @property
    def scale(self) -> float:
        """The factor c of the sum over the examples; 0 in a subset whose weights are all 0, which says nothing."""
        if self.reduction == "sum":
            return 1.0
        total = self._examples.total_weight
        return 1 / total if total > 0 else 0.0

    def subset(self, rows: ArrayLike | slice) -> Self:
        """The same objective on the examples `rows`: numbers, a mask or a slice that chooses at least one."""
        return self._on(self._examples.subset(read_rows(rows, len(self))))

    @property
    def blocks(self) -> dict[str, NDArray[np.intp]]:
        """The numbers of the parameters by name: W1, b1, W2, …"""
        return named_blocks(self.net)

    @property
    def groups(self) -> list[NDArray[np.intp]]:
        """Sets of parameters that may run to infinity together."""
        return ray_groups(self.net)

    # --- sums over the passes ----------------------------------------------------------------------------------------

    def _hold(self, examples: Examples) -> None:
        """Take these examples, in one chunk unless the caller or an executor asks for less."""
        size = len(examples) if self.executor is None else max(1, SHARE // sum(self.net.widths))
        self._examples, self._chunks = examples, chunks(len(examples), self.chunk or size)

    def _on(self, examples: Examples) -> Self:
        other = copy(self)
        other.executor = self.executor
        other._hold(examples)
        return other

    def _theta(self, theta: ArrayLike) -> Array:
        return as_vector(theta, self.n, "theta")

    def _sum(self, rule: Callable[..., Any], theta: Array, *args: Any) -> Any:
        """Σ rule(pass, *args) over the chunks at θ, in an order that hangs on their number alone."""
        if len(self._chunks) == 1:
            return rule(self._whole(theta), *args)
        if self.executor is not None:
            return self._workers().total(rule, theta, args)
        return tree_sum(iter(self._each(rule, theta, *args)), len(self._chunks))

    def _each(self, rule: Callable[..., Any], theta: Array, *args: Any) -> Iterable[Any]:
        """rule(pass, *args) for each chunk, in their order."""
        if len(self._chunks) == 1:
            return [rule(self._whole(theta), *args)]
        if self.executor is not None:
            return self._workers().each(rule, theta, args)
        return (rule(self._pass(theta, self._examples.rows_at(theta, rows)), *args) for rows in self._chunks)

    def _whole(self, theta: Array) -> Pass:
        """The pass over all examples at θ: a remembered one, or a new one to remember."""
        known = self._memory.recall(theta)
        if known is None:
            known = self._pass(theta.copy(), self._examples.at(theta))
            self._memory.keep(known)
        return known

    def _pass(self, theta: Array, batch: Batch) -> Pass:
        return Pass(self.net, self.loss, theta, batch, self._memory.workspaces)

    def _workers(self) -> Crew | DaskCrew:
        """The executor's workers, with the examples."""
        if self._crew is None:
            self._crew = crew_of(self.executor, Part(self.net, self.loss, self._examples), self._chunks)
        return self._crew

    def _penalized(self, total: Any, theta: Array) -> float:
        """c total + ½ l2 ‖θ‖²."""
        penalty = self.l2 / 2 * (theta @ theta) if self.l2 else 0.0
        return theta.dtype.type(self.scale * total + penalty)

    def _reduced(self, total: Array, x: Array) -> Array:
        """c total + l2 x, a new array."""
        total = self.scale * total
        if self.l2:
            total += self.l2 * x
        return total

    @quiet
    def _product(self, theta: ArrayLike, v: ArrayLike, rule: Callable[[Pass, Array], Array]) -> Array:
        theta, v = self._theta(theta), np.asarray(v)
        if v.shape != (self.n,) and (v.ndim != 2 or len(v) != self.n):
            raise ValueError(f"v has shape {v.shape}; expected ({self.n},) or ({self.n}, k)")
        directions = np.ascontiguousarray(v.T, np.result_type(v, theta))
        return self._reduced(self._sum(rule, theta, directions), directions).T
