"""Fitted models in npz files, without pickle."""

from __future__ import annotations

from os import PathLike

import numpy as np

from ..network.mlp import MLP
from ..optim.driver.checkpoint import read_npz
from .base import MLPEstimator
from .classifier import MLPClassifier
from .regressor import MLPRegressor

__all__ = ["load"]


def load(path: str | PathLike[str]) -> MLPClassifier | MLPRegressor:
    """The estimator that its `save` wrote: ready to predict and score.

    Raises
    ------
    ValueError
        Where the file is no such model, or is damaged.
    """
    meta, arrays = read_npz(path, MLPEstimator.FILE_VERSION, "model")
    kinds = {kind.__name__: kind for kind in (MLPClassifier, MLPRegressor)}
    try:
        (d, *hidden, K), activations = meta["widths"], meta["activations"]
        model = kinds[meta["kind"]](tuple(hidden), activations, l2=meta["l2"], **meta["loss"])
        net = MLP(meta["widths"], activations)
        shapes = {"theta_": (net.n_params,), "mean_": (d,), "scale_": (d,)}
        for name in model._arrays:
            if arrays[name].reshape(-1).shape != shapes.get(name, (K,)):
                raise ValueError(f"{name} has shape {arrays[name].shape}")
        if not np.isfinite(arrays["theta_"]).all():
            raise ValueError("theta_ is not finite")
        vars(model).update(
            {name: arrays[name] for name in model._arrays},
            net_=net,
            n_features_in_=d,
            l2_=meta["l2"],
            table_=meta["table"],
        )
        if meta.get("feature_names"):
            model.feature_names_in_ = np.array(meta["feature_names"], object)
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{path} is no model of minnet, or is damaged: {error}") from error
    return model
