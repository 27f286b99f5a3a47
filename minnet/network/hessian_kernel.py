"""The formulas of `hessian.py` at the speed of matrix products.

Every block is a sum over the examples of products of four numbers, S_qs ã_p ã_r, and so one matrix product with a
Khatri-Rao form; where l = m both S and ã ãᵀ are symmetric, and their packed triangles are multiplied. That makes about
N n² operations in all, against 12 N n² for n R-operator products. No Jacobian is ever formed.
"""
from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from .curvature_sweep import Curvature, Level
from .khatri_rao import khatri_rao_product, packed_triangle, packed_triangle_product, unpacking
from .mlp import MLP
from .split_block import SplitBlock

__all__ = ["add_diagonal", "assemble", "kronecker"]

Array = NDArray[Any]


def assemble(net: MLP, curvatures: Iterable[Curvature], rows: Sequence[int], columns: Sequence[int],
             l2: float, dtype: DTypeLike) -> Array:
    """The sums plus l2 I, for the parameters of the layers `rows` against those of the layers `columns`, from 0."""
    sizes = [layer.end - layer.W for layer in net.layout]
    row_ends, column_ends = (np.cumsum([0, *(sizes[l] for l in chosen)]) for chosen in (rows, columns))
    H = np.empty((row_ends[-1], column_ends[-1]), dtype)
    targets: dict[tuple[int, int], list[Array]] = {}
    for i, l in enumerate(rows):
        for j, m in enumerate(columns):
            block = H[row_ends[i]:row_ends[i + 1], column_ends[j]:column_ends[j + 1]]
            targets.setdefault((min(l, m), max(l, m)), []).append(block if l <= m else block.T)
    add = False
    for curvature in curvatures:
        for part in curvature.chunks():
            _fill(targets, part, add)
            add = True
    for l in set(rows) & set(columns):
        (block,) = targets[l, l]
        block[np.diag_indices(sizes[l])] += l2
    return H


def add_diagonal(h: Array, curvature: Curvature) -> None:
    """Add the diagonal Σ ã_p² (H_l)_qq to h (n,): the same sweep without any product of blocks."""
    for part in curvature.chunks():
        for level in part.levels(only_diagonal=True):
            hW, hb = part.net.unpack(h)[level.l]
            diagonal = np.einsum("qqn->qn", level.S[level.l])
            hW += diagonal @ (part.tape.a[level.l] ** 2).T
            hb += diagonal.sum(-1)


def kronecker(curvature: Curvature) -> Iterator[tuple[int, Array]]:
    """For each layer: l and Σ H_l (q, q) over the examples."""
    for level in curvature.levels(only_diagonal=True):
        yield level.l, level.S[level.l].sum(-1)


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
    S, a = level.S[level.l], c.with_one("a", level.l)
    (q, _, N), P = S.shape, len(a)
    packed = packed_triangle(S, out=c.array("packed", q * (q + 1) // 2, N))
    products = c.array("products", len(packed), P * (P + 1) // 2)
    packed_triangle_product(packed, a, products, c.workspace)
    unfold, row = unpacking(P).ravel(), 0
    for i in range(q):
        full = c.array("full", q - i, P * P)
        np.take(products[row:row + q - i], unfold, axis=1, out=full, mode="clip")
        for block in blocks:
            block.put_symmetric(i, full.reshape(q - i, P, P))
        row += q - i


def _off_diagonal_block(blocks: list[SplitBlock], c: Curvature, level: Level, m: int) -> None:
    """Σ S_qs ã_p ã_r of two layers, and Σ Q_qr δ_s ã_p unless r is the bias."""
    S, a, b = level.S[m], c.with_one("a", level.l), c.with_one("b", m)
    (q, s, N), P, R = S.shape, len(a), len(b)
    products = c.array("products", q * s, P * R)
    khatri_rao_product(S.reshape(q * s, N), a, b, products, c.workspace)
    products = products.reshape(q, s, P, R)
    if c.deltas is not None and m == level.l + 1:
        weighted = np.multiply(level.Q[m][:, None], c.deltas[m], out=c.array("pairs", q, s, N))
        on_diagonal = np.einsum("qspq->qsp", products[..., :q])
        on_diagonal += (weighted.reshape(q * s, N) @ a.T).reshape(q, s, P)
    elif c.deltas is not None:
        terms = c.array("terms", q * (R - 1), s * P)
        khatri_rao_product(level.Q[m].reshape(-1, N), c.deltas[m], a, terms, c.workspace)
        products[..., :-1] += terms.reshape(q, R - 1, s, P).transpose(0, 2, 3, 1)
    for block in blocks:
        block.put(products.transpose(0, 2, 1, 3))
