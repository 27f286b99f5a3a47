"""Estimators: a network, its objective and an optimiser behind scikit-learn's conventions.

`fit` leaves net_, theta_ (n,), result_ (of `minimize`), certificate_, n_features_in_, mean_ and scale_ (of the inputs),
and for a classifier classes_, for a regressor target_mean_ and target_scale_. Parameters are checked by `fit`.
"""
from __future__ import annotations

import inspect

import numpy as np

from .activations import ACTIVATIONS
from .curvature.certificate import certificate
from .losses import SoftmaxCrossEntropy, loss as loss_of
from .network import MLP
from .objective import Objective
from .optim import LBFGS, Method, minimize
from .optim.checkpoint import read_npz, write_npz
from .optim.minimize import Limits

__all__ = ["MLPClassifier", "MLPRegressor", "load"]

VERSION = 1
LARGEST_CERTIFIED = 2000  # parameters; beyond it the dense Hessian and its eigenvalues take minutes


class _MLPEstimator:
    """What classifier and regressor share."""

    table_ = None  # how X and y were read from a table, where the command line trained the model: kept by save and load

    def __init__(self, hidden=(16,), activation="tanh", optimizer=LBFGS(), l2=1e-3, standardize=True, init="glorot",
                 max_iter=5000, gtol=1e-6, batch_size=None, max_seconds=None, checkpoint=None, progress=False,
                 certify=True, rng=None):
        self.hidden, self.activation, self.optimizer, self.l2 = hidden, activation, optimizer, l2
        self.standardize, self.init, self.max_iter, self.gtol = standardize, init, max_iter, gtol
        self.batch_size, self.max_seconds, self.checkpoint = batch_size, max_seconds, checkpoint
        self.progress, self.certify, self.rng = progress, certify, rng

    @classmethod
    def _names(cls):
        return [name for name in inspect.signature(cls.__init__).parameters if name != "self"]

    def get_params(self, deep=True):
        """The constructor's parameters by name."""
        return {name: getattr(self, name) for name in self._names()}

    def set_params(self, **params):
        """Set constructor parameters; ValueError for an unknown name."""
        for name, value in params.items():
            if name not in self._names():
                raise ValueError(f"unknown parameter {name!r} of {type(self).__name__}; "
                                 f"expected one of {', '.join(self._names())}")
            setattr(self, name, value)
        return self

    def __repr__(self):
        defaults = {name: p.default for name, p in inspect.signature(type(self).__init__).parameters.items()}
        given = (f"{name}={value!r}" for name, value in self.get_params().items() if value is not defaults[name])
        return f"{type(self).__name__}({', '.join(given)})"

    def save(self, path):
        """Write the fitted model to an npz file, without pickle, replacing it in one move."""
        self._fitted()
        arrays = {name: getattr(self, name) for name in self._arrays}
        meta = {"version": VERSION, "kind": type(self).__name__, "widths": self.net_.widths,
                "activations": [_activation_name(s) for s in self.net_.sigmas[:-1]], "loss": self._loss_name(),
                "l2": self.l2, "table": self.table_}
        write_npz(path, meta, arrays)

    def outputs(self, X):
        """The network's raw outputs (N, K) for X (N, d)."""
        self._fitted()
        return self.net_.outputs(self.theta_, (self._inputs(X, self.n_features_in_) - self.mean_) / self.scale_)

    def objective(self, X, y):
        """The training objective of this fitted model on other data."""
        self._fitted()
        inputs = (self._inputs(X, self.n_features_in_) - self.mean_) / self.scale_
        return Objective(self.net_, inputs, self._encode(y), self._loss(), l2=self.l2)

    def validate(self, N=None):
        """ValueError for a parameter that `fit`, on N examples, could not use."""
        if not isinstance(self.optimizer, Method):
            raise ValueError(f"optimizer={self.optimizer!r}; expected a method of minnet.optim such as Newton()")
        if self.batch_size is not None and N is not None and not 1 <= self.batch_size <= N:
            raise ValueError(f"batch_size={self.batch_size!r}; expected 1 to {N} examples")
        Limits(self.max_iter, self.gtol, 0, self.max_seconds)
        net = MLP([1, *_hidden(self.hidden), 2], self.activation)
        net.init(self.init, 0)
        Objective(net, np.zeros((1, 1)), np.zeros((1, 2)), l2=self.l2)
        self._loss()

    def _fit(self, X, y, K):
        self.validate(len(X))
        rng = np.random.default_rng(self.rng)
        self.n_features_in_ = X.shape[1]
        self.net_ = MLP([X.shape[1], *_hidden(self.hidden), K], self.activation)
        self.mean_, self.scale_ = _standard(X) if self.standardize else (np.zeros(X.shape[1]), np.ones(X.shape[1]))
        f = Objective(self.net_, (X - self.mean_) / self.scale_, y, self._loss(), l2=self.l2)
        start = self.net_.init(self.init, rng)
        self.result_ = minimize(f, start, self.optimizer, max_iter=self.max_iter, gtol=self.gtol,
                                batch_size=self.batch_size, rng=rng, max_seconds=self.max_seconds,
                                checkpoint=self.checkpoint, progress=self.progress)
        self.theta_ = self.result_.x
        small = self.certify and f.n <= LARGEST_CERTIFIED
        self.certificate_ = certificate(f, self.theta_, self.gtol) if small else None
        return self

    def _fitted(self):
        if not hasattr(self, "theta_"):
            raise ValueError(f"this {type(self).__name__} is not fitted; call fit(X, y) first")

    @staticmethod
    def _inputs(X, d=None):
        X = np.asarray(X)
        if X.dtype.kind not in "fiub" or X.ndim != 2 or not len(X) or d not in (None, X.shape[1]):
            raise ValueError(f"X has shape {X.shape} and dtype {X.dtype}; expected numbers (N, {d or 'd'}), N at least 1")
        if not np.isfinite(X).all():
            row, column = np.argwhere(~np.isfinite(X))[0]
            raise ValueError(f"X[{row}, {column}] is {X[row, column]}; expected finite numbers")
        return X.astype(float)


class MLPClassifier(_MLPEstimator):
    """A network that classifies, trained on the softmax cross-entropy with label_smoothing.

    hidden: widths of the hidden layers. optimizer: a method of `minnet.optim`. l2: weight decay ½ l2 ‖θ‖². standardize: inputs
    to mean 0 and variance 1 (a constant feature to 0). rng: seed or Generator of the start weights and batches. `checkpoint`,
    `progress`, `max_iter`, `gtol`, `batch_size`, `max_seconds` as in `minimize`; certify=False skips the certificate, which
    is otherwise made for up to 2000 parameters.

    >>> from minnet.datasets import iris
    >>> data = iris()
    >>> model = MLPClassifier(hidden=(4,), rng=0).fit(data.X, data.y)
    >>> model.result_.success, model.certificate_.kind, model.score(data.X, data.y) > 0.95
    (True, 'strict minimum', True)
    """

    _arrays = ("theta_", "mean_", "scale_", "classes_")

    def __init__(self, hidden=(16,), activation="tanh", optimizer=LBFGS(), l2=1e-3, standardize=True, init="glorot",
                 max_iter=5000, gtol=1e-6, batch_size=None, max_seconds=None, checkpoint=None, progress=False,
                 certify=True, label_smoothing=0.0, rng=None):
        super().__init__(hidden, activation, optimizer, l2, standardize, init, max_iter, gtol, batch_size,
                         max_seconds, checkpoint, progress, certify, rng)
        self.label_smoothing = label_smoothing

    def fit(self, X, y):
        """Train on X (N, d) and labels y (N,) of any sortable kind, of at least two classes."""
        X, y = self._inputs(X), np.asarray(y)
        if y.shape != (len(X),):
            raise ValueError(f"X has shape {X.shape} and y {y.shape}; expected (N, d) and (N,)")
        if y.dtype.kind == "f" and not np.isfinite(y).all():
            raise ValueError("y holds values that are not finite; expected labels")
        if y.dtype.kind == "O":
            y = y.astype(str)
        self.classes_ = np.unique(y)
        if len(self.classes_) < 2:
            raise ValueError(f"y holds one class only, {self.classes_[0]!r}; expected at least two")
        return self._fit(X, self._encode(y), len(self.classes_))

    def predict_proba(self, X):
        """Probabilities (N, K), columns in the order of classes_."""
        return self._loss().mean(self.outputs(X))

    def predict(self, X):
        """The most probable class of each example (N,)."""
        return self.classes_[self.outputs(X).argmax(1)]

    def score(self, X, y):
        """The share of the examples that are classified as y says."""
        return float(np.mean(self.predict(X) == np.asarray(y).astype(self.classes_.dtype)))

    def _encode(self, y):
        y = np.asarray(y)
        numbers = np.searchsorted(self.classes_, y)
        unknown = self.classes_[np.minimum(numbers, len(self.classes_) - 1)] != y
        if unknown.any():
            raise ValueError(f"y holds {y[unknown][0]!r}; expected one of the classes {list(self.classes_)}")
        return numbers

    def _loss(self):
        return SoftmaxCrossEntropy(self.label_smoothing)

    def _loss_name(self):
        return {"label_smoothing": self.label_smoothing}


class MLPRegressor(_MLPEstimator):
    """A network that predicts numbers, trained on the squared error (or "huber", "poisson" by `loss=`).

    Parameters as for `MLPClassifier`. Except for "poisson", `standardize` holds for the targets too: l2 and gtol
    then mean the same whatever their unit.

    >>> X = np.linspace(-2, 2, 40)[:, None]
    >>> MLPRegressor(hidden=(8,), l2=1e-5, rng=0).fit(X, X[:, 0]**2).score(X, X[:, 0]**2) > 0.99
    True
    """

    _arrays = ("theta_", "mean_", "scale_", "target_mean_", "target_scale_")

    def __init__(self, hidden=(16,), activation="tanh", optimizer=LBFGS(), l2=1e-3, standardize=True, init="glorot",
                 max_iter=5000, gtol=1e-6, batch_size=None, max_seconds=None, checkpoint=None, progress=False,
                 certify=True, loss="squared_error", rng=None):
        super().__init__(hidden, activation, optimizer, l2, standardize, init, max_iter, gtol, batch_size,
                         max_seconds, checkpoint, progress, certify, rng)
        self.loss = loss

    def fit(self, X, y):
        """Train on X (N, d) and real targets y (N,) or (N, K)."""
        X, y = self._inputs(X), np.asarray(y)
        if y.dtype.kind not in "fiub" or y.ndim not in (1, 2) or len(y) != len(X) or not np.isfinite(y).all():
            raise ValueError(f"X has shape {X.shape} and y {y.shape} of {y.dtype}; expected finite numbers (N,) or (N, K)")
        if self.loss not in ("squared_error", "huber", "poisson"):
            raise ValueError(f"loss={self.loss!r}; expected 'squared_error', 'huber' or 'poisson'")
        self._many, y = y.ndim == 2, y.reshape(len(y), -1).astype(float)
        plain = self.loss == "poisson" or not self.standardize
        self.target_mean_, self.target_scale_ = (np.zeros(y.shape[1]), np.ones(y.shape[1])) if plain else _standard(y)
        return self._fit(X, self._encode(y), y.shape[1])

    def predict(self, X):
        """Predicted means (N,), or (N, K) where the targets were."""
        mean = self._loss().mean(self.outputs(X)) * self.target_scale_ + self.target_mean_
        return mean if self._many else mean[:, 0]

    def score(self, X, y):
        """R²: one minus the squared error over that of the mean of y (averaged over outputs)."""
        y, z = (np.asarray(a, float).reshape(len(a), -1) for a in (y, self.predict(X)))
        error, spread = ((y - z) ** 2).sum(0), ((y - y.mean(0)) ** 2).sum(0)
        return float(np.mean(np.where(spread > 0, 1 - error / np.where(spread > 0, spread, 1), error == 0)))

    def _encode(self, y):
        y = np.asarray(y, float)
        return (y.reshape(len(y), -1) - self.target_mean_) / self.target_scale_

    def _loss(self):
        return loss_of(self.loss)

    def _loss_name(self):
        return {"loss": self.loss, "many": self._many}


def load(path):
    """The estimator that `save` wrote: ready to predict and score. ValueError where the file is no such model."""
    meta, arrays = read_npz(path, VERSION, "model")
    kinds = {cls.__name__: cls for cls in (MLPClassifier, MLPRegressor)}
    try:
        options = dict(meta["loss"])
        many = options.pop("many", None)
        model = kinds[meta["kind"]](hidden=tuple(meta["widths"][1:-1]), activation=meta["activations"],
                                    l2=meta["l2"], **options)
        model.net_ = MLP(meta["widths"], meta["activations"])
        for name in model._arrays:
            setattr(model, name, arrays[name])
    except (KeyError, TypeError) as error:
        raise ValueError(f"{path} is no model of minnet, or is damaged: {error}") from error
    model.n_features_in_ = meta["widths"][0]
    model.table_ = meta.get("table")
    if many is not None:
        model._many = many
    if model.theta_.shape != (model.net_.n_params,) or model.mean_.shape != (model.n_features_in_,):
        raise ValueError(f"{path} is damaged: weights of shape {model.theta_.shape} for widths {meta['widths']}")
    return model


def _standard(values):
    """Mean and standard deviation of each column, 1 for a constant one."""
    scale = values.std(0)
    return values.mean(0), np.where(scale > 1e-12 * abs(values).max(0), scale, 1.0)


def _hidden(hidden):
    try:
        return tuple(hidden)
    except TypeError:
        return (hidden,)


def _activation_name(sigma):
    if ACTIVATIONS.get(sigma.name) is not sigma:
        raise ValueError(f"the activation {sigma.name!r} is your own and cannot be saved; expected one of minnet's")
    return sigma.name
