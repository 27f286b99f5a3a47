"""The description of a table's columns: what each is, what was done with it, and how new rows become features."""
from __future__ import annotations

import json
import sys
import warnings
from dataclasses import asdict, dataclass, field, replace
from os import PathLike
from typing import Any, Literal, Self

import numpy as np

from ..html import html_table
from .cells import Cells
from .frames import is_frame, table_of_frame
from .kinds import KINDS, Column, LeftOut, NumberColumn, find_gaps
from .missing import missing_texts
from .tables import Table, listed, read_table

__all__ = ["Columns", "Missing", "TableWarning"]

Missing = Literal["impute", "drop", "error"]
HEAD = ("column", "kind", "features", "missing", "")
MOST_LINES = 40        # of a printed description
MOST_DAYS = 4e6        # from 1970 to any date of four digits


class TableWarning(UserWarning):
    """Something about new rows that a model cannot know."""


@dataclass(frozen=True)
class Columns:
    """The columns of a table as a model reads them.

    It is printed as a short table, goes to JSON and back, and encodes new rows, labelled or not, into the features
    that the model knows. What is estimated (medians, levels) comes from the rows to which it was fitted:
    `Dataset.split` fits it to the training rows alone.

    Attributes
    ----------
    columns : tuple of Column
        In the order of the file, without the target.
    target : int
        The place at which the target stood among them.
    target_name : str
    missing : {"impute", "drop", "error"}
        What is done with a row in which a feature is missing.
    na : tuple of str
        The texts that mean "missing", folded to one case.
    reading : dict
        The options with which the file was read, where they were given: header, separator, encoding, comment.
    target_note : str
        What the target is, in words: "classes no, yes", or "real numbers".
    notes : tuple of str
        What else was found or done, in words: rows without a target, the encoding.

    Examples
    --------
    >>> from minnet.datasets.kinds import CategoryColumn, NumberColumn
    >>> columns = Columns((NumberColumn("size"), CategoryColumn("colour", levels=("green", "red"))), 2, "price")
    >>> columns.feature_names
    ('size', 'colour=green', 'colour=red')
    >>> Columns.from_json(columns.to_json()) == columns
    True
    >>> print(columns)
    column  kind      features  missing
    size    number           1        0
    colour  category         2        0  green, red
    price   target
    """

    columns: tuple[Column, ...]
    target: int
    target_name: str
    missing: Missing = "impute"
    na: tuple[str, ...] = tuple(sorted(missing_texts()))
    reading: dict[str, Any] = field(default_factory=dict)
    target_note: str = ""
    notes: tuple[str, ...] = ()

    @property
    def used(self) -> tuple[Column, ...]:
        """The columns that give features."""
        return tuple(column for column in self.columns if not isinstance(column, LeftOut))

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns that give features."""
        return tuple(column.name for column in self.used)

    @property
    def feature_names(self) -> tuple[str, ...]:
        """A name for each feature: the column's, `column=level`, `column year`, `column missing`."""
        return tuple(name for column in self.used for name in column.feature_names)

    def fit(self, table: Table) -> Self:
        """The same columns, with medians and levels estimated from the rows of a table."""
        na, cells = frozenset(self.na), dict(zip(self.used, self._cells(table)))
        return replace(self, columns=tuple(column.fit(cells[column], na) if column in cells else column
                                           for column in self.columns))

    def encode(self, source: Table | str | PathLike[str] | Any, warn: bool = True) -> np.ndarray:
        """Encode new rows.

        With a header, columns are found by name, and others ignored. Without, they are taken in order: as many as the
        features' columns, or these and the columns left out, or one more, the target.

        Parameters
        ----------
        source : path, DataFrame or Table
        warn : bool, default True
            Whether to say in a `TableWarning` how many cells hold a level that was not there when the columns were
            fitted (their features are all zero), or are missing where none was (they are filled in).

        Returns
        -------
        X : (N, d) float64 array

        Raises
        ------
        ValueError
            Of one line, for a column that is not there, a cell that is no number where one is due, and a missing one
            where `missing` is "error".
        """
        table = self.read(source)
        na, blocks, said = frozenset(self.na), [], []
        for column, cells in zip(self.used, self._cells(table)):
            if self.missing == "error" and (row := cells.first(find_gaps(cells, na))) is not None:
                raise cells.error(row, ", a missing value; expected none, or the option missing='impute'")
            encoded = column.encode(cells, na)
            blocks.append(encoded.features)
            if encoded.unknown:
                said.append(f"{column.name!r:.60}: {encoded.unknown} with a level that was not there in training")
            if encoded.filled:
                said.append(f"{column.name!r:.60}: {encoded.filled} missing where none was in training")
        if said and warn:
            warnings.warn(f"{table.path}: {len(table)} rows; {'; '.join(said[:10])}{'; …' * (len(said) > 10)}",
                          TableWarning, stacklevel=2)
        return np.hstack(blocks)

    def read(self, source: Table | str | PathLike[str] | Any) -> Table:
        """The table in a file or a data frame, read as the one that is described here."""
        if isinstance(source, Table):
            return source
        if is_frame(source):
            decimal = next((column.decimal for column in self.used if isinstance(column, NumberColumn)), ".")
            return table_of_frame(source, decimal)
        return read_table(source, self.names, na=self.na, **self.reading)

    def complete(self, table: Table) -> np.ndarray:
        """Which rows of a table miss no feature: (N,) bool."""
        complete, na = np.ones(len(table), bool), frozenset(self.na)
        for cells in self._cells(table):
            complete &= ~find_gaps(cells, na)[cells.codes]
        return complete

    def _cells(self, table: Table) -> list[Cells]:
        """The cells of each column that gives features."""
        if not table.has_header:
            found, n, used = len(table.names), len(self.columns), len(self.used)
            places = {column.name: k + (found == n + 1 and k >= self.target) for k, column in enumerate(self.columns)}
            if found == used < n:
                places = {column.name: k for k, column in enumerate(self.used)}
            elif found not in (n, n + 1):
                raise ValueError(f"{table.path}: found {found} columns and no header; expected {n}, "
                                 f"or {n + 1} with the target as number {self.target + 1}")
        else:
            places = {name: k for k, name in enumerate(table.names)}
            if absent := [name for name in self.names if name not in places]:
                raise ValueError(f"{table.path}: no column {absent[0]!r:.60}; the columns are {listed(table.names)}")
        return [table.columns[places[name]] for name in self.names]

    def _lines(self) -> list[tuple[str, str, str, str, str]]:
        """The lines of the printed table: a head, and one for each column."""
        rows = [HEAD]
        rows += [(column.name[:30], column.kind, str(len(column.feature_names)), str(column.missing), column.note)
                 for column in self.columns]
        rows.insert(1 + self.target, (self.target_name[:30], "target", "", "", self.target_note))
        if more := len(rows) - MOST_LINES - 1:
            rows = rows if more < 0 else [*rows[:MOST_LINES + 1], (f"… {more} more", "", "", "", "")]
        return rows

    def _repr_html_(self) -> str:
        head, *rows = self._lines()
        return html_table(f"{len(self.columns)} columns and a target", head, rows, "; ".join(self.notes))

    def __str__(self) -> str:
        rows = self._lines()
        name, kind = (max(len(row[k]) for row in rows) for k in (0, 1))
        lines = [f"{row[0]:<{name}}  {row[1]:<{kind}}  {row[2]:>8}  {row[3]:>7}  {row[4]}".rstrip() for row in rows]
        return "\n".join([*lines, *self.notes])

    def to_dict(self) -> dict[str, Any]:
        """The description as mappings, lists, texts and numbers, as for a report in JSON."""
        return asdict(self) | {"columns": [{"kind": column.kind, **asdict(column)} for column in self.columns]}

    def to_json(self) -> str:
        """The description as one text."""
        return json.dumps(self.to_dict(), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """The description that `to_json` gave.

        Raises
        ------
        ValueError
            Where the text is none.
        """
        try:
            plain = json.loads(text)
            columns = tuple(_column(entry) for entry in plain.pop("columns"))
            plain["na"], plain["notes"] = tuple(map(str, plain["na"])), tuple(map(str, plain["notes"]))
            found = cls(columns, **plain)
            if not (isinstance(found.target, int) and isinstance(found.target_name, str)
                    and isinstance(found.target_note, str) and isinstance(found.reading, dict)
                    and set(found.reading) <= {"header", "separator", "encoding", "comment"}
                    and found.missing in ("impute", "drop", "error")):
                raise ValueError
            return found
        except (KeyError, TypeError, ValueError, AttributeError, RecursionError):
            raise ValueError(f"found {text!r:.60}; expected the JSON of Columns: columns, target, …") from None


def _column(plain):
    """The column of an entry of `to_dict`, its fields of the types that they are declared to have."""
    values: dict[str, Any] = {name: tuple(map(str, value)) if isinstance(value, list) else value
                              for name, value in plain.items()}
    column = KINDS[values.pop("kind")](**values)
    default = type(column)("")
    for name, value in vars(column).items():
        expected = str if name == "order" and value is not None else type(getattr(default, name))
        if not isinstance(value, expected) and not (expected is float and isinstance(value, int)):
            raise ValueError(f"{name} of {column.name!r} is {value!r}")
        limit = MOST_DAYS if column.kind == "date" else sys.float_info.max
        if isinstance(value, (int, float)) and not abs(value) <= limit:
            raise ValueError(f"{name} of {column.name!r} is {value!r}")
    return column
