"""What a picture of trajectories is given: runs with paths of two variables, and the frame to show."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ..function import Array
from .curves import HUGE

__all__ = ["read_frame", "read_paths"]


def read_paths(results: Any) -> dict[str, list[Any]]:
    """{name: [result, …]} of what `trajectory` takes; ValueError where there is no path of two variables."""
    named = results if not hasattr(results, "history") else {"": results}
    if not isinstance(named, dict) or not named:
        raise ValueError(f"results={results!r}; expected a result of minimize, or {{name: result}}")
    lists = {}
    for name, entry in named.items():
        entries = [entry] if hasattr(entry, "history") else list(entry) if isinstance(entry, (list, tuple)) else []
        paths = [np.shape(getattr(result, "history", {}).get("x", ())) for result in entries]
        if not entries or not all(len(path) == 2 and path[0] > 0 and path[1] == 2 for path in paths):
            raise ValueError(
                f"the result of {name or 'the run'} has no path of two variables; expected minimize(f, x, …, "
                "record=['x']) for an f of two"
            )
        label = str(name).replace("$", r"\$")
        if label in lists:
            raise ValueError(f"results has the name {label} twice; expected different names")
        lists[label] = entries
    return lists


def read_frame(frame: ArrayLike | None) -> Array | None:
    """A frame as an array (2, 2) of ends in order, or None."""
    if frame is None:
        return None
    try:
        ends = np.sort(np.asarray(frame, float), axis=1)
    except (TypeError, ValueError):
        ends = np.zeros(0)
    if (
        ends.shape != (2, 2)
        or not np.isfinite(ends).all()
        or not (abs(ends) < HUGE).all()
        or not (np.ptp(ends, axis=1) > 0).all()
    ):
        raise ValueError(f"frame={frame!r}; expected ((x₁ from, x₁ to), (x₂ from, x₂ to))")
    return ends
