"""The parts of a network: activations, losses and layers."""
from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from ..function import as_vector, quiet, supports
from ..network.activations import Activation
from ..network.activations import activation as activation_of
from ..network.losses import loss as loss_of
from .claim import Claim, answer, number
from .judge import judge, known
from .report import Report

__all__ = ["activation", "loss", "layer"]

How = Literal["complex-step", "difference"]
EVERY = ("complex-step", "difference")


@quiet
def activation(kind: str | Activation, z: ArrayLike | None = None, how: How = "complex-step",
               tol: float | None = None) -> Report:
    """Check σ′ against σ and σ″ against σ′.

    Parameters
    ----------
    kind : str or Activation
        The activation.
    z : array_like, shape (N,), optional
        The points, no kink among them; by default twelve between −3.05 and 3.05.
    how : {"complex-step", "difference"}, default "complex-step"
        How the reference is found; see `minnet.check`.
    tol : float, optional
        As for `gradient`.

    Returns
    -------
    Report
        With the blocks "df" and "d2f".
    """
    sigma = activation_of(kind)
    z = as_vector(np.linspace(-3.05, 3.05, 12) if z is None else np.asarray(z, float), name="z")
    shape, along = z.shape, np.ones((1, len(z)))
    f, df, d2f = ((lambda z, rule=rule, name=name: answer(name, rule(z), shape)) for name, rule in
                  (("f", sigma.f), ("df", sigma.derivative), ("d2f", sigma.second_derivative)))
    claims = [Claim(of, lambda z, rule=rule: rule(z)[:, None], z, along, rows={name: slice(None)}, axes=(0,))
              for name, of, rule in (("df", f, df), ("d2f", df, d2f))]
    return judge(f"activation {sigma.name}", known(how, *EVERY), claims, tol, np.random.default_rng(0))


@quiet
def loss(kind: Any, z: ArrayLike, y: ArrayLike, how: How = "complex-step", tol: float | None = None,
         rng: Any = 0) -> Report:
    """Check the gradient of a loss against its value, and its hvp against its gradient.

    Parameters
    ----------
    kind : str or object with ``value``, ``gradient`` and ``hvp``
        The loss.
    z : array_like, shape (N, K)
        The outputs.
    y : array_like
        The targets.
    how : {"complex-step", "difference"}, default "complex-step"
        How the reference is found; see `minnet.check`.
    tol, rng
        As for `gradient`.

    Returns
    -------
    Report
        With the blocks "gradient" and "hvp".
    """
    rule, z, rng = loss_of(kind), np.asarray(z, float), np.random.default_rng(rng)
    y = rule.targets(y, z.shape[1]) if supports(rule, "targets") else np.asarray(y)
    v = rng.standard_normal(z.shape)
    total = lambda flat: number("value", np.sum(rule.value(flat.reshape(z.shape), y)))
    slope = lambda flat: answer("gradient", rule.gradient(flat.reshape(z.shape), y), z.shape).ravel()
    product = lambda flat: answer("hvp", rule.hvp(flat.reshape(z.shape), y, v), z.shape).reshape(-1, 1)
    claims = [Claim(total, lambda flat: slope(flat)[None], z.ravel(), np.eye(z.size),
                    columns={"gradient": slice(None)}, axes=(1,)),
              Claim(slope, product, z.ravel(), v.reshape(1, -1), rows={"hvp": slice(None)}, axes=(0,))]
    return judge(f"loss {kind if isinstance(kind, str) else type(rule).__name__}", known(how, *EVERY), claims, tol, rng)


@quiet
def layer(net: Any, theta: ArrayLike, X: ArrayLike, how: How = "complex-step", tol: float | None = None,
          rng: Any = 0) -> Report:
    """Check a network's passes one by one: R_forward of every layer, backward and R_backward.

    A randomly weighted sum of the outputs stands in for a loss.

    Parameters
    ----------
    net : MLP
        The network.
    theta : array_like, shape (n,)
        Its weights.
    X : array_like, shape (N, d_0)
        The examples.
    how : {"complex-step", "difference"}, default "complex-step"
        How the reference is found; see `minnet.check`.
    tol, rng
        As for `gradient`.

    Returns
    -------
    Report
        With the blocks "R_forward 1", "R_forward 2", …, "backward" and "R_backward".
    """
    theta, rng = as_vector(theta, net.n_params, "theta"), np.random.default_rng(rng)
    x = np.ascontiguousarray(np.asarray(X, theta.real.dtype).T)
    v = rng.standard_normal(net.n_params).astype(theta.dtype)
    weights = rng.standard_normal(net.forward(theta, x).z[-1].shape).astype(theta.dtype)
    score = lambda t: number("outputs", np.sum(weights * net.forward(t, x).z[-1]))

    def backward(t):
        return net.backward(net.forward(t, x), weights + 0 * t[0])

    def R_forward(t, l):
        return net.R_forward(net.forward(t, x), v)[0][l].reshape(-1, 1)

    def R_backward(t):
        tape = net.forward(t, x)
        return net.R_backward(tape, backward(t)[1], v, *net.R_forward(tape, v), np.zeros_like(weights))[:, None]

    claims = [Claim(lambda t, l=l: net.forward(t, x).z[l].ravel(), lambda t, l=l: R_forward(t, l), theta, v[None],
                    rows={f"R_forward {l + 1}": slice(None)}, axes=(0,)) for l in range(net.n_layers)]
    claims += [Claim(score, lambda t: backward(t)[0][None], theta, np.eye(len(theta)),
                     columns={"backward": slice(None)}, axes=(1,)),
               Claim(lambda t: backward(t)[0], R_backward, theta, v[None], rows={"R_backward": slice(None)}, axes=(0,))]
    return judge(f"layers {net.widths}", known(how, *EVERY), claims, tol, rng)
