"""Momentum is a sum: its step on a slope is the geometric one, up to the gain."""
import numpy as np
from pictures import drawn


def test_the_step_is_the_sum_of_a_geometric_series():
    data = drawn("momentum_gain").data
    for alpha, steps in data["gains"].items():
        assert np.allclose(steps, [sum(alpha**k for k in range(t)) for t in range(1, len(steps) + 1)], rtol=1e-5)


def test_with_alpha_one_energy_stays():
    swings = drawn("momentum_gain").data["swings"]
    assert [abs(x[-60:]).max() > 0.9 for x in swings.values()] == [False, True]
