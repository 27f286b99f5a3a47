"""The drawing of a race: it puts a `Scene` into lines that exist already, and computes nothing."""
from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from ..plotting import landscape, looks_of, style
from .contestants import CONTESTANTS
from .scene import Backdrop, Scene

__all__ = ["LOOKS", "RaceDrawing"]

LOOKS: dict[str, dict[str, Any]] = looks_of(CONTESTANTS)
NOTHING = np.empty((0, 2))
COLUMNS = (0.0, 0.31, 0.40, 0.49, 0.58, 0.67, 0.80, 0.90)     # where the table's columns begin


class RaceDrawing:
    """The map with paths and models, the two curves and the table.

    Parameters
    ----------
    fig : Figure
    """

    def __init__(self, fig: Figure) -> None:
        self.map: Axes = fig.add_axes((0.185, 0.335, 0.41, 0.59))
        self.value: Axes = fig.add_axes((0.67, 0.69, 0.315, 0.245))
        self.norm: Axes = fig.add_axes((0.67, 0.385, 0.315, 0.245))
        self.table: Axes = fig.add_axes((0.63, 0.02, 0.365, 0.28))
        self.table.set_axis_off()
        self.artists: dict[str, dict[str, Any]] = {}

    @style
    def set_backdrop(self, backdrop: Backdrop, start: Iterable[float]) -> None:
        """Draw another surface, with new lines for all methods."""
        for ax in (self.map, self.value, self.norm):
            ax.clear()
        landscape.contours(self.map, backdrop.X, backdrop.Y, backdrop.Z)
        landscape.landmarks(self.map, backdrop.corners, NOTHING, backdrop.minima)
        landscape.axes(self.map, backdrop.corners)
        self.map.set_aspect("auto")
        at = np.reshape(list(start), (2, 1))
        self.start: Line2D = self.map.plot(*at, "o", color="black", markersize=5, zorder=6)[0]
        self.circle: Line2D = self.map.plot([], [], color="0.35", linewidth=1.0, linestyle=(0, (4, 3)))[0]
        for ax, label in ((self.value, "value above the lowest"), (self.norm, "gradient norm")):
            ax.set(yscale="log", ylabel=label)
            ax.grid(color="#DDDDDD", linewidth=0.5)        # also of ticks that come later, in another style
            ax.tick_params(labelsize=8)
        self.norm.set_xlabel("evaluations")
        self.artists = {name: self._lines(look) for name, look in LOOKS.items()}

    def _lines(self, look):
        line: dict[str, Any] = {key: look[key] for key in ("color", "linestyle")}
        point: dict[str, Any] = {"color": look["color"], "marker": look["marker"], "linestyle": "none"}
        thin: dict[str, Any] = {"color": look["color"], "linestyle": "-"}
        return {
            "trail": self.map.plot([], [], **line, linewidth=1.3)[0],
            "head": self.map.plot([], [], **point, markersize=7, zorder=5)[0],
            "model": self.map.plot([], [], **thin, linewidth=0.8, alpha=0.55)[0],
            "axes": [self.map.plot([], [], **thin, linewidth=2.2, alpha=0.8, zorder=4)[0] for _ in range(2)],
            "signs": [self.map.text(0, 0, "", color=look["color"], fontsize=10, fontweight="bold", ha="center",
                                    va="center", clip_on=True, zorder=7) for _ in range(2)],
            "step": self.map.plot([], [], **thin, linewidth=0.9, marker="o", markersize=5, markerfacecolor="none",
                                  markevery=[-1])[0],
            "height": self.value.plot([], [], **line, marker=look["marker"], markersize=4, markevery=[-1])[0],
            "norm": self.norm.plot([], [], **line, marker=look["marker"], markersize=4, markevery=[-1])[0],
        }

    def show(self, scene: Scene, title: str) -> None:
        """Show a frame."""
        for name, artists in self.artists.items():
            trail = scene.trails.get(name, NOTHING)
            artists["trail"].set_data(*trail.T)
            artists["head"].set_data(*trail[-1:].T)
            model = scene.models.get(name)
            artists["model"].set_data(*(NOTHING if model is None else model.curve).T)
            segments = scene.axes.get(name, [(NOTHING, "")] * 2)
            for line, text, (ends, sign) in zip(artists["axes"], artists["signs"], segments):
                line.set_data(*ends.T)
                line.set_linestyle("-" if sign == "+" else (0, (1, 1)))
                text.set_text(sign)
                text.set_position(ends[1] + 0.35 * (ends[1] - ends[0]) if len(ends) else (0, 0))
            artists["step"].set_data(*scene.steps.get(name, NOTHING).T)
            artists["height"].set_data(*scene.heights.get(name, NOTHING.T))
            artists["norm"].set_data(*scene.norms.get(name, NOTHING.T))
        self.circle.set_data(*scene.circle.T)
        self.map.set_title(title, loc="left", fontsize=9)
        for ax in (self.value, self.norm):
            ax.relim()
            ax.autoscale_view()
            ax.set_xlim(left=0, auto=True)
        self._write(scene.table)

    def _write(self, rows):
        self.table.clear()
        self.table.set_axis_off()
        self.table.set(xlim=(0, 1), ylim=(0, 1))
        for i, row in enumerate(rows):
            colour = LOOKS[row[0]]["color"] if row[0] in LOOKS else "black"
            for x, word in zip(COLUMNS, row):
                self.table.text(x, 0.97 - 0.098 * i, word, color=colour, fontsize=7.5, va="top",
                                fontweight="normal" if i else "bold")
