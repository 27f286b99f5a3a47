"""Near a saddle: where the runs end, and why."""
import numpy as np
from pictures import drawn

from minnet.problems import himmelblau


def test_ends():
    data, f = drawn("saddles").data, himmelblau()
    for name, path in data["paths"].items():
        near_minimum = min(np.linalg.norm(path[-1] - x) for x, _ in f.minima)
        assert (np.linalg.norm(path[-1] - data["saddle"]) if name == "undamped Newton" else near_minimum) < 1e-6, name


def test_newton_divides_by_the_negative_eigenvalue_too():
    lam, g, step = drawn("saddles").data["eigen"]
    assert lam[0] < 0 < lam[1] and np.allclose(step, -g / lam)
