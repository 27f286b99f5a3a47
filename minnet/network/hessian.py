"""The exact Hessian and Gauss-Newton matrix of a network: the formulas, a line each.

Glossary, for one example and layers l ≤ m:
    ã_{l−1} = [a_{l−1}, 1], D_l = diag σ_l′(z_l), W_l without the biases
    δ_l = ∂ℓ/∂z_l, and it and H_L contain the example's weight and the reduction
    H_L = ∂²ℓ/∂z_L²
    H_l = D_l W_{l+1}ᵀ H_{l+1} W_{l+1} D_l + diag(σ_l″(z_l) ⊙ W_{l+1}ᵀ δ_{l+1}):  the Hessian in z_l    (d_l, d_l)
    S_{l,l} = H_l,      S_{l,m} = D_l W_{l+1}ᵀ S_{l+1,m}:  the Hessian in z_l and z_m                   (d_l, d_m)
    Q_{l,l+1} = D_l,    Q_{l,m} = D_l W_{l+1}ᵀ Q_{l+1,m}:  how a_{m−1} moves with z_l                   (d_l, d_{m−1})
The entry for weight (q, p) of layer l and weight (s, r) of layer m, where the last p and r stand for the biases, is
    Σ S_qs ã_{l−1,p} ã_{m−1,r}  +  [l < m and r no bias] Σ Q_qr δ_{m,s} ã_{l−1,p}     over the examples.

This is the product rule: the gradient in the weight (s, r) is Σ δ_{m,s} ã_{m−1,r}. A change of the weight (q, p) moves
z_{l,q}, in proportion to ã_{l−1,p}; that moves δ_{m,s} at the rate S_qs, which gives the first term, and ã_{m−1,r} at
the rate Q_qr, which gives the second one, unless layer m − 1 lies before layer l or r is the constant 1 of the bias.
With σ″ and the second term set to zero the same lines give the Gauss-Newton matrix.

This is the text; `Objective.hessian` runs `hessian_kernel`, which computes the same sums as matrix products.
"""
from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy import einsum
from numpy.typing import NDArray

if TYPE_CHECKING:
    from .objective import Objective

__all__ = ["hessian"]


def hessian(f: Objective, theta: NDArray[Any], gauss_newton: bool = False) -> NDArray[Any]:
    """The Hessian (n, n) of an objective at θ, or its Gauss-Newton matrix.

    Examples
    --------
    >>> from minnet import MLP, Objective
    >>> f = Objective(MLP([2, 3, 1]), [[1.0, 2.0], [3.0, 4.0]], [0.0, 1.0], l2=0.1)
    >>> theta = f.net.init(rng=0)
    >>> bool(np.allclose(hessian(f, theta), f.hessian(theta), rtol=0, atol=1e-14))
    True
    """
    net, last = f.net, f.net.n_layers - 1
    tape = net.forward(theta, f.X.T)
    z, y, weight = tape.z[-1].T, f.y, f.scale * (np.ones(len(f)) if f.sample_weight is None else f.sample_weight)
    _, delta = net.backward(tape, weight * f.loss.gradient(z, y).T)
    W = [W for W, _ in tape.layers]
    a = [np.concatenate([a, np.ones((1, len(f)))]) for a in tape.a[:-1]]
    D = [sigma.derivative(z) for sigma, z in zip(net.sigmas, tape.z)]
    bend = [sigma.second_derivative(z) for sigma, z in zip(net.sigmas, tape.z)]

    units = np.eye(net.widths[-1])                # the loss's Hessian H_L, a column for each output
    S = {(last, last): weight * np.stack([f.loss.hvp(z, y, unit + 0 * z).T for unit in units])}
    Q = {}
    for l in range(last - 1, -1, -1):
        for m in range(l + 1, last + 1):
            S[l, m] = einsum("qn,tq,tsn->qsn", D[l], W[l + 1], S[l + 1, m])
            if m > l + 1:
                Q[l, m] = einsum("qn,tq,trn->qrn", D[l], W[l + 1], Q[l + 1, m])
        S[l, l] = einsum("qtn,ts,sn->qsn", S[l, l + 1], W[l + 1], D[l])
        Q[l, l + 1] = einsum("qr,qn->qrn", np.eye(len(D[l])), D[l])
        if not gauss_newton:
            S[l, l] += einsum("qs,qn,tq,tn->qsn", np.eye(len(D[l])), bend[l], W[l + 1], delta[l + 1])

    H = np.empty((f.n, f.n), tape.z[-1].dtype)
    for l, m in S:
        block = einsum("qsn,pn,rn->qpsr", S[l, m], a[l], a[m])
        if l < m and not gauss_newton:
            block[..., :-1] += einsum("qrn,sn,pn->qpsr", Q[l, m], delta[m], a[l])
        rows, columns = _in_order(net, l), _in_order(net, m)
        H[np.ix_(rows, columns)] = block.reshape(len(rows), len(columns))
        H[np.ix_(columns, rows)] = H[np.ix_(rows, columns)].T
    return H + f.l2 * np.eye(f.n)


def _in_order(net, l):
    """Where the weights (q, p) of layer l stand in θ, the bias of unit q after its weights."""
    W, b = net.unpack(np.arange(net.n_params))[l]
    return np.column_stack([W, b]).ravel()
