"""The film of the line searches along eigenvectors: the second step is along the other axis and ends at the minimum."""
import numpy as np
from pictures import drawn


def test_two_steps_at_right_angles_along_the_axes_end_at_the_minimum():
    data = drawn("eigenvector_film").data
    path = data["paths"]["along eigenvectors"]
    assert len(path) == 3 and np.allclose(path[-1], 0, atol=1e-12)
    steps = np.diff(path, axis=0) @ data["Q"]
    assert np.allclose(np.sort(abs(steps), axis=1)[:, 0], 0, atol=1e-12) and abs(steps[0] @ steps[1]) < 1e-12


def test_gradient_descent_takes_more_steps_from_every_start():
    searches, descent = drawn("eigenvector_film").data["needed"].values()
    assert (searches <= 2).all() and (descent > 20).all()
