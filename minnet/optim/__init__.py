"""Optimisers over one flat parameter vector: the driver `minimize` and the methods."""
from .first_order import Adam, GradientDescent
from .line_search import Armijo, Exact, Fixed, HagerZhang, StrongWolfe
from .method import Method, NoProgress
from .minimize import minimize
from .newton import Newton, UndampedNewton
from .quasi_newton import LBFGS

__all__ = ["minimize", "Method", "NoProgress", "GradientDescent", "Adam", "Newton", "UndampedNewton", "LBFGS",
           "Fixed", "Exact", "Armijo", "StrongWolfe", "HagerZhang"]
