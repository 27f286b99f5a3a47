"""Pictures of runs, spectra, models and races: these functions draw what they are given and compute nothing.

Each takes what one has (a result, eigenvalues, a model, an outcome) and an optional `ax` to draw on, and returns the
figure that it made, or the axes. A figure or film as the last line of a Jupyter cell is shown.
"""

from .animations import Film, frames, patches, save_animation
from .appearance import Drawing, literal, save, style, subplots
from .curves import convergence
from .eigenvalues import density, spectrum
from .films import training_film
from .generalisation import l2_curve, scores, stopping_curve
from .looks import look_of, looks_of
from .predictions import boundary, confusion, predicted
from .races import race
from .trainings import training
from .trajectories import animate, trajectory

__all__ = [
    "Drawing",
    "Film",
    "animate",
    "boundary",
    "confusion",
    "convergence",
    "density",
    "frames",
    "l2_curve",
    "literal",
    "look_of",
    "looks_of",
    "patches",
    "predicted",
    "race",
    "save",
    "save_animation",
    "scores",
    "spectrum",
    "stopping_curve",
    "style",
    "subplots",
    "training",
    "training_film",
    "trajectory",
]
