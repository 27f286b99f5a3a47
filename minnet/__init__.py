"""minnet: learn, check and see how neural networks are optimised, from gradient descent to Hessian-free Newton.

>>> import minnet
>>> data = minnet.datasets.notebook(0)
>>> net = minnet.MLP([2, 3, 1], activation="tanh")
>>> f = minnet.Objective(net, data.X, data.y, loss="binary_crossentropy", l2=1e-3)
>>> result = minnet.minimize(f, net.init(rng=0), minnet.optim.Newton())
>>> print(minnet.curvature.certificate(f, result.x).kind)
strict minimum
"""
from . import starting as _starting  # noqa: F401, I001  (first: Ctrl-C during the imports below is one line)
from importlib import import_module as _import_module
from typing import TYPE_CHECKING

from . import check, curvature, datasets, optim, problems, race
from .estimators import MLPClassifier, MLPRegressor, load
from .function import Function
from .network.activations import Activation
from .network.mlp import MLP
from .network.objective import Objective
from .optim.driver.minimize import minimize

if TYPE_CHECKING:
    from . import interop, plotting, testing

__version__ = "0.1.0"
__all__ = ["Activation", "Function", "MLP", "MLPClassifier", "MLPRegressor", "Objective", "check", "curvature", "datasets",
           "interop", "load", "minimize", "optim", "plotting", "problems", "race", "testing"]

_LAZY = ("exercises", "interop", "plotting", "testing")


def __getattr__(name):
    """Rooms that load more than NumPy and SciPy, matplotlib for one, are loaded when they are first asked for."""
    if name in _LAZY:
        return _import_module("." + name, __name__)
    raise AttributeError(f"module 'minnet' has no attribute {name!r}")
