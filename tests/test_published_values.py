"""The test problems against what others have printed of them: minima, values and gradients."""
import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.optimize import least_squares

from minnet import problems
from minnet.problems import LeastSquares

# The paper's minima: problem, value as printed there (its further digits cut off), and where to start the search if
# not at the standard start, which leads to another minimum.
PAPER = [
    (problems.rosenbrock(), "0", None),
    (problems.freudenstein_roth(), "48.9842", None),
    (problems.freudenstein_roth(), "0", (6, 5)),
    (problems.powell_badly_scaled(), "0", None),
    (problems.brown_badly_scaled(), "0", None),
    (problems.beale(starts=[(1, 1)]), "0", None),
    (problems.jennrich_sampson(), "124.362", None),
    (problems.helical_valley(), "0", None),
    (problems.bard(), "8.21487e-3", None),
    (problems.gaussian(), "1.12793e-8", None),
    (problems.meyer(), "87.9458", None),
    (problems.gulf(), "0", None),
    (problems.box_3d(), "0", None),
    (problems.powell_singular(), "0", None),
    (problems.wood(), "0", None),
    (problems.kowalik_osborne(), "3.07505e-4", None),
    (problems.brown_dennis(), "85822.2", None),
    (problems.osborne_1(), "5.46489e-5", None),
    (problems.biggs_exp6(), "5.65565e-3", (1.7, 17.7, 3.3, 5.2, 1.7, -1)),
    # From the standard start the last bit of a residual may send the search to a valley without an end.
    (problems.biggs_exp6(), "0", (1.1, 9.5, 1.1, 5.2, 4.1, 3.1)),
    (problems.osborne_2(), "4.01377e-2", None),
    (problems.watson(6), "2.28767e-3", None),
    (problems.watson(9), "1.39976e-6", None),
    (problems.watson(12), "4.72238e-10", None),
    (problems.extended_rosenbrock(), "0", None),
    (problems.extended_powell_singular(), "0", None),
    (problems.penalty_1(4), "2.24997e-5", None),
    (problems.penalty_1(10), "7.08765e-5", None),
    (problems.penalty_2(4), "9.37629e-6", None),
    (problems.penalty_2(10), "2.93660e-4", None),
    (problems.variably_dimensioned(), "0", None),
    (problems.trigonometric(), "2.79506e-5", None),
    (problems.trigonometric(), "0", 0.04 * np.ones(10)),
    (problems.brown_almost_linear(), "0", None),
    (problems.discrete_boundary_value(), "0", None),
    (problems.discrete_integral_equation(), "0", None),
    (problems.broyden_tridiagonal(), "0", None),
    (problems.broyden_banded(), "0", None),
    (problems.linear_full_rank(10, 20), "10", None),
    (problems.linear_rank_1(10, 20), "4.63414", None),
    (problems.linear_rank_1_zeros(10, 20), "6.13513", None),
    *((problems.chebyquad(n), "0", None) for n in (1, 2, 3, 4, 5, 6, 7, 9)),
    (problems.chebyquad(8), "3.51687e-3", None),
    (problems.chebyquad(10), "6.50395e-3", None),
]


def has_digits(value, printed):
    """Whether `value` has the `printed` digits, up to one unit of the last; zero is anything below 1e-15."""
    mantissa, _, exponent = printed.partition("e")
    unit = 10.0**(int(exponent or 0) - len(mantissa.partition(".")[2]))
    return value < 1e-15 if printed == "0" else abs(value - float(printed)) <= unit


def reached(problem, start):
    """The lower one of the values at which Levenberg-Marquardt searches in two scales end."""
    fits = [
        least_squares(
            problem.residuals,
            start,
            problem.jacobian,
            method="lm",
            x_scale=scale,
            xtol=1e-15,
            ftol=1e-15,
            gtol=1e-15,
            max_nfev=5000,
        )
        for scale in ("jac", 1.0)
    ]
    return min(problem.value(fit.x) for fit in fits)


@pytest.mark.parametrize("problem, printed, start", PAPER, ids=lambda part: repr(part)[:60])
def test_published_minimum_is_reached(problem, printed, start):
    assert has_digits(reached(problem, problem.starts[0] if start is None else start), printed)
    assert any(has_digits(value, printed) for _, value in problem.minima)


@pytest.mark.parametrize("problem, printed", [(problems.bard(), "8.21487e-3"), (problems.osborne_2(), "4.01377e-2"),
                                              (problems.kowalik_osborne(), "3.07505e-4")], ids=repr)
def test_a_misprinted_datum_misses_the_published_minimum(problem, printed):
    """The residuals are y − model: a datum wrong by 0.001 shows in the minimum."""
    slip = 1e-3 * np.eye(problem.m)[2]
    wrong = LeastSquares(lambda x: problem._residuals(x) + slip, problem._jacobian, problem._curvature, n=problem.n,
                         m=problem.m, name="wrong", starts=problem.starts)
    assert not has_digits(reached(wrong, wrong.starts[0]), printed)

# The norms ‖f‖ that MINPACK's own test programs print at 1, 10 and 100 times the start.
MINPACK = [
    (problems.rosenbrock(), 4.9193496, 1340.0631, 143000.05),
    (problems.powell_singular(), 14.662878, 1270.9839, 126887.90),
    (problems.powell_badly_scaled(), 1.0654866, 1.0000000),
    (problems.helical_valley(), 50, 102.95630, 991.26182),
    (problems.freudenstein_roth(), 20.012496, 12432.834, 11426455),
    (problems.bard(), 6.4561363, 36.141853, 384.11468),
    (problems.kowalik_osborne(), 0.072891510, 2.9793701, 29.959062),
    (problems.meyer(), 41153.467, 4168216.9),
    (problems.watson(6), 5.4772256),
    (problems.box_3d(), 32.111584),
    (problems.jennrich_sampson(), 64.585650),
    (problems.brown_dennis(), 2815.4384, 555073.35, 61211252),
    (problems.osborne_1(), 0.93756402),
    (problems.osborne_2(), 1.4468654),
    (problems.chebyquad(1, 8), 1.8862380, 5.3833444e9),
    (problems.chebyquad(5), 0.22570657, 4117243.2),
    (problems.chebyquad(8), 0.19651386),
    (problems.chebyquad(10), 0.18374783),
    (problems.brown_almost_linear(), 16.530216, 9765624.0),
    (problems.brown_almost_linear(40), 128.02636),
    (problems.discrete_boundary_value(), 0.028080582, 0.52555258, 106.57390),
    (problems.discrete_integral_equation(1), 0.12792969, 2.5625, 836.11719),
    (problems.discrete_integral_equation(), 0.25182701, 6.1168330, 1269.3089),
    (problems.trigonometric(), 0.084117534, 20.305195, 93.369375),
    (problems.broyden_tridiagonal(), 4.5825757, 639.10093, 63337.583),
    (problems.broyden_banded(), 18.973666, 17130.922, 15949860),
    (problems.linear_full_rank(5, 50), 8.0622577),
    (problems.linear_rank_1(5, 50), 3101.6004),
    (problems.linear_rank_1_zeros(5, 50), 1748.9500),
]


@pytest.mark.parametrize("row", MINPACK, ids=lambda row: repr(row[0]))
def test_values_that_minpack_prints(row):
    problem, *norms = row
    for factor, norm in zip((1, 10, 100), norms):
        assert_allclose(np.sqrt(problem(factor * problem.starts[0])), norm, rtol=1e-7)


@pytest.mark.parametrize("problem, norms", [(problems.variably_dimensioned(), (2240213.5, 52234376, 1.5923646e11)),
                                            (problems.watson(6), (68.485872,)),
                                            (problems.watson(9), (88.789552,))], ids=lambda part: repr(part)[:60])
def test_gradients_that_minpack_prints(problem, norms):
    """These two MINPACK solves as the system of equations ∇F/2 = 0."""
    for factor, norm in zip((1, 10, 100), norms):
        assert_allclose(np.linalg.norm(problem.gradient(factor * problem.starts[0])) / 2, norm, rtol=1e-7)


@pytest.mark.parametrize("problem, value", [
    (problems.brown_badly_scaled(), 999998000003),
    (problems.beale(starts=[(1, 1)]), 14.203125),
    (problems.gaussian(), 3.88810699116688e-06),
    (problems.gulf(), 12.11070582556949),
    (problems.wood(), 19192),
    (problems.biggs_exp6(), 0.77907007565597),
    (problems.extended_rosenbrock(), 5 * 24.2),
    (problems.extended_powell_singular(), 3 * 215),
    (problems.penalty_1(4), 885.06264),
    (problems.penalty_1(10), 148032.56535),
    (problems.penalty_2(4), 2.34000880546302),
    (problems.penalty_2(10), 162.65277656596712),
    (problems.variably_dimensioned(4), 3222.1875),
], ids=repr)
def test_values_at_the_start_that_other_programs_print(problem, value):
    """To the rounding of residuals that are a hundredth of the numbers that they are differences of."""
    assert_allclose(problem(problem.starts[0]), value, rtol=1e-12)
