"""The textbook's Newton step: where it goes, and where it ends."""
import numpy as np
import pytest
from laws import assert_close, notebook_problem

from minnet import Function, minimize
from minnet.optim import (
    UndampedNewton,
)
from minnet.problems import beale, himmelblau, rosenbrock


def mapped(f, A, b=0.0):
    """u ↦ f(A u + b)."""
    return Function(lambda u: f.value(A @ u + b), lambda u: A.T @ f.gradient(A @ u + b), n=f.n,
                    hessian=lambda u: A.T @ f.hessian(A @ u + b) @ A)


def test_undamped_newton_goes_to_the_saddle_instead():
    f = himmelblau()
    result = minimize(f, f.saddles[0] + 0.05, UndampedNewton())
    assert result.success and np.linalg.eigvalsh(f.hessian(result.x)).min() < 0


def test_a_singular_hessian_ends_undamped_newton():
    f = Function(lambda x: x[0] ** 2 + x[1], lambda x: np.array([2 * x[0], 1.0]), hessian=lambda x: np.diag([2.0, 0.0]))
    result = minimize(f, [1.0, 1.0], UndampedNewton())
    assert result.status == 5 and "singular" in result.message


def test_undamped_newton_with_the_notebooks_differences():
    f, theta = notebook_problem(3, l2=0.01)
    exact, differences = (UndampedNewton(differences=eps).step(f, theta, {})[0] for eps in (None, 1e-6))
    assert 0 < np.linalg.norm(exact - differences) < 1e-4 * np.linalg.norm(exact - theta)
    assert minimize(Function(f.value, f.gradient), theta, UndampedNewton(differences=1e-6), max_iter=1).nit == 1


@pytest.mark.parametrize("f", [rosenbrock(), beale()], ids=repr)
def test_undamped_newton_is_affinely_invariant(f):
    A, b, x = np.array([[2.0, 1.0], [-0.5, 3.0]]), np.array([0.3, -0.7]), f.minima[0][0] + [0.1, -0.05]
    u = np.linalg.solve(A, x - b)
    for _ in range(5):
        x, _ = UndampedNewton().step(f, x, {})
        u, _ = UndampedNewton().step(mapped(f, A, b), u, {})
        assert_close(A @ u + b, x, 1e-9)
