"""Derivatives as numbers, by central differences and complex steps: no verdicts, which are `minnet.check`'s.

Glossary: `rule` is any function of a vector x (n,) whose values are a number or an array; v (n,) is a direction, and
the derivative in the direction v is d/dt rule(x + t v) at t = 0.
"""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .function import SupportsGradient, SupportsValue, as_vector

__all__ = ["central", "complex_step", "gradient_differences", "hessian_from_gradients", "hessian_from_values"]

# the step of a complex step, by precision
TINY: dict[np.dtype, float] = {np.dtype(np.float64): 1e-100, np.dtype(np.float32): 1e-20}


def gradient_differences(f: SupportsValue, theta: ArrayLike, eps: float | None = None) -> NDArray[Any]:
    """Approximate the gradient by central differences of values.

        ∂f/∂θ_j ≈ (f(θ + ε e_j) − f(θ − ε e_j)) / 2ε

    Parameters
    ----------
    f : object with a method ``value``
        A `minnet.Function`, `Objective` or problem.
    theta : array_like, shape (n,)
        The point.
    eps : float, optional
        The step ε. By default u^(1/3) max(1, |θ_j|), with the rounding unit u, about where rounding and truncation
        balance.

    Returns
    -------
    ndarray, shape (n,)

    Examples
    --------
    >>> from minnet import Function
    >>> gradient_differences(Function(lambda x: x[0] ** 2 * x[1]), [3.0, 2.0]).round(6)
    array([12.,  9.])
    """
    theta = as_vector(theta)
    return np.array([central(f.value, theta, unit, eps) for unit in np.eye(len(theta))])


def hessian_from_gradients(f: SupportsGradient, theta: ArrayLike, eps: float = 1e-8) -> NDArray[Any]:
    """Approximate the Hessian by central differences of gradients.

    Row j is (∇f(θ + ε e_j) − ∇f(θ − ε e_j)) / 2ε, so that the matrix is not exactly symmetric.

    Parameters
    ----------
    f : object with a method ``gradient``
        A `minnet.Function`, `Objective` or problem.
    theta : array_like, shape (n,)
        The point.
    eps : float, default 1e-8
        The step ε. The default is the notebook's, which is too small: the error is least near u^(1/3) = 6e-6.

    Returns
    -------
    ndarray, shape (n, n)
    """
    theta = as_vector(theta)
    return np.array([central(f.gradient, theta, unit, eps) for unit in np.eye(len(theta))])


def hessian_from_values(f: SupportsValue, theta: ArrayLike, eps: float = 1e-5) -> NDArray[Any]:
    """Approximate the Hessian by second differences of values.

        ∂²f/∂θ_i∂θ_j ≈ (f(θ + εe_i + εe_j) − f(θ + εe_i − εe_j) − f(θ − εe_i + εe_j) + f(θ − εe_i − εe_j)) / 4ε²

    Parameters
    ----------
    f : object with a method ``value``
        A `minnet.Function`, `Objective` or problem.
    theta : array_like, shape (n,)
        The point.
    eps : float, default 1e-5
        The step ε. The default is the notebook's, which is too small: the error is least near u^(1/4) = 1e-4.

    Returns
    -------
    ndarray, shape (n, n)
        Exactly symmetric.
    """
    theta, n = as_vector(theta), len(theta)
    steps, H = eps * np.eye(n), np.empty((n, n))
    for i in range(n):
        for j in range(i, n):
            both, apart = steps[i] + steps[j], steps[i] - steps[j]
            H[i, j] = H[j, i] = (f.value(theta + both) - f.value(theta - apart) - f.value(theta + apart)
                                 + f.value(theta - both)) / (4 * eps**2)
    return H


def central(rule: Callable[..., Any], x: NDArray[Any], v: NDArray[Any], h: float | None = None) -> NDArray[Any]:
    """Approximate the derivative in the direction v by (rule(x + h v) − rule(x − h v)) / 2h.

    Parameters
    ----------
    rule : callable
        A function of a vector, with numbers or arrays as values.
    x, v : ndarray, shape (n,)
        The point and the direction.
    h : float, optional
        The step. By default it moves the largest entry of v by u^(1/3) max(1, |x|).

    Returns
    -------
    ndarray
        As one value of `rule`.
    """
    if h is None:
        h = np.finfo(float).eps ** (1 / 3) * max(1, np.max(abs(x[v != 0]), initial=0)) / np.max(abs(v), initial=1e-100)
    return (np.asarray(rule(x + h * v)) - np.asarray(rule(x - h * v))) / (2 * h)


def complex_step(rule: Callable[..., Any], x: NDArray[Any], v: NDArray[Any], h: float | None = None) -> NDArray[Any]:
    """Compute the derivative in the direction v as Im rule(x + i h v) / h.

    Nothing cancels, so that it is exact to rounding for an analytic function that takes complex arguments. Functions
    such as ``abs``, ``np.conj`` and ``np.vdot`` are not analytic, and the answer is wrong without a warning.

    Parameters
    ----------
    rule : callable
        A function of a complex vector, with numbers or arrays as values.
    x, v : ndarray, shape (n,)
        The point, float64 or float32, and the direction.
    h : float, optional
        The step: 1e-100 by default, and 1e-20 in float32.

    Returns
    -------
    ndarray
        As one value of `rule`, real.

    References
    ----------
    W. Squire, G. Trapp: Using complex variables to estimate derivatives of real functions. SIAM Review 40 (1998).

    Examples
    --------
    >>> float(complex_step(lambda x: np.sum(x**3), np.array([2.0]), np.array([1.0])))
    12.0
    """
    h = TINY[x.dtype] if h is None else h
    stepped = x.astype(np.result_type(x, np.complex64))
    stepped.imag = h * v
    return np.imag(rule(stepped)) / h
