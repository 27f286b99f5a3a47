"""Balls of twice the working precision with everything that they can do: the arithmetic of `fine`, and functions."""
from . import accurate_functions  # noqa: F401  (they give fine balls their rules)
from .fine import FineBall, as_fine, fine_ball, join

__all__ = ["FineBall", "as_fine", "fine_ball", "join"]
