"""Who arrives first depends on the learning rate
Steps until a run stays within {near} of the lowest minimum, over learning rates, for the seven methods of the UCLA
lecture on optimisation: on Beale's function from (2, −2) and from (−3, 3), and on the second surface from (2.9, 1.5). A
gap is a rate at which a method does not get there to stay in {steps} steps; what has no mark arrives at none of its
rates. At the best of its rates, from (2, −2), RMSProp with momentum needs {best_p[0]} steps, Adam {best_adam[0]} and
RMSProp {best[0]}; on the second surface RMSProp with momentum needs {best_p[2]}, Adam {best_adam[2]}, RMSProp {best[2]}
and Adagrad {best_adagrad[2]}: who is first is another one there. From (−3, 3) these arrive: {from_far}. Whether Adam is
slower than RMSProp depends on what counts as arrived: within {loose:g}, {near:g} and {tight:g} of the minimum, over the
rates at which both arrive, it needs {ratio[0]:.2f}, {ratio[1]:.2f} and {ratio[2]:.2f} times as many steps, in the
geometric mean.
"""
from __future__ import annotations

from functools import cache

import numpy as np

from minnet import plotting
from minnet.gallery import Claim, Picture
from minnet.plotting import style

from ._surfaces import BEALE, DESCENDING, LOWEST, MAKE, NAMES, NEAR, STARTS, STEPS, Floats, arrivals, rates_of
from ._words import listed

SOURCES = "lecture: RMSProp with momentum, Adam"
ORDER = (3, 13)
ALT = ("Three panels, one a surface and start: the number of steps to the minimum against the learning rate on "
       "logarithmic scales for seven methods; the curves fall to the right until a method no longer arrives. Beale's "
       "function from its second start has few marks, and on the second surface three methods have none.")
THRESHOLDS = (0.2, NEAR, 0.01)
PANELS = {"Beale, from (2, −2)": ("1", 0), "Beale, from (−3, 3)": ("1", 1), "second surface": ("2", 0)}
TARGETS = {"1": BEALE, "2": LOWEST}


@cache
def sweep(surface: str, name: str, fast: bool) -> tuple[Floats, Floats]:
    """(rates, steps to the lowest minimum (rates, thresholds, starts))."""
    quick = fast or (surface == "2" and name in DESCENDING)
    rates = rates_of(surface, name, 1 if quick else 2)[-1 if fast and name in DESCENDING else 0:]
    counts = [arrivals(surface, STARTS[surface], MAKE[name](lr), [TARGETS[surface]] * len(THRESHOLDS), THRESHOLDS,
                       SHORT if fast else STEPS) for lr in rates]
    return rates, np.array(counts)


@style
def picture(fast: bool) -> Picture:
    found = {surface: {name: sweep(surface, name, fast) for name in NAMES} for surface in TARGETS}
    near = THRESHOLDS.index(NEAR)
    fig, axes = plotting.subplots(1, 3, 9.8, 4.3)
    best = {name: [] for name in NAMES}
    for ax, (title, (surface, start)) in zip(axes, PANELS.items()):
        for name, look in zip(NAMES, plotting.looks_of(NAMES.values()).values()):
            rates, counts = found[surface][name]
            steps = counts[:, near, start]
            best[name].append(steps.min())
            ax.plot(rates, np.where(np.isfinite(steps), steps, np.nan), **look | {"markersize": 4.5})
        ax.set(xscale="log", yscale="log", xlabel="learning rate ε", title=title, xlim=(5e-6, 20), ylim=(10, 2e4))
    axes[0].set_ylabel("steps to the lowest minimum")
    fig.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=4, handlelength=3.2)
    counts = lambda name: ["no end of" if np.isinf(steps) else f"{int(steps):,}" for steps in best[name]]
    ratios = [np.concatenate([_ratios(found[surface], threshold) for surface in TARGETS]) for threshold in range(3)]
    first = [min(best, key=lambda name: best[name][panel]) for panel in range(len(PANELS))]
    arriving = [name for name in NAMES if best[name][1] < np.inf]
    return Picture(
        fig, data={"found": found, "best": best, "ratios": ratios},
        settings={"rates": {surface: {name: rates for name, (rates, _) in methods.items()}
                            for surface, methods in found.items()}, "max_iter": SHORT if fast else STEPS,
                  "near": THRESHOLDS},
        numbers={"near": NEAR, "steps": f"{SHORT if fast else STEPS:,}", "best": counts("rmsprop"),
                 "best_p": counts("rmsprop+p"),
                 "best_adam": counts("adam"), "best_adagrad": counts("adagrad"),
                 "from_far": listed([NAMES[name] for name in arriving]),
                 "loose": THRESHOLDS[0], "tight": THRESHOLDS[2],
                 "ratio": [np.exp(np.log(ratio).mean()) for ratio in ratios]},
        shows={"every adaptive method arrives on both surfaces at some rate": all(
                   best[name][panel] < np.inf for name in ("adagrad", "rmsprop", "rmsprop+p", "adam")
                   for panel in (0, 2)),
               "from (−3, 3) RMSProp with momentum is not the only one that arrives at some rate":
                   {"rmsprop+p", "adam"} <= set(arriving),
               "on the second surface the methods without a scale for each coordinate arrive at no rate": all(
                   np.isinf(best[name][2]) for name in ("gd", "gd+p", "gd+np"))},
        claims={"RMSProp with momentum gets to the optimum more quickly than all others, each at its best rate":
                Claim.over([name == "rmsprop+p" for name in first], "pairs of a surface and a start"),
                "Adam is just slightly slower than RMSProp, by a quarter at most":
                Claim.over((np.concatenate(ratios) >= 1) & (np.concatenate(ratios) <= 1.25),
                           "triples of start, rate and distance at which both arrive", needed=0.95)})
SHORT = 3500  # steps of fast pictures; in fewer, not every adaptive method arrives


def _ratios(methods: dict[str, tuple[Floats, Floats]], threshold: int) -> Floats:
    """Steps of Adam over steps of RMSProp, wherever both arrive at a rate that both have."""
    (rates, adam), (others, rmsprop) = methods["adam"], methods["rmsprop"]
    adam, rmsprop = adam[:len(others), threshold].ravel(), rmsprop[:len(rates), threshold].ravel()
    both = np.isfinite(adam) & np.isfinite(rmsprop)
    return adam[both] / rmsprop[both]
