"""Hypothesis strategies for tests of one's own: networks, parameters, batches and whole objectives.

Shapes, names and options are drawn by Hypothesis, arrays by a NumPy Generator from a seed that it draws: that is quick,
and a failure still shrinks to a small network on few examples. Magnitudes are moderate (units'
inputs of order one), so that two exact ways to the same number agree to 1e-12 of its scale.

    from hypothesis import given, strategies as st
    from minnet import testing

    @given(st.data(), testing.objectives(losses=["poisson"], max_depth=2))
    def test_my_product(data, f):
        theta, v = data.draw(testing.parameters(f.net)), data.draw(testing.parameters(f.net))
        numpy.testing.assert_allclose(my_product(f, theta, v), f.hessian(theta) @ v, atol=1e-10)
"""
from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

try:
    from hypothesis import strategies as st
except ImportError as error:
    raise ImportError("minnet.testing needs hypothesis; install the extra minnet[test]") from error

from .network.activations import ACTIVATIONS, Activation
from .network.losses import LOSSES, Loss, one_hot
from .network.mlp import MLP
from .network.objective import Objective

__all__ = ["SMOOTH", "batches", "generators", "networks", "objectives", "parameters"]

Array = NDArray[Any]
Draw = Callable[[st.SearchStrategy[Any]], Any]

SMOOTH: tuple[str, ...] = tuple(name for name, sigma in ACTIVATIONS.items() if sigma.smooth)


def generators() -> st.SearchStrategy[np.random.Generator]:
    """Draw a NumPy Generator, by its seed."""
    return st.integers(0, 2**32 - 1).map(np.random.default_rng)


@st.composite
def networks(draw: Draw, activations: Sequence[str | Activation] = SMOOTH, max_depth: int = 4,
             max_width: int = 5) -> MLP:
    """Draw an `MLP` of 1 to `max_depth` layers of weights, every width from 1 to `max_width`.

    Parameters
    ----------
    activations : sequence of str or Activation
        Each hidden layer draws its own from these.
    max_depth, max_width : int
    """
    depth = draw(st.integers(1, max_depth))
    widths = draw(st.lists(st.integers(1, max_width), min_size=depth + 1, max_size=depth + 1))
    hidden = draw(st.lists(st.sampled_from(list(activations)), min_size=depth - 1, max_size=depth - 1))
    return MLP(widths, hidden)


@st.composite
def parameters(draw: Draw, net: MLP, dtype: DTypeLike = float) -> Array:
    """Draw θ (n,) for `net`: weights of variance 1/fan_in, biases of variance 1/4.

    Parameters
    ----------
    net : MLP
    dtype : dtype, default float
        A complex one adds an imaginary part of a tenth of that size.
    """
    rng, dtype = draw(generators()), np.dtype(dtype)
    theta = _moderate(net, rng)
    return (theta + 0.1j * _moderate(net, rng) if dtype.kind == "c" else theta).astype(dtype)


@st.composite
def batches(draw: Draw, net: MLP, loss: str | Loss = "squared_error", max_examples: int = 7) -> tuple[Array, Array]:
    """Draw (X, y): 1 to `max_examples` examples for `net`, with targets in every form that the loss reads.

    Parameters
    ----------
    net : MLP
    loss : str or Loss
        A name or a loss of minnet. Real targets for "squared_error" and "huber", 0 and 1 or probabilities for
        "binary_crossentropy", class numbers, one-hot or probabilities for "softmax_crossentropy", counts for "poisson";
        for one output also as a vector (N,).
    max_examples : int
    """
    rng, N, K = draw(generators()), draw(st.integers(1, max_examples)), net.widths[-1]
    X, name = rng.standard_normal((N, net.widths[0])), _name(loss)
    if name == "softmax_crossentropy":
        classes = rng.integers(K, size=N)
        forms = {"class numbers": lambda: classes, "one-hot": lambda: one_hot(classes, K),
                 "probabilities": lambda: _simplex(rng.random((N, K)))}
        return X, forms[draw(st.sampled_from(list(forms)))]()
    if name == "binary_crossentropy":
        y = rng.integers(2, size=(N, K)) if draw(st.booleans()) else rng.random((N, K))
    else:
        y = rng.poisson(2.0, (N, K)) if name == "poisson" else rng.standard_normal((N, K))
    return X, y[:, 0] if K == 1 and draw(st.booleans()) else y


@st.composite
def objectives(draw: Draw, activations: Sequence[str | Activation] = SMOOTH,
               losses: Sequence[str | Loss] = tuple(LOSSES), max_depth: int = 4, max_width: int = 5,
               max_examples: int = 7, weighted: bool = False) -> Objective:
    """Draw an `Objective` of a drawn network, loss and batch: with and without l2, either reduction, whole or in chunks
    whose size need not divide N.

    Parameters
    ----------
    activations, losses : sequence
        To draw from.
    max_depth, max_width, max_examples : int
    weighted : bool, default False
        Whether some of them have a `sample_weight`, zeros among it.
    """
    net, loss = draw(networks(activations, max_depth, max_width)), draw(st.sampled_from(list(losses)))
    X, y = draw(batches(net, loss, max_examples))
    weights = draw(st.none() | _weights(len(X))) if weighted else None
    return Objective(net, X, y, loss=loss, l2=draw(st.sampled_from([0.0, 0.1])),
                     reduction=draw(st.sampled_from(["mean", "sum"])),
                     chunk=draw(st.none() | st.integers(1, len(X) + 1)), sample_weight=weights)


@st.composite
def _weights(draw, N):
    """Weights (N,) from 0 to 3, some whole and not all 0."""
    weights = draw(st.lists(st.sampled_from([0.0, 0.5, 1.0, 2.0, 3.0]), min_size=N, max_size=N).filter(any))
    return np.array(weights)


def _moderate(net, rng):
    return net.pack([(rng.standard_normal(W.shape) / np.sqrt(W.shape[1]), rng.standard_normal(b.shape) / 2)
                     for W, b in net.unpack(np.empty(net.n_params))])


def _simplex(y):
    return y / y.sum(1, keepdims=True)


def _name(loss):
    for name, kind in LOSSES.items():
        if loss == name or isinstance(loss, kind):
            return name
    raise ValueError(f"no targets known for loss {loss!r}; expected {', '.join(LOSSES)}, by name or as an object")
