"""minnet's methods as `method=` of scipy.optimize.minimize, with SciPy's conventions."""
import numpy as np
import pytest
import scipy.optimize
from laws import refuses
from numpy.testing import assert_allclose
from scipy.optimize import OptimizeResult, OptimizeWarning, minimize, rosen, rosen_der, rosen_hess, rosen_hess_prod
from scipy.sparse import csr_matrix
from scipy.sparse.linalg import aslinearoperator

from minnet import optim
from minnet.optim import LBFGS, Adam, GradientDescent, Newton, NewtonCG, as_scipy

START = [-1.2, 1.0]


@pytest.mark.parametrize("name", ["BFGS", "LBFGS", "NonlinearCG", "SR1", "DFP"])
@pytest.mark.parametrize("jac", [rosen_der, None, "2-point", "both"])
def test_rosenbrock_is_minimised(name, jac):
    fun, jac = ((lambda x: (rosen(x), rosen_der(x))), True) if jac == "both" else (rosen, jac)
    result = minimize(fun, START, jac=jac, method=as_scipy(getattr(optim, name)()), tol=1e-6)
    assert isinstance(result, OptimizeResult) and result.success and result.status == 0
    assert_allclose(result.x, 1, atol=1e-5)


def test_a_function_that_returns_both_is_called_once_a_point():
    points = []

    def both(x):
        points.append(x.tobytes())
        return rosen(x), rosen_der(x)

    result = minimize(both, START, jac=True, method=as_scipy(LBFGS()))
    assert result.success and len(points) == len(set(points)) == result.nfev


def test_hessians_and_products_are_passed_on_with_args():
    scaled = lambda rule: lambda x, *more: more[-1] * rule(x, *more[:-1])
    for method, extra in ((Newton(), {"hess": scaled(rosen_hess)}), (NewtonCG(), {"hessp": scaled(rosen_hess_prod)})):
        result = minimize(
            scaled(rosen), START, args=(3.0,), jac=scaled(rosen_der), method=as_scipy(method), tol=1e-8, **extra
        )
        assert result.success and result.nhev > 0
        assert_allclose(result.x, 1, atol=1e-8)


FORMS = {"array": rosen_hess, "list": lambda x: rosen_hess(x).tolist(), "sparse": lambda x: csr_matrix(rosen_hess(x)),
         "operator": lambda x: aslinearoperator(rosen_hess(x)), "2-point": "2-point", "3-point": "3-point", "cs": "cs"}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("method", [Newton(), NewtonCG()], ids=repr)
def test_a_hessian_comes_in_every_form_that_scipy_takes(form, method):
    result = minimize(rosen, START, jac=rosen_der, hess=FORMS[form], method=as_scipy(method), tol=1e-7)
    assert result.success, result.message
    assert_allclose(result.x, 1, atol=1e-7)


@pytest.mark.parametrize(
    "jac, hess, parts",
    [
        (rosen_der, scipy.optimize.BFGS(), ["BFGS", "quasi-Newton", "as_scipy(BFGS())"]),
        (rosen_der, scipy.optimize.SR1(), ["SR1", "quasi-Newton"]),
        (rosen_der, 3, ["hess=3"]),
        (rosen_der, "4-point", ["4-point"]),
        (None, "2-point", ["without jac"]),
        (rosen_der, None, ["Newton needs the hessian"]),
    ],
)
def test_a_hessian_that_cannot_be_used_is_said(jac, hess, parts):
    with refuses(*parts):
        minimize(rosen, START, jac=jac, hess=hess, method=as_scipy(Newton()))


def test_a_method_without_hessian_takes_no_notice_of_one():
    assert minimize(rosen, START, jac=rosen_der, hess=scipy.optimize.BFGS(), method=as_scipy(LBFGS())).success


def test_callbacks_see_what_they_see_in_scipy():
    """Every iterate but the start; by keyword where that is the one parameter; what they return does not matter."""
    for theirs, ours in ((scipy.optimize.minimize, "BFGS"), (scipy.optimize.minimize, as_scipy(LBFGS()))):
        seen, results = [], []

        def by_name(intermediate_result):
            results.append(intermediate_result.fun)
            return True

        result = theirs(rosen, START, jac=rosen_der, method=ours, callback=lambda x: seen.append(x) or True)
        assert len(seen) == result.nit and seen[0].tolist() != START and np.array_equal(seen[-1], result.x)
        result = theirs(rosen, START, jac=rosen_der, method=ours, callback=by_name)
        assert len(results) == result.nit and results[-1] == result.fun
    builtin = []
    minimize(rosen, START, jac=rosen_der, method=as_scipy(LBFGS()), callback=builtin.append)
    assert builtin[0].shape == (2,)


def test_stop_iteration_ends_the_run():
    def stop(intermediate_result):
        raise StopIteration

    result = minimize(rosen, START, jac=rosen_der, method=as_scipy(LBFGS()), callback=stop)
    assert result.nit == 1 and not result.success and "callback" in result.message


def test_options_are_scipys():
    result = minimize(rosen, START, jac=rosen_der, method=as_scipy(Adam(lr=0.01)), options={"maxiter": 7})
    assert result.nit == 7 and not result.success


def test_an_unknown_option_warns_as_in_scipy():
    for method in ("BFGS", as_scipy(LBFGS())):
        with pytest.warns(OptimizeWarning, match="Unknown solver options: colour"):
            result = minimize(rosen, START, jac=rosen_der, method=method, options={"colour": 1})
        assert result.success


@pytest.mark.parametrize(
    "method, extra",
    [
        (LBFGS(), {}),
        (Newton(), {"hess": lambda x: 2.0}),
        (NewtonCG(), {"hess": lambda x: [[2.0]]}),
        (NewtonCG(), {"hessp": lambda x, p: 2 * p}),
        (NewtonCG(), {"hess": lambda x: 2.0}),
    ],
)
@pytest.mark.parametrize("jac", [None, lambda x: 2 * (x - 3), lambda x: float(2 * (x[0] - 3))])
def test_scalar_problems(method, extra, jac):
    for fun in (lambda x: (x - 3) ** 2, lambda x: float((x[0] - 3) ** 2)):     # an array of one number, and a number
        result = minimize(fun, 1.0, jac=jac, method=as_scipy(method), **extra)
        assert result.success and result.x == pytest.approx([3.0], abs=1e-5) and np.ndim(result.fun) == 0


@pytest.mark.parametrize(
    "fun, jac, part",
    [
        (lambda x: (rosen(x), rosen_der(x)), None, "jac=True"),
        (lambda x: x, rosen_der, "shape (2,)"),
        (lambda x: None, rosen_der, "None"),
        (rosen, lambda x: rosen_der(x)[:1], "shape (1,)"),
        (rosen, lambda x: rosen_der(x)[:, None], "shape (2, 1)"),
        (lambda x: rosen(x) + 1j, rosen_der, "1j"),
    ],
)
def test_wrong_answers_are_said_in_a_line(fun, jac, part):
    with refuses(part):
        minimize(fun, START, jac=jac, method=as_scipy(GradientDescent()))


@pytest.mark.parametrize("extra", [{"bounds": [(0, 1), (0, 1)]}, {"constraints": [{"type": "eq", "fun": rosen}]}])
def test_bounds_and_constraints_are_refused(extra):
    with pytest.raises(ValueError, match="unconstrained"):
        minimize(rosen, START, jac=rosen_der, method=as_scipy(LBFGS()), **extra)


def test_only_methods_are_taken():
    with pytest.raises(ValueError, match="LBFGS"):
        as_scipy("BFGS")
