"""Exact curvature: the spectrum of the Hessian, what kind of point a point is, and what a run meets on its way."""
from ..linalg.lanczos import lanczos
from ..network.kfac import KFAC, kfac
from .certification import certificate
from .operators import FisherOperator, GGNOperator, HessianOperator
from .spectral_density import density
from .spectrum import diagonal, trace
from .training import condition, eigenvalues, inertia, step_in_eigenbasis
from .verdict import Certificate

__all__ = ["Certificate", "FisherOperator", "GGNOperator", "HessianOperator", "KFAC", "certificate", "condition",
           "density", "diagonal", "eigenvalues", "inertia", "kfac", "lanczos", "step_in_eigenbasis", "trace"]
