"""Real data that are shipped with the package, from the UCI Machine Learning Repository.

`data/README.md` has the citations.
"""
from __future__ import annotations

from importlib.resources import as_file, files

import numpy as np

from .dataset import Dataset
from .readers import read_csv

__all__ = ["iris", "digits", "breast_cancer"]


def _shipped(name):
    return as_file(files("minnet.datasets") / "data" / name)


def iris() -> Dataset:
    """Fisher's iris data: four lengths in cm of 150 flowers, 50 of each of three species.

    Returns
    -------
    Dataset
        X (150, 4), y (150,).

    Examples
    --------
    >>> iris()
    <Dataset: 150 examples, 4 features, 3 classes (setosa, versicolor, virginica)>
    """
    with _shipped("iris.csv") as path:
        return read_csv(path, target="species")


def breast_cancer() -> Dataset:
    """The Wisconsin diagnostic data on breast cancer: 30 measurements of the cell nuclei of 569 tumours.

    Returns
    -------
    Dataset
        X (569, 30), y (569,): 357 benign tumours (0) and 212 malignant ones (1).

    Examples
    --------
    >>> breast_cancer()
    <Dataset: 569 examples, 30 features, 2 classes (benign, malignant)>
    """
    with _shipped("breast_cancer.csv") as path:
        return read_csv(path, target="diagnosis")


def digits() -> Dataset:
    """Images of 1797 handwritten digits with 8 × 8 pixels.

    Returns
    -------
    Dataset
        X (1797, 64), grey levels from 0 to 16 row by row, and y (1797,), the digit.

    Examples
    --------
    >>> digits().X.shape
    (1797, 64)
    """
    with _shipped("digits.npz") as path, np.load(path, allow_pickle=False) as arrays:
        X, y = arrays["X"], arrays["y"]
    names = tuple(f"pixel_{row}_{column}" for row in range(8) for column in range(8))
    return Dataset(X, y, names, tuple("0123456789"))
