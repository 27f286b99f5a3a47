"""Is Adam robust to its hyperparameters? Rates at which each method trains
Left: the loss of a 2-8-1 network on two moons after {steps} full steps, the median of {seeds} start weights with the
middle half, against the learning rate, for five methods with their usual constants. The methods that scale each
coordinate work at other rates than the others, and the width of a valley is how robust a method is: within {factor:g}
times the lowest median loss of all, Adam works over {width_adam:.1f} decades of ε, gradient descent over
{width_gd:.1f}, momentum {width_momentum:.1f}, RMSProp {width_rmsprop:.1f} and Adagrad {width_adagrad:.1f}. Right:
Adam's median loss at ε = {at} over its decays β₁ and β₂: from {lowest:.3f} to {highest:.3f}, {within} of {cells} pairs
within {factor:g} times the lowest of all. One small network: what this says is of such tasks, not of all.
"""
from __future__ import annotations

import numpy as np

from minnet import MLP, Objective, datasets, minimize, plotting
from minnet.gallery import Claim, Picture
from minnet.optim import Adagrad, Adam, GradientDescent, Momentum, RMSProp
from minnet.plotting import style

from ._words import power

SOURCES = "lecture: Adam"
ORDER = (3, 21)
ALT = ("Left: five curves of the loss against the learning rate on logarithmic scales, each a valley; those of Adam, "
       "RMSProp and Adagrad and those of gradient descent and momentum lie at different rates. Right: a table of "
       "Adam's loss over its two decays.")
METHODS = {"gradient descent": GradientDescent, "momentum": Momentum, "Adagrad": Adagrad, "RMSProp": RMSProp,
           "Adam": Adam}
FACTOR = 2.0
BETA_1, BETA_2 = (0.0, 0.5, 0.9, 0.99), (0.9, 0.99, 0.999)


def losses(method, f, starts, steps: int) -> np.ndarray:
    """The loss after the steps from each start; inf where the run diverged."""
    ends = [minimize(f, theta, method, max_iter=steps, gtol=0).history["value"][-1] for theta in starts]
    return np.where(np.isfinite(ends), ends, np.inf)


@style
def picture(fast: bool) -> Picture:
    data = datasets.two_moons(100, 0.2, rng=0)
    f = Objective(MLP([2, 8, 1]), data.X, data.y, "binary_crossentropy", l2=1e-3)
    seeds, steps = (3, 40) if fast else (7, 150)
    starts = [f.net.init(rng=seed) for seed in range(seeds)]
    a_decade = 1 if fast else 2
    rates = np.logspace(-4, 2, 6 * a_decade + 1)
    found = {name: np.array([losses(make(lr), f, starts, steps) for lr in rates]) for name, make in METHODS.items()}
    medians = {name: np.median(rows, axis=1) for name, rows in found.items()}
    bound = FACTOR * min(median.min() for median in medians.values())
    width = {name: (median <= bound).sum() / a_decade for name, median in medians.items()}
    at = rates[medians["Adam"].argmin()]
    decays = np.array([[np.median(losses(Adam(at, beta1, beta2), f, starts, steps)) for beta2 in BETA_2]
                       for beta1 in BETA_1])
    fig, (left, right) = plotting.subplots(1, 2, 9.5, 4.1)
    for (name, rows), marker in zip(found.items(), "osv^D"):
        low, high = (np.minimum(np.quantile(rows, q, axis=1, method="nearest"), 9) for q in (0.25, 0.75))
        look = plotting.look_of(name)
        left.loglog(rates, np.minimum(medians[name], 9), **look, marker=marker, markersize=4.5, label=name)
        left.fill_between(rates, low, high, color=look["color"], alpha=0.15, linewidth=0)
    left.axhline(bound, color="0.4", linewidth=0.9, linestyle=":")
    left.set(xlabel="learning rate ε", ylabel=f"loss after {steps} steps", ylim=(None, 3),
             title=f"five methods; dotted: {FACTOR:g} times the lowest")
    right.imshow(np.log(decays), cmap="viridis_r", aspect="auto")
    for i, j in np.ndindex(*decays.shape):
        dark = np.log(decays[i, j] / decays.min()) > 0.5 * np.log(decays.max() / decays.min())
        right.text(j, i, f"{decays[i, j]:.3f}", ha="center", va="center", color="white" if dark else "black")
    right.set_xticks(range(len(BETA_2)), [f"{beta:g}" for beta in BETA_2])
    right.set_yticks(range(len(BETA_1)), [f"{beta:g}" for beta in BETA_1])
    right.set(xlabel="β₂", ylabel="β₁", title=f"Adam's loss at ε = {power(at)}")
    right.grid(False)
    fig.legend(*left.get_legend_handles_labels(), loc="outside lower center", ncols=5, handlelength=3)
    others = [width[name] for name in METHODS if name != "Adam"]
    return Picture(
        fig, data={"rates": rates, "medians": medians, "width": width, "decays": decays, "bound": bound},
        settings={"rates": rates, "seeds": seeds, "max_iter": steps, "methods": {n: repr(m()) for n,
                                                                                 m in METHODS.items()}},
        numbers={"steps": steps, "seeds": seeds, "factor": FACTOR, "at": power(at), "lowest": decays.min(),
                 "highest": decays.max(), "within": int((decays <= bound).sum()), "cells": decays.size,
                 "width_gd": width["gradient descent"],
                 **{f"width_{name.lower()}": w for name, w in width.items() if name != "gradient descent"}},
        shows={"every method trains at some rate": all(w > 0 for w in width.values()),
               "no method trains at every rate": all(w * a_decade < len(rates) for w in width.values())},
        claims={"Adam is robust to the learning rate: it trains over as many decades of it as any other method":
                Claim.over([width["Adam"] >= other for other in others], "other methods, on one task"),
                "Adam is robust to its decays: it trains with each pair of them, at its best rate":
                Claim.over(decays <= bound, "pairs of decays")})
