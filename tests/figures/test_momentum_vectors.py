"""The vectors drawn are the parts of the two steps."""
import numpy as np
from pictures import drawn


def test_each_step_is_old_velocity_plus_pull():
    data = drawn("momentum_vectors").data
    for name, end in data["ends"].items():
        assert np.allclose(data["x"] + data["old"] + data["pulls"][name], end, atol=1e-14)


def test_the_pulls_differ_by_the_curvature_along_the_old_velocity():
    """On a quadratic ∇f(θ + αv) − ∇f(θ) = H αv, with the valley's own H."""
    data = drawn("momentum_vectors").data
    c, s = np.cos(np.pi / 9), np.sin(np.pi / 9)
    Q = np.array([[c, -s], [s, c]])
    H = Q @ np.diag([0.6, 5.0]) @ Q.T
    difference = data["pulls"]["Nesterov's momentum"] - data["pulls"]["momentum"]
    assert np.allclose(difference, -0.11 * H @ data["old"], atol=1e-12)
