"""A network that predicts numbers."""

from __future__ import annotations

from collections.abc import Sequence
from os import PathLike
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..network.activations import Activation
from ..network.losses import loss as loss_named
from ..optim.method import Method
from .base import MLPEstimator, RandomState
from .inputs import feature_names, read_examples, read_numbers, read_weights
from .scaling import leave_as_is, standardise

__all__ = ["MLPRegressor"]

LOSSES = ("squared_error", "huber", "poisson")


class MLPRegressor(MLPEstimator):
    """A multilayer perceptron that predicts numbers, trained on the squared error, Huber's loss or Poisson's.

    Parameters
    ----------
    loss : {"squared_error", "huber", "poisson"}, default "squared_error"
        Except for "poisson", `standardize` holds for the targets too: l2 and gtol then mean the same whatever their
        unit.
    hidden, activation, optimizer, l2, standardize, init, max_iter, gtol, batch_size, max_seconds, early_stopping, \
validation_fraction, n_iter_no_change, warm_start, checkpoint, progress, certify, n_jobs, random_state
        As for `MLPClassifier`.

    Attributes
    ----------
    target_mean_, target_scale_ : arrays () or (K,)
        What the targets were standardised by.
    theta_, coefs_, intercepts_, l2_, l2_choice_, result_, certificate_, n_iter_, loss_, loss_curve_,
    validation_curve_, \
n_features_in_, feature_names_in_, net_, mean_, scale_
        As for `MLPClassifier`.

    Examples
    --------
    >>> X = np.linspace(-2, 2, 40)[:, None]
    >>> MLPRegressor(hidden=(8,), l2=1e-5, random_state=0).fit(X, X[:, 0]**2).score(X, X[:, 0]**2) > 0.99
    True
    """

    _estimator_type = "regressor"
    _arrays = ("theta_", "mean_", "scale_", "target_mean_", "target_scale_")
    target_mean_: NDArray[Any]
    target_scale_: NDArray[Any]

    def __init__(
        self,
        hidden: int | Sequence[int] = (16,),
        activation: str | Activation | Sequence[str | Activation] = "tanh",
        optimizer: str | Method = "lbfgs",
        l2: float | Literal["auto", "evidence"] = "auto",
        standardize: bool = True,
        init: str | ArrayLike = "glorot",
        max_iter: int = 5000,
        gtol: float = 1e-6,
        batch_size: int | None = None,
        max_seconds: float | None = None,
        early_stopping: bool = False,
        validation_fraction: float = 0.1,
        n_iter_no_change: int = 20,
        warm_start: bool = False,
        checkpoint: str | PathLike[str] | None = None,
        progress: bool = False,
        certify: bool = True,
        loss: Literal["squared_error", "huber", "poisson"] = "squared_error",
        n_jobs: int | None = None,
        random_state: RandomState = None,
    ) -> None:
        super().__init__(
            hidden,
            activation,
            optimizer,
            l2,
            standardize,
            init,
            max_iter,
            gtol,
            batch_size,
            max_seconds,
            early_stopping,
            validation_fraction,
            n_iter_no_change,
            warm_start,
            checkpoint,
            progress,
            certify,
            n_jobs,
            random_state,
        )
        self.loss: Literal["squared_error", "huber", "poisson"] = loss

    def fit(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Self:
        """Train on X (N, d) and real targets y (N,) or (N, K), each example with its weight."""
        names = feature_names(X)
        X = read_examples(X)
        targets, weights = read_numbers(y, len(X)), read_weights(sample_weight, len(X))
        self.validate(len(X))
        mean, scale = (
            standardise(targets, weights) if self.standardize and self.loss != "poisson" else leave_as_is(targets)
        )
        return self._train(
            X, (targets - mean) / scale, targets[0].size, weights, names, target_mean_=mean, target_scale_=scale
        )

    def predict(self, X: ArrayLike) -> NDArray[Any]:
        """Predicted means (N,), or (N, K) where the targets were."""
        mean = self._loss().mean(self.outputs(X))
        return mean.reshape(len(mean), *self.target_mean_.shape) * self.target_scale_ + self.target_mean_

    def score(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> float:
        """R²: one minus the squared error over that of the mean of y (averaged over outputs)."""
        z = self.predict(X)
        y, weights = read_numbers(y, len(z)), read_weights(sample_weight, len(z))
        if y.shape != z.shape:
            raise ValueError(f"y has shape {y.shape}; expected {z.shape} as in training")
        error = np.average(((y - z) / standardise(y, weights)[1]) ** 2, axis=0, weights=weights)
        return float(np.mean(np.where(np.ptp(y, 0) > 0, 1 - error, error == 0)))

    def _encode(self, y: ArrayLike, N: int) -> NDArray[Any]:
        return (read_numbers(y, N) - self.target_mean_) / self.target_scale_

    def _loss(self) -> Any:
        if self.loss not in LOSSES:
            raise ValueError(f"loss={self.loss!r}; expected 'squared_error', 'huber' or 'poisson'")
        return loss_named(self.loss)

    def _loss_options(self) -> dict[str, Any]:
        return {"loss": self.loss}
