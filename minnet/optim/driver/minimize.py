"""`minimize`: the loop of `iterate` with stopping rules, counts, a history, progress and checkpoints."""
from __future__ import annotations

import warnings
from collections.abc import Callable, Generator, Iterable
from contextlib import ExitStack
from os import PathLike
from typing import Any

from numpy.typing import ArrayLike

from ...files import lock
from ...function import quiet, supports
from ...linalg.norm import norm
from ...linalg.threads import one_thread_if_small
from ..method import Method
from .batches import Batches, generator
from .checkpoint import Checkpoint, Identity, Snapshot
from .clock import Clock
from .ending import conclude
from .iterate import State, prepare, steps
from .progress import Progress
from .recording import Best, History, named
from .result import Result
from .stopping import STATUS, Limits, Status, Stop, Stopping

__all__ = ["minimize", "Limits", "Result", "STATUS"]


@quiet
def minimize(
    f: Any,
    theta0: ArrayLike,
    method: Method | None = None,
    max_iter: int = 1000,
    gtol: float = 1e-8,
    ftol: float = 0,
    max_seconds: float | None = None,
    batch_size: int | None = None,
    rng: Any = None,
    callback: Callable[[Result], Any] | None = None,
    record: Iterable[str | Callable[..., Any]] = (),
    progress: bool = False,
    checkpoint: str | PathLike[str] | None = None,
    xtol: float = 0,
) -> Result:
    """Minimise f from theta0 by a method of `minnet.optim`.

    A run ends with `success` only where ‖∇f‖₂ ≤ gtol at a point that the method accepts (second-order methods ask for
    no negative curvature). Every other ending returns the best point seen and says what happened.

    Parameters
    ----------
    f : object
        An Objective, a problem, a `Function` or any object with `value` and `gradient`, and what the method `needs`.
    theta0 : array_like (n,)
        The start. A run from float32 stays in float32.
    method : Method, optional
        By default `Newton()`.
    max_iter : int
        The most steps.
    gtol : float
        The bound on the Euclidean norm of the gradient.
    ftol : float
        Above 0, also stop where a step lowers the value by at most ftol · max(1, |value|).
    max_seconds : float, optional
        Stop after the step in which they have passed.
    batch_size : int, optional
        Each step sees so many examples of an Objective, drawn without replacement epoch by epoch; the gradient test
        is then made on all examples at the end of each epoch.
    rng : seed or Generator, optional
        Draws the batches.
    callback : callable, optional
        callback(intermediate_result) sees every point, from the start to the last, and may raise StopIteration or
        return True to stop the run.
    record : iterable of str or callable
        What `history` keeps besides: "x", "gradient", names of the method's state, or functions (f, x) -> number or
        array, under their __name__.
    progress : bool
        Show a line on stderr.
    checkpoint : str or path, optional
        An npz file, written whole every second, on Ctrl-C and at the end. Where it exists, the run goes on from it to
        the bits, the counts and the history of a run never stopped. One run at a time may use it.
    xtol : float
        Above 0, also stop where the last step was shorter, ‖x_{k+1} − x_k‖₂ < xtol.

    Returns
    -------
    Result
        A SciPy OptimizeResult with x, fun, jac, nit, nfev, njev, nhev, success, status, message and history.

    Raises
    ------
    ValueError
        Before any work, for an argument that cannot be meant, a function that lacks what the method needs, a
        checkpoint of another run, or matrices that do not fit into memory.

    Examples
    --------
    >>> from minnet.problems import rosenbrock
    >>> result = minimize(rosenbrock(), [-1.2, 1.0])
    >>> result.success, result.x.round(6).tolist()
    (True, [1.0, 1.0])
    """
    limits = Limits(max_iter, gtol, ftol, max_seconds, xtol)
    whole, method, x = prepare(f, theta0, method)
    if callback is not None and not callable(callback):
        raise ValueError(f"callback={callback!r}; expected a function")
    if checkpoint is not None and not isinstance(checkpoint, (str, PathLike)):
        raise ValueError(f"checkpoint={checkpoint!r}; expected a file's path")
    if rng is not None:
        generator(rng)
    batches = None if batch_size is None else Batches(f, batch_size, rng)
    history, best = History(named(record)), Best(x.copy())
    file = (
        None
        if checkpoint is None
        else Checkpoint(checkpoint, Identity(method, x.copy(), batches, tuple(history.record)))
    )
    with ExitStack() as held:
        if method.dense:
            held.enter_context(one_thread_if_small(len(x), len(f) if supports(f, "subset") else 1))
        state, seconds, stopping = None, 0.0, Stopping(limits, method, whole, x.dtype, best, batches)
        if file is not None:
            held.enter_context(lock(file.path))
            if file.path.exists():
                state, seconds = file.read(whole, history, best, stopping)
        run = _Run(stopping, history, best, batches, Clock(seconds), file,
                   callback, Progress(progress, limits.max_iter))
        resumed = state is not None
        run.follow(steps(whole, method, x, batches, state), whole, resumed)
        run.save(final=True)
        if run.state is None:                           # Ctrl-C in the first evaluation
            run.state = State(x.copy(), *whole.value_and_gradient(x), 0, {}, whole)
        return conclude(run.stop, run.state, whole, method, limits, history, best, x.dtype, batches)


class _Run:
    """The loop, and what it does at each state."""

    def __init__(self, stopping: Stopping, history: History, best: Best, batches: Batches | None, clock: Clock,
                 file: Checkpoint | None, callback: Callable[..., Any] | None, show: Progress) -> None:
        self.stopping, self.history, self.best, self.batches = stopping, history, best, batches
        self.clock, self.file, self.callback, self.show = clock, file, callback, show
        self.state: State | None = None
        self.snapshot: Snapshot | None = None
        self.stop: Stop | None = None

    def follow(self, states: Generator[State, None, str], whole, resumed: bool) -> None:
        """Go through the states until a rule, the callback, the method or Ctrl-C ends the run."""
        try:
            while self.stop is None:
                try:
                    state = next(states)
                except StopIteration as end:
                    self.stop = Stop(Status.STUCK, end.value)
                    break
                self.state = state
                self._see(state, whole, resumed)
                resumed = False
        except KeyboardInterrupt:
            self.stop = Stop(Status.INTERRUPTED)
        finally:
            self.show.close()

    def _see(self, state, whole, resumed):
        """Enter a state into the history, ask the rules and the callback, and write the checkpoint when it is due."""
        gradient_norm, seconds = norm(state.gradient), self.clock.seconds()
        if not resumed:
            self.stopping.follow(state, gradient_norm)
            self.history.add(state, gradient_norm, whole.counts, seconds)
            if self.batches is None:
                self.best.change_precision(state.x.dtype, whole.value)
                self.best.see(state.x, state.value, state.gradient)
        if self.file is not None:
            self.snapshot = Snapshot(state, seconds, self.history, self.best, self.batches, self.stopping)
        self.show(state.nit, state.value, gradient_norm)
        self.stop = self.stopping.stop(state, gradient_norm, seconds)
        if self._called(state, whole) and self.stop is None:
            self.stop = Stop(Status.CALLBACK)
        if self.stop is None and self.file is not None and self.file.due(seconds):
            self.save()

    def _called(self, state, whole):
        if self.callback is None:
            return False
        try:
            answer = self.callback(
                Result(x=state.x.copy(), fun=state.value, jac=state.gradient.copy(), nit=state.nit, **whole.counts)
            )
            return answer is not None and bool(answer)
        except StopIteration:
            return True

    def save(self, final: bool = False) -> None:
        """Write the checkpoint. A run is not lost with it: where that fails, a warning says so; and Ctrl-C while the
        last one is written comes too late to stop anything."""
        if self.snapshot is None or self.stop is not None and self.stop.status is Status.NOT_FINITE:
            return
        try:
            self.file.write(self.snapshot)
        except ValueError as error:
            warnings.warn(
                f"{error}; the run goes on, but cannot be resumed from there"
                if not final
                else f"{error}; the result is complete, but the run cannot be resumed from there",
                RuntimeWarning,
                stacklevel=3,
            )
        except KeyboardInterrupt:
            if not final:
                raise
