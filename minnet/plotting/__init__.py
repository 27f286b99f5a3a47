"""Pictures: these functions draw what they are given and compute nothing."""
from .style import literal, save, subplots
from .training import boundary, confusion, convergence, density, predicted, runs, spectrum, training

__all__ = ["boundary", "confusion", "convergence", "density", "literal", "predicted", "runs", "save", "spectrum", "subplots",
           "training"]
