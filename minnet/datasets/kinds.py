"""The kinds of column that a table has, and the numbers that a network sees of each.

What a column is stands fixed once the whole table has been looked at; what is estimated from its cells (the median for
what is missing, the levels) is learnt by `fit` from whatever rows it is given, so that it can be the training rows
alone.
"""
from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import ClassVar, NamedTuple, Self

import numpy as np

from .cells import Cells
from .dates import Order, parse_dates
from .numbers import fits_unit, parse_numbers

__all__ = ["CategoryColumn", "Column", "DateColumn", "Encoded", "KINDS", "LeftOut", "NumberColumn", "find_gaps"]

RARE = 0.01            # share of the rows below which a level is pooled with others
MOST_LEVELS = 30       # that keep a feature of their own
OTHER = "other"
EPOCH = np.datetime64("1970-01-01")


class Encoded(NamedTuple):
    """The features (N, k) of a column's cells; how many cells were filled in without an indicator; how many held an
    unknown level."""

    features: np.ndarray
    filled: int = 0
    unknown: int = 0


@dataclass(frozen=True)
class Column:
    """What all columns have: a name, the number of cells that were missing where it was fitted, and the features it
    gives.

    `na` are the texts that mean "missing", folded to one case.
    """

    kind: ClassVar[str]
    name: str
    missing: int = field(default=0, kw_only=True)

    @property
    def feature_names(self) -> tuple[str, ...]:
        """A name for each feature."""
        return (*self._names(), f"{self.name} missing") if self.missing else self._names()

    @property
    def note(self) -> str:
        """What was done with the column, in words."""
        return "; ".join(str(note) for note in self._notes() if note)

    def fit(self, cells: Cells, na: frozenset[str]) -> Self:
        """The same column, with all that is estimated learnt from these cells."""
        gaps = find_gaps(cells, na)
        counts = np.where(gaps, 0, cells.counts)
        return replace(self, missing=int(cells.counts[gaps].sum()), **self._estimates(cells, counts))

    def encode(self, cells: Cells, na: frozenset[str]) -> Encoded:
        """The features of each cell; a ValueError where one cannot be meant."""
        gaps = find_gaps(cells, na)
        features, is_unknown = self._features(cells, gaps)
        counts = cells.counts
        if self.missing:
            features = np.column_stack([features, gaps])
        return Encoded(features[cells.codes].astype(float), 0 if self.missing else int(counts[gaps].sum()),
                       int(counts[is_unknown].sum()))

    def _names(self) -> tuple[str, ...]:
        return (self.name,)

    def _notes(self) -> tuple[object, ...]:
        return ()

    def _estimates(self, cells: Cells, counts: np.ndarray) -> dict[str, object]:
        """What `fit` learns, of texts that come so many times."""
        raise NotImplementedError

    def _features(self, cells: Cells, gaps: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The features (texts, k) of each text, filled in where there are gaps, and which texts are unknown."""
        raise NotImplementedError


@dataclass(frozen=True)
class NumberColumn(Column):
    """Numbers, standing for themselves; `fill`, their median, stands for what is missing."""

    kind: ClassVar[str] = "number"
    decimal: str = "."
    unit: str = ""
    dress: str = ""
    fill: float = 0.0

    def _notes(self) -> tuple[object, ...]:
        return (self.unit and f"unit {self.unit}", self.dress, self.missing and f"missing: median {self.fill:g}")

    def _estimates(self, cells: Cells, counts: np.ndarray) -> dict[str, object]:
        return {"fill": _median(cells.parsed(parse_numbers, self.decimal).values, counts)}

    def _features(self, cells, gaps):
        numbers = cells.parsed(parse_numbers, self.decimal)
        _refuse(cells, ~gaps & ~fits_unit(numbers, self.unit),
                "; expected a number" + (f" of unit {self.unit}" if self.unit else ""))
        _refuse(cells, ~gaps & ~np.isfinite(numbers.values), "; expected a finite number")
        return np.where(gaps, self.fill, numbers.values)[:, None], np.zeros(len(gaps), bool)


@dataclass(frozen=True)
class DateColumn(Column):
    """Dates, standing for year, month, day of the week (0 is Monday) and days since the first of them."""

    kind: ClassVar[str] = "date"
    order: Order | None = None
    first: float = 0.0
    fill: float = 0.0

    def _names(self) -> tuple[str, ...]:
        return tuple(f"{self.name} {part}" for part in ("year", "month", "weekday", "days"))

    def _notes(self) -> tuple[object, ...]:
        first, fill = (str(EPOCH + int(np.floor(days))) for days in (self.first, self.fill))
        return (self.order, f"days since {first}", self.missing and f"missing: median {fill}")

    def _estimates(self, cells: Cells, counts: np.ndarray) -> dict[str, object]:
        days = cells.parsed(parse_dates, self.order)
        first = float(days[counts > 0].min()) if counts.any() else 0.0
        return {"first": first, "fill": _median(days, counts)}

    def _features(self, cells, gaps):
        days = cells.parsed(parse_dates, self.order)
        _refuse(cells, ~gaps & np.isnan(days), "; expected a date" + (f", {self.order}" if self.order else ""))
        days = np.where(gaps | np.isnan(days), self.fill, days)
        dates = EPOCH + np.floor(days).astype(int)
        month = dates.astype("M8[M]").astype(int)
        features = [1970 + month // 12, month % 12 + 1, (np.floor(days) + 3) % 7, days - self.first]
        return np.column_stack(features), np.zeros(len(gaps), bool)


@dataclass(frozen=True)
class CategoryColumn(Column):
    """Texts, each of the `levels` standing for a feature that is 1 where the cell holds it and 0 elsewhere.

    The levels under one row in a hundred, and all but the 30 most frequent, are `pooled` into one, "other". `fill`,
    the most frequent level, stands for what is missing. A level that was not there when the column was fitted is 0
    everywhere.
    """

    kind: ClassVar[str] = "category"
    levels: tuple[str, ...] = ()
    pooled: tuple[str, ...] = ()
    fill: str = ""

    def _names(self) -> tuple[str, ...]:
        return tuple(f"{self.name}={level}" for level in self._all_levels())

    def _all_levels(self):
        return (*self.levels, OTHER) if self.pooled and OTHER not in self.levels else self.levels

    def _notes(self) -> tuple[object, ...]:
        shown = ", ".join(level[:20] for level in self.levels[:4]) + (", …" if len(self.levels) > 4 else "")
        return (shown, self.pooled and f"{len(self.pooled)} rare pooled as {OTHER}",
                self.missing and f"missing: most frequent, {self.fill[:20]}")

    def _estimates(self, cells: Cells, counts: np.ndarray) -> dict[str, object]:
        found = sorted(np.flatnonzero(counts), key=lambda k: (-counts[k], cells.texts[k]))
        often = [k for k in found if counts[k] >= RARE * counts.sum()][:MOST_LEVELS]
        return {"levels": tuple(sorted(cells.texts[k] for k in often)),
                "pooled": tuple(sorted(cells.texts[k] for k in found if k not in set(often))),
                "fill": cells.texts[found[0]] if found else ""}

    def _features(self, cells, gaps):
        levels = self._all_levels()
        number = {level: k for k, level in enumerate(levels)} | {level: levels.index(OTHER) for level in self.pooled}
        place = np.array([number.get(self.fill if gap else text, -1) for text, gap in zip(cells.texts, gaps)], int)
        return place[:, None] == np.arange(len(levels)), place < 0


@dataclass(frozen=True)
class LeftOut(Column):
    """A column that gives no features, and why."""

    kind: ClassVar[str] = "left out"
    reason: str = ""

    @property
    def feature_names(self) -> tuple[str, ...]:
        return ()

    def _notes(self) -> tuple[object, ...]:
        return (self.reason,)

    def encode(self, cells: Cells, na: frozenset[str]) -> Encoded:
        return Encoded(np.empty((len(cells), 0)))


KINDS = {kind.kind: kind for kind in (NumberColumn, DateColumn, CategoryColumn, LeftOut)}


def find_gaps(cells: Cells, na: frozenset[str]) -> np.ndarray:
    """Which of the column's texts mean "missing"."""
    return cells.parsed(_in, na)


def _in(texts, na):
    return np.array([text.casefold() in na for text in texts], bool)


def _refuse(cells, wrong, expected):
    """ValueError for the first row that holds one of the wrong texts."""
    if (row := cells.first(wrong)) is not None:
        raise cells.error(row, expected)


def _median(values, counts):
    """The median of values that come so many times, 0 where none does."""
    values, counts = values[counts > 0], counts[counts > 0]
    if not len(values):
        return 0.0
    order = np.argsort(values)
    reached, half = np.cumsum(counts[order]), counts.sum() / 2
    low, high = values[order][np.searchsorted(reached, [half, np.nextafter(half, np.inf)])]
    return float(low / 2 + high / 2)
