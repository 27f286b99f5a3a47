"""The multilayer perceptron: an architecture over one flat vector, and its four passes.

Glossary, for layer l = 1..L of width d_l (d_0 inputs) and a batch of N examples, an example a column:
    a_l (d_l, N) outputs, a_0 the inputs; z_l = W_l a_{l−1} + b_l; a_l = σ_l(z_l); the last σ is the identity
    slope = σ′(z), bend = σ″(z), δ_l = ∂ℓ/∂z_l, W_{l+1}ᵀ δ_{l+1} = ∂ℓ/∂a_l (the error before the slope)
    R{·} = ∂/∂r at r = 0 of the quantity at θ + r v  (Pearlmutter 1994); (V_l, c_l) are v's share of (W_l, b_l)
A direction v may be a stack (k, n): every R-quantity then has a leading k, by broadcasting alone.
"""
from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..function import as_vector, quiet
from .activations import ACTIVATIONS, Activation
from .activations import activation as activation_of
from .schemes import SCHEMES, Scheme
from .tape import Tape, ones, product

__all__ = ["MLP", "Layer", "Widths"]

Array = NDArray[Any]
Widths = Sequence[int]


class Layer(NamedTuple):
    """Where a layer's parameters stand in θ: W from `W`, b from `b` to before `end`; `shape` is that of W."""

    W: int
    b: int
    end: int
    shape: tuple[int, int]


@dataclass(frozen=True)
class MLP:
    """A multilayer perceptron: widths and activations, with no weights of its own.

    The weights are one flat vector θ (n_params,): W_1 row-major, b_1, W_2, b_2, … The last layer is linear, as losses
    act on its raw outputs.

    Parameters
    ----------
    widths : sequence of int
        d_0, …, d_L: the number of inputs, of units in each hidden layer, and of outputs; at least two numbers.
    activation : str, Activation or a sequence of them, default "tanh"
        One for all hidden layers, or one for each.

    Attributes
    ----------
    sigmas : tuple of Activation
        The activation of every layer; the last is the identity.
    n_params : int
        The length n of θ.
    layout : tuple of Layer
        Where W and b of each layer stand in θ.

    Raises
    ------
    ValueError
        If the widths are not whole numbers of at least 1, or an activation is unknown.

    Examples
    --------
    >>> net = MLP([2, 3, 1], activation="tanh")
    >>> net.n_params
    13
    >>> [(W.shape, b.shape) for W, b in net.unpack(net.init(rng=0))]
    [((3, 2), (3,)), ((1, 3), (1,))]
    """

    widths: Widths
    activation: str | Activation | Sequence[str | Activation] = "tanh"
    sigmas: tuple[Activation, ...] = field(init=False, repr=False)
    n_params: int = field(init=False, repr=False)
    layout: tuple[Layer, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        widths, chosen = _widths(self.widths), self.activation
        n_hidden = len(widths) - 2
        if isinstance(chosen, (list, tuple)):
            if len(chosen) != n_hidden:
                raise ValueError(f"{len(chosen)} activations for {n_hidden} hidden layers; expected one for each")
            chosen, hidden = tuple(chosen), [activation_of(kind) for kind in chosen]
        else:
            hidden = [activation_of(chosen)] * n_hidden  # type: ignore[arg-type]  (anything but a name is refused there)
        layout, start = [], 0
        for d_in, d_out in pairwise(widths):
            layout.append(Layer(start, start + d_out * d_in, start + d_out * (d_in + 1), (d_out, d_in)))
            start = layout[-1].end
        fields = {"widths": widths, "activation": chosen, "sigmas": (*hidden, ACTIVATIONS["identity"]),
                  "n_params": start, "layout": tuple(layout)}
        for name, value in fields.items():
            object.__setattr__(self, name, value)

    def __reduce__(self) -> tuple[Any, ...]:
        return MLP, (self.widths, self.activation)

    @property
    def n_layers(self) -> int:
        """The number L of layers of weights."""
        return len(self.widths) - 1

    def init(self, scheme: Scheme = "glorot", rng: int | np.random.Generator | None = None) -> NDArray[np.float64]:
        """Draw start weights (n_params,); all biases are zero.

        Parameters
        ----------
        scheme : {"glorot", "notebook", "he", "lecun", "sparse"}
            How the weights are drawn; see `minnet.network.schemes`.
        rng : int, numpy.random.Generator or None
            The seed, or the generator to draw from.
        """
        if not isinstance(scheme, str) or scheme not in SCHEMES:
            raise ValueError(f"unknown scheme {scheme!r}; expected one of {', '.join(SCHEMES)}")
        rng = np.random.default_rng(rng)
        return self.pack([(SCHEMES[scheme](rng, *layer.shape), np.zeros(layer.shape[0])) for layer in self.layout])

    def unpack(self, theta: ArrayLike) -> list[tuple[Array, Array]]:
        """[(W, b), …] as views of θ (n,), or of a stack (k, n): W (…, d_l, d_{l−1}), b (…, d_l)."""
        theta = np.asarray(theta)
        if theta.ndim == 0 or theta.shape[-1] != self.n_params:
            raise ValueError(f"theta has shape {np.shape(theta)}; expected ({self.n_params},) for widths {self.widths}")
        if theta.ndim == 1:  # as below, in half the time
            return [(theta[W:b].reshape(shape), theta[b:end]) for W, b, end, shape in self.layout]
        stack = theta.shape[:-1]
        return [(theta[..., W:b].reshape(stack + shape), theta[..., b:end]) for W, b, end, shape in self.layout]

    def pack(self, pairs: Iterable[tuple[ArrayLike, ArrayLike]]) -> Array:
        """The flat θ (n,) of [(W, b), …]: the inverse of `unpack`."""
        arrays = [(np.asarray(W), np.asarray(b)) for W, b in pairs]
        got = [(W.shape, b.shape) for W, b in arrays]
        want = [(layer.shape, layer.shape[:1]) for layer in self.layout]
        if got != want:
            raise ValueError(f"pairs have shapes {got}; expected {want}")
        return np.concatenate([part.ravel() for pair in arrays for part in pair])

    @quiet
    def outputs(self, theta: ArrayLike, X: ArrayLike) -> Array:
        """Raw outputs (N, d_L) for examples X (N, d_0)."""
        theta, X = as_vector(theta, self.n_params, "theta"), np.asarray(X)
        if X.ndim != 2 or X.shape[1] != self.widths[0]:
            raise ValueError(f"X has shape {X.shape}; expected (N, {self.widths[0]})")
        dtype = theta.real.dtype
        return self.forward(theta, np.ascontiguousarray(X.T, dtype=dtype)).z[-1].T

    def forward(self, theta: Array, x: Array) -> Tape:
        """z_l = W_l a_{l−1} + b_l,  a_l = σ_l(z_l).  x is (d_0, N)."""
        layers, a, zs = self.unpack(theta), [x], []
        for (W, b), sigma in zip(layers, self.sigmas):
            z = product(W, a[-1])
            z += b[:, None]
            zs.append(z)
            a.append(sigma(z))
        return Tape(layers, self.sigmas, a, zs)

    def backward(self, tape: Tape, delta: Array) -> tuple[Array, list[Array]]:
        """∂ℓ/∂W_l = δ_l a_{l−1}ᵀ,  ∂ℓ/∂b_l = δ_l 1,  δ_{l−1} = W_lᵀ δ_l ⊙ σ′(z_{l−1}).

        delta is ∂ℓ/∂z_L (…, d_L, N). Returns the gradient (…, n) and [δ_1, …, δ_L].
        """
        g = np.empty(delta.shape[:-2] + (self.n_params,), delta.dtype)
        deltas, one = [delta], ones(delta.shape[-1], delta.dtype)
        for l, (gW, gb) in reversed(list(enumerate(self.unpack(g)))):
            W, _ = tape.layers[l]
            product(delta, tape.a[l].T, out=gW)
            product(delta, one, out=gb)
            if l:
                delta = product(W.T, delta)
                delta *= tape.slope(l - 1)
                deltas.append(delta)
        return g, deltas[::-1]

    def R_forward(self, tape: Tape, v: Array) -> tuple[list[Array], list[Any]]:
        """R{z_l} = V_l a_{l−1} + c_l + W_l R{a_{l−1}},  R{a_l} = σ′(z_l) ⊙ R{z_l}.

        v is (…, n). Returns [R{z_1}, …, R{z_L}] and [None, R{a_1}, …, R{a_{L−1}}], where None stands for R{a_0} = 0:
        the inputs do not move with the weights.
        """
        Rz: list[Array] = []
        Ra: list[Any] = [None]
        for l, (V, c) in enumerate(self.unpack(v)):
            W, _ = tape.layers[l]
            rz = product(V, tape.a[l])
            rz += c[..., None]
            if l:
                rz += product(W, Ra[l])
            Rz.append(rz)
            if l < self.n_layers - 1:
                Ra.append(tape.slope(l) * rz)
        return Rz, Ra

    def R_backward(self, tape: Tape, deltas: list[Array], v: Array, Rz: list[Array], Ra: list[Any],
                   Rdelta: Array) -> Array:
        """R{∂ℓ/∂W_l} = R{δ_l} a_{l−1}ᵀ + δ_l R{a_{l−1}}ᵀ,  R{∂ℓ/∂b_l} = R{δ_l} 1,
        R{δ_{l−1}} = (V_lᵀ δ_l + W_lᵀ R{δ_l}) ⊙ σ′(z_{l−1}) + W_lᵀ δ_l ⊙ σ″(z_{l−1}) ⊙ R{z_{l−1}}.

        Rdelta is R{∂ℓ/∂z_L} (…, d_L, N). Returns the product (…, n) of v with the Hessian.
        """
        Rg, directions = np.empty(v.shape, Rdelta.dtype), self.unpack(v)
        one = ones(Rdelta.shape[-1], Rdelta.dtype)
        for l, (RgW, Rgb) in reversed(list(enumerate(self.unpack(Rg)))):
            (W, _), (V, _) = tape.layers[l], directions[l]
            product(Rdelta, tape.a[l].T, out=RgW)
            product(Rdelta, one, out=Rgb)
            if l:
                RgW += product(deltas[l], Ra[l].swapaxes(-1, -2))
                Rdelta = product(W.T, Rdelta)
                Rdelta += product(V.swapaxes(-1, -2), deltas[l])
                Rdelta *= tape.slope(l - 1)
                Rdelta += tape.error_bend(l - 1, deltas) * Rz[l - 1]
        return Rg


def _widths(widths: object) -> tuple[int, ...]:
    try:
        given = tuple(widths)  # type: ignore[arg-type]
        whole = tuple(int(d) for d in given)
    except (TypeError, ValueError):
        raise ValueError(f"widths {widths!r}; expected whole numbers such as [2, 3, 1]") from None
    if len(whole) < 2 or whole != given or min(whole) < 1 or any(isinstance(d, (bool, np.bool_)) for d in given):
        raise ValueError(f"widths {list(given)}; expected two or more whole numbers of at least 1")
    return whole
