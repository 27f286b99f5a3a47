"""The user's own table as a `Dataset`, with the description of its columns."""
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from os import PathLike
from typing import Any

from .columns import Columns, Missing
from .dataset import Dataset
from .dates import Order
from .frames import is_frame, table_of_frame
from .kinds import LeftOut, NumberColumn, find_gaps
from .missing import missing_texts
from .numbers import is_number
from .recognition import RUNNING, is_row_names, recognise
from .tables import Table, listed, read_table
from .target import Kind, read_target, target_position

__all__ = ["read_csv"]

ORDERS: dict[str | None, Order] = {"day": "day first", "month": "month first",
                                   "day first": "day first", "month first": "month first"}


def read_csv(source: str | PathLike[str] | Any, target: str | int | None = None, kind: Kind | None = None, *,
             drop: str | Iterable[str] = (), missing: Missing = "impute", na: str | Iterable[str] | None = None,
             decimal: str = ".", date_order: str | None = None, header: bool | None = None,
             separator: str | None = None, encoding: str | None = None, comment: str | None = None) -> Dataset:
    """Read a table as it comes: numbers, dates and text, with values missing and with names of rows.

    Columns of numbers stand for themselves, those of text for one feature per level, those of dates for four features;
    names of rows and identifiers are left out, see `recognition` and `kinds`. `Dataset.columns` says what was done
    with each, and encodes new rows alike. Rows without a target are left out.

    Parameters
    ----------
    source : path or DataFrame
        A text file, plain or gzipped, or a data frame of pandas or polars.
    target : str or int, optional
        The target column's name, or its index as in Python; by default the last column that is not dropped. A string
        of digits is a name if there is such a column, else an index.
    kind : {"classification", "regression"}, optional
        By default found from the target: texts are classes, and so are whole numbers of which there are at most 20
        different ones, and fewer than half as many as rows.
    drop : str or iterable of str, optional
        Columns to leave out; a string holds several with commas between.
    missing : {"impute", "drop", "error"}, default "impute"
        What to do where a feature is missing: fill in the median or the most frequent level, and say so to the network
        by one feature more; leave the row out; or refuse the table.
    na : str or iterable of str, optional
        The texts that mean "missing", in any case; see `missing_texts`. With "" only an empty cell does.
    decimal : {".", ","}, default "."
        What stands before the fraction of a number.
    date_order : {"day first", "month first"}, optional
        How to read 01/02/2021 where no date in the column tells.
    header : bool, optional
        Whether the first row names the columns.
    separator, encoding, comment : str, optional
        How the file is written; found from it by default, see `read_table`.

    Returns
    -------
    Dataset
        With `columns`, the description of the table.

    Raises
    ------
    ValueError
        Of one line that names file, line and column, for whatever the table does not say clearly.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "rents.csv")
    ...     _ = path.write_text("area,built,rent\\n55 m²,1905,$800\\n,1960,$700\\n40 m²,2012,$900\\n")
    ...     data = read_csv(path)
    >>> data.X
    array([[5.500e+01, 0.000e+00, 1.905e+03],
           [4.750e+01, 1.000e+00, 1.960e+03],
           [4.000e+01, 0.000e+00, 2.012e+03]])
    >>> print(data.columns)
    column  kind    features  missing
    area    number         2        1  unit m²; missing: median 47.5
    built   number         1        0
    rent    target                    real numbers
    """
    _check_options(kind, missing, decimal, date_order)
    if not isinstance(drop, str) and not (isinstance(drop, (list, tuple)) and all(isinstance(n, str) for n in drop)):
        raise ValueError(f"drop={drop!r:.60}; expected names of columns")
    reading: dict[str, Any] = {"header": header, "separator": separator, "encoding": encoding, "comment": comment}
    reading = {name: value for name, value in reading.items() if value is not None}
    gaps = missing_texts(na)
    dropped = [name.strip() for name in (drop.split(",") if isinstance(drop, str) else drop) if name.strip()]
    wanted = ([target] if isinstance(target, str) and not is_number(target) else []) + dropped
    table = table_of_frame(source, decimal) if is_frame(source) else read_table(source, wanted, na=gaps, **reading)
    if len(table.names) == 1:
        raise ValueError(f"{table.path}: a single column; expected features and a target, "
                         f"separated by commas, semicolons, tabs, bars or blanks")
    if absent := [name for name in dropped if name not in table.names]:
        raise ValueError(f"{table.path}: no column {absent[0]!r:.60} to drop; the columns are {listed(table.names)}")
    t = _target(table, target, dropped)
    table, notes = _with_target(table, t, gaps)
    columns = Columns(_describe(table, t, gaps, dropped, decimal, ORDERS.get(date_order)), t, table.names[t], missing,
                      tuple(sorted(gaps)), reading, notes=table.notes + notes)
    if not columns.names:
        raise ValueError(f"{table.path}: no column is left for a feature: "
                         + listed([f"{column.name}: {column.note}" for column in columns.columns], 5))
    if missing == "drop":
        table, columns = _complete(table, columns)
    y, class_names = read_target(table.columns[t], kind, decimal)
    columns = replace(columns, target_note=_target_note(class_names)).fit(table)
    return Dataset(columns.encode(table, warn=False), y, columns.feature_names, class_names, columns, table)


def _check_options(kind, missing, decimal, date_order):
    options = {"kind": (kind, (None, "classification", "regression")), "decimal": (decimal, (".", ",")),
               "missing": (missing, ("impute", "drop", "error")), "date_order": (date_order, (None, *ORDERS))}
    for name, (value, allowed) in options.items():
        if value is not None and not isinstance(value, str) or value not in allowed:
            raise ValueError(f"{name}={value!r:.60}; expected {' or '.join(map(repr, allowed))}")


def _target(table, target, dropped):
    if target is None:
        kept = [j for j, name in enumerate(table.names) if name not in dropped]
        target = kept[-1] if kept else None
    t = target_position(table, target)
    if table.names[t] in dropped:
        raise ValueError(f"{table.path}: the target {table.names[t]!r:.60} is among the columns to drop; "
                         f"expected another")
    return t


def _with_target(table, t, gaps):
    """The rows that have a target, and a word on the others."""
    cells = table.columns[t]
    known = ~find_gaps(cells, gaps)[cells.codes]
    if not known.any():
        raise ValueError(f"{table.path}: target column {table.names[t]!r:.60} holds no value; expected another target")
    lost = len(table) - int(known.sum())
    return (table.take(known), (f"{_rows(lost)} without a target left out",)) if lost else (table, ())


def _complete(table, columns):
    """The rows in which no feature is missing."""
    complete = columns.complete(table)
    if not complete.any():
        raise ValueError(f"{table.path}: a feature is missing in every row; expected missing='impute', "
                         f"or columns to drop")
    lost = len(table) - int(complete.sum())
    notes = (f"{_rows(lost)} with a missing feature left out",) if lost else ()
    return table.take(complete), replace(columns, notes=columns.notes + notes)


def _target_note(class_names):
    if class_names is None:
        return "real numbers"
    shown = ", ".join(name[:20] for name in class_names[:5])
    return f"{len(class_names)} classes: {shown}{', …' * (len(class_names) > 5)}"


def _rows(n):
    return "1 row" if n == 1 else f"{n} rows"


def _describe(table: Table, t: int, gaps: frozenset[str], dropped: list[str], decimal: str, order: Order | None):
    """The kind of each column but the target."""
    found = []
    for j, (name, cells) in enumerate(zip(table.names, table.columns)):
        if j == t:
            continue
        if name in dropped:
            found.append(LeftOut(name, reason="dropped"))
        elif j == table.nameless and is_row_names(cells, gaps):
            found.append(LeftOut(name, reason="names of rows"))
        else:
            found.append(recognise(cells, gaps, decimal, order))
    if all(isinstance(column, LeftOut) for column in found):
        found = [NumberColumn(column.name, decimal=decimal) if column.reason == RUNNING else column for column in found]
    return tuple(found)
