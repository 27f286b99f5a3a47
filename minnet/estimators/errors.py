"""scikit-learn's own exceptions and warnings where it is in use, and ours of the same names where it is not.

A user's `except NotFittedError` or warning filter then works whether scikit-learn is installed or not, and minnet
never imports it.
"""

from __future__ import annotations

import sys
from typing import Any

__all__ = ["ConvergenceWarning", "DataConversionWarning", "NotFittedError", "in_use"]


class NotFittedError(ValueError, AttributeError):
    """A model was asked for predictions before `fit`."""


class ConvergenceWarning(UserWarning):
    """A training ended before its gradient test was met."""


class DataConversionWarning(UserWarning):
    """Data came in a form that had to be changed."""


def in_use(kind: type[Any]) -> type[Any]:
    """scikit-learn's class of the same name if the program has imported scikit-learn, else `kind` itself."""
    return getattr(sys.modules.get("sklearn.exceptions"), kind.__name__, kind)
