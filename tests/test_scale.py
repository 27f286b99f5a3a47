"""Nothing in a second-order method depends on the units of f, nor on those of x beyond the first steps."""

import numpy as np
import pytest
from laws import assert_close

from minnet import Function, minimize
from minnet.optim import (
    CubicNewton,
    EigenvectorLineSearch,
    ModifiedCholesky,
    Newton,
    NewtonCG,
    SaddleFreeNewton,
    TrustRegion,
    UndampedNewton,
)
from minnet.problems import beale, himmelblau, rosenbrock

METHODS = [
    Newton(),
    TrustRegion(),
    TrustRegion("steihaug"),
    SaddleFreeNewton(),
    ModifiedCholesky(),
    CubicNewton(),
    EigenvectorLineSearch(),
    NewtonCG(),
]
each_method = pytest.mark.parametrize("method", METHODS, ids=repr)


def scaled(f, scale):
    """scale · f."""
    return Function(
        lambda x: scale * f.value(x), lambda x: scale * f.gradient(x), hessian=lambda x: scale * f.hessian(x)
    )


WELLS = Function(
    lambda x: (x[1] ** 2 - x[0] ** 2) / 2 + x[0] ** 4 / 4,
    lambda x: np.array([x[0] ** 3 - x[0], x[1]]),
    hessian=lambda x: np.diag([3 * x[0] ** 2 - 1, 1.0]),
)


@each_method
@pytest.mark.parametrize("scale", [1e-9, 1e-20, 1e9])
def test_a_saddle_is_one_in_all_units(method, scale):
    """(y² − x²)/2 + x⁴/4 has a saddle at 0 and minima at (±1, 0). In small units all points meet the gradient test."""
    f = scaled(WELLS, scale)
    assert not method.accepts(f, np.zeros(2), {})
    loose, tight = (minimize(f, [0.0, 0.0], method, gtol=gtol) for gtol in (1e-8, 1e-8 * scale))
    assert tight.success
    assert_close(abs(tight.x), np.array([1.0, 0.0]), 1e-6)
    assert not loose.success or np.linalg.eigvalsh(WELLS.hessian(loose.x))[0] > -1e-7


@each_method
@pytest.mark.parametrize("scale", [1e-9, 1e-30, 1e30])
def test_minima_are_accepted_in_all_units(method, scale):
    flat = scaled(
        Function(lambda x: x[0] ** 2, lambda x: np.array([2 * x[0], 0.0]), hessian=lambda x: np.diag([2.0, 0.0])),
        scale,
    )
    assert method.accepts(flat, np.zeros(2), {}) and method.accepts(scaled(WELLS, scale), np.array([1.0, 0.0]), {})


@pytest.mark.parametrize(
    "method", [Newton(), TrustRegion(), SaddleFreeNewton(), ModifiedCholesky(), UndampedNewton()], ids=repr
)
@pytest.mark.parametrize("f", [rosenbrock(), beale(), himmelblau()], ids=repr)
@pytest.mark.parametrize("power", [-60, 80])
def test_the_path_is_the_same_in_all_units(method, f, power):
    path, other = (
        minimize(g, f.starts[0], method, gtol=0, max_iter=8, record=["x"]).history["x"]
        for g in (f, scaled(f, 2.0**power))
    )
    assert_close(other, path, 1e-9)
