"""Who arrives first depends on the learning rate
Steps until a run stays within {near} of the lowest minimum, over learning rates, from (2, −2) on Beale's function and from (2.9, 1.5) on the second
surface; a gap is a rate at which it does not get there in {steps} steps. At the best rate of each, RMSProp with momentum needs {best_p[0]} and {best_p[1]}
steps, RMSProp {best[0]} and {best[1]}, Adam {best_adam[0]} and {best_adam[1]}. Over the rates at which both arrive, Adam needs {ratio[0]:.2f} and {ratio[1]:.2f} times as
many steps as RMSProp, in the geometric mean.
"""
import numpy as np

from minnet import minimize, plotting, problems
from minnet.gallery import Picture
from minnet.optim import Adagrad, Adam, RMSProp
from minnet.plotting import style

ROWS = "S2-21, S2-25"
ORDER = 3
ALT = ("Two panels, one a surface: the number of steps to the minimum against the learning rate on logarithmic scales for Adagrad, RMSProp, "
       "RMSProp with momentum and Adam; the curves fall to the right until a method no longer arrives.")
NEAR, STEPS = 0.05, 10_000
METHODS = {"adagrad": lambda lr: Adagrad(lr), "rmsprop": lambda lr: RMSProp(lr), "rmsprop+p": lambda lr: RMSProp(lr, momentum=0.9),
           "adam": lambda lr: Adam(lr, beta2=0.99)}
SURFACES = {"Beale's function": (problems.beale(), (2.0, -2.0)), "the second surface": (problems.lecture_surface(), (2.9, 1.5))}


def arrival(f, start, method, steps):
    """Steps after which the run stays near the lowest minimum; nan if it never does."""
    path = minimize(f, start, method, max_iter=steps, gtol=1e-6, record=["x"]).history["x"]
    away = np.flatnonzero(np.linalg.norm(path - f.minima[0][0], axis=1) > NEAR)
    return away[-1] + 1 if away[-1] + 1 < len(path) else np.nan


@style
def picture(fast):
    rates, steps = (np.array([3e-3, 1e-2, 1.0]), 3500) if fast else (np.geomspace(1e-3, 1, 13), STEPS)
    counts = {surface: {name: np.array([arrival(f, start, make(lr), steps) for lr in rates]) for name, make in METHODS.items()}
              for surface, (f, start) in SURFACES.items()}
    fig, axes = plotting.subplots(1, 2, 9.0, 4.0)
    for ax, (surface, series) in zip(axes, counts.items()):
        for (name, values), marker in zip(series.items(), "^vDo"):
            ax.plot(rates, values, marker=marker, markersize=4, label=name)
        ax.set(xscale="log", yscale="log", xlabel="learning rate ε", ylabel="steps to the minimum", title=surface)
    fig.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=4, handlelength=3.2)
    best = {name: [int(np.nanmin(series[name])) for series in counts.values()] for name in METHODS}
    ratio = [np.exp(np.nanmean(np.log(series["adam"] / series["rmsprop"]))) for series in counts.values()]
    return Picture(fig, data={"rates": rates, "counts": counts}, settings={"rates": rates, "max_iter": steps},
                   numbers={"near": NEAR, "steps": f"{steps:,}", "best": best["rmsprop"], "best_p": best["rmsprop+p"],
                            "best_adam": best["adam"], "ratio": ratio},
                   shows={"every method arrives on both surfaces at some rate": all(min(found) > 0 for found in best.values())},
                   claims={"RMSProp with momentum gets to the optimum more quickly than all others, each at its best rate":
                           all(best["rmsprop+p"][i] == min(found[i] for found in best.values()) for i in (0, 1)),
                           "Adam is just slightly slower than RMSProp, by a quarter at most": all(1 <= factor <= 1.25 for factor in ratio)})
