"""minnet's methods inside SciPy: `scipy.optimize.minimize(fun, x0, jac=…, method=as_scipy(LBFGS()))`."""
from __future__ import annotations

import numpy as np
from scipy.optimize import OptimizeResult

from ..differences import gradient_differences
from ..function import Function
from .method import Method
from .driver.minimize import minimize

__all__ = ["as_scipy"]


def as_scipy(method):
    """`method` as a `method=` of `scipy.optimize.minimize`, with SciPy's own conventions.

    jac may be a function, True (fun returns value and gradient) or None (central differences); hess and hessp serve the
    methods that need them; args are passed on; callback is called as callback(xk), or with
    callback(intermediate_result=…) where its parameter has that name, and may raise StopIteration. tol, or gtol in
    options, bounds the gradient's norm; other options are `minimize`'s: maxiter, disp, max_seconds, record, checkpoint. bounds
    and constraints are refused.

    >>> from scipy.optimize import minimize, rosen, rosen_der
    >>> from minnet.optim import LBFGS, as_scipy
    >>> minimize(rosen, [-1.2, 1.0], jac=rosen_der, method=as_scipy(LBFGS()), tol=1e-8).x.round(6)
    array([1., 1.])
    """
    if not isinstance(method, Method):
        raise ValueError(f"method={method!r}; expected a method of minnet.optim such as LBFGS()")

    def run(fun, x0, args=(), jac=None, hess=None, hessp=None, bounds=None, constraints=(), callback=None, tol=None,
            gtol=None, maxiter=None, disp=False, **options):
        if bounds is not None or constraints not in ((), [], None):
            raise ValueError("bounds or constraints; expected none, as minnet's methods are unconstrained")
        value = lambda x: float(np.squeeze(fun(x, *args)))
        f = Function(value, _gradient(value, jac, args), hvp=hessp and (lambda x, v: hessp(x, v, *args)),
                     hessian=hess and (lambda x: np.asarray(hess(x, *args))), name=getattr(fun, "__name__", "fun"))
        accuracy = 1e-5 if tol is None and gtol is None else gtol if gtol is not None else tol
        result = minimize(f, np.atleast_1d(np.asarray(x0, float)), method, gtol=accuracy, progress=disp,
                          max_iter=200 * np.size(x0) if maxiter is None else maxiter,
                          callback=callback and _callback(callback), **options)
        return OptimizeResult({**result, "status": result.status, "message": result.message})

    return run


def _gradient(value, jac, args):
    if callable(jac):
        return lambda x: np.asarray(jac(x, *args), float)
    return lambda x: gradient_differences(Function(value), x)


def _callback(callback):
    """SciPy's two forms of callback(xk) and callback(intermediate_result)."""
    names = callback.__code__.co_varnames[:callback.__code__.co_argcount] if hasattr(callback, "__code__") else ()
    if names[-1:] == ("intermediate_result",):
        return lambda result: callback(intermediate_result=result)
    return lambda result: callback(result.x)
