"""Pictures: these functions draw what they are given and compute nothing."""
from .style import literal, save, subplots
from .training import boundary, confusion, convergence, predicted, runs, spectrum, training

__all__ = ["boundary", "confusion", "convergence", "literal", "predicted", "runs", "save", "spectrum", "subplots",
           "training"]
