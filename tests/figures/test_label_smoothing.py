"""The targets of label smoothing are those of the lecture's formula, and the runs tend to them."""
import numpy as np
from pictures import drawn

from minnet.network.losses import loss


def test_the_smoothed_loss_is_stationary_at_the_targets_excess():
    data = drawn("label_smoothing").data
    for name, alpha in (("low", 0.1), ("high", 0.3)):
        z = np.zeros((1, 10))
        z[0, 3] = data["targets"][name]
        y = np.full((1, 10), alpha / 10)
        y[0, 3] += 1 - alpha
        assert abs(loss("softmax_crossentropy").gradient(z, y)).max() < 1e-12
        smoothed = loss("softmax_crossentropy", label_smoothing=alpha)
        assert np.allclose(smoothed.gradient(z, smoothed.targets(np.array([3]), 10)), 0, atol=1e-12)


def test_no_mean_loss_lies_below_the_entropy_of_its_targets():
    data = drawn("label_smoothing").data
    for name, alpha in (("low", 0.1), ("high", 0.3)):
        p = np.append(1 - alpha + alpha / 10, np.full(9, alpha / 10))
        entropy = -(p * np.log(p)).sum()
        assert entropy < data["objectives"][name].value(data["x"][name]) < 1.1 * entropy
        assert 0.8 < data["excess"][name][-1] / data["targets"][name] < 1.05


def test_confidence_falls_with_smoothing():
    sure = drawn("label_smoothing").data["sure"]
    assert sure["none"].mean() > 0.95 > sure["low"].mean() > sure["high"].mean() > 0.5
