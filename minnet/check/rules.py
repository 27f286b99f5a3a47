"""The rules of a function: gradient, Hessian-vector product, Hessian and Gauss-Newton product."""
from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..differences import complex_step
from ..function import as_vector, quiet
from .claim import Claim, answer, by_parameter, number
from .judge import judge, judge_against, known
from .reference import exact
from .report import Report
from .rounding import SAFETY, SAMPLES, nudge

__all__ = ["gradient", "hvp", "ggnvp", "hessian"]

How = Literal["complex-step", "difference", "taylor"]


@quiet
def gradient(f: Any, theta: ArrayLike, how: How = "complex-step", tol: float | None = None, rng: Any = 0) -> Report:
    """Check ``f.gradient`` against ``f.value``.

    Parameters
    ----------
    f : object with methods ``value`` and ``gradient``
        A `minnet.Function`, `Objective` or problem. Where it names its ``blocks``, each is measured on its own.
    theta : array_like, shape (n,)
        The point: float64, or float32 for a function that is computed in float32.
    how : {"complex-step", "difference", "taylor"}, default "complex-step"
        How the reference is found; see `minnet.check`.
    tol : float, optional
        The relative error that is accepted in a block. By default 1e-10 for complex steps, 1e-6 for differences, 1e-4
        in float32, and what the rounding of the reference leaves open, at most 2e-4.
    rng : seed or numpy.random.Generator, default 0
        Draws directions and perturbations.

    Returns
    -------
    Report
        True where the rule passed.

    Raises
    ------
    ValueError
        If the function has no gradient, returns a wrong shape, or takes no complex argument.

    Examples
    --------
    >>> from minnet import Function
    >>> wrong = Function(lambda x: x @ x, lambda x: 2.002 * x)
    >>> print(gradient(wrong, np.array([1.0, 2.0]), how="difference"))
    gradient by difference: FAILED, relative error 1.0e-03 (tolerance 1e-06)
      worst: x[1] is 4.004; expected 4

    Where the derivative vanishes, a rule of the wrong sign is as good as a right one:

    >>> print(gradient(wrong, np.zeros(2)))
    gradient by complex-step: cannot tell here, relative error 0.0e+00 (tolerance 1e-10)
      x vanishes here, or is lost in rounding: any multiple of the rule would look right; check at another point
    """
    theta, rng = as_vector(theta), np.random.default_rng(rng)
    n = len(theta)
    slope = lambda x: answer("gradient", f.gradient(x), (n,))[None]
    claim = Claim(lambda x: number("value", f.value(x)), slope, theta, np.eye(n), columns=by_parameter(f, n), axes=(1,))
    return judge("gradient", how, [_along_blocks(claim, rng) if known(how) == "taylor" else claim], tol, rng)


@quiet
def hvp(f: Any, theta: ArrayLike, v: ArrayLike | None = None, how: How = "complex-step", tol: float | None = None,
        rng: Any = 0) -> Report:
    """Check ``f.hvp`` in the direction v against ``f.gradient``.

    Parameters
    ----------
    f : object with methods ``gradient`` and ``hvp``
        A `minnet.Function`, `Objective` or problem.
    theta : array_like, shape (n,)
        The point.
    v : array_like, shape (n,), optional
        The direction; by default a random one, and for "taylor" a random one in each block.
    how, tol, rng
        As for `gradient`.

    Returns
    -------
    Report
        True where the rule passed.
    """
    theta, rng = as_vector(theta), np.random.default_rng(rng)
    n = len(theta)
    blocks = by_parameter(f, n)
    if v is not None:
        directions = as_vector(v, n, "v")[None]
    else:
        directions = _random(blocks, theta, rng) if known(how) == "taylor" else rng.standard_normal((1, n))
    product = lambda x: np.stack([answer("hvp", f.hvp(x, v.astype(x.dtype)), (n,)) for v in directions], axis=1)
    if v is None and how == "taylor":
        sides = {"columns": {name: [i] for i, name in enumerate(blocks)}}
    else:
        sides = {"rows": blocks}
    claim = Claim(lambda x: answer("gradient", f.gradient(x), (n,)), product, theta, directions, **sides, axes=(0,))
    return judge("hvp", how, [claim], tol, rng)


@quiet
def hessian(f: Any, theta: ArrayLike, how: How = "complex-step", tol: float | None = None, rng: Any = 0) -> Report:
    """Check ``f.hessian``, all n² entries, against ``f.gradient``; "taylor" checks a random direction in each block.

    Parameters
    ----------
    f : object with methods ``gradient`` and ``hessian``
        A `minnet.Function`, `Objective` or problem.
    theta : array_like, shape (n,)
        The point.
    how, tol, rng
        As for `gradient`.

    Returns
    -------
    Report
        True where the rule passed. Its blocks are pairs such as "W1,b2": rows of W1, columns of b2.
    """
    theta, rng = as_vector(theta), np.random.default_rng(rng)
    n = len(theta)
    blocks = by_parameter(f, n)
    matrix = lambda x: answer("hessian", f.hessian(x), (n, n))
    claim = Claim(lambda x: answer("gradient", f.gradient(x), (n,)), matrix, theta, np.eye(n), blocks, blocks)
    return judge("hessian", how, [_along_blocks(claim, rng, (0,)) if known(how) == "taylor" else claim], tol, rng)


@quiet
def ggnvp(f: Any, theta: ArrayLike, v: ArrayLike | None = None, tol: float | None = None, rng: Any = 0) -> Report:
    """Check ``f.ggnvp`` and ``f.ggn`` of an `Objective` by complex steps.

    The reference is the Hessian of the model that the Gauss-Newton matrix belongs to: the loss at outputs made linear
    in the parameters, z(θ) + J(θ)(x − θ).

    Parameters
    ----------
    f : Objective
        A network with its loss and data.
    theta : array_like, shape (n,)
        The point.
    v : array_like, shape (n,), optional
        The direction; by default a random one.
    tol, rng
        As for `gradient`.

    Returns
    -------
    Report
        True where both rules passed.
    """
    theta, rng = as_vector(theta), np.random.default_rng(rng)
    n = len(theta)
    v = (rng.standard_normal(n) if v is None else as_vector(v, n, "v")).astype(theta.dtype)
    value = _linearised_product(f, theta, v)
    again = [_linearised_product(f, nudge(theta, np.finfo(theta.dtype).eps, rng), v) for _ in range(SAMPLES)]
    error = np.broadcast_to(SAFETY * np.max([abs(Gv - value) for Gv in again], axis=0)[:, None], (n, 1))
    reference = exact(value[:, None], error)

    def report_on(name, rule):
        claim = Claim(lambda x: answer("gradient", f.gradient(x), (n,)),
                      lambda x: answer(name, rule(x), (n,))[:, None], theta, v[None], by_parameter(f, n), axes=(0,))
        return judge_against("ggnvp", claim, reference, tol, rng)

    reports = [report_on("ggnvp", lambda x: f.ggnvp(x, v)), report_on("ggn", lambda x: f.ggn(x) @ v)]
    return max(reports, key=lambda report: (report.verdict == "FAILED", not report, report.error))


def _linearised_product(f, theta, v):
    """G v = c Jᵀ (∂²ℓ/∂z²) J v + l2 v with J v and Jᵀ u by complex steps of the outputs and of their weighted sum."""
    X, y = f.X, f.y
    weight = f.scale * (1.0 if f.sample_weight is None else f.sample_weight[:, None])
    z, Jv = f.net.outputs(theta, X), complex_step(lambda t: f.net.outputs(t, X), theta, v)
    u = weight * f.loss.hvp(z, y, Jv)
    units = np.eye(len(theta), dtype=theta.dtype)
    Jtu = [np.sum(u * complex_step(lambda t: f.net.outputs(t, X), theta, unit)) for unit in units]
    return np.array(Jtu) + f.l2 * v


def _along_blocks(claim: Claim, rng: np.random.Generator, axes: tuple[int, ...] = ()) -> Claim:
    """The claim in one random direction for each block of parameters."""
    V = _random(claim.columns, claim.x, rng)
    columns = {name: [i] for i, name in enumerate(claim.columns)}
    return Claim(claim.function, lambda x: claim.rule(x) @ V.T, claim.x, V, columns=columns, axes=axes)


def _random(blocks: dict[str, Any], x: NDArray[Any], rng: np.random.Generator) -> NDArray[Any]:
    """A random direction in each block (number of blocks, n), its entries of the size of the parameters' own."""
    V = np.zeros((len(blocks), len(x)))
    for v, part in zip(V, blocks.values()):
        v[part] = rng.standard_normal(len(part)) * np.maximum(1, abs(x[part]))
    return V
