"""Line searches for Newton's directions, which know their length near a minimum, but may be far too long elsewhere."""
from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..function import Array, SupportsGradient
from ..linalg.norm import norm
from .descent import descend
from .method import Method
from .options import check_search
from .search import LineSearch

__all__ = ["CautiousSearch"]


class CautiousSearch(Method):
    """A line search whose first trial is t = 1, but no longer than the `reach`.

    After the first step the reach is twice the last step, or half the reach before it, whichever is longer. Far from a
    minimum Newton's step may be a hundred times too long.
    """

    search: LineSearch

    def __post_init__(self) -> None:
        check_search(self)

    def start(self, f: Any, x: Array) -> dict[str, Any]:
        return {"reach": 0.0}

    def _step_along(self, f: SupportsGradient, x: Array, p: Array,
                    state: Mapping[str, Any]) -> tuple[Array, dict[str, Any]]:
        """x + t p and the state after it."""
        reach, length = state["reach"], norm(p)
        new = descend(f, x, p, self.search, first=reach / length if 0 < reach < length else 1.0).x
        return new, {"reach": max(2 * norm(new - x), reach / 2)}
