"""Exact curvature: what kind of point is this, and how does the loss bend there?"""
from ..network.kfac import KFAC, kfac
from .certificate import certificate
from .operators import FisherOperator, GGNOperator, HessianOperator
from .spectrum import density, diagonal, lanczos, trace
from .training import condition, eigenvalues, inertia, step_in_eigenbasis
from .verdict import Certificate

__all__ = ["Certificate", "FisherOperator", "GGNOperator", "HessianOperator", "KFAC", "certificate", "condition",
           "density", "diagonal", "eigenvalues", "inertia", "kfac", "lanczos", "step_in_eigenbasis", "trace"]
