"""Estimators: a network, its objective and an optimiser behind scikit-learn's conventions, which are kept without
depending on it."""

from .certifying import LARGEST_CERTIFIED
from .classifier import MLPClassifier
from .errors import ConvergenceWarning, NotFittedError
from .regressor import MLPRegressor
from .saving import load

__all__ = [
    "ConvergenceWarning",
    "LARGEST_CERTIFIED",
    "MLPClassifier",
    "MLPRegressor",
    "NotFittedError",
    "load",
]
