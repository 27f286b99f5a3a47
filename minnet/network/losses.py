"""The losses: value, gradient and Hessian-vector product at the raw outputs of a network.

Glossary: z (N, K) raw outputs, y (N, K) targets as `targets` returns them, v (N, K) a direction, or a stack (k, N, K)
of them; everything is by example, and summing over the examples is the objective's business.

Softmax and sigmoid belong to the loss, so that nothing is ever log(0). `mean` is the prediction that the outputs stand
for, and `sample` draws targets from the distribution whose negative log-likelihood the loss is, up to a constant.
The canonical losses (all but Huber's) have the gradient mean(z) − y, and their Hessian does not depend on y.
"""
from __future__ import annotations

from dataclasses import dataclass, fields
from numbers import Real
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .tails import sigmoid, sigmoid_slope
from .targets import one_hot, read_targets, require_range, require_rows_sum_to_one

__all__ = ["LOSSES", "BinaryCrossEntropy", "Huber", "Loss", "LossLike", "LossName", "Poisson", "SoftmaxCrossEntropy",
           "SquaredError", "loss", "one_hot", "softmax"]

Array = NDArray[Any]
LossName = Literal["squared_error", "binary_crossentropy", "softmax_crossentropy", "huber", "poisson"]


class LossLike(Protocol):
    """What an objective asks of a loss of one's own.

    `value` gives a number for each example (N,), or the sum over the examples. A method `targets(y, K)` may read the
    targets, and `sample(z, rng)` draw some; without `targets` they are handed over as an array.
    """

    def value(self, z: Array, y: Array, /) -> Any: ...
    def gradient(self, z: Array, y: Array, /) -> Array: ...
    def hvp(self, z: Array, y: Array, v: Array, /) -> Array: ...


@dataclass(frozen=True)
class Loss:
    """What the losses share: reading targets, and value and gradient in one call."""

    def targets(self, y: ArrayLike, K: int) -> NDArray[np.float64]:
        """Read `y` as a new array (N, K) of floats; see `minnet.network.targets.read_targets`."""
        return read_targets(y, K)

    def value_and_gradient(self, z: Array, y: Array) -> tuple[Array, Array]:
        """ℓ (N,) and ∂ℓ/∂z (N, K)."""
        return self.value(z, y), self.gradient(z, y)  # type: ignore[attr-defined]


@dataclass(frozen=True)
class SquaredError(Loss):
    """ℓ = ½ ‖z − y‖², summed over the outputs.

    The gradient is z − y, the Hessian I.

    >>> SquaredError().value(np.array([[3.0, 1.0]]), np.array([[1.0, 1.0]]))
    array([2.])
    """

    def value(self, z: Array, y: Array) -> Array:
        r = z - y
        return (r * r).sum(-1) / 2

    def gradient(self, z: Array, y: Array) -> Array:
        return z - y

    def hvp(self, z: Array, y: Array, v: Array) -> Array:
        return v

    def mean(self, z: Array) -> Array:
        return z

    def sample(self, z: Array, rng: np.random.Generator) -> Array:
        return z + rng.standard_normal(z.shape)


@dataclass(frozen=True)
class BinaryCrossEntropy(Loss):
    """ℓ = −y log σ(z) − (1 − y) log σ(−z), summed over the outputs; σ the sigmoid, y in [0, 1].

    The gradient is σ(z) − y, the Hessian diag(σ′(z)). In the value, −log σ(z) is log(1 + e^−z) where z > 0, and
    log(1 + e^z) − z elsewhere, so that no exponential overflows. The gradient, as (1 − y) σ(z) − y σ(−z), does not
    cancel where σ(z) is near y = 1. Both tails keep their relative accuracy: the loss of a point that is classified
    with certainty is small, and not exactly zero while |z| < 700.

    Parameters
    ----------
    label_smoothing : float, default 0
        α: the targets become y(1 − α) + α/2  (Szegedy et al. 2016, here for two classes).

    Examples
    --------
    >>> BinaryCrossEntropy().value(np.array([[40.0]]), np.array([[1.0]]))
    array([4.24835426e-18])
    """

    label_smoothing: float = 0.0

    def __post_init__(self) -> None:
        _require_smoothing(self.label_smoothing)

    def targets(self, y: ArrayLike, K: int) -> NDArray[np.float64]:
        y = read_targets(y, K)
        require_range(y, 0, 1)
        return y * (1 - self.label_smoothing) + self.label_smoothing / 2

    def value(self, z: Array, y: Array) -> Array:
        positive = z.real > 0
        t = np.exp(np.where(positive, -z, z))
        return (np.where(positive, (1 - y) * z, -y * z) + np.log1p(t)).sum(-1)

    def gradient(self, z: Array, y: Array) -> Array:
        return (1 - y) * sigmoid(z) - y * sigmoid(-z)

    def hvp(self, z: Array, y: Array, v: Array) -> Array:
        return sigmoid_slope(z) * v

    def mean(self, z: Array) -> Array:
        return sigmoid(z)

    def sample(self, z: Array, rng: np.random.Generator) -> Array:
        return (rng.random(z.shape) < sigmoid(z)).astype(z.dtype)


@dataclass(frozen=True)
class SoftmaxCrossEntropy(Loss):
    """ℓ = −Σ_k y_k log p_k with p = softmax(z); y in the simplex, or class numbers (N,).

    The gradient is p − y, the Hessian diag(p) − p pᵀ.

    Parameters
    ----------
    label_smoothing : float, default 0
        α: the targets become y(1 − α) + α/K  (Szegedy et al. 2016).

    References
    ----------
    Szegedy, Vanhoucke, Ioffe, Shlens, Wojna 2016, Rethinking the Inception architecture for computer vision, CVPR.

    Examples
    --------
    >>> SoftmaxCrossEntropy(label_smoothing=0.3).targets([2], 3)
    array([[0.1, 0.1, 0.8]])
    """

    label_smoothing: float = 0.0

    def __post_init__(self) -> None:
        _require_smoothing(self.label_smoothing)

    def targets(self, y: ArrayLike, K: int) -> NDArray[np.float64]:
        y = read_targets(y, K, classes=True)
        require_range(y, 0, 1)
        require_rows_sum_to_one(y)
        return y * (1 - self.label_smoothing) + self.label_smoothing / K

    def value(self, z: Array, y: Array) -> Array:
        return self.value_and_gradient(z, y)[0]

    def gradient(self, z: Array, y: Array) -> Array:
        return softmax(z) - y

    def value_and_gradient(self, z: Array, y: Array) -> tuple[Array, Array]:
        """ℓ = log Σ_k exp(z_k) − Σ_k y_k z_k, as Σ_k y_k = 1, and p − y; z is shifted so that nothing overflows."""
        z = z - z.real.max(-1, keepdims=True)
        p = np.exp(z)
        total = p.sum(-1, keepdims=True)
        value = np.log(total[..., 0]) - (y * z).sum(-1)
        p /= total
        p -= y
        return value, p

    def hvp(self, z: Array, y: Array, v: Array) -> Array:
        p = softmax(z)
        pv = p * v
        return pv - p * pv.sum(-1, keepdims=True)

    def mean(self, z: Array) -> Array:
        return softmax(z)

    def sample(self, z: Array, rng: np.random.Generator) -> Array:
        passed = rng.random((len(z), 1)) > softmax(z).cumsum(-1)
        return np.eye(z.shape[1], dtype=z.dtype)[np.minimum(passed.sum(-1), z.shape[1] - 1)]


@dataclass(frozen=True)
class Huber(Loss):
    """ℓ = ½ r² where |r| ≤ δ, and δ(|r| − δ/2) beyond, with r = z − y; summed over the outputs  (Huber 1964).

    The gradient is r cut off at ±δ; the Hessian is diagonal, 1 where |r| ≤ δ and 0 beyond.

    Parameters
    ----------
    delta : float, default 1
        δ > 0, where the parabola goes over into its tangents.

    Examples
    --------
    >>> Huber(delta=1.0).value(np.array([[0.5], [3.0]]), np.zeros((2, 1)))
    array([0.125, 2.5  ])
    """

    delta: float = 1.0

    def __post_init__(self) -> None:
        if not (is_real(self.delta) and 0 < self.delta < np.inf):
            raise ValueError(f"delta={self.delta!r}; expected a positive number")

    def value(self, z: Array, y: Array) -> Array:
        r, inside = self._residual(z, y)
        return np.where(inside, r * r / 2, self.delta * (r * np.sign(r.real) - self.delta / 2)).sum(-1)

    def gradient(self, z: Array, y: Array) -> Array:
        r, inside = self._residual(z, y)
        return np.where(inside, r, self.delta * np.sign(r.real))

    def hvp(self, z: Array, y: Array, v: Array) -> Array:
        return np.where(self._residual(z, y)[1], v, 0)

    def mean(self, z: Array) -> Array:
        return z

    def _residual(self, z: Array, y: Array) -> tuple[Array, Array]:
        r = z - y
        return r, abs(r.real) <= self.delta


@dataclass(frozen=True)
class Poisson(Loss):
    """ℓ = exp(z) − y z, summed over the outputs: counts y ≥ 0 of rate exp(z), without the constant log y!.

    The gradient is exp(z) − y, the Hessian diag(exp(z)). Beyond z = 709 the rate exceeds float64 and the value is inf,
    without a warning.

    >>> Poisson().gradient(np.zeros((1, 1)), np.array([[3.0]]))
    array([[-2.]])
    """

    def targets(self, y: ArrayLike, K: int) -> NDArray[np.float64]:
        y = read_targets(y, K)
        require_range(y, 0, np.inf)
        return y

    def value(self, z: Array, y: Array) -> Array:
        return (self.mean(z) - y * z).sum(-1)

    def gradient(self, z: Array, y: Array) -> Array:
        return self.mean(z) - y

    def hvp(self, z: Array, y: Array, v: Array) -> Array:
        return self.mean(z) * v

    def mean(self, z: Array) -> Array:
        with np.errstate(over="ignore"):
            return np.exp(z)

    def sample(self, z: Array, rng: np.random.Generator) -> Array:
        return rng.poisson(self.mean(z)).astype(z.dtype)


def softmax(z: Array) -> Array:
    """exp(z) / Σ exp(z) along the last axis, without overflow.

    >>> softmax(np.array([[1e4, 1e4]]))
    array([[0.5, 0.5]])
    """
    p = np.exp(z - z.real.max(-1, keepdims=True))
    p /= p.sum(-1, keepdims=True)
    return p


def is_real(number: object) -> bool:
    """Whether `number` is a real number: True and False are none."""
    return isinstance(number, Real) and not isinstance(number, bool)


def _require_smoothing(alpha: object) -> None:
    if not (is_real(alpha) and 0 <= alpha < 1):  # type: ignore[operator]
        raise ValueError(f"label_smoothing={alpha!r}; expected 0 to below 1")


RULES = ("value", "gradient", "hvp")
LOSSES: dict[str, type[Loss]] = {
    "squared_error": SquaredError, "binary_crossentropy": BinaryCrossEntropy,
    "softmax_crossentropy": SoftmaxCrossEntropy, "huber": Huber, "poisson": Poisson}


def loss(kind: LossName | LossLike, **options: float) -> Any:
    """The loss of a name.

    Parameters
    ----------
    kind : str or object
        A name of `LOSSES`, or an object with `value, gradient, hvp` (`LossLike`), which is returned as it is.
    **options
        For a name: what its class takes, `label_smoothing=` or `delta=`.

    Raises
    ------
    ValueError
        For an unknown name or option, and for options beside an object.

    Examples
    --------
    >>> loss("softmax_crossentropy", label_smoothing=0.1)
    SoftmaxCrossEntropy(label_smoothing=0.1)
    """
    if isinstance(kind, str) and kind in LOSSES:
        unknown = set(options) - {field.name for field in fields(LOSSES[kind])}
        if unknown:
            raise ValueError(f"{kind} has no option {', '.join(sorted(unknown))}")
        return LOSSES[kind](**options)
    if options and not isinstance(kind, str):
        raise ValueError(f"{', '.join(options)} with {kind!r}; expected a loss's name where options are given")
    if not isinstance(kind, (str, type)) and all(callable(getattr(kind, rule, None)) for rule in RULES):
        return kind
    raise ValueError(f"unknown loss {kind!r}; expected an object with {', '.join(RULES)} or one of {', '.join(LOSSES)}")
