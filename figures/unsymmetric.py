"""∇(θᵀHθ) is (H + Hᵀ)θ, and 2Hθ only where H is symmetric
The derivation of Newton's step in the UCLA lecture on optimisation takes the gradient of θᵀHθ. Left: for H = [[1, a],
[−a, 1]] with a = {shown:g} the value is ‖θ‖² whatever a is, and its gradient (arrows, by differences of values) points
away from 0; 2Hθ (grey) turns away from it. Right: the relative error of both formulas against differences of values
over {count} random matrices of each asymmetry ‖H − Hᵀ‖/‖H + Hᵀ‖: (H + Hᵀ)θ is right to {right:.0e}, 2Hθ is wrong in
proportion to the asymmetry. A Hessian of a twice continuously differentiable function is symmetric, so for Newton's
step both say the same.
"""
from __future__ import annotations

import numpy as np

from minnet import Function, plotting
from minnet.check import gradient_differences
from minnet.gallery import Claim, Picture
from minnet.plotting import style

SOURCES = "lecture: Newton's method; draft: Methods"
ORDER = (4, 5)
ALT = ("A field of arrows away from the centre of circles, with grey arrows that swirl beside them; and two curves of "
       "error against asymmetry, one level at rounding, one rising with slope one.")
SHOWN, N, EPS, FRAME = 0.8, 6, 1e-5, 1.9


def form(H: np.ndarray) -> Function:
    """θ -> θᵀHθ, whose gradient is left to differences."""
    return Function(lambda x: x @ H @ x, lambda x: (H + H.T) @ x, n=len(H))


def errors(asymmetry: float, count: int) -> np.ndarray:
    """Relative errors (count, 2) of (H + Hᵀ)θ and 2Hθ against differences of values."""
    rng, found = np.random.default_rng(0), []
    for _ in range(count):
        A, theta = rng.normal(size=(N, N)), rng.normal(size=N)
        S, K = A + A.T, A - A.T
        H = S + asymmetry * np.linalg.norm(S) / np.linalg.norm(K) * K
        measured = gradient_differences(form(H), theta, EPS)
        found.append([np.linalg.norm(formula - measured) / np.linalg.norm(measured)
                      for formula in ((H + H.T) @ theta, 2 * H @ theta)])
    return np.array(found)


@style
def picture(fast: bool) -> Picture:
    count, sizes = 10 if fast else 50, np.logspace(-6, 0, 7)
    rows = np.array([errors(size, count) for size in sizes])
    fig, (left, right) = plotting.subplots(1, 2, 9.5, 4.2)
    H = np.array([[1.0, SHOWN], [-SHOWN, 1.0]])
    X, Y = np.meshgrid(*[np.linspace(-FRAME, FRAME, 90)] * 2)
    left.contour(X, Y, X**2 + Y**2, levels=[0.1, 0.4, 0.9, 1.6, 2.5], colors="0.75", linewidths=0.6)
    points = np.stack(np.meshgrid(*[np.linspace(-1.1, 1.1, 5)] * 2), axis=-1).reshape(-1, 2)
    points = points[np.linalg.norm(points, axis=1) > 0.1]
    measured = np.array([gradient_differences(form(H), x, EPS) for x in points])
    for arrows, colour, label in ((2 * points @ H.T, "0.6", "2Hθ"), (measured, "C0", "∇(θᵀHθ)")):
        left.quiver(*points.T, *arrows.T, color=colour, scale=22, width=0.006, label=label)
    left.set(xlabel="θ₁", ylabel="θ₂", aspect="equal", title="the gradient, and what 2Hθ says",
             xlim=(-FRAME, FRAME), ylim=(-FRAME, FRAME))
    left.grid(False)
    fig.legend(*left.get_legend_handles_labels(), loc="outside lower center", ncols=2)
    for column, (label, marker) in enumerate((("(H + Hᵀ)θ", "o"), ("2Hθ", "s"))):
        right.loglog(sizes, np.median(rows[:, :, column], axis=1), color=("C0", "0.45")[column], marker=marker,
                     label=label)
    right.set(xlabel="asymmetry ‖H − Hᵀ‖ / ‖H + Hᵀ‖", ylabel="relative error", title="against differences of values")
    right.legend(loc="upper left")
    slope = np.polyfit(np.log(sizes[2:]), np.log(np.median(rows[2:, :, 1], axis=1)), 1)[0]
    return Picture(
        fig, data={"sizes": sizes, "rows": rows}, settings={"n": N, "eps": EPS, "a": SHOWN, "matrices": count},
        numbers={"shown": SHOWN, "count": count, "right": rows[:, :, 0].max()},
        shows={"(H + Hᵀ)θ is the gradient": rows[:, :, 0].max() < 1e-7,
               "2Hθ errs as the asymmetry": abs(slope - 1) < 0.1},
        claims={"∇(θᵀHθ) = 2Hθ (lecture), for any H":
                Claim.over(rows[:, :, 1] < 1e-7, f"matrices of asymmetry {sizes[0]:.0e} to 1")})
