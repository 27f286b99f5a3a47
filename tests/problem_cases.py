"""The test problems that the tests run through, in their usual sizes and in others."""
import pytest

from minnet import problems

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
