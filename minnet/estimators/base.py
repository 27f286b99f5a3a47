"""What the classifier and the regressor share: parameters, training, fitted attributes, files."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import replace
from os import PathLike
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..curvature import certificate
from ..curvature.verdict import Certificate
from ..function import as_vector
from ..html import facts
from ..network.activations import ACTIVATIONS, Activation
from ..network.mlp import MLP
from ..network.objective import Objective
from ..optim import minimize
from ..optim.driver.checkpoint import write_npz
from ..optim.driver.minimize import Limits
from ..optim.driver.result import Result
from ..optim.driver.stopping import Status
from ..optim.method import Method
from ..parallel import number_of_workers, workers
from .early_stopping import Watch
from .errors import ConvergenceWarning, NotFittedError, in_use
from .folds import split_off
from .inputs import check_feature_names, read_examples
from .parameters import Parameters, resolve_optimizer
from .regularisation import Choice, by_cross_validation, by_evidence
from .scaling import leave_as_is, standardise_features
from .training_set import TrainingSet

__all__ = ["LARGEST_CERTIFIED", "MLPEstimator", "RandomState"]

RandomState = int | np.random.Generator | np.random.RandomState | None

LARGEST_CERTIFIED = 2000  # parameters; beyond it the dense Hessian and its eigenvalues take minutes
LONGEST_PROOF = 1.0  # seconds; what takes longer is proved by request


class MLPEstimator(Parameters):
    """A network, its objective and an optimiser; see `MLPClassifier` for the parameters."""

    FILE_VERSION = 1
    _arrays: tuple[str, ...]
    _estimator_type: str
    theta_: NDArray[Any]
    mean_: NDArray[Any]
    scale_: NDArray[Any]
    net_: MLP
    l2_: float
    l2_choice_: Choice | None
    loss_: float
    loss_curve_: NDArray[Any]
    validation_curve_: NDArray[Any] | None
    n_iter_: int
    n_features_in_: int
    feature_names_in_: NDArray[Any]
    result_: Result
    certificate_: Certificate | None
    table_: dict[str, Any] | None = None  # how X and y were read from a table, where the command line trained the model

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

    def _loss(self) -> Any:
        raise NotImplementedError

    def _loss_options(self) -> dict[str, Any]:
        raise NotImplementedError

    def _encode(self, y: ArrayLike, N: int) -> NDArray[Any]:
        raise NotImplementedError

    # --- training ---------------------------------------------------------------------------------------------------

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
        with workers(self.n_jobs) as executor:
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
            certified = self.certify and watch is None and f.n <= LARGEST_CERTIFIED
            certified = certified and result.status != Status.INTERRUPTED
            point = _certificate(f, theta, self.gtol) if certified else None
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

    # --- a fitted model ---------------------------------------------------------------------------------------------

    def outputs(self, X: ArrayLike) -> NDArray[Any]:
        """The network's raw outputs (N, K) for X (N, d)."""
        self._check_fitted()
        return self.net_.outputs(self.theta_, self._scaled(X))

    def objective(self, X: ArrayLike, y: ArrayLike) -> Objective:
        """The training objective of this fitted model on other data."""
        self._check_fitted()
        Z = self._scaled(X)
        return Objective(self.net_, Z, self._encode(y, len(Z)), self._loss(), l2=self.l2_)

    @property
    def coefs_(self) -> list[NDArray[Any]]:
        """The weight matrices (d_{l-1}, d_l) of the layers, as scikit-learn keeps them."""
        self._check_fitted()
        return [W.T for W, _ in self.net_.unpack(self.theta_)]

    @property
    def intercepts_(self) -> list[NDArray[Any]]:
        """The bias vectors (d_l,) of the layers."""
        self._check_fitted()
        return [b for _, b in self.net_.unpack(self.theta_)]

    def save(self, path: str | PathLike[str]) -> None:
        """Write the fitted model to an npz file, without pickle, replacing it in one move."""
        self._check_fitted()
        arrays = {name: getattr(self, name) for name in self._arrays}
        meta = {
            "version": self.FILE_VERSION,
            "kind": type(self).__name__,
            "widths": self.net_.widths,
            "activations": [_activation_name(s) for s in self.net_.sigmas[:-1]],
            "loss": self._loss_options(),
            "l2": self.l2_,
            "table": self.table_,
            "feature_names": list(getattr(self, "feature_names_in_", [])),
        }
        write_npz(path, meta, arrays)

    def _repr_html_(self) -> str:
        """The parameters that were set and, once fitted, what came of it."""
        if not hasattr(self, "theta_"):
            return facts(repr(self), [("", "not fitted")])
        widths = "-".join(map(str, self.net_.widths))
        rows: list[tuple[str, object]] = [
            ("network", f"{widths}, {self.net_.n_params} parameters"),
            ("l2", f"{self.l2_:.3g}"),
        ]
        if hasattr(self, "result_"):
            rows += [("training", f"{self.n_iter_} steps: {self.result_.message}"), ("loss", f"{self.loss_:.6g}")]
            rows += [("certificate", self.certificate_.kind)] if self.certificate_ else []
        return facts(repr(self), rows)

    def __sklearn_tags__(self) -> Any:
        """What scikit-learn from 1.6 on asks of an estimator; nothing else calls this."""
        from sklearn.utils import ClassifierTags, RegressorTags, Tags, TargetTags

        if self._estimator_type == "classifier":
            return Tags("classifier", TargetTags(required=True), classifier_tags=ClassifierTags())
        return Tags("regressor", TargetTags(required=True, multi_output=True), regressor_tags=RegressorTags())

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "theta_")

    def _check_fitted(self) -> None:
        if not hasattr(self, "theta_"):
            raise in_use(NotFittedError)(f"this {type(self).__name__} is not fitted yet; call fit(X, y) first")

    def _scaled(self, X: ArrayLike) -> NDArray[Any]:
        name = type(self).__name__
        check_feature_names(X, getattr(self, "feature_names_in_", None), name)
        return (read_examples(X, self.n_features_in_, name) - self.mean_) / self.scale_


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


def _activation_name(sigma: Activation) -> str:
    if ACTIVATIONS.get(sigma.name) is not sigma:
        raise ValueError(f"the activation {sigma.name!r} is your own and cannot be saved; expected one of minnet's")
    return sigma.name


def _certificate(f: Objective, theta: NDArray[Any], gtol: float) -> Certificate:
    """The certificate of θ, with a proof where that takes a moment."""
    seconds = _seconds_of_a_proof(f)
    if seconds <= LONGEST_PROOF:
        return certificate(f, theta, gtol, prove=True)
    reason = f"not tried, as it may take {seconds:.0f} seconds; `certificate(f, theta, prove=True)` tries it"
    return replace(certificate(f, theta, gtol), not_proved=reason)


def _seconds_of_a_proof(f: Objective) -> float:
    """A rough guess, with constants measured on one core.

    The eigenvectors and their products take n³, a Hessian of balls N n², and three gradients in twice the precision
    some thousand operations for each unit and example.
    """
    n, N, units = f.n, len(f), sum(f.net.widths[1:])
    return 8e-10 * n**3 + 3e-10 * N * n**2 + 1.2e-5 * N * units
