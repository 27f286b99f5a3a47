"""Fitted models in npz files, without pickle."""

from __future__ import annotations

from os import PathLike
from typing import Any

import numpy as np
from numpy.typing import NDArray

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
    try:
        return _model(meta, arrays)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise ValueError(f"{path} is no model of minnet, or is damaged: {error}") from error


def _model(meta: dict[str, Any], arrays: dict[str, NDArray[Any]]) -> MLPClassifier | MLPRegressor:
    """The model of a file; an exception where something in it cannot be meant."""
    kinds = {kind.__name__: kind for kind in (MLPClassifier, MLPRegressor)}
    (d, *hidden, K), activations, names = meta["widths"], meta["activations"], meta.get("feature_names")
    model = kinds[meta["kind"]](tuple(hidden), activations, l2=meta["l2"], **meta["loss"])
    if set(meta["loss"]) != set(model._loss_options()):
        raise ValueError(f"options of another loss: {', '.join(meta['loss'])}"[:99])
    if not isinstance(meta["l2"], (int, float)):
        raise ValueError(f"l2 is {meta['l2']!r:.60}")
    model.validate(N=1)
    net = MLP(meta["widths"], activations)
    _check_arrays(model, arrays, {"theta_": (net.n_params,), "mean_": (d,), "scale_": (d,)}, K)
    if not (meta["table"] is None or isinstance(meta["table"], dict)):
        raise ValueError(f"table is {meta['table']!r:.60}")
    if names and not (len(names) == d and all(isinstance(name, str) for name in names)):
        raise ValueError(f"feature_names are not {d} texts")
    vars(model).update(
        {name: arrays[name] for name in model._arrays},
        net_=net,
        n_features_in_=d,
        l2_=meta["l2"],
        table_=meta["table"],
    )
    if names:
        model.feature_names_in_ = np.array(names, object)
    return model


def _check_arrays(
    model: MLPEstimator, arrays: dict[str, NDArray[Any]], shapes: dict[str, tuple[int, ...]], K: int
) -> None:
    """ValueError for an array of another shape or type, numbers that are not finite, scales that are not above 0, and
    classes out of order."""
    for name in model._arrays:
        array = arrays[name]
        if array.reshape(-1).shape != shapes.get(name, (K,)):
            raise ValueError(f"{name} has shape {array.shape}")
        if name != "classes_" and not (array.dtype.kind == "f" and np.isfinite(array).all()):
            raise ValueError(f"{name} is not of finite numbers")
        if name in ("scale_", "target_scale_") and not (array > 0).all():
            raise ValueError(f"{name} is not above 0")
    classes = arrays.get("classes_")
    if classes is not None and not np.array_equal(np.unique(classes), classes):
        raise ValueError("classes_ are not in order")
