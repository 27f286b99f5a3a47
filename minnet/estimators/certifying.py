"""The certificate that a training ends with."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from numpy.typing import NDArray

from ..curvature import certificate
from ..curvature.verdict import Certificate
from ..network.objective import Objective

__all__ = ["LARGEST_CERTIFIED", "certify", "seconds_of_a_proof"]

LARGEST_CERTIFIED = 2000  # parameters; beyond it the dense Hessian and its eigenvalues take minutes
LONGEST_PROOF = 1.0  # seconds; what takes longer is proved by request


def certify(f: Objective, theta: NDArray[Any], gtol: float) -> Certificate:
    """The certificate of θ, with a proof where that takes a moment."""
    seconds = seconds_of_a_proof(f)
    if seconds <= LONGEST_PROOF:
        return certificate(f, theta, gtol, prove=True)
    reason = f"not tried, as it may take {seconds:.0f} seconds; `certificate(f, theta, prove=True)` tries it"
    return replace(certificate(f, theta, gtol), not_proved=reason)


def seconds_of_a_proof(f: Objective) -> float:
    """A rough guess, with constants measured on one core.

    The eigenvectors and their products take n³, a Hessian of balls N n², and three gradients in twice the precision
    some thousand operations for each unit and example.
    """
    n, N, units = f.n, len(f), sum(f.net.widths[1:])
    return 8e-10 * n**3 + 3e-10 * N * n**2 + 1.2e-5 * N * units
