"""minnet: learn, check and see how neural networks are optimised."""
from . import check, optim
from .activations import Activation
from .function import Function
from .network import MLP
from .objective import Objective
from .optim.minimize import minimize

__version__ = "0.1.0"
