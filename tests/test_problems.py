"""The test problems are themselves tested: derivatives by complex step, values against published runs, known points."""
import inspect

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.optimize import least_squares

from minnet import problems
from minnet.problems import LeastSquares, Problem

MORE_GARBOW_HILLSTROM = problems.more_garbow_hillstrom()
OTHER_SIZES = [problems.rosenbrock(5), problems.extended_rosenbrock(4), problems.extended_powell_singular(8),
               problems.watson(9), problems.watson(12), problems.watson(2), problems.penalty_1(10),
               problems.penalty_1(1), problems.penalty_2(10), problems.penalty_2(1), problems.variably_dimensioned(3),
               problems.trigonometric(3), problems.brown_almost_linear(2), problems.brown_almost_linear(5),
               problems.discrete_boundary_value(1), problems.discrete_integral_equation(4),
               problems.broyden_tridiagonal(2), problems.broyden_banded(20), problems.chebyquad(5),
               problems.chebyquad(10), problems.chebyquad(1, 8), problems.linear_full_rank(3, 3),
               problems.linear_rank_1(3, 4), problems.linear_rank_1_zeros(3, 5), problems.jennrich_sampson(5),
               problems.gulf(20), problems.box_3d(3), problems.brown_dennis(7), problems.biggs_exp6(6)]
LEAST_SQUARES = [*MORE_GARBOW_HILLSTROM, *OTHER_SIZES, problems.beale(), problems.himmelblau()]
PLAIN = [problems.saddle(), problems.stretched_saddle(), problems.monkey_saddle(), problems.lecture_surface(),
         problems.quadratic([1, 10, 100]), problems.quadratic([-2, 0, 3, 7], rng=0, centre=[1, 2, 3, 4]),
         problems.quadratic([1e-8, 1e8], rng=1), problems.quadratic([-1, -3]), problems.quadratic([5])]
PROBLEMS = [*LEAST_SQUARES, *PLAIN]
TWO_DIMENSIONAL = [p for p in PROBLEMS if p.bounds is not None]

each_problem = pytest.mark.parametrize("problem", PROBLEMS, ids=repr)
each_least_squares = pytest.mark.parametrize("problem", LEAST_SQUARES, ids=repr)


def points(problem):
    """The starts, random points about the first, and the known stationary points."""
    rng, x = np.random.default_rng(0), problem.starts[0]
    near = [x + 0.1 * (1 + abs(x)) * rng.standard_normal(problem.n) for _ in range(3)]
    return [*problem.starts, *near, *(x for x, _ in problem.minima if x is not None), *problem.saddles]


def complex_step(rule, x, h=1e-30):
    """The derivative of `rule` at x along every axis, stacked last: Im rule(x + ih e) / h."""
    return np.stack([np.imag(rule(x + 1j * h * e)) / h for e in np.eye(len(x))], axis=-1)


def gradient_scale(problem, x):
    """The size of the gradient before its terms cancel, in the sum Jᵀf and within each residual's "model − datum"."""
    if isinstance(problem, LeastSquares):
        J = abs(problem.jacobian(x))
        return 2 * (J.T @ (abs(problem.residuals(x)) + J @ abs(x))).max()
    return abs(problem.gradient(x)).max() + abs(problem.hessian(x)).max() * abs(x).max()


def hessian_scale(problem, x):
    """The size of the Hessian before JᵀJ and the curvature of the residuals cancel."""
    scale = abs(problem.hessian(x)).max()
    return scale + 2 * (problem.jacobian(x)**2).sum(axis=0).max() if isinstance(problem, LeastSquares) else scale


def derivative_errors(problem, x):
    """Largest errors of gradient and Hessian against complex steps, relative to the largest of what they sum."""
    gradient_error = abs(problem.gradient(x) - complex_step(problem.value, x)).max()
    hessian_error = abs(problem.hessian(x) - complex_step(problem.gradient, x)).max()
    return (gradient_error / (gradient_scale(problem, x) + 1e-25), hessian_error / (hessian_scale(problem, x) + 1e-25))


@each_problem
def test_derivatives_equal_complex_steps(problem):
    for x in points(problem):
        assert max(derivative_errors(problem, x)) < 1e-12


@each_problem
def test_hessian_is_symmetric(problem):
    for x in points(problem):
        H = problem.hessian(x)
        assert_array_equal(H, H.T)
        V = np.random.default_rng(1).standard_normal((problem.n, 2))
        assert_allclose(problem.hvp(x, V), H @ V)


@each_least_squares
def test_parts_of_a_sum_of_squares(problem):
    w = np.random.default_rng(2).standard_normal(problem.m)
    for x in points(problem):
        f, J = problem.residuals(x), problem.jacobian(x)
        assert f.shape == (problem.m,) and J.shape == (problem.m, problem.n) and problem.m > 0
        assert_allclose(J, complex_step(problem.residuals, x), rtol=1e-12, atol=1e-13 * abs(J).max())
        C = complex_step(lambda z: w @ problem.jacobian(z), x)
        scale = abs(C).max() + (abs(w) @ abs(J)).max()
        assert_allclose(problem.curvature(x, w), C, rtol=1e-12, atol=1e-13 * scale)
        assert_allclose(problem.value(x), (f**2).sum(), rtol=1e-14)


@each_least_squares
def test_check_rejects_a_wrong_coefficient(problem):
    """One entry of J, or the curvature, wrong by 1e-9 of the matrix: seen at one of the points."""
    def wrong_jacobian(x):
        J = problem._jacobian(x).copy()
        J[np.unravel_index(abs(J).argmax(), J.shape)] *= 1 + 1e-9
        return J

    def wrong_curvature(x, w):
        return problem._curvature(x, w) + 1e-9 * problem._jacobian(x).T @ problem._jacobian(x)

    face = dict(n=problem.n, m=problem.m, name="wrong", starts=problem.starts)
    for wrong in (LeastSquares(problem._residuals, wrong_jacobian, problem._curvature, **face),
                  LeastSquares(problem._residuals, problem._jacobian, wrong_curvature, **face)):
        assert max(max(derivative_errors(wrong, x)) for x in points(wrong)) > 1e-12


@each_problem
def test_known_points(problem):
    """Minima are stationary, of the stated value and without negative curvature; saddles are no strict minima."""
    assert all(start.shape == (problem.n,) and np.isfinite(problem(start)) for start in problem.starts)
    assert problem.starts and len(problem.starts) == len({tuple(x) for x in problem.starts})
    for x, value in problem.minima:
        if x is not None:
            assert_allclose(problem(x), value, rtol=1e-11, atol=1e-24)
            curvatures = stationary(problem, x)
            assert curvatures[0] >= -1e-12 * curvatures[-1]
    for x in problem.saddles:
        curvatures = stationary(problem, x)
        assert curvatures[0] <= 1e-12 * curvatures[-1]


def stationary(problem, x):
    """The eigenvalues of the Hessian at x, where the gradient must be zero but for rounding."""
    g, H = problem.gradient(x), problem.hessian(x)
    rounding = abs(H) @ abs(x) + gradient_scale(problem, x)
    assert (abs(g) <= 1e-13 * rounding + 1e-16).all()
    return np.linalg.eigvalsh(H)


def test_monkey_saddle_falls_three_ways():
    assert_array_equal(problems.monkey_saddle().hessian([0, 0]), np.zeros((2, 2)))
    angles = np.arange(12) * np.pi / 6
    values = problems.monkey_saddle().on_grid(np.cos(angles), np.sin(angles))
    assert_allclose(values, np.cos(3 * angles), atol=1e-14)


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


def test_more_garbow_hillstrom_is_the_papers_list():
    sizes = [(p.n, p.m) for p in MORE_GARBOW_HILLSTROM]
    assert sizes == [(2, 2), (2, 2), (2, 2), (2, 3), (2, 3), (2, 10), (3, 3), (3, 15), (3, 15), (3, 16), (3, 99),
                     (3, 10), (4, 4), (4, 6), (4, 11), (4, 20), (5, 33), (6, 13), (11, 65), (6, 31), (10, 10),
                     (12, 12), (4, 5), (4, 8), (10, 12), (10, 10), (10, 10), (10, 10), (10, 10), (10, 10), (10, 10),
                     (10, 20), (10, 20), (10, 20), (8, 8)]
    assert len({p.name for p in MORE_GARBOW_HILLSTROM}) == 35
    assert_array_equal(MORE_GARBOW_HILLSTROM[4].starts, [(1, 1)])


def test_every_public_function_gives_a_problem():
    functions = [getattr(problems, name) for name in problems.__all__]
    functions = [f for f in functions if inspect.isfunction(f) and f not in (problems.quadratic,
                                                                             problems.more_garbow_hillstrom)]
    assert len(functions) == 35 + 5
    for function in functions:
        problem = function()
        assert isinstance(problem, Problem) and problem.name in repr(problem)
        assert (problem.n == 2) == (problem.bounds is not None)


def test_extended_problems_are_copies_side_by_side():
    x = np.random.default_rng(3).standard_normal(8)
    for whole, block in ((problems.extended_rosenbrock(8), problems.rosenbrock()),
                         (problems.extended_powell_singular(8), problems.powell_singular())):
        parts = x.reshape(-1, block.n)
        assert_allclose(whole(x), sum(block(z) for z in parts))
        assert_allclose(whole.gradient(x), np.concatenate([block.gradient(z) for z in parts]))


def test_helical_valley_has_the_papers_branches():
    problem = problems.helical_valley()
    for x in np.random.default_rng(4).standard_normal((20, 3)):
        theta = np.arctan(x[1] / x[0]) / (2 * np.pi) + (0.5 if x[0] < 0 else 0)
        assert_allclose(problem.residuals(x)[0], 10 * (x[2] - 10 * theta), atol=1e-12)
    assert_allclose(problem.residuals([0, 1, 0])[0], -25)
    assert max(derivative_errors(problem, np.array([0.0, 1.0, 0.5]))) < 1e-12


def test_boundary_value_and_integral_equation_have_one_solution():
    differential, integral = problems.discrete_boundary_value(7), problems.discrete_integral_equation(7)
    x = least_squares(integral.residuals, integral.starts[0], integral.jacobian, xtol=1e-15, ftol=1e-15, gtol=1e-15).x
    assert max(integral(x), differential(x)) < 1e-28


def test_biggs_minimum_is_a_line_with_saddles_between():
    """Of the line x₃ + x₆ = constant through the second minimum, the part where both are positive is no minimum."""
    problem = problems.biggs_exp6()
    flat, value = problem.minima[1]
    for share in np.linspace(-1, 4, 26):
        x = flat.copy()
        x[[2, 5]] = flat[2] + flat[5] - share, share
        assert_allclose(problem(x), value, rtol=1e-12)
        if abs(share) > 0.05 and abs(x[2]) > 0.05:
            assert (np.linalg.eigvalsh(problem.hessian(x))[0] < -1e-8) == (x[2] * x[5] > 0)


def test_brown_almost_linear_falls_from_its_saddle():
    """The paper counts this point, of value 1, among the minima."""
    for n in (3, 4, 5, 10):
        problem = problems.brown_almost_linear(n)
        x, way = problem.saddles[0], np.append(np.ones(n - 1), -n)
        assert_allclose(problem(x), 1)
        assert problem(x + 0.1 * way) < problem(x)


@pytest.mark.parametrize("problem", TWO_DIMENSIONAL, ids=repr)
def test_on_grid_equals_value(problem):
    (left, right), (low, high) = problem.bounds
    X, Y = np.meshgrid(np.linspace(left, right, 4), np.linspace(low, high, 3))
    Z = problem.on_grid(X, Y)
    assert Z.shape == X.shape and Z.dtype == float
    assert_array_equal(Z, [[problem([x, y]) for x, y in zip(*row)] for row in zip(X, Y)])
    assert_array_equal(Z, problem.on_grid(X[:1], Y[:, :1]))


@pytest.mark.parametrize("problem", TWO_DIMENSIONAL, ids=repr)
def test_bounds_frame_starts_and_known_points(problem):
    (left, right), (low, high) = problem.bounds
    for x in [*problem.starts, *(x for x, _ in problem.minima), *problem.saddles]:
        assert left <= x[0] <= right and low <= x[1] <= high


def test_on_grid_needs_two_variables():
    with pytest.raises(ValueError, match="Bard has 3 variables"):
        problems.bard().on_grid(0, 0)


@each_problem
def test_overflow_is_quiet(problem):
    for x in (np.full(problem.n, 1e200), np.full(problem.n, -1e200), np.zeros(problem.n), np.full(problem.n, np.nan)):
        for z in (x, x.astype(complex)):
            problem.value_and_gradient(z), problem.hvp(z, np.ones(problem.n)), problem.hessian(z)
        if isinstance(problem, LeastSquares):
            problem.residuals(x), problem.jacobian(x), problem.curvature(x, np.ones(problem.m))
    if problem.n == 2:
        problem.on_grid([1e200, np.nan], 1e200)


@each_problem
def test_inputs(problem):
    """Lists and float32 are taken, a wrong length is refused, and nothing given or returned is shared."""
    x = problem.starts[0]
    assert problem(x.tolist()) == problem(x)
    assert np.isfinite(problem.gradient(x.astype(np.float32))).all()
    with pytest.raises(ValueError, match="shape"):
        problem.value(np.zeros(problem.n + 1))
    before = x.copy(), problem.gradient(x), problem.hessian(x)
    problem.gradient(x)[:] = 7
    problem.hessian(x)[:] = 7
    if isinstance(problem, LeastSquares):
        problem.residuals(x)[:] = 7
        problem.jacobian(x)[:] = 7
    for was, now in zip(before, (x, problem.gradient(x), problem.hessian(x))):
        assert_array_equal(was, now)


@pytest.mark.parametrize("call", [
    lambda: problems.rosenbrock(1), lambda: problems.extended_rosenbrock(3), lambda: problems.extended_rosenbrock(0),
    lambda: problems.extended_powell_singular(6), lambda: problems.watson(1), lambda: problems.watson(32),
    lambda: problems.penalty_1(0), lambda: problems.penalty_2(0), lambda: problems.variably_dimensioned(0),
    lambda: problems.trigonometric(2.5), lambda: problems.brown_almost_linear(1), lambda: problems.chebyquad(4, 3),
    lambda: problems.linear_full_rank(5, 4), lambda: problems.linear_rank_1(5, 4),
    lambda: problems.linear_rank_1_zeros(2, 4), lambda: problems.gulf(100), lambda: problems.box_3d(2),
    lambda: problems.jennrich_sampson(1), lambda: problems.biggs_exp6(5), lambda: problems.brown_dennis(3)])
def test_impossible_sizes_are_refused(call):
    with pytest.raises(ValueError, match="expected a"):
        call()


@pytest.mark.parametrize("spectrum", [[1, 2, 3], [0, 0, 5], [-1, 0, 2], [-3, -2]])
@pytest.mark.parametrize("rng", [None, 0, 7])
def test_quadratic_has_its_spectrum(spectrum, rng):
    centre = np.arange(1.0, len(spectrum) + 1)
    problem = problems.quadratic(spectrum, rng=rng, centre=centre)
    H = problem.hessian(centre)
    assert_allclose(np.linalg.eigvalsh(H), np.sort(spectrum), atol=1e-14)
    assert_allclose(problem.Q @ problem.Q.T, np.eye(len(spectrum)), atol=1e-15)
    assert_allclose(H @ problem.Q, problem.Q * problem.eigenvalues, atol=1e-14)
    assert_allclose(problem(problem.starts[0]), sum(spectrum) / 2, atol=1e-14)
    x = np.random.default_rng(5).standard_normal(len(spectrum))
    assert_allclose(problem(x), (x - centre) @ H @ (x - centre) / 2, atol=1e-14)
    assert bool(problem.minima) == (min(spectrum) >= 0)
    assert bool(problem.saddles) == (min(spectrum) < 0 < max(spectrum))


def test_quadratic_is_seeded_and_axis_parallel_without_a_seed():
    a, b, c = (problems.quadratic([1, 2, 3], rng=seed) for seed in (0, np.random.default_rng(0), 1))
    assert_array_equal(a.Q, b.Q)
    assert abs(a.Q - c.Q).max() > 0.1
    assert_array_equal(problems.quadratic([3, 1]).hessian([0, 0]), np.diag([3, 1]))


@pytest.mark.parametrize("spectrum", [1.0, [[1, 2]], [1, np.nan], [np.inf, 1], []])
def test_quadratic_refuses_what_is_no_spectrum(spectrum):
    with pytest.raises(ValueError, match="spectrum"):
        problems.quadratic(spectrum)


def test_quadratic_refuses_a_centre_of_another_length():
    with pytest.raises(ValueError, match=r"centre has shape \(3,\); expected \(2,\)"):
        problems.quadratic([1, 2], centre=[0, 0, 0])


def test_saddles_of_the_lecture():
    x = np.array([0.7, -1.3])
    assert_allclose(problems.saddle()(x), x[0]**2 - x[1]**2)
    assert_allclose(problems.stretched_saddle()(x), 5 * x[0]**2 - x[1]**2)
    assert_allclose(problems.monkey_saddle()(x), x[0]**3 - 3 * x[0] * x[1]**2)


def test_starts_of_the_lecture():
    assert_array_equal(problems.beale().starts[:2], [(2, -2), (-3, 3)])
    assert_array_equal(problems.lecture_surface().starts, [(2.9, 1.5)])


def test_lecture_surface_leads_descent_to_its_local_minimum():
    problem = problems.lecture_surface()
    x = problem.starts[0]
    for _ in range(2000):
        x = x - 0.05 * problem.gradient(x)
    assert_allclose(x, problem.minima[1][0], atol=1e-10)
    assert problem.minima[0][1] < problem.minima[1][1]
