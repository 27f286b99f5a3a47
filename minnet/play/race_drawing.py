"""The drawing of a race: it puts a `Scene` into lines and texts that exist already, and computes nothing."""
from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Text

from ..plotting import landscape, looks_of, style
from .contestants import CONTESTANTS
from .controls import axes, grid, small
from .scene import Backdrop, Scene

__all__ = ["LOOKS", "RaceDrawing"]

LOOKS: dict[str, dict[str, Any]] = looks_of(CONTESTANTS)
NOTHING = np.empty((0, 2))
LOW, HIGH = "#C9DCEA", "#FFFFFF"
SHADES = LinearSegmentedColormap.from_list("heights", [LOW, HIGH])
WIDTHS = 19, 5, 5, 5, 5, 10, 6                 # letters of the table's columns
ROWS = len(CONTESTANTS) + 1


class RaceDrawing:
    """The map with paths and models, the two curves and the table.

    Parameters
    ----------
    fig : Figure
    """

    def __init__(self, fig: Figure) -> None:
        self.map: Axes = axes(fig, (236, 78, 394, 394))
        self.value: Axes = axes(fig, (706, 78, 306, 172))
        self.norm: Axes = axes(fig, (706, 266, 306, 172))
        self.table: Axes = axes(fig, (636, 486, 380, 168))
        self.table.set(xlim=(0, 1), ylim=(ROWS, 0), navigate=False)
        self.table.set_axis_off()
        self.axes: list[Axes] = [self.map, self.value, self.norm, self.table]
        self.rows: list[Text] = [self.table.text(0, i, "", family="monospace", fontsize=6.9, va="top")
                                 for i in range(ROWS)]
        self.names: list[str] = []
        self.artists: dict[str, dict[str, Any]] = {}

    @style
    def set_backdrop(self, backdrop: Backdrop) -> None:
        """Draw another surface, with new lines for all methods."""
        for ax in (self.map, self.value, self.norm):
            ax.clear()
        self.map.imshow(backdrop.shades, extent=tuple(backdrop.corners.ravel()), origin="lower", aspect="auto",
                        cmap=SHADES, vmin=0, vmax=1, interpolation="bilinear", zorder=0)
        landscape.contours(self.map, backdrop.X, backdrop.Y, backdrop.Z)
        landscape.landmarks(self.map, backdrop.corners, NOTHING, backdrop.minima)
        landscape.axes(self.map, backdrop.corners)
        self.start: Line2D = self.map.plot([], [], "o", color="black", markersize=5, zorder=6)[0]
        self.circle: Line2D = self.map.plot([], [], color="0.25", linewidth=1.0, linestyle=(0, (4, 3)))[0]
        self.norm.set_xlabel("evaluations")
        for ax, label in ((self.value, "value above the lowest"), (self.norm, "gradient norm")):
            ax.set(yscale="log", ylabel=label)
            grid(ax)
        self.value.tick_params(labelbottom=False)
        small(self.map)
        self.artists = {name: self._lines(look) for name, look in LOOKS.items()}

    def _lines(self, look):
        line: dict[str, Any] = {key: look[key] for key in ("color", "linestyle")}
        point: dict[str, Any] = {"color": look["color"], "marker": look["marker"], "linestyle": "none"}
        thin: dict[str, Any] = {"color": look["color"], "linestyle": "-"}
        end: dict[str, Any] = {"marker": look["marker"], "markersize": 4, "markevery": [-1], "linewidth": 1.4}
        return {
            "trail": self.map.plot([], [], **line, linewidth=1.5)[0],
            "head": self.map.plot([], [], **point, markersize=7, markeredgecolor="white" if look["marker"] != "x" else
                                  look["color"], markeredgewidth=0.7 if look["marker"] != "x" else 1.6, zorder=5)[0],
            "model": self.map.plot([], [], **thin)[0],
            "axes": [self.map.plot([], [], **thin, solid_capstyle="butt", zorder=4)[0] for _ in range(2)],
            "signs": [self.map.text(0, 0, "", color=look["color"], fontsize=10, fontweight="bold", ha="center",
                                    va="center", clip_on=True, zorder=7) for _ in range(2)],
            "step": self.map.plot([], [], **thin, linewidth=0.9, marker="o", markersize=5, markerfacecolor="none",
                                  markevery=[-1])[0],
            "height": self.value.plot([], [], **line, **end)[0],
            "norm": self.norm.plot([], [], **line, **end)[0],
        }

    def show(self, scene: Scene, title: str) -> None:
        """Show a frame."""
        for name, artists in self.artists.items():
            trail, looked_at = scene.trails.get(name, NOTHING), name == scene.focus
            artists["trail"].set_data(*trail.T)
            artists["head"].set_data(*trail[-1:].T)
            model = scene.models.get(name)
            artists["model"].set_data(*(NOTHING if model is None else model.curve).T)
            artists["model"].set(linewidth=1.3 if looked_at else 0.7, alpha=0.9 if looked_at else 0.5)
            segments = scene.axes.get(name, [(NOTHING, "")] * 2)
            for line, text, (ends, sign) in zip(artists["axes"], artists["signs"], segments):
                line.set_data(*ends.T)
                line.set(linestyle="-" if sign == "+" else (0, (1, 1)), linewidth=2.4 if looked_at else 1.4,
                         alpha=0.9 if looked_at else 0.5)
                text.set(text=sign, position=ends[1] + 0.22 * (ends[1] - ends[0]) if len(ends) else (0, 0),
                         alpha=1.0 if looked_at else 0.6)
            artists["step"].set_data(*scene.steps.get(name, NOTHING).T)
            artists["height"].set_data(*scene.heights.get(name, NOTHING.T))
            artists["norm"].set_data(*scene.norms.get(name, NOTHING.T))
        self.start.set_data(*scene.start.reshape(2, 1))
        self.circle.set_data(*scene.circle.T)
        self.map.set_title(title, loc="left", fontsize=9)
        for ax in (self.value, self.norm):
            ax.relim()
            ax.autoscale_view()
            ax.set_xlim(left=0, auto=True)
        self._write(scene)

    def row_at(self, y: float) -> str:
        """Return the method in whose row of the table a click is, or ""."""
        return self.names[int(y)] if 0 <= y < len(self.names) else ""

    def _write(self, scene):
        self.names = [row[0] for row in scene.table]
        for text in self.rows:
            text.set_text("")
        for text, (name, *cells, ending) in zip(self.rows, scene.table):
            columns = "".join(f"{cell:>{width}}" for cell, width in zip(cells, WIDTHS[1:]))
            text.set(text=f"{name:<{WIDTHS[0]}}{columns} {ending}", color=LOOKS[name]["color"] if name else "0.35",
                     fontweight="bold" if name == scene.focus else "normal")
