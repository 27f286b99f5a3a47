"""Methods by name, as the command line and the estimators take them."""

from __future__ import annotations

from dataclasses import MISSING, fields, is_dataclass

from .method import Method

__all__ = ["method_class", "method_named", "methods_by_name"]


def methods_by_name() -> dict[str, type[Method]]:
    """Return the methods of `minnet.optim` that need no argument, by their names in lower case.

    Returns
    -------
    dict of str to type

    Examples
    --------
    >>> methods_by_name()["adam"].__name__
    'Adam'
    """
    from .. import optim

    kinds = [kind for kind in map(vars(optim).get, optim.__all__) if is_dataclass(kind) and issubclass(kind, Method)]
    return {
        kind.__name__.lower(): kind for kind in kinds if all(field.default is not MISSING for field in fields(kind))
    }


def method_class(name: str) -> type[Method]:
    """Return the class of the method of a name.

    Parameters
    ----------
    name : str
        Case, hyphens and underscores do not matter.

    Returns
    -------
    type

    Raises
    ------
    ValueError
        If no method has this name.

    Examples
    --------
    >>> method_class("Newton-CG").__name__
    'NewtonCG'
    """
    known = methods_by_name()
    key = name.lower().replace("-", "").replace("_", "")
    if key not in known:
        raise ValueError(f"no method is called {name!r}; expected one of {', '.join(known)}")
    return known[key]


def method_named(name: str) -> Method:
    """Return the method of a name, with its default hyperparameters.

    Parameters
    ----------
    name : str
        As for `method_class`.

    Returns
    -------
    Method

    Raises
    ------
    ValueError
        If no method has this name.

    Examples
    --------
    >>> method_named("Newton-CG")
    NewtonCG(search=StrongWolfe(c1=0.0001, c2=0.9))
    """
    return method_class(name)()
