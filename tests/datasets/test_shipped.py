"""The data sets that come with the package."""
import numpy as np
import pytest
from numpy.testing import assert_array_equal

from minnet import datasets


@pytest.mark.parametrize("load, shape, counts, class_names", [
    (datasets.iris, (150, 4), [50, 50, 50], ("setosa", "versicolor", "virginica")),
    (datasets.breast_cancer, (569, 30), [357, 212], ("benign", "malignant")),
    (datasets.digits, (1797, 64), [178, 182, 177, 183, 181, 182, 181, 179, 174, 180], tuple("0123456789")),
])
def test_shipped(load, shape, counts, class_names):
    data = load()
    assert data.X.shape == shape and data.X.dtype == np.float64 and np.isfinite(data.X).all()
    assert data.y.dtype == np.int64 and data.class_names == class_names
    assert_array_equal(np.bincount(data.y), counts)
    assert len(set(data.feature_names)) == shape[1]


def test_shipped_rows_are_the_sources():
    assert_array_equal(datasets.iris().X[0], [5.1, 3.5, 1.4, 0.2])
    assert datasets.iris().feature_names[0] == "sepal_length_cm"
    assert_array_equal(datasets.breast_cancer().X[0, :4], [17.99, 10.38, 122.8, 1001.0])
    digits = datasets.digits()
    assert digits.X.min() == 0 and digits.X.max() == 16
    assert digits.feature_names[:2] == ("pixel_0_0", "pixel_0_1")
