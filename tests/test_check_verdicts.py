"""Where a checker cannot tell, it says why and what to do: kinks, functions that are not analytic, rounding,
precision."""
import numpy as np
import pytest

from minnet import MLP, Function, Objective, check, minimize
from minnet.optim import Newton

HOWS = ["complex-step", "difference", "taylor"]
each_how = pytest.mark.parametrize("how", HOWS)


def unsure(report, *parts):
    """Whether the report gives no verdict and its hint has the parts."""
    return not report and report.verdict == "cannot tell here" and all(part in report.hint for part in parts) \
        and report.hint in str(report)


# --- points at or near a minimum -------------------------------------------------------------------------------------

def logistic_regression():
    rng = np.random.default_rng(0)
    X = rng.standard_normal((50, 4))
    y = (X[:, 0] + rng.standard_normal(50) > 0).astype(float)
    f = Objective(MLP([4, 1]), X, y, "binary_crossentropy", l2=0.01)
    return f, minimize(f, np.zeros(f.n), Newton(), gtol=1e-12).x


@each_how
@pytest.mark.parametrize("sign", [1, -1])
def test_at_a_trained_point_no_rule_passes_that_any_multiple_would(sign, how):
    f, x = logistic_regression()
    g = Function(f.value, lambda x: sign * f.gradient(x))
    assert unsure(check.gradient(g, x, how=how), "another point")
    assert check.hessian(f, x, how=how) and check.hvp(f, x, how=how)


@each_how
def test_beside_a_trained_point_the_sign_is_seen(how):
    f, x = logistic_regression()
    report = check.gradient(Function(f.value, lambda x: -f.gradient(x)), x + 1e-3, how=how)
    assert report.verdict == "FAILED" and check.gradient(f, x + 1e-3, how=how)


@each_how
def test_a_missing_term_is_seen_where_the_gradient_vanishes(how):
    f, x = logistic_regression()
    assert check.gradient(Function(f.value, lambda x: f.gradient(x) - f.l2 * x), x, how=how).verdict == "FAILED"


# --- large values ----------------------------------------------------------------------------------------------------

@each_how
@pytest.mark.parametrize("factor, verdict", [(3, "passed"), (3.003, "FAILED"), (-3, "FAILED")])
def test_a_large_constant_hides_no_wrong_factor(factor, verdict, how):
    f = Function(lambda x: 1e8 + np.sum(x**3), lambda x: factor * x**2)
    assert check.gradient(f, np.array([1.0, 2.0, -1.5]), how=how).verdict in (verdict, "cannot tell here")
    assert check.gradient(f, np.array([10.0, 20.0, -15.0]), how=how).verdict == verdict


@each_how
def test_a_regression_with_large_targets_is_not_accused(how):
    rng = np.random.default_rng(1)
    f = Objective(MLP([3, 4, 1]), rng.standard_normal((20, 3)), 1e5 * rng.standard_normal((20, 1)))
    report = check.gradient(f, f.net.init(rng=0), how=how)
    assert report.verdict != "FAILED" and (report or how != "complex-step")
    assert check.gradient(Function(f.value, lambda x: -f.gradient(x)), f.net.init(rng=0), how=how).verdict == "FAILED"


# --- kinks and jumps -------------------------------------------------------------------------------------------------

absolute = Function(lambda x: np.sum(np.where(x.real > 0, x, -x)), lambda x: np.where(x > 0, 1.0, -1.0))


@each_how
@pytest.mark.parametrize("x", [[0.0, 0.0], [0.0, 1.3], [1e-12, -1.3]])
def test_no_rule_is_accused_at_a_kink(x, how):
    report = check.gradient(absolute, x, how=how)
    assert report.verdict != "FAILED" and (report or "another point" in report.hint)


@each_how
def test_a_kink_is_called_a_kink(how):
    other_side = Function(absolute.value, lambda x: np.where(x >= 0, 1.0, -1.0))
    assert unsure(check.gradient(other_side, np.zeros(2), how=how), "another point", *["kink"][how == "complex-step":])


@each_how
def test_beside_kinks_right_rules_pass_and_wrong_ones_fail(how):
    x = np.array([1e-4, -1.3])
    assert check.gradient(absolute, x, how=how)
    assert check.gradient(Function(absolute.value, lambda x: -absolute.gradient(x)), x, how=how).verdict == "FAILED"


@each_how
def test_a_network_at_the_kinks_of_its_units_is_not_accused(how):
    rng = np.random.default_rng(0)
    f = Objective(MLP([2, 3, 1], "relu"), rng.standard_normal((6, 2)), rng.standard_normal((6, 1)))
    for rule in (check.gradient, check.hessian):
        assert rule(f, np.zeros(f.n), how=how).verdict != "FAILED"
        assert rule(f, 1e-8 * rng.standard_normal(f.n), how=how).verdict != "FAILED"


def test_an_activation_at_its_kink_is_not_accused():
    assert unsure(check.activation("relu", [0.0, 1.0], how="difference"), "kink")


# --- functions that are not analytic ---------------------------------------------------------------------------------

NOT_ANALYTIC = {"vdot": lambda x: np.vdot(x, x) + 0 * x[0], "conj": lambda x: np.sum(x * np.conj(x)),
                "abs": lambda x: np.sum(np.abs(x) ** 2) + 0 * x[0]}


@pytest.mark.parametrize("value", NOT_ANALYTIC.values(), ids=NOT_ANALYTIC)
def test_functions_that_are_not_analytic_are_sent_to_differences(value):
    x = np.array([1.0, -2.0, 0.5])
    f = Function(value, lambda x: 2 * x)
    assert unsure(check.gradient(f, x), "analytic", "how='difference'")
    assert check.gradient(f, x, how="difference")


def test_a_term_that_complex_steps_miss_is_no_excuse_for_a_rule_that_misses_it():
    f = Function(lambda x: np.sum(np.sin(x)) + 0.01 * np.vdot(x, x), np.cos)
    assert unsure(check.gradient(f, np.array([1.0, -2.0, 0.5])), "analytic")


# --- single precision ------------------------------------------------------------------------------------------------

@each_how
@pytest.mark.parametrize("rule", ["gradient", "hvp", "hessian"])
def test_networks_pass_in_single_precision(rule, how):
    rng, net = np.random.default_rng(0), MLP([2, 3, 2])
    f = Objective(net, rng.standard_normal((6, 2)), rng.integers(2, size=6), "softmax_crossentropy", l2=0.1)
    report = getattr(check, rule)(f, rng.standard_normal(f.n).astype(np.float32), how=how)
    assert report.verdict != "FAILED" and (report or how != "complex-step"), str(report)


@each_how
@pytest.mark.parametrize("factor, verdict", [(1, "passed"), (1.001, "FAILED"), (-1, "FAILED")])
def test_functions_that_answer_in_single_precision_are_measured_in_it(factor, verdict, how):
    """As functions of JAX and PyTorch do, whatever the precision of the point."""
    single = lambda x: x.astype(np.complex64 if np.iscomplexobj(x) else np.float32)
    f = Function(lambda x: np.sum(single(x) ** 3), lambda x: np.float32(3 * factor) * single(x) ** 2)
    report = check.gradient(f, np.array([1.0, 2.0, -1.5]), how=how)
    assert report.verdict == verdict, str(report)


# --- blocks that vanish ----------------------------------------------------------------------------------------------

@each_how
def test_a_block_that_nothing_depends_on_passes_and_one_that_vanishes_by_chance_does_not(how):
    f = Function(lambda x: x[0] ** 2 + x[1] ** 4, lambda x: np.array([2 * x[0], 4 * x[1] ** 3, 0 * x[2]]))
    f.blocks = {"square": np.array([0]), "quartic": np.array([1]), "unused": np.array([2])}
    assert check.gradient(f, np.array([1.0, 1.0, 1.0]), how=how)
    assert unsure(check.gradient(f, np.array([1.0, 0.0, 1.0]), how=how), "quartic vanishes here")


@each_how
def test_a_point_where_the_function_is_not_finite_decides_nothing(how):
    f = Function(lambda x: np.log(x).sum(), lambda x: 1 / x)
    assert unsure(check.gradient(f, np.array([-1.0, 1.0]), how=how) if how != "complex-step" else
                  check.gradient(f, np.array([0.0, 1.0])), "not finite")


def test_a_tolerance_finer_than_the_reference_is_not_granted():
    f = Function(lambda x: np.exp(x).sum(), np.exp)
    assert unsure(check.gradient(f, np.ones(2), how="difference", tol=1e-16), "larger tol")
