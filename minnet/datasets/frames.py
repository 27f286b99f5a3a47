"""Data frames of pandas and its kin as tables, without importing any of them."""
from __future__ import annotations

from typing import Any

import numpy as np

from .cells import Cells, Numbering
from .tables import Table

__all__ = ["is_frame", "table_of_frame"]

ABSENT = {"NAType", "NaTType", "NoneType"}


def is_frame(source: Any) -> bool:
    """Whether an object is a data frame: it has columns with names, and gives each by its name."""
    return hasattr(source, "columns") and hasattr(source, "__getitem__") and hasattr(source, "shape")


def table_of_frame(frame: Any, decimal: str = ".") -> Table:
    """Return the table of a data frame: numbers by their shortest digits, dates in ISO form, empty cells for what is
    missing.

    Parameters
    ----------
    frame : DataFrame
        Of pandas or polars, or whatever else gives columns with `tolist` or `to_list` by name. Its index is no column.
    decimal : {".", ","}
        What stands before the fraction of numbers that are texts.

    Raises
    ------
    ValueError
        Where it has no rows or columns, or a name stands twice.
    """
    labels = list(frame.columns)
    names = tuple(str(label) for label in labels)
    if not names or not len(frame):
        raise ValueError(f"the data frame has shape {frame.shape}; expected rows and columns")
    if len(set(names)) < len(names):
        twice = next(name for k, name in enumerate(names) if name in names[:k])
        raise ValueError(f"the data frame has two columns called {twice!r:.60}; expected different names")
    lines, columns = np.arange(len(frame)), []
    for name, label in zip(names, labels):
        numbering = Numbering()
        values = frame[label]
        values = values.tolist() if hasattr(values, "tolist") else values.to_list()
        cells = [_text(value, decimal) for value in values]
        codes = np.array(numbering.of(cells), np.int32)
        columns.append(Cells(name, "data frame", tuple(numbering), codes, lines))
    return Table("data frame", names, tuple(columns), lines, True)


def _text(value, decimal):
    """A cell as a file would hold it."""
    if type(value).__name__ in ABSENT or (isinstance(value, float) and value != value):
        return ""
    if isinstance(value, float):
        return repr(float(value)).replace(".", decimal)
    return value.isoformat() if hasattr(value, "isoformat") else str(value).strip()
