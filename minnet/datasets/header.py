"""Whether the first row of a table names its columns."""
from __future__ import annotations

from collections.abc import Sequence

from .cells import Cells
from .dates import parse_date
from .numbers import parse_number
from .recognition import is_row_names, mostly_numbers

__all__ = ["find_header", "names_of"]


def find_header(first: Sequence[str], below: Sequence[Cells], wanted: Sequence[str] = (),
                na: frozenset[str] = frozenset({""})) -> bool:
    """Whether the row `first` names the columns `below` it.

    It does if it holds all of the `wanted` names; if it has a text above a column of numbers or dates; if its first
    cell alone is empty and the others differ, as above names of rows; if it has whole numbers, such as years, above
    numbers of which some are not whole, and texts that come once above texts that all come again. A table with no
    column of numbers, and of which no names are known, has a header if its first cells are different texts that do not
    come again in their columns.

    Parameters
    ----------
    first : sequence of str
    below : sequence of Cells
    wanted : sequence of str
    na : frozenset of str
        What means "missing".
    """
    if wanted and set(wanted) <= set(first):
        return True
    if any(_is_name(cell, na) and mostly_numbers(column, na) for cell, column in zip(first, below)):
        return True
    different = len(set(first)) == len(first)
    names = first[1:] if not first[0] and is_row_names(below[0], na) else first
    if len(names) < len(first) and len(below[0]) > 1 and different and all(names):
        return True
    if different and _has_numbers_as_names(first, below, na):
        return True
    comes_again = any(column.counts[0] > 0 for column in below)      # the first text is that of the first row
    names_all = len(names) > 0 and all(_is_name(cell, na) for cell in names)
    return not wanted and different and not comes_again and names_all


def names_of(first: Sequence[str], line: int) -> tuple[str, ...]:
    """The names in a header, column_k where it has none for column k.

    Raises
    ------
    ValueError
        Where a name stands twice.
    """
    seen = {}
    for j, name in enumerate(first):
        if name and seen.setdefault(name, j) != j:
            raise ValueError(f"line {line}: columns {seen[name] + 1} and {j + 1} are both called {name!r:.60}; "
                             f"expected different names")
    names = [name or f"column_{j + 1}" for j, name in enumerate(first)]
    if len(set(names)) < len(names):
        raise ValueError(f"line {line}: a column without a name beside one called column_…; expected a name for each")
    return tuple(names)


def _has_numbers_as_names(first, below, na):
    """Whether the numbers of the row are whole above some that are not, and its texts come once above others that come
    again."""
    if not all(cell.isdecimal() or _is_name(cell, na) for cell in first):
        return False
    numbers = [column for cell, column in zip(first, below) if cell.isdecimal()]
    texts = [column.counts for cell, column in zip(first, below) if not cell.isdecimal()]
    return (len(numbers) > 0 and len(texts) > 0
            and all(any(n and not text.isdecimal() for text, n in zip(each.texts, each.counts)) for each in numbers)
            and all(counts[0] == 0 and counts.sum() > 0 and counts[counts > 0].min() > 1 for counts in texts))


def _is_name(cell, na):
    """Whether a cell is a text, neither missing nor a number nor a date."""
    return (cell.casefold() not in na and parse_number(cell) is None and parse_number(cell, ",") is None
            and parse_date(cell, "day first") is None and parse_date(cell, "month first") is None)
