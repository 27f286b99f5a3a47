"""Line searches along eigenvectors as a film: two steps, beside the zigzag
On a quadratic of two variables with κ = {kappa:g} one exact line search along each eigenvector of the Hessian ends at
the minimum: {steps} steps, the second of which leaves what the first has settled. Gradient descent at its best rate,
2/(λmin + λmax), needs {descent} steps to a gradient of {tol}. It is so from everywhere: from {count} starts on a
circle the searches along eigenvectors take {most} steps at most, gradient descent {low} at least.
"""
from __future__ import annotations

import numpy as np

from minnet import minimize, plotting, problems
from minnet.gallery import Claim, Picture
from minnet.optim import EigenvectorLineSearch, GradientDescent

from ._words import power

SOURCES = "notebook: Line search along eigenvectors, Conjugate gradient"
ORDER = (6, 3)
ALT = ("A film over the contours of a tilted ellipse: one path goes along its short axis and then along its long axis "
       "to the centre, the other zigzags; beside it the value above the lowest against evaluations.")
KAPPA, GTOL = 12.0, 1e-6
METHODS = {"along eigenvectors": EigenvectorLineSearch(), "gradient descent": GradientDescent(2 / (1 + KAPPA))}


def picture(fast: bool) -> Picture:
    f, count = problems.quadratic([1.0, KAPPA], rng=3), 8 if fast else 40
    angles = 2 * np.pi * (np.arange(count) + 0.5) / count
    starts = 2.5 * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    runs = {name: minimize(f, f.Q @ [2.3, 1.1], method, gtol=GTOL, record=["x"]) for name, method in METHODS.items()}
    needed = {name: np.array([minimize(f, x, method, gtol=GTOL).nit for x in starts])
              for name, method in METHODS.items()}
    drawing = {"frame": ((-2.9, 2.9), (-2.42, 2.42))}
    title = "Line searches along the eigenvectors"
    searches, descent = needed.values()
    return Picture(
        plotting.trajectory(f, runs, title, **drawing), runs=runs,
        animation=plotting.animate(f, runs, title, frames=8 if fast else 40, interval=200, **drawing),
        numbers={"kappa": KAPPA, "steps": runs["along eigenvectors"].nit, "descent": runs["gradient descent"].nit,
                 "tol": power(GTOL), "count": count, "most": searches.max(), "low": descent.min()},
        settings={"kappa": KAPPA, "gtol": GTOL, "starts": count},
        shows={"the searches end at the minimum": bool(runs["along eigenvectors"].success),
               "gradient descent takes more steps from every start": bool((descent > searches).all())},
        claims={"n line searches along the eigenvectors find the minimum of a quadratic of n variables (notebook)":
                Claim.over(searches <= 2, "starts")},
        data={"paths": {name: run.history["x"] for name, run in runs.items()}, "Q": f.Q, "needed": needed})
