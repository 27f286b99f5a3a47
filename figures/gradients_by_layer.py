"""Vanishing gradients: what the start weights, the activation and the depth make of them
The size of the gradient with respect to each layer's weights at the start of training, in networks of {depth} hidden
layers of {width} units: medians over {seeds} start weights with the middle half. Left: tanh units with four ways to
draw the weights. Those of the NNDL notebook, of variance 1/(jk), shrink what goes forward and what comes back alike,
so that all layers get next to nothing, the first one {notebook}; with Glorot's it gets {glorot}. Middle: four
activations, each with the weights that are made for it, over the gradient of the last layer: of that, sigmoid units,
whose slope is at most a quarter, leave the first layer {sigmoid}. Right: the same for the first layer, against the
depth. Weights, activation and depth are remedies of architecture. Weight decay is none here: after {steps} steps of
gradient descent with l2 = {l2:g} the first layer of the sigmoid network gets {decay_gain:.2f} times the share that it
gets without, in the median.
"""
from __future__ import annotations

import numpy as np

from minnet import MLP, Objective, datasets, minimize, plotting
from minnet.gallery import Claim, Picture
from minnet.optim import GradientDescent
from minnet.plotting import style

from ._words import power

SOURCES = "lecture: Challenges in gradient descent"
ORDER = (1, 3)
ALT = ("Three panels on logarithmic scales: relative gradient norms by layer for four ways to draw start weights, the "
       "same for four activations, and that of the first layer against depth; some stay level and some fall by many "
       "powers of ten towards the first layer.")
DEPTH, WIDTH, DEPTHS, L2, STEPS = 12, 16, (2, 4, 6, 8, 10, 12), 1e-2, 20
SCHEMES = ("notebook", "sparse", "lecun", "glorot")
FITTED = {"sigmoid": "glorot", "tanh": "glorot", "softplus": "he", "relu": "he"}


def norms(f: Objective, theta: np.ndarray) -> np.ndarray:
    """‖∂L/∂W‖ of each layer."""
    return np.array([np.linalg.norm(W) for W, _ in f.net.unpack(f.gradient(theta))])


def sizes(activation: str, scheme: str, depth: int, seeds: int) -> np.ndarray:
    """Norms of the layers (seeds, depth + 1) at start weights."""
    f = objective(activation, depth)
    return np.array([norms(f, f.net.init(scheme, rng=seed)) for seed in range(seeds)])


def share(rows: np.ndarray) -> np.ndarray:
    """Of the last layer's."""
    return rows / rows[:, -1:]


def objective(activation: str, depth: int, l2: float = 0.0) -> Objective:
    data = datasets.two_moons(100, 0.2, rng=0)
    return Objective(MLP([2, *[WIDTH] * depth, 1], activation), data.X, data.y, "binary_crossentropy", l2=l2)


def trained_share(l2: float, seed: int) -> float:
    """What the first layer of the sigmoid network gets of the loss's own gradient after some steps."""
    start = objective("sigmoid", DEPTH).net.init(rng=seed)
    theta = minimize(objective("sigmoid", DEPTH, l2), start, GradientDescent(0.1), max_iter=STEPS, gtol=0).x
    found = norms(objective("sigmoid", DEPTH), theta)
    return found[0] / found[-1]


@style
def picture(fast: bool) -> Picture:
    seeds = 5 if fast else 20
    by_scheme = {scheme: sizes("tanh", scheme, DEPTH, seeds) for scheme in SCHEMES}
    by_activation = {f"{name}, {scheme}": share(sizes(name, scheme, DEPTH, seeds)) for name, scheme in FITTED.items()}
    by_depth = {f"{name}, {scheme}": np.array([share(sizes(name, scheme, depth, seeds))[:, 0] for depth in DEPTHS])
                for name, scheme in FITTED.items()}
    decayed, plain = (np.array([trained_share(l2, seed) for seed in range(seeds)]) for l2 in (L2, 0.0))
    fig, (left, middle, right) = plotting.subplots(1, 3, 9.8, 4.2)
    layers = np.arange(1, DEPTH + 2)
    panels = ((left, by_scheme, layers, "tanh units"), (middle, by_activation, layers, "four activations"),
              (right, by_depth, DEPTHS, "the first layer against depth"))
    for ax, found, x, title in panels:
        for number, (name, rows) in enumerate(found.items()):
            low, median, high = np.quantile(rows, (0.25, 0.5, 0.75), axis=1 if ax is right else 0)
            look = {"color": ("C4", "C5", "C6", "C1")[number] if ax is left else f"C{number}"}     # tanh, glorot: C1
            ax.semilogy(x, median, marker="osv^"[number], markersize=4, label=name, **look)
            ax.fill_between(x, low, high, alpha=0.2, linewidth=0, **look)
        ax.set(title=title, xlabel="hidden layers" if ax is right else "layer, from the input")
        if ax is not right:
            ax.legend(loc="center right" if ax is left else "lower right", handlelength=3)
    left.set_ylabel("size of the gradient")
    middle.set_ylabel("size over that of the last layer")
    first = {name: np.median(rows[:, 0]) for name, rows in (by_scheme | by_activation).items()}
    kept = {name: rows[:, 0] > 0.1 for name, rows in by_activation.items()}
    return Picture(
        fig, data={"schemes": by_scheme, "activations": by_activation, "depths": by_depth, "decay": (decayed, plain)},
        settings={"hidden layers": DEPTH, "width": WIDTH, "seeds": seeds, "l2": L2, "data": "two moons, 100 points"},
        numbers={"depth": DEPTH, "width": WIDTH, "seeds": seeds, "notebook": power(first["notebook"]),
                 "sigmoid": power(first["sigmoid, glorot"]), "l2": L2, "steps": STEPS, "glorot": power(first["glorot"]),
                 "decay_gain": np.median(decayed) / np.median(plain)},
        shows={"the notebook's weights and sigmoid units leave the first layer next to nothing":
               first["notebook"] < 1e-4 and first["sigmoid, glorot"] < 1e-4,
               "Glorot's weights leave the first layer a gradient of size": first["glorot"] > 1e-2},
        claims={"architectural decisions can deal with vanishing gradients: with rectified units and He's weights the "
                "first layer gets a tenth of the last one's gradient or more":
                Claim.over(kept["relu, he"], "start weights", needed=0.9),
                "appropriate regularisation can deal with them: weight decay makes the first layer's share ten times "
                "as large":
                Claim.over(decayed > 10 * plain, "start weights, sigmoid units")})
