"""Test problems: functions with exact derivatives and known minima, to try optimisers and checkers on."""

from .classic import beale, himmelblau, lecture_surface, monkey_saddle, rosenbrock, saddle, stretched_saddle
from .collection import more_garbow_hillstrom
from .curve_fitting import bard, brown_dennis, gaussian, gulf, kowalik_osborne, meyer
from .equations import (
    brown_almost_linear,
    chebyquad,
    extended_powell_singular,
    extended_rosenbrock,
    trigonometric,
)
from .equations_of_neighbours import (
    broyden_banded,
    broyden_tridiagonal,
    discrete_boundary_value,
    discrete_integral_equation,
)
from .exponential_sums import biggs_exp6, box_3d, jennrich_sampson, osborne_1, osborne_2
from .few_variables import (
    brown_badly_scaled,
    freudenstein_roth,
    helical_valley,
    powell_badly_scaled,
    powell_singular,
    wood,
)
from .overdetermined import (
    linear_full_rank,
    linear_rank_1,
    linear_rank_1_zeros,
    penalty_1,
    penalty_2,
    variably_dimensioned,
    watson,
)
from .problem import LeastSquares, Problem
from .quadratics import Quadratic, quadratic

__all__ = [
    "bard", "beale", "biggs_exp6", "box_3d", "brown_almost_linear", "brown_badly_scaled", "brown_dennis",
    "broyden_banded", "broyden_tridiagonal", "chebyquad", "discrete_boundary_value",
    "discrete_integral_equation", "extended_powell_singular", "extended_rosenbrock", "freudenstein_roth",
    "gaussian", "gulf", "helical_valley", "himmelblau", "jennrich_sampson", "kowalik_osborne", "LeastSquares",
    "lecture_surface", "linear_full_rank", "linear_rank_1", "linear_rank_1_zeros", "meyer", "monkey_saddle",
    "more_garbow_hillstrom", "osborne_1", "osborne_2", "penalty_1", "penalty_2", "powell_badly_scaled",
    "powell_singular", "Problem", "Quadratic", "quadratic", "rosenbrock", "saddle", "stretched_saddle",
    "trigonometric", "variably_dimensioned", "watson", "wood",
]
