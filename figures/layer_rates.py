"""A learning rate for each layer: what the notebook wrote and did not use
The NNDL notebook has a function that multiplies each layer's gradient by ε times the variance of its start weights,
1/(jk) for a layer from j to k units, and never calls it. Left: the loss of its 2-3-1 network after {steps} steps of
gradient descent against ε, with that rate by layer and with one rate for all, medians over {seeds} seeds of data and
weights with the middle half. Both layers' factors, {first:.3g} and {second:.3g}, shrink the step, so the rate by layer
wants a larger ε: {best_layers} against {best_one}. Right: the loss of each seed, each way at its own best ε of the
grid. The rate by layer ends lower on {share:.0%} of the seeds, and the medians are {median_layers:.1f} and
{median_one:.1f}: a rate of its own for each layer is a diagonal change of scale, and this one knows nothing of the
curvature.
"""
from __future__ import annotations

import numpy as np

from minnet import Function, datasets, minimize, plotting
from minnet.gallery import Claim, Picture
from minnet.notebook import notebook_objective
from minnet.optim import GradientDescent
from minnet.plotting import style

from ._words import power

SOURCES = "notebook: code"
ORDER = (3, 9)
ALT = ("Left: two valleys of the loss against the learning rate on a logarithmic scale, that of the rate by layer "
       "farther to the right. Right: a scatter of points about the diagonal, one a seed.")
VARIANCES = (1 / 6, 1 / 3)                   # 1/(jk) of the layers 2 → 3 and 3 → 1
SCALE = np.sqrt(np.repeat(VARIANCES, (9, 4)))


def by_layer(f) -> Function:
    """f(S z) for a diagonal S: a step of gradient descent in z is one in θ = S z with the rate ε S² by coordinate."""
    return Function(lambda z: f.value(SCALE * z), lambda z: SCALE * f.gradient(SCALE * z), n=f.n)


def losses(rates, seeds: int, steps: int) -> dict[str, np.ndarray]:
    """The loss after the steps (rates, seeds), for both ways; the start's where the run diverged."""
    found = {"one rate for all": [], "a rate by layer": []}
    for seed in range(seeds):
        f, theta = notebook_objective(seed), datasets.notebook_start(seed)
        for name, g, x in (("one rate for all", f, theta), ("a rate by layer", by_layer(f), theta / SCALE)):
            ends = [minimize(g, x, GradientDescent(lr), max_iter=steps, gtol=0).history["value"][-1] for lr in rates]
            found[name].append(np.where(np.isfinite(ends), ends, f.value(theta)))
    return {name: np.array(rows).T for name, rows in found.items()}


@style
def picture(fast: bool) -> Picture:
    seeds, steps = (6, 60) if fast else (20, 200)
    rates = np.logspace(-2, 0, 5 if fast else 9)
    found = losses(rates, seeds, steps)
    fig, (left, right) = plotting.subplots(1, 2, 9.5, 4.0)
    for number, (name, rows) in enumerate(found.items()):
        low, middle, high = np.quantile(rows, (0.25, 0.5, 0.75), axis=1)
        left.semilogx(rates, middle, color=f"C{number}", marker="os"[number], markersize=5, label=name)
        left.fill_between(rates, low, high, color=f"C{number}", alpha=0.2, linewidth=0)
    left.set(yscale="log", xlabel="learning rate ε", ylabel=f"loss after {steps} steps", title=f"{seeds} seeds")
    left.legend(loc="upper left")
    one, layers = (rows.min(axis=0) for rows in found.values())
    top = 1.05 * max(one.max(), layers.max())
    right.plot([0, top], [0, top], color="0.5", linewidth=0.8, linestyle="-")
    right.plot(one, layers, "o", color="C2", markersize=5, linestyle="none")
    right.set(xlabel="loss, one rate for all, at its best ε", ylabel="loss, a rate by layer, at its best ε",
              xlim=(0, top), ylim=(0, top), title="each point a seed")
    medians = {name: np.median(rows, axis=1) for name, rows in found.items()}
    best = {name: rates[middle.argmin()] for name, middle in medians.items()}
    return Picture(
        fig, data={"rates": rates, "found": found}, settings={"seeds": seeds, "steps": steps, "rates": rates},
        numbers={"steps": steps, "seeds": seeds, "first": VARIANCES[0], "second": VARIANCES[1],
                 "best_one": power(best["one rate for all"]), "best_layers": power(best["a rate by layer"]),
                 "share": (layers < one).mean(), "median_one": np.median(one), "median_layers": np.median(layers)},
        shows={"the rate by layer wants no smaller ε": best["a rate by layer"] >= best["one rate for all"]},
        claims={"a rate times the variance of each layer's weights trains better than one rate, each at its best":
                Claim.over(layers < one, "seeds of data and weights", needed=0.75)})
