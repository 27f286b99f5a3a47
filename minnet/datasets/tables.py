"""A text table as it stands in its file: names, cells, and the line of each, for messages that say where."""
from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from os import PathLike

import numpy as np

from .cells import Cells, Numbering
from .decoding import find_encoding
from .dialect import find_dialect, rows_of
from .files import read_bytes
from .header import find_header, names_of
from .missing import missing_texts
from .numbers import is_number

__all__ = ["Table", "listed", "read_table"]

BLOCK = 10_000         # rows that are held as lists of texts at a time
SHORT = 60


def listed(names: Sequence[object], limit: int = 20) -> str:
    """'a', 'b', 'c', and no more than `limit` of them.

    >>> listed(["a", "b", "c"], 2)
    "'a', 'b', … (3 in all)"
    """
    shown = ", ".join(repr(name)[:SHORT] for name in names[:limit])
    return shown + (f", … ({len(names)} in all)" if len(names) > limit else "")


@dataclass(frozen=True)
class Table:
    """A table of texts.

    Attributes
    ----------
    path : str
        The file, for messages.
    names : tuple of str
        A name for each column.
    columns : tuple of Cells
        The cells of each column.
    lines : (N,) int array
        The line of the file in which each row starts.
    has_header : bool
        Whether the names are the file's; else they are column_1, column_2, …
    nameless : int or None
        The place of a first column that a header leaves without a name.
    notes : tuple of str
        What was found about the file that its reader may not expect.
    """

    path: str
    names: tuple[str, ...]
    columns: tuple[Cells, ...] = field(repr=False)
    lines: np.ndarray = field(repr=False)
    has_header: bool
    nameless: int | None = None
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.lines)

    def take(self, rows: np.ndarray) -> Table:
        """The table of some of the rows: their numbers, or a mask."""
        return replace(self, columns=tuple(cells.take(rows) for cells in self.columns), lines=self.lines[rows])


def read_table(path: str | PathLike[str], names: Iterable[str] = (), *, header: bool | None = None,
               separator: str | None = None, encoding: str | None = None, comment: str | None = None,
               na: str | Iterable[str] | None = None) -> Table:
    """Read the table in a text file, plain or gzipped.

    Blank lines are skipped, and white space around cells is taken off. Separator, encoding, comments and header are
    found from the file where they are not given.

    Parameters
    ----------
    path : str or path-like
    names : iterable of str
        Columns that are known to be wanted: a first line that holds all of them is a header.
    header : bool, optional
        Whether the first row names the columns.
    separator : str, optional
        A character, or tab, comma, semicolon, bar or blank.
    encoding : str, optional
        Such as "utf-8" or "latin-1".
    comment : str, optional
        How lines begin that are comments.
    na : str or iterable of str, optional
        What means "missing"; see `missing_texts`.

    Returns
    -------
    Table

    Raises
    ------
    ValueError
        Of one line, for a file that cannot be read, is empty or has only a header, for a row of another length than
        the first, and for names that stand twice.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     _ = Path(folder, "t.csv").write_text("size;kind\\n1,5;small\\n12;large\\n")
    ...     table = read_table(Path(folder, "t.csv"))
    >>> table.names, list(table.columns[0])
    (('size', 'kind'), ['1,5', '12'])
    """
    if header not in (None, True, False):
        raise ValueError(f"header={header!r:.60}; expected True, False or None")
    missing = missing_texts(na)
    content = read_bytes(path)
    encoding = find_encoding(path, content, encoding)
    text = lambda: io.TextIOWrapper(io.BytesIO(content), encoding, newline="")
    head = text().read(1 << 17)
    if "\0" in head:
        raise ValueError(f"{path}: holds a zero character; expected a text table")
    dialect = find_dialect(head, separator, comment)
    notes = (f"encoding: {encoding}",) if encoding not in ("utf-8", "utf-8-sig") else ()
    try:
        rows = rows_of(text(), dialect)
        first = list(islice(rows, BLOCK))
        if not first:
            raise ValueError("the file is empty; expected a table")
        return _table(str(path), first, rows, tuple(names), header, missing, notes)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None


def _table(path, first, rest, wanted, header, missing, notes):
    """The table whose first rows are `first`, the others still to come."""
    shift = _shift([row for _, row in first], header)
    if shift:
        first[0] = first[0][0], ([""] if shift > 0 else []) + first[0][1] + ([""] if shift < 0 else [])
    width = len(first[0][1])
    columns, lines = _columns(chain(first, rest), width, first[0][0])
    drop_last = width > 1 and set(columns[-1][0]) == {""}
    if drop_last:                            # a separator at the end of every row
        columns, width = columns[:-1], width - 1
    head = [texts[codes[0]] for texts, codes in columns]
    cells = [Cells(f"column_{j + 1}", path, texts, codes, lines) for j, (texts, codes) in enumerate(columns)]
    below = [column.take(np.arange(1, len(lines))) for column in cells]
    if header is None:
        header = shift > 0 or find_header(head, below, wanted, missing)
        notes += () if header else ("no header found: the first row is data, and columns are named by number",)
    if not header:
        return Table(path, tuple(column.name for column in cells), tuple(cells), lines, False, None, notes)
    names = names_of(head, int(lines[0]))
    if len(lines) == 1:
        raise ValueError("only a header; expected rows below it")
    nameless = 0 if not head[0] or head[0].lower() == "unnamed: 0" else None
    return Table(path, names, tuple(replace(column, name=name) for column, name in zip(below, names)), lines[1:], True,
                 nameless, notes)


def _shift(rows, header):
    """1 where the header lacks the name of the row names (R's own way), −1 where it lacks the separator at the end of
    each row below, 0 where it has as many cells as the rows."""
    (top, *below) = rows
    if header is False or not below or any(len(row) != len(top) + 1 for row in below):
        return 0
    if not any(row[-1].strip() for row in below):
        return -1
    row_names = {row[0] for row in below}
    return int(len(below) > 1 and len(row_names) == len(below) and not any(is_number(cell.strip()) for cell in top))


def _columns(rows, width, first_line):
    """([(texts, codes) of each column], lines), read block by block."""
    numberings, codes, lines = [Numbering() for _ in range(width)], [[] for _ in range(width)], []
    while block := list(islice(rows, BLOCK)):
        for line, row in block:
            if len(row) != width:
                raise ValueError(f"line {line}: found {len(row)} cells; expected {width} as in line {first_line}")
        lines.append(np.array([line for line, _ in block]))
        for j, column in enumerate(zip(*(row for _, row in block))):
            codes[j].append(np.array(numberings[j].of(map(str.strip, column)), np.int32))
    return [(tuple(n), np.concatenate(c)) for n, c in zip(numberings, codes)], np.concatenate(lines)
