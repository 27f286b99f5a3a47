"""The file of measured times: whole, and Newton's steps are few and dear."""
import numpy as np
from pictures import drawn


def test_the_curves_go_on_in_steps_and_time():
    data = drawn("wall_time").data
    for curve in data["curves"].values():
        assert (np.diff(curve[0]) > 0).all() and (np.diff(curve[1]) > 0).all() and curve[0][0] == 0
    assert data["there"]["Newton"][0] < data["there"]["L-BFGS"][0] < data["there"]["gradient descent"][0] == np.inf
    assert data["each"]["Newton"] > 10 * data["each"]["L-BFGS"]
