"""Flat and sharp basins: which local optimum does a method find?
What kind of optima does momentum find, the UCLA lecture on optimisation asks. Two hollows of equal depth, one sharp
(curvature {sharp:.1f}) and one flat ({flat:.1f}). From {starts:,} starts gradient descent at ε = {small} ends in the
flat one in {share_small:.0%} of cases: wherever the slope leads. At ε = {large} it cannot rest in the sharp one, whose
limit 2/λmax is {limit:.2f}: {share_large:.0%}. Momentum (ε = {small}, α = {alpha}) rolls through a narrow hollow and
finds the flat one from {share_momentum:.0%}, and gradients with noise of deviation {noise} at ε = {small}, annealed to
0, from {share_noise:.0%}. At the end {rest:.0%} of the noisy runs were near neither. So momentum does tend to the flat
optimum here, by {gain:.0f} points more than gradient descent, but what keeps a method out of the sharp one altogether
is a step too long for it.
"""
import numpy as np

from minnet import Function, minimize, plotting
from minnet.gallery import Picture
from minnet.optim import GradientDescent, Momentum
from minnet.optim.schedules import Cosine
from minnet.plotting import style

SOURCES = "lecture: Momentum"
ORDER = (3, 20)
ALT = ("Four maps of starting points, light where a run ends in the flat minimum and dark where in the sharp one: a "
       "dark region about the sharp minimum for gradient descent, smaller and torn for momentum, none for a large "
       "learning rate, blurred for noisy gradients.")
C = np.array([[-1.2, 0.0], [1.6, 0.0]])
S = np.array([0.35, 1.1])
DEPTH = np.array([1.0715, 1.2])
SLOPE = 0.25
KEYS = ({"marker": "o", "color": "black", "label": "flat minimum"},
        {"marker": "^", "color": "white", "markeredgecolor": "black", "label": "sharp minimum"},
        {"marker": "s", "color": "0.94", "markeredgecolor": "black", "markeredgewidth": 0.5,
         "label": "starts that end in the flat one"},
        {"marker": "s", "color": "#2676b8", "label": "in the sharp one"},
        {"marker": "s", "color": "#93c3df", "label": "in neither"})
SMALL, LARGE, ALPHA, NOISE, SEED = 0.03, 0.8, 0.9, 4.0, 0


@style
def picture(fast: bool) -> Picture:
    side, steps = (31 if fast else 61), 2000
    grid = np.linspace(-3, 3, side)
    starts = np.array(np.meshgrid(grid, grid)).reshape(2, -1)
    f = Function(_value, _gradient, name="flat and sharp")
    rng = np.random.default_rng(SEED)
    noisy = Function(_value, lambda x: _gradient(x) + NOISE * rng.standard_normal(len(x)), name="flat and sharp, noisy")
    methods = {f"gradient descent, ε = {SMALL}": (f, GradientDescent(SMALL)),
               f"gradient descent, ε = {LARGE}": (f, GradientDescent(LARGE)),
               f"momentum, ε = {SMALL}, α = {ALPHA}": (f, Momentum(SMALL, ALPHA)),
               f"noisy gradients, ε = {SMALL} → 0": (noisy, GradientDescent(Cosine(SMALL, steps)))}
    runs = {name: minimize(function, starts.ravel(), method, max_iter=steps, gtol=0)
            for name, (function, method) in methods.items()}
    minima = {name: minimize(f, centre, Momentum(SMALL, ALPHA), max_iter=2000).x
              for name, centre in zip(("sharp", "flat"), C)}
    ends = {name: run.x.reshape(2, -1) for name, run in runs.items()}
    in_flat = {name: np.linalg.norm(x - minima["flat"][:, None], axis=0) < 0.5 for name, x in ends.items()}
    in_sharp = {name: np.linalg.norm(x - minima["sharp"][:, None], axis=0) < 0.25 for name, x in ends.items()}
    share = {name: inside.mean() for name, inside in in_flat.items()}
    curvature = {name: A / S[i]**2 + SLOPE for i, (name, A) in enumerate(zip(("sharp", "flat"), DEPTH))}
    X, Y = starts.reshape(2, side, side)
    fig, axes = plotting.subplots(2, 2, 8.6, 6.4)
    for ax, name in zip(axes.flat, runs):
        where = np.where(in_flat[name], 0.0, np.where(in_sharp[name], 1.0, 0.5)).reshape(side, side)
        ax.pcolormesh(X, Y, where, cmap="Blues", vmin=-0.1, vmax=1.4, shading="nearest", rasterized=True)
        ax.contour(X, Y, _value(starts.ravel(), each=True).reshape(side, side), levels=8, colors="0.35", linewidths=0.6,
                   linestyles="-")
        ax.plot(*minima["flat"], "o", color="black", markersize=7)
        ax.plot(*minima["sharp"], "^", color="white", markeredgecolor="black", markersize=8)
        ax.grid(False)
        flat, sharp = 100 * share[name], 100 * in_sharp[name].mean()
        ax.set(title=f"{name}: {flat:.0f} % flat, {sharp:.0f} % sharp", aspect="equal")
    for ax in axes[1]:
        ax.set_xlabel("x₁ at the start")
    for ax in axes[:, 0]:
        ax.set_ylabel("x₂ at the start")
    handles = [axes[0, 0].plot([], [], linestyle="none", **look)[0] for look in KEYS]
    fig.legend(handles=handles, loc="outside lower center", ncols=5)
    plain, large, heavy, shaken = share.values()
    return Picture(
        fig,
        numbers={**curvature, "starts": side**2, "small": SMALL, "large": LARGE, "alpha": ALPHA, "noise": NOISE,
                 "limit": 2 / curvature["sharp"], "share_small": plain, "share_large": large, "share_momentum": heavy,
                 "share_noise": shaken,
                 "rest": 1 - shaken - in_sharp[list(runs)[-1]].mean(), "gain": 100 * (heavy - plain)},
        settings={"centres": C, "widths": S, "depths": DEPTH, "seed": SEED}, runs=runs,
        shows={"both minima are equally deep": abs(np.ptp([f.value(x) for x in minima.values()])) < 0.02,
               "gradient descent finds the sharp one from some starts": plain < 0.9,
               "a rate above the sharp one's limit always leaves it": large == 1,
               "momentum finds the flat one more often": heavy > plain + 0.03},
        data={"ends": ends, "share": share, "minima": minima, "f": f})


def _value(x, each=False):
    """Σ over points x = (all x₁, all x₂) of ½ SLOPE ‖x‖² − Σ A exp(−½ ‖x − c‖²/s²): each point goes its own way."""
    x = x.reshape(2, -1)
    values = SLOPE / 2 * (x**2).sum(0) - sum(_hollow(x, k) for k in (0, 1))
    return values if each else values.sum()


def _gradient(x):
    points = x.reshape(2, -1)
    return (SLOPE * points + sum(_hollow(points, k) * (points - C[k][:, None]) / S[k]**2 for k in (0, 1))).ravel()


def _hollow(x, k):
    return DEPTH[k] * np.exp(-((x - C[k][:, None])**2).sum(0) / 2 / S[k]**2)
