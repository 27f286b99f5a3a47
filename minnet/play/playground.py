"""The playground as one figure: its rooms, its clock, and the mouse."""
from __future__ import annotations

from pathlib import Path
from typing import Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from ..plotting import Drawing, style
from .race_room import RaceRoom
from .settings import Settings

__all__ = ["Playground", "SIZE", "blank"]

SIZE = 13.2, 8.2        # inches
PERIOD = 80             # milliseconds between two frames


def blank(canvas: type[FigureCanvasAgg] = FigureCanvasAgg) -> Drawing:
    """Return an empty figure of the playground's size, on a canvas of this kind."""
    fig = Drawing(figsize=SIZE)
    canvas(fig)
    return fig


class Playground:
    """The playground on a figure, whatever window, notebook or page the figure's canvas belongs to.

    Parameters
    ----------
    fig : Figure
        Of the size `SIZE`, with its canvas.
    settings : Settings
    out : path
        The folder for what is saved.

    Attributes
    ----------
    room : RaceRoom
        What is seen.
    """

    @style
    def __init__(self, fig: Figure, settings: Settings | None = None, out: str | Path = "minnet-out") -> None:
        self.fig: Figure = fig
        fig.set_layout_engine("none")
        self.room: Any = RaceRoom(fig, settings or Settings(), Path(out))
        self.timer: Any = fig.canvas.new_timer(interval=PERIOD)
        self.timer.add_callback(self.frame)
        self.timer.start()
        self._events = [fig.canvas.mpl_connect("button_press_event", self._pressed),
                        fig.canvas.mpl_connect("close_event", lambda event: self.close())]

    @style
    def frame(self) -> None:
        """Compute and show the next frame; the clock calls this."""
        self.room.advance()

    @style
    def _pressed(self, event):
        toolbar = getattr(self.fig.canvas, "toolbar", None)
        if event.inaxes is self.room.drawing.map and not getattr(toolbar, "mode", ""):
            self.room.start_at(event.xdata, event.ydata)

    def close(self) -> None:
        """End all work: the clock stops, and so do the runs."""
        self.timer.stop()
        self.room.close()
        for event in self._events:
            self.fig.canvas.mpl_disconnect(event)
