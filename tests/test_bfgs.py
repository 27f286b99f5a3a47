"""BFGS: its matrix is that of all its pairs."""

import numpy as np
import pytest
from laws import assert_close
from secant_cases import each_bowl, run

from minnet import Function
from minnet.linalg import packed
from minnet.optim import BFGS, Exact, Fixed
from minnet.optim.secant import secant_pair, secant_scale
from minnet.optim.updates import two_loop
from minnet.problems import beale, quadratic, rosenbrock


@pytest.mark.parametrize(
    "f, start", [(rosenbrock(), [-1.2, 1.0]), (beale(), [1.0, 1.0]), (rosenbrock(6), None)], ids=repr
)
def test_the_state_of_bfgs_is_the_matrix_of_all_its_pairs(f, start):
    x = f.starts[0] if start is None else np.array(start)
    method, pairs = BFGS(), []
    state = method.start(f, x)
    for _ in range(12):
        new, state = method.step(f, x, state)
        pairs.append(secant_pair(f, x, new))
        x, g = new, f.gradient(new)
        H = state["gamma"] * packed.dense(state["U"]) + packed.dense(state["R"])
        assert state["gamma"] == secant_scale(*pairs[-1]) and state["known"] == len(pairs)
        assert_close(H @ g, two_loop(pairs, g, state["gamma"]), 1e-6)
        assert np.linalg.eigvalsh(H)[0] > 0


def test_fixed_steps_of_bfgs_are_newtons_on_a_line():
    """t = 1 from the second step on is the secant method."""
    f = Function(lambda x: np.exp(x[0]) - 2 * x[0], lambda x: np.exp(x) - 2)
    path = run(f, BFGS(Fixed(1.0)), np.array([1.0]), gtol=1e-13).history["x"]
    assert abs(path[-1] - np.log(2)) < 1e-12 and len(path) < 12


def test_a_known_matrix_is_damped_instead():
    f = Function(lambda x: -x @ x / 2, lambda x: -x)
    x, I = np.array([1.0, 0.5]), packed.identity(2)
    new, state = BFGS(Fixed(0.5)).step(f, x, {"known": 1, "gamma": 1.0, "U": I, "R": 0 * I})
    H = state["gamma"] * packed.dense(state["U"]) + packed.dense(state["R"])
    assert state["known"] == 2 and np.linalg.eigvalsh(H)[0] > 0
    s = new - x
    assert_close(s @ np.linalg.solve(H, s), 0.2 * (s @ s), 1e-12)  # B was I


@each_bowl
def test_one_eigenvalue_more_is_one_step_more(f):
    """Conjugate gradients, and so BFGS, take as many steps as there are different eigenvalues."""
    g = quadratic(np.where(np.arange(f.n) < f.n // 2, 1.0, 7.0), rng=3)
    result = run(g, BFGS(Exact()), max_iter=2)
    assert np.linalg.norm(result.jac) <= 1e-12 * result.history["gradient_norm"][0]
