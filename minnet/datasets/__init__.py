"""Data to learn on: generated, shipped with the package, or read from the user's own files.

Each source gives a `Dataset(X, y, feature_names, class_names)`.

>>> from minnet import datasets
>>> iris = datasets.iris()
>>> iris
<Dataset: 150 examples, 4 features, 3 classes (setosa, versicolor, virginica)>
>>> train, test = iris.split(0.2, rng=0)
>>> len(train), len(test)
(120, 30)
"""
from .columns import Columns, TableWarning
from .dataset import Dataset
from .generated import curves, notebook, notebook_start, spirals, two_moons, xor
from .idx import read_idx
from .readers import read_csv
from .shipped import breast_cancer, digits, iris
from .tables import Table, read_table

__all__ = ["Columns", "Dataset", "Table", "TableWarning", "breast_cancer", "curves", "digits", "iris", "notebook",
           "notebook_start", "read_csv", "read_idx", "read_table", "spirals", "two_moons", "xor"]
