"""The driver: it runs a method on a function, and stops, counts, records, saves and resumes.

A run ends with `success` only where ‖∇f‖₂ ≤ gtol and the method accepts the point (second-order methods
ask for no negative curvature). Every other ending returns the best point seen and says what happened.
"""
from __future__ import annotations

import time
from os import PathLike
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from scipy.optimize import OptimizeResult

from ...function import as_vector, quiet
from .checkpoint import load, save
from .counted import Counted
from ..method import Method, NoProgress
from .progress import Progress
from ...linalg.factor import lowest_curvature

__all__ = ["minimize", "STATUS"]

STATUS = {  # result.status and the message that goes with it
    0: "the gradient test is met",
    1: "max_iter={max_iter} iterations were made",
    2: "the value fell by no more than ftol={ftol:g}",
    3: "max_seconds={max_seconds:g} have passed",
    4: "the callback stopped the run",
    5: "no further progress: {reason}",
    6: "the value at the start is {value}; expected a finite number",
    7: "interrupted",
}
CHECKPOINT_SECONDS = 1.0


@quiet
def minimize(f, theta0, method=None, max_iter=1000, gtol=1e-8, ftol=0, max_seconds=None, batch_size=None, rng=None,
             callback=None, record=(), progress=False, checkpoint=None):
    """Minimise f from theta0 by a method of `minnet.optim` (default `Newton()`): a SciPy OptimizeResult.

    f: an Objective, a problem, a `Function` or any object with `value` and `gradient` (and what the method
    `needs`). gtol: the bound on the Euclidean norm of the gradient. ftol > 0 also stops when a step lowers
    the value by at most ftol · max(1, |value|). batch_size: each step sees so many examples of an Objective,
    drawn without replacement epoch by epoch with `rng`; the gradient test is then made on all examples at
    the end of each epoch, unless gtol is 0. callback(intermediate_result) may raise StopIteration or return True. record: more
    of what `history` keeps by iteration: "x", "gradient", names of the method's state, or functions (f, x) ->
    number or array, kept under their __name__. checkpoint: an npz file, written atomically every second, on
    Ctrl-C and at the end, from which the same call goes on to the bits of a run never stopped.

    result: x, fun, jac, nit, nfev, njev, nhev, success, status, message, and history: arrays by iteration,
    0 the start, of value, gradient_norm, nfev, njev, nhev, seconds and what `record` names.

    >>> from minnet.problems import rosenbrock
    >>> result = minimize(rosenbrock(), [-1.2, 1.0])
    >>> result.success, result.x.round(6).tolist()
    (True, [1.0, 1.0])
    """
    if method is None:
        from ..newton import Newton
        method = Newton()
    limits = Limits(max_iter, gtol, ftol, max_seconds)
    counted, record = _validated(f, method, record, callback)
    x = as_vector(theta0, counted.n, "theta0")
    if not np.isfinite(x).all() or x.dtype.kind == "c":
        raise ValueError(f"theta0 holds {x[~np.isfinite(x)][0] if x.dtype.kind != 'c' else 'complex numbers'}; "
                         "expected finite real numbers")
    if checkpoint is not None and not isinstance(checkpoint, (str, PathLike)):
        raise ValueError(f"checkpoint={checkpoint!r}; expected a file's path")
    batches = None if batch_size is None else Batches(f, batch_size, rng)
    identity = {"method": repr(method), "theta0": x, "batch_size": batch_size or 0}
    run = Run(x=x.copy(), best=x.copy(), dtype=x.dtype)
    resumed = checkpoint is not None and Path(checkpoint).exists()
    if resumed:
        load(checkpoint, run, counted, batches, identity)
    started, saved, whole = time.monotonic() - run.seconds, time.monotonic(), None
    show, reason = Progress(progress, max_iter), ""
    try:
        while True:
            view = counted if batches is None else batches.current(counted)
            value, g = view.value_and_gradient(run.x)
            if run.state is None:
                run.state = method.start(view, run.x)
            run.seconds = time.monotonic() - started
            if not resumed:
                run.observe(view, counted, value, g, record, batches)
            resumed = False
            whole = Snapshot(run, counted, batches)
            show(run.nit, value, np.linalg.norm(g))
            status = _status(run, limits, method, counted, value, g, batches)
            if status is None and _called(callback, run, counted, value, g):
                status = 4
            if status is not None:
                break
            if checkpoint is not None and time.monotonic() - saved > CHECKPOINT_SECONDS:
                save(checkpoint, whole, identity)
                saved = time.monotonic()
            try:
                x, state = method.step(view, run.x, run.state)
                run.x, run.state = _finite(view, run.x, x), state
            except NoProgress as stop:
                status, reason = 5, str(stop)
                break
            run.nit += 1
            if batches is not None:
                batches.advance()
    except KeyboardInterrupt:
        status = 7
    finally:
        show.close()
    if checkpoint is not None and whole is not None and status != 6:
        save(checkpoint, whole, identity)
    return _result(run, counted, status, limits, reason)


@dataclass(frozen=True)
class Limits:
    max_iter: int
    gtol: float
    ftol: float
    max_seconds: float | None

    def __post_init__(self):
        if not (isinstance(self.max_iter, (int, np.integer)) and self.max_iter >= 0):
            raise ValueError(f"max_iter={self.max_iter!r}; expected a whole number of at least 0")
        for name in ("gtol", "ftol", "max_seconds"):
            value = getattr(self, name)
            if not (value is None and name == "max_seconds" or isinstance(value, (int, float, np.number)) and value >= 0):
                raise ValueError(f"{name}={value!r}; expected a number of at least 0")


@dataclass
class Run:
    """Where a run stands: all that a checkpoint keeps, besides counts and the order of the batches."""

    x: np.ndarray
    best: np.ndarray
    dtype: np.dtype
    best_value: float = np.inf
    state: dict | None = None
    nit: int = 0
    seconds: float = 0.0
    history: dict = field(default_factory=dict)

    def observe(self, view, counted, value, g, record, batches):
        """Enter the point into the history, and keep it where it is the best so far."""
        for name, number in {"value": value, "gradient_norm": np.linalg.norm(g), **counted.counts, "seconds": self.seconds}.items():
            self.history.setdefault(name, []).append(number)
        for name, what in record.items():
            entry = what(view.f, self.x) if callable(what) else _named(what, {"x": self.x, "gradient": g, **self.state})
            rows = self.history.setdefault(name, [])
            if rows and np.shape(entry) != np.shape(rows[0]):
                raise ValueError(f"record holds {name!r}, whose shape changes from {np.shape(rows[0])} to {np.shape(entry)}; expected "
                                 "what keeps its shape")
            rows.append(np.array(entry))
        if self.best.dtype != self.x.dtype:
            self.best = self.best.astype(self.x.dtype)
            self.best_value = counted.value(self.best)
        if batches is None and value < self.best_value:
            self.best, self.best_value = self.x, value


class Snapshot:
    """A run as it stood when its point was last entered into the history: what a checkpoint holds, whenever it is written."""

    def __init__(self, run, counted, batches):
        self.x, self.state, self.nit, self.seconds = run.x, run.state, run.nit, run.seconds
        self.best, self.best_value = run.best, run.best_value
        self.history, self.rows, self.counts = run.history, run.nit + 1, dict(counted.counts)
        self.batches = batches and (batches.order, batches.position, batches.rng.bit_generator.state)


def _named(what, entries):
    if what not in entries:
        raise ValueError(f"record={what!r}; expected a function or one of {', '.join(entries)}")
    return entries[what]


class Batches:
    """Rows of an Objective, `size` at a time, in a new random order each epoch; the last may be shorter."""

    def __init__(self, f, size, rng):
        if not hasattr(f, "subset"):
            raise ValueError(f"batch_size={size!r} for {f!r}, which has no examples; expected a minnet.Objective")
        if not (isinstance(size, (int, np.integer)) and 1 <= size <= len(f)):
            raise ValueError(f"batch_size={size!r}; expected 1 to {len(f)} examples")
        try:
            self.size, self.rng = size, np.random.default_rng(rng)
        except (TypeError, ValueError) as error:
            raise ValueError(f"rng={rng!r}; expected a seed or a Generator") from error
        self.order, self.position = self.rng.permutation(len(f)), 0

    def current(self, counted):
        return counted.subset(self.order[self.position:self.position + self.size])

    @property
    def at_epoch(self):
        return self.position == 0

    def advance(self):
        self.position += self.size
        if self.position >= len(self.order):
            self.order, self.position = self.rng.permutation(len(self.order)), 0


def _validated(f, method, record, callback):
    if not isinstance(method, Method):
        raise ValueError(f"method={method!r}; expected a method of minnet.optim such as Newton()")
    counted = f if isinstance(f, Counted) else Counted(f)
    for derivative in method.needs:
        if not counted.has(derivative):
            raise ValueError(f"{type(method).__name__} needs the {derivative} of {f!r}, which has none")
    if callback is not None and not callable(callback):
        raise ValueError(f"callback={callback!r}; expected a function")
    if isinstance(record, str) or not np.iterable(record):
        raise ValueError(f"record={record!r}; expected a tuple of names and functions")
    names = [getattr(what, "__name__", None) if callable(what) else what for what in record]
    for name in names:
        if not isinstance(name, str) or name in ("value", "gradient_norm", "seconds", *counted.counts) or names.count(name) > 1:
            raise ValueError(f"record={record!r} holds {name!r}; expected different names that history does not have already")
    return counted, dict(zip(names, record))


def _status(run, limits, method, counted, value, g, batches):
    """The status that ends the run here, or None."""
    if run.nit == 0 and not np.isfinite(value):
        return 6
    if batches is not None:
        if not batches.at_epoch and run.nit < limits.max_iter:
            return 3 if _late(run, limits) else None
        value, g = counted.value_and_gradient(run.x)
        if batches.at_epoch and value < run.best_value:
            run.best, run.best_value = run.x, value
    if np.linalg.norm(g) <= limits.gtol and _met(run, limits, counted) and method.accepts(counted, run.x, run.state):
        return 0
    if run.nit >= limits.max_iter:
        return 1
    values = run.history["value"]
    if batches is None and limits.ftol and len(values) > 1 and values[-2] - value <= limits.ftol * max(1, abs(value)):
        return 2
    return 3 if _late(run, limits) else None


def _met(run, limits, counted):
    """Whether the gradient test is also met in the precision of theta0."""
    return run.x.dtype == run.dtype or np.linalg.norm(counted.gradient(run.x.astype(run.dtype))) <= limits.gtol


def _late(run, limits):
    return limits.max_seconds is not None and run.seconds >= limits.max_seconds


def _finite(f, x, trial):
    """The trial point, or a shorter step where f is not finite there."""
    for _ in range(60):
        if np.isfinite(trial).all() and np.isfinite(f.value(trial)) and np.isfinite(f.gradient(trial)).all():
            return trial
        trial = np.where(np.isfinite(trial), x + (trial - x) / 4, x)
    raise NoProgress("the value is not finite around the last point")


def _called(callback, run, counted, value, g):
    if callback is None:
        return False
    try:
        answer = callback(OptimizeResult(x=run.x.copy(), fun=value, jac=g.copy(), nit=run.nit, **counted.counts))
        return answer is not None and bool(answer)
    except StopIteration:
        return True


def _result(run, counted, status, limits, reason):
    """The result at the last point where the gradient test is met, else at the best one, in the precision of theta0."""
    x, value = run.x, counted.value(run.x)
    if status != 0 and run.best_value < np.inf and not value <= run.best_value:
        x = run.best
    x = x.astype(run.dtype)
    value, g = counted.value_and_gradient(x.copy())
    message = STATUS[status].format(max_iter=limits.max_iter, ftol=limits.ftol, max_seconds=limits.max_seconds or 0,
                                    reason=reason, value=value)
    if status == 0 and run.nit == 0 and counted.has("hvp"):
        low, _ = lowest_curvature(counted.f, x)
        message += f"; the start is {'a saddle or maximum' if low < 0 else 'stationary'}, lowest eigenvalue {low:.2g}"
    history = {name: np.array(rows) for name, rows in run.history.items()}
    return OptimizeResult(x=x, fun=value, jac=g, nit=run.nit, **counted.counts, success=status == 0, status=status,
                          message=f"{message}; gradient {np.linalg.norm(g):.1e} at gtol={limits.gtol:g}",
                          history=history)
