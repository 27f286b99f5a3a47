"""Values as a student would write them by hand."""
from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["readable"]

ENTRIES = 20    # of an array that is written out


def readable(value: Any) -> str:
    """`value` in one short line: numbers to six digits, large arrays by their shape, functions by their name.

    >>> readable(np.array([[1.0, 0.5], [0.0, 1 / 3]]))
    '[[1, 0.5], [0, 0.333333]]'
    """
    if isinstance(value, (bool, np.bool_)):
        return str(bool(value))
    if isinstance(value, (complex, np.complexfloating)):
        return f"{value.real:.6g}{value.imag:+.6g}i"
    if isinstance(value, (int, np.integer)):
        return str(int(value))
    if isinstance(value, (float, np.floating)):
        return f"{float(value) + 0.0:.6g}"
    if isinstance(value, np.ndarray):
        if value.size > ENTRIES:
            return f"an array of shape {value.shape}"
        return readable(value.item()) if value.ndim == 0 else readable(value.tolist())
    if isinstance(value, (list, tuple)) and len(value) <= ENTRIES:
        opening, closing = "[]" if isinstance(value, list) else "()"
        return opening + ", ".join(map(readable, value)) + closing
    if isinstance(value, dict) and len(value) <= ENTRIES:
        return "{" + ", ".join(f"{key!r}: {readable(entry)}" for key, entry in value.items()) + "}"
    if callable(value) and hasattr(value, "__name__"):
        return "a function" if value.__name__ == "<lambda>" else f"the function {value.__name__}"
    try:
        text = " ".join(repr(value).split())
    except Exception as error:
        return f"an object of type {type(value).__name__}, whose repr raises {type(error).__name__}"
    return text if len(text) <= 80 else text[:77] + "…"
