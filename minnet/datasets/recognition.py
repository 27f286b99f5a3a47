"""What kind of column stands in a table: numbers, dates, categories, or what says nothing about a new row."""
from __future__ import annotations

import numpy as np

from .cells import Cells
from .dates import Order, find_order, parse_dates
from .kinds import MOST_LEVELS, RARE, CategoryColumn, Column, DateColumn, LeftOut, NumberColumn, find_gaps
from .numbers import common_unit, fits_unit, parse_numbers

__all__ = ["RUNNING", "is_row_names", "mostly_numbers", "number_format", "recognise"]

ENOUGH_ROWS = 20       # to call a column an identifier
NAMES_OF_IDENTIFIERS = {"id", "index", "key", "uuid", "guid", "rownames", "row", "row_names", "rowid", "unnamed: 0"}
RUNNING = "running number"
MEANT = 0.9            # share of cells above which the others are mistakes
POINTS = {".": "a decimal point", ",": "a decimal comma"}


def recognise(cells: Cells, na: frozenset[str], decimal: str = ".", order: Order | None = None) -> Column:
    """Return the kind of a column, with nothing estimated yet.

    Numbers, where all cells are, with one unit; dates, where all are; else categories. An identifier is left out: a
    running number from 0 or 1, whole numbers that are all different in a column whose name says so, or texts of which
    most come once or none is frequent.

    Parameters
    ----------
    cells : Cells
    na : frozenset of str
        What means "missing".
    decimal : {".", ","}
    order : {"day first", "month first"}, optional

    Raises
    ------
    ValueError
        Where nine cells in ten are numbers, or dates, and others are not; for numbers with another decimal mark; and
        for dates in which any number can be the day, where `order` is not given.
    """
    gaps = find_gaps(cells, na)
    counts = np.where(gaps, 0, cells.counts)
    if not counts.any():
        return LeftOut(cells.name, reason="no values")
    if (numbers := number_format(cells, counts, decimal)) is not None:
        reason = None if numbers.unit else _numbering(cells, counts, decimal)
        return numbers if reason is None else LeftOut(cells.name, reason=reason)
    if (dates := _dates(cells, counts, order)) is not None:
        return dates
    different, rows = int((counts > 0).sum()), int(counts.sum())
    if rows >= ENOUGH_ROWS and (2 * different > rows or (different > MOST_LEVELS and counts.max() < RARE * rows)):
        return LeftOut(cells.name, reason=f"identifier: {different} different texts in {rows} rows")
    return CategoryColumn(cells.name)


def number_format(cells: Cells, counts: np.ndarray, decimal: str = ".") -> NumberColumn | None:
    """How the numbers of a column are written, None where it is no column of numbers."""
    numbers = cells.parsed(parse_numbers, decimal)
    unit = common_unit(numbers, counts)
    present, fits = counts > 0, fits_unit(numbers, unit)
    if fits[present].all():
        dress = ", ".join(sorted({*numbers.dress[present & (numbers.dress != "")]}))
        return NumberColumn(cells.name, decimal=decimal, unit=unit, dress=dress)
    other = "," if decimal == "." else "."
    if fits_unit(cells.parsed(parse_numbers, other), unit)[present].all():
        raise cells.error(cells.first(present & ~fits), f"; expected a number with {POINTS[decimal]}, or the option "
                                                        f"decimal={other!r}")
    if counts[fits].sum() >= MEANT * counts.sum() and not _few_different(counts):
        raise cells.error(cells.first(present & ~fits), " in a column of numbers; expected a number, "
                                                        "or the options na or drop")
    return None


def mostly_numbers(cells: Cells, na: frozenset[str]) -> bool:
    """Whether there are numbers or dates among the cells, and at most one other text for nine of them."""
    counts = np.where(find_gaps(cells, na), 0, cells.counts)
    readings = (lambda: cells.parsed(parse_numbers, ".").values, lambda: cells.parsed(parse_numbers, ",").values,
                lambda: cells.parsed(parse_dates, "day first"), lambda: cells.parsed(parse_dates, "month first"))
    return any(0 < counts[~np.isnan(values())].sum() >= MEANT * counts.sum() for values in readings)


def is_row_names(cells: Cells, na: frozenset[str]) -> bool:
    """Whether a column without a name holds names of rows: texts or whole numbers, all different, none missing."""
    present = cells.counts > 0
    values, days = cells.parsed(parse_numbers, ".").values[present], cells.parsed(parse_dates, "day first")[present]
    dates = len(days) > 0 and not np.isnan(days).any()
    return (cells.counts.max(initial=0) <= 1 and not find_gaps(cells, na)[present].any() and not dates
            and bool((np.isnan(values) | (values == np.floor(values))).all()))


def _numbering(cells, counts, decimal):
    """Why a column of numbers is an identifier, None where it is none."""
    if counts.sum() < max(ENOUGH_ROWS, len(cells)) or counts.max() > 1:
        return None
    values = cells.parsed(parse_numbers, decimal).values[cells.codes]
    if values[0] in (0, 1) and (np.diff(values) == 1).all():
        return RUNNING
    words = cells.name.lower().replace("-", "_").replace(" ", "_")
    named = words in NAMES_OF_IDENTIFIERS or words.endswith("_id") or cells.name.endswith(("Id", "ID"))
    return "identifier: all different" if named and (values == np.floor(values)).all() else None


def _dates(cells, counts, order):
    """How the dates of a column are written, None where it is no column of dates."""
    present = counts > 0
    if order is None and np.isnan(cells.parsed(parse_dates, None)[present]).any():
        order = find_order([text for text, here in zip(cells.texts, present) if here])
        if order == "either":
            raise cells.error(cells.first(present), " in a column of dates that may begin with day or month; expected "
                                                    "the option date_order, 'day first' or 'month first'")
    dates = ~np.isnan(cells.parsed(parse_dates, order))
    if dates[present].all():
        return DateColumn(cells.name, order=order)
    if counts[dates].sum() >= MEANT * counts.sum():
        raise cells.error(cells.first(present & ~dates), " in a column of dates; expected a date, "
                                                         "or the options na or drop")
    return None


def _few_different(counts):
    """Whether a column has so few different texts that they are categories, whatever they look like."""
    different = (counts > 0).sum()
    return different <= MOST_LEVELS and 3 * different <= counts.sum()
