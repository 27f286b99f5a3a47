"""A text table as it stands in its file: names, cells, and the line of each, for messages that say where.

Cells are separated by commas, semicolons or tabs, which is found from the file, and may be quoted. Whether the first
line is a header is found too, see `is_header`. What the cells mean is for `readers` to say.
"""
from __future__ import annotations

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import numpy as np

from .files import read_bytes

__all__ = ["Table", "read_table", "is_number", "is_text", "mostly_numbers", "listed"]

NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
MISSING = re.compile(r"\??|NA|N/A|na|n/a|NULL|null|[+-]?(?i:nan|inf|infinity)")
HEAD = 1 << 16     # characters from which the separator is found: below the csv module's limit on a cell


def is_number(cell):
    return NUMBER.fullmatch(cell) is not None


def is_missing(cell):
    return MISSING.fullmatch(cell) is not None


def is_text(cell):
    return not is_number(cell) and not is_missing(cell)


def mostly_numbers(cells):
    """Whether there are numbers among the cells, and at most one text for nine of them."""
    numbers, texts = sum(map(is_number, cells)), sum(map(is_text, cells))
    return 0 < numbers >= 0.9 * (numbers + texts)


def listed(names, limit=20):
    """'a', 'b', 'c', and no more than `limit` of them."""
    return ", ".join(map(repr, names[:limit])) + (f", … ({len(names)} in all)" if len(names) > limit else "")


@dataclass(frozen=True)
class Table:
    """A table of text: `columns[j][i]` is the cell of column `names[j]` in row i, which starts in line `lines[i]`."""

    path: Path
    names: tuple
    columns: tuple = field(repr=False)
    lines: tuple = field(repr=False)
    has_header: bool

    def __len__(self):
        return len(self.lines)

    def error(self, i, j, what):
        """The ValueError that says `what` of the cell of row i in column j."""
        return ValueError(f"{self.path}: line {self.lines[i]}, column {self.names[j]!r}: {what}")

    def texts(self, j):
        """The cells of column j; ValueError if one is missing."""
        for i, cell in enumerate(self.columns[j]):
            if is_missing(cell):
                raise self.error(i, j, f"missing value {cell!r}; expected a finite number or a text")
        return self.columns[j]

    def numbers(self, j):
        """Column j as float64 (N,); ValueError if one is missing or no finite number."""
        for i, cell in enumerate(self.texts(j)):
            if not is_number(cell):
                raise self.error(i, j, f"found {cell!r:.60}; expected a number")
        values = np.array([float(cell) for cell in self.columns[j]])
        if not np.isfinite(values).all():
            i = int(np.argmin(np.isfinite(values)))
            raise self.error(i, j, f"found {self.columns[j][i]!r:.60}, too large; expected a finite number")
        return values


def read_table(path, names=()):
    """The `Table` in a UTF-8 text file. Blank lines are skipped, and cells stripped of white space around them.

    `names` are columns known to be wanted, as by `Columns.names`: a first line that holds all of them is a header.
    Columns without a header are called column_1, column_2, … ValueError in one line for a file that cannot be read,
    is empty or has only a header, a row of another length than the first, and names that are empty or stand twice.
    """
    path = Path(path)
    text = _text(path)
    lines, rows = _rows(path, text)
    if not rows:
        raise ValueError(f"{path}: the file is empty; expected a table")
    for line, row in zip(lines, rows):
        if len(row) != len(rows[0]):
            raise ValueError(f"{path}: line {line}: found {len(row)} cells; "
                             f"expected {len(rows[0])} as in line {lines[0]}")
    has_header = is_header(rows[0], list(zip(*rows[1:])), names)
    if has_header:
        _check_names(path, lines[0], rows[0])
        header, lines, rows = rows[0], lines[1:], rows[1:]
    else:
        header = [f"column_{j + 1}" for j in range(len(rows[0]))]
    if not rows:
        raise ValueError(f"{path}: only a header; expected rows below it")
    return Table(path, tuple(header), tuple(map(list, zip(*rows))), tuple(lines), has_header)


def is_header(first, below, names=()):
    """Whether the row `first` names the columns `below` it.

    It does if it holds all of the wanted `names`, or a text above a column of numbers. A table with no column of
    numbers, and of which no names are known, has a header if its first cells are different texts that do not come
    again in their columns.

    >>> is_header(["size", "kind"], [("1", "2"), ("a", "b")])
    True
    >>> is_header(["3", "c"], [("1", "2"), ("a", "b")])
    False
    >>> is_header(["colour", "kind"], [("red", "green"), ("a", "a")])
    True
    """
    if names and set(names) <= set(first):
        return True
    if any(is_text(cell) and mostly_numbers(column) for cell, column in zip(first, below)):
        return True
    comes_again = any(cell in column for cell, column in zip(first, below))
    return not names and all(map(is_text, first)) and len(set(first)) == len(first) and not comes_again


def _text(path):
    content = read_bytes(path)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ValueError(f"{path}: line {line}: byte 0x{content[error.start]:02x} is not UTF-8; "
                         f"expected a text table in UTF-8") from None


def _rows(path, text):
    """(lines, rows): the rows that are not blank, and the line in which each starts."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), skipinitialspace=True, strict=True)
    lines, rows, line = [], [], 1
    try:
        for row in reader:
            row = [cell.strip() for cell in row]
            if row not in ([], [""]):
                lines.append(line)
                rows.append(row)
            line = reader.line_num + 1
    except csv.Error as error:
        raise ValueError(f"{path}: line {line}: {error}; expected cells, quoted or not, "
                         f"between separators") from None
    return lines, rows


def _delimiter(text):
    """Of tab, semicolon and comma the one that cuts the most of the first rows into one same number of cells.

    The tie goes to the earlier: a comma also stands within the cells of the others, as a decimal comma.

    >>> _delimiter("a;b\\n1,5;2,5\\n3,5;4,5\\n")
    ';'
    """
    head = text[:HEAD]
    if len(head) < len(text):
        head = head[:head.rfind("\n") + 1] or head
    best, delimiter = 0, ","
    for candidate in "\t;,":
        rows = csv.reader(io.StringIO(head, newline=""), delimiter=candidate, skipinitialspace=True)
        widths = Counter(len(row) for row in islice(filter(None, rows), 100))
        width, count = max(widths.items(), key=lambda item: item[1], default=(0, 0))
        if width > 1 and count / widths.total() > best:
            best, delimiter = count / widths.total(), candidate
    return delimiter


def _check_names(path, line, header):
    first = {}
    for j, name in enumerate(header):
        if not name:
            raise ValueError(f"{path}: line {line}: column {j + 1} has no name; expected a header with a name for each")
        if first.setdefault(name, j) != j:
            raise ValueError(f"{path}: line {line}: columns {first[name] + 1} and {j + 1} are both called "
                             f"{name!r}; expected different names")
