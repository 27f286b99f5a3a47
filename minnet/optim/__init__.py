"""Optimisers over one flat parameter vector: the driver `minimize` and the methods."""
from .first_order import Adam, GradientDescent
from .method import Method, NoProgress
from .minimize import minimize
from .newton import Newton

__all__ = ["minimize", "Method", "NoProgress", "GradientDescent", "Adam", "Newton"]
