"""The drawing of a training: it puts a `Snapshot` into artists that exist already, and computes nothing."""
from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.lines import Line2D

from ..plotting import style
from .controls import axes, grid, small
from .networks import Snapshot
from .race_drawing import LOOKS

__all__ = ["CLASSES", "NetworkDrawing"]

CLASSES = ("#0072B2", "#D55E00")
TINY = 1e-6     # of the largest eigenvalue: what is smaller is drawn on a linear scale
SHADES = LinearSegmentedColormap.from_list("classes", [CLASSES[0], "white", CLASSES[1]], N=10)


class NetworkDrawing:
    """The decision regions, loss and gradient norm by legs, and the eigenvalues of the Hessian.

    Parameters
    ----------
    fig : Figure
    """

    @style
    def __init__(self, fig: Figure) -> None:
        self.map: Axes = axes(fig, (236, 78, 394, 394))
        self.loss: Axes = axes(fig, (706, 78, 306, 140))
        self.norm: Axes = axes(fig, (706, 234, 306, 140))
        self.values: Axes = axes(fig, (706, 424, 306, 190))
        self.axes: list[Axes] = [self.map, self.loss, self.norm, self.values]
        self.image: AxesImage = self.map.imshow(np.full((2, 2), 0.5), cmap=SHADES, vmin=0, vmax=1, alpha=0.5,
                                                origin="lower", aspect="auto", interpolation="bilinear")
        self.points: list[Line2D] = [self.map.plot([], [], marker, color=colour, markersize=5, markeredgecolor="black",
                                                   markeredgewidth=0.5)[0] for marker, colour in zip("os", CLASSES)]
        self.map.set(xlabel="x₁", ylabel="x₂")
        self.map.grid(False)
        for ax, label in ((self.loss, "loss"), (self.norm, "gradient norm")):
            ax.set(yscale="log", ylabel=label)
        self.loss.tick_params(labelbottom=False)
        self.norm.set_xlabel("evaluations")
        small(self.map)
        self.values.set(xlabel="number", ylabel="eigenvalues of the Hessian")
        self.values.axhline(0, color="0.5", linewidth=0.8)
        self.above: Line2D = self.values.plot([], [], "o", color="#009E73", markersize=4, label="above zero")[0]
        self.below: Line2D = self.values.plot([], [], "x", color="#D55E00", markersize=6, label="below zero")[0]
        self.values.legend(loc="upper left")
        self.lines: list[Any] = []
        for ax in (self.loss, self.norm, self.values):
            grid(ax)

    def show(self, snapshot: Snapshot, title: str) -> None:
        """Show a frame."""
        self.image.set_data(snapshot.regions)
        self.image.set_extent(snapshot.extent)
        for label, points in enumerate(self.points):
            points.set_data(*snapshot.X[snapshot.y == label].T)
        self.map.set_title(title, loc="left", fontsize=9)
        for line in self.lines:
            line.remove()
        self.lines = []
        for name, costs, losses, norms in snapshot.legs:
            look = {key: LOOKS[name][key] for key in ("color", "linestyle", "marker")}
            self.lines += self.loss.plot(costs, losses, **look, markersize=4, markevery=[-1], linewidth=1.4)
            self.lines += self.norm.plot(costs, norms, **look, markersize=4, markevery=[-1], linewidth=1.4)
        lam, numbers = snapshot.eigenvalues, np.arange(1, len(snapshot.eigenvalues) + 1)
        self.above.set_data(numbers[lam >= 0], lam[lam >= 0])
        self.below.set_data(numbers[lam < 0], lam[lam < 0])
        self._scale(snapshot.power, bool(len(lam)) and lam[0] < 0)
        self.values.set_xlim(0, len(lam) + 1)
        for ax in (self.loss, self.norm):
            ax.relim()
            ax.autoscale_view()
            ax.set_xlim(left=0, auto=True)

    def _scale(self, power, below):
        """A scale of powers of ten above and, where they are needed, below zero, with few of them named."""
        top, signs = 10.0**power, [("−", -1), ("", 1)][not below:]
        self.values.set_yscale("symlog", linthresh=TINY * top)
        named = [(sign * 10.0**p, f"${minus}\\mathdefault{{10^{{{p}}}}}$") for minus, sign in signs
                 for p in (power, power - 3)]
        self.values.set_yticks([0, *(at for at, _ in named)], ["0", *(label for _, label in named)])
        self.values.minorticks_off()
        self.values.set_ylim(-3 * top if below else -TINY * top, 3 * top)
