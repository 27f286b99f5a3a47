"""Where a method can go no further, a step says so, at once and with the point as it was."""

import numpy as np
import pytest

from minnet import MLP, Function, Objective, datasets, minimize
from minnet.linalg.threads import one_thread
from minnet.optim import (
    BFGS,
    DFP,
    LBFGS,
    SR1,
    Armijo,
    CubicNewton,
    Exact,
    GaussNewton,
    HagerZhang,
    HessianFree,
    LevenbergMarquardt,
    ModifiedCholesky,
    Newton,
    NewtonCG,
    NonlinearCG,
    NoProgress,
    SaddleFreeNewton,
    TrustRegion,
    UndampedNewton,
)
from minnet.optim.driver.counted import Counted
from minnet.problems import quadratic, rosenbrock

LOOKING = [
    BFGS(),
    BFGS(Armijo()),
    BFGS(HagerZhang()),
    BFGS(Exact()),
    DFP(),
    SR1(),
    LBFGS(),
    NonlinearCG(),
    NonlinearCG(memory=0),
    Newton(),
    TrustRegion(),
    TrustRegion("steihaug"),
    SaddleFreeNewton(),
    ModifiedCholesky(),
    CubicNewton(),
    NewtonCG(),
]


@pytest.mark.parametrize("f", [rosenbrock(), rosenbrock(5), quadratic([1.0, 4.0, 9.0], rng=0)], ids=repr)
@pytest.mark.parametrize("method", LOOKING, ids=repr)
def test_a_gradient_of_the_wrong_sign_ends_a_run_within_a_few_steps(method, f):
    wrong = Counted(Function(f.value, lambda x: -f.gradient(x), hessian=f.hessian))
    x = f.starts[0]
    state = method.start(wrong, x)
    with pytest.raises(NoProgress):
        for _ in range(4):
            x, state = method.step(wrong, x, state)
    assert wrong.counts["nfev"] < 250 and f.value(x) <= f.value(f.starts[0])


@pytest.mark.parametrize(
    "method",
    [UndampedNewton(), Newton(), TrustRegion(), SaddleFreeNewton(), ModifiedCholesky(), CubicNewton(), NewtonCG()],
    ids=repr,
)
@pytest.mark.parametrize("what", [np.nan, np.inf])
def test_a_hessian_that_is_not_finite_ends_a_run(method, what):
    f = Function(lambda x: x @ x, lambda x: 2 * x, hessian=lambda x: np.full((2, 2), what))
    if method != NewtonCG() or np.isnan(what):
        with pytest.raises(NoProgress, match="not finite"):
            method.step(f, np.array([1.0, 2.0]), method.start(f, np.array([1.0, 2.0])))
    result = minimize(f, [1.0, 2.0], method, max_iter=50)
    assert not result.success and result.nit <= 3 and "finite" in result.message


def test_undamped_newton_ends_where_its_step_does_not_move_the_point():
    f = quadratic([1.0, 4.0])
    with pytest.raises(NoProgress, match="does not move"):
        UndampedNewton().step(f, f.minima[0][0], {})


METHODS_ALONE = [
    Newton(),
    BFGS(),
    LBFGS(),
    LBFGS(precondition=True),
    NonlinearCG(),
    TrustRegion("steihaug"),
    GaussNewton(),
    LevenbergMarquardt(),
    NewtonCG(),
    HessianFree(),
    HessianFree(curvature_batch=7),
    HessianFree(kind="hessian"),
]


@pytest.mark.parametrize("method", METHODS_ALONE, ids=repr)
def test_a_step_needs_no_driver(method):
    """On an objective itself it is the step that the driver makes, to the bit with one thread."""
    data = datasets.two_moons(30, rng=0)
    f = Objective(MLP([2, 4, 2]), data.X, data.y, "softmax_crossentropy", l2=1e-3)
    theta = f.net.init(rng=0)
    with one_thread():
        alone, _ = method.step(f, theta, method.start(f, theta))
        driven = minimize(f, theta, method, max_iter=1, gtol=0, record=["x"])
    np.testing.assert_array_equal(alone, driven.history["x"][-1])


TINY = [
    BFGS(),
    LBFGS(),
    NonlinearCG(),
    NonlinearCG("HZ", 0),
    BFGS(Exact()),
    SR1(),
    Newton(),
    TrustRegion("steihaug"),
    CubicNewton(),
]


@pytest.mark.parametrize("unit", [1e-160, 1e-300, 1e150])
@pytest.mark.parametrize("method", TINY, ids=repr)
def test_squares_that_leave_the_range_of_numbers_are_no_crash(method, unit):
    """The squares of such gradients are 0 or inf."""
    f = Function(lambda x: unit * float(x @ x), lambda x: unit * 2 * x, hessian=lambda x: unit * 2 * np.eye(2))
    result = minimize(f, [3.0, -1.0], method, gtol=0, max_iter=5)
    assert np.isfinite(result.x).all() and result.fun <= unit * 10
