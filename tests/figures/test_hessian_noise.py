"""Noise of the Hessian: it falls with the batch, and the whole batch has none."""
import numpy as np
from pictures import drawn


def test_errors_fall_with_the_batch():
    for rows in drawn("hessian_noise").data["found"].values():
        middle = np.median(rows, axis=1)
        assert (middle[-1] < 0.6 * middle[0]).all()


def test_a_sum_over_two_halves_is_the_whole():
    f = drawn("hessian_noise").data["objective"]
    theta, N = f.net.init(rng=0), len(f)
    halves = [f.subset(np.arange(N)[part]).hessian(theta) for part in (slice(N // 2), slice(N // 2, N))]
    assert np.allclose(sum(halves) / 2, f.hessian(theta), atol=1e-12)
