"""The 35 problems of Moré, Garbow and Hillstrom, in their order and usual dimensions.

J. J. Moré, B. S. Garbow, K. E. Hillstrom (1981), Testing unconstrained optimization software, ACM Transactions on
Mathematical Software 7, 17-41. The definitions stand in `classic` (1 and 5), `few_variables`, `exponential_sums`,
`curve_fitting`, `equations`, `equations_of_neighbours` and `overdetermined`. All are sums of squares, without a factor
½.
"""
from __future__ import annotations

from . import (
    classic,
    curve_fitting,
    equations,
    equations_of_neighbours,
    exponential_sums,
    few_variables,
    overdetermined,
)
from .problem import LeastSquares

__all__ = ["more_garbow_hillstrom"]


def more_garbow_hillstrom() -> tuple[LeastSquares, ...]:
    """Return the 35 problems in the paper's order, each with the paper's start first.

    Where the paper leaves n free, a customary one is taken; the function of that problem takes others, as `watson(9)`.

    Returns
    -------
    tuple of LeastSquares

    References
    ----------
    J. J. Moré, B. S. Garbow, K. E. Hillstrom (1981), Testing unconstrained optimization software.

    Examples
    --------
    >>> problems = more_garbow_hillstrom()
    >>> len(problems), problems[19]
    (35, <LeastSquares Watson: n=6, m=31>)
    """
    return (
        classic.rosenbrock(),
        few_variables.freudenstein_roth(),
        few_variables.powell_badly_scaled(),
        few_variables.brown_badly_scaled(),
        classic.beale(starts=[(1, 1)]),
        exponential_sums.jennrich_sampson(),
        few_variables.helical_valley(),
        curve_fitting.bard(),
        curve_fitting.gaussian(),
        curve_fitting.meyer(),
        curve_fitting.gulf(),
        exponential_sums.box_3d(),
        few_variables.powell_singular(),
        few_variables.wood(),
        curve_fitting.kowalik_osborne(),
        curve_fitting.brown_dennis(),
        exponential_sums.osborne_1(),
        exponential_sums.biggs_exp6(),
        exponential_sums.osborne_2(),
        overdetermined.watson(),
        equations.extended_rosenbrock(),
        equations.extended_powell_singular(),
        overdetermined.penalty_1(),
        overdetermined.penalty_2(),
        overdetermined.variably_dimensioned(),
        equations.trigonometric(),
        equations.brown_almost_linear(),
        equations_of_neighbours.discrete_boundary_value(),
        equations_of_neighbours.discrete_integral_equation(),
        equations_of_neighbours.broyden_tridiagonal(),
        equations_of_neighbours.broyden_banded(),
        overdetermined.linear_full_rank(),
        overdetermined.linear_rank_1(),
        overdetermined.linear_rank_1_zeros(),
        equations.chebyquad(),
    )
