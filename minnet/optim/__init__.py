"""Optimisers over one flat parameter vector: the driver `minimize` and the methods."""
from . import clip, schedules
from .adadelta import Adadelta
from .adagrad import Adagrad
from .adam import Adam, AdamW, NAdam
from .bfgs import BFGS
from .clip import Clipped
from .conjugate_gradient import NonlinearCG
from .cubic import CubicNewton
from .dfp import DFP
from .driver.iterate import iterate
from .driver.minimize import minimize
from .eigenvector_search import EigenvectorLineSearch
from .gauss_newton import GaussNewton
from .gradient_descent import GradientDescent
from .hessian_free import HessianFree
from .lbfgs import LBFGS
from .levenberg_marquardt import LevenbergMarquardt
from .method import Method, NoProgress
from .modified_cholesky import ModifiedCholesky
from .momentum import Momentum
from .nesterov import Nesterov
from .newton import Newton
from .newton_cg import NewtonCG
from .precision import MixedPrecision
from .rmsprop import RMSProp
from .saddle_free import SaddleFreeNewton
from .scipy_method import as_scipy
from .search import Armijo, Exact, Fixed, HagerZhang, StrongWolfe
from .sr1 import SR1
from .trust_region import TrustRegion
from .undamped_newton import UndampedNewton

__all__ = ["iterate", "minimize", "Method", "NoProgress", "GradientDescent", "Momentum", "Nesterov",
           "Adagrad", "Adadelta", "RMSProp", "Adam", "AdamW", "NAdam", "Clipped", "clip", "schedules",
           "Newton", "UndampedNewton", "BFGS", "DFP", "SR1", "LBFGS", "NonlinearCG", "TrustRegion",
           "GaussNewton", "LevenbergMarquardt", "SaddleFreeNewton", "ModifiedCholesky", "CubicNewton",
           "EigenvectorLineSearch", "NewtonCG", "HessianFree", "MixedPrecision", "as_scipy",
           "Fixed", "Exact", "Armijo", "StrongWolfe", "HagerZhang"]
