"""How a run that is over becomes a result, and what its message adds."""
from __future__ import annotations

import numpy as np

from ...function import supports
from ...linalg.factor import lowest_curvature
from ...linalg.norm import norm
from ..method import Method
from ..wrapper import Wrapper
from .batches import Batches
from .counted import Counted, is_finite
from .iterate import State
from .recording import Best, History
from .result import Result
from .stopping import STATUS, WRONG, Limits, Status, Stop, gradient_is_wrong

__all__ = ["conclude"]

DEEP = 1e15   # times the size of the value at the start: a fall after which rounding may hide that it goes on
LOST = "at one of the last points tried the value is finite, but the gradient is not"
BESIDE = 8    # random directions in which a start is looked at


def conclude(stop: Stop, state: State, whole: Counted, method: Method, limits: Limits, history: History, best: Best,
          dtype: np.dtype, batches: Batches | None) -> Result:
    """The result at the last point where the gradient test is met, else at the best one, in the precision of the
    start."""
    if stop.status is Status.STUCK and batches is None and whole.has_lost_gradient:
        stop = Stop(Status.STUCK, LOST)
    x, value, g = state.x, state.value, state.gradient
    if batches is not None:
        value, g = whole.value_and_gradient(x)
    if stop.status is not Status.MET and best.value < np.inf and not value <= best.value:
        x, value, g = best.x, best.value, best.gradient
    if g is None or x.dtype != dtype:
        value, g = whole.value_and_gradient(x.astype(dtype))
    x = x.astype(dtype)
    start = (history.start_value if history.rows else value) + 0.0    # -0.0 becomes 0.0
    message = STATUS[stop.status].format(
        max_iter=limits.max_iter,
        ftol=limits.ftol,
        xtol=limits.xtol,
        reason=stop.reason,
        max_seconds=limits.max_seconds or 0,
        start=start,
        value=state.value,
    )
    message += _advice(stop, state, whole, method, x, start, batches)
    return Result(
        x=x,
        fun=value,
        jac=np.array(g),
        nit=state.nit,
        **whole.counts,
        success=stop.status is Status.MET,
        status=int(stop.status),
        message=f"{message}; gradient {norm(g):.1e} at gtol={limits.gtol:g}",
        history=history.arrays(),
    )


def _advice(stop, state, whole, method, x, start, batches):
    """What may help, or what a gradient test at the start does not say."""
    if stop.status is Status.MET and state.nit == 0 and supports(whole, "hvp"):
        return "; " + _about_start(whole.f, x)
    lost = stop.status in (Status.STUCK, Status.DIVERGED) and batches is None
    if lost and stop.reason != WRONG and gradient_is_wrong(whole, x):
        return f"; {WRONG}"
    if lost and start - state.value > DEEP * max(1.0, abs(start)):
        return f"; the value fell from {start:.3g} to {state.value:.3g}, perhaps without bound"
    lr = _learning_rate(method)
    spent = stop.status in (Status.MAX_ITER, Status.MAX_SECONDS)
    if lr is not None and (stop.status is Status.DIVERGED or spent and batches is None and state.value > start):
        return f"; a smaller learning rate than lr={lr:g} may help"
    return ""


def _about_start(f, x):
    """What is known of a start where the gradient test is met: its curvature, and the values beside it, since the
    Hessian does not see everything at a kink."""
    rng, value = np.random.default_rng(0), f.value(x)
    product = f.hvp(x, rng.standard_normal(len(x)).astype(x.dtype))
    if not is_finite(product):
        return "the start is stationary, but its Hessian is not finite"
    low, _ = lowest_curvature(f, x)
    size = max(norm(product), abs(low))
    eps, far = float(np.finfo(x.dtype).eps), max(1.0, norm(x))
    negative = low < -np.sqrt(eps) * size
    if not negative and any(f.value((x + t * far * d / norm(d)).astype(x.dtype)) < value - 100 * eps * abs(value)
                            for d in rng.standard_normal((BESIDE, len(x))) for t in (1e-2, -1e-2, 1e-4, -1e-4)):
        return f"the start is no minimum: the value falls beside it, although the lowest eigenvalue is {low:.2g}"
    if negative:
        return f"the start is a saddle or maximum, lowest eigenvalue {low:.2g}"
    return f"the start is stationary, lowest eigenvalue {_clean(low, size):.2g}"


def _clean(low, size):
    """An eigenvalue, or 0 where it is rounding."""
    return low if abs(low) > 1e-12 * size else 0.0


def _learning_rate(method):
    """lr where the method, or the one that it wraps, has one that is a number."""
    while method is not None:
        lr = getattr(method, "lr", None)
        if isinstance(lr, (int, float)):
            return lr
        method = method.method if isinstance(method, Wrapper) else None
    return None
