"""Newton's family beyond Newton: each by its defining law, and all of them away from saddles."""
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from minnet import MLP, Objective, minimize, problems
from minnet.optim import (CubicNewton, EigenvectorLineSearch, GaussNewton, LevenbergMarquardt, ModifiedCholesky, Newton, NewtonCG,
                          SaddleFreeNewton, TrustRegion)
from minnet.optim.second_order import cubic_step, modified_cholesky

LEAVE_SADDLES = [Newton(), TrustRegion(), TrustRegion("steihaug"), SaddleFreeNewton(), ModifiedCholesky(), CubicNewton(),
                 EigenvectorLineSearch(), NewtonCG()]


@pytest.mark.parametrize("method", LEAVE_SADDLES, ids=repr)
def test_a_saddle_with_zero_gradient_is_left_for_a_minimum(method):
    """f = x⁴/4 − x²/2 + y² has a saddle at 0 and minima −1/4 at (±1, 0)."""
    double_well = problems.problem.Problem(
        lambda x: x[0]**4 / 4 - x[0]**2 / 2 + x[1]**2, lambda x: np.array([x[0]**3 - x[0], 2 * x[1]]),
        lambda x: np.diag([3 * x[0]**2 - 1, 2.0]), n=2, name="double well", starts=[(0, 0)])
    result = minimize(double_well, [0.0, 0.0], method)
    assert result.success
    assert_allclose([result.fun, abs(result.x[0]), result.x[1]], [-0.25, 1, 0], atol=1e-12)


def test_first_order_methods_say_that_the_start_is_a_saddle():
    from minnet.optim import BFGS, GradientDescent
    for method in (GradientDescent(), BFGS()):
        result = minimize(problems.saddle(), [0.0, 0.0], method)
        assert result.nit == 0 and "saddle" in result.message and "-2" in result.message


@pytest.mark.parametrize("n", [1, 2, 7, 20])
def test_lines_along_eigenvectors_end_in_n_steps_on_a_quadratic(n):
    f = problems.quadratic(np.geomspace(1, 1e3, n), rng=n)
    result = minimize(f, np.random.default_rng(n).normal(size=n), EigenvectorLineSearch(), gtol=1e-8)
    assert result.success and result.nit <= n


@pytest.mark.parametrize("method", [SaddleFreeNewton(), ModifiedCholesky()], ids=repr)
def test_steps_are_newtons_where_the_hessian_is_positive(method):
    f = problems.quadratic([1.0, 4.0, 9.0], rng=0)
    result = minimize(f, np.ones(3), method, gtol=1e-10)
    assert result.success and result.nit == 1


@given(st.lists(st.sampled_from([-50.0, -1.0, -1e-3, 1e-3, 1.0, 7.0, 1e3]), min_size=1, max_size=7), st.integers(0, 9999))
def test_modified_cholesky_is_positive_definite_and_the_hessian_itself_where_that_is(spectrum, seed):
    H = problems.quadratic(spectrum, rng=seed).hessian(np.zeros(len(spectrum)))
    solve, p = modified_cholesky(H, 1e-8)
    inverse = np.column_stack([solve(b) for b in np.eye(len(H))])
    assert_allclose(inverse, inverse.T, rtol=1e-6, atol=1e-9 * abs(inverse).max())
    assert np.linalg.eigvalsh(inverse + inverse.T)[0] > 0
    if min(spectrum) > 0:
        assert_allclose(inverse @ H, np.eye(len(H)), atol=1e-6)
    assert np.linalg.norm(p) == pytest.approx(1) and (p @ H @ p < 0) == (min(spectrum) < 0)


def test_modified_cholesky_of_nothing_and_of_a_block_of_two():
    solve, _ = modified_cholesky(np.zeros((3, 3)), 1e-8)
    assert_allclose(solve(np.arange(3.0)), np.arange(3.0))
    solve, p = modified_cholesky(np.array([[0.0, 2.0], [2.0, 0.0]]), 1e-8)           # eigenvalues ±2: |D| = 2 I
    assert_allclose(solve(np.array([1.0, 3.0])), [0.5, 1.5])
    assert_allclose(abs(p), np.sqrt([0.5, 0.5]))


@pytest.mark.parametrize("lam", [[1, 2, 5], [-3, 1, 2], [-2, -2, 4], [0, 0, 1]])
@pytest.mark.parametrize("sigma", [0.1, 1.0, 30.0])
@pytest.mark.parametrize("hard", [False, True])
def test_cubic_steps_minimise_the_cubic_model(lam, sigma, hard):
    """(H + σ‖s‖ I) s = −g with H + σ‖s‖ I positive semidefinite is necessary and sufficient (Nesterov, Polyak 2006)."""
    lam, c = np.array(lam, float), np.array([0.0 if hard else 0.7, -1.0, 0.4])
    if hard and lam[1] < 0:
        c[1] = 0.0
    s = cubic_step(lam, c, sigma)
    alpha = sigma * np.linalg.norm(s)
    assert_allclose((lam + alpha) * s, -c, atol=1e-7)
    assert alpha >= -lam[0] - 1e-7


@pytest.mark.parametrize("method", [GaussNewton(), LevenbergMarquardt()], ids=repr)
def test_gauss_newton_methods_need_one_step_where_residuals_are_linear(method):
    f = problems.linear_full_rank(10, 20)
    result = minimize(f, f.starts[0], method, gtol=1e-6)
    assert result.success and result.nit <= (1 if isinstance(method, GaussNewton) else 8)
    assert_allclose(result.fun, f.minima[0][1])


@pytest.mark.parametrize("method", [GaussNewton(), LevenbergMarquardt(), SaddleFreeNewton(), ModifiedCholesky(), CubicNewton(),
                                    NewtonCG(), TrustRegion("steihaug")], ids=repr)
def test_a_network_is_trained_to_a_small_gradient(method):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(30, 2))
    f = Objective(MLP([2, 4, 1]), X, np.sin(X[:, 0]) + X[:, 1], l2=1e-2)
    result = minimize(f, f.net.init(rng=1), method, gtol=1e-6, max_iter=3000)
    assert result.success and np.linalg.norm(f.gradient(result.x)) <= 1e-6


@pytest.mark.parametrize("make, said", [
    (lambda: CubicNewton(sigma=0), "sigma=0"), (lambda: SaddleFreeNewton(floor=-1), "floor=-1"),
    (lambda: ModifiedCholesky(floor=0), "floor=0"),
    (lambda: LevenbergMarquardt(damping="x"), "damping='x'"),
    (lambda: minimize(problems.rosenbrock(), [0, 0], GaussNewton()) if not hasattr(problems.rosenbrock(), "ggn")
     else minimize(problems.saddle(), [0, 0], GaussNewton()), "ggn")])
def test_bad_input(make, said):
    with pytest.raises(ValueError, match=said):
        make()


@pytest.mark.parametrize("method", [Newton(), SaddleFreeNewton(), ModifiedCholesky(), CubicNewton(), TrustRegion()], ids=repr)
def test_hessians_of_whole_numbers(method):
    f = problems.problem.Function(lambda x: x[0]**2 + 3 * x[1]**2, lambda x: np.array([2 * x[0], 6 * x[1]]),
                                  hessian=lambda x: np.diag([2, 6]))
    assert minimize(f, [1.0, 1.0], method).success
