"""The loop around a method: `for state in iterate(f, x0, method)`.

Glossary: x the iterate, value f(x), gradient ∇f(x), nit the number of steps taken, memory what the method carries
from a step to the next (its own `state`).
"""
from __future__ import annotations

from collections.abc import Generator, Mapping
from math import isfinite
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from ...function import Array, as_vector, quiet, supports
from ..method import Method, NoProgress
from .batches import Batches
from .counted import Counted, is_finite
from .memory import check_memory

__all__ = ["State", "iterate", "prepare", "steps"]

SHORTER = 60   # how often a step to where f is not finite is quartered


class State(NamedTuple):
    """Where a run stands.

    Attributes
    ----------
    x : array (n,)
        The iterate, read-only.
    value, gradient : float, array (n,)
        Of `f` at x.
    nit : int
        The number of steps taken.
    memory : dict
        What the method carries on.
    f : Counted
        The function that the next step sees, on its minibatch if there are any; `f.counts` has the evaluations so
        far.
    """

    x: Array
    value: float
    gradient: Array
    nit: int
    memory: Mapping[str, Any]
    f: Counted


def iterate(f: Any, x0: ArrayLike, method: Method | None = None, *, batch_size: int | None = None,
            rng: Any = None) -> Generator[State, None, str]:
    """Run a method on f from x0, one step at a time: `minimize` is this loop with stopping rules.

    The first state is the start. The loop ends by itself only where the method finds no better point; `return` in a
    generator hands the reason over, as the `value` of its StopIteration.

    Parameters
    ----------
    f : object
        An Objective, a problem, a `Function` or any object with `value` and `gradient` and what the method `needs`.
    x0 : array_like (n,)
        The start, which is left alone.
    method : Method, optional
        By default `Newton()`.
    batch_size : int, optional
        Each step sees so many examples of an Objective, drawn without replacement epoch by epoch.
    rng : seed or Generator, optional
        Draws the batches.

    Yields
    ------
    State
        With x, value, gradient, nit, memory.

    Raises
    ------
    ValueError
        At once, where f lacks what the method needs, or an argument is none.

    Examples
    --------
    >>> from minnet.optim import GradientDescent
    >>> from minnet import Function
    >>> f = Function(lambda x: x @ x / 2, lambda x: x)
    >>> for state in iterate(f, [4.0], GradientDescent(0.5)):
    ...     print(state.nit, state.x, state.value)
    ...     if state.nit == 2:
    ...         break
    0 [4.] 8.0
    1 [2.] 2.0
    2 [1.] 0.5
    """
    whole, method, x = prepare(f, x0, method)
    batches = None if batch_size is None else Batches(f, batch_size, rng)
    return _quietly(steps(whole, method, x, batches))


def _quietly(states):
    """The same states, made without warnings of overflow; those of the loop's own body are the caller's."""
    following = quiet(states.__next__)
    while True:
        try:
            state = following()
        except StopIteration as end:
            return end.value
        yield state


def prepare(f: Any, x0: ArrayLike, method: Method | None) -> tuple[Counted, Method, Array]:
    """(f counted, the method, the start as a vector): ValueError where one of them is none or they do not fit
    together."""
    if method is None:
        from ..newton import Newton
        method = Newton()
    if not isinstance(method, Method):
        raise ValueError(f"method={method!r}; expected a method of minnet.optim such as Newton()")
    if not supports(f, "value"):
        hint = "Function(value, gradient)" if callable(f) else "an Objective or a Function"
        raise ValueError(f"f={f!r} has no value; expected a function such as {hint}")
    whole = f if isinstance(f, Counted) else Counted(f, needs=method.needs)
    for name in method.needs:
        if not whole.gives(name):
            raise ValueError(f"{type(method).__name__} needs the {name} of {f!r}, which has none")
    x = as_vector(x0, whole.n, "theta0")
    if x.dtype.kind == "c" or not np.isfinite(x).all():
        holds = "complex numbers" if x.dtype.kind == "c" else x[~np.isfinite(x)][0]
        raise ValueError(f"theta0 holds {holds}; expected finite real numbers")
    if not len(x):
        raise ValueError("theta0 is empty; expected at least one parameter")
    check_memory(method, len(x), x.itemsize)
    return whole, method, x


def steps(whole: Counted, method: Method, x: Array, batches: Batches | None = None,
          state: State | None = None) -> Generator[State, None, str]:
    """The states of a run from x, or from `state` on; it returns why the method stopped."""
    reason = ""
    if state is None:
        state, reason = _first(whole if batches is None else batches.current(whole), method, x)
    yield state
    while not reason:
        try:
            state = _next(state, method, whole, batches)
        except NoProgress as stop:
            return str(stop)
        yield state
    return reason


def _first(f, method, x):
    """The state at the start, and why there can be no step from it, or ""."""
    x = f.settle(x)
    state = State(x, *f.value_and_gradient(x), 0, {}, f)
    if not np.isfinite(state.value):
        return state, f"the value at the start is {state.value}"
    try:
        state = state._replace(memory=_checked_memory(method, "start", method.start(f, x)))
        f.settle(x)
        return state, ""
    except NoProgress as stop:
        return state, str(stop)


def _next(state, method, whole, batches):
    """The state after a step. It is finite also where the next batch is another than the one the step was made on."""
    try:
        answer = method.step(state.f, state.x, state.memory)
    except np.linalg.LinAlgError as error:
        raise NoProgress(f"a matrix could not be factored: {error}") from error
    if not (isinstance(answer, tuple) and len(answer) == 2):
        raise ValueError(f"{type(method).__name__}.step returned a {type(answer).__name__}; expected (x, state)")
    x, memory = as_vector(answer[0], len(state.x), f"the x of {type(method).__name__}.step"), answer[1]
    f = state.f
    if batches is not None:
        batches.advance()
        f = batches.current(whole)
    x, value, g = _finite(f, state, x)
    return State(f.settle(x), value, g, state.nit + 1, _checked_memory(method, "step", memory), f)


def _finite(f, state, trial):
    """(x, f(x), ∇f(x)) at the trial point, or after a shorter step where f is not finite there."""
    if not is_finite(trial):
        what = "step" if is_finite(state.gradient) else "gradient"
        raise NoProgress(f"the {what} is not finite at the last point")
    for _ in range(SHORTER):
        value, g = f.value_and_gradient(trial)
        if isfinite(value) and is_finite(g):
            return trial, value, g
        trial = state.x + (trial - state.x) / 4
    raise NoProgress("the value is not finite around the last point")


def _checked_memory(method, rule, memory):
    if not isinstance(memory, (dict, Mapping)):         # for a dict the first costs a tenth of the second
        raise ValueError(
            f"{type(method).__name__}.{rule} returned a {type(memory).__name__} as its state; expected a dict"
        )
    return memory
