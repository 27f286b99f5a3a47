"""L-BFGS: what it keeps, and that it is BFGS where it forgets nothing."""
import numpy as np
import pytest
from laws import assert_close
from numpy.testing import assert_array_equal
from secant_cases import run

from minnet.optim import BFGS, LBFGS
from minnet.optim.secant import secant_pair
from minnet.problems import beale, himmelblau, rosenbrock


@pytest.mark.parametrize("memory", [1, 3])
def test_lbfgs_keeps_its_last_pairs(memory):
    f = rosenbrock()
    x, method = f.starts[0], LBFGS(memory)
    state, seen = method.start(f, x), []
    for _ in range(7):
        new, state = method.step(f, x, state)
        seen.append(secant_pair(f, x, new))
        x = new
    assert_array_equal(state["pairs"], np.swapaxes(seen[-memory:], 0, 1))


@pytest.mark.parametrize("f", [rosenbrock(), beale(), himmelblau()], ids=repr)
def test_lbfgs_that_forgets_nothing_is_bfgs(f):
    ours, theirs = (run(f, method, max_iter=10).history["x"] for method in (BFGS(), LBFGS(20)))
    assert_close(ours, theirs, 1e-5)
