"""Balls with everything that they can do: the arithmetic of `midpoint_radius`, and the rules for NumPy's functions."""
from . import ball_arrays, ball_functions  # noqa: F401  (they give balls their rules)
from .midpoint_radius import Array, Ball, BallLike, as_ball, checked_ball, raw_ball

__all__ = ["Array", "Ball", "BallLike", "as_ball", "checked_ball", "raw_ball"]
