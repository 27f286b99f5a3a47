"""The draws: the notebook's own, moons, spirals, exclusive or, curves."""
import numpy as np
import pytest
from laws import refuses
from numpy.testing import assert_allclose, assert_array_equal

from minnet import datasets


@pytest.mark.parametrize("seed", [0, 1, 42, 2**32 - 1])
def test_notebook_is_the_notebooks_draw_and_the_weights_follow_it(seed):
    before = np.random.get_state()
    try:
        np.random.seed(seed)
        X1 = np.random.multivariate_normal([0.2, 0.2], [[0.03, -0.01], [-0.01, 0.02]], 20)
        X12 = np.random.multivariate_normal([0.7, 0.7], [[0.01, -0.01], [-0.01, 0.02]], 20)
        X2 = np.random.multivariate_normal([0.4, 0.6], [[0.03, -0.02], [-0.02, 0.04]], 40)
        weights = np.array([])
        for j, units in [(2, 3), (3, 1)]:
            weights = np.hstack((weights, np.random.normal(0, np.sqrt(1.0 / (j * units)), units * j)))
            weights = np.hstack((weights, np.zeros(units)))
    finally:
        np.random.set_state(before)
    data = datasets.notebook(seed)
    assert_array_equal(data.X, np.vstack((X1, X12, X2)))
    assert_array_equal(data.y, np.hstack((np.zeros(40), np.ones(40))))
    assert data.y.dtype == np.int64 and len(data.class_names) == 2
    assert_array_equal(datasets.notebook_start(seed), weights)


def test_notebook_leaves_the_global_generator_alone():
    before = np.random.get_state()[1].copy()
    datasets.notebook(0), datasets.notebook_start(0)
    assert_array_equal(np.random.get_state()[1], before)


@pytest.mark.parametrize("draw", [datasets.two_moons, datasets.spirals, datasets.curves,
                                  lambda n, rng: datasets.xor(n, 0.1, rng=rng)])
def test_a_draw_is_its_seeds(draw):
    data = draw(7, rng=3)
    assert data.X.dtype == np.float64 and len(data) == 7
    assert_array_equal(data.X, draw(7, rng=np.random.default_rng(3)).X)
    assert_array_equal(data.y, draw(7, rng=3).y)
    assert not np.array_equal(data.X, draw(7, rng=4).X)
    assert not np.array_equal(draw(7, rng=None).X, draw(7, rng=None).X)


@pytest.mark.parametrize("draw", [datasets.two_moons, datasets.spirals])
@pytest.mark.parametrize("n", [1, 2, 7, 100])
def test_two_classes_share_the_examples(draw, n):
    data = draw(n, rng=0)
    assert data.X.shape == (n, 2) and data.y.dtype == np.int64
    assert_array_equal(np.bincount(data.y, minlength=2), [n - n // 2, n // 2])
    assert len(data.class_names) == 2


def test_moons_without_noise_are_half_circles():
    data = datasets.two_moons(101, noise=0)
    centre = np.where(data.y[:, None] == 0, [0.0, 0.0], [1.0, 0.5])
    assert_allclose(np.linalg.norm(data.X - centre, axis=1), 1, rtol=1e-14)
    above = data.X[:, 1] >= centre[:, 1] - 1e-15
    assert above[data.y == 0].all() and (~above | np.isclose(data.X[:, 1], 0.5))[data.y == 1].all()


def test_spirals_without_noise_turn_as_they_go_out():
    data = datasets.spirals(200, turns=3, noise=0)
    first, second = data.X[data.y == 0], data.X[data.y == 1]
    assert_allclose(second, -first, atol=1e-14)
    radius = np.linalg.norm(first, axis=1)
    assert_allclose(np.diff(radius), 0.01, rtol=1e-10)
    assert_allclose(np.unwrap(np.arctan2(first[:, 1], first[:, 0])), 6 * np.pi * radius, atol=1e-10)


def test_xor():
    data = datasets.xor()
    assert_array_equal(data.X, [[0, 0], [0, 1], [1, 0], [1, 1]])
    assert_array_equal(data.y, [0, 1, 1, 0])
    noisy = datasets.xor(4000, noise=0.1, rng=0)
    corner = np.round(noisy.X)
    assert_array_equal(noisy.y, corner[:, 0] != corner[:, 1])
    assert_allclose((noisy.X - corner).std(), 0.1, rtol=0.05)


def test_curves_are_smooth_images_with_a_reconstruction_target():
    data = datasets.curves(600, rng=0)
    assert data.X.shape == (600, 784) and data.class_names is None
    assert_array_equal(data.y, data.X)
    assert data.feature_names[0] == "pixel_0_0" and data.feature_names[-1] == "pixel_27_27"
    assert data.X.min() >= 0 and data.X.max() <= 1
    assert (data.X.max(axis=1) > 0.5).all()
    assert 0.01 < data.X.mean() < 0.3
    images = data.X.reshape(-1, 28, 28)
    border = np.concatenate([images[:, [0, -1]].ravel(), images[:, :, [0, -1]].ravel()])
    assert border.max() < 0.5
    assert np.abs(np.diff(images, axis=2)).max() < 0.95
    assert_allclose(255 * images, np.round(255 * images), atol=1e-12)


def test_a_straight_curve_is_a_gaussian_stroke_of_grey_one():
    from minnet.datasets.generated import SIGMA, _draw
    image = _draw(np.array([[[14.5, 4], [14.5, 14], [14.5, 24]]])).reshape(28, 28)
    distance = np.arange(28) + 0.5 - 14.5
    assert_allclose(image[:, 14], np.exp(-(distance / SIGMA) ** 2 / 2), atol=0.5001 / 255)
    assert_allclose(image[14, 8:20], 1, atol=1e-3)


def test_curves_do_not_depend_on_how_they_are_chunked(monkeypatch):
    whole = datasets.curves(5, rng=0)
    monkeypatch.setattr("minnet.datasets.generated.CHUNK", 2)
    assert_allclose(datasets.curves(5, rng=0).X, whole.X, rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize("draw", [datasets.two_moons, datasets.spirals, datasets.xor, datasets.curves])
@pytest.mark.parametrize("n", [0, -1, 2.5])
def test_draws_refuse_no_examples(draw, n):
    with refuses(f"n={n}"):
        draw(n)


@pytest.mark.parametrize("draw", [datasets.two_moons, datasets.spirals, datasets.xor])
@pytest.mark.parametrize("noise", [-1, np.nan, np.inf])
def test_draws_refuse_noise_that_is_no_deviation(draw, noise):
    with refuses(f"noise={noise}"):
        draw(10, noise=noise)
