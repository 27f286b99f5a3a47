"""SR1: it learns of negative curvature."""
import numpy as np
import pytest

from minnet.optim import SR1
from minnet.problems import quadratic


def test_sr1_learns_of_negative_curvature():
    f = quadratic([-1.0, 2.0, 5.0], rng=2)
    x, method = f.starts[0], SR1()
    state = method.start(f, x)
    for _ in range(6):
        x, state = method.step(f, x, state)
    assert np.linalg.eigvalsh(state["B"])[0] == pytest.approx(-1, abs=0.2)
