"""Constructor parameters by name: `get_params`, `set_params`, and hyperparameters of the optimiser as
`optimizer__lr`."""

from __future__ import annotations

import inspect
from dataclasses import fields, replace
from typing import Any, Self

from ..optim.method import Method
from ..optim.names import method_named

__all__ = ["Parameters", "resolve_optimizer"]

NESTED = "optimizer__"


def resolve_optimizer(optimizer: str | Method) -> Method:
    """The method itself, or the method of that name."""
    if isinstance(optimizer, str):
        return method_named(optimizer)
    if not isinstance(optimizer, Method):
        raise ValueError(f"optimizer={optimizer!r}; expected a method of minnet.optim such as Newton(), or its name")
    return optimizer


class Parameters:
    """What scikit-learn asks of every estimator: its constructor's parameters, kept as they were given."""

    @classmethod
    def _defaults(cls) -> dict[str, Any]:
        signature = inspect.signature(cls.__init__).parameters
        return {name: parameter.default for name, parameter in signature.items() if name != "self"}

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """The constructor's parameters by name; with `deep`, the optimiser's hyperparameters too, as
        ``optimizer__lr``."""
        own = {name: getattr(self, name) for name in self._defaults()}
        if deep and isinstance(own.get("optimizer"), (str, Method)):
            method = resolve_optimizer(own["optimizer"])
            own |= {NESTED + field.name: getattr(method, field.name) for field in fields(method)}
        return own

    def set_params(self, **params: Any) -> Self:
        """Set constructor parameters, and hyperparameters of the optimiser as ``optimizer__lr=0.01``.

        Raises
        ------
        ValueError
            For a name that is none, which leaves the estimator as it was.
        """
        nested = {name.removeprefix(NESTED): value for name, value in params.items() if name.startswith(NESTED)}
        own = {name: value for name, value in params.items() if not name.startswith(NESTED)}
        for name in own:
            if name not in self._defaults():
                raise ValueError(
                    f"unknown parameter {name!r} of {type(self).__name__}; "
                    f"expected one of {', '.join(self._defaults())}"
                )
        if nested:
            method = resolve_optimizer(own.get("optimizer", self.optimizer))
            known = [field.name for field in fields(method)]
            for name in nested:
                if name not in known:
                    raise ValueError(
                        f"unknown parameter {NESTED + name!r}; {type(method).__name__} has {', '.join(known)}"
                    )
            own["optimizer"] = replace(method, **nested)
        for name, value in own.items():
            setattr(self, name, value)
        return self

    def __repr__(self) -> str:
        given = (
            f"{name}={getattr(self, name)!r}"
            for name, default in self._defaults().items()
            if repr(getattr(self, name)) != repr(default)
        )
        return f"{type(self).__name__}({', '.join(given)})"
