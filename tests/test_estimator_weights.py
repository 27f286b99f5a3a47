"""Weights of examples and classes in the estimators."""
import numpy as np
import pytest
from laws import refuses
from numpy.testing import assert_allclose

from minnet import MLPClassifier, MLPRegressor, datasets

SMALL = dict(hidden=(3,), l2=1e-2, gtol=1e-9, certify=False, random_state=0)
iris = datasets.iris()
counts = np.random.default_rng(0).integers(0, 3, len(iris))
uneven = np.r_[0:50, 50:60, 100:105]                       # fifty, ten and five flowers of the three kinds


@pytest.mark.filterwarnings("ignore:training ended before")
def test_a_weight_of_two_is_an_example_twice_and_of_none_an_example_left_out():
    twice = np.repeat(np.arange(len(iris)), counts)
    weighted = MLPClassifier(**SMALL).fit(iris.X, iris.y, sample_weight=counts)
    copied = MLPClassifier(**SMALL).fit(iris.X[twice], iris.y[twice])
    assert_allclose(weighted.mean_, copied.mean_, rtol=1e-12)
    assert_allclose(weighted.scale_, copied.scale_, rtol=1e-12)
    assert_allclose(weighted.predict_proba(iris.X), copied.predict_proba(iris.X), atol=1e-5)
    assert weighted.score(iris.X, iris.y, counts) == pytest.approx(copied.score(iris.X[twice], iris.y[twice]))
    y = iris.X[:, 3]
    weighted = MLPRegressor(**SMALL).fit(iris.X[:, :3], y, sample_weight=counts)
    copied = MLPRegressor(**SMALL).fit(iris.X[twice, :3], y[twice])
    assert_allclose(weighted.predict(iris.X[:, :3]), copied.predict(iris.X[:, :3]), atol=1e-5)
    assert weighted.score(iris.X[:, :3], y, counts) == pytest.approx(copied.score(iris.X[twice, :3], y[twice]))


def test_balanced_classes_weigh_the_same_in_all():
    X, y = iris.X[uneven], iris.y[uneven]
    model = MLPClassifier(class_weight="balanced", **SMALL).fit(X, y)
    each = len(y) / (3 * np.bincount(y))
    by_hand = MLPClassifier(class_weight=dict(enumerate(each)), **SMALL).fit(X, y)
    given = MLPClassifier(**SMALL).fit(X, y, sample_weight=each[y])
    for other in (by_hand, given):
        assert_allclose(model.theta_, other.theta_, rtol=1e-6, atol=1e-8)
    assert_allclose([each[k] * np.sum(y == k) for k in range(3)], len(y) / 3)


@pytest.mark.parametrize(
    "options, weights, says",
    [
        (dict(class_weight="even"), None, "class_weight='even'"),
        (dict(class_weight={7: 1.0}), None, "class_weight names 7"),
        ({}, -np.ones(150), "below 0"),
        ({}, np.zeros(150), "zeros only"),
        ({}, np.ones(3), "(3,)"),
        ({}, np.full(150, np.nan), "not finite"),
        (dict(class_weight={0: -1.0}), None, "below 0"),
    ],
)
def test_weights_that_mean_nothing_are_refused(options, weights, says):
    with refuses(says):
        MLPClassifier(**SMALL, **options).fit(iris.X, iris.y, sample_weight=weights)


def test_a_class_without_weight_is_none():
    with refuses("one class only", "weight above 0"):
        MLPClassifier(**SMALL).fit(iris.X[:100], iris.y[:100], sample_weight=iris.y[:100] == 0)
