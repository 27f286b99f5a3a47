"""Real data shipped with the package, from the UCI Machine Learning Repository; `data/README.md` has the citations."""
from __future__ import annotations

from importlib.resources import as_file, files

import numpy as np

from .dataset import Dataset
from .readers import read_csv

__all__ = ["iris", "digits", "breast_cancer"]


def _shipped(name):
    return as_file(files("minnet.datasets") / "data" / name)


def iris():
    """Fisher's iris: four lengths in cm of 150 flowers, 50 of each of three species. X (150, 4)."""
    with _shipped("iris.csv") as path:
        return read_csv(path, target="species")


def breast_cancer():
    """30 measurements of the cell nuclei of 569 tumours, 357 benign (0) and 212 malignant (1). X (569, 30)."""
    with _shipped("breast_cancer.csv") as path:
        return read_csv(path, target="diagnosis")


def digits():
    """8×8 images of 1797 handwritten digits: X (1797, 64), grey levels 0..16 row by row, and y the digit."""
    with _shipped("digits.npz") as path, np.load(path, allow_pickle=False) as arrays:
        X, y = arrays["X"], arrays["y"]
    names = tuple(f"pixel_{row}_{column}" for row in range(8) for column in range(8))
    return Dataset(X, y, names, tuple("0123456789"))
