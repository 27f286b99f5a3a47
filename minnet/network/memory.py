"""What an objective remembers from call to call."""
from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

from .passes import Pass
from .workspace import Workspaces

__all__ = ["Memory"]

POINTS = 2  # whose passes are kept: the current point and the trial


class Memory:
    """The passes of the last two points, and a workspace for each thread.

    It makes calls quicker and never changes what they return, so that a copy and a pickle start with an empty one.
    Threads may share it: passes are never changed once they are complete, the tuple of them is replaced as a whole, and
    no two threads see the same workspace.
    """

    def __init__(self) -> None:
        self._passes: tuple[Pass, ...] = ()
        self.workspaces: Workspaces = Workspaces()

    def __reduce__(self) -> tuple[Any, ...]:
        return Memory, ()

    def recall(self, theta: NDArray[Any]) -> Pass | None:
        """The pass at θ, or None."""
        for known in self._passes:
            if known.theta.dtype == theta.dtype and known.theta[0] == theta[0] and (known.theta == theta).all():
                return known
        return None

    def keep(self, new: Pass) -> None:
        """Remember a pass, and forget the oldest."""
        self._passes = (new, *self._passes[:POINTS - 1])
