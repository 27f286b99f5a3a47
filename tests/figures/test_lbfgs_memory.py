"""With all pairs L-BFGS goes where BFGS goes, and the caption's factors are those of the drawn counts."""
import numpy as np
from pictures import drawn


def test_with_all_pairs_the_first_steps_are_those_of_bfgs():
    data = drawn("lbfgs_memory").data
    for name, whole in data["whole"].items():
        limit = data["limit"][name]
        assert np.allclose(whole.history["value"][:8], limit.history["value"][:8], rtol=1e-6)


def test_the_caption_gives_the_least_and_the_greatest_gain():
    picture = drawn("lbfgs_memory")
    gains = [row[0] / row[-1] for row in picture.data["costs"].values()]
    assert min(gains) == picture.numbers["gain_low"] and max(gains) == picture.numbers["gain_high"]
    five = picture.data["memories"].index(5)
    prices = [row[five] / picture.data["bfgs"][name] for name, row in picture.data["costs"].items()]
    assert max(prices) == picture.numbers["price_high"]
