"""Exact curvature: the spectrum of the Hessian, what kind of point a point is, and what a run meets on its way."""
from ..network.kfac import KFAC, kfac
from .certification import certificate
from .operators import FisherOperator, GGNOperator, HessianOperator
from .spectrum import density, diagonal, lanczos, trace
from .training import condition, eigenvalues, inertia, step_in_eigenbasis
from .verdict import Certificate

__all__ = ["Certificate", "FisherOperator", "GGNOperator", "HessianOperator", "KFAC", "certificate", "condition",
           "density", "diagonal", "eigenvalues", "inertia", "kfac", "lanczos", "step_in_eigenbasis", "trace"]
