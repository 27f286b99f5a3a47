"""What kind of point is this? A verdict on a point where an optimiser stopped, with its evidence.

Glossary: g gradient, H Hessian, λ eigenvalues, q eigenvectors. An eigenvalue counts as zero where the
bound on its error covers it. That bound has three parts: the rounding of the eigenvalues, 16 n ε ‖H‖; the rounding of H itself,
measured by moving each parameter by a few units of its last place; and how far H moves on the way to the stationary
point nearby, measured at twice Newton's step s = −Σ q (qᵀg)/λ over the eigenvalues that are not zero. Where
none is zero, the last is the condition of Newton and Kantorovich, ‖H⁻¹‖ L ‖s‖ < ½ (Ortega, Rheinboldt 1970, 12.6.2), kept with
a margin of two: there is exactly one stationary point nearby, and it has the inertia found here. L is measured, not bounded.
All this is looked at where a few of Newton's steps lead from the given point, if they converge: an optimiser's 1e-6 is
far from a minimum where eigenvalues are 1e-3. `newton_step` is how far away the stationary point is.
"""
from __future__ import annotations

from dataclasses import dataclass
from warnings import catch_warnings, simplefilter

import numpy as np
from numpy.linalg import eigh
from scipy.linalg import LinAlgError, LinAlgWarning, solve

from ..function import as_vector, quiet
from ..optim.driver.minimize import minimize
from ..optim.newton import Newton
from ..linalg.factor import positive_definite

__all__ = ["Certificate", "certificate"]

EPS = np.finfo(float).eps
DOUBLINGS = 2.0 ** np.arange(-4, 21)


@dataclass(frozen=True)
class Certificate:
    """The verdict `kind` and its evidence.

    kind: "strict minimum", "flat minimum", "saddle", "maximum", "no finite minimum" or "not stationary".
    eigenvalues of H, ascending (empty where g or H is not finite or the gradient test fails by far);
    inertia = (positive, negative, zero) by error_bound; rank = positive + negative; condition = max |λ| / min |λ|,
    infinite where an eigenvalue is zero, and a statement on the speed of descent only where none is negative.
    escape_direction: a unit vector along which a saddle or maximum is left downhill. ray: the direction along which the loss keeps
    falling, with ray_times t and ray_values f(θ + t ray) as evidence.
    """

    kind: str
    value: float
    gradient_norm: float
    gtol: float
    eigenvalues: np.ndarray
    error_bound: float
    inertia: tuple
    newton_step: float
    reason: str
    escape_direction: np.ndarray | None = None
    ray: np.ndarray | None = None
    ray_times: np.ndarray | None = None
    ray_values: np.ndarray | None = None

    @property
    def rank(self):
        return self.inertia[0] + self.inertia[1]

    @property
    def condition(self):
        size = abs(self.eigenvalues)
        return float(size.max() / size.min()) if len(size) and self.inertia[2] == 0 else np.inf

    def __str__(self):
        lines = [f"{self.kind}: {self.reason}", f"  value {self.value:.10g}, gradient {self.gradient_norm:.1e} "
                 f"({'at most' if self.gradient_norm <= self.gtol else 'above'} gtol={self.gtol:g})"]
        if len(self.eigenvalues):
            lines += [f"  eigenvalues {self.eigenvalues[0]:.3g} to {self.eigenvalues[-1]:.3g}, each within "
                      f"{self.error_bound:.1e}: {self.inertia[0]} positive, {self.inertia[1]} negative, "
                      f"{self.inertia[2]} zero", f"  rank {self.rank} of {len(self.eigenvalues)}, "
                      f"condition {self.condition:.3g}, Newton's step {self.newton_step:.1e} long"]
        if self.ray is not None:
            shown = range(0, len(self.ray_times), 5)
            lines.append("  along the ray: " + ", ".join(
                f"{self.ray_values[i]:.10g} at t = {self.ray_times[i]:.3g}" for i in shown))
        return "\n".join(lines)


@quiet
def certificate(f, theta, gtol=1e-6):
    """What kind of point θ is for f, which has `value, gradient, hessian`: a `Certificate`.

    gtol is the bound on ‖g‖₂ of the gradient test. A function may name `groups` of its parameters, as an
    Objective does its units' incoming weights: rays are then sought along them, too.

    >>> from minnet.problems import saddle
    >>> c = certificate(saddle(), [0.0, 0.0])
    >>> c.kind, c.inertia, abs(c.escape_direction).tolist()
    ('saddle', (1, 1, 0), [0.0, 1.0])
    """
    theta = as_vector(theta, getattr(f, "n", None), "theta")
    if theta.dtype.kind == "c" or not (isinstance(gtol, (int, float, np.number)) and gtol >= 0):
        raise ValueError(f"gtol={gtol!r}, theta of {theta.dtype}; expected a number of at least 0 and real parameters")
    theta = theta.astype(float)
    value, g = f.value(theta), np.asarray(f.gradient(theta))
    size = float(np.linalg.norm(g))
    verdict = lambda kind, reason, lam=(), bound=np.inf, inertia=(0, 0, 0), step=np.nan, **evidence: Certificate(
        kind, float(value), size, gtol, np.asarray(lam), float(bound), inertia, float(step), reason, **evidence)
    if not (np.isfinite(value) and np.isfinite(g).all()):
        return verdict("not stationary", "the value or the gradient is not finite")
    start = theta
    theta, level, g, H = _polished(f, theta, g) if size <= gtol else (theta, value, g, np.asarray(f.hessian(theta)))
    if not np.isfinite(H).all():
        return verdict("not stationary", "the Hessian is not finite")
    lam, Q = eigh(H)
    bound, sure, step = _error_bound(f, theta, g, H, lam, Q, follow=size <= gtol)
    inertia = (int(np.sum(lam[sure] > 0)), int(np.sum(lam[sure] < 0)), int(np.sum(~sure)))
    facts = lam, bound, inertia, step + np.linalg.norm(theta - start)
    if size > gtol:
        return verdict("not stationary", "the gradient test is not met", *facts)
    lowest = _downhill(Q[:, 0], g)
    if inertia[2] == 0:
        if inertia[1] == 0:
            return verdict("strict minimum", "a stationary point nearby has positive eigenvalues only", *facts)
        kind = "maximum" if inertia[0] == 0 else "saddle"
        return verdict(kind, f"a stationary point nearby has {inertia[1]} negative eigenvalues of {len(lam)}", *facts,
                       escape_direction=lowest)
    falling = _ray(f, start, value, np.asarray(f.gradient(start)), H if theta is start else np.asarray(f.hessian(start)))
    if falling is not None:
        ray, values = falling
        return verdict("no finite minimum", "the loss keeps falling along a ray", *facts, ray=ray,
                       ray_times=DOUBLINGS, ray_values=values)
    if not (inertia[0] and inertia[1]) and _still_falls(f, theta, g, lam, Q):
        return verdict("not stationary", "the gradient passes the test, but the value still falls along Newton's "
                       "step: no stationary point is near", *facts)
    kind, reason, escape = _flat(f, theta, level, Q, sure, inertia, lowest)
    return verdict(kind, reason, *facts, escape_direction=escape)


def _polished(f, theta, g):
    """θ, f, g and H where Newton's steps lead from here, to a tenth of ‖θ‖ away at the most: undamped ones as long as
    they halve the gradient, which goes to a saddle as well, or, where H is positive definite, damped ones before them."""
    near = lambda trial: np.linalg.norm(trial - theta) <= 0.1 * max(1.0, np.linalg.norm(theta))
    end, slope, H = _halved(f, theta, g, near)
    if end is theta and np.linalg.norm(g) > 0 and np.isfinite(H).all() and positive_definite(H):
        trial = minimize(f, theta, Newton(radius=1e-2), max_iter=30, gtol=1e-4 * np.linalg.norm(g))
        if trial.success and near(trial.x):
            end, slope, H = _halved(f, trial.x, trial.jac, near)
    return end, f.value(end), slope, H


def _halved(f, theta, g, near):
    """θ, g and H after undamped Newton steps, as long as they halve the gradient near by."""
    H = np.asarray(f.hessian(theta))
    for _ in range(10):
        trial = _undamped(theta, g, H)
        if trial is None or not near(trial):
            break
        trial_g = np.asarray(f.gradient(trial))
        if not np.linalg.norm(trial_g) <= np.linalg.norm(g) / 2:
            break
        theta, g, H = trial, trial_g, np.asarray(f.hessian(trial))
    return theta, g, H


def _undamped(theta, g, H):
    """θ − H⁻¹ g, or None where H is singular."""
    try:
        with catch_warnings():
            simplefilter("ignore", LinAlgWarning)
            return theta - solve(H, g, assume_a="sym")
    except (LinAlgError, ValueError):
        return None


def _error_bound(f, theta, g, H, lam, Q, follow):
    """(bound, mask of the eigenvalues that are not zero, length of Newton's step over them); with follow=False the bound
    is that of rounding alone."""
    rng = np.random.default_rng(0)
    nudges = theta * (1 + 4 * EPS * rng.choice([-1, 1], (3, len(theta))))
    bound = 16 * len(theta) * EPS * max(abs(lam)) + max(np.linalg.norm(f.hessian(t) - H) for t in nudges)
    while True:
        sure = abs(lam) > bound
        s = -Q[:, sure] @ ((Q[:, sure].T @ g) / lam[sure])
        length = np.linalg.norm(s)
        if length == 0 or not follow:
            return bound, sure, length
        aside = rng.standard_normal(len(s))
        points = [2 * s, -2 * s, aside * (2 * length / np.linalg.norm(aside))]
        moved = [np.linalg.norm(f.hessian(theta + p) - H) for p in points]
        drift = 2 * np.nan_to_num(max(moved), nan=np.inf)        # a step to where H overflows proves nothing
        if not (abs(lam[sure]) <= drift).any():
            return max(bound, drift), sure, length
        bound = max(bound, drift)


def _ray(f, theta, value, g, H):
    """A direction along which f falls for 2^20 times the length of what it stretches, and the values; or None."""
    noise = 20 * EPS * abs(value)
    for group in getattr(f, "groups", [np.arange(len(theta))]):
        for v in _stretches(theta[group], g[group], H[np.ix_(group, group)]):
            ray = np.zeros_like(theta)
            ray[group] = v * (max(1.0, np.linalg.norm(theta[group])) / np.linalg.norm(v))
            if not f.value(theta + DOUBLINGS[-1] * ray) < value - noise:
                continue
            values = np.array([f.value(theta + t * ray) for t in DOUBLINGS])
            if np.diff(values, prepend=value).max() <= noise and value - values[-1] > 10 * noise:
                return ray, values
    return None


def _stretches(x, g, H):
    """Directions in which a group may run to infinity: Newton's, and the group and −g without the curved directions."""
    lam, Q = eigh(H)
    newton = -Q @ (Q.T @ g / np.maximum(abs(lam), EPS * max(abs(lam)) or 1.0))
    flat = [Q[:, abs(lam) <= share * max(abs(lam))] for share in (1.0, 1e-4, 1e-6, 1e-8, 1e-10)]
    return [v for v in [newton, *(v for N in flat for v in (N @ (N.T @ x), -N @ (N.T @ g)))] if np.linalg.norm(v) > 0]


def _still_falls(f, theta, g, lam, Q):
    """Whether f falls, beyond rounding, along Newton's step downhill in every eigenvector, from 2^−16 to 2^16 times as far."""
    s = -Q @ (Q.T @ g / np.maximum(abs(lam), EPS * len(lam) * max(abs(lam)) or 1.0))
    return min(f.value(theta + t * s) for t in 2.0 ** np.arange(-16, 17)) < f.value(theta) - _noise(f, theta)


def _noise(f, theta):
    """What the rounding of f may amount to: f near a zero minimum is a sum of terms no better than f(0)'s."""
    sizes = [abs(v) for v in (f.value(theta), f.value(0 * theta)) if np.isfinite(v)]
    return 100 * EPS * max(sizes)


def _flat(f, theta, value, Q, sure, inertia, lowest):
    """(kind, reason, escape) where eigenvalues are zero within their bound: values along those directions decide."""
    if inertia[1] and inertia[0]:
        return "saddle", f"{inertia[1]} eigenvalues are negative beyond their error", lowest
    null, noise, rises, fall = Q[:, ~sure], _noise(f, theta), bool(inertia[0]), lowest if inertia[1] else None
    mixed = null @ np.random.default_rng(1).standard_normal((null.shape[1], 8 + 2 * null.shape[1]))
    for d in (mixed / np.linalg.norm(mixed, axis=0)).T:
        for t in max(1.0, np.linalg.norm(theta)) * 10.0 ** np.arange(-4, 0):
            ahead, behind = (f.value(theta + u * d) - value for u in (t, -t))
            rises = rises or max(ahead, behind) > noise
            if fall is None and min(ahead, behind) < -noise:
                fall = d if ahead < behind else -d
    if fall is None:
        return "flat minimum", f"no direction falls, {inertia[2]} are flat within the error", None
    if rises:
        return "saddle", "some directions fall, others rise", fall
    return "maximum", f"no direction rises, {inertia[2]} are flat within the error", fall


def _downhill(q, g):
    return -q if q @ g > 0 else q
