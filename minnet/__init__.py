"""minnet: learn, check and see how neural networks are optimised, from gradient descent to Hessian-free Newton.

>>> import minnet
>>> data = minnet.datasets.notebook(0)
>>> net = minnet.MLP([2, 3, 1], activation="tanh")
>>> f = minnet.Objective(net, data.X, data.y, loss="binary_crossentropy", l2=1e-3)
>>> result = minnet.minimize(f, net.init(rng=0), minnet.optim.Newton())
>>> print(minnet.curvature.certificate(f, result.x).kind)
strict minimum
"""

from __future__ import annotations

from importlib import import_module as _import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from . import check, curvature, datasets, exercises, interop, optim, plotting, problems, race, testing
    from .estimators import MLPClassifier, MLPRegressor, load
    from .network.activations import Activation
    from .network.mlp import MLP
    from .network.objective import Objective
    from .optim.driver.minimize import minimize
    from .own_function import Function

__version__ = "0.1.0"
__all__ = [
    "Activation",
    "Function",
    "MLP",
    "MLPClassifier",
    "MLPRegressor",
    "Objective",
    "check",
    "curvature",
    "datasets",
    "exercises",
    "interop",
    "load",
    "minimize",
    "optim",
    "plotting",
    "problems",
    "race",
    "testing",
]

_ROOMS = ("check", "curvature", "datasets", "exercises", "interop", "optim", "plotting", "problems", "race", "testing")
_HOMES = {
    "Activation": "network.activations",
    "Function": "own_function",
    "MLP": "network.mlp",
    "MLPClassifier": "estimators",
    "MLPRegressor": "estimators",
    "Objective": "network.objective",
    "load": "estimators",
    "minimize": "optim.driver.minimize",
}


def __getattr__(name: str) -> Any:
    """A room, or a name in one, is loaded when it is first asked for: optimisers come without networks, and nothing
    but pictures loads matplotlib."""
    if name in _ROOMS:
        return _import_module(f".{name}", __name__)
    if name in _HOMES:
        globals()[name] = value = getattr(_import_module(f".{_HOMES[name]}", __name__), name)
        return value
    raise AttributeError(f"module 'minnet' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
