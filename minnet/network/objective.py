"""Network + loss + data: the function of the flat parameters that optimisers see.

Glossary: F(θ) = c Σ_i ℓ(z(θ, x_i), y_i) + ½ l2 ‖θ‖², c = 1/N for reduction "mean", 1 for "sum";
G the generalised Gauss-Newton matrix c Σ Jᵀ (∂²ℓ/∂z²) J + l2 I (Schraudolph 2002), which is positive
semidefinite for a convex loss; v a direction (n,), or k of them side by side (n, k).
"""
from __future__ import annotations

from copy import copy
from functools import reduce
from itertools import combinations
from operator import add
from threading import get_ident

import numpy as np

from .hessian_kernel import Curvature, add_diagonal, fill, kronecker
from .kfac import kfac
from ..function import as_vector, quiet
from .losses import loss as loss_of
from .mlp import MLP
from .passes import Pass

__all__ = ["Objective"]

REMEMBERED = 2   # points whose passes are kept: the current one and the trial
DAMPING = 0.03   # of the preconditioner, in units of the mean eigenvalue


class Objective:
    """The training objective F of an `MLP` on examples X (N, d_0) with targets y.

    loss: a name, an object with `value, gradient, hvp`, or a name with its options
    (`label_smoothing=`, `delta=`). l2 ≥ 0 penalises all parameters, once. chunk: examples in one pass, for
    data whose activations do not fit in memory; without it the passes of the last two points are kept, so
    that `hvp` after `gradient` at the same θ costs two gradients. Bad input is a ValueError.

    >>> f = Objective(MLP([2, 3, 1]), np.eye(2), [0, 1], loss="binary_crossentropy", l2=0.01)
    >>> theta = f.net.init(rng=0)
    >>> bool(np.allclose(f.hessian(theta) @ theta, f.hvp(theta, theta)))
    True
    """

    def __init__(self, net, X, y, loss="squared_error", l2=0.0, reduction="mean", chunk=None, **loss_options):
        if not isinstance(net, MLP):
            raise ValueError(f"net={net!r}; expected a minnet.MLP")
        self.net, self.loss = net, loss_of(loss, **loss_options)
        if reduction not in ("mean", "sum"):
            raise ValueError(f"reduction={reduction!r}; expected 'mean' or 'sum'")
        if not (isinstance(l2, (int, float, np.number)) and 0 <= l2 < np.inf):
            raise ValueError(f"l2={l2!r}; expected a number of at least 0")
        if chunk is not None and not (isinstance(chunk, (int, np.integer)) and chunk >= 1):
            raise ValueError(f"chunk={chunk!r}; expected a whole number of at least 1, or None")
        self.l2, self.reduction, self.chunk = float(l2), reduction, chunk
        X = _examples(X, net.widths[0])
        y = self.loss.targets(y, net.widths[-1]) if hasattr(self.loss, "targets") else np.asarray(y)
        if len(y) != len(X):
            raise ValueError(f"X has shape {X.shape} and y {np.shape(y)}; expected as many targets as examples")
        self._x, self._y = {np.dtype(float): X.T}, {np.dtype(float): y}
        self._points, self._scratch = [], {}

    def __repr__(self):
        return (f"Objective({self.net!r}, {len(self)} examples, {self.loss!r}, l2={self.l2:g}, "
                f"reduction={self.reduction!r})")

    def __len__(self):
        return self._x[np.dtype(float)].shape[1]

    @property
    def n(self):
        """The number of parameters."""
        return self.net.n_params

    @property
    def blocks(self):
        """The parameters' numbers by name: W1, b1, W2, …"""
        return {name: np.arange(*ends) for l, (W, b, end, _) in enumerate(self.net.layout, 1)
                for name, ends in ((f"W{l}", (W, b)), (f"b{l}", (b, end)))}

    @property
    def groups(self):
        """Parameters that may run to infinity together: the incoming weights of one unit, of two hidden units of a
        small layer, of a layer, and all."""
        units = [[np.r_[W + i * d_in:W + (i + 1) * d_in, b + i] for i in range(d_out)]
                 for W, b, _, (d_out, d_in) in self.net.layout]
        pairs = [np.concatenate(pair) for layer in units[:-1] if len(layer) <= 16 for pair in combinations(layer, 2)]
        layers = [np.arange(W, end) for W, _, end, _ in self.net.layout]
        return [*layers[::-1], np.arange(self.n), *(unit for layer in units for unit in layer), *pairs]

    @property
    def X(self):
        """The examples (N, d_0)."""
        return self._x[np.dtype(float)].T

    @property
    def y(self):
        """The targets as the loss reads them, one row an example."""
        return self._y[np.dtype(float)]

    def has(self, derivative):
        """It has every derivative."""
        return derivative in ("gradient", "hvp", "hessian", "ggn", "ggnvp", "subset", "preconditioner")

    def __call__(self, theta):
        return self.value(theta)

    @quiet
    def value(self, theta):
        """F(θ)."""
        theta = self._theta(theta)
        return self._penalized(sum(p.value.sum() for p in self._passes(theta)), theta)

    @quiet
    def gradient(self, theta):
        """∇F(θ) (n,)."""
        theta = self._theta(theta)
        return self._reduced((p.gradient for p in self._passes(theta)), theta)

    @quiet
    def value_and_gradient(self, theta):
        """F(θ) and ∇F(θ) from one pass."""
        theta = self._theta(theta)
        values = []

        def gradients():
            for p in self._passes(theta):
                values.append(p.value.sum())
                yield p.gradient

        g = self._reduced(gradients(), theta)
        return self._penalized(sum(values), theta), g

    def hvp(self, theta, v):
        """∇²F(θ) v, by the R-operator (Pearlmutter 1994)."""
        return self._product(theta, v, Pass.hvp)

    def ggnvp(self, theta, v):
        """G(θ) v: R-forward, the loss's own Hessian, backward (Schraudolph 2002)."""
        return self._product(theta, v, Pass.ggnvp)

    def hessian(self, theta, layers=None, columns=None):
        """∇²F(θ) (n, n), exact and exactly symmetric, by the block form of `curvature.hessian`.

        layers: only the rows and columns of these layers' parameters, numbered from 1 as in W1, b1; columns: other
        layers for the columns. No more than what is asked for is computed. Memory: the matrix, the products of its
        largest pair of layers, and 32 MB for a chunk of examples.
        """
        return self._matrix(theta, layers, columns, gauss_newton=False)

    def ggn(self, theta, layers=None, columns=None):
        """G(θ) (n, n), exact and exactly symmetric; layers and columns as for `hessian`."""
        return self._matrix(theta, layers, columns, gauss_newton=True)

    def by_layer(self, H):
        """Views {(l, m): block (n_l, n_m)} of a matrix (n, n), layers numbered from 1."""
        spans = [slice(W, end) for W, _, end, _ in self.net.layout]
        return {(l, m): H[rows, columns] for l, rows in enumerate(spans, 1) for m, columns in enumerate(spans, 1)}

    @quiet
    def fisher(self, theta, kind="empirical", rng=None):
        """The Fisher matrix c Σ ∇ℓ_i ∇ℓ_iᵀ + l2 I (n, n): with the targets given ("empirical"), or with targets
        drawn from the model's own distribution ("mc", by rng), whose mean is G for the canonical losses."""
        theta = self._theta(theta)
        targets = self.fisher_targets(theta, kind, rng).astype(theta.real.dtype)
        F = self.l2 * np.eye(self.n, dtype=theta.dtype)
        for p, y in zip(self._passes(theta), self._chunked(targets)):
            for rows in p.per_example_gradients(p.slope(y)):
                F += self._scale * (rows.T @ rows)
        return F

    @quiet
    def fisher_diagonal(self, theta):
        """The diagonal (n,) of Σ ∇ℓ_i ∇ℓ_iᵀ reduced as F is, without l2: the empirical Fisher's, at the cost of a gradient."""
        theta = self._theta(theta)
        return self._scale * sum(p.squared_gradients() for p in self._passes(theta))

    @quiet
    def fisher_targets(self, theta, kind="empirical", rng=None):
        """The targets (N, K) that define a Fisher matrix: the data's for "empirical", drawn for "mc"."""
        if kind == "empirical":
            return self.y
        if kind != "mc":
            raise ValueError(f"kind={kind!r}; expected 'empirical' or 'mc'")
        if not hasattr(self.loss, "sample"):
            raise ValueError(f"{self.loss!r} is no log-likelihood that targets can be drawn from; expected kind='empirical'")
        theta, rng = self._theta(theta), np.random.default_rng(rng)
        return np.concatenate([self.loss.sample(p.tape.z[-1].T, rng) for p in self._passes(theta)])

    def fishervp(self, theta, v, targets):
        """F v for the Fisher matrix of `targets`, from `fisher_targets`: c Σ ∇ℓ_i (∇ℓ_iᵀ v) + l2 v."""
        chunks = iter(self._chunked(np.asarray(targets, np.asarray(theta).real.dtype)))
        return self._product(theta, v, lambda p, directions: p.fishervp(directions, p.slope(next(chunks))))

    @quiet
    def kronecker_factors(self, theta):
        """[(A, B), …] by layer for `curvature.kfac`: A = mean ã ãᵀ (P, P), B = c Σ S (q, q), S from the sweep of G."""
        theta, factors = self._theta(theta), [(0, 0)] * self.net.n_layers
        for p in self._passes(theta):
            for part in self._curvature(p, gauss_newton=True).chunks():
                for l, A, B in kronecker(part):
                    factors[l] = factors[l][0] + A / len(self), factors[l][1] + B
        return factors

    def preconditioner(self, theta):
        """v -> M v for methods: M the inverse of `curvature.kfac`'s matrix, damped by 0.03 of its mean eigenvalue, or I where that
        matrix is zero or not finite. For a convex loss."""
        factors = kfac(self, theta)
        damping = DAMPING * factors.mean_eigenvalue
        return factors.inverse(damping).rule if 0 < self.l2 + damping < np.inf else np.copy

    def hessian_diagonal(self, theta):
        """The diagonal (n,) of the Hessian, exactly."""
        return self._diagonal(theta, gauss_newton=False)

    def ggn_diagonal(self, theta):
        """The diagonal (n,) of the Gauss-Newton matrix, exactly."""
        return self._diagonal(theta, gauss_newton=True)

    @quiet
    def per_example_gradients(self, theta):
        """∇ℓ_i(θ) (N, n), a row an example, without reduction and without l2."""
        return np.concatenate([rows for p in self._passes(self._theta(theta)) for rows in p.per_example_gradients(p.dz)])

    def subset(self, rows):
        """The same objective on the examples `rows`: numbers, a mask or a slice."""
        part = copy(self)
        try:
            self.X[rows]
        except (IndexError, TypeError) as error:
            raise ValueError(f"rows: {error}; expected numbers below {len(self)}, a mask or a slice") from None
        part._x = {dtype: np.ascontiguousarray(x.T[rows]).T for dtype, x in self._x.items()}
        part._y = {dtype: np.asfortranarray(y[rows]) for dtype, y in self._y.items()}
        part._points, part._scratch = [], {}
        if not len(part):
            raise ValueError("subset has no examples; expected at least one row")
        return part

    @property
    def _scale(self):
        return 1 / len(self) if self.reduction == "mean" else 1.0

    def _penalized(self, total, theta):
        """c total + ½ l2 ‖θ‖², in θ's own precision."""
        penalty = self.l2 / 2 * (theta @ theta) if self.l2 else 0.0
        return theta.dtype.type(self._scale * total + penalty)

    def _reduced(self, terms, x):
        """c Σ terms + l2 x, a new array."""
        total = self._scale * reduce(add, terms)
        if self.l2:
            total += self.l2 * x
        return total

    def _theta(self, theta):
        return as_vector(theta, self.n, "theta")

    def _passes(self, theta):
        """The passes over the chunks at θ: remembered ones where all examples are one chunk."""
        if self.chunk is not None:
            x, y = self._data(theta)
            return (Pass(self.net, self.loss, theta, x[:, i:i + self.chunk], y[i:i + self.chunk])
                    for i in range(0, len(self), self.chunk))
        for point in self._points:
            if point.theta.dtype == theta.dtype and (point.theta == theta).all():
                return [point]
        point = Pass(self.net, self.loss, theta.copy(), *self._data(theta))
        self._points = [point, *self._points[:REMEMBERED - 1]]
        return [point]

    def _chunked(self, y):
        step = self.chunk or len(self)
        return [y[i:i + step] for i in range(0, len(self), step)]

    def _data(self, theta):
        """The data in θ's own real precision."""
        real = theta.real.dtype
        if real not in self._x:
            self._x[real], self._y[real] = self._x[np.dtype(float)].astype(real), self.y.astype(real)
        return self._x[real], self._y[real]

    @quiet
    def _product(self, theta, v, rule):
        theta, v = self._theta(theta), np.asarray(v)
        if v.shape != (self.n,) and (v.ndim != 2 or len(v) != self.n):
            raise ValueError(f"v has shape {v.shape}; expected ({self.n},) or ({self.n}, k)")
        directions = np.ascontiguousarray(v.T, np.result_type(v, theta))
        return self._reduced((rule(p, directions) for p in self._passes(theta)), directions).T

    @quiet
    def _matrix(self, theta, layers, columns, gauss_newton):
        theta, rows = self._theta(theta), self._layers(layers)
        columns = rows if columns is None else self._layers(columns)
        sizes = [end - W for W, _, end, _ in self.net.layout]
        ends_r, ends_c = (np.cumsum([0, *(sizes[l] for l in chosen)]) for chosen in (rows, columns))
        H = np.empty((ends_r[-1], ends_c[-1]), theta.dtype)
        blocks = {(l, m): H[ends_r[i]:ends_r[i + 1], ends_c[j]:ends_c[j + 1]]
                  for i, l in enumerate(rows) for j, m in enumerate(columns)}
        targets = {}
        for (l, m), block in blocks.items():
            targets.setdefault((min(l, m), max(l, m)), []).append(block if l <= m else block.T)
        for number, p in enumerate(self._passes(theta)):
            fill(targets, self._curvature(p, gauss_newton), add=number > 0)
        for (l, m), block in blocks.items():
            if l == m:
                block[np.diag_indices(len(block))] += self.l2
        return H

    @quiet
    def _diagonal(self, theta, gauss_newton):
        theta = self._theta(theta)
        h = np.full(self.n, self.l2, theta.dtype)
        for p in self._passes(theta):
            add_diagonal(h, self._curvature(p, gauss_newton))
        return h

    def _curvature(self, p, gauss_newton):
        deltas, scratch = None if gauss_newton else p.deltas, self._scratch.setdefault(get_ident(), {})
        return Curvature(self.net, p.tape, lambda examples: p.loss_hessian(examples, self._scale), deltas, self._scale, scratch)

    def _layers(self, layers):
        if layers is None:
            return range(self.net.n_layers)
        chosen = [layers] if np.ndim(layers) == 0 else list(layers)
        if not chosen or len(set(chosen)) < len(chosen) or not set(chosen) <= set(range(1, self.net.n_layers + 1)):
            raise ValueError(f"layers {layers!r}; expected different numbers from 1 to {self.net.n_layers}")
        return [l - 1 for l in chosen]


def _examples(X, d):
    X = np.asarray(X)
    if X.dtype.kind not in "fiub":
        raise ValueError(f"X has dtype {X.dtype}; expected numbers")
    if X.ndim != 2 or X.shape[1] != d or not len(X):
        raise ValueError(f"X has shape {X.shape}; expected (N, {d}) with N of at least 1")
    if not np.isfinite(X).all():
        row, column = np.argwhere(~np.isfinite(X))[0]
        raise ValueError(f"X[{row}, {column}] is {X[row, column]}; expected finite numbers")
    return X.astype(float)
