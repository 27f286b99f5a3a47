"""The examples of a training, and its objective for any weight decay and any part of them."""

from __future__ import annotations

from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from ..network.losses import Loss
from ..network.mlp import MLP
from ..network.objective import Objective

__all__ = ["TrainingSet"]


@dataclass(frozen=True)
class TrainingSet:
    """Standardised inputs and encoded targets, for a network and a loss.

    Attributes
    ----------
    net : MLP
    Z : array (N, d)
    y : array (N, …)
    loss : Loss
    weights : array (N,), optional
    executor : concurrent.futures.Executor, optional
        Computes the objectives where their examples fill more than one chunk.
    """

    net: MLP
    Z: NDArray[Any]
    y: NDArray[Any]
    loss: Loss
    weights: NDArray[Any] | None = None
    executor: Executor | None = None

    def __len__(self) -> int:
        return len(self.Z)

    def __call__(self, l2: float, rows: Any) -> Objective:
        """The objective with this weight decay on these examples."""
        chosen = None if self.weights is None else self.weights[rows]
        return Objective(
            self.net, self.Z[rows], self.y[rows], self.loss, l2=l2, sample_weight=chosen, executor=self.executor
        )
