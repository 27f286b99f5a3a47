"""Which minimum? It is the start that decides, not the method
Where {count} starts over the frame of the second surface lead, each method at the rate of its film. Left: momentum
against Adagrad. Both reach the lowest minimum from {both:.1%} of the starts and the local one from {neither:.1%};
Adagrad alone reaches the lowest from {gained:.1%}, momentum alone from {lost:.1%}, all on a strip along the watershed.
The start of the UCLA lecture on optimisation, (2.9, 1.5), the star, lies in it. Right: the share of starts from which
each of the seven methods reaches the lowest minimum, {least:.1%} to {most:.1%}.
"""
from __future__ import annotations

import numpy as np
from matplotlib.colors import ListedColormap
from matplotlib.patches import Patch

from minnet import plotting
from minnet.gallery import Claim, Picture
from minnet.plotting import style

from ._surfaces import LOCAL, LOWEST, METHODS, NAMES, STARTS, SURFACES, grid, over_starts

SOURCES = "lecture: Momentum, Adagrad"
ORDER = (3, 12)
ALT = ("A square of starts in four colours: a large lower region that leads to the lowest minimum, an upper one that "
       "leads to the local one, and thin strips between them where the two methods differ; beside it seven nearly "
       "equal bars.")
KINDS = ("both the lowest", "both the local", "Adagrad alone the lowest", "momentum alone the lowest")
SHADES = ("#cfe3f3", "#eeeeee")


@style
def picture(fast: bool) -> Picture:
    side = 15 if fast else 51
    starts = grid(side)
    reached = {name: np.isfinite(over_starts(name, side)) for name in METHODS["2"]}
    lowest = {name: found[0] for name, found in reached.items()}
    momentum, adagrad = lowest["gd+p"], lowest["adagrad"]
    kinds = np.select([momentum & adagrad, ~momentum & ~adagrad, adagrad], [0, 1, 2], 3)
    colours = (*SHADES, *(plotting.look_of(name)["color"] for name in ("Adagrad", "momentum")))
    fig, (left, right) = plotting.subplots(1, 2, 9.5, 4.4)
    f, ends = SURFACES["2"], SURFACES["2"].bounds
    X, Y = (axis.reshape(side, side) for axis in starts.T)
    left.pcolormesh(X, Y, kinds.reshape(side, side), cmap=ListedColormap(colours), vmin=-0.5, vmax=3.5,
                    shading="nearest", rasterized=True)
    x, y = np.meshgrid(*(np.linspace(*end, 120) for end in ends))
    left.contour(x, y, f.on_grid(x, y), levels=np.linspace(-2.6, 1.4, 11), colors="0.55", linewidths=0.5,
                 linestyles="-")
    left.plot(*np.array([LOWEST, LOCAL]).T, "+", color="black", markersize=11, markeredgewidth=1.8)
    left.plot(*STARTS["2"][0], "*", color="black", markeredgecolor="white", markersize=13)
    left.set(xlim=ends[0], ylim=ends[1], xlabel="x₁ of the start", ylabel="x₂ of the start",
             title="momentum and Adagrad")
    left.grid(False)
    shares = [lowest[name].mean() for name in NAMES]
    right.barh(list(NAMES.values()), shares, color=[f"C{i}" for i in range(len(NAMES))], height=0.7)
    for i, share in enumerate(shares):
        right.annotate(f"{100 * share:.1f} %", (share, i), textcoords="offset points", xytext=(4, 0), va="center",
                       fontsize=8)
    right.invert_yaxis()
    right.set(xlim=(0, 1), xlabel="share of starts that lead to the lowest minimum")
    right.grid(axis="y", visible=False)
    fig.legend(handles=[Patch(facecolor=colour, edgecolor="0.4", label=kind) for colour, kind in zip(colours, KINDS)],
               loc="outside lower center", ncols=4)
    part = [(kinds == kind).mean() for kind in range(4)]
    return Picture(
        fig, data={"reached": reached, "kinds": kinds},
        settings={"side": side, "methods": {name: repr(method) for name, method in METHODS["2"].items()},
                  "max_iter": 3000},
        numbers={"count": f"{side**2:,}", "both": part[0], "neither": part[1], "gained": part[2], "lost": part[3],
                 "least": min(shares), "most": max(shares)},
        shows={"nearly every run ends in one of the two minima":
               min(found.any(axis=0).mean() for found in reached.values()) > 0.97,
               "no method finds the lowest minimum from all starts, and none from none":
               0.3 < min(shares) < max(shares) < 0.8},
        claims={"momentum finds a local, but not the global, minimum (lecture)": Claim.over(~momentum, "starts"),
                "Adagrad proceeds to the global minimum (lecture)": Claim.over(adagrad, "starts"),
                "Adagrad finds the global minimum where momentum does not":
                Claim.over(adagrad[~momentum], "starts from which momentum does not")})
