"""Executors: independent calls on the workers of any `concurrent.futures.Executor`, with the bits of one thread."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing import parent_process
from operator import call
from typing import Any, NamedTuple
from uuid import uuid4

import numpy as np

from .linalg.threads import one_thread, one_thread_for_good
from .processes import Processes, Unable

__all__ = [
    "Home",
    "as_executor",
    "computed",
    "died",
    "home",
    "mapped",
    "number_of_workers",
    "processors",
    "submitted",
    "workers",
]

PROCESS = uuid4().hex


class Home(NamedTuple):
    """Names a process: a copy of it by fork has the same mark."""

    mark: str
    number: int


def home() -> Home:
    """The name of this process."""
    return Home(PROCESS, os.getpid())


def as_executor(executor: Any, name: str = "executor") -> Executor | None:
    """An executor, also that of a dask `Client`, or None; ValueError for anything else."""
    if executor is None:
        return None
    if hasattr(executor, "get_executor"):
        return executor.get_executor()
    if isinstance(executor, type) or not callable(getattr(executor, "submit", None)):
        raise ValueError(f"{name}={executor!r}; expected an Executor of concurrent.futures, or None")
    return executor


def computed(at: Home, rule: Callable[..., Any], *args: Any) -> Any:
    """rule(*args) on one BLAS thread, as a worker calls it: more of them would round otherwise.

    At home, where others compute beside it, whoever waits for the results has seen to that.
    """
    if at != home():
        one_thread_for_good()
    with np.errstate(all="ignore"):
        return rule(*args)


def mapped(executor: Executor | None, rule: Callable[..., Any], *arguments: Iterable[Any]) -> list[Any]:
    """[rule(*args) for args in zip(*arguments)], on the workers of the executor if there is one.

    With `Processes` the caller works, too.

    Raises
    ------
    RuntimeError
        If a worker dies, or the executor is shut down. What a rule raises comes through, and what has not begun is
        cancelled.

    Examples
    --------
    >>> from concurrent.futures import ThreadPoolExecutor
    >>> with ThreadPoolExecutor(2) as executor:
    ...     mapped(executor, pow, [2, 3], [5, 2])
    [32, 9]
    """
    if executor is None:
        return [rule(*args) for args in zip(*arguments)]
    calls, futures = [(computed, home(), rule, *args) for args in zip(*arguments)], []
    try:
        with one_thread():
            futures += [submitted(executor, *each) for each in calls]
            if isinstance(executor, Processes):
                return _shared(futures, calls)
            return [future.result() for future in futures]
    except (BrokenExecutor, CancelledError) as error:
        raise died(error) from error
    finally:
        for future in futures:
            future.cancel()


def submitted(executor: Executor, rule: Callable[..., Any], *args: Any) -> Future[Any]:
    """The future of a call; RuntimeError where the executor no longer takes any."""
    try:
        return executor.submit(rule, *args)
    except BrokenExecutor:
        raise
    except RuntimeError as error:
        raise RuntimeError(f"the executor takes no work ({error}); expected one that has not been shut down, such as "
                           "within its `with` block") from error


def _shared(futures: list[Future[Any]], calls: list[tuple[Any, ...]]) -> list[Any]:
    """The results of calls, of which the last ones that no process has begun are made here."""
    own = {k: call(*calls[k]) for k in reversed(range(len(calls))) if futures[k].cancel()}
    for k, future in enumerate(futures):
        if k not in own:
            try:
                own[k] = future.result()
            except Unable:
                own[k] = call(*calls[k])
    return [own[k] for k in range(len(calls))]


def number_of_workers(n_jobs: Any, name: str = "n_jobs") -> int:
    """How many workers are asked for: None is one, −1 as many as this process may use processors; or ValueError."""
    if n_jobs is None:
        return 1
    whole = isinstance(n_jobs, (int, np.integer)) and not isinstance(n_jobs, bool)
    if not (whole and (n_jobs >= 1 or n_jobs == -1)):
        raise ValueError(f"{name}={n_jobs!r}; expected a whole number of at least 1, or -1 for all processors")
    return processors() if n_jobs == -1 else int(n_jobs)


def processors() -> int:
    """The processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def workers(n_jobs: int | None, threads: bool = False) -> Iterator[Executor | None]:
    """An executor for `mapped`, or None where this process is to work alone.

    Parameters
    ----------
    n_jobs : int, optional
        How many are to work: see `number_of_workers`.
    threads : bool
        Whether they are threads, for calls that spend most of their time in large operations of NumPy; else this
        process and others, no more than there are processors. A process that belongs to a pool of processes itself
        gets none: its processors are taken.
    """
    number = number_of_workers(n_jobs)
    if not threads:
        number = min(number, processors()) if parent_process() is None else 1
    if number == 1:
        yield None
        return
    with ThreadPoolExecutor(number) if threads else Processes(number - 1) as executor:
        yield executor


def died(error: BaseException) -> RuntimeError:
    """What to raise where a worker has died, or was told to leave its work undone."""
    end = "the executor was shut down" if isinstance(error, CancelledError) else "a worker of the executor died"
    return RuntimeError(
        f"{end}, and its results are lost ({type(error).__name__}); start a new executor, and resume a run from its "
        "checkpoint"
    )
