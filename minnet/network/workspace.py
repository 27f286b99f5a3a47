"""Memory for large intermediate arrays that is kept from call to call."""
from __future__ import annotations

from collections.abc import Hashable
from math import prod
from threading import local
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

__all__ = ["Workspace", "Workspaces"]


class Workspace:
    """Arrays by name. Memory fresh from the system costs as much as the sums that the Hessian writes into it.

    >>> workspace = Workspace()
    >>> first = workspace.array("S", (2, 3), float)
    >>> np.shares_memory(first, workspace.array("S", (4,), float))
    True
    """

    def __init__(self) -> None:
        self._kept: dict[Hashable, NDArray[Any]] = {}

    def array(self, name: Hashable, shape: tuple[int, ...], dtype: DTypeLike) -> NDArray[Any]:
        """An array with any contents; it is good until the same name is asked for again."""
        size, kept = prod(shape), self._kept.get(name)
        if kept is None or kept.size < size or kept.dtype != dtype:
            kept = self._kept[name] = np.empty(size, dtype)
        return kept[:size].reshape(shape)


class Workspaces:
    """A workspace for each thread; a copy and a pickle have none yet."""

    def __init__(self) -> None:
        self._threads: local | None = None  # made when the first workspace is asked for

    def __reduce__(self) -> tuple[Any, ...]:
        return Workspaces, ()

    @property
    def own(self) -> Workspace:
        """The workspace of the calling thread."""
        if self._threads is None:
            self._threads = local()
        threads = self._threads
        if not hasattr(threads, "workspace"):
            threads.workspace = Workspace()
        return threads.workspace
