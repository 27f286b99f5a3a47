"""A race in a valley: zigzag, momentum and Newton's one step
Left: on a quadratic with κ = {kappa:g}, gradient descent at its best rate, 2/(λmin + λmax), zigzags between the walls;
momentum with ε = 1/λmax and α = (1 − 1/√κ)² swings less and gets along the floor; Newton's step goes straight to the
minimum, however narrow the valley. Right: the value over the first one, the median and the middle half of {count}
starts on a circle. To a value {target} of the first, gradient descent takes {gd:.0f} steps in the median, momentum
{momentum:.0f}, Newton {newton:.0f}. From {share:.0%} of the starts gradient descent takes more than {many} steps.
"""
from __future__ import annotations

import numpy as np

from minnet import minimize, plotting, problems
from minnet.gallery import Claim, Picture
from minnet.optim import GradientDescent, Momentum, UndampedNewton
from minnet.plotting import style

from ._words import power

SOURCES = "notebook: Introduction, Improvement over first order"
ORDER = (4, 3)
ALT = ("A narrow elliptic valley with three paths from one start: a zigzag, a curve and one straight step to the "
       "minimum; beside it the value against steps, slow for gradient descent, quicker for momentum, done in one step "
       "for Newton.")
KAPPA, TARGET, MANY = 50.0, 1e-6, 30
START = (1.0, 0.32)


def methods(kappa: float) -> dict[str, object]:
    """Each with constants for a quadratic of eigenvalues from 1 to κ."""
    return {"gradient descent": GradientDescent(2 / (1 + kappa)),
            "momentum": Momentum(1 / kappa, momentum=(1 - kappa**-0.5)**2),
            "Newton": UndampedNewton()}


@style
def picture(fast: bool) -> Picture:
    f, steps, count = problems.quadratic([1.0, KAPPA]), 250, 12 if fast else 60
    angles = 2 * np.pi * (np.arange(count) + 0.5) / count
    starts = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    shown, values = {}, {}
    for name, method in methods(KAPPA).items():
        shown[name] = minimize(f, START, method, max_iter=60, gtol=0, record=["x"])
        values[name] = np.array([_relative(minimize(f, x, method, max_iter=steps, gtol=0), steps) for x in starts])
    fig, (left, right) = plotting.subplots(1, 2, 9.5, 3.9)
    X, Y = np.meshgrid(np.linspace(-0.5, 1.2, 160), np.linspace(-0.5, 0.5, 160))
    left.contour(X, Y, f.on_grid(X, Y), levels=KAPPA**0.5 * np.linspace(0.1, 1.1, 6)**2 / 2, colors="0.7",
                 linewidths=0.7)
    for (name, run), marker in zip(shown.items(), "o^s"):
        look = plotting.look_of(name) | {"marker": marker, "markersize": 4}
        left.plot(*run.history["x"].T, linewidth=1.1, **look, label=name)
        low, middle, high = (np.quantile(values[name], q, axis=0) for q in (0.25, 0.5, 0.75))
        right.plot(np.maximum(middle, 1e-18), **look, markevery=25)
        right.fill_between(np.arange(steps + 1), np.maximum(low, 1e-18), np.maximum(high, 1e-18), color=look["color"],
                           alpha=0.2, linewidth=0)
    left.plot(*START, "o", color="black", markersize=6)
    left.plot(0, 0, "+", color="black", markersize=11)
    left.set(xlim=(-0.5, 1.2), ylim=(-0.5, 0.5), xlabel="x₁", ylabel="x₂", title=f"three paths, κ = {KAPPA:g}")
    left.grid(False)
    right.set(yscale="log", ylim=(1e-14, 3), xlabel="steps", ylabel="value / first value", title=f"{count} starts")
    fig.legend(*left.get_legend_handles_labels(), loc="outside lower center", ncols=3, handlelength=3)
    needed = {name: (rows > TARGET).sum(axis=1) for name, rows in values.items()}
    swings = np.diff(np.sign(shown["gradient descent"].history["x"][:, 1])) != 0
    return Picture(
        fig, data={"needed": needed, "shown": {name: run.history["x"] for name, run in shown.items()}},
        settings={"kappa": KAPPA, "start": START, "starts": count}, runs=shown,
        numbers={"kappa": KAPPA, "count": count, "target": power(TARGET), "gd": np.median(needed["gradient descent"]),
                 "momentum": np.median(needed["momentum"]), "newton": np.median(needed["Newton"]), "many": MANY,
                 "share": (needed["gradient descent"] > MANY).mean()},
        shows={"gradient descent swings from wall to wall": bool(swings[:15].all()),
               "Newton is there in one step": needed["Newton"].max() == 1,
               "momentum is quicker than gradient descent in the median":
                   np.median(needed["momentum"]) < np.median(needed["gradient descent"])},
        claims={"first-order methods are slow where the curvature differs (notebook)":
                Claim.over(np.minimum(needed["gradient descent"], needed["momentum"]) > 10 * needed["Newton"],
                           "starts"),
                "Newton's step avoids oscillation in a valley (notebook)": Claim.over(needed["Newton"] == 1, "starts")})


def _relative(run, steps):
    """Values over the first (steps + 1,); a run that has ended stays where it is."""
    values = run.history["value"] / run.history["value"][0]
    return np.concatenate([values, np.full(steps + 1 - len(values), values[-1])])
