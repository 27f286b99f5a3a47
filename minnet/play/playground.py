"""The playground as one figure: its rooms, its clock, and the mouse."""
from __future__ import annotations

from pathlib import Path
from typing import Any

from ..plotting import style
from .controls import button, release
from .network_room import NetworkRoom
from .race_room import RaceRoom
from .settings import NetworkSettings, Settings
from .stage import Stage

__all__ = ["Playground"]

PERIOD = 80             # milliseconds between two frames


class Playground:
    """The playground on a figure, whatever window, notebook or page the figure's canvas belongs to.

    Parameters
    ----------
    fig : Stage
        With its canvas.
    settings : Settings or NetworkSettings
        What is seen first.
    out : path
        The folder for what is saved.

    Attributes
    ----------
    room : RaceRoom or NetworkRoom
        What is seen.
    """

    @style
    def __init__(self, fig: Stage, settings: Settings | NetworkSettings | None = None,
                 out: str | Path = "minnet-out") -> None:
        self.fig: Stage = fig
        fig.set_layout_engine("none")
        self.out: Path = Path(out)
        self.settings: dict[str, Any] = {"surfaces": Settings(), "networks": NetworkSettings()}
        self.where: str = "networks" if isinstance(settings, NetworkSettings) else "surfaces"
        if settings is not None:
            self.settings[self.where] = settings
        self.room: Any = None
        self._furnish()
        self.timer: Any = fig.canvas.new_timer(interval=PERIOD)
        self.timer.add_callback(self.frame)
        self.timer.start()
        self._events = [fig.canvas.mpl_connect("button_press_event", self._pressed),
                        fig.canvas.mpl_connect("close_event", lambda event: self.close())]

    @style
    def enter(self, where: str) -> None:
        """Go to the other room: the work in this one ends, and its settings are kept."""
        if where != self.where:
            self.settings[self.where] = self.room.settings
            self.room.close()
            release(*self.doors)
            self.where = where
            self._furnish()

    def _furnish(self):
        self.fig.clear()
        self.fig.moving = []
        make = RaceRoom if self.where == "surfaces" else NetworkRoom
        self.room = make(self.fig, self.settings[self.where], self.out)
        self.doors: list[Any] = [button(self.fig, (10 + 82 * i, 8, 78, 26), name, lambda name=name: self.enter(name))
                                 for i, name in enumerate(self.settings)]
        for door, name in zip(self.doors, self.settings):
            door.label.set_fontweight("bold" if name == self.where else "normal")
        self.fig.canvas.draw_idle()

    @style
    def frame(self) -> None:
        """Compute and show the next frame; the clock calls this."""
        self.room.advance()

    @style
    def _pressed(self, event):
        toolbar = getattr(self.fig.canvas, "toolbar", None)
        if event.inaxes is not None and not getattr(toolbar, "mode", ""):
            self.room.pressed(event.inaxes, event.xdata, event.ydata, event.button == 3)

    def close(self) -> None:
        """End all work: the clock stops, and so do the runs."""
        self.timer.stop()
        self.room.close()
        release(*self.doors)
        for event in self._events:
            self.fig.canvas.mpl_disconnect(event)
