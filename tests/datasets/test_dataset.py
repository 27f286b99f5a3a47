"""Datasets: what they hold, how they are split, and how a notebook shows them."""
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from laws import refuses
from numpy.testing import assert_array_equal

from minnet import datasets
from minnet.datasets import Dataset


def classes(sizes):
    y = np.repeat(np.arange(len(sizes)), sizes)
    return Dataset(np.arange(len(y))[:, None], y, ("row",), [f"c{k}" for k in range(len(sizes))])


def test_dataset_converts_and_names_what_it_holds():
    data = Dataset([[1, 2], [3, 4]], [0, 1], ["a", "b"], ["no", "yes"])
    assert data.X.dtype == np.float64 and data.y.dtype == np.int64
    assert data.feature_names == ("a", "b") and data.class_names == ("no", "yes")
    assert len(data) == 2
    assert repr(data) == "<Dataset: 2 examples, 2 features, 2 classes (no, yes)>"
    assert repr(Dataset(np.ones((1, 1)), [2], ["a"])) == "<Dataset: 1 example, 1 feature, real target>"
    assert "3 real targets" in repr(Dataset(np.ones((2, 1)), np.ones((2, 3)), ["a"]))
    with pytest.raises(AttributeError):
        data.X = None


@pytest.mark.parametrize("X, y, names, class_names, parts", [
    (np.ones(3), np.ones(3), ["a"], None, ["(3,)", "(N, d)"]),
    (np.ones((3, 1)), np.ones(2), ["a"], None, ["(3, 1)", "(2,)"]),
    (np.ones((3, 2)), np.ones(3), ["a"], None, ["(3, 2)", "1 feature names"]),
    (np.ones((3, 1)), [0, 1, 2], ["a"], ["no", "yes"], ["below 2"]),
    (np.ones((3, 1)), [0, 0.5, 1], ["a"], ["no", "yes"], ["class numbers"]),
    (np.ones((2, 1)), np.eye(2), ["a"], ["no", "yes"], ["(2, 2)", "(N,)"]),
])
def test_dataset_refuses_what_does_not_fit(X, y, names, class_names, parts):
    with refuses(*parts):
        Dataset(X, y, names, class_names)


@given(sizes=st.lists(st.integers(3, 30), min_size=1, max_size=5), fraction=st.floats(0.2, 0.8),
       seed=st.integers(0, 99))
def test_split_is_a_stratified_partition(sizes, fraction, seed):
    train, test = (data := classes(sizes)).split(fraction, rng=seed)
    assert_array_equal(np.sort(np.concatenate([train.X, test.X]), axis=0), data.X)
    assert_array_equal(np.concatenate([train.y, test.y]), data.y[np.concatenate([train.X, test.X]).astype(int)[:, 0]])
    in_test = np.bincount(test.y, minlength=len(sizes))
    assert (np.abs(in_test - fraction * np.array(sizes)) <= 1).all() and (in_test < sizes).all()
    assert len(test) <= round(fraction * len(data))
    assert train.class_names == test.class_names == data.class_names


def test_split_gives_the_fraction_asked_for_and_shuffles():
    train, test = datasets.iris().split(0.2, rng=0)
    assert_array_equal(np.bincount(train.y), [40, 40, 40])
    assert_array_equal(np.bincount(test.y), [10, 10, 10])
    assert (np.diff(train.y) < 0).any()
    again, _ = datasets.iris().split(0.2, rng=np.random.default_rng(0))
    other, _ = datasets.iris().split(0.2, rng=1)
    assert_array_equal(train.X, again.X)
    assert not np.array_equal(train.X, other.X)


def test_split_keeps_every_class_in_train():
    train, test = classes([1, 1, 30]).split(0.9, rng=0)
    assert set(train.y) == {0, 1, 2}
    assert_array_equal(np.bincount(test.y), [0, 0, 28])


def test_split_of_a_regression_is_by_count():
    train, test = Dataset(np.arange(10)[:, None], np.arange(10), ["x"]).split(0.3, rng=0)
    assert (len(train), len(test)) == (7, 3)
    assert_array_equal(train.X[:, 0], train.y)
    train, test = Dataset(np.ones((4, 1)), np.ones((4, 2)), ["x"]).split(0.5, rng=0)
    assert train.y.shape == test.y.shape == (2, 2)


def test_split_by_nothing_is_a_shuffle():
    train, test = classes([3, 3]).split(0, rng=0)
    assert len(train) == 6 and len(test) == 0


@pytest.mark.parametrize("fraction", [-0.1, 1, 1.5, np.nan])
def test_split_refuses_a_fraction_outside(fraction):
    with refuses("test_fraction", "[0, 1)"):
        classes([5, 5]).split(fraction)


@pytest.mark.parametrize("data, fraction", [(classes([1, 1]), 0.5), (classes([5]), 0.01),
                                            (Dataset(np.ones((1, 1)), [1.0], ["x"]), 0.9)])
def test_split_refuses_an_empty_side(data, fraction):
    with refuses("no test example"):
        data.split(fraction)


def test_a_notebook_shows_names_ranges_and_classes():
    page = datasets.iris()._repr_html_()
    assert "150 examples, 4 features" in page and page.count("<tr>") == 5
    assert '<td style="text-align:left">sepal_length_cm</td><td>4.3</td><td>5.843</td><td>7.9</td>' in page
    assert "examples of each class: setosa: 50, versicolor: 50, virginica: 50" in page
    assert "… 52 more" in datasets.digits()._repr_html_()
    assert "column" in datasets.iris().columns._repr_html_()


def test_a_notebook_shows_no_ones_markup_and_takes_any_number():
    page = Dataset([[1e308], [1e308]], [[1, 2], [3, 4]], ["<script>"])._repr_html_()
    assert "<script>" not in page and "&lt;script&gt;" in page and "1e+308" in page and "target 2" in page
    assert "<table>" in Dataset(np.empty((0, 1)), [], ["x"])._repr_html_()
