"""A column of a table as it stands in its file: texts, each different one kept once."""
from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

__all__ = ["Cells", "Numbering"]


@dataclass(frozen=True, eq=False)
class Cells:
    """The cells of one column: cell i is `texts[codes[i]]`, and stands in line `lines[i]` of the file.

    A table of millions of cells has few different ones in most columns, so that what is done with texts is done once
    for each different text.

    Attributes
    ----------
    name : str
        The column's.
    path : str
        The file, for messages.
    texts : tuple of str
        All different texts of the column in the file, also those of rows that have been left out since.
    codes, lines : (N,) int arrays
    """

    name: str
    path: str
    texts: tuple[str, ...] = field(repr=False)
    codes: np.ndarray = field(repr=False)
    lines: np.ndarray = field(repr=False)
    _parsed: dict[Any, Any] = field(default_factory=dict, repr=False)

    def __len__(self) -> int:
        return len(self.codes)

    def __iter__(self) -> Iterator[str]:
        return (self.texts[code] for code in self.codes.tolist())

    @property
    def counts(self) -> np.ndarray:
        """How often each of the texts stands in these rows."""
        return np.bincount(self.codes, minlength=len(self.texts))

    def take(self, rows: np.ndarray) -> Cells:
        """The same column in some of the rows."""
        return replace(self, codes=self.codes[rows], lines=self.lines[rows])

    def parsed(self, parse: Callable[..., Any], *options: Any) -> Any:
        """`parse(texts, *options)`, done once for all views of this column."""
        key = parse, *options
        if key not in self._parsed:
            self._parsed[key] = parse(self.texts, *options)
        return self._parsed[key]

    def first(self, chosen: np.ndarray) -> int | None:
        """The first row that holds one of the chosen texts ((len(texts),) bool), None if there is none."""
        rows = chosen[self.codes]
        return int(rows.argmax()) if rows.any() else None

    def error(self, row: int | None, expected: str) -> ValueError:
        """The ValueError that says which cell stands in a row, as `first` finds it, and what was expected."""
        assert row is not None
        return ValueError(f"{self.path}: line {self.lines[row]}, column {self.name!r:.60}: found "
                          f"{self.texts[self.codes[row]]!r:.60}{expected}")


class Numbering(dict[str, int]):
    """Numbers for texts in the order in which they come: a dictionary that gives a new text the next number.

    >>> numbering = Numbering()
    >>> numbering.of(["b", "a", "b"]), tuple(numbering)
    ([0, 1, 0], ('b', 'a'))
    """

    def __missing__(self, text: str) -> int:
        number = self[text] = len(self)
        return number

    def of(self, texts: Iterable[str]) -> list[int]:
        """The number of each text."""
        return list(map(self.__getitem__, texts))
