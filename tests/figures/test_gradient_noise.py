"""The variance of the minibatch gradient agrees with sampling theory, and the caption's comparisons hold."""
import numpy as np
from pictures import drawn


def test_the_error_of_a_single_example_is_the_mean_over_all():
    data = drawn("gradient_noise").data
    f = data["objective"]
    theta = f.net.init(rng=0)
    rows = f.per_example_gradients(theta)
    assert np.isclose(((rows - rows.mean(0)) ** 2).sum(1).mean(), data["theory"][0], rtol=1e-12)


def test_measured_errors_agree_with_sampling_without_replacement():
    data = drawn("gradient_noise").data
    assert np.allclose(data["measured"], data["theory"], rtol=0.35)
    assert (np.diff(data["theory"]) < 0).all()


def test_small_batches_hurt_l_bfgs_more_than_adam():
    ends = drawn("gradient_noise").data["ends"]
    assert ends["L-BFGS"][0] / ends["L-BFGS"][-1] > 5 * ends["Adam"][0] / ends["Adam"][-1]


def test_the_full_batch_fits_the_training_points_best():
    losses = drawn("gradient_noise").data["losses"]
    training, new = np.median(losses, axis=1).T
    assert training[-1] == training.min() and (new > training).all()
