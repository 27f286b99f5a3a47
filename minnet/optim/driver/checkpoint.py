"""A run in a file: npz without pickle, replaced in one move, so that a kill at any moment leaves a whole one."""
from __future__ import annotations

import json
import os
import signal
import zipfile
import zlib
from contextlib import contextmanager
from pathlib import Path
from threading import current_thread, main_thread

import numpy as np

__all__ = ["save", "load", "write_npz"]

VERSION = 1


def save(path, snapshot, identity):
    """Write all that `load` needs to go on."""
    state = snapshot.state
    meta = {"version": VERSION, "method": identity["method"], "batch_size": identity["batch_size"], "nit": snapshot.nit,
            "seconds": snapshot.seconds, "counts": snapshot.counts,
            "numbers": {k: v for k, v in state.items() if not isinstance(v, np.ndarray)}}
    arrays = {"theta0": identity["theta0"], "x": snapshot.x, "best": snapshot.best,
              "best_value": np.array(snapshot.best_value)}
    arrays |= {f"state/{k}": v for k, v in state.items() if isinstance(v, np.ndarray)}
    arrays |= {f"history/{k}": np.array(v[:snapshot.rows]) for k, v in snapshot.history.items()}
    if snapshot.batches is not None:
        arrays["order"], meta["position"], meta["rng"] = snapshot.batches
    write_npz(path, meta, arrays)


def load(path, run, counted, batches, identity):
    """Put `run`, the counts and the batches where the file left them: ValueError where it is another run's."""
    meta, arrays = read_npz(path, VERSION, "checkpoint")
    missing = {"method", "batch_size", "nit", "seconds", "counts", "numbers"} - set(meta)
    if missing or not {"theta0", "x", "best", "best_value", "history/value"} <= set(arrays):
        raise ValueError(f"{path} is no checkpoint of minnet, or is damaged")
    for name in ("method", "batch_size"):
        if meta[name] != identity[name]:
            raise ValueError(f"checkpoint {path} is of a run with {name} {meta[name]}; expected {identity[name]}")
    if not np.array_equal(arrays["theta0"], identity["theta0"]):
        raise ValueError(f"checkpoint {path} is of a run from another theta0; expected the same start")
    run.x, run.best, run.best_value = arrays["x"], arrays["best"], arrays["best_value"][()]
    run.nit, run.seconds = meta["nit"], meta["seconds"]
    run.state = {k.removeprefix("state/"): v for k, v in arrays.items() if k.startswith("state/")} | meta["numbers"]
    run.history = {k.removeprefix("history/"): list(v) for k, v in arrays.items() if k.startswith("history/")}
    if batches is not None:
        batches.rng.bit_generator.state = meta["rng"]
        batches.order, batches.position = arrays["order"], meta["position"]
    view = counted if batches is None else batches.current(counted)
    if view.value_and_gradient(run.x)[0] != run.history["value"][-1]:
        raise ValueError(f"checkpoint {path} is of a run on another function: its value at the same point differs")
    counted.counts.update(meta["counts"])


def write_npz(path, meta, arrays):
    """Arrays and a JSON header, atomically: the file is either the old one or the new one, whole."""
    path = Path(path)
    partial = path.with_name(path.name + ".partial")
    try:
        with uninterrupted():
            with open(partial, "wb") as file:
                np.savez(file, meta=np.array(json.dumps({**meta, "arrays": sorted(arrays)}, default=_plain)), **arrays)
                file.flush()
                os.fsync(file.fileno())
            os.replace(partial, path)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise ValueError(f"cannot write {path}: {error.strerror or error}") from error


def read_npz(path, version, what):
    """(header, arrays) of a file of `write_npz`: ValueError where it is none, is damaged or of another version."""
    try:
        with open(path, "rb") as file, np.load(file, allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
        meta = dict(json.loads(str(arrays.pop("meta"))))
        if meta.pop("arrays", None) != sorted(arrays):
            raise ValueError("arrays are missing")
    except OSError as error:
        raise ValueError(f"cannot read {what} {path}: {error.strerror or 'not a whole file'}") from error
    except (ValueError, TypeError, KeyError, EOFError, zipfile.BadZipFile, AttributeError,
            NotImplementedError, zlib.error) as error:
        raise ValueError(f"{path} is no {what} of minnet, or is damaged") from error
    if meta.get("version") != version:
        raise ValueError(f"{what} {path} is of version {meta.get('version')}; expected {version}")
    return meta, arrays


@contextmanager
def uninterrupted():
    """Ctrl-C waits until the block is done (in the main thread, where it arrives)."""
    if current_thread() is not main_thread():
        yield
        return
    waiting, handler = [], signal.getsignal(signal.SIGINT)
    signal.signal(signal.SIGINT, lambda *arrived: waiting.append(arrived))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)
        if waiting and callable(handler):
            handler(*waiting[0])


def _plain(value):
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"{value!r} does not go into a checkpoint; expected arrays and numbers")
