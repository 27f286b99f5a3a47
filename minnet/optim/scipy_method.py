"""minnet's methods inside SciPy: `scipy.optimize.minimize(fun, x0, jac=…, method=as_scipy(LBFGS()))`."""
from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.optimize import HessianUpdateStrategy, OptimizeWarning

from ..differences import gradient_differences, hessian_from_gradients
from ..function import Array
from ..own_function import Function
from .driver.minimize import minimize
from .driver.result import Result
from .method import Method

__all__ = ["as_scipy"]

OPTIONS = ("ftol", "xtol", "max_seconds", "record", "checkpoint")   # of `minimize`, under their own names
DIFFERENCES = ("2-point", "3-point", "cs")
TINY = 1e-100


def as_scipy(method: Method) -> Callable[..., Result]:
    """Make a `method=` of `scipy.optimize.minimize`, with SciPy's own conventions.

    Parameters
    ----------
    method : Method
        Of `minnet.optim`.

    Returns
    -------
    callable
        To be called by SciPy, which understands these arguments of its `minimize`:

        jac: a function, True (fun returns value and gradient), or else central differences. hess: a function that
        returns an array, a sparse matrix or a LinearOperator, or "2-point", "3-point", "cs" for differences of jac;
        hessp: a function; for methods that need them. callback: called after each iteration as
        callback(intermediate_result=…) where that is its one parameter, else as callback(xk); it may raise
        StopIteration. tol, or gtol among the options, bounds the gradient's norm; the other options are maxiter, disp
        (progress), and ftol, xtol, max_seconds, record, checkpoint of `minnet.minimize`. An unknown option is an
        OptimizeWarning.

    Raises
    ------
    ValueError
        For bounds, constraints, or a quasi-Newton update as hess= of a method that needs a Hessian.

    Examples
    --------
    >>> from scipy.optimize import minimize, rosen, rosen_der
    >>> from minnet.optim import LBFGS, as_scipy
    >>> minimize(rosen, [-1.2, 1.0], jac=rosen_der, method=as_scipy(LBFGS()), tol=1e-8).x.round(6)
    array([1., 1.])
    """
    if not isinstance(method, Method):
        raise ValueError(f"method={method!r}; expected a method of minnet.optim such as LBFGS()")

    def run(fun, x0, args=(), jac=None, hess=None, hessp=None, bounds=None, constraints=(), callback=None, tol=None,
            gtol=None, maxiter=None, disp=False, **options):
        if bounds is not None or constraints not in ((), [], {}, None):
            raise ValueError("bounds or constraints; expected none, as minnet's methods are unconstrained")
        unknown = [name for name in options if name not in OPTIONS]
        if unknown:
            warnings.warn(f"Unknown solver options: {', '.join(unknown)}", OptimizeWarning, stacklevel=3)
        gradient = _gradient(jac, args)
        hessian, hvp = _second_order(hess, hessp, gradient, args, method)
        f = Function(
            _value(fun, args),
            gradient or (lambda x: gradient_differences(Function(_value(fun, args)), x)),
            hvp=hvp,
            hessian=hessian,
            name=getattr(fun, "__name__", "fun"),
        )
        accuracy = gtol if gtol is not None else 1e-5 if tol is None else tol
        return minimize(f, np.atleast_1d(np.asarray(x0, float)), method, gtol=accuracy, progress=bool(disp),
                        max_iter=200 * np.size(x0) if maxiter is None else maxiter, callback=_callback(callback),
                        **{name: value for name, value in options.items() if name in OPTIONS})

    return run


def _value(fun, args):
    """x -> number: SciPy takes arrays of one number for numbers."""
    def value(x):
        answer = fun(x, *args)
        if isinstance(answer, tuple):
            raise ValueError(
                f"fun returned a tuple of {len(answer)}; expected a number, "
                "or jac=True where it returns value and gradient"
            )
        return np.asarray(answer).item() if np.size(answer) == 1 and answer is not None else answer
    return value


def _gradient(jac, args):
    """x -> (n,), or None where jac is no function."""
    return (lambda x: np.atleast_1d(jac(x, *args))) if callable(jac) else None


def _second_order(hess, hessp, gradient, args, method):
    """(x -> (n, n), (x, v) -> (n,)), None where the caller gives neither."""
    if hessp is not None and not callable(hessp):
        raise ValueError(f"hessp={hessp!r}; expected a function (x, v) -> array")
    product = (lambda x, v: np.atleast_1d(hessp(x, v, *args))) if hessp else None
    needed = {"hessian", "hvp"} & set(method.needs)
    if isinstance(hess, HessianUpdateStrategy):
        if needed and not (product and needed == {"hvp"}):
            raise ValueError(
                f"hess={type(hess).__name__}() is a quasi-Newton update; expected a function, or a method "
                "that makes its "
                "own, such as as_scipy(BFGS())"
            )
        return None, product
    if isinstance(hess, str) and hess in DIFFERENCES:
        if gradient is None:
            raise ValueError(f"hess={hess!r} without jac; expected a function for one of them")
        return _differences(gradient, hess), product
    if hess is None:
        return None, product
    if not callable(hess):
        raise ValueError(f"hess={hess!r}; expected a function of x, or one of {', '.join(map(repr, DIFFERENCES))}")
    return (lambda x: _dense(hess(x, *args), len(x))), product or _product(hess, args)


def _differences(gradient, kind):
    """The Hessian from differences of gradients, symmetric."""
    def hessian(x):
        if kind == "cs":
            H = np.array([np.imag(gradient(x + 1j * TINY * unit)) / TINY for unit in np.eye(len(x))])
        else:
            eps = np.finfo(float).eps ** (1 / 3)
            H = hessian_from_gradients(Function(lambda x: 0.0, gradient), x, eps * max(1.0, float(abs(x).max())))
        return (H + H.T) / 2
    return hessian


def _product(hess, args):
    """(x, v) -> H v for a Hessian of any form, made once at each point."""
    last: list[Any] = [None, None]

    def product(x: Array, v: Array) -> Array:
        if last[0] != x.tobytes():
            H = hess(x.copy(), *args)
            last[:] = (
                x.tobytes(),
                H if hasattr(H, "dot") and np.ndim(H) != 0 and not np.isscalar(H) else np.atleast_2d(H),
            )
        return np.asarray(last[1].dot(v)).reshape(-1)
    return product


def _dense(H, n):
    """A Hessian in the form of an array, a sparse matrix, a LinearOperator or, for n = 1, a number, as an array."""
    if hasattr(H, "toarray"):
        return H.toarray()
    return np.atleast_2d(H) if isinstance(H, np.ndarray) or not hasattr(H, "matmat") else H.matmat(np.eye(n))


def _callback(callback):
    """SciPy's two forms of callback, which only StopIteration lets stop a run, and which does not see the start."""
    if callback is None:
        return None
    try:
        by_name = set(inspect.signature(callback).parameters) == {"intermediate_result"}
    except (TypeError, ValueError):                     # a function without a signature that can be read
        by_name = False

    def called(result: Result) -> None:
        if result.nit == 0:
            return
        if by_name:
            callback(intermediate_result=result)
        else:
            callback(result.x)
    return called
