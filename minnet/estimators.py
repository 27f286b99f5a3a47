"""Estimators: a network, its objective and an optimiser behind scikit-learn's conventions.

`fit` leaves net_, theta_ (n,), result_ (of `minimize`), certificate_, n_features_in_, mean_ and scale_ (of the inputs),
and for a classifier classes_, for a regressor target_mean_ and target_scale_. Parameters are checked by `fit`, which
leaves a model as it was where it refuses them or the data.
"""
from __future__ import annotations

import inspect

import numpy as np

from .network.activations import ACTIVATIONS
from .curvature.certificate import certificate
from .datasets.tables import listed
from .network.losses import SoftmaxCrossEntropy, loss as loss_of
from .network.mlp import MLP
from .network.objective import Objective
from .optim import LBFGS, Method, minimize
from .optim.driver.checkpoint import read_npz, write_npz
from .optim.driver.minimize import Limits

__all__ = ["MLPClassifier", "MLPRegressor", "load"]

VERSION = 1
INTERRUPTED = 7           # the status of a run that Ctrl-C ended
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
        given = (f"{name}={value!r}" for name, value in self.get_params().items() if repr(value) != repr(defaults[name]))
        return f"{type(self).__name__}({', '.join(given)})"

    def __sklearn_tags__(self):
        """What scikit-learn from 1.6 on asks of an estimator; nothing else calls this."""
        from sklearn.utils import ClassifierTags, RegressorTags, Tags, TargetTags
        if self._estimator_type == "classifier":
            return Tags("classifier", TargetTags(required=True), classifier_tags=ClassifierTags())
        return Tags("regressor", TargetTags(required=True, multi_output=True), regressor_tags=RegressorTags())

    def save(self, path):
        """Write the fitted model to an npz file, without pickle, replacing it in one move."""
        self._fitted()
        arrays = {name: getattr(self, name) for name in self._arrays}
        meta = {"version": VERSION, "kind": type(self).__name__, "widths": self.net_.widths,
                "activations": [_activation_name(s) for s in self.net_.sigmas[:-1]], "loss": self._loss_options(),
                "l2": self.l2, "table": self.table_}
        write_npz(path, meta, arrays)

    def outputs(self, X):
        """The network's raw outputs (N, K) for X (N, d)."""
        self._fitted()
        return self.net_.outputs(self.theta_, self._scaled(X))

    def objective(self, X, y):
        """The training objective of this fitted model on other data."""
        self._fitted()
        X = self._scaled(X)
        return Objective(self.net_, X, self._encode(y, len(X)), self._loss(), l2=self.l2)

    def validate(self, N):
        """ValueError for a parameter with which `fit` could not train on N examples."""
        if not isinstance(self.optimizer, Method):
            raise ValueError(f"optimizer={self.optimizer!r}; expected a method of minnet.optim such as Newton()")
        whole = isinstance(self.batch_size, (int, np.integer))
        if self.batch_size is not None and not (whole and 1 <= self.batch_size <= N):
            raise ValueError(f"batch_size={self.batch_size!r}; expected 1 to {N} examples")
        Limits(self.max_iter, self.gtol, 0, self.max_seconds)
        net = MLP([1, *_hidden(self.hidden), 1], self.activation)
        net.init(self.init, 0)
        Objective(net, np.zeros((1, 1)), np.zeros(1), l2=self.l2)
        self._loss()
        self._generator()

    def _fit(self, X, y, K, **fitted):
        net = MLP([X.shape[1], *_hidden(self.hidden), K], self.activation)
        mean, scale = _standard(X) if self.standardize else _plain(X)
        f, rng = Objective(net, (X - mean) / scale, y, self._loss(), l2=self.l2), self._generator()
        result = minimize(f, net.init(self.init, rng), self.optimizer, max_iter=self.max_iter, gtol=self.gtol,
                          batch_size=self.batch_size, rng=rng, max_seconds=self.max_seconds,
                          checkpoint=self.checkpoint, progress=self.progress)
        certified = self.certify and f.n <= LARGEST_CERTIFIED and result.status != INTERRUPTED
        vars(self).update(fitted, n_features_in_=X.shape[1], mean_=mean, scale_=scale, net_=net, theta_=result.x,
                          result_=result, certificate_=certificate(f, result.x, self.gtol) if certified else None,
                          table_=None)
        return self

    def _fitted(self):
        if not hasattr(self, "theta_"):
            raise ValueError(f"this {type(self).__name__} is not fitted; call fit(X, y) first")

    def _generator(self):
        try:
            return np.random.default_rng(self.rng)
        except (TypeError, ValueError):
            raise ValueError(f"rng={self.rng!r}; expected a seed of at least 0, a Generator or None") from None

    def _scaled(self, X):
        return (_inputs(X, self.n_features_in_) - self.mean_) / self.scale_


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

    _estimator_type = "classifier"
    _arrays = ("theta_", "mean_", "scale_", "classes_")

    def __init__(self, hidden=(16,), activation="tanh", optimizer=LBFGS(), l2=1e-3, standardize=True, init="glorot",
                 max_iter=5000, gtol=1e-6, batch_size=None, max_seconds=None, checkpoint=None, progress=False,
                 certify=True, label_smoothing=0.0, rng=None):
        super().__init__(hidden, activation, optimizer, l2, standardize, init, max_iter, gtol, batch_size,
                         max_seconds, checkpoint, progress, certify, rng)
        self.label_smoothing = label_smoothing

    def fit(self, X, y):
        """Train on X (N, d) and labels y (N,) of any sortable kind, of at least two classes."""
        X = _inputs(X)
        classes, numbers = np.unique(_labels(y, len(X)), return_inverse=True)
        if len(classes) < 2:
            raise ValueError(f"y holds one class only, {classes[0].item()!r}; expected at least two")
        self.validate(len(X))
        return self._fit(X, numbers, len(classes), classes_=classes)

    def predict_proba(self, X):
        """Probabilities (N, K), columns in the order of classes_."""
        return self._loss().mean(self.outputs(X))

    def predict(self, X):
        """The most probable class of each example (N,)."""
        best = self.outputs(X).argmax(1)
        return self.classes_[best]

    def score(self, X, y):
        """The share of the examples that are classified as y says."""
        guess = self.predict(X)
        return float(np.mean(guess == _labels(y, len(guess))))

    def _encode(self, y, N):
        y = _labels(y, N)
        numbers = np.searchsorted(self.classes_, y)
        unknown = self.classes_[np.minimum(numbers, len(self.classes_) - 1)] != y
        if unknown.any():
            raise ValueError(f"y holds {y[unknown][0].item()!r}; expected one of {listed(self.classes_.tolist())}")
        return numbers

    def _loss(self):
        return SoftmaxCrossEntropy(self.label_smoothing)

    def _loss_options(self):
        return {"label_smoothing": self.label_smoothing}


class MLPRegressor(_MLPEstimator):
    """A network that predicts numbers, trained on the squared error (or "huber", "poisson" by `loss=`).

    Parameters as for `MLPClassifier`. Except for "poisson", `standardize` holds for the targets too: l2 and gtol
    then mean the same whatever their unit.

    >>> X = np.linspace(-2, 2, 40)[:, None]
    >>> MLPRegressor(hidden=(8,), l2=1e-5, rng=0).fit(X, X[:, 0]**2).score(X, X[:, 0]**2) > 0.99
    True
    """

    _estimator_type = "regressor"
    _arrays = ("theta_", "mean_", "scale_", "target_mean_", "target_scale_")

    def __init__(self, hidden=(16,), activation="tanh", optimizer=LBFGS(), l2=1e-3, standardize=True, init="glorot",
                 max_iter=5000, gtol=1e-6, batch_size=None, max_seconds=None, checkpoint=None, progress=False,
                 certify=True, loss="squared_error", rng=None):
        super().__init__(hidden, activation, optimizer, l2, standardize, init, max_iter, gtol, batch_size,
                         max_seconds, checkpoint, progress, certify, rng)
        self.loss = loss

    def fit(self, X, y):
        """Train on X (N, d) and real targets y (N,) or (N, K)."""
        X = _inputs(X)
        y = _numbers(y, len(X))
        self.validate(len(X))
        mean, scale = _standard(y) if self.standardize and self.loss != "poisson" else _plain(y)
        return self._fit(X, (y - mean) / scale, y[0].size, target_mean_=mean, target_scale_=scale)

    def predict(self, X):
        """Predicted means (N,), or (N, K) where the targets were."""
        mean = self._loss().mean(self.outputs(X))
        return mean.reshape(len(mean), *self.target_mean_.shape) * self.target_scale_ + self.target_mean_

    def score(self, X, y):
        """R²: one minus the squared error over that of the mean of y (averaged over outputs)."""
        z = self.predict(X)
        y = _numbers(y, len(z))
        if y.shape != z.shape:
            raise ValueError(f"y has shape {y.shape}; expected {z.shape} as in training")
        error = (((y - z) / _standard(y)[1]) ** 2).mean(0)
        return float(np.mean(np.where(np.ptp(y, 0) > 0, 1 - error, error == 0)))

    def _encode(self, y, N):
        return (_numbers(y, N) - self.target_mean_) / self.target_scale_

    def _loss(self):
        if self.loss not in ("squared_error", "huber", "poisson"):
            raise ValueError(f"loss={self.loss!r}; expected 'squared_error', 'huber' or 'poisson'")
        return loss_of(self.loss)

    def _loss_options(self):
        return {"loss": self.loss}


def load(path):
    """The estimator that `save` wrote: ready to predict and score. ValueError where the file is no such model."""
    meta, arrays = read_npz(path, VERSION, "model")
    kinds = {cls.__name__: cls for cls in (MLPClassifier, MLPRegressor)}
    try:
        (d, *hidden, K), activations = meta["widths"], meta["activations"]
        model = kinds[meta["kind"]](tuple(hidden), activations, l2=meta["l2"], **meta["loss"])
        net = MLP(meta["widths"], activations)
        shapes = {"theta_": (net.n_params,), "mean_": (d,), "scale_": (d,)}
        for name in model._arrays:
            if arrays[name].reshape(-1).shape != shapes.get(name, (K,)):
                raise ValueError(f"{name} has shape {arrays[name].shape}")
        if not np.isfinite(arrays["theta_"]).all():
            raise ValueError("theta_ is not finite")
        vars(model).update(arrays, net_=net, n_features_in_=d, table_=meta["table"])
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{path} is no model of minnet, or is damaged: {error}") from error
    return model


def _array(values):
    """An array, of its entries' own kind where it is one of objects."""
    values = np.asarray(values)
    return np.array(values.tolist()) if values.dtype.kind in "OT" else values


def _inputs(X, d=None):
    """X as floats (N, d)."""
    X = _array(X)
    if X.dtype.kind not in "fiub" or X.ndim != 2 or not X.size or d not in (None, X.shape[1]):
        raise ValueError(f"X has shape {X.shape} and dtype {X.dtype}; expected numbers (N, {d or 'd'}), N at least 1")
    if not np.isfinite(X).all():
        row, column = np.argwhere(~np.isfinite(X))[0]
        raise ValueError(f"X[{row}, {column}] is {X[row, column]}; expected finite numbers")
    return X.astype(float)


def _labels(y, N):
    """y as labels (N,) of one kind that can be sorted and saved."""
    y = _array(y)
    if y.shape != (N,) or y.dtype.kind in "OcV":
        raise ValueError(f"X holds {N} examples, y has shape {y.shape} and dtype {y.dtype}; expected labels ({N},)")
    if y.dtype.kind == "f" and not np.isfinite(y).all():
        raise ValueError(f"y holds {y[~np.isfinite(y)][0]}; expected labels")
    return y


def _numbers(y, N):
    """y as floats (N,) or (N, K)."""
    y = _array(y)
    if y.dtype.kind not in "fiub" or y.ndim not in (1, 2) or len(y) != N or not y.size:
        raise ValueError(f"X holds {N} examples, y has shape {y.shape} and dtype {y.dtype}; "
                         f"expected numbers ({N},) or ({N}, K)")
    if not np.isfinite(y).all():
        raise ValueError(f"y holds {y[~np.isfinite(y)][0]}; expected finite numbers")
    return y.astype(float)


def _standard(values):
    """Mean and standard deviation of each column, 1 for a constant one; no square overflows."""
    size = abs(values).max(0)
    unit = np.where(size > 0, size, 1.0)
    scale = (values / unit).std(0)
    return (values / unit).mean(0) * unit, np.where(scale > 1e-12, scale * unit, 1.0)


def _plain(values):
    """Mean 0 and scale 1 for each column: the values stay as they are."""
    return np.zeros(values.shape[1:]), np.ones(values.shape[1:])


def _hidden(hidden):
    """The hidden widths as a tuple of whole numbers."""
    widths = tuple(hidden) if isinstance(hidden, (list, tuple, np.ndarray)) else (hidden,)
    if not all(isinstance(width, (int, np.integer)) and width >= 1 for width in widths):
        raise ValueError(f"hidden={hidden!r}; expected whole numbers of at least 1 such as (16, 16)")
    return widths


def _activation_name(sigma):
    if ACTIVATIONS.get(sigma.name) is not sigma:
        raise ValueError(f"the activation {sigma.name!r} is your own and cannot be saved; expected one of minnet's")
    return sigma.name
