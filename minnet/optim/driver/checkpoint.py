"""A run in a file, from which the same call goes on to the bits and the counts of a run never stopped."""
from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...function import Array
from ...npz import read_npz, write_npz
from ..method import Method
from .batches import Batches
from .counted import Counted
from .iterate import State
from .recording import Best, History
from .stopping import Stopping, Trend

__all__ = ["Checkpoint", "Identity", "Snapshot", "read_npz", "write_npz"]

VERSION = 1
SECONDS = 1.0    # between two writes


@dataclass(frozen=True)
class Identity:
    """What must be the same for a run to go on: a file of another method, start, batch size, rng or record is
    refused."""

    method: Method
    theta0: Array
    batches: Batches | None
    record: tuple[str, ...]

    def words(self) -> dict[str, Any]:
        batches = self.batches
        return {"method": re.sub(r" at 0x[0-9a-f]+", "", repr(self.method)), "record": list(self.record),
                "batch_size": int(batches.size) if batches else 0,
                "rng": repr(batches.first_rng) if batches and batches.first_rng else ""}


class Snapshot:
    """A run as it stood when its point was entered into the history: what a checkpoint holds, whenever it is
    written."""

    def __init__(self, state: State, seconds: float, history: History, best: Best, batches: Batches | None,
                 stopping: Stopping) -> None:
        self.state: State = state
        self.seconds: float = seconds
        self.history: History = history
        self.rows: int = state.nit + 1
        self.counts: dict[str, int] = dict(state.f.counts)
        self.known: list[str] = sorted(set(state.f.known(state.x)) - {"value", "gradient"})
        self.preconditioned_at: Array | None = state.f.preconditioned_at
        self.best: tuple[Array, float, Array | None] = best.x, best.value, best.gradient
        self.place: tuple[NDArray[np.int64], int, Mapping[str, Any]] | None = batches.place() if batches else None
        self.trend: dict[str, Any] = asdict(stopping.trend)


class Checkpoint:
    """The file of a run: read when the run begins, and written every second, on Ctrl-C and at the end."""

    def __init__(self, path: str | os.PathLike[str], identity: Identity) -> None:
        self.path: Path = Path(path)
        self.identity: Identity = identity
        self.saved: float = 0.0

    def due(self, seconds: float) -> bool:
        """Whether it is time to write again."""
        return seconds - self.saved > SECONDS

    def write(self, snapshot: Snapshot) -> None:
        """Write all that `read` needs to go on: ValueError where the file cannot be written."""
        self.saved, state = snapshot.seconds, snapshot.state
        meta = {"version": VERSION, **self.identity.words(), "nit": state.nit, "seconds": snapshot.seconds,
                "counts": snapshot.counts, "known": snapshot.known, "trend": snapshot.trend,
                "numbers": {k: v for k, v in state.memory.items() if not isinstance(v, np.ndarray)}}
        arrays = {
            "theta0": self.identity.theta0,
            "x": state.x,
            "value": np.array(state.value),
            "gradient": state.gradient,
            "best": snapshot.best[0],
            "best_value": np.array(snapshot.best[1]),
        }
        arrays |= {f"state/{k}": v for k, v in state.memory.items() if isinstance(v, np.ndarray)}
        arrays |= {f"history/{k}": v for k, v in snapshot.history.arrays(snapshot.rows).items()}
        optional = {"preconditioned_at": snapshot.preconditioned_at, "best_gradient": snapshot.best[2]}
        arrays |= {name: array for name, array in optional.items() if array is not None}
        if snapshot.place is not None:
            arrays["order"], meta["position"], meta["rng_state"] = snapshot.place
        write_npz(self.path, meta, arrays)

    def read(self, whole: Counted, history: History, best: Best, stopping: Stopping) -> tuple[State, float]:
        """(the state to go on from, the seconds so far); history, best, counts and batches are put where they were.

        ValueError where the file is none of this run.
        """
        meta, arrays = read_npz(self.path, VERSION, "checkpoint")
        try:
            self._check(meta, arrays, history)
            if self.identity.batches:
                self.identity.batches.go_to(arrays["order"], meta["position"], meta["rng_state"])
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
            if isinstance(error, _Another):
                raise
            raise ValueError(f"{self.path} is no checkpoint of minnet, or is damaged") from error
        history.rows = list(zip(*(arrays[f"history/{name}"] for name in history.names)))
        best.x, best.value, best.gradient = arrays["best"], arrays["best_value"][()], arrays.get("best_gradient")
        self.saved = meta["seconds"]
        start_value = history.start_value
        state = self._state(meta, arrays, whole, start_value)
        stopping.resume(state, start_value, Trend(**meta["trend"]))
        return state, meta["seconds"]

    def _check(self, meta, arrays, history):
        for name, ours in self.identity.words().items():
            if meta[name] != ours:
                known = "seed or Generator" if name == "rng" else ours if ours != "" else "none"
                raise _Another(f"checkpoint {self.path} is of a run with {'another' if name == 'rng' else ''} {name} "
                               f"{'' if name == 'rng' else meta[name]}; expected {known}".replace("  ", " "))
        theta0, n = self.identity.theta0, len(self.identity.theta0)
        if not np.array_equal(arrays["theta0"], theta0):
            raise _Another(f"checkpoint {self.path} is of a run from another theta0; expected the same start")
        optional = [arrays[name] for name in ("best_gradient", "preconditioned_at") if name in arrays]
        vectors = [arrays["x"], arrays["gradient"], arrays["best"], *optional]
        numbers = [meta["seconds"], *meta["numbers"].values(), *meta["trend"].values()]
        whole_numbers = [meta["nit"], *meta["counts"].values()]
        histories = {
            name.removeprefix("history/"): rows for name, rows in arrays.items() if name.startswith("history/")
        }
        others = set(arrays) - {
            "theta0",
            "x",
            "value",
            "gradient",
            "best",
            "best_gradient",
            "best_value",
            "preconditioned_at",
            "order",
        }
        if not (all(v.shape == (n,) and v.dtype.kind == "f" and np.isfinite(v).all() for v in vectors)
                and all(isinstance(number, (int, float)) for number in numbers) and meta["seconds"] >= 0
                and all(type(number) is int and number >= 0 for number in whole_numbers)
                and set(meta["counts"]) == {"nfev", "njev", "nhev"} and set(meta["trend"]) == set(asdict(Trend()))
                and set(meta["known"]) <= {"hessian", "ggn"}
                and arrays["best_value"].shape == arrays["value"].shape == () and set(histories) == set(history.names)
                and all(len(rows) == meta["nit"] + 1 and rows.dtype.kind in "fiubcU" for rows in histories.values())
                and all(name.startswith(("history/", "state/")) for name in others)):
            raise ValueError("wrong contents")

    def _state(self, meta, arrays, whole, start):
        """The state at x, whose evaluations are made again where they are not in the file, without being counted."""
        batches, x = self.identity.batches, arrays["x"]
        f = whole if batches is None else batches.current(whole)
        value, now = arrays["value"][()], f.value(x)
        eps = np.finfo(x.dtype).eps
        if not (value == now or abs(value - now) <= np.sqrt(eps) * max(abs(value), abs(now)) + 100 * eps * abs(start)):
            raise ValueError(
                f"checkpoint {self.path} is of a run on another function: its value at the same point differs"
            )
        x = f.remember(x, {"value": value, "gradient": arrays["gradient"]})
        memory = {k.removeprefix("state/"): v for k, v in arrays.items() if k.startswith("state/")} | meta["numbers"]
        self._check_memory(memory, f, x)
        if "preconditioned_at" in arrays:
            f.preconditioner(arrays["preconditioned_at"])
        for name in meta["known"]:
            getattr(f, name)(x)
        whole.counts.update(meta["counts"])
        return State(x, value, arrays["gradient"], meta["nit"], memory, f)

    def _check_memory(self, memory, f, x):
        """ValueError where the method's own start has entries that are missing here, or of another kind."""
        method, trial = self.identity.method, Counted(f.f)
        expected: Mapping[str, Any] = method.start(trial, trial.settle(x))
        for name, entry in expected.items():
            if (
                name not in memory
                or np.ndim(entry) != np.ndim(memory[name])
                or np.asarray(memory[name]).dtype.kind not in "fiub"
            ):
                raise ValueError(
                    f"{self.path} is no checkpoint of minnet, or is damaged: its {name!r} is not the method's"
                )


class _Another(ValueError):
    """A whole checkpoint, of another run."""
