"""Reports in JSON."""

from __future__ import annotations

import json
import math
from os import PathLike
from typing import Any

import numpy as np

from .files import atomic_write

__all__ = ["plain", "write_json"]


def plain(value: object) -> Any:
    """Return what JSON can hold of a value.

    Arrays become lists, numbers that are not finite become None, and other objects become what they print.

    Parameters
    ----------
    value : object

    Returns
    -------
    dict, list, str, int, float, bool or None

    Examples
    --------
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


def write_json(path: str | PathLike[str], content: object) -> None:
    """Write a report as a file, the whole of it or nothing.

    Parameters
    ----------
    path : str or path
    content : object
        What `plain` takes. Texts that are no Unicode, as names of files may be, are written as JSON's own escapes.
    """
    text = json.dumps(plain(content), indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    with atomic_write(path) as file:
        file.write(text.encode("utf-8", "backslashreplace"))
