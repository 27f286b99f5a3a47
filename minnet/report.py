"""Reports as JSON."""

from __future__ import annotations

import json
import math

import numpy as np

from .files import atomic_write

__all__ = ["plain", "write_json"]


def plain(value):
    """What JSON can hold of a value: arrays as lists, None for what is not finite, other objects as they print.

    >>> plain({"a": np.array([1.0, np.inf]), "b": np.int64(2)})
    {'a': [1.0, None], 'b': 2}
    """
    if isinstance(value, dict):
        return {name: plain(entry) for name, entry in value.items()}
    if isinstance(value, (list, tuple, np.ndarray)):
        return [plain(entry) for entry in value]
    value = value.item() if isinstance(value, np.generic) else value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value if value is None or isinstance(value, (str, int)) else repr(value)


def write_json(path, content):
    """Write a report in one move: the whole of it, or nothing.

    Texts that are no Unicode, as names of files may be, are written as JSON's own escapes.
    """
    text = json.dumps(plain(content), indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    with atomic_write(path) as file:
        file.write(text.encode("utf-8", "backslashreplace"))
