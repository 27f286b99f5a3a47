"""Checkers of derivative rules, which give one of three verdicts: passed, FAILED, or cannot tell here.

    complex-step    f′(x) v = Im f(x + i h v) / h with h = 1e-100: exact to rounding (Squire, Trapp 1998); needs a
                    function that is analytic and takes complex arguments
    difference      (f(x + h v) − f(x − h v)) / 2h, extrapolated to h = 0 from three steps or more (Richardson 1911)
    taylor          the same along one random direction in each block: f(x ± t v) follows Taylor's formula with
                    the rule's slope; cheap however many parameters there are, and the worst entry is not named

Each reference comes with an interval for its own error: the rounding of f, measured near the point (Moré, Wild 2011),
the truncation of differences, the rounding of the terms that cancel in a complex step. A rule FAILED where it lies
outside that interval, and passed where the interval is so narrow that a rule wrong by one part in a thousand would lie
outside. Where the interval is wide, as at a minimum, where the gradient is nothing but rounding, where the function has
a kink or is not analytic, the checker cannot tell: the report counts as false in ``assert`` and says what to do
instead.

A rule's error is measured in its own block (the W and b of a layer, where the function names its ``blocks``), so that
large blocks hide no small ones.
"""
from ..differences import gradient_differences, hessian_from_gradients, hessian_from_values
from .parts import activation, layer, loss
from .report import Report
from .rules import ggnvp, gradient, hessian, hvp

__all__ = ["Report", "gradient", "hvp", "ggnvp", "hessian", "activation", "loss", "layer",
           "gradient_differences", "hessian_from_gradients", "hessian_from_values"]
