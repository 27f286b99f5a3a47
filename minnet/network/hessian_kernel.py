"""The formulas of `hessian.py` at the speed of matrix products.

Every block is a sum over the examples of products of four numbers, S_qs ã_p ã_r, and so one matrix product with a
Khatri-Rao form; where l = m both S and ã ãᵀ are symmetric, and their packed triangles are multiplied. That makes about
N n² operations in all, against 12 N n² for n R-operator products. No Jacobian is ever formed.
"""
from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .curvature_sweep import Curvature, Level, curvature
from .khatri_rao import groups, khatri_rao_product, packed_triangle, packed_triangle_product, unpacking
from .mlp import MLP
from .passes import Pass
from .split_block import SplitBlock

__all__ = ["add_to_diagonal", "assemble", "diagonal", "kronecker"]

Array = NDArray[Any]


def assemble(p: Pass, rows: Sequence[int], columns: Sequence[int], gauss_newton: bool, scale: float) -> Array:
    """The sums over a pass, for the parameters of the layers `rows` against those of the layers `columns`, from 0."""
    row_spans, column_spans = _spans(p.net, rows), _spans(p.net, columns)
    H = np.empty((row_spans[rows[-1]].stop, column_spans[columns[-1]].stop), p.dz.dtype)
    targets: dict[tuple[int, int], list[Array]] = {}
    for l in rows:
        for m in columns:
            block = H[row_spans[l], column_spans[m]]
            targets.setdefault((min(l, m), max(l, m)), []).append(block if l <= m else block.T)
    for number, part in enumerate(curvature(p, gauss_newton, scale).chunks()):
        _fill(targets, part, add=number > 0)
    return H


def add_to_diagonal(H: Array, net: MLP, rows: Sequence[int], columns: Sequence[int], l2: float) -> Array:
    """H + l2 I, written into H: the entries of the same parameter in rows and columns."""
    row_spans, column_spans = _spans(net, rows), _spans(net, columns)
    for l in set(rows) & set(columns):
        block = H[row_spans[l], column_spans[l]]
        block[np.diag_indices(len(block))] += l2
    return H


def diagonal(p: Pass, gauss_newton: bool, scale: float) -> Array:
    """The diagonal (n,), Σ ã_p² (H_l)_qq: the same sweep without any product of blocks."""
    h = np.zeros(p.net.n_params, p.dz.dtype)
    for part in curvature(p, gauss_newton, scale).chunks():
        for level in part.levels(only_diagonal=True):
            hW, hb = part.net.unpack(h)[level.l]
            H = np.einsum("qqn->qn", level.S[level.l])
            hW += H @ (part.tape.a[level.l] ** 2).T
            hb += H.sum(-1)
    return h


def kronecker(p: Pass, scale: float) -> list[tuple[Array, Array]]:
    """For each layer Σ w ã ãᵀ (P, P) and c Σ w H_l (q, q)."""
    S: list[Any] = [0] * p.net.n_layers
    for part in curvature(p, gauss_newton=True, scale=scale).chunks():
        for level in part.levels(only_diagonal=True):
            S[level.l] = S[level.l] + level.S[level.l].sum(-1)
    return list(zip(p.input_moments(), S))


def _spans(net: MLP, layers: Sequence[int]) -> dict[int, slice]:
    """Where the parameters of each of the layers stand in a matrix of these layers."""
    sizes = [net.layout[l].end - net.layout[l].W for l in layers]
    ends = np.cumsum(sizes)
    return {l: slice(int(end - size), int(end)) for l, size, end in zip(layers, sizes, ends)}


def _fill(targets, part, add):
    """Set the blocks {(l, m): [array (n_l, n_m), …]}, l ≤ m, to their sums over the examples, or add the sums."""
    lowest, shapes = min(l for l, _ in targets), [layer.shape for layer in part.net.layout]
    for level in part.levels():
        if level.l < lowest:
            return
        for m in range(level.l, part.net.n_layers):
            blocks = [SplitBlock(block, shapes[level.l], shapes[m], add) for block in targets.get((level.l, m), ())]
            if blocks and m == level.l:
                _diagonal_block(blocks, part, level)
            elif blocks:
                _off_diagonal_block(blocks, part, level, m)


def _diagonal_block(blocks: list[SplitBlock], c: Curvature, level: Level) -> None:
    """Σ S_qs ã_p ã_r of one layer, for q ≤ s and p ≤ r."""
    S, a = level.S[level.l], c.with_one(level.l)
    (q, _, N), P = S.shape, len(a)
    packed = packed_triangle(S, out=c.array("packed", q * (q + 1) // 2, N))
    products = c.array("products", len(packed), P * (P + 1) // 2)
    packed_triangle_product(packed, a, products, c.workspace)
    for group, entries in _unpacked(products, q, P, c):
        mirrored = entries[:, :, group.stop - group.start:].transpose(2, 1, 0, 3)  # p and r may change places
        for block in blocks:
            block.put(entries, group, slice(group.start, None))
            block.put(mirrored, slice(group.stop, None), group)


def _unpacked(products: Array, q: int, P: int, c: Curvature) -> Iterator[tuple[slice, Array]]:
    """Groups of units, and their entries (q, p, s, r) against the units s from the group's first on."""
    units, pairs = unpacking(q), unpacking(P).ravel()
    for first, stop in groups([(q - i) * P * P for i in range(q)]):
        rows = units[first:stop, first:]
        start, end = rows[0, 0], rows[-1, -1] + 1
        entries = np.take(products[start:end], pairs, axis=1, out=c.array("half", end - start, P * P), mode="clip")
        if len(rows) > 1:  # of one unit there is nothing to repeat
            entries = np.take(entries, rows - start, axis=0, out=c.array("full", *rows.shape, P * P), mode="clip")
        yield slice(first, stop), entries.reshape(*rows.shape, P, P).transpose(0, 2, 1, 3)


def _off_diagonal_block(blocks: list[SplitBlock], c: Curvature, level: Level, m: int) -> None:
    """Σ S_qs ã_p ã_r of two layers, and Σ Q_qr δ_s ã_p unless r is the bias."""
    S, a, b = level.S[m], c.with_one(level.l), c.with_one(m)
    (q, s, N), P, R = S.shape, len(a), len(b)
    products = c.array("products", q * s, P * R)
    khatri_rao_product(S.reshape(q * s, N), a, b, products, c.workspace)
    products = products.reshape(q, s, P, R)
    if c.deltas is not None:
        Q = level.Q[m].reshape(-1, N)
        terms = c.array("terms", len(Q), s * P)
        khatri_rao_product(Q, c.deltas[m], a, terms, c.workspace)
        if m == level.l + 1:  # only r = q
            on_diagonal = np.einsum("qspq->qsp", products[..., :q])
            on_diagonal += terms.reshape(q, s, P)
        else:
            products[..., :-1] += terms.reshape(q, R - 1, s, P).transpose(0, 2, 3, 1)
    for block in blocks:
        block.put(products.transpose(0, 2, 1, 3))
