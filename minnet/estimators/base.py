"""What the classifier and the regressor share: checked parameters, and training."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from os import PathLike
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..function import as_vector
from ..network.activations import Activation
from ..network.mlp import MLP
from ..network.objective import Objective
from ..network.risk import is_large
from ..optim import minimize
from ..optim.driver.minimize import Limits
from ..optim.driver.stopping import Status
from ..optim.method import Method
from ..parallel import number_of_workers, workers
from .certifying import LARGEST_CERTIFIED, certify
from .early_stopping import Watch
from .errors import ConvergenceWarning, in_use
from .fitted import FittedModel
from .folds import split_off
from .parameters import resolve_optimizer
from .regularisation import Choice, by_cross_validation, by_evidence
from .scaling import leave_as_is, standardise_features
from .training_set import TrainingSet

__all__ = ["MLPEstimator", "RandomState"]

RandomState = int | np.random.Generator | np.random.RandomState | None


class MLPEstimator(FittedModel):
    """A network, its objective and an optimiser; see `MLPClassifier` for the parameters."""

    hidden: int | Sequence[int]
    activation: str | Activation | Sequence[str | Activation]
    optimizer: str | Method
    l2: float | Literal["auto", "evidence"]
    standardize: bool
    init: str | ArrayLike
    max_iter: int
    gtol: float
    batch_size: int | None
    max_seconds: float | None
    early_stopping: bool
    validation_fraction: float
    n_iter_no_change: int
    warm_start: bool
    checkpoint: str | PathLike[str] | None
    progress: bool
    certify: bool
    n_jobs: int | None
    random_state: RandomState

    def __init__(
        self,
        hidden: int | Sequence[int],
        activation: str | Activation | Sequence[str | Activation],
        optimizer: str | Method,
        l2: float | Literal["auto", "evidence"],
        standardize: bool,
        init: str | ArrayLike,
        max_iter: int,
        gtol: float,
        batch_size: int | None,
        max_seconds: float | None,
        early_stopping: bool,
        validation_fraction: float,
        n_iter_no_change: int,
        warm_start: bool,
        checkpoint: str | PathLike[str] | None,
        progress: bool,
        certify: bool,
        n_jobs: int | None,
        random_state: RandomState,
    ) -> None:
        self.hidden, self.activation, self.optimizer, self.l2 = hidden, activation, optimizer, l2
        self.standardize, self.init, self.max_iter, self.gtol = standardize, init, max_iter, gtol
        self.batch_size, self.max_seconds, self.early_stopping = batch_size, max_seconds, early_stopping
        self.validation_fraction, self.n_iter_no_change = validation_fraction, n_iter_no_change
        self.warm_start, self.checkpoint, self.progress = warm_start, checkpoint, progress
        self.certify, self.n_jobs, self.random_state = certify, n_jobs, random_state

    # --- what the two kinds define ---------------------------------------------------------------------------------

    def validate(self, N: int) -> None:
        """ValueError for a parameter with which `fit` could not train on N examples."""
        resolve_optimizer(self.optimizer)
        for name in ("standardize", "early_stopping", "warm_start", "progress", "certify"):
            if not isinstance(getattr(self, name), (bool, np.bool_)):
                raise ValueError(f"{name}={getattr(self, name)!r}; expected True or False")
        whole = isinstance(self.batch_size, (int, np.integer)) and not isinstance(self.batch_size, bool)
        if self.batch_size is not None and not (whole and 1 <= self.batch_size <= N):
            raise ValueError(f"batch_size={self.batch_size!r}; expected 1 to {N} examples")
        Limits(self.max_iter, self.gtol, 0, self.max_seconds)
        number_of_workers(self.n_jobs)
        net = MLP([1, *_hidden_widths(self.hidden), 1], self.activation)
        if isinstance(self.init, str):
            net.init(self.init, 0)
        if isinstance(self.l2, str) and self.l2 not in ("auto", "evidence"):
            raise ValueError(f"l2={self.l2!r}; expected a number of at least 0, 'auto' or 'evidence'")
        Objective(net, np.zeros((1, 1)), np.zeros(1), l2=0.0 if isinstance(self.l2, str) else self.l2)
        if self.early_stopping:
            if not (isinstance(self.validation_fraction, (int, float)) and 0 < self.validation_fraction < 1):
                raise ValueError(f"validation_fraction={self.validation_fraction!r}; expected a number between 0 and 1")
            if not (isinstance(self.n_iter_no_change, (int, np.integer)) and self.n_iter_no_change >= 1):
                raise ValueError(f"n_iter_no_change={self.n_iter_no_change!r}; expected a whole number of at least 1")
            if N < 2:
                raise ValueError("early_stopping=True with one example; expected at least two, one of them to watch")
        self._loss()
        self._generator()

    def _train(
        self,
        X: NDArray[Any],
        y: NDArray[Any],
        K: int,
        weights: NDArray[Any] | None,
        names: NDArray[Any] | None,
        classes: NDArray[Any] | None = None,
        **fitted: Any,
    ) -> Self:
        """Fit on standardised inputs and encoded targets; nothing of the model changes before the run has ended."""
        if weights is not None and not weights.all():
            X, y, weights, classes = _without_weightless(X, y, weights, classes)
        rng = self._generator()
        net = MLP([X.shape[1], *_hidden_widths(self.hidden), K], self.activation)
        mean, scale = standardise_features(X, weights) if self.standardize else leave_as_is(X)
        Z, loss, theta0 = (X - mean) / scale, self._loss(), self._start(net, rng)

        loss.targets(y, K)  # refuses what the loss cannot mean, before any fold is drawn
        with workers(self.n_jobs, threads=is_large(net, len(Z))) as executor:
            examples = TrainingSet(net, Z, y, loss, weights, executor)
            choice = self._choose_l2(examples, theta0, rng, classes)
            l2 = self.l2 if choice is None else choice.l2
            training, watch = self._watched(examples, l2, rng, classes)
            f = examples(l2, training)
            result = minimize(
                f,
                theta0,
                resolve_optimizer(self.optimizer),
                max_iter=self.max_iter,
                gtol=self.gtol,
                batch_size=self.batch_size,
                rng=rng,
                max_seconds=self.max_seconds,
                callback=watch,
                checkpoint=self.checkpoint,
                progress=self.progress,
            )
            theta = result.x if watch is None or watch.best is None else watch.best
            final = float(f.value(theta))
            judged = self.certify and watch is None and f.n <= LARGEST_CERTIFIED
            judged = judged and result.status != Status.INTERRUPTED
            point = certify(f, theta, self.gtol) if judged else None
        vars(self).pop("feature_names_in_", None)
        vars(self).update(
            fitted | ({} if names is None else {"feature_names_in_": names}),
            n_features_in_=X.shape[1],
            mean_=mean,
            scale_=scale,
            net_=net,
            theta_=theta,
            l2_=float(l2),
            l2_choice_=choice,
            result_=result,
            n_iter_=result.nit,
            loss_curve_=result.history["value"],
            loss_=final,
            validation_curve_=None if watch is None else np.array(watch.curve),
            certificate_=point,
            table_=None,
        )
        if self.max_iter and result.status not in (Status.MET, Status.CALLBACK, Status.INTERRUPTED):
            warnings.warn(
                f"training ended before its gradient test was met: {result.message}",
                in_use(ConvergenceWarning),
                stacklevel=3,
            )
        return self

    def _start(self, net: MLP, rng: np.random.Generator) -> NDArray[Any]:
        """Where training starts: the fitted weights of a warm start, the weights given as `init`, or new ones."""
        if self.warm_start and hasattr(self, "theta_") and self.net_.widths == net.widths:
            return self.theta_
        if isinstance(self.init, str):
            return net.init(self.init, rng)
        return as_vector(self.init, net.n_params, "init")

    def _choose_l2(
        self,
        examples: TrainingSet,
        theta0: NDArray[Any],
        rng: np.random.Generator,
        classes: NDArray[Any] | None,
    ) -> Choice | None:
        if self.l2 == "auto":
            return by_cross_validation(examples, theta0, rng, classes, self.progress)
        return by_evidence(examples, theta0, self.progress) if self.l2 == "evidence" else None

    def _watched(
        self,
        examples: TrainingSet,
        l2: float,
        rng: np.random.Generator,
        classes: NDArray[Any] | None,
    ) -> tuple[Any, Watch | None]:
        """The rows to train on, and what watches the others."""
        if not self.early_stopping:
            return slice(None), None
        training, other = split_off(len(examples), self.validation_fraction, rng, classes)
        return training, Watch(examples(0.0, other), self.n_iter_no_change)

    def _generator(self) -> np.random.Generator:
        state = self.random_state
        try:
            if isinstance(state, np.random.RandomState):
                return np.random.default_rng(state.randint(2**31))
            return np.random.default_rng(state)
        except (TypeError, ValueError):
            raise ValueError(f"random_state={state!r}; expected a seed of at least 0, a Generator or None") from None


def _hidden_widths(hidden: Any) -> tuple[int, ...]:
    """The hidden widths as a tuple of whole numbers."""
    widths = tuple(hidden) if isinstance(hidden, (list, tuple, np.ndarray)) else (hidden,)
    if not all(isinstance(width, (int, np.integer)) and not isinstance(width, bool) and width >= 1 for width in widths):
        raise ValueError(f"hidden={hidden!r}; expected whole numbers of at least 1 such as (16, 16)")
    return widths


def _without_weightless(X: NDArray[Any], y: NDArray[Any], weights: NDArray[Any], classes: NDArray[Any] | None):
    """The examples that have a weight: one of weight 0 is as if it were not there, in the folds of a cross-validation
    too."""
    kept = weights > 0
    if classes is not None and len(np.unique(classes[kept])) < 2:
        raise ValueError("y holds one class only among the examples of weight above 0; expected at least two")
    return X[kept], y[kept], weights[kept], None if classes is None else classes[kept]
