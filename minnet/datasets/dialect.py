"""How a text file is cut into rows and cells: comment lines, the separator, quotes, separators at the end of each
row."""
from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

__all__ = ["Dialect", "find_dialect", "rows_of"]

HEAD = 1 << 16         # characters from which the separator is found: below the csv module's limit on a cell
FEW = 100              # rows that are looked at
REGULAR = 0.8          # share of rows above which blanks may separate cells: they stand within cells, too
SEPARATORS = "\t;,|"   # a tie goes to the earlier: a comma also stands within the cells of the others
COMMENTS = ("#", "%", "//")
NAMES = {"tab": "\t", "comma": ",", "semicolon": ";", "bar": "|", "blank": " ", "space": " ", "\\t": "\t"}
DECLARED = re.compile(r"\s*[\"']?sep=([^\w\s.\"']|[ \t])[\"']?\s*", re.IGNORECASE)
BLANKS = re.compile(r"[ \t]+")


class Dialect(NamedTuple):
    """The separator (a blank stands for any number of blanks and tabs), and the start of lines that are comments.

    The first `skip` lines are no rows, but for a mark of `hash` characters before the header.
    """

    separator: str
    comment: str | None = None
    skip: int = 0
    hash: int = 0


def find_dialect(text: str, separator: str | None = None, comment: str | None = None) -> Dialect:
    """Find how a table is written from its first lines.

    A first line `sep=;` declares the separator. Without an option, lines at the top that start with `#`, `%` or `//`
    are comments; the last of them is the header, though, where it has as many cells as the rows below. Of tab,
    semicolon, comma and bar, that separator is taken which cuts the most of the first rows into one same number of
    cells, two at least, and blanks where none does.

    Parameters
    ----------
    text : str
    separator : str, optional
        A character, or its name: tab, comma, semicolon, bar, blank.
    comment : str, optional
        How lines begin that are comments, wherever they stand.

    Raises
    ------
    ValueError
        Where an option is no separator, or no beginning of a line.

    Examples
    --------
    >>> find_dialect("a;b\\n1,5;2,5\\n3,5;4,5\\n").separator
    ';'
    >>> find_dialect("# made in May\\n1 2\\n3 4\\n")
    Dialect(separator=' ', comment=None, skip=1, hash=0)
    """
    separator = _separator_of(separator)
    if comment is not None and (not isinstance(comment, str) or not comment.strip() or len(comment) > 10):
        raise ValueError(f"comment={comment!r:.60}; expected how comment lines begin, such as '#'")
    head = text[:HEAD]
    if len(head) < len(text):
        head = head[:head.rfind("\n") + 1] or head
    lines = io.StringIO(head, newline="").readlines()
    skip = 0
    if lines and (declared := DECLARED.fullmatch(lines[0])):
        separator, skip = separator or declared[1], 1
    top = skip
    while comment is None and skip < len(lines) and (lines[skip].isspace() or _comment(lines[skip])):
        skip += 1
    body = [line for line in lines[skip:] if comment is None or not line.startswith(comment)]
    if comment is None and not body:
        skip, body = top, lines[top:]
    separator = separator or _separator(body)
    mark = _comment(lines[skip - 1]) if skip > top else ""
    if mark and body:
        above, below = (list(_cut([line], separator)) for line in (lines[skip - 1][len(mark):], body[0]))
        if len(below[:1]) == 1 and above and len(above[0]) == len(below[0]) > 1:
            return Dialect(separator, comment, skip - 1, len(mark))
    return Dialect(separator, comment, skip)


def rows_of(lines: Iterator[str], dialect: Dialect) -> Iterator[tuple[int, list[str]]]:
    """Cut lines into (number of the row's first line, cells); blank lines and comments give no row.

    Raises
    ------
    ValueError
        For a quote that is not closed, or closed within a cell, and a cell of more than 131,072 characters.
    """
    reader = csv.reader(_without_comments(lines, dialect), delimiter=dialect.separator, skipinitialspace=True,
                        strict=True)
    line = 1
    try:
        for row in reader:
            if row and not (len(row) == 1 and not row[0].strip()):
                yield line, row
            line = reader.line_num + 1
    except csv.Error as error:
        raise ValueError(f"line {line}: {error}; expected cells, quoted or not, between separators") from None


def _without_comments(lines, dialect):
    """The lines, empty where they are comments, so that they keep their numbers."""
    for k, line in enumerate(lines):
        if k < dialect.skip or (dialect.comment and line.startswith(dialect.comment)):
            yield "\n"
        else:
            line = line[dialect.hash:] if k == dialect.skip else line
            yield _single_blanks(line) if dialect.separator == " " else line


def _single_blanks(line):
    return BLANKS.sub(" ", line.strip(" \t\r\n")) + "\n"


def _separator_of(word):
    if word is None:
        return None
    separator = NAMES.get(word.lower(), word) if isinstance(word, str) else ""
    if len(separator) != 1 or separator in "\"'\r\n.\0" or separator.isalnum():
        raise ValueError(f"separator={word!r:.60}; expected one character, or tab, comma, semicolon, bar or blank")
    return separator


def _comment(line):
    return next((mark for mark in COMMENTS if line.startswith(mark)), "")


def _cut(lines, separator):
    """The rows in some lines, as far as they can be cut."""
    lines = map(_single_blanks if separator == " " else str, (line for line in lines if not line.isspace()))
    return filter(None, csv.reader(lines, delimiter=separator, skipinitialspace=True))


def _separator(lines):
    best, separator = 0, ","
    for candidate in SEPARATORS:
        share = _regularity(lines, candidate)
        if share > best:
            best, separator = share, candidate
    return " " if _regularity(lines, " ") > max(best, REGULAR) else separator


def _regularity(lines, separator):
    """The share of the first rows that have the most usual number of cells, 0 where that is a single one; the header
    may lack one, above the names of rows."""
    try:
        widths = [len(row) for row in islice(_cut(lines, separator), FEW)]
    except csv.Error:
        return 0
    (width, count), = Counter(widths).most_common(1) or [(0, 0)]
    if len(widths) > 2 and widths[0] > 1 and set(widths[1:]) == {widths[0] + 1}:
        return 1
    return count / len(widths) if width > 1 else 0
