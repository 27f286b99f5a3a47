"""Pictures: these functions draw what they are given and compute nothing."""
from .animation import frames, patches, save_animation
from .film import training_film
from .race import paths, race
from .style import literal, save, subplots
from .training import boundary, confusion, convergence, density, predicted, runs, spectrum, training
from .trajectory import animate, trajectory

__all__ = ["animate", "boundary", "confusion", "convergence", "density", "frames", "literal", "patches", "paths", "predicted", "race",
           "runs", "save", "save_animation", "spectrum", "subplots", "training", "training_film", "trajectory"]
