"""Checks of hyperparameters that are no plain numbers: one of some words, a switch, a count, a line search."""
from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from .method import Hyperparameters

__all__ = ["check_choice", "check_count", "check_flag", "check_search"]


def check_choice(owner: Hyperparameters, name: str, choices: Iterable[object]) -> None:
    """Refuse a hyperparameter that is none of `choices`."""
    value, choices = getattr(owner, name), list(choices)
    if not any(type(value) is type(choice) and value == choice for choice in choices):
        _refuse(owner, name, " or ".join([", ".join(map(repr, choices[:-1])), repr(choices[-1])]))


def check_flag(owner: Hyperparameters, name: str) -> None:
    """Refuse a hyperparameter that is neither True nor False."""
    if isinstance(getattr(owner, name), np.bool_):
        object.__setattr__(owner, name, bool(getattr(owner, name)))
    check_choice(owner, name, (True, False))


def check_count(owner: Hyperparameters, name: str, least: int = 1) -> None:
    """Refuse a hyperparameter that is no whole number of at least `least`; 2.0 becomes 2."""
    value = getattr(owner, name)
    is_number = isinstance(value, (int, float, np.number)) and not isinstance(value, bool)
    if not (is_number and value >= least and value % 1 == 0):
        _refuse(owner, name, f"a whole number of at least {least}")
    object.__setattr__(owner, name, int(value))


def check_search(owner: Hyperparameters, name: str = "search") -> None:
    """Refuse a hyperparameter that has no method `search(line, first)`."""
    value = getattr(owner, name)
    if isinstance(value, type) or not callable(getattr(value, "search", None)):
        _refuse(owner, name, "a line search such as StrongWolfe()")


def _refuse(owner, name, expected):
    raise ValueError(f"{type(owner).__name__}: {name}={getattr(owner, name)!r}; expected {expected}")
