"""A race: methods on one function from one start, with the same budget of evaluations and tuned learning rates.

The protocol, which `PROTOCOL` states in full: cost = max(nfev, njev) + products. A value and the gradient at the same
point come from one pass, and a product with the Hessian costs about as much as a gradient. What a method does beyond
the budget does not count, and its result is the best point before that. A learning rate is the best one of a grid.
"""
from .charged import Charged, products
from .outcome import MET, Entry, Outcome
from .protocol import PROTOCOL
from .race import RATES, Race

__all__ = ["MET", "PROTOCOL", "RATES", "Charged", "Entry", "Outcome", "Race", "products"]
