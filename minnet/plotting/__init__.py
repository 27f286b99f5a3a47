"""Pictures: these functions draw what they are given and compute nothing."""
from .style import figure, save
from .training import boundary, confusion, convergence, predicted, runs, spectrum, training

__all__ = ["boundary", "confusion", "convergence", "figure", "predicted", "runs", "save", "spectrum", "training"]
