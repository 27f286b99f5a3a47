"""The verdict on a point, and how it is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from ..html import facts
from .descent import Descent
from .proof import Proof

__all__ = ["Certificate", "Kind"]

Kind = Literal[
    "strict minimum", "flat minimum", "saddle", "maximum", "no finite minimum", "not stationary", "degenerate"
]


@dataclass(frozen=True, repr=False)
class Certificate:
    """The verdict on a point, with its evidence.

    Attributes
    ----------
    kind : str
        "strict minimum", "saddle" and "maximum": every eigenvalue of the Hessian, or what a saddle needs, has a sign
        beyond its error. "flat minimum": a surface of minima, flat as far as rounding shows. "no finite minimum": the
        loss keeps falling along a ray or valley, as far as it was followed. "not stationary": the gradient test is not
        met, or no stationary point is near. "degenerate": second derivatives do not decide, and the values do not
        either.
    reason : str
        What the verdict rests on.
    value, gradient_norm, gtol : float
        f and ‖g‖₂ at the given point, and the bound of the gradient test.
    point : array (n,)
        The stationary point nearby, to which the eigenvalues belong; the given point where none was found.
    eigenvalues : array (n,)
        Of the Hessian, ascending; empty where it is not finite.
    errors : array (n,)
        The error of each eigenvalue; `error_bound` is the largest.
    inertia : tuple of int
        How many eigenvalues are (positive, negative, zero or in doubt).
    newton_step : float
        How far away the stationary point is.
    escape_direction : array (n,) or None
        A unit vector along which a saddle or maximum is left downhill; where the way down bends, towards `lower`.
    lower : array (n,) or None
        A point nearby at which f is lower, where the values had to be asked.
    ray, ray_times, ray_values : arrays or None
        The direction along which the loss keeps falling, and f(θ + t ray) at the times t.
    valley, valley_values : arrays (m, n) and (m,) or None
        Points of a bending valley, farther and farther away, and the values there.
    proof : Proof or None
        With prove=True, and why there is none in `not_proved`.
    descent : Descent or None
        With prove=True: that f is lower at the end of the ray or valley, or at `lower`, by a proved margin.
    """

    kind: Kind
    reason: str
    value: float
    gradient_norm: float
    gtol: float
    point: NDArray[Any]
    eigenvalues: NDArray[Any]
    errors: NDArray[Any]
    inertia: tuple[int, int, int]
    newton_step: float
    escape_direction: NDArray[Any] | None = None
    lower: NDArray[Any] | None = None
    ray: NDArray[Any] | None = None
    ray_times: NDArray[Any] | None = None
    ray_values: NDArray[Any] | None = None
    valley: NDArray[Any] | None = None
    valley_values: NDArray[Any] | None = None
    proof: Proof | None = None
    descent: Descent | None = None
    not_proved: str = ""

    @property
    def proved(self) -> bool:
        """Whether the kind is proved, which `certificate(f, theta, prove=True)` tries."""
        return self.proof is not None

    @property
    def error_bound(self) -> float:
        """The largest error of an eigenvalue."""
        return float(self.errors.max(initial=0.0))

    @property
    def rank(self) -> int:
        """How many eigenvalues are surely not zero."""
        return self.inertia[0] + self.inertia[1]

    @property
    def condition(self) -> float:
        """max |λ| / min |λ|, the elongation of contours about a minimum; infinite where an eigenvalue is in doubt."""
        size = abs(self.eigenvalues)
        return float(size.max() / size.min()) if len(size) and self.inertia[2] == 0 else np.inf

    def __str__(self) -> str:
        met = "at most" if self.gradient_norm <= self.gtol else "above"
        lines = [
            f"{self.kind}: {self.reason}",
            f"  value {self.value:.10g}, gradient {self.gradient_norm:.1e} ({met} gtol={self.gtol:g})",
        ]
        if len(self.eigenvalues):
            lines += self._about_eigenvalues()
        if self.ray is not None:
            fall = self.value - self.ray_values
            half = self.ray_times[np.argmax(fall >= fall[-1] / 2)]
            lines.append(
                f"  along the ray the loss falls by {fall[-1]:.3g} more, half of that before t = {half:.2g}, "
                "and never rises"
            )
        if self.valley is not None:
            lines.append(
                f"  along the valley the loss falls by {self.value - self.valley_values[-1]:.3g} in all, over "
                f"{len(self.valley)} points"
            )
        lines += [f"  {proof}" for proof in (self.proof, self.descent) if proof is not None]
        if self.not_proved:
            lines.append(f"  not proved: {self.not_proved}")
        return "\n".join(lines)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        first, *lines = str(self).splitlines()
        kind, reason = first.split(": ", 1)
        return facts(kind, [("", line.strip()) for line in [reason, *lines]])

    def _about_eigenvalues(self) -> list[str]:
        positive, negative, doubtful = self.inertia
        low, high = self.eigenvalues[0] + 0.0, self.eigenvalues[-1] + 0.0
        count = f"{positive} positive, {negative} negative" + (f", {doubtful} zero or in doubt" if doubtful else "")
        plural = "s" * (len(self.eigenvalues) > 1)
        lines = [
            f"  {len(self.eigenvalues)} eigenvalue{plural} from {low:.3g} (± {self.errors[0]:.0e}) to {high:.3g} "
            f"(± {self.errors[-1]:.0e}): {count}"
        ]
        if not doubtful:
            near, far = "the stationary point is", "away"
            if self.kind == "not stationary":
                near, far = "Newton's step is", "long"
            lines.append(
                f"  condition {self.condition:.3g} (the largest by the smallest); {near} {self.newton_step:.1e} {far}"
            )
        return lines
