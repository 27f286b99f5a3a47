"""Minima at infinity: rays and bending valleys along which the loss keeps falling.

A separable problem has no finite minimum, for log(1 + exp(−t)) falls without end. Mostly the loss falls along a
straight ray, a direction in which the weights of some units grow. Where large output weights of two units cancel, the
valley bends, and no ray stays in it. It is then followed from sphere to sphere, each twice as large as the one before,
by minimising the loss on each.

What is found is evidence as far as it was followed, and the certificate says how far that is.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.linalg import eigh
from numpy.typing import NDArray

from ..function import supports
from ..optim.driver.minimize import minimize
from ..optim.newton import Newton
from ..own_function import Function
from .noise import Noise
from .stationary import Point

__all__ = ["DOUBLINGS", "Ray", "Valley", "find_ray", "follow_valley"]

EPS = np.finfo(float).eps
DOUBLINGS = 2.0 ** np.arange(-4, 21)
SPHERES = 100  # tried along a valley, at the most
FAR = 5.0  # times the size of θ: a valley that ends before says nothing
LARGEST = 100  # parameters for which a valley is followed: each sphere takes some dozens of Hessians
CLEAR = 20.0  # times the noise is seen


class Ray(NamedTuple):
    """A straight line on which the function keeps falling.

    Attributes
    ----------
    direction : array (n,)
    times, values : array (k,)
        The values f(θ + t direction) at the times t.
    """

    direction: NDArray[Any]
    times: NDArray[Any]
    values: NDArray[Any]


class Valley(NamedTuple):
    """A way down a bending valley.

    Attributes
    ----------
    points : array (m, n)
        Each is lower than the one before.
    distances, values : array (m,)
        Their distances from the first point, and the values there.
    """

    points: NDArray[Any]
    distances: NDArray[Any]
    values: NDArray[Any]


def find_ray(f: Any, theta: NDArray[Any], value: float, g: NDArray[Any], H: NDArray[Any], noise: Noise) -> Ray | None:
    """Find a direction along which f falls at every doubling of the distance.

    Parameters
    ----------
    f : Objective, Function or problem
        Directions are sought within each of its `groups` of parameters, or among all parameters where it names none.
    theta : array (n,)
    value, g, H : float, array (n,), array (n, n)
        What f, its gradient and its Hessian are there.
    noise : Noise
        How large a fall must be to count.

    Returns
    -------
    Ray or None
        The ray is followed to 2²⁰ times the size of the parameters that it stretches.
    """
    for group in f.groups if supports(f, "groups") else [np.arange(len(theta))]:
        for v in _stretches(theta[group], g[group], H[np.ix_(group, group)]):
            ray = np.zeros_like(theta)
            ray[group] = v * (max(1.0, np.linalg.norm(theta[group])) / np.linalg.norm(v))
            if not f.value(theta + DOUBLINGS[-1] * ray) < value - CLEAR * noise.value:
                continue
            values = np.array([f.value(theta + t * ray) for t in DOUBLINGS])
            if (
                np.diff(values, prepend=value).max() <= CLEAR * noise.value
                and value - values[-1] > 10 * CLEAR * noise.value
            ):
                return Ray(ray, DOUBLINGS, values)
    return None


def follow_valley(f: Any, at: Point, noise: Noise) -> Valley | None:
    """Follow a bending valley downwards, from sphere to sphere, as long as each point is lower than the last.

    Each sphere is centred at the last point and has twice the radius of the one before; where its lowest point is not
    lower, a quarter of the radius is tried. The way ends after twenty doublings of the distance from the start, or
    where the loss is too noisy to tell.

    Parameters
    ----------
    f : Objective, Function or problem
    at : Point
        The start.
    noise : Noise
        How large a fall must be to count.

    Returns
    -------
    Valley or None
        None where the way is short, or f has too many parameters.
    """
    if len(at.x) > LARGEST:
        return None
    lam, Q = eigh(at.H)
    direction = Q[:, abs(lam).argmin()]
    direction = -direction if direction @ at.g > 0 else direction
    size = max(1.0, float(np.linalg.norm(at.x)))
    radius, x, value = size / 100, at.x, at.value
    points, values = [], []
    for _ in range(SPHERES):
        new = _lowest_on_sphere(f, x, radius, direction)
        low = float(f.value(new))
        if low < value - noise.value:
            direction, x, value, radius = new - x, new, low, 2 * radius
            points.append(x)
            values.append(value)
            if np.linalg.norm(x - at.x) > 2.0**20 * size / 100:
                break
        else:
            radius /= 4
            if radius < 1e-4 * np.linalg.norm(x):
                break
    if not points:
        return None
    distances = np.linalg.norm(np.array(points) - at.x, axis=1)
    if distances[-1] < FAR * size or at.value - values[-1] < 10 * CLEAR * noise.value:
        return None
    return Valley(np.array(points), distances, np.array(values))


def _lowest_on_sphere(f: Any, centre: NDArray[Any], radius: float, direction: NDArray[Any]) -> NDArray[Any]:
    """A minimiser of f on ‖x − centre‖ = r near that direction, by Newton's method on F(v) = f(centre + r v/‖v‖).

    With u = v/‖v‖, P = I − u uᵀ and g, H those of f: ‖v‖ ∇F = r P g, ‖v‖² ∇²F = r² P H P − r ((gᵀu) P + P g uᵀ + u
    gᵀP).
    """

    def split(v: NDArray[Any]) -> tuple[float, NDArray[Any], NDArray[Any]]:
        size = float(np.linalg.norm(v))
        return size, v / size, centre + radius / size * v

    def value(v: NDArray[Any]) -> float:
        return f.value(split(v)[2])

    def gradient(v: NDArray[Any]) -> NDArray[Any]:
        size, u, x = split(v)
        g = np.asarray(f.gradient(x))
        return radius / size * (g - (g @ u) * u)

    def hessian(v: NDArray[Any]) -> NDArray[Any]:
        size, u, x = split(v)
        g, P = np.asarray(f.gradient(x)), np.eye(len(u)) - np.outer(u, u)
        across = np.outer(P @ g, u)
        return (radius**2 * P @ np.asarray(f.hessian(x)) @ P - radius * ((g @ u) * P + across + across.T)) / size**2

    on_sphere = Function(value, gradient, hessian=hessian, n=len(centre))
    return split(
        minimize(on_sphere, direction / np.linalg.norm(direction), Newton(radius=0.1), max_iter=40, gtol=1e-14).x
    )[2]


def _stretches(x: NDArray[Any], g: NDArray[Any], H: NDArray[Any]) -> list[NDArray[Any]]:
    """Directions in which a group may run to infinity: Newton's, and the group and −g without the curved directions."""
    lam, Q = eigh(H)
    newton = -Q @ (Q.T @ g / np.maximum(abs(lam), EPS * max(abs(lam)) or 1.0))
    flat = [Q[:, abs(lam) <= share * max(abs(lam))] for share in (1.0, 1e-4, 1e-6, 1e-8, 1e-10)]
    return [v for v in [newton, *(v for N in flat for v in (N @ (N.T @ x), -N @ (N.T @ g)))] if np.linalg.norm(v) > 0]
