"""Gauss-Newton and Levenberg-Marquardt where residuals are linear."""
import pytest
from numpy.testing import assert_allclose

from minnet import minimize, problems
from minnet.optim import (
    GaussNewton,
    LevenbergMarquardt,
)


@pytest.mark.parametrize("method", [GaussNewton(), LevenbergMarquardt()], ids=repr)
def test_gauss_newton_methods_need_one_step_where_residuals_are_linear(method):
    f = problems.linear_full_rank(10, 20)
    result = minimize(f, f.starts[0], method, gtol=1e-6)
    assert result.success and result.nit <= (1 if isinstance(method, GaussNewton) else 8)
    assert_allclose(result.fun, f.minima[0][1])
