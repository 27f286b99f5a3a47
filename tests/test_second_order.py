"""Newton's family, all alike: away from saddles, Newton's step where the Hessian is positive, networks, refusals."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from minnet import MLP, Objective, minimize, problems
from minnet.optim import (
    BFGS,
    CubicNewton,
    EigenvectorLineSearch,
    GaussNewton,
    GradientDescent,
    LevenbergMarquardt,
    ModifiedCholesky,
    Newton,
    NewtonCG,
    SaddleFreeNewton,
    TrustRegion,
)

LEAVE_SADDLES = [
    Newton(),
    TrustRegion(),
    TrustRegion("steihaug"),
    SaddleFreeNewton(),
    ModifiedCholesky(),
    CubicNewton(),
    EigenvectorLineSearch(),
    NewtonCG(),
]


@pytest.mark.parametrize("method", LEAVE_SADDLES, ids=repr)
def test_a_saddle_with_zero_gradient_is_left_for_a_minimum(method):
    """f = x⁴/4 − x²/2 + y² has a saddle at 0 and minima −1/4 at (±1, 0)."""
    double_well = problems.problem.Problem(
        lambda x: x[0] ** 4 / 4 - x[0] ** 2 / 2 + x[1] ** 2,
        lambda x: np.array([x[0] ** 3 - x[0], 2 * x[1]]),
        lambda x: np.diag([3 * x[0] ** 2 - 1, 2.0]),
        n=2,
        name="double well",
        starts=[(0, 0)],
    )
    result = minimize(double_well, [0.0, 0.0], method)
    assert result.success
    assert_allclose([result.fun, abs(result.x[0]), result.x[1]], [-0.25, 1, 0], atol=1e-12)


def test_first_order_methods_say_that_the_start_is_a_saddle():
    for method in (GradientDescent(), BFGS()):
        result = minimize(problems.saddle(), [0.0, 0.0], method)
        assert result.nit == 0 and "saddle" in result.message and "-2" in result.message


@pytest.mark.parametrize("method", [SaddleFreeNewton(), ModifiedCholesky()], ids=repr)
def test_steps_are_newtons_where_the_hessian_is_positive(method):
    f = problems.quadratic([1.0, 4.0, 9.0], rng=0)
    result = minimize(f, np.ones(3), method, gtol=1e-10)
    assert result.success and result.nit == 1


@pytest.mark.parametrize(
    "method",
    [
        GaussNewton(),
        LevenbergMarquardt(),
        SaddleFreeNewton(),
        ModifiedCholesky(),
        CubicNewton(),
        NewtonCG(),
        TrustRegion("steihaug"),
    ],
    ids=repr,
)
def test_a_network_is_trained_to_a_small_gradient(method):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(30, 2))
    f = Objective(MLP([2, 4, 1]), X, np.sin(X[:, 0]) + X[:, 1], l2=1e-2)
    result = minimize(f, f.net.init(rng=1), method, gtol=1e-6, max_iter=3000)
    assert result.success and np.linalg.norm(f.gradient(result.x)) <= 1e-6


@pytest.mark.parametrize(
    "make, said",
    [
        (lambda: CubicNewton(sigma=0), "sigma=0"),
        (lambda: SaddleFreeNewton(floor=-1), "floor=-1"),
        (lambda: ModifiedCholesky(floor=0), "floor=0"),
        (lambda: LevenbergMarquardt(damping="x"), "damping='x'"),
        (
            lambda: (
                minimize(problems.rosenbrock(), [0, 0], GaussNewton())
                if not hasattr(problems.rosenbrock(), "ggn")
                else minimize(problems.saddle(), [0, 0], GaussNewton())
            ),
            "ggn",
        ),
    ],
)
def test_bad_input(make, said):
    with pytest.raises(ValueError, match=said):
        make()


@pytest.mark.parametrize(
    "method", [Newton(), SaddleFreeNewton(), ModifiedCholesky(), CubicNewton(), TrustRegion()], ids=repr
)
def test_hessians_of_whole_numbers(method):
    f = problems.problem.Function(
        lambda x: x[0] ** 2 + 3 * x[1] ** 2,
        lambda x: np.array([2 * x[0], 6 * x[1]]),
        hessian=lambda x: np.diag([2, 6]),
    )
    assert minimize(f, [1.0, 1.0], method).success
