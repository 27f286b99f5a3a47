"""A fitted model: its outputs, its objective on other data, its file, and what a notebook shows of it."""

from __future__ import annotations

from os import PathLike
from typing import Any

from numpy.typing import ArrayLike, NDArray

from ..curvature.verdict import Certificate
from ..html import facts
from ..network.activations import ACTIVATIONS, Activation
from ..network.mlp import MLP
from ..network.objective import Objective
from ..optim.driver.checkpoint import write_npz
from ..optim.driver.result import Result
from .errors import NotFittedError, in_use
from .inputs import check_feature_names, read_examples
from .parameters import Parameters
from .regularisation import Choice

__all__ = ["FittedModel"]


class FittedModel(Parameters):
    """What training leaves, and what is asked of it afterwards."""

    FILE_VERSION = 1
    _arrays: tuple[str, ...]
    _estimator_type: str
    theta_: NDArray[Any]
    mean_: NDArray[Any]
    scale_: NDArray[Any]
    net_: MLP
    l2_: float
    l2_choice_: Choice | None
    loss_: float
    loss_curve_: NDArray[Any]
    validation_curve_: NDArray[Any] | None
    n_iter_: int
    n_features_in_: int
    feature_names_in_: NDArray[Any]
    result_: Result
    certificate_: Certificate | None
    table_: dict[str, Any] | None = None  # how X and y were read from a table, where the command line trained the model

    def _loss(self) -> Any:
        raise NotImplementedError

    def _loss_options(self) -> dict[str, Any]:
        raise NotImplementedError

    def _encode(self, y: ArrayLike, N: int) -> NDArray[Any]:
        raise NotImplementedError

    def outputs(self, X: ArrayLike) -> NDArray[Any]:
        """The network's raw outputs (N, K) for X (N, d)."""
        self._check_fitted()
        return self.net_.outputs(self.theta_, self._scaled(X))

    def objective(self, X: ArrayLike, y: ArrayLike) -> Objective:
        """The training objective of this fitted model on other data."""
        self._check_fitted()
        Z = self._scaled(X)
        return Objective(self.net_, Z, self._encode(y, len(Z)), self._loss(), l2=self.l2_)

    @property
    def coefs_(self) -> list[NDArray[Any]]:
        """The weight matrices (d_{l-1}, d_l) of the layers, as scikit-learn keeps them."""
        self._check_fitted()
        return [W.T for W, _ in self.net_.unpack(self.theta_)]

    @property
    def intercepts_(self) -> list[NDArray[Any]]:
        """The bias vectors (d_l,) of the layers."""
        self._check_fitted()
        return [b for _, b in self.net_.unpack(self.theta_)]

    def save(self, path: str | PathLike[str]) -> None:
        """Write the fitted model to an npz file, without pickle, replacing it in one move."""
        self._check_fitted()
        arrays = {name: getattr(self, name) for name in self._arrays}
        meta = {
            "version": self.FILE_VERSION,
            "kind": type(self).__name__,
            "widths": self.net_.widths,
            "activations": [_activation_name(s) for s in self.net_.sigmas[:-1]],
            "loss": self._loss_options(),
            "l2": self.l2_,
            "table": self.table_,
            "feature_names": list(getattr(self, "feature_names_in_", [])),
        }
        write_npz(path, meta, arrays)

    def _repr_html_(self) -> str:
        """The parameters that were set and, once fitted, what came of it."""
        if not hasattr(self, "theta_"):
            return facts(repr(self), [("", "not fitted")])
        widths = "-".join(map(str, self.net_.widths))
        rows: list[tuple[str, object]] = [
            ("network", f"{widths}, {self.net_.n_params} parameters"),
            ("l2", f"{self.l2_:.3g}"),
        ]
        if hasattr(self, "result_"):
            rows += [("training", f"{self.n_iter_} steps: {self.result_.message}"), ("loss", f"{self.loss_:.6g}")]
            rows += [("certificate", self.certificate_.kind)] if self.certificate_ else []
        return facts(repr(self), rows)

    def __sklearn_tags__(self) -> Any:
        """What scikit-learn from 1.6 on asks of an estimator; nothing else calls this."""
        from sklearn.utils import ClassifierTags, RegressorTags, Tags, TargetTags

        if self._estimator_type == "classifier":
            return Tags("classifier", TargetTags(required=True), classifier_tags=ClassifierTags())
        return Tags("regressor", TargetTags(required=True, multi_output=True), regressor_tags=RegressorTags())

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "theta_")

    def _check_fitted(self) -> None:
        if not hasattr(self, "theta_"):
            raise in_use(NotFittedError)(f"this {type(self).__name__} is not fitted yet; call fit(X, y) first")

    def _scaled(self, X: ArrayLike) -> NDArray[Any]:
        name = type(self).__name__
        check_feature_names(X, getattr(self, "feature_names_in_", None), name)
        return (read_examples(X, self.n_features_in_, name) - self.mean_) / self.scale_


def _activation_name(sigma: Activation) -> str:
    if ACTIVATIONS.get(sigma.name) is not sigma:
        raise ValueError(f"the activation {sigma.name!r} is your own and cannot be saved; expected one of minnet's")
    return sigma.name
