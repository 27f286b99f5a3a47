"""Sums of many terms in a fixed order: the same bits however many workers compute the terms."""
from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

import numpy as np

__all__ = ["add_up", "tree_sum"]

BRANCHES = 16  # terms of one partial sum


def add_up(terms: Iterable[Any]) -> Any:
    """The sum of numbers or arrays, or of tuples or lists of them entry by entry, from left to right.

    No term is changed. Beside the terms one array is made, however many there are.

    Examples
    --------
    >>> add_up([(1, 2.0), (10, 0.5), (100, 0.0)])
    (111, 2.5)
    """
    terms = iter(terms)
    total, own = next(terms), False
    for term in terms:
        total, own = _add(total, term, own), True
    return total


def tree_sum(terms: Iterator[Any], count: int, branches: int = BRANCHES,
             add: Callable[[Iterable[Any]], Any] = add_up) -> Any:
    """The sum of `count` terms as a tree of partial sums of at most `branches` terms each.

    The terms are taken one after the other, and log(count) / log(branches) partial sums wait at any time. The shape of
    the tree hangs on `count` alone.

    Parameters
    ----------
    terms : iterator
        Numbers, arrays, or tuples or lists of them; or whatever `add` takes.
    count : int
    branches : int
    add : callable
        The sum of an iterable of terms.

    Examples
    --------
    >>> tree_sum(iter(range(100)), 100)
    4950
    >>> tree_sum(iter("abcdefg"), 7, branches=2, add=lambda terms: "(" + "+".join(terms) + ")")
    '(((a+b)+(c+d))+((e+f)+(g)))'
    """
    size = 1
    while size * branches < count:
        size *= branches
    if size == 1:
        return add(islice(terms, count))
    return add(tree_sum(terms, min(size, count - first), branches, add) for first in range(0, count, size))


def _add(total: Any, term: Any, own: bool) -> Any:
    """total + term, written into the arrays of `total` where they are our own."""
    if isinstance(term, (tuple, list)):
        return type(term)(_add(a, b, own) for a, b in zip(total, term))
    if own and isinstance(total, np.ndarray) and total.ndim:
        return np.add(total, term, out=total)
    return total + term
