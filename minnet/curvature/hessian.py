"""The exact Hessian and Gauss-Newton matrix of an MLP as matrix products, and their diagonals.

Glossary, for one example and layers l ≤ m, ã = [a, 1], D_l = diag σ_l′(z_l) (the identity for the last layer):
    H_L = ∂²ℓ/∂z_L²,   H_l = D_l W_{l+1}ᵀ H_{l+1} W_{l+1} D_l + diag(bend_l): the Hessian in z_l   (d_l, d_l)
    S_{l,l} = H_l,     S_{l,m} = D_l W_{l+1}ᵀ S_{l+1,m}: the Hessian in z_l and z_m                (d_l, d_m)
    Q_{l,l+1} = D_l,   Q_{l,m} = D_l W_{l+1}ᵀ Q_{l+1,m}: how a_{m−1} moves with z_l               (d_l, d_{m−1})
The Hessian's entry for the weights (q, p) of layer l and (s, r) of layer m, summed over the examples:
    Σ ã_{l−1,p} ã_{m−1,r} S_{qs}  +  [l < m, r no bias] Σ ã_{l−1,p} δ_{m,s} Q_{qr}
With bend = 0 and δ = 0 this is the Gauss-Newton matrix. Examples stand last, (…, N), so that each sum is
one matrix product. About N n² operations in all, against 12 N n² for n R-operator products.
"""
from __future__ import annotations

import numpy as np

__all__ = ["add_hessian", "add_diagonal"]

ROWS = 1 << 18      # doubles in one Khatri-Rao product: 2 MB, at home in the cache
EXAMPLES = 1 << 22  # doubles of all S and Q together: 32 MB; examples are taken in chunks of so many


def add_hessian(H, net, tape, loss_hessian, deltas=None):
    """Add the upper block triangle of the sum over the tape's examples to H (n, n), which `mirror` completes.

    loss_hessian is ∂²ℓ/∂z_L² (d_L, d_L, N); deltas as `MLP.backward` returns them, or None for Gauss-Newton.
    """
    per_example = 2 * sum(net.widths[1:]) ** 2
    step = max(16, EXAMPLES // per_example)
    for first in range(0, tape.a[0].shape[1], step):
        part = slice(first, first + step)
        for l, S, Q in _sweep(net, tape, loss_hessian, deltas, part):
            for m in range(l, net.n_layers):
                (rows, _, end_l, _), (columns, _, end_m, _) = net.layout[l], net.layout[m]
                block = H[rows:end_l, columns:end_m]
                a, b = _with_one(tape.a[l][:, part]), _with_one(tape.a[m][:, part])
                if m == l:
                    _add_diagonal_block(block, a, S[l])
                else:
                    _add_block(block, a, b, S[m], None if deltas is None else deltas[m][:, part], Q.get(m))


def add_diagonal(h, net, tape, loss_hessian, deltas=None):
    """Add the diagonal Σ ã_p² (H_l)_qq to h (n,): the same sweep without any product of blocks."""
    for l, S, _ in _sweep(net, tape, loss_hessian, deltas, slice(None), only_diagonal=True):
        hW, hb = net.unpack(h)[l]
        curvature = np.einsum("qqn->qn", S[l])
        hW += curvature @ (tape.a[l] ** 2).T
        hb += curvature.sum(-1)


def mirror(H):
    """Copy the upper triangle of H below the diagonal, in place."""
    lower = np.tril_indices(len(H), -1) if len(H) < 64 else None
    if lower is not None:
        H[lower] = H.T[lower]
        return H
    for start in range(0, len(H), 64):
        stop = start + 64
        H[stop:, start:stop] = H[start:stop, stop:].T
        corner = H[start:stop, start:stop]
        corner[:] = np.triu(corner) + np.triu(corner, 1).T
    return H


def _sweep(net, tape, loss_hessian, deltas, part, only_diagonal=False):
    """From the last layer to the first: l, {m: S_{l,m}}, {m: Q_{l,m}}, Q_{l,l+1} given by its diagonal."""
    S, Q = {net.n_layers - 1: loss_hessian[..., part]}, {}
    yield net.n_layers - 1, S, Q
    for l in range(net.n_layers - 2, -1, -1):
        W, D = tape.layers[l + 1][0], tape.slope(l)[:, part]
        through = lambda T: D[:, None] * (W.T @ T.reshape(len(W), -1)).reshape(len(D), -1, D.shape[1])
        kept = [l + 1] if only_diagonal else S
        S = {m: through(S[m]) for m in kept}
        H = (W.T @ S[l + 1]) * D
        if deltas is not None:
            q = np.arange(len(D))
            H[q, q] += tape.bend(l, deltas)[:, part]
            if not only_diagonal:
                Q = {m: (D[:, None] * W.T[..., None]) * T if m == l + 2 else through(T) for m, T in Q.items()}
                Q[l + 1] = D
        S[l] = H
        yield l, S, Q


def _add_diagonal_block(block, a, S):
    """Both ã ãᵀ (in p, r) and S (in q, s) are symmetric: multiply the packed triangles."""
    P, q = len(a), len(S)
    S_packed = S[np.triu_indices(q)]
    products = np.empty((P * (P + 1) // 2, len(S_packed)), S.dtype)
    for p, stop, first, last in _row_groups(P, a.shape[1], packed=True):
        pairs = np.empty((last - first, a.shape[1]), a.dtype)
        at = 0
        for i in range(p, stop):
            np.multiply(a[i], a[i:], out=pairs[at:at + P - i])
            at += P - i
        np.matmul(pairs, S_packed.T, out=products[first:last])
    full = products[_triangle(P)][..., _triangle(q)]           # (p, r, q, s)
    _add(block, full.transpose(2, 0, 3, 1))


def _add_block(block, a, b, S, delta, Q):
    """One product of the Khatri-Rao form (ã_{l−1} ∗ ã_{m−1}) with S, and one for the error term."""
    P, R, (q, s, N) = len(a), len(b), S.shape
    S_flat = S.reshape(q * s, N)
    products = np.empty((P, R, q, s), S.dtype)
    for p, stop, first, last in _row_groups(P, N * R):
        pairs = (a[p:stop, None] * b).reshape(-1, N)
        np.matmul(pairs, S_flat.T, out=products[p:stop].reshape(-1, q * s))
    if delta is not None:
        if Q.ndim == 2:
            thin = a @ (Q[:, None] * delta).reshape(q * s, N).T
            for r in range(q):
                products[:, r, r] += thin.reshape(P, q, s)[:, r]
        else:
            for p, stop, *_ in _row_groups(P, N * s):
                pairs = (a[p:stop, None] * delta).reshape(-1, N)
                terms = (pairs @ Q.reshape(-1, N).T).reshape(stop - p, s, q, R - 1)
                products[p:stop, :-1] += terms.transpose(0, 3, 2, 1)
    _add(block, products.transpose(2, 0, 3, 1))


def _add(block, products):
    """Add products (q, p, s, r), biases last in p and r, to a block whose order is W (q, p), then b (q)."""
    q, P, s, R = products.shape
    nl, nm = q * (P - 1), s * (R - 1)
    block[:nl, :nm].reshape(q, P - 1, s, R - 1)[...] += products[:, :-1, :, :-1]
    block[:nl, nm:].reshape(q, P - 1, s)[...] += products[:, :-1, :, -1]
    block[nl:, :nm].reshape(q, s, R - 1)[...] += products[:, -1, :, :-1]
    block[nl:, nm:] += products[:, -1, :, -1]


def _with_one(a):
    return np.concatenate([a, np.ones((1, a.shape[1]), a.dtype)])


def _triangle(d):
    """(d, d) positions of the pairs in the packed upper triangle."""
    position = np.empty((d, d), int)
    upper = np.triu_indices(d)
    position[upper] = position.T[upper] = np.arange(d * (d + 1) // 2)
    return position


def _row_groups(P, size, packed=False):
    """Groups of rows p whose products fit ROWS: (p, stop, first pair, last pair)."""
    p = first = 0
    while p < P:
        stop, last = p, first
        while stop < P and (stop == p or (last - first) * size < ROWS):
            last += P - stop if packed else 1
            stop += 1
        yield p, stop, first, last
        p, first = stop, last
