"""Networks of PyTorch and scikit-learn as minnet's, and back: somebody's trained network gets its exact Hessian,
spectrum and certificate in three lines.

Neither library is imported before a network of it is there, or asked for.

    net, theta = minnet.interop.from_torch(module)
    f = minnet.Objective(net, X, y, loss="softmax_crossentropy")
    print(minnet.curvature.certificate(f, theta))
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .function import as_vector
from .network.mlp import MLP

__all__ = ["from_sklearn", "from_torch", "to_torch"]

Trained = tuple[MLP, NDArray[np.float64]]

OF_TORCH: dict[str, tuple[str, dict[str, Any]]] = {  # our name by the module's, and the options with which it is ours
    "Tanh": ("tanh", {}),
    "Sigmoid": ("sigmoid", {}),
    "ReLU": ("relu", {}),
    "LeakyReLU": ("leaky_relu", {"negative_slope": 0.01}),
    "Softplus": ("softplus", {"beta": 1.0}),
    "ELU": ("elu", {"alpha": 1.0}),
    "GELU": ("gelu", {"approximate": "none"}),
    "SiLU": ("silu", {}),
    "Identity": ("identity", {}),
}
OF_SKLEARN = {"identity": "identity", "logistic": "sigmoid", "tanh": "tanh", "relu": "relu"}
OF_LOSS = ("Softmax", "LogSoftmax", "LogSigmoid")


def from_torch(module: Any) -> Trained:
    """The network and parameters of a `torch.nn.Sequential` of linear layers and activations.

    Parameters
    ----------
    module : torch.nn.Sequential
        Linear layers, with or without bias, and between them Tanh, Sigmoid, ReLU, LeakyReLU, Softplus, ELU, GELU, SiLU
        or Identity with their default options; Sequential modules inside it are opened, and Dropout, which does
        nothing in a trained network, is left out. The last layer is linear: softmax and sigmoid belong to the loss.

    Returns
    -------
    net, theta : MLP, array (n,)
        Their `net.outputs(theta, X)` are the module's in double precision. Weights of less precision are taken as they
        are.

    Raises
    ------
    ValueError
        For a module with anything else in it, which is named.
    """
    layers, activations = [], []
    pending = None  # the activations since the last linear layer
    for part in _parts(module):
        name = type(part).__name__
        if name == "Linear":
            if layers:
                activations.append(pending or "identity")
            layers.append(
                (_array(part.weight), np.zeros(part.out_features) if part.bias is None else _array(part.bias))
            )
            pending = None
        elif name in OF_LOSS:
            raise ValueError(f"the module holds {part!r}, which belongs to the loss; expected raw outputs at its end")
        else:
            if not layers or pending is not None:
                raise ValueError(f"the module holds {part!r} where a Linear layer was expected")
            pending = _activation(part)
    if not layers:
        raise ValueError(
            f"{type(module).__name__} holds no Linear layer; expected a Sequential of them and activations"
        )
    if pending not in (None, "identity"):
        raise ValueError(f"the module ends in {pending}; expected raw outputs at its end, from a Linear layer")
    return _trained(layers, activations)


def from_sklearn(model: Any) -> Trained:
    """The network and parameters of scikit-learn's fitted MLPClassifier or MLPRegressor.

    The outputs are those before its softmax or logistic function: take "softmax_crossentropy" as the loss for more
    than two classes, "binary_crossentropy" for two, which have one output, and "squared_error" for a regressor. Its
    penalty ½ alpha ‖W‖²/N leaves the biases out, where l2 does not.
    """
    if not hasattr(model, "coefs_"):
        raise ValueError(f"{model!r} has no coefs_; expected a fitted MLPClassifier or MLPRegressor of scikit-learn")
    if model.activation not in OF_SKLEARN:
        raise ValueError(f"activation={model.activation!r}; expected one of {', '.join(OF_SKLEARN)}")
    layers = [(np.asarray(W, float).T, np.asarray(b, float)) for W, b in zip(model.coefs_, model.intercepts_)]
    return _trained(layers, [OF_SKLEARN[model.activation]] * (len(layers) - 1))


def to_torch(net: MLP, theta: NDArray[Any]) -> Any:
    """A `torch.nn.Sequential` in double precision with the outputs of `net` at θ."""
    import torch

    ours = {name: kind for kind, (name, _) in OF_TORCH.items()}
    parts = []
    for (W, b), sigma in zip(net.unpack(as_vector(theta, net.n_params, "theta")), net.sigmas):
        linear = torch.nn.Linear(W.shape[1], W.shape[0], dtype=torch.float64)
        with torch.no_grad():
            linear.weight.copy_(torch.from_numpy(np.array(W, float)))
            linear.bias.copy_(torch.from_numpy(np.array(b, float)))
        parts.append(linear)
        if sigma.name not in ours:
            raise ValueError(
                f"the activation {sigma.name!r} has no module of PyTorch; expected one of {', '.join(ours)}"
            )
        if sigma is not net.sigmas[-1] or sigma.name != "identity":
            parts.append(getattr(torch.nn, ours[sigma.name])())
    return torch.nn.Sequential(*parts)


def _parts(module: Any) -> list[Any]:
    """The modules in their order, those inside a Sequential opened, Dropout left out."""
    name = type(module).__name__
    if name == "Sequential":
        return [part for child in module.children() for part in _parts(child)]
    return [] if name in ("Dropout", "AlphaDropout") else [module]


def _activation(part: Any) -> str:
    """Our name of an activation module."""
    kind = type(part).__name__
    if kind not in OF_TORCH:
        raise ValueError(f"the module holds {part!r}; expected Linear layers and {', '.join(OF_TORCH)}")
    name, options = OF_TORCH[kind]
    for option, expected in options.items():
        if getattr(part, option) != expected:
            raise ValueError(
                f"{kind} has {option}={getattr(part, option)!r}; expected {expected!r}, as minnet's {name} has it"
            )
    return name


def _trained(layers: list[tuple[NDArray[Any], NDArray[Any]]], activations: list[str]) -> Trained:
    net = MLP([layers[0][0].shape[1], *(len(b) for _, b in layers)], activation=activations if activations else "tanh")
    return net, np.asarray(net.pack(layers), float)


def _array(parameter: Any) -> NDArray[np.float64]:
    """A parameter as a double array, wherever it lives."""
    return parameter.detach().cpu().double().numpy()
