"""Orders of convergence on Himmelblau's function."""
import numpy as np
from pictures import drawn


def test_orders():
    slopes = drawn("convergence_order").data["slopes"]
    assert abs(slopes["gradient "
                      "descent"] - 1) < 0.03 and 1.05 < slopes["BFGS"] < 2 and abs(slopes["Newton"] - 2) < 0.15


def test_newton_squares_the_error_with_a_bounded_constant():
    for run in drawn("convergence_order").data["errors"]["Newton"]:
        good = run[1:] > 1e-12
        assert np.all(run[1:][good] < 3 * run[:-1][good]**2)
