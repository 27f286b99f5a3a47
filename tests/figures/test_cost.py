"""The file of measured times is complete, and its methods cost what theory says, in order."""
import numpy as np
from pictures import drawn


def test_each_method_was_timed_at_growing_sizes():
    for n, seconds in drawn("cost").data["times"].values():
        assert len(n) >= 6 and (np.diff(n) > 0).all() and (seconds > 0).all() and seconds[-1] > 2 * seconds[0]


def test_the_exponents_are_in_the_order_of_theory():
    picture = drawn("cost")
    slope = {name: line[0] for name, line in picture.data["lines"].items()}
    assert slope["L-BFGS, 20 pairs"] < 1.5 < slope["BFGS"] < 2.5 < slope["Newton, by Cholesky"]
    cost = {name: dict(zip(*curve)) for name, curve in picture.data["times"].items()}
    n = picture.numbers["largest"]
    assert cost["gradient descent"][n] < cost["L-BFGS, 20 pairs"][n] < cost["BFGS"][n] < cost["Newton, by inv(H)"][n]
    crossing, bfgs, lbfgs = picture.numbers["crossing"], cost["BFGS"], cost["L-BFGS, 20 pairs"]
    assert bfgs[crossing] < lbfgs[crossing] and bfgs[2 * crossing] > lbfgs[2 * crossing]
