"""The steps on the slope have closed forms."""
import numpy as np
from pictures import drawn


def test_steps_on_the_even_slope():
    step = drawn("adagrad_fading").data["step"]
    adagrad, rmsprop = step["slope", "Adagrad"], step["slope", "RMSProp, β = 0.99"]
    t = np.arange(1, len(adagrad) + 1)
    assert np.allclose(adagrad, 1 / np.sqrt(t), rtol=1e-6)
    assert np.allclose(rmsprop, 1 / np.sqrt(1 - 0.99**t), rtol=1e-5)


def test_the_way_on_the_even_slope_is_near_two_roots_of_t():
    way = drawn("adagrad_fading").data["way"]["slope", "Adagrad"]
    t = len(way) - 1
    assert 2 * np.sqrt(t) - 2 < way[-1] < 2 * np.sqrt(t)
