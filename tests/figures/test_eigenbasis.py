"""Newton's step in the eigenbasis is minus the start; gradient descent follows its factors."""
import numpy as np
from pictures import drawn


def test_the_step_undoes_the_distance_to_the_minimum():
    data = drawn("eigenbasis").data
    assert np.allclose(abs(data["step"]), abs(data["start"]))
    assert np.allclose(data["gradient"], -data["eigenvalues"] * data["step"])


def test_gradient_descent_shrinks_each_part_by_its_own_factor():
    data = drawn("eigenbasis").data
    lam, g = data["eigenvalues"], data["gradient"]
    factors = 1 - 2 * lam / (lam[0] + lam[-1])
    sizes = [np.linalg.norm(factors**k * g) for k in range(len(data["descent"]))]
    assert np.allclose(sizes, data["descent"])
