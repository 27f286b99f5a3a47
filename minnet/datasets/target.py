"""The target of a table: class numbers, or real numbers."""
from __future__ import annotations

import re
from typing import Literal

import numpy as np

from .cells import Cells
from .numbers import parse_numbers
from .recognition import ENOUGH_ROWS, number_format
from .tables import Table, listed

__all__ = ["Kind", "read_target", "target_position"]

Kind = Literal["classification", "regression"]
MAX_INTEGER_CLASSES = 20


def target_position(table: Table, target: str | int | None = None) -> int:
    """Return the place of the target's column: by name, by number from 0 or from the end, or the last.

    Raises
    ------
    ValueError
        Where there is no such column.
    """
    n = len(table.names)
    if target is None:
        return n - 1
    if isinstance(target, str):
        if target in table.names:
            return table.names.index(target)
        position = int(target) if re.fullmatch("-?[0-9]{1,9}", target) else n
    elif isinstance(target, (int, np.integer)) and not isinstance(target, bool):
        position = int(target)
    else:
        raise ValueError(f"target={target!r:.60}; expected a column's name or index")
    if not -n <= position < n:
        hint = "" if table.has_header else (f"; line {table.lines[0]} was not taken for a header: "
                                            f"{listed([cells.texts[cells.codes[0]] for cells in table.columns])}")
        raise ValueError(f"{table.path}: no column {target!r:.60} for a target; "
                         f"the columns are {listed(table.names)}{hint}")
    return position % n


def read_target(cells: Cells, kind: Kind | None = None,
                decimal: str = ".") -> tuple[np.ndarray, tuple[str, ...] | None]:
    """Return (y, class_names) of a column in which nothing is missing; class_names is None for real numbers.

    Parameters
    ----------
    cells : Cells
    kind : {"classification", "regression"}, optional
        By default texts are classes, as are whole numbers of which there are at most 20 different ones, and fewer than
        half as many as rows.
    decimal : {".", ","}

    Raises
    ------
    ValueError
        Where there is one class alone, or where most texts come once; and for texts where numbers are asked for.
    """
    counts = cells.counts
    values = cells.parsed(parse_numbers, decimal).values
    numbers = None
    if kind == "regression" and (row := cells.first(np.isnan(values))) is not None:
        raise cells.error(row, "; expected a number")
    if kind is None or not np.isnan(values[counts > 0]).any():
        numbers = number_format(cells, counts, decimal)
    if numbers is not None and (row := cells.first(~np.isfinite(values))) is not None:
        raise cells.error(row, "; expected a finite number")
    real = kind == "regression" or (kind is None and not _few_integers(values[counts > 0], counts))
    if numbers is not None and real:
        return values[cells.codes], None
    if kind == "regression":
        raise cells.error(0, "; expected numbers of one unit")
    return _classes(cells, counts, values if numbers is not None else np.array(cells.texts, object))


def _classes(cells, counts, values):
    classes, rows = sorted(set(values[counts > 0].tolist())), int(counts.sum())
    if len(classes) == 1:
        raise ValueError(f"{cells.path}: target column {cells.name!r} holds {_class_name(classes[0])!r:.60} alone; "
                         f"expected two classes or more")
    if isinstance(classes[0], str) and rows >= ENOUGH_ROWS and 2 * len(classes) > rows:
        raise ValueError(f"{cells.path}: target column {cells.name!r} holds {len(classes)} different texts in {rows} "
                         f"rows; expected classes, or another target")
    number = {value: k for k, value in enumerate(classes)}
    y = np.array([number.get(value, -1) for value in values.tolist()])[cells.codes]
    return y, tuple(map(_class_name, classes))


def _few_integers(values, counts):
    distinct = np.unique(values)
    return (bool((distinct == np.round(distinct)).all())
            and len(distinct) <= MAX_INTEGER_CLASSES and 2 * len(distinct) < counts.sum())


def _class_name(value):
    """A text as it is, a number in its shortest digits.

    >>> _class_name(2.0), _class_name(0.1), _class_name("red")
    ('2', '0.1', 'red')
    """
    return value if isinstance(value, str) else np.format_float_positional(value + 0.0, trim="-")
