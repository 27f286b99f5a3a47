"""What kind of point is it where the Hessian is singular? The reduced function of the splitting lemma decides.

Glossary: θ the stationary point, U (n, k) its doubtful eigenvectors, N the others with their eigenvalues Λ, u ∈ ℝᵏ.

Near θ the equation Nᵀ∇f(θ + U u + N w) = 0 has one solution w(u), and f is, in suitable coordinates,
f(θ) + ½ wᵀΛw + h(u) with the *reduced function* h(u) = f(θ + U u + N w(u)) − f(θ) (Gromoll and Meyer 1969). So the
kind of the point follows from the signs of Λ and from h, whose first and second derivatives vanish at 0. A way down
that bends, such as y = 2x² on Peano's surface (y − x²)(y − 3x²), is a straight one on h. Here h is evaluated on spheres
‖u‖ = r, from radii at which only rounding is seen up to those where w(u) is no longer found:

    flat      h is zero within rounding at every radius: the stationary points form a k-dimensional surface
    falls     h < 0 somewhere on the smallest spheres on which it is not rounding: θ is no minimum
    rises     h > 0 there, as far as a search on the sphere finds

The last is evidence from samples, and no proof.

References
----------
D. Gromoll, W. Meyer (1969), On differentiable functions with isolated critical points.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.linalg import eigh
from numpy.typing import NDArray

from .noise import Noise
from .stationary import Point, Spectrum

__all__ = ["Landscape", "explore"]

EPS = np.finfo(float).eps
FACTOR = 4.0  # from one radius to the next
AXES = 4  # of the null space that are tried
LINES = 4  # and random ones
CORRECTIONS = 12  # steps towards w(u)
DESCENTS = 25  # steps on a sphere
CLEAR = 30.0  # times the noise is seen


class Landscape(NamedTuple):
    """What was seen of the reduced function h.

    Attributes
    ----------
    falls, rises, flat : bool
        As defined at the head of this module.
    radius : float
        The largest radius at which h was looked at.
    lower : array (n,) or None
        A point at which f is lower, if any was found.
    """

    falls: bool
    rises: bool
    flat: bool
    radius: float
    lower: NDArray[Any] | None


class _Value(NamedTuple):
    """h(u), the point it was found at, and how large |h| must be to be no rounding: nan and None where w(u) was not
    found."""

    h: float
    x: NDArray[Any] | None
    clear: float

    @property
    def sign(self) -> int:
        """The sign of h as far as it is seen; 0 for rounding."""
        return int(np.sign(self.h)) if abs(self.h) > self.clear else 0


class _Reduced:
    """The reduced function about a stationary point."""

    def __init__(self, f: Any, at: Point, spectrum: Spectrum, noise: Noise) -> None:
        self.f, self.at, self.noise = f, at, noise
        self.N, self.U = spectrum.Q[:, spectrum.sure], spectrum.Q[:, ~spectrum.sure]
        self.curvature = spectrum.eigenvalues[spectrum.sure]
        self.k = self.U.shape[1]

    def at_radius(self, u: NDArray[Any]) -> _Value:
        """h(u), with w(u) by the chord method, which takes the curvature at θ for that at every step."""
        x, before = self.at.x + self.U @ u, np.inf
        for _ in range(CORRECTIONS):
            r = self.N.T @ self.f.gradient(x)
            size = float(np.linalg.norm(r))
            if not size < 0.9 * before:
                break
            before, x = size, x - self.N @ (r / self.curvature)
        r = self.N.T @ self.f.gradient(x)
        left = max(float(np.linalg.norm(r)), self.noise.gradient * CLEAR)
        error = float((r**2 / abs(self.curvature)).sum()) + left**2 / abs(self.curvature).min(initial=np.inf)
        h = float(self.f.value(x)) - self.at.value
        found = np.linalg.norm(x - self.at.x) <= 2 * np.linalg.norm(u) and np.isfinite(h) and np.isfinite(error)
        return _Value(h, x, CLEAR * (self.noise.value + error)) if found else _Value(np.nan, None, np.nan)

    def near(self, x: NDArray[Any]) -> bool:
        """Whether the curvature along N is still that at θ to a half, so that w(u) is the only solution and h what it
        was."""
        E = self.N.T @ (np.asarray(self.f.hessian(x)) - self.at.H) @ self.N
        root = np.sqrt(abs(self.curvature))
        return bool(np.isfinite(E).all()) and float(np.linalg.norm(E / np.outer(root, root))) <= 0.5

    def slope(self, at: _Value) -> NDArray[Any]:
        """∇h there: Uᵀ∇f, for Nᵀ∇f vanishes."""
        return self.U.T @ self.f.gradient(at.x)

    def lowest_on_sphere(self, u: NDArray[Any]) -> tuple[NDArray[Any], _Value]:
        """Where a projected descent on ‖u‖ = r leads, and h there."""
        r, at, t = float(np.linalg.norm(u)), self.at_radius(u), 1.0
        for _ in range(DESCENTS if self.k > 1 and at.x is not None else 0):
            slope = self.slope(at)
            down = -(slope - (slope @ u) / r**2 * u)
            length = float(np.linalg.norm(down))
            if not length * r > at.clear:
                break
            better = None
            while better is None and t > 1e-6:
                trial = u + t * r / length * down
                trial *= r / np.linalg.norm(trial)
                there = self.at_radius(trial)
                if there.h < at.h:
                    better = trial, there
                else:
                    t /= 4
            if better is None:
                break
            (u, at), t = better, min(2 * t, 1.0)
        return u, at


def explore(f: Any, at: Point, spectrum: Spectrum, noise: Noise) -> Landscape:
    """Look at the reduced function on spheres about a stationary point, from the smallest that show anything.

    Parameters
    ----------
    f : Objective, Function or problem
    at : Point
        The stationary point.
    spectrum : Spectrum
        That of its Hessian, which tells the eigenvectors in doubt.
    noise : Noise
        How large a difference of values must be to count.

    Returns
    -------
    Landscape
    """
    reduced, falls, rises, lower = _Reduced(f, at, spectrum, noise), False, False, None
    starts, radii = _directions(reduced.k), _radii(at)
    looks = [_look(reduced, d, radii) for d in starts]
    largest = max(look.reach for look in looks)
    if not any(look.sign for look in looks):
        return Landscape(False, False, True, largest, None)
    rises = any(look.sign > 0 for look in looks)
    candidates = [(look.radius, d) for look, d in zip(looks, starts) if look.sign < 0]
    smallest = min(look.radius for look in looks if look.sign)
    candidates += [(r, d) for r in smallest * FACTOR ** np.arange(3) for d in _aimed(reduced, starts, r)]
    for r, d in candidates:
        u, found = reduced.lowest_on_sphere(r * d)
        rises = rises or found.sign > 0
        if found.sign < 0 and _falls_inwards(reduced, u):
            falls, lower = True, found.x
            break
    return Landscape(falls, rises, False, largest, lower)


def _directions(k: int) -> list[NDArray[Any]]:
    """Unit vectors: both ways along some axes and some random lines; both signs are all there is for k = 1."""
    axes = np.eye(k)[:, np.linspace(0, k - 1, min(k, AXES)).astype(int)].T
    lines = np.random.default_rng(1).standard_normal((0 if k == 1 else LINES, k))
    rows = np.concatenate([axes, lines / np.linalg.norm(lines, axis=1, keepdims=True)])
    return [sign * row for row in rows for sign in (1.0, -1.0)]


def _radii(at: Point) -> NDArray[Any]:
    """Radii from some units of the last place of θ, or of hardly anything where θ = 0, to beyond every scale."""
    size = float(np.linalg.norm(at.x))
    low, high = (64 * EPS * size, 1e4 * size) if size else (1e-30, 1e30)
    return FACTOR ** np.arange(np.floor(np.log(low) / np.log(FACTOR)), np.ceil(np.log(high) / np.log(FACTOR)) + 1)


class _Look(NamedTuple):
    """Along one direction: the smallest radius at which h is not rounding, its sign there (0 for none), and how far
    w(u) was found."""

    radius: float
    sign: int
    reach: float


def _look(reduced: _Reduced, d: NDArray[Any], radii: NDArray[Any]) -> _Look:
    reach = 0.0
    for r in radii:
        found = reduced.at_radius(r * d)
        if found.x is None:
            if reach:
                break
            continue
        if found.sign and not reduced.near(found.x):
            break
        reach = float(r)
        if found.sign:
            return _Look(reach, found.sign, reach)
    return _Look(np.inf, 0, reach)


def _aimed(reduced: _Reduced, starts: list[NDArray[Any]], r: float) -> list[NDArray[Any]]:
    """The starts, and the directions in which f bends down most at some of them: narrow cones lie there."""
    if reduced.k == 1:
        return starts
    aimed = []
    for d in starts[:6]:
        x = reduced.at_radius(r * d).x
        H = None if x is None else reduced.U.T @ np.asarray(reduced.f.hessian(x)) @ reduced.U
        if H is not None and np.isfinite(H).all():
            _, V = eigh(H)
            aimed += [sign * V[:, i] for i in range(min(2, reduced.k)) for sign in (1.0, -1.0)]
    return [*starts, *aimed]


def _falls_inwards(reduced: _Reduced, u: NDArray[Any]) -> bool:
    """Whether h stays below zero on the way in, as far as it is seen: else u lies beyond a rim and says nothing of
    θ."""
    for _ in range(40):
        u, found = reduced.lowest_on_sphere(u / 2)
        if found.x is None or found.sign > 0:
            return False
        if found.sign == 0:
            return True
    return True
