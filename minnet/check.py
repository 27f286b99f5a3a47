"""Checkers of derivative rules: complex step, central differences, Taylor order. Each gives a `Report`.

    complex step    f′(x) v = Im f(x + i h v) / h, h = 1e-100: exact to rounding (Squire, Trapp 1998); needs a
                    function that is analytic and takes complex arguments
    difference      (f(x + h v) − f(x − h v)) / 2h, h = ε^(1/3) max(1, |x|): to about 1e-9 of its scale
    taylor          ‖f(x + t v) − f(x) − t f′(x) v‖ must fall as t²: cheap however many parameters there are
A wrong factor, sign or missing term fails each of them; a rule's error is measured in its own block (the
W and b of a layer, where the function names its `blocks`), so that large blocks hide no small ones.
"""
from __future__ import annotations

from dataclasses import dataclass, field
from warnings import catch_warnings, simplefilter

import numpy as np

from .network.activations import activation as activation_of
from .differences import TINY, central, gradient_differences, hessian_from_gradients, hessian_from_values
from .function import as_vector, quiet
from .network.losses import loss as loss_of

__all__ = ["Report", "gradient", "hvp", "ggnvp", "hessian", "activation", "loss", "layer",
           "gradient_differences", "hessian_from_gradients", "hessian_from_values"]

TOLERANCE = {"complex-step": 1e-10, "difference": 1e-6, "taylor": 0.3}
FLOOR = {"complex-step": 1e-5, "difference": 1e-2}    # of the largest entry: below it a block is measured against the rest
TIMES = 0.5 ** np.arange(4, 18)


@dataclass(frozen=True)
class Report:
    """A verdict with its evidence: `assert report`, or print it.

    error is the largest deviation relative to its block (for "taylor": the shortfall of the observed order),
    worst names where: (block, index, the rule's entry, the reference); blocks holds the error of each.
    """

    what: str
    how: str
    passed: bool
    error: float
    tolerance: float
    worst: tuple = ()
    blocks: dict = field(default_factory=dict)

    def __bool__(self):
        return self.passed

    def __str__(self):
        measure = "order lost" if self.how == "taylor" else "relative error"
        lines = [f"{self.what} by {self.how}: {'passed' if self.passed else 'FAILED'}, "
                 f"{measure} {self.error:.1e} (tolerance {self.tolerance:.0e})"]
        lines += [f"  {block:<12} {error:.1e}" for block, error in self.blocks.items() if len(self.blocks) > 1]
        if not self.passed and self.worst:
            block, index, ours, reference = self.worst
            lines.append(f"  worst: {block}{list(index)} is {ours:.9g}; expected {reference:.9g}")
        return "\n".join(lines)


@quiet
def gradient(f, theta, how="complex-step", tol=None, rng=0):
    """Check f.gradient against f.value.

    >>> from minnet import Function
    >>> wrong = Function(lambda x: x @ x, lambda x: 2.002 * x)
    >>> print(gradient(wrong, np.array([1.0, 2.0]), how="difference"))
    gradient by difference: FAILED, relative error 1.0e-03 (tolerance 1e-06)
      worst: x[1] is 4.004; expected 4
    """
    theta = as_vector(theta)
    if _known(how) == "taylor":
        return _taylor("gradient", f, theta, f.value, lambda v: f.gradient(theta) @ v, tol, rng)
    reference = np.array([_directional(f.value, theta, unit, how) for unit in np.eye(len(theta))])
    return _compare("gradient", how, f.gradient(theta), reference, _blocks(f, theta), tol)


@quiet
def hvp(f, theta, v=None, how="complex-step", tol=None, rng=0):
    """Check f.hvp, in the direction v or a random one, against f.gradient."""
    return _check_product("hvp", f, f.hvp, theta, v, how, tol, rng)


@quiet
def ggnvp(f, theta, v=None, tol=None, rng=0):
    """Check f.ggnvp and f.ggn against the Hessian of the model that the Gauss-Newton matrix is of, the loss at outputs
    made linear in the parameters, z(θ) + J(θ)(x − θ), by complex step."""
    theta = as_vector(theta)
    v = np.random.default_rng(rng).standard_normal(len(theta)) if v is None else np.asarray(v)
    reference = _linearised_product(f, theta, v)
    reports = [_compare("ggnvp", "complex-step", ours, reference, _blocks(f, theta), tol)
               for ours in (f.ggnvp(theta, v), f.ggn(theta) @ v)]
    return max(reports, key=lambda report: report.error)


@quiet
def hessian(f, theta, how="complex-step", tol=None, rng=0):
    """Check f.hessian, all n² entries, against f.gradient; "taylor" checks random directions."""
    theta = as_vector(theta)
    if _known(how) == "taylor":
        H = f.hessian(theta)
        return _taylor("hessian", f, theta, f.gradient, lambda v: H @ v, tol, rng)
    reference = np.array([_directional(f.gradient, theta, unit, how) for unit in np.eye(len(theta))])
    blocks = _blocks(f, theta)
    pairs = {a if a == b else f"{a},{b}": np.ix_(rows, columns)
             for a, rows in blocks.items() for b, columns in blocks.items()}
    return _compare("hessian", how, f.hessian(theta), reference, pairs, tol)


@quiet
def activation(kind, z=None, how="complex-step", tol=None):
    """Check σ′ against σ and σ″ against σ′ at the points z (no kink among them)."""
    sigma, z = activation_of(kind), np.linspace(-3.05, 3.05, 12) if z is None else np.asarray(z, float)
    ours = {"df": sigma.derivative(z), "d2f": sigma.second_derivative(z)}
    reference = {"df": _elementwise(sigma.f, z, how), "d2f": _elementwise(sigma.derivative, z, how)}
    return _compare_named(f"activation {sigma.name}", how, ours, reference, tol)


@quiet
def loss(kind, z, y, how="complex-step", tol=None, rng=0):
    """Check a loss's gradient against its value and its hvp against its gradient, at outputs z (N, K)."""
    rule, z = loss_of(kind), np.asarray(z, float)
    y = rule.targets(y, z.shape[1]) if hasattr(rule, "targets") else np.asarray(y)
    v = np.random.default_rng(rng).standard_normal(z.shape)
    total = lambda flat: np.sum(rule.value(flat.reshape(z.shape), y))
    slope = lambda flat: rule.gradient(flat.reshape(z.shape), y).ravel()
    flat = z.ravel()
    ours = {"gradient": slope(flat), "hvp": rule.hvp(z, y, v).ravel()}
    reference = {"gradient": np.array([_directional(total, flat, unit, how) for unit in np.eye(flat.size)]),
                 "hvp": _directional(slope, flat, v.ravel(), how)}
    return _compare_named(f"loss {kind if isinstance(kind, str) else type(rule).__name__}", how, ours, reference, tol)


@quiet
def layer(net, theta, X, how="complex-step", tol=None, rng=0):
    """Check a network's passes one by one: R_forward of every layer, backward, R_backward, with the outputs
    weighted at random in place of a loss."""
    theta, rng = as_vector(theta, net.n_params, "theta"), np.random.default_rng(rng)
    x, v = np.ascontiguousarray(np.asarray(X, float).T), rng.standard_normal(net.n_params)
    tape = net.forward(theta, x)
    weights = rng.standard_normal(tape.z[-1].shape)
    score = lambda t: np.sum(weights * net.forward(t, x).z[-1])
    backward = lambda t: net.backward(net.forward(t, x), weights + 0 * t[0])
    (g, deltas), (Rz, Ra) = backward(theta), net.R_forward(tape, v)
    ours = {f"R_forward {l + 1}": rz.ravel() for l, rz in enumerate(Rz)}
    reference = {f"R_forward {l + 1}": _directional(lambda t: net.forward(t, x).z[l].ravel(), theta, v, how)
                 for l in range(net.n_layers)}
    ours |= {"backward": g, "R_backward": net.R_backward(tape, deltas, v, Rz, Ra, np.zeros_like(weights))}
    reference |= {"backward": np.array([_directional(score, theta, unit, how) for unit in np.eye(len(theta))]),
                  "R_backward": _directional(lambda t: backward(t)[0], theta, v, how)}
    return _compare_named(f"layers {net.widths}", how, ours, reference, tol)


def _check_product(what, f, product, theta, v, how, tol, rng):
    theta = as_vector(theta)
    if _known(how) == "taylor":
        return _taylor(what, f, theta, f.gradient, lambda v: product(theta, v), tol, rng)
    v = np.random.default_rng(rng).standard_normal(len(theta)) if v is None else np.asarray(v)
    return _compare(what, how, product(theta, v), _directional(f.gradient, theta, v, how), _blocks(f, theta), tol)


def _linearised_product(f, theta, v):
    """G v = c Jᵀ (∂²ℓ/∂z²) J v + l2 v with J v and Jᵀ u by complex step of the outputs and of their weighted sum."""
    X, y = f.X, f.y
    z, Jv = f.net.outputs(theta, X), f.net.outputs(theta + 1j * TINY * v, X).imag / TINY
    u = f.loss.hvp(z, y, Jv) * (1 if f.sample_weight is None else f.sample_weight[:, None])
    Jtu = [np.sum(u * f.net.outputs(theta + 1j * TINY * unit, X).imag) / TINY for unit in np.eye(len(theta))]
    return f.scale * np.array(Jtu) + f.l2 * v


def _known(how):
    if how not in TOLERANCE:
        raise ValueError(f"how={how!r}; expected one of {', '.join(TOLERANCE)}")
    return how


def _directional(rule, x, v, how):
    """The derivative of `rule` at x in the direction v."""
    if _known(how) == "difference":
        return central(rule, x, v)
    if how == "taylor":
        raise ValueError("how='taylor' is for gradient, hvp and hessian; expected 'complex-step' or 'difference'")
    try:
        with np.errstate(all="ignore"), catch_warnings():
            simplefilter("error", np.exceptions.ComplexWarning)
            stepped = np.asarray(rule(x + 1j * TINY * v))
    except (TypeError, ValueError, np.exceptions.ComplexWarning) as error:
        raise ValueError(f"complex step: the function takes no complex argument ({error}); use how='difference'") from error
    if stepped.dtype.kind != "c":
        raise ValueError("complex step: the function returns real numbers for a complex argument; use how='difference'")
    return stepped.imag / TINY


def _elementwise(rule, z, how):
    return np.array([_directional(rule, z[i:i + 1], np.ones(1), how)[0] for i in range(len(z))])


def _blocks(f, theta):
    return getattr(f, "blocks", None) or {"x": np.arange(len(theta))}


def _compare(what, how, ours, reference, blocks, tol):
    tol = TOLERANCE[how] if tol is None else tol
    size = np.maximum(abs(ours), abs(reference))
    floor = FLOOR[how] * np.max(size, initial=0)
    gap = np.where(np.isfinite(ours) & np.isfinite(reference), abs(ours - reference), np.inf)
    errors = {name: np.max(gap[part], initial=0) / (max(np.max(size[part], initial=0), floor) or 1)
              for name, part in blocks.items()}
    errors = {name: float(error) if error == error else np.inf for name, error in errors.items()}
    block = max(errors, key=errors.get)
    index = np.unravel_index(np.argmax(gap[blocks[block]]), gap[blocks[block]].shape)
    worst = (block, tuple(map(int, index)), float(ours[blocks[block]][index]), float(reference[blocks[block]][index]))
    return Report(what, how, errors[block] <= tol, errors[block], tol, worst, errors)


def _compare_named(what, how, ours, reference, tol):
    ends = np.cumsum([0, *map(len, ours.values())])
    blocks = {name: np.arange(a, b) for name, a, b in zip(ours, ends, ends[1:])}
    return _compare(what, how, np.concatenate(list(ours.values())),
                    np.concatenate([reference[name] for name in ours]), blocks, tol)


def _taylor(what, f, theta, rule, derivative, tol, rng):
    """In each block a random direction: the order of the remainder between the t's above the rounding floor."""
    rng, tol, shortfalls = np.random.default_rng(rng), TOLERANCE["taylor"] if tol is None else tol, {}
    base = np.asarray(rule(theta))
    for name, part in _blocks(f, theta).items():
        v = np.zeros(len(theta))
        v[part] = rng.standard_normal(len(part))
        v *= max(1, np.linalg.norm(theta[part])) / np.linalg.norm(v) / 4
        slope = np.asarray(derivative(v))
        rest = np.array([np.linalg.norm(np.asarray(rule(theta + t * v)) - base - t * slope) for t in TIMES])
        scale = np.linalg.norm(base) + np.linalg.norm(slope)
        clear = rest > 1e3 * np.finfo(float).eps * scale
        t, r = TIMES[clear][-4:], rest[clear][-4:]
        if not np.isfinite(rest).all():
            shortfalls[name] = np.inf
        else:
            shortfalls[name] = 0.0 if len(t) < 4 else max(0.0, 2 - float(np.polyfit(np.log(t), np.log(r), 1)[0]))
    block = max(shortfalls, key=shortfalls.get)
    return Report(what, "taylor", shortfalls[block] <= tol, shortfalls[block], tol, (), shortfalls)
