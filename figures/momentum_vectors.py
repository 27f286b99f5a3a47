"""One step of momentum and one of Nesterov's: where the gradient is taken
Both steps start at the same point with the same velocity v and add two vectors: αv, what is left of the old step, and
−ε times a gradient. Momentum takes the gradient where it stands; Nesterov first looks where αv leads, θ + αv, and
takes it there. Here the old velocity leads further up the wall of the valley, where the gradient points back more
strongly, so that Nesterov's step corrects it: the value after it is {f_nesterov:.2f}, after momentum's
{f_momentum:.2f}. The two gradients stand at {angle:.0f}° to one another. All vectors are those of the library's own
steps at ε = {lr}, α = {alpha}; without a velocity (α = 0) the two steps are the same.
"""
import numpy as np

from minnet import minimize, plotting, problems
from minnet.gallery import Picture
from minnet.optim import Momentum, Nesterov
from minnet.plotting import style

SOURCES = "lecture: Momentum, Nesterov momentum"
ORDER = (3, 3)
ALT = ("Two vector diagrams over the contours of a valley. Left: from one point the old velocity and the negative "
       "gradient at that point, and their sum, the step of momentum. Right: the old velocity first, then at its tip "
       "the negative gradient taken there, and the sum, the step of Nesterov's momentum, which ends nearer to the "
       "floor of the valley.")
LR, ALPHA, BEFORE = 0.11, 0.9, 2


@style
def picture(fast: bool) -> Picture:
    f = problems.Quadratic(np.array([0.6, 5.0]), _rotation(np.pi / 9), np.zeros(2), starts=[(-5.0, 1.2)])
    before = minimize(f, f.starts[0], Momentum(LR, ALPHA), max_iter=BEFORE, gtol=0, record=["x", "p"])
    x, p = before.history["x"][-1], before.history["p"][-1]
    methods = {"momentum": Momentum(LR, ALPHA), "Nesterov's momentum": Nesterov(LR, ALPHA, kind="lookahead")}
    ends = {name: method.step(f, x, {"t": BEFORE, "p": p})[0] for name, method in methods.items()}
    old = -LR * ALPHA * p
    pulls = {name: end - x - old for name, end in ends.items()}
    fig, axes = plotting.subplots(1, 2, 9.0, 4.3)
    fig.suptitle("One step from the same point with the same old velocity")
    held = np.array([x, x + old, *ends.values(), x + pulls["momentum"], [0, 0]])
    for ax, name in zip(axes, methods):
        _panel(ax, f, held, x, old, pulls[name], name)
    here, ahead = f.gradient(x), f.gradient(x + old)
    plain = {method.step(f, x, {"t": BEFORE, "p": 0 * p})[0].tobytes() for method in methods.values()}
    values = {name: f.value(end) for name, end in ends.items()}
    return Picture(
        fig,
        numbers={"f_momentum": values["momentum"], "f_nesterov": values["Nesterov's momentum"],
                 "lr": LR, "alpha": ALPHA,
                 "angle": np.degrees(np.arccos(here @ ahead / np.linalg.norm(here) / np.linalg.norm(ahead)))},
        settings={"start": f.starts[0], "steps before": BEFORE}, runs={"the steps before": before},
        shows={"momentum's pull is −ε∇f(θ)": np.allclose(pulls["momentum"], -LR * here, rtol=1e-12),
               "Nesterov's pull is −ε∇f(θ + αv)": np.allclose(pulls["Nesterov's momentum"], -LR * ahead, rtol=1e-12),
               "the step after Nesterov's look ahead is lower": values["Nesterov's momentum"] < values["momentum"],
               "without a velocity the steps agree": len(plain) == 1},
        data={"x": x, "old": old, "ends": ends, "pulls": pulls})


def _panel(ax, f, held, x, old, pull, name):
    """Old velocity, pull and their sum; Nesterov's pull starts at the point that it looks at."""
    tail = x if name == "momentum" else x + old
    low, high = held.min(0) - 0.45, held.max(0) + [0.9, 0.45]
    X, Y = np.meshgrid(np.linspace(low[0], high[0], 120), np.linspace(low[1], high[1], 120))
    Z = f.on_grid(X, Y)
    ax.contour(X, Y, Z, levels=np.linspace(0, np.sqrt(Z.max()), 16)[1:]**2, colors="0.8", linewidths=0.7,
               linestyles="-")
    ax.plot(0, 0, "+", color="black", markersize=11)
    if name == "momentum":
        for corner in (x + old, x + pull):
            ax.plot(*np.array([corner, x + old + pull]).T, color="0.45", linewidth=1.1, linestyle=":")
    _arrow(ax, x, old, "C0", "αv", (-6, -4), "right")
    _arrow(ax, tail, pull, "C1", "−ε∇f(θ)" if name == "momentum" else "−ε∇f(θ + αv)", (8, 4), "left")
    _arrow(ax, x, old + pull, "black", "new v", (6, 6), "left")
    ax.plot(*x, "o", color="black", markersize=6, zorder=6)
    ax.annotate("θ", x, xytext=(-8, 2), textcoords="offset points", ha="right", fontsize=11)
    ax.grid(False)
    ax.set(title=f"{name}: v ← αv − ε∇f({'θ' if name == 'momentum' else 'θ + αv'})", xlabel="θ₁", ylabel="θ₂",
           xlim=(low[0], high[0]), ylim=(low[1], high[1]), aspect="equal")


def _arrow(ax, tail, vector, color, label, offset, side):
    ax.annotate("", tail + vector, tail, zorder=5,
                arrowprops={"arrowstyle": "-|>", "color": color, "linewidth": 2.2, "mutation_scale": 15, "shrinkA": 0,
                            "shrinkB": 0})
    ax.annotate(label, tail + 0.55 * vector, xytext=offset, textcoords="offset points", ha=side, color=color,
                fontsize=10,
                zorder=7,
                bbox={"facecolor": "white", "alpha": 0.8, "edgecolor": "none", "pad": 1})


def _rotation(angle):
    return np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
