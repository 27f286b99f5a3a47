"""The multilayer perceptron: an architecture over one flat vector, and its four passes.

Glossary, for layer l = 1..L of width d_l (d_0 inputs) and a batch of N examples, an example a column:
    a_l (d_l, N) outputs, a_0 the inputs; z_l = W_l a_{l−1} + b_l; a_l = σ_l(z_l); the last σ is the identity
    slope = σ′(z), δ_l = ∂ℓ/∂z_l, pull = W_{l+1}ᵀ δ_{l+1} (the error before the slope)
    R{·} = ∂/∂r at r = 0 of the quantity at θ + r v  (Pearlmutter 1994); (V_l, c_l) are v's share of (W_l, b_l)
A direction v may be a stack (k, n): every R-quantity then has a leading k, by broadcasting alone.
"""
from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from .activations import ACTIVATIONS, activation as activation_of
from ..function import as_vector, quiet

__all__ = ["MLP", "SCHEMES"]


def _sparse(rng, rows, columns, incoming=15):
    W = np.zeros((rows, columns))
    for row in W:
        row[rng.choice(columns, min(incoming, columns), replace=False)] = rng.standard_normal(min(incoming, columns))
    return W


SCHEMES = {  # how W (fan_out, fan_in) is drawn; biases start at zero
    "notebook": lambda rng, o, i: rng.normal(0, np.sqrt(1 / (i * o)), (o, i)),
    "glorot":   lambda rng, o, i: rng.uniform(-1, 1, (o, i)) * np.sqrt(6 / (i + o)),  # Glorot, Bengio 2010, (16)
    "he":       lambda rng, o, i: rng.normal(0, np.sqrt(2 / i), (o, i)),              # He et al. 2015, (10)
    "lecun":    lambda rng, o, i: rng.normal(0, np.sqrt(1 / i), (o, i)),              # LeCun et al. 1998, (16)
    "sparse":   _sparse,                                                             # Martens 2010, section 5
}


@dataclass(frozen=True)
class MLP:
    """A network of `widths` units, inputs first, outputs last, with no weights of its own.

    widths: d_0, …, d_L, at least two. activation: one name or `Activation` for all hidden layers, or
    a sequence with one per hidden layer. The last layer is linear: losses act on its raw outputs.
    The weights are a flat vector θ (n_params,): W_1 row-major, b_1, W_2, b_2, …

    >>> net = MLP([2, 3, 1], activation="tanh")
    >>> net.n_params
    13
    >>> [(W.shape, b.shape) for W, b in net.unpack(net.init(rng=0))]
    [((3, 2), (3,)), ((1, 3), (1,))]
    """

    widths: tuple
    activation: object = "tanh"
    sigmas: tuple = field(init=False, repr=False)
    n_params: int = field(init=False, repr=False)
    layout: tuple = field(init=False, repr=False)    # by layer: (start of W, start of b, end, shape of W)

    def __post_init__(self):
        put = lambda name, value: object.__setattr__(self, name, value)
        widths = _widths(self.widths)
        hidden = self.activation
        if isinstance(hidden, (list, tuple)):
            if len(hidden) != len(widths) - 2:
                raise ValueError(f"{len(hidden)} activations for {len(widths) - 2} hidden layers; expected one for each")
            put("activation", tuple(hidden))
        else:
            hidden = [hidden] * (len(widths) - 2)
            activation_of(self.activation)
        put("widths", widths)
        put("sigmas", (*map(activation_of, hidden), ACTIVATIONS["identity"]))
        layout, start = [], 0
        for d_in, d_out in pairwise(widths):
            layout.append((start, start + d_out * d_in, start + d_out * (d_in + 1), (d_out, d_in)))
            start = layout[-1][2]
        put("layout", tuple(layout))
        put("n_params", start)

    def __reduce__(self):
        return MLP, (self.widths, self.activation)

    @property
    def n_layers(self):
        return len(self.widths) - 1

    def init(self, scheme="glorot", rng=None):
        """Start weights (n_params,): "notebook" (variance 1/(fan_in·fan_out)), "glorot", "he", "lecun" or
        "sparse" (15 incoming weights of variance 1 for each unit); biases are zero."""
        if not isinstance(scheme, str) or scheme not in SCHEMES:
            raise ValueError(f"unknown scheme {scheme!r}; expected one of {', '.join(SCHEMES)}")
        rng = np.random.default_rng(rng)
        return self.pack([(SCHEMES[scheme](rng, *shape), np.zeros(shape[0])) for *_, shape in self.layout])

    def unpack(self, theta):
        """[(W, b), …] as views of θ (n,), or of a stack (k, n): W (…, d_l, d_{l−1}), b (…, d_l)."""
        theta = np.asarray(theta)
        if theta.ndim == 0 or theta.shape[-1] != self.n_params:
            raise ValueError(f"theta has shape {np.shape(theta)}; expected ({self.n_params},) for widths {self.widths}")
        stack = theta.shape[:-1]
        return [(theta[..., W:b].reshape(stack + shape), theta[..., b:end]) for W, b, end, shape in self.layout]

    def pack(self, pairs):
        """The flat θ (n,) of [(W, b), …]: the inverse of `unpack`."""
        pairs = [(np.asarray(W), np.asarray(b)) for W, b in pairs]
        got, want = [(W.shape, b.shape) for W, b in pairs], [(shape, shape[:1]) for *_, shape in self.layout]
        if got != want:
            raise ValueError(f"pairs have shapes {got}; expected {want}")
        return np.concatenate([part.ravel() for pair in pairs for part in pair])

    @quiet
    def outputs(self, theta, X):
        """Raw outputs (N, d_L) for examples X (N, d_0)."""
        theta, X = as_vector(theta, self.n_params, "theta"), np.asarray(X)
        if X.ndim != 2 or X.shape[1] != self.widths[0]:
            raise ValueError(f"X has shape {X.shape}; expected (N, {self.widths[0]})")
        dtype = theta.real.dtype
        return self.forward(theta, np.ascontiguousarray(X.T, dtype=dtype)).z[-1].T

    def forward(self, theta, x):
        """z_l = W_l a_{l−1} + b_l,  a_l = σ_l(z_l).  x is (d_0, N)."""
        layers, a, zs = self.unpack(theta), [x], []
        for (W, b), sigma in zip(layers, self.sigmas):
            z = W @ a[-1]
            z += b[:, None]
            zs.append(z)
            a.append(sigma(z))
        return Tape(layers, self.sigmas, a, zs)

    def backward(self, tape, delta):
        """∂ℓ/∂W_l = δ_l a_{l−1}ᵀ,  ∂ℓ/∂b_l = Σ δ_l,  δ_{l−1} = W_lᵀ δ_l ⊙ σ′(z_{l−1}).

        delta is ∂ℓ/∂z_L (…, d_L, N). Returns the gradient (…, n) and [δ_1, …, δ_L].
        """
        g = np.empty(delta.shape[:-2] + (self.n_params,), delta.dtype)
        deltas = [delta]
        for l, (gW, gb) in reversed(list(enumerate(self.unpack(g)))):
            W, _ = tape.layers[l]
            np.matmul(delta, tape.a[l].T, out=gW)
            delta.sum(-1, out=gb)
            if l:
                delta = W.T @ delta
                delta *= tape.slope(l - 1)
                deltas.append(delta)
        return g, deltas[::-1]

    def R_forward(self, tape, v):
        """R{z_l} = V_l a_{l−1} + c_l + W_l R{a_{l−1}},  R{a_l} = σ′(z_l) ⊙ R{z_l}.

        v is (…, n). Returns [R{z_1}, …, R{z_L}] and [0, R{a_1}, …, R{a_{L−1}}].
        """
        Rz, Ra = [], [None]
        for l, (V, c) in enumerate(self.unpack(v)):
            W, _ = tape.layers[l]
            rz = V @ tape.a[l]
            rz += c[..., None]
            if l:
                rz += W @ Ra[l]
            Rz.append(rz)
            if l < self.n_layers - 1:
                Ra.append(tape.slope(l) * rz)
        return Rz, Ra

    def R_backward(self, tape, deltas, v, Rz, Ra, Rdelta):
        """R{∂ℓ/∂W_l} = R{δ_l} a_{l−1}ᵀ + δ_l R{a_{l−1}}ᵀ,  R{∂ℓ/∂b_l} = Σ R{δ_l},
        R{δ_{l−1}} = (V_lᵀ δ_l + W_lᵀ R{δ_l}) ⊙ σ′(z_{l−1}) + W_lᵀ δ_l ⊙ σ″(z_{l−1}) ⊙ R{z_{l−1}}.

        Rdelta is R{∂ℓ/∂z_L} (…, d_L, N). Returns the product (…, n) of v with the Hessian.
        """
        Rg, directions = np.empty(v.shape, Rdelta.dtype), self.unpack(v)
        for l, (RgW, Rgb) in reversed(list(enumerate(self.unpack(Rg)))):
            (W, _), (V, _) = tape.layers[l], directions[l]
            np.matmul(Rdelta, tape.a[l].T, out=RgW)
            Rdelta.sum(-1, out=Rgb)
            if l:
                RgW += deltas[l] @ Ra[l].swapaxes(-1, -2)
                Rdelta = W.T @ Rdelta
                Rdelta += V.swapaxes(-1, -2) @ deltas[l]
                Rdelta *= tape.slope(l - 1)
                Rdelta += tape.bend(l - 1, deltas) * Rz[l - 1]
        return Rg


class Tape:
    """What a forward pass leaves for the passes after it. Layers are numbered from 0 here: z[l], a[l + 1]."""

    def __init__(self, layers, sigmas, a, z):
        self.layers, self.sigmas, self.a, self.z = layers, sigmas, a, z
        self._slopes, self._bends = {}, {}

    def part(self, examples):
        """The tape of some of the examples: a slice of the columns."""
        cut = lambda arrays: [array[:, examples] for array in arrays]
        return Tape(self.layers, self.sigmas, cut(self.a), cut(self.z))

    def slope(self, l):
        """σ′(z_l)."""
        if l not in self._slopes:
            self._slopes[l] = self.sigmas[l].df(self._argument(l))
        return self._slopes[l]

    def bend(self, l, deltas):
        """(W_{l+1}ᵀ δ_{l+1}) ⊙ σ″(z_l): what the activation's own curvature adds to the Hessian at z_l."""
        if l not in self._bends:
            self._bends[l] = (self.layers[l + 1][0].T @ deltas[l + 1]) * self.sigmas[l].d2f(self._argument(l))
        return self._bends[l]

    def _argument(self, l):
        return self.a[l + 1] if self.sigmas[l].of_output else self.z[l]


def _widths(widths):
    try:
        given = tuple(widths)
        whole = tuple(int(d) for d in given)
    except (TypeError, ValueError):
        raise ValueError(f"widths {widths!r}; expected whole numbers such as [2, 3, 1]") from None
    if len(whole) < 2 or whole != given or min(whole) < 1:
        raise ValueError(f"widths {list(given)}; expected two or more whole numbers of at least 1")
    return whole
