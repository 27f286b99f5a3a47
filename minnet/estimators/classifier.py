"""A network that classifies."""

from __future__ import annotations

from collections.abc import Sequence
from os import PathLike
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import log_softmax

from ..datasets.tables import listed
from ..network.activations import Activation
from ..network.losses import SoftmaxCrossEntropy
from ..optim.method import Method
from .base import MLPEstimator, RandomState
from .inputs import feature_names, read_examples, read_labels, read_weights

__all__ = ["MLPClassifier"]


class MLPClassifier(MLPEstimator):
    """A multilayer perceptron that classifies, trained on the softmax cross-entropy.

    It keeps scikit-learn's conventions without depending on it, and works inside its pipelines and searches.

    Parameters
    ----------
    hidden : int or sequence of int, default (16,)
        Widths of the hidden layers; () for a linear model.
    activation : str, Activation or a sequence of them, default "tanh"
        Of all hidden layers, or one for each.
    optimizer : str or Method, default "lbfgs"
        A method of `minnet.optim` or its name. Its hyperparameters can be set as ``optimizer__memory=20``.
    l2 : float, "auto" or "evidence", default "auto"
        Weight decay ½ l2 ‖θ‖² over all parameters. "auto" chooses it by cross-validation from seven values between
        1e-4 and 1, "evidence" by Laplace's approximation; the curve is then in `l2_choice_`. A number skips the
        search.
    standardize : bool, default True
        Whether inputs are brought to mean 0 and variance 1, a constant feature to 0. A feature of zeros and ones only
        is divided by ½ whatever its variance, so that weight decay holds for rare levels of a category, too.
    init : str or array (n,), default "glorot"
        The scheme of the start weights, or the start weights themselves.
    max_iter, gtol, batch_size, max_seconds, checkpoint, progress
        As in `minnet.minimize`.
    early_stopping : bool, default False
        Whether to end training where the loss on `validation_fraction` of the examples, which are then not trained on,
        has not fallen for `n_iter_no_change` iterations, and to keep the best weights there.
    validation_fraction : float, default 0.1
    n_iter_no_change : int, default 20
    warm_start : bool, default False
        Whether `fit` goes on from the weights of the last fit.
    certify : bool, default True
        Whether to make a certificate of the point reached, which is done for up to 2000 parameters. It is proved where
        that takes less than a second, as for a few hundred parameters and some thousand examples.
    label_smoothing : float, default 0
        In [0, 1): train on y (1 − α) + α/K.
    class_weight : dict or "balanced", optional
        A weight for each class; "balanced" weighs classes inversely to their numbers of examples.
    n_jobs : int, optional
        How many processes, this one among them, share the folds of the search for l2, with the same result; −1 for as
        many as the machine has processors. It pays where the search takes more than a second. From four million
        examples times parameters on they are threads, which share the training as well where its units fill more than
        32 MB. What other processes cannot import, such as an activation defined in the script itself, is computed here
        alone, and so is all within a process of a pool, such as that of `GridSearchCV(n_jobs=2)`.
    random_state : int or Generator, optional
        Of the start weights, batches and splits.

    Attributes
    ----------
    classes_ : array (K,)
    theta_ : array (n,)
        The parameters, flat; `coefs_` and `intercepts_` hold them by layer.
    l2_, l2_choice_
        The weight decay used, and how it was chosen.
    result_, certificate_
        The result of `minimize`, and what kind of point was reached.
    n_iter_, loss_, loss_curve_, validation_curve_, n_features_in_, feature_names_in_, net_, mean_, scale_

    Examples
    --------
    >>> from minnet.datasets import iris
    >>> data = iris()
    >>> model = MLPClassifier(hidden=(4,), l2=1e-3, random_state=0).fit(data.X, data.y)
    >>> model.result_.success, model.score(data.X, data.y) > 0.95
    (True, True)
    >>> model.certificate_ and model.certificate_.kind     # None where the network is too large for one
    'strict minimum'
    """

    _estimator_type = "classifier"
    _arrays = ("theta_", "mean_", "scale_", "classes_")
    classes_: NDArray[Any]

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
        label_smoothing: float = 0.0,
        class_weight: dict[Any, float] | Literal["balanced"] | None = None,
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
        self.label_smoothing: float = label_smoothing
        self.class_weight: dict[Any, float] | Literal["balanced"] | None = class_weight

    def fit(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Self:
        """Train on X (N, d) and labels y (N,) of any sortable kind, of at least two classes, each example with its
        weight."""
        names = feature_names(X)
        X = read_examples(X)
        labels = read_labels(y, len(X))
        if labels.dtype.kind == "f" and (labels % 1).any():
            raise ValueError(
                "Unknown label type: continuous. Maybe you are trying to fit a classifier, which expects discrete "
                "classes on a regression target with continuous values."
            )
        classes, numbers = np.unique(labels, return_inverse=True)
        if len(classes) < 2:
            raise ValueError(f"y holds one class only, {classes[0].item()!r}; expected at least two")
        weights = self._class_weights(classes, numbers, read_weights(sample_weight, len(X)))
        self.validate(len(X))
        return self._train(X, numbers, len(classes), weights, names, numbers, classes_=classes)

    def predict_proba(self, X: ArrayLike) -> NDArray[Any]:
        """Probabilities (N, K), columns in the order of `classes_`."""
        return self._loss().mean(self.outputs(X))

    def predict_log_proba(self, X: ArrayLike) -> NDArray[Any]:
        """The logarithms of the probabilities (N, K), finite also where a probability underflows."""
        return log_softmax(self.outputs(X), axis=1)

    def predict(self, X: ArrayLike) -> NDArray[Any]:
        """The most probable class of each example (N,)."""
        best = self.outputs(X).argmax(1)
        return self.classes_[best]

    def score(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> float:
        """The share of the examples, or of their weight, that is classified as y says."""
        guess = self.predict(X)
        return float(np.average(guess == read_labels(y, len(guess)), weights=read_weights(sample_weight, len(guess))))

    def _encode(self, y: ArrayLike, N: int) -> NDArray[Any]:
        y = read_labels(y, N)
        numbers = np.searchsorted(self.classes_, y)
        unknown = self.classes_[np.minimum(numbers, len(self.classes_) - 1)] != y
        if unknown.any():
            raise ValueError(f"y holds {y[unknown][0].item()!r}; expected one of {listed(self.classes_.tolist())}")
        return numbers

    def _class_weights(
        self, classes: NDArray[Any], numbers: NDArray[Any], weights: NDArray[Any] | None
    ) -> NDArray[Any] | None:
        """The examples' weights times those of their classes."""
        if self.class_weight is None:
            return weights
        each = np.ones(len(numbers)) if weights is None else weights
        if isinstance(self.class_weight, str) and self.class_weight == "balanced":
            by_class = each.sum() / (len(classes) * np.bincount(numbers, each, len(classes)))
        elif isinstance(self.class_weight, dict):
            unknown = [label for label in self.class_weight if label not in classes]
            if unknown:
                raise ValueError(
                    f"class_weight names {unknown[0]!r}; expected classes of y: {listed(classes.tolist())}"
                )
            by_class = np.array([self.class_weight.get(label, 1.0) for label in classes.tolist()])
            if by_class.dtype.kind not in "fiu":
                raise ValueError(
                    f"class_weight={self.class_weight!r:.60}; expected a number of at least 0 for each class"
                )
        else:
            raise ValueError(
                f"class_weight={self.class_weight!r}; expected 'balanced' or a dict of classes and their weights"
            )
        return read_weights(each * by_class[numbers], len(numbers))

    def _loss(self) -> SoftmaxCrossEntropy:
        return SoftmaxCrossEntropy(self.label_smoothing)

    def _loss_options(self) -> dict[str, Any]:
        return {"label_smoothing": self.label_smoothing}
