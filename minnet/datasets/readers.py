"""The user's own table as a `Dataset`, and the encoding that reads a second table in the same manner.

Reading goes in two steps. `read_table` finds the cells; `Columns` says which of them are features, and what numbers
they stand for: a column of numbers as it is, a column of text as one 0/1 feature per level. `read_csv` learns
`Columns` from the table and forgets them; `read_csv_with_columns` hands them back, for whoever trains now and
predicts later: they go to JSON and back, and

    X = columns.encode(read_table(path, columns.names))

encodes new rows, labelled or not, into the features that the model knows.
"""
from __future__ import annotations

import json
import re
from dataclasses import dataclass

import numpy as np

from .dataset import Dataset
from .tables import is_number, is_text, listed, mostly_numbers, read_table

__all__ = ["Columns", "read_csv", "read_csv_with_columns"]

MAX_LEVELS = 100        # of a text feature; more are most likely an identifier
MAX_INTEGER_CLASSES = 20


@dataclass(frozen=True)
class Columns:
    """The feature columns of a table: names, for each its sorted levels if it is text (else None), and the position
    `target` at which the target stood among them.

    >>> columns = Columns(("size", "colour"), (None, ("green", "red")), 2)
    >>> columns.feature_names
    ('size', 'colour=green', 'colour=red')
    >>> Columns.from_json(columns.to_json()) == columns
    True
    """

    names: tuple
    levels: tuple
    target: int

    def __post_init__(self):
        if len(self.names) != len(self.levels):
            raise ValueError(f"found {len(self.names)} names but {len(self.levels)} levels; expected one each")

    @property
    def feature_names(self):
        """A name for each feature: the column's, and for text `name=level`."""
        return tuple(feature for name, levels in zip(self.names, self.levels)
                     for feature in ([name] if levels is None else [f"{name}={level}" for level in levels]))

    def encode(self, table):
        """X (N, d) float64 for the rows of `table`.

        With a header, columns are found by name, and others ignored. Without, they are taken in order: as many as
        the features, or one more, the target, which is left out. ValueError that names a column which is missing, a
        cell that is no number where one is due, or a level that was not there when the columns were learnt.
        """
        blocks = [table.numbers(j)[:, None] if levels is None else _one_hot(table, j, levels)
                  for j, levels in zip(self._positions(table), self.levels)]
        return np.hstack(blocks)

    def _positions(self, table):
        found, n = len(table.names), len(self.names)
        if not table.has_header:
            if found not in (n, n + 1):
                raise ValueError(f"{table.path}: found {found} columns and no header; expected {n}, "
                                 f"or {n + 1} with the target as number {self.target + 1}")
            return [j for j in range(found) if found == n or j != self.target]
        position = {name: j for j, name in enumerate(table.names)}
        for name in self.names:
            if name not in position:
                raise ValueError(f"{table.path}: no column {name!r}; the columns are {listed(table.names)}")
        return [position[name] for name in self.names]

    def to_json(self):
        return json.dumps({"names": self.names, "levels": self.levels, "target": self.target})

    @classmethod
    def from_json(cls, text):
        try:
            plain = json.loads(text)
            levels = tuple(None if levels is None else tuple(levels) for levels in plain["levels"])
            return cls(tuple(plain["names"]), levels, plain["target"])
        except (KeyError, TypeError, ValueError):
            raise ValueError(f"found {text!r:.60}; expected the JSON of Columns: names, levels, target") from None


def read_csv(path, target=None, kind=None):
    """The `Dataset` in a text table: its separator and its header, if any, are found from the file (see `tables`).

    `target` is a column's name, or its index as in Python: 0 the first, −1 the last, which is also meant by None. A
    string of digits is a name if there is such a column, else an index. All other columns are features, numbers as
    they are, text one-hot: `name=level`, levels sorted. A target of text gives classes, as does one of integers with
    at most 20 different values and fewer than half as many as rows; any other is real. `kind` overrides this:
    "classification" or "regression". Classes are sorted.

    ValueError in one line, naming file, line and column, for whatever the table does not say clearly: a missing
    value, text in a column of which nine cells in ten are numbers, more than 100 levels in a column, …
    """
    return read_csv_with_columns(path, target, kind)[0]


def read_csv_with_columns(path, target=None, kind=None):
    """(dataset, columns): what `read_csv` gives, and the `Columns` with which to encode a second table alike."""
    if kind not in (None, "classification", "regression"):
        raise ValueError(f"kind={kind!r}; expected 'classification', 'regression' or None")
    is_name = isinstance(target, str) and not is_number(target)
    table = read_table(path, names=(target,) if is_name else ())
    if len(table.names) == 1:
        raise ValueError(f"{path}: a single column; expected features and a target, "
                         f"separated by commas, semicolons or tabs")
    t = _target_position(table, target)
    features = [j for j in range(len(table.names)) if j != t]
    columns = Columns(tuple(table.names[j] for j in features), tuple(_levels(table, j) for j in features), t)
    y, class_names = _targets(table, t, kind)
    return Dataset(columns.encode(table), y, columns.feature_names, class_names), columns


def _target_position(table, target):
    n = len(table.names)
    if target is None:
        return n - 1
    if isinstance(target, str):
        if target in table.names:
            return table.names.index(target)
        position = int(target) if re.fullmatch("-?[0-9]+", target) else n
    elif isinstance(target, (int, np.integer)) and not isinstance(target, bool):
        position = int(target)
    else:
        raise ValueError(f"target={target!r}; expected a column's name or index")
    if not -n <= position < n:
        hint = "" if table.has_header else (f"; line {table.lines[0]} was not taken for a header: "
                                            f"{listed([column[0] for column in table.columns])}")
        raise ValueError(f"{table.path}: no column {target!r} for a target; "
                         f"the columns are {listed(table.names)}{hint}")
    return position % n


def _is_text(table, j):
    """Whether column j is text; ValueError if a value is missing, or numbers were meant and some are not."""
    cells = table.texts(j)
    i = next((i for i, cell in enumerate(cells) if is_text(cell)), None)
    if i is None:
        return False
    if mostly_numbers(cells):
        raise table.error(i, j, f"found {cells[i]!r:.60} in a column of numbers; expected a number")
    if all(is_number(cell.replace(",", ".", 1)) for cell in cells):
        raise table.error(i, j, f"found {cells[i]!r:.60}; expected a number with a decimal point")
    return True


def _levels(table, j):
    """The sorted levels of column j, None if it holds numbers."""
    if not _is_text(table, j):
        return None
    levels = tuple(sorted(set(table.columns[j])))
    if len(levels) > MAX_LEVELS:
        raise ValueError(f"{table.path}: column {table.names[j]!r} holds {len(levels)} different texts; "
                         f"expected at most {MAX_LEVELS} (an identifier? then leave it out)")
    return levels


def _one_hot(table, j, levels):
    known = set(levels)
    cells = table.texts(j)
    for i, cell in enumerate(cells):
        if cell not in known:
            raise table.error(i, j, f"unknown value {cell!r:.60}; expected one of {listed(levels)}")
    return (np.array(cells, object)[:, None] == np.array(levels, object)).astype(float)


def _targets(table, j, kind):
    """(y, class_names) of target column j."""
    if kind == "regression" or (kind is None and not _is_text(table, j) and not _few_integers(table.numbers(j))):
        return table.numbers(j), None
    values = table.numbers(j).tolist() if all(map(is_number, table.columns[j])) else table.texts(j)
    classes = sorted(set(values))
    if len(classes) == 1:
        raise ValueError(f"{table.path}: target column {table.names[j]!r} holds {_class_name(classes[0])!r} alone; "
                         f"expected two classes or more")
    number = {value: k for k, value in enumerate(classes)}
    return np.array([number[value] for value in values]), tuple(map(_class_name, classes))


def _few_integers(values):
    distinct = np.unique(values)
    return (bool((distinct == np.round(distinct)).all())
            and len(distinct) <= MAX_INTEGER_CLASSES and 2 * len(distinct) < len(values))


def _class_name(value):
    """A text as it is, a number in its shortest digits.

    >>> _class_name(2.0), _class_name(0.1), _class_name("red")
    ('2', '0.1', 'red')
    """
    return value if isinstance(value, str) else np.format_float_positional(value + 0.0, trim="-")
