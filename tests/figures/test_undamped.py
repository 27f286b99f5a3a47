"""Where Newton's method ends: the points are stationary, of the kinds that the picture names."""
import numpy as np
from pictures import drawn

from minnet.problems import himmelblau


def test_the_points_are_of_their_kinds():
    f, data = himmelblau(), drawn("undamped").data
    for x, kind in zip(data["points"], data["kinds"]):
        assert np.linalg.norm(f.gradient(x)) < 1e-8 and np.sum(np.linalg.eigvalsh(f.hessian(x)) < 0) == kind


def test_a_start_beside_a_stationary_point_ends_there_undamped_and_leaves_it_damped_unless_it_is_a_minimum():
    data = drawn("undamped").data
    for number, x in enumerate(data["points"]):
        i, j = (abs(data["axis"] - coordinate).argmin() for coordinate in x[::-1])
        assert data["reached"]["undamped"][i, j] == number
        assert data["kinds"][data["reached"]["damped"][i, j]] == 0
