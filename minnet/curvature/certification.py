"""What kind of point is this? A verdict on a point where an optimiser stopped, with its evidence.

The questions are asked in this order, and the first that is answered gives the verdict:

1. Is the gradient small enough, and is everything finite?
2. Is the point at a kink of the network, where second derivatives mean nothing? (`minnet.network.kinks`)
3. Where is the stationary point nearby, and which eigenvalues of its Hessian have a sign beyond doubt? (`stationary`)
4. If some are in doubt: does the loss fall without end along a ray or a valley? (`infinity`)
5. Is there a stationary point nearby at all, or does the loss still fall along the directions in doubt?
6. What do the values say along these directions? (`reduced`)
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..function import as_point, quiet, supports
from .descent import Descent, prove_descent
from .infinity import Ray, find_ray, follow_valley
from .noise import Noise, measure_noise
from .proof import Proof
from .proof import prove as _prove
from .reduced import Landscape, explore
from .stationary import Point, Spectrum, decide, polish, symmetric_hessian
from .verdict import Certificate

__all__ = ["certificate"]

EPS = np.finfo(float).eps
SLOPE = 10.0  # times the gradient's noise is a slope
APART = 4  # points of a ray or valley between those at which a lower value is to be proved


def certificate(f: Any, theta: ArrayLike, gtol: float = 1e-6, prove: bool = False) -> Certificate:
    """Say what kind of point θ is: a minimum, a saddle, a maximum, or none of them.

    Parameters
    ----------
    f : Objective, Function or problem
        A function with value, gradient and Hessian. It may name `groups` of its parameters, as an Objective does with
        the incoming weights of each unit: rays to infinity are then sought along them, too. Where it counts `kinks(θ)`,
        second derivatives are trusted only where there are none.
    theta : array (n,)
        The point, usually where a run of `minimize` ended.
    gtol : float
        The bound on ‖g‖₂ of the gradient test.
    prove : bool
        Whether to try to prove a strict minimum, saddle or maximum of a network's objective, in floating point and
        with stated assumptions (`minnet.curvature.proof`). `certificate.proof` is then a `Proof`, or it is None and
        `not_proved` says why. Of a ray or valley it is proved that the loss is lower at its end, by a margin
        (`certificate.descent`); that it falls for ever remains evidence.

    Returns
    -------
    Certificate
        The verdict with its evidence.

    Raises
    ------
    ValueError
        For a point of wrong shape or kind, and a Hessian that is not symmetric.

    Examples
    --------
    >>> from minnet.problems import saddle
    >>> found = certificate(saddle(), [0.0, 0.0])
    >>> found.kind, found.inertia
    ('saddle', (1, 1, 0))
    """
    found = _certificate(f, theta, gtol)
    return _with_proofs(f, as_point(f, theta).astype(float), found) if prove else found


def _with_proofs(f: Any, theta: NDArray[Any], found: Certificate) -> Certificate:
    """What can be proved of a verdict: the kind of the stationary point, or that f is lower elsewhere."""
    if found.kind in ("strict minimum", "saddle", "maximum") and not found.inertia[2]:
        answer = _prove(f, found.point)
        return replace(found, proof=answer) if isinstance(answer, Proof) else replace(found, not_proved=answer.reason)
    if found.kind == "no finite minimum":
        found = replace(found, not_proved="that it falls for ever: the values along the way are evidence")
    else:
        doubt = f"the verdict is {found.kind!r}, or some eigenvalues are in doubt"
        found = replace(found, not_proved=f"{doubt}; a proof needs a Hessian that is not singular")
    for lower in _lower_points(theta, found):
        answer = prove_descent(f, theta, lower)
        if isinstance(answer, Descent):
            return replace(found, descent=answer)
        found = replace(found, not_proved=f"that the loss is lower elsewhere: {answer.reason}")
    return found


def _lower_points(theta: NDArray[Any], found: Certificate) -> Iterable[NDArray[Any]]:
    """Lower points that were found: some of the ray or the valley, from its end backwards, or one nearby."""
    if found.ray is not None:
        return (theta + t * found.ray for t in found.ray_times[::-APART])
    if found.valley is not None:
        return found.valley[::-APART]
    return [] if found.lower is None else [found.lower]


@quiet
def _certificate(f: Any, theta: ArrayLike, gtol: float) -> Certificate:
    theta = as_point(f, theta, "theta")
    if (
        theta.dtype.kind == "c"
        or isinstance(gtol, bool)
        or not (isinstance(gtol, (int, float, np.number)) and gtol >= 0)
    ):
        raise ValueError(f"gtol={gtol!r}, theta of {theta.dtype}; expected a number of at least 0 and real parameters")
    theta = theta.astype(float)
    value, g = float(f.value(theta)), np.asarray(f.gradient(theta), float)
    nothing, slope = np.zeros(0), float(np.linalg.norm(g))
    reason = "the value or the gradient is not finite"
    unknown = Certificate(
        "not stationary", reason, value, slope, float(gtol), theta, nothing, nothing, (0, 0, 0), newton_step=np.nan
    )
    if not (np.isfinite(value) and np.isfinite(g).all()):
        return unknown
    H = symmetric_hessian(f, theta)
    if not np.isfinite(H).all():
        return replace(unknown, reason="the Hessian is not finite")
    given = Point(theta, value, g, H)
    if unknown.gradient_norm > gtol:
        known = _with_spectrum(unknown, given, given, decide(f, given, follow=False))
        return replace(known, reason="the gradient test is not met")
    if supports(f, "kinks") and (kinks := f.kinks(theta)):
        return _at_a_kink(f, unknown, given, kinks)
    at = polish(f, given)
    spectrum = decide(f, at)
    known = _with_spectrum(unknown, given, at, spectrum)
    if spectrum.inertia[2] == 0:
        return _nondegenerate(known, at, spectrum)
    return _degenerate(f, known, given, at, spectrum)


def _with_spectrum(unknown: Certificate, given: Point, at: Point, spectrum: Spectrum) -> Certificate:
    """A certificate that has the facts of a spectrum, and as yet no verdict."""
    return replace(
        unknown,
        point=at.x,
        eigenvalues=spectrum.eigenvalues,
        errors=spectrum.errors,
        inertia=spectrum.inertia,
        newton_step=spectrum.step + float(np.linalg.norm(at.x - given.x)),
    )


def _nondegenerate(known: Certificate, at: Point, spectrum: Spectrum) -> Certificate:
    """Every eigenvalue has a sign."""
    positive, negative, _ = spectrum.inertia
    if not negative:
        reason = "a stationary point nearby has positive eigenvalues only"
        return replace(known, kind="strict minimum", reason=reason)
    reason = f"a stationary point nearby has {negative} negative eigenvalue{'s' * (negative > 1)} of {len(at.x)}"
    escape = _downhill(spectrum.Q[:, 0], at.g)
    return replace(known, kind="saddle" if positive else "maximum", reason=reason, escape_direction=escape)


def _degenerate(f: Any, known: Certificate, given: Point, at: Point, spectrum: Spectrum) -> Certificate:
    """Some eigenvalues are zero or in doubt: rays, valleys and values decide, or nothing does."""
    noise, (positive, negative, _) = measure_noise(f, at.x), spectrum.inertia
    null = spectrum.Q[:, ~spectrum.sure]
    slope = float(np.linalg.norm(null.T @ at.g))
    if slope > SLOPE * noise.gradient:
        return _falling(f, known, given, noise, slope)
    if slope > noise.gradient and (ray := find_ray(f, given.x, given.value, given.g, given.H, noise)) is not None:
        return _along_a_ray(known, ray)
    lowest = _downhill(spectrum.Q[:, 0], at.g)
    if positive and negative:
        count = f"{negative} eigenvalue{'s are' if negative > 1 else ' is'} negative and {positive} positive"
        return replace(known, kind="saddle", reason=f"{count} beyond their error", escape_direction=lowest)
    return _by_values(known, explore(f, at, spectrum, noise), lowest)


def _falling(f: Any, known: Certificate, given: Point, noise: Noise, slope: float) -> Certificate:
    """The loss still falls along directions without curvature: for ever, along a ray or a valley, or as far as is
    known."""
    ray = find_ray(f, given.x, given.value, given.g, given.H, noise)
    if ray is not None:
        return _along_a_ray(known, ray)
    valley = follow_valley(f, given, noise)
    if valley is not None:
        reason = (
            "the loss keeps falling along a bending valley, followed to a distance of "
            f"{valley.distances[-1]:.1e}, as far as rounding shows"
        )
        return replace(
            known, kind="no finite minimum", reason=reason, valley=valley.points, valley_values=valley.values
        )
    reason = (
        "the gradient passes the test, but the loss still falls along directions in which it does not curve, with a "
        f"slope of {slope:.1e}: no stationary point is near"
    )
    return replace(known, kind="not stationary", reason=reason)


def _along_a_ray(known: Certificate, ray: Ray) -> Certificate:
    far = float(ray.times[-1] * np.linalg.norm(ray.direction))
    reason = f"the loss keeps falling along a ray, followed to a distance of {far:.1e}"
    found = {"ray": ray.direction, "ray_times": ray.times, "ray_values": ray.values}
    return replace(known, kind="no finite minimum", reason=reason, **found)


def _by_values(known: Certificate, seen: Landscape, lowest: NDArray[Any]) -> Certificate:
    """The sure eigenvalues have one sign, or there are none: what the values say along the doubtful directions."""
    positive, negative, doubtful = known.inertia
    flat = f"along {doubtful} direction{'s' * (doubtful > 1)} without curvature"
    if seen.falls:
        found = replace(known, escape_direction=_towards(seen.lower, known.point), lower=seen.lower)
        if positive or seen.rises:
            reason = f"{flat} lower values were found, and higher ones elsewhere"
            return replace(found, kind="saddle", reason=reason)
        reason = (
            f"{flat} second derivatives do not decide: the values fall wherever they were tried, so that this is no "
            "minimum"
        )
        return replace(found, kind="degenerate", reason=reason)
    if negative:
        found = replace(known, escape_direction=lowest)
        if seen.rises:
            reason = f"the sure eigenvalues are negative, and {flat} higher values were found"
            return replace(found, kind="saddle", reason=reason)
        reason = f"the sure eigenvalues are negative, and {flat} the values do not change"
        return replace(found, kind="maximum" if seen.flat else "degenerate", reason=reason)
    if seen.flat and (positive or seen.radius > 0):
        reason = f"{flat} the values do not change, as far as rounding shows, to a distance of {seen.radius:.1e}"
        return replace(known, kind="flat minimum", reason=reason)
    reason = f"{flat} second derivatives do not decide; no lower value was found there"
    return replace(known, kind="degenerate", reason=reason)


def _at_a_kink(f: Any, unknown: Certificate, given: Point, kinks: int) -> Certificate:
    """No second derivative is to be trusted: only a lower value nearby can decide."""
    n = len(given.x)
    nothing = Spectrum(np.zeros(n), np.eye(n), np.zeros(n, bool), np.zeros(0), 0.0)
    seen = explore(f, given, nothing, measure_noise(f, given.x))
    where = f"{kinks} input{'s' * (kinks > 1)} of a unit lie{'s' * (kinks == 1)} at a kink of its activation"
    known = replace(unknown, inertia=(0, 0, n))
    if seen.falls:
        return replace(
            known,
            kind="saddle" if seen.rises else "degenerate",
            reason=f"{where}, and a lower value was found nearby",
            escape_direction=_towards(seen.lower, given.x),
            lower=seen.lower,
        )
    reason = f"{where}, where second derivatives do not decide; no lower value was found nearby"
    return replace(known, kind="degenerate", reason=reason)


def _towards(there: NDArray[Any], here: NDArray[Any]) -> NDArray[Any]:
    return (there - here) / np.linalg.norm(there - here)


def _downhill(q: NDArray[Any], g: NDArray[Any]) -> NDArray[Any]:
    return -q if q @ g > 0 else q
