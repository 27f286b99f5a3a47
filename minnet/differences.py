"""Derivatives as numbers, by central differences: no verdicts, which are `minnet.check`'s."""
from __future__ import annotations

import numpy as np

from .function import as_vector

__all__ = ["central", "gradient_differences", "hessian_from_gradients", "hessian_from_values"]

TINY = 1e-100


def gradient_differences(f, theta, eps=None):
    """∂f/∂θ_j ≈ (f(θ + ε e_j) − f(θ − ε e_j)) / 2ε; eps=None takes ε^(1/3) max(1, |θ_j|)."""
    theta = as_vector(theta)
    return np.array([central(f.value, theta, unit, eps) for unit in np.eye(len(theta))])


def hessian_from_gradients(f, theta, eps=1e-8):
    """Row j ≈ (∇f(θ + ε e_j) − ∇f(θ − ε e_j)) / 2ε: the notebook's Hessian, with its ε, not symmetric."""
    theta = as_vector(theta)
    return np.array([central(f.gradient, theta, unit, eps) for unit in np.eye(len(theta))])


def hessian_from_values(f, theta, eps=1e-5):
    """∂²f/∂θ_i∂θ_j from four values at θ ± ε e_i ± ε e_j over 4ε²: the notebook's other Hessian, with its ε."""
    theta, n = as_vector(theta), len(theta)
    steps, H = eps * np.eye(n), np.empty((n, n))
    for i in range(n):
        for j in range(i, n):
            both, apart = steps[i] + steps[j], steps[i] - steps[j]
            H[i, j] = H[j, i] = (f.value(theta + both) - f.value(theta - apart) - f.value(theta + apart)
                                 + f.value(theta - both)) / (4 * eps**2)
    return H


def central(rule, x, v, h=None):
    if h is None:
        h = np.finfo(float).eps ** (1 / 3) * max(1, np.max(abs(x[v != 0]), initial=0)) / np.max(abs(v), initial=TINY)
    return (np.asarray(rule(x + h * v)) - np.asarray(rule(x - h * v))) / (2 * h)
