"""Adam's steps on an even slope have closed forms for all three corrections."""
import numpy as np
import pytest
from pictures import drawn


@pytest.mark.parametrize("beta2", [0.999, 0.99])
def test_steps_on_the_even_slope(beta2):
    step = drawn("bias_correction").data["step"]
    t = np.arange(1, len(step[beta2, "none"]) + 1)
    raw = (1 - 0.9**t) / np.sqrt(1 - beta2**t)
    assert np.allclose(step[beta2, "corrected"], 1, atol=1e-5)
    assert np.allclose(step[beta2, "none"], raw, rtol=1e-5)
    assert np.allclose(step[beta2, "frozen at t = 1"], raw * np.sqrt(1 - beta2) / 0.1, rtol=1e-5)


def test_the_caption_tells_the_heights_of_the_loss():
    picture = drawn("bias_correction")
    loss, numbers = picture.data["training"], picture.numbers
    assert loss["none"].max() == numbers["jump"] > numbers["start"]
    assert numbers["start"] == loss["corrected"].max() == loss["frozen at t = 1"].max()
    assert numbers["end_none"] < numbers["end_true"]
