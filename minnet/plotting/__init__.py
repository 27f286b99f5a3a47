"""Pictures: these functions draw what they are given and compute nothing."""
from .race import paths, race
from .style import literal, save, subplots
from .training import boundary, confusion, convergence, density, predicted, runs, spectrum, training

__all__ = ["boundary", "confusion", "convergence", "density", "literal", "paths", "predicted", "race", "runs", "save", "spectrum",
           "subplots", "training"]
