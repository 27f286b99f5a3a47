"""minnet's methods as `method=` of scipy.optimize.minimize, with SciPy's conventions."""
import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.optimize import minimize, rosen, rosen_der, rosen_hess, rosen_hess_prod

from minnet import optim
from minnet.optim import LBFGS, Adam, Newton, NewtonCG, as_scipy

START = [-1.2, 1.0]


@pytest.mark.parametrize("name", ["BFGS", "LBFGS", "NonlinearCG", "SR1", "DFP"])
@pytest.mark.parametrize("jac", [rosen_der, None, "both"])
def test_rosenbrock_is_minimised(name, jac):
    fun, jac = ((lambda x: (rosen(x), rosen_der(x))), True) if jac == "both" else (rosen, jac)
    result = minimize(fun, START, jac=jac, method=as_scipy(getattr(optim, name)()), tol=1e-6)
    assert result.success and result.status == 0
    assert_allclose(result.x, 1, atol=1e-5)


def test_hessians_and_products_are_passed_on_with_args():
    scaled = lambda rule: lambda x, *more: more[-1] * rule(x, *more[:-1])
    for method, extra in ((Newton(), {"hess": scaled(rosen_hess)}), (NewtonCG(), {"hessp": scaled(rosen_hess_prod)})):
        result = minimize(scaled(rosen), START, args=(3.0,), jac=scaled(rosen_der), method=as_scipy(method), tol=1e-8, **extra)
        assert result.success and result.nhev > 0
        assert_allclose(result.x, 1, atol=1e-8)


def test_a_missing_hessian_is_said():
    with pytest.raises(ValueError, match="hessian"):
        minimize(rosen, START, jac=rosen_der, method=as_scipy(Newton()))


def test_both_forms_of_callback_and_stop_iteration():
    seen = []
    minimize(rosen, START, jac=rosen_der, method=as_scipy(LBFGS()), callback=lambda xk: seen.append(xk))

    def stop(intermediate_result):
        seen.append(intermediate_result.fun)
        raise StopIteration

    result = minimize(rosen, START, jac=rosen_der, method=as_scipy(LBFGS()), callback=stop)
    assert seen[0].shape == (2,) and seen[-1] == rosen(np.array(START)) and not result.success and result.nit == 0


def test_options_are_scipys():
    result = minimize(rosen, START, jac=rosen_der, method=as_scipy(Adam(lr=0.01)), options={"maxiter": 7})
    assert result.nit == 7 and not result.success


@pytest.mark.parametrize("extra", [{"bounds": [(0, 1), (0, 1)]}, {"constraints": [{"type": "eq", "fun": rosen}]}])
def test_bounds_and_constraints_are_refused(extra):
    with pytest.raises(ValueError, match="unconstrained"):
        minimize(rosen, START, jac=rosen_der, method=as_scipy(LBFGS()), **extra)


def test_only_methods_are_taken():
    with pytest.raises(ValueError, match="LBFGS"):
        as_scipy("BFGS")
