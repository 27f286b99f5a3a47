"""The cliff's derivative is right, and the two runs part at the edge."""
import numpy as np
from pictures import drawn

from minnet import check


def test_the_gradient_is_exact_on_both_sides_of_the_edge():
    f = drawn("cliff").data["f"]
    for x in np.random.default_rng(0).uniform((2.5, -4), (7.5, 0.5), (20, 2)):
        assert check.gradient(f, x)


def test_the_runs_are_the_same_until_a_gradient_exceeds_the_bound():
    data = drawn("cliff").data
    plain, clipped = data["paths"].values()
    g = np.array([np.linalg.norm(data["f"].gradient(x)) for x in clipped])
    first = int((g > 0.1).argmax())
    assert np.allclose(plain[:first + 1], clipped[:first + 1], atol=1e-12)
    assert np.linalg.norm(np.diff(clipped, axis=0), axis=1).max() <= 0.1 * 0.1
    assert np.linalg.norm(plain[-1] - plain[0]) > 3 > 1 > np.linalg.norm(clipped[-1] - clipped[0])
