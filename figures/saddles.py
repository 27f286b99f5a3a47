"""Saddles: they attract Newton's plain step and repel methods that see curvature's sign
Himmelblau's function near its saddle at ({s1:.3f}, {s2:.3f}), from a start {offset:g} off the axis that leads down
into it, where the Hessian has the eigenvalues {low:.0f} and {high:.0f}. Along the eigenvector of the negative one the
undamped Newton step moves by {newton:+.5f} where −g has {descent:+.3f}: uphill, and the run ends at the saddle after
{n_newton} steps, value {value:.1f}. Gradient descent comes as near as {near:.2g} and creeps: it takes {n_gd} steps to
be {away} away. Saddle-free Newton, which divides by |λ|, takes {n_sfn}, and the trust region, which follows negative
curvature to its boundary, {n_tr}. Both end at a minimum.
"""
import numpy as np

from minnet import curvature, minimize, plotting, problems
from minnet.gallery import Claim, Picture
from minnet.optim import GradientDescent, SaddleFreeNewton, TrustRegion, UndampedNewton

SOURCES = "lecture: Newton's method; notebook: Saddle points"
ORDER = (10, 1)
ALT = ("Four paths from one point near a saddle over contours: one stops at the saddle, one bends slowly away past "
       "it, two leave it quickly for a minimum; beside them the value against evaluations, one level at the saddle's "
       "value and three falling.")

SADDLE, ALONG, OFFSET, AWAY = 1, 0.6, 0.001, 0.7
METHODS = {"undamped Newton": UndampedNewton(), "gradient descent": GradientDescent(0.005),
           "saddle-free Newton": SaddleFreeNewton(), "trust region": TrustRegion()}


def picture(fast: bool) -> Picture:
    f = problems.himmelblau()
    s = f.saddles[SADDLE]
    _, Q = np.linalg.eigh(f.hessian(s))
    start = s + ALONG * Q[:, 1] + OFFSET * Q[:, 0]
    runs = {name: minimize(f, start, method, max_iter=400, gtol=1e-8, record=["x"]) for name, method in METHODS.items()}
    plain = runs["undamped Newton"].history["x"]
    lam, g, step = curvature.step_in_eigenbasis(f, start, plain[1] - plain[0])
    distances = {name: np.linalg.norm(run.history["x"] - s, axis=1) for name, run in runs.items()}
    ends = {name: curvature.certificate(f, run.history["x"][-1]).kind for name, run in runs.items()}
    steps = {name: int(np.argmax(distance > AWAY)) for name, distance in distances.items()}
    fig = plotting.trajectory(f, runs, "Near a saddle of Himmelblau's function", frame=((2.2, 4.6), (-2.9, 2.6)))
    fig.axes[0].plot(*s, "X", color="black", markersize=8, zorder=7)
    fig.axes[0].annotate("saddle", s, xytext=(12, -16), textcoords="offset points", fontsize=8, zorder=7,
                         bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.5})
    fig.axes[0].annotate("start", start, xytext=(-27, -3), textcoords="offset points", fontsize=8)
    return Picture(
        fig, numbers={"s1": s[0], "s2": s[1], "offset": OFFSET, "low": lam[0], "high": lam[1], "newton": step[0],
                      "descent": -g[0], "n_newton": runs["undamped Newton"].nit,
                      "value": runs["undamped Newton"].history["value"][-1],
                      "near": distances["gradient descent"].min(), "n_gd": steps["gradient descent"], "away": AWAY,
                      "n_sfn": steps["saddle-free Newton"], "n_tr": steps["trust region"]},
        settings={"start": start, "learning rate": 0.005}, runs=runs,
        shows={"undamped Newton ends at the saddle": ends["undamped Newton"] == "saddle",
               "saddle-free Newton and the trust region end at minima":
               ends["saddle-free Newton"] == ends["trust region"] == "strict minimum",
               "gradient descent takes longer to leave than both":
               steps["gradient descent"] > 2 * max(steps["saddle-free Newton"], steps["trust region"]) > 0},
        claims={"Newton's steps along eigenvectors of negative eigenvalues are gradient ascent steps (lecture)":
                Claim(lam[0] < 0 and step[0] * g[0] > 0, "one step near one saddle")},
        data={"paths": {name: run.history["x"] for name, run in runs.items()}, "saddle": s, "eigen": (lam, g, step)})
