"""Sums over examples on the workers of an executor: threads, processes, or the machines of a cluster.

The examples go to each worker once and stay there. With every call θ goes out and sums come back. Which examples make
a term, and in which order terms are added, hangs on the number of examples alone, so that the result has the same bits
with one worker and with a hundred.

Three ways for examples to reach a worker:

- in the same process (threads) they are there already;
- on the same machine they lie in a file that all workers map into their memory, where it stands once for all of them;
- elsewhere a worker that lacks them says so, and is sent them once. A cluster of dask keeps the examples of each chunk
  on one of its workers and computes there; its workers add partial sums as well.
"""
from __future__ import annotations

import pickle
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import Any
from uuid import uuid4
from weakref import finalize

import numpy as np
from numpy.typing import NDArray

from ..linalg.threads import one_thread
from ..parallel import computed, died, home, submitted
from .examples import Examples
from .losses import LossLike
from .mlp import MLP
from .passes import Pass
from .sums import add_up, tree_sum
from .workspace import Workspaces

__all__ = ["Crew", "DaskCrew", "Part", "crew_of"]

Array = NDArray[Any]
Rule = Callable[..., Any]
KEPT = 4  # parts that a worker remembers
AHEAD = 2  # chunks for each worker that are under way at a time, so that few results wait for their turn
UNKNOWN_WORKERS = 64
LARGE = 1 << 20  # bytes of θ and what goes with it, from which dask is sent them apart from its graph of tasks
TRIALS = 3  # of a call whose examples a cluster has lost with a worker


class Part:
    """Examples with their network and loss: what a worker needs to compute terms."""

    net: MLP
    loss: LossLike
    examples: Examples
    workspaces: Workspaces

    def __init__(self, net: MLP, loss: LossLike, examples: Examples) -> None:
        self.net, self.loss, self.examples, self.workspaces = net, loss, examples, Workspaces()

    def term(self, rows: slice, rule: Rule, theta: Array, args: tuple[Any, ...]) -> Any:
        """What a rule makes of the pass over some rows at θ."""
        batch = self.examples.rows_at(theta, rows)
        return rule(Pass(self.net, self.loss, theta, batch, self.workspaces), *args)

    def write(self, folder: Path) -> None:
        """Write the part into files that `read` maps into memory."""
        x, y, weights = self.examples.double
        for name, array in (("x", x.T), ("y", y), ("weights", weights)):
            if array is not None:
                np.save(folder / f"{name}.npy", array, allow_pickle=False)
        (folder / "rules.pickle").write_bytes(pickle.dumps((self.net, self.loss)))

    @classmethod
    def read(cls, folder: Path) -> Part:
        """The part of `write`; its arrays are those of the files."""
        net, loss = pickle.loads((folder / "rules.pickle").read_bytes())
        x, y = (np.load(folder / f"{name}.npy", mmap_mode="r").view(np.ndarray) for name in "xy")
        path = folder / "weights.npy"
        return cls(net, loss, Examples(x, y, np.load(path) if path.exists() else None))


class Absent(Exception):
    """A worker has not got the part that a ticket stands for."""


class Ticket:
    """Stands for a part: in the process that made it the part itself, elsewhere the place where to find it."""

    token: str
    part: Part | None
    folder: str

    def __init__(self, part: Part) -> None:
        self.token, self.part, self.folder = uuid4().hex, part, ""

    def __getstate__(self) -> tuple[str, str]:
        if not self.folder:  # it leaves this process for the first time
            self.folder = mkdtemp(prefix="minnet-")
            finalize(self, rmtree, self.folder, ignore_errors=True)
            self.redeem().write(Path(self.folder))
        return self.token, self.folder

    def __setstate__(self, state: tuple[str, str]) -> None:
        self.token, self.folder = state
        self.part = None

    def redeem(self) -> Part:
        """The part."""
        return self.part or _kept(self.token, lambda: _found(Path(self.folder)))


class Parcel:
    """A part on its way to a worker that lacks it."""

    token: str
    part: Part

    def __init__(self, token: str, part: Part) -> None:
        self.token, self.part = token, part

    def redeem(self) -> Part:
        """The part, which the worker keeps under its token."""
        return _kept(self.token, lambda: self.part)


_parts: OrderedDict[str, Part] = OrderedDict()  # of this process, the last used at the end


def _kept(token: str, find: Callable[[], Part]) -> Part:
    part = _parts.pop(token, None) or find()
    _parts[token] = part
    while len(_parts) > KEPT:
        _parts.popitem(last=False)
    return part


def _found(folder: Path) -> Part:
    try:
        return Part.read(folder)
    except FileNotFoundError:
        raise Absent from None


def _term(source: Ticket | Parcel, rows: slice, rule: Rule, theta: Array, args: tuple[Any, ...]) -> Any:
    """What a worker does."""
    return source.redeem().term(rows, rule, theta, args)


class Crew:
    """The workers of an executor, and the examples that they hold.

    Parameters
    ----------
    executor : concurrent.futures.Executor
    part : Part
    chunks : list of slice
        The examples of each term.
    """

    executor: Executor
    ticket: Ticket
    deliveries: int
    chunks: list[slice]

    def __init__(self, executor: Executor, part: Part, chunks: list[slice]) -> None:
        self.executor, self.ticket, self.chunks, self.deliveries = executor, Ticket(part), chunks, 0

    def total(self, rule: Rule, theta: Array, args: tuple[Any, ...]) -> Any:
        """Σ rule(pass, *args) over the chunks."""
        return tree_sum(self.each(rule, theta, args), len(self.chunks))

    def each(self, rule: Rule, theta: Array, args: tuple[Any, ...]) -> Iterator[Any]:
        """What a rule makes of each chunk, in their order."""
        ahead = AHEAD * int(getattr(self.executor, "_max_workers", None) or UNKNOWN_WORKERS)
        waiting: deque[tuple[slice, Future[Any]]] = deque()
        call = (rule, theta, args)
        try:
            with one_thread():  # of workers within this process
                for rows in self.chunks:
                    waiting.append((rows, self._submit(self.ticket, rows, call)))
                    if len(waiting) == ahead:
                        yield self._result(*waiting.popleft(), call)
                while waiting:
                    yield self._result(*waiting.popleft(), call)
        except (BrokenExecutor, CancelledError) as error:
            raise died(error) from error
        finally:
            for _, future in waiting:
                future.cancel()

    def _submit(self, source, rows, call):
        return submitted(self.executor, computed, home(), _term, source, rows, *call)

    def _result(self, rows, future, call):
        """The term of a chunk. A worker that had no examples may by now have been sent them for another chunk."""
        for again in range(2):
            try:
                return future.result()
            except Absent:
                if again or not self.deliveries:
                    break
                future = self._submit(self.ticket, rows, call)
        self.deliveries += 1
        return self._submit(Parcel(self.ticket.token, self.ticket.redeem()), rows, call).result()


class DaskCrew:
    """The workers of a dask cluster: each chunk stays on one of them, and partial sums are added where they are."""

    client: Any
    part: Part
    chunks: list[slice]

    def __init__(self, client: Any, part: Part, chunks: list[slice]) -> None:
        self.client, self.part, self.chunks = client, part, chunks
        self.placed: Sequence[Any] = ()

    def total(self, rule: Rule, theta: Array, args: tuple[Any, ...]) -> Any:
        """Σ rule(pass, *args) over the chunks."""
        return self._tried(lambda: self._root(rule, theta, args).result())

    def each(self, rule: Rule, theta: Array, args: tuple[Any, ...]) -> Iterator[Any]:
        """What a rule makes of each chunk, in their order."""
        yield from self._tried(lambda: self.client.gather(self._terms(rule, theta, args)))

    def _root(self, rule, theta, args):
        return tree_sum(iter(self._terms(rule, theta, args)), len(self.chunks), add=self._submit_sum)

    def _submit_sum(self, futures):
        futures = list(futures)
        return futures[0] if len(futures) == 1 else self.client.submit(add_up, futures, pure=False)

    def _terms(self, rule, theta, args):
        if not self.placed:
            examples = self.part.examples
            parts = [Part(self.part.net, self.part.loss, examples.subset(rows)) for rows in self.chunks]
            self.placed = self.client.scatter(parts, hash=False)
        call = (rule, theta, args)
        if theta.nbytes + sum(np.asarray(arg).nbytes for arg in args) > LARGE:
            call = self.client.scatter(call, hash=False, broadcast=True)
        return [self.client.submit(computed, home(), _placed_term, part, call, pure=False) for part in self.placed]

    def _tried(self, call):
        """The result of a call; where a worker took its examples with it, they are placed again."""
        from distributed.client import FutureCancelledError
        from distributed.scheduler import KilledWorker

        for _ in range(TRIALS):
            try:
                with one_thread():  # of a cluster within this process
                    return call()
            except (CancelledError, FutureCancelledError) as error:
                self.placed, lost = (), error
            except KilledWorker as error:
                raise died(error) from error
        raise died(lost) from lost


def _placed_term(part: Part, call: tuple[Rule, Array, tuple[Any, ...]]) -> Any:
    return part.term(slice(None), *call)


def crew_of(executor: Any, part: Part, chunks: list[slice]) -> Crew | DaskCrew:
    """The crew of an executor."""
    client = getattr(executor, "_client", executor)
    return DaskCrew(client, part, chunks) if hasattr(client, "scatter") else Crew(executor, part, chunks)
