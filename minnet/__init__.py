"""minnet: learn, check and see how neural networks are optimised, from gradient descent to Hessian-free Newton.

>>> import minnet
>>> data = minnet.datasets.notebook(0)
>>> net = minnet.MLP([2, 3, 1], activation="tanh")
>>> f = minnet.Objective(net, data.X, data.y, loss="binary_crossentropy", l2=1e-3)
>>> result = minnet.minimize(f, net.init(rng=0), minnet.optim.Newton())
>>> print(minnet.curvature.certificate(f, result.x).kind)
strict minimum
"""
import importlib

from . import check, curvature, datasets, optim, problems
from .activations import Activation
from .estimators import MLPClassifier, MLPRegressor, load
from .function import Function
from .network import MLP
from .objective import Objective
from .optim.minimize import minimize

__version__ = "0.1.0"
__all__ = ["Activation", "Function", "MLP", "MLPClassifier", "MLPRegressor", "Objective", "check", "curvature",
           "datasets", "load", "minimize", "optim", "problems"]


def __getattr__(name):
    """`minnet.exercises` is imported when it is first used: it needs hypothesis, which the rest does not."""
    if name == "exercises":
        return importlib.import_module(".exercises", __name__)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
