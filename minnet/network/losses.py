"""The losses: value, gradient and Hessian-vector product at the network's raw outputs.

Glossary: z (N, K) raw outputs, y (N, K) targets as `targets` returns them, v (N, K) a direction, or a
stack of them (k, N, K). Softmax and sigmoid belong to the loss, so nothing is ever log(0). `value` is by
example (N,); summing is the objective's business. `mean` is the prediction that the outputs stand for, and `sample`
draws targets from the distribution whose negative log-likelihood the loss is, up to a constant.
The canonical losses have the gradient mean(z) − y, and their Hessian does not depend on y.
A loss of one's own is any object with `value, gradient, hvp`; its `value` may be the sum over the examples.
"""
from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .activations import sigmoid

__all__ = ["SquaredError", "BinaryCrossEntropy", "SoftmaxCrossEntropy", "Huber", "Poisson", "LOSSES", "loss"]


NUMBER = (int, float, np.number)


class Loss:
    """What the losses share: reading targets, and value and gradient in one call."""

    def targets(self, y, K):
        """`y` as (N, K) floats: real targets, class numbers (N,) made one-hot, or (N,) for one output."""
        y = np.asarray(y)
        if y.dtype.kind not in "fiub":
            raise ValueError(f"targets have dtype {y.dtype}; expected numbers")
        if y.size and not np.isfinite(y).all():
            raise ValueError(f"targets hold {y[~np.isfinite(y)].flat[0]} ; expected finite numbers")
        if y.ndim == 1 and K == 1:
            y = y[:, None]
        if y.ndim == 1 and y.dtype.kind in "iub":
            y = one_hot(y, K)
        if y.ndim != 2 or y.shape[1] != K:
            raise ValueError(f"targets have shape {y.shape}; expected (N, {K}) for {K} outputs"
                             f"{', (N,)' if K == 1 else ' or whole class numbers (N,)'}")
        return np.asfortranarray(y, dtype=float)

    def value_and_gradient(self, z, y):
        return self.value(z, y), self.gradient(z, y)


@dataclass(frozen=True)
class SquaredError(Loss):
    """½ ‖z − y‖², summed over the outputs."""

    def value(self, z, y):
        r = z - y
        return (r * r).sum(-1) / 2

    def gradient(self, z, y):
        return z - y

    def hvp(self, z, y, v):
        return v

    def mean(self, z):
        return z

    def sample(self, z, rng):
        return z + rng.standard_normal(z.shape)


@dataclass(frozen=True)
class BinaryCrossEntropy(Loss):
    """−y log σ(z) − (1 − y) log σ(−z), summed over the outputs; y in [0, 1].

    `label_smoothing` α trains on y(1 − α) + α/2. Both tails keep their relative accuracy, so that the
    loss of a point classified with certainty is small, never exactly zero for |z| < 700.
    """

    label_smoothing: float = 0.0

    def __post_init__(self):
        _check_smoothing(self.label_smoothing)

    def targets(self, y, K):
        y = super().targets(y, K)
        _check_range(y, 0, 1)
        return y * (1 - self.label_smoothing) + self.label_smoothing / 2

    def value(self, z, y):
        positive = z.real > 0
        t = np.exp(np.where(positive, -z, z))
        return (np.where(positive, (1 - y) * z, -y * z) + np.log1p(t)).sum(-1)

    def gradient(self, z, y):
        return (1 - y) * sigmoid(z) - y * sigmoid(-z)

    def hvp(self, z, y, v):
        return sigmoid(z) * sigmoid(-z) * v

    def mean(self, z):
        return sigmoid(z)

    def sample(self, z, rng):
        return (rng.random(z.shape) < sigmoid(z)).astype(z.dtype)


@dataclass(frozen=True)
class SoftmaxCrossEntropy(Loss):
    """−Σ y log softmax(z), y (N, K) in the simplex or class numbers (N,).

    `label_smoothing` α trains on y(1 − α) + α/K (Müller, Kornblith, Hinton 2019).
    """

    label_smoothing: float = 0.0

    def __post_init__(self):
        _check_smoothing(self.label_smoothing)

    def targets(self, y, K):
        y = np.asarray(y)
        if y.ndim == 1 and y.dtype.kind in "iubf":
            y = one_hot(y, K)
        y = super().targets(y, K)
        _check_range(y, 0, 1)
        if y.size and abs(y.sum(1) - 1).max() > 1e-6:
            raise ValueError(f"a row of the targets sums to {y.sum(1)[abs(y.sum(1) - 1).argmax()]:g}; "
                             "expected probabilities that sum to 1")
        return y * (1 - self.label_smoothing) + self.label_smoothing / K

    def value(self, z, y):
        return self.value_and_gradient(z, y)[0]

    def gradient(self, z, y):
        return softmax(z) - y

    def value_and_gradient(self, z, y):
        z = z - z.real.max(-1, keepdims=True)
        p = np.exp(z)
        total = p.sum(-1, keepdims=True)
        value = np.log(total[..., 0]) - (y * z).sum(-1)
        p /= total
        p -= y
        return value, p

    def hvp(self, z, y, v):
        p = softmax(z)
        pv = p * v
        return pv - p * pv.sum(-1, keepdims=True)

    def mean(self, z):
        return softmax(z)

    def sample(self, z, rng):
        passed = rng.random((len(z), 1)) > softmax(z).cumsum(-1)
        return np.eye(z.shape[1], dtype=z.dtype)[np.minimum(passed.sum(-1), z.shape[1] - 1)]


@dataclass(frozen=True)
class Huber(Loss):
    """½ r² where |r| ≤ δ, else δ(|r| − δ/2), r = z − y, summed over the outputs (Huber 1964)."""

    delta: float = 1.0

    def __post_init__(self):
        if not (isinstance(self.delta, NUMBER) and 0 < self.delta < np.inf):
            raise ValueError(f"delta={self.delta!r}; expected a positive number")

    def value(self, z, y):
        r, inside = self._residual(z, y)
        return np.where(inside, r * r / 2, self.delta * (r * np.sign(r.real) - self.delta / 2)).sum(-1)

    def gradient(self, z, y):
        r, inside = self._residual(z, y)
        return np.where(inside, r, self.delta * np.sign(r.real))

    def hvp(self, z, y, v):
        return np.where(self._residual(z, y)[1], v, 0)

    def mean(self, z):
        return z

    def _residual(self, z, y):
        r = z - y
        return r, abs(r.real) <= self.delta


@dataclass(frozen=True)
class Poisson(Loss):
    """exp(z) − y z, summed over the outputs: counts y ≥ 0 of rate exp(z), without the constant log y!.

    Beyond z = 709 the rate is no float64 and the value is inf, without a warning.
    """

    def targets(self, y, K):
        y = super().targets(y, K)
        _check_range(y, 0, np.inf)
        return y

    def value(self, z, y):
        return (self.mean(z) - y * z).sum(-1)

    def gradient(self, z, y):
        return self.mean(z) - y

    def hvp(self, z, y, v):
        return self.mean(z) * v

    def mean(self, z):
        with np.errstate(over="ignore"):
            return np.exp(z)

    def sample(self, z, rng):
        return rng.poisson(self.mean(z)).astype(z.dtype)


def softmax(z):
    """exp(z) / Σ exp(z) along the last axis, without overflow.

    >>> softmax(np.array([[1e4, 1e4]]))
    array([[0.5, 0.5]])
    """
    p = np.exp(z - z.real.max(-1, keepdims=True))
    p /= p.sum(-1, keepdims=True)
    return p


def one_hot(y, K):
    """Class numbers (N,) as rows of zeros with a one (N, K).

    >>> one_hot([1, 0], 2)
    array([[0., 1.],
           [1., 0.]])
    """
    y = np.asarray(y)
    classes = y.astype(int) if np.isfinite(y).all() else y
    if (classes != y).any() or (y < 0).any() or (y >= K).any():
        bad = y[(classes != y) | (y < 0) | (y >= K) | (y != y)][0]
        raise ValueError(f"targets of shape {y.shape} hold {bad}; expected class numbers 0 to {K - 1} for {K} outputs")
    return np.eye(K)[classes]


def _check_range(y, low, high):
    if y.size and not (low <= y.min() and y.max() <= high):
        raise ValueError(f"targets reach from {y.min():g} to {y.max():g}; expected {low} to {high}")


def _check_smoothing(alpha):
    if not (isinstance(alpha, NUMBER) and 0 <= alpha < 1):
        raise ValueError(f"label_smoothing={alpha!r}; expected 0 to below 1")


LOSSES = {"squared_error": SquaredError, "binary_crossentropy": BinaryCrossEntropy,
          "softmax_crossentropy": SoftmaxCrossEntropy, "huber": Huber, "poisson": Poisson}


def loss(kind, **options):
    """The loss of a name with its options, or `kind` itself where it has `value, gradient, hvp`.

    >>> loss("softmax_crossentropy", label_smoothing=0.1)
    SoftmaxCrossEntropy(label_smoothing=0.1)
    """
    if isinstance(kind, str) and kind in LOSSES:
        unknown = set(options) - set(LOSSES[kind].__dataclass_fields__) if options else ()
        if unknown:
            raise ValueError(f"{kind} has no option {', '.join(sorted(unknown))}")
        return LOSSES[kind](**options)
    if options and not isinstance(kind, str):
        raise ValueError(f"{', '.join(options)} with {kind!r}; expected a loss's name where options are given")
    if not isinstance(kind, (str, type)) and all(callable(getattr(kind, rule, None)) for rule in ("value", "gradient", "hvp")):
        return kind
    raise ValueError(f"unknown loss {kind!r}; expected an object with value, gradient, hvp or one of {', '.join(LOSSES)}")
