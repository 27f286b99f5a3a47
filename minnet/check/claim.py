"""What is checked: that one rule is the derivative of one function.

Glossary: the function has m components, the rule gives their derivatives in k directions, an array (m, k).
"""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..function import supports
from .rounding import unit_of

__all__ = ["Claim", "answer", "by_parameter", "number"]

ALL = {"": slice(None)}


@dataclass(frozen=True)
class Claim:
    """The claim that rule(x) (m, k) holds the derivatives of function(x) (m,) in `directions` (k, n).

    rows and columns name the blocks in which errors are measured; axes are those of the array by which the user's own
    entry is numbered: (0, 1) for a Hessian, (1,) for a gradient, (0,) for a product.
    """

    function: Callable[[NDArray[Any]], NDArray[Any]]
    rule: Callable[[NDArray[Any]], NDArray[Any]]
    x: NDArray[Any]
    directions: NDArray[Any]
    rows: dict[str, Any] = field(default_factory=lambda: ALL)
    columns: dict[str, Any] = field(default_factory=lambda: ALL)
    axes: tuple[int, ...] = (0, 1)

    @property
    def unit(self) -> float:
        """The rounding unit of the function's own precision."""
        return unit_of(self.x, np.asarray(self.function(self.x))) or float(np.finfo(float).eps)

    def blocks(self) -> dict[str, tuple[NDArray[Any], ...]]:
        """{name: indices} of the blocks of the rule's array (m, k)."""
        m, k = len(self.function(self.x)), len(self.directions)
        return {b if not a else a if not b or a == b else f"{a},{b}": np.ix_(np.arange(m)[rows], np.arange(k)[columns])
                for a, rows in self.rows.items() for b, columns in self.columns.items()}


def number(name: str, value: Any) -> NDArray[Any]:
    """The value of a function as a vector (1,); ValueError where it is no number."""
    return answer(name, value, (), "a number").reshape(1)


def answer(name: str, value: Any, shape: tuple[int, ...], expected: str | None = None) -> NDArray[Any]:
    """What a user's function returned as an array of that shape; ValueError where it is none."""
    expected = expected or f"an array of shape {shape}"
    array = np.asarray(value)
    if array.dtype.kind not in "fciub":
        raise ValueError(f"{name} returned {value!r:.60}; expected {expected}")
    if array.shape != shape:
        raise ValueError(f"{name} returned an array of shape {array.shape}; expected {expected}")
    return array if array.dtype in (np.float32, np.complex64) else array.astype(np.result_type(array, np.float64))


def by_parameter(f: Any, n: int) -> dict[str, Any]:
    """The blocks of the parameters that the function names, or all as one block x."""
    return f.blocks if supports(f, "blocks") else {"x": np.arange(n)}
