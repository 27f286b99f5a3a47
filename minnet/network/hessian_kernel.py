"""The exact Hessian and Gauss-Newton matrix of an MLP as matrix products, and their diagonals.

Glossary, for one example and layers l ≤ m, ã = [a, 1], D_l = diag σ_l′(z_l) (the identity for the last layer):
    H_L = ∂²ℓ/∂z_L²,   H_l = D_l W_{l+1}ᵀ H_{l+1} W_{l+1} D_l + diag(bend_l): the Hessian in z_l   (d_l, d_l)
    S_{l,l} = H_l,     S_{l,m} = D_l W_{l+1}ᵀ S_{l+1,m}: the Hessian in z_l and z_m                (d_l, d_m)
    Q_{l,l+1} = D_l,   Q_{l,m} = D_l W_{l+1}ᵀ Q_{l+1,m}: how a_{m−1} moves with z_l               (d_l, d_{m−1})
The Hessian's entry for the weights (q, p) of layer l and (s, r) of layer m, summed over the examples:
    Σ S_{qs} ã_{l−1,p} ã_{m−1,r}  +  [l < m, r no bias] Σ Q_{qr} δ_{m,s} ã_{l−1,p}
With bend = 0 and δ = 0 this is the Gauss-Newton matrix. Examples stand last, (…, N), so that each sum is one matrix
product with the Khatri-Rao form ã_{l−1} ∗ ã_{m−1}; where l = m both factors are symmetric and packed triangles are
multiplied. About N n² operations in all, against 12 N n² for n R-operator products.
"""
from __future__ import annotations

from dataclasses import dataclass
from math import prod

import numpy as np

__all__ = ["Curvature", "add_diagonal", "fill", "kronecker"]

PAIRS = 1 << 17     # doubles in one Khatri-Rao product: 1 MB, at home in the cache
EXAMPLES = 1 << 22  # doubles of all S and Q together: 32 MB; examples are taken in chunks of so many


@dataclass
class Curvature:
    """What the sums run over: a network's passes over some examples.

    loss_hessian(examples) is scale · ∂²ℓ/∂z_L² (d_L, d_L, N) for a slice of them; deltas as `MLP.backward` returns them, not
    scaled, or None for Gauss-Newton. scratch keeps the large intermediate arrays from call to call: fresh memory costs as
    much as the sums.
    """

    net: object
    tape: object
    loss_hessian: object
    deltas: list | None
    scale: float
    scratch: dict

    def chunks(self):
        """Curvatures of as many examples as `EXAMPLES` and `PAIRS` allow."""
        N, widths = self.tape.a[0].shape[1], self.net.widths
        step = max(1, min(EXAMPLES // (2 * sum(widths[1:]) ** 2), 8 * PAIRS // (max(widths) + 1)))
        if step >= N:
            yield self
            return
        for first in range(0, N, step):
            part = slice(first, first + step)
            deltas = None if self.deltas is None else [delta[:, part] for delta in self.deltas]
            yield Curvature(self.net, self.tape.part(part), lambda _, part=part: self.loss_hessian(part), deltas,
                            self.scale, self.scratch)

    def array(self, name, *shape):
        """An array of that shape, its memory kept under `name`."""
        size, dtype = prod(shape), self.tape.z[-1].dtype
        kept = self.scratch.get(name)
        if kept is None or kept.size < size or kept.dtype != dtype:
            kept = self.scratch[name] = np.empty(size, dtype)
        return kept[:size].reshape(shape)


def fill(blocks, curvature, add=False):
    """Set each of `blocks` to its sum over the examples, or add the sum to it.

    blocks: {(l, m): [array (n_l, n_m), …]} for l ≤ m, layers from 0; a transposed view serves for the block (m, l).
    """
    for number, part in enumerate(curvature.chunks()):
        _fill(blocks, part, add or number > 0)


def _fill(blocks, part, add):
    lowest = min(l for l, _ in blocks)
    for l, S, Q in _sweep(part):
        if l < lowest:
            return
        for m in range(l, part.net.n_layers):
            if (l, m) in blocks:
                pieces = _Pieces(blocks[l, m], part.net.widths[l:l + 2], part.net.widths[m:m + 2], add)
                if l == m:
                    _diagonal_block(pieces, part, l, S[l])
                else:
                    _block(pieces, part, l, m, S[m], Q.get(m))


def add_diagonal(h, curvature):
    """Add the diagonal Σ ã_p² (H_l)_qq to h (n,): the same sweep without any product of blocks."""
    for part in curvature.chunks():
        for l, S, _ in _sweep(part, only_diagonal=True):
            hW, hb = part.net.unpack(h)[l]
            bend = np.einsum("qqn->qn", S[l])
            hW += bend @ (part.tape.a[l] ** 2).T
            hb += bend.sum(-1)


def kronecker(curvature):
    """For each layer: l, Σ ã ãᵀ (P, P) and Σ H_l (q, q) over the examples."""
    for l, S, _ in _sweep(curvature, only_diagonal=True):
        a = _with_one(curvature, "a", curvature.tape.a[l])
        yield l, a @ a.T, S[l].sum(-1)


def _sweep(c, only_diagonal=False):
    """From the last layer to the first: l, {m: S_{l,m}}, {m: Q_{l,m}}, Q_{l,l+1} given by its diagonal."""
    last = c.net.n_layers - 1
    S, Q = {last: c.loss_hessian(slice(None))}, {}
    yield last, S, Q
    for l in range(last - 1, -1, -1):
        W, D = c.tape.layers[l + 1][0], c.tape.slope(l)

        def through(name, T):
            """D W T."""
            out = c.array((name, l), len(D), *T.shape[1:])
            np.matmul(W.T, T.reshape(len(W), -1), out=out.reshape(len(D), -1))
            out *= D[:, None]
            return out

        S = {m: through(f"S{m}", S[m]) for m in ([l + 1] if only_diagonal else S)}
        H = np.matmul(W.T, S[l + 1], out=c.array(("H", l), len(D), *D.shape))
        H *= D
        if c.deltas is not None:
            q = np.arange(len(D))
            H[q, q] += c.scale * c.tape.error_bend(l, c.deltas)
            if not only_diagonal:
                Q = {m: (D[:, None] * W.T[..., None]) * T if m == l + 2 else through(f"Q{m}", T) for m, T in Q.items()}
                Q[l + 1] = c.scale * D
        S[l] = H
        yield l, S, Q


def _diagonal_block(pieces, c, l, S):
    """The packed triangles of S, (q, s) with q ≤ s, against those of ã ãᵀ, (p, r) with p ≤ r."""
    a, q = _with_one(c, "a", c.tape.a[l]), len(S)
    P, N = a.shape
    packed = np.concatenate([S[i, i:] for i in range(q)], out=c.array("packed", q * (q + 1) // 2, N))
    products = c.array("products", len(packed), P * (P + 1) // 2)
    for p, stop, first, last in _groups(P, N, packed=True):
        pairs, at = c.array("pairs", last - first, N), 0
        for i in range(p, stop):
            np.multiply(a[i], a[i:], out=pairs[at:at + P - i])
            at += P - i
        np.matmul(packed, pairs.T, out=products[:, first:last])
    unfold, row = _triangle(P).ravel(), 0
    for i in range(q):
        full = c.array("full", q - i, P * P)
        np.take(products[row:row + q - i], unfold, axis=1, out=full, mode="clip")
        pieces.put_symmetric(i, full.reshape(q - i, P, P))
        row += q - i


def _block(pieces, c, l, m, S, Q):
    """One product of S with ã_{l−1} ∗ ã_{m−1}, and one for the error term."""
    a, b, (q, s, N) = _with_one(c, "a", c.tape.a[l]), _with_one(c, "b", c.tape.a[m]), S.shape
    products = c.array("products", q * s, len(a) * len(b))
    _khatri_rao(c, S.reshape(q * s, N), a, b, products)
    products = products.reshape(q, s, len(a), len(b))
    if c.deltas is not None and m == l + 1:
        weighted = np.multiply(Q[:, None], c.deltas[m], out=c.array("pairs", q, s, N))
        on_diagonal = np.einsum("qspq->qsp", products[..., :q])
        on_diagonal += (weighted.reshape(q * s, N) @ a.T).reshape(q, s, -1)
    elif c.deltas is not None:
        terms = c.array("terms", q * Q.shape[1], s * len(a))
        _khatri_rao(c, Q.reshape(-1, N), c.deltas[m], a, terms)
        products[..., :-1] += terms.reshape(q, -1, s, len(a)).transpose(0, 2, 3, 1)
    pieces.put(products.transpose(0, 2, 1, 3))


def _khatri_rao(c, left, a, b, out):
    """out = left (a ∗ b)ᵀ: (k, N) with (P, N) and (R, N) to (k, P R)."""
    for p, stop, first, last in _groups(len(a), a.shape[1] * len(b)):
        pairs = np.multiply(a[p:stop, None], b, out=c.array("pairs", stop - p, *b.shape))
        np.matmul(left, pairs.reshape(-1, b.shape[1]).T, out=out[:, first * len(b):last * len(b)])


class _Pieces:
    """The parts of a block whose order is W (q, p), then b (q), as arrays in q, p, s, r; chunks after the first add."""

    def __init__(self, targets, widths_l, widths_m, add):
        self.add, (d, q), (e, s) = add, widths_l, widths_m
        self.d, self.e, self.parts = d, e, []
        for block in targets:
            rows, columns = slice(0, q * d), slice(0, s * e)
            self.parts.append((_split(block[rows, columns], (q, d), (s, e)), _split(block[rows, s * e:], (q, d), (s,)),
                               _split(block[q * d:, columns], (q,), (s, e)), block[q * d:, s * e:]))

    def put(self, products):
        """A block of two layers, (q, p, s, r) with the bias last in p and r."""
        d, e = self.d, self.e
        for WW, Wb, bW, bb in self.parts:
            self._set(WW, products[:, :d, :, :e])
            self._set(Wb, products[:, :d, :, e])
            self._set(bW, products[:, d, :, :e])
            self._set(bb, products[:, d, :, e])

    def put_symmetric(self, i, full):
        """The rows of unit i against units s ≥ i, (s, p, r), and their mirror images."""
        d = self.d
        for WW, Wb, bW, bb in self.parts:
            inner, edge, corner = full[:, :d, :d], full[:, :d, d], full[:, d, d]
            self._set(WW[i, :, i:], inner.transpose(1, 0, 2))
            self._set(WW[i + 1:, :, i], inner[1:])
            self._set(Wb[i, :, i:], edge.T)
            self._set(Wb[i + 1:, :, i], edge[1:])
            self._set(bW[i, i:], edge)
            self._set(bW[i + 1:, i], edge[1:])
            self._set(bb[i, i:], corner)
            self._set(bb[i + 1:, i], corner[1:])

    def _set(self, target, values):
        if self.add:
            target += values
        else:
            target[...] = values


def _split(block, rows, columns):
    """A view of block (Π rows, Π columns) with its axes split, whatever its strides."""
    by_row, by_column = block.strides
    strides = [by_row * prod(rows[i + 1:]) for i in range(len(rows))]
    strides += [by_column * prod(columns[i + 1:]) for i in range(len(columns))]
    return np.lib.stride_tricks.as_strided(block, (*rows, *columns), strides)


def _with_one(c, name, a):
    """ã = [a, 1]."""
    out = c.array(name, len(a) + 1, a.shape[1])
    out[:-1] = a
    out[-1] = 1
    return out


def _triangle(d):
    """(d, d) positions of the pairs in the packed upper triangle."""
    position = np.empty((d, d), int)
    upper = np.triu_indices(d)
    position[upper] = position.T[upper] = np.arange(d * (d + 1) // 2)
    return position


def _groups(P, size, packed=False):
    """Groups of rows p whose products fit in PAIRS: (p, stop, first pair, last pair), pairs (p, r ≥ p) if packed."""
    p = first = 0
    while p < P:
        stop, last = p, first
        while stop < P and (stop == p or (last - first) * size < PAIRS):
            last += P - stop if packed else 1
            stop += 1
        yield p, stop, first, last
        p, first = stop, last
