"""Optimisers over one flat parameter vector: the driver `minimize` and the methods."""
from . import clip, schedules
from .adaptive import Adadelta, Adagrad, Adam, AdamW, NAdam, RMSProp
from .clip import Clipped
from .conjugate_gradient import NonlinearCG
from .first_order import GradientDescent, Momentum, Nesterov
from .hessian_free import HessianFree
from .search.line_search import Armijo, Exact, Fixed, HagerZhang, StrongWolfe
from .method import Method, NoProgress
from .driver.iterate import iterate
from .driver.minimize import minimize
from .newton import Newton, UndampedNewton
from .precision import MixedPrecision
from .quasi_newton import BFGS, DFP, LBFGS, SR1
from .scipy_method import as_scipy
from .second_order import (CubicNewton, EigenvectorLineSearch, GaussNewton, LevenbergMarquardt, ModifiedCholesky, NewtonCG,
                           SaddleFreeNewton)
from .trust_region import TrustRegion

__all__ = ["iterate", "minimize", "Method", "NoProgress", "GradientDescent", "Momentum", "Nesterov",
           "Adagrad", "Adadelta", "RMSProp", "Adam", "AdamW", "NAdam", "Clipped", "clip", "schedules",
           "Newton", "UndampedNewton", "BFGS", "DFP", "SR1", "LBFGS", "NonlinearCG", "TrustRegion",
           "GaussNewton", "LevenbergMarquardt", "SaddleFreeNewton", "ModifiedCholesky", "CubicNewton", "EigenvectorLineSearch",
           "NewtonCG", "HessianFree", "MixedPrecision", "as_scipy",
           "Fixed", "Exact", "Armijo", "StrongWolfe", "HagerZhang"]
