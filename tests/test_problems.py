"""The test problems are themselves tested: derivatives by complex step, known points, grids and inputs."""
import inspect
import pickle

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from problem_cases import MORE_GARBOW_HILLSTROM, TWO_DIMENSIONAL, each_least_squares, each_problem
from scipy.optimize import least_squares

from minnet import problems
from minnet.problems import LeastSquares, Problem


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
def test_a_copy_by_pickle_has_the_same_bits(problem):
    copy, x = pickle.loads(pickle.dumps(problem)), points(problem)[1]
    assert (repr(copy), copy.bounds) == (repr(problem), problem.bounds)
    for rule in ("value", "gradient", "hessian"):
        assert_array_equal(getattr(copy, rule)(x), getattr(problem, rule)(x))
    assert_array_equal(copy.starts, problem.starts)


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
