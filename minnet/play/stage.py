"""The figure on which the playground is played: what stands still is drawn once, and kept as a picture."""
from __future__ import annotations

from typing import Any

from matplotlib.artist import Artist
from matplotlib.backend_bases import DrawEvent
from matplotlib.backends.backend_agg import FigureCanvasAgg

from ..plotting import Drawing
from ..plotting.ticks import label_logarithms
from .controls import PAGE

__all__ = ["SIZE", "Stage", "blank"]

SIZE = PAGE[0] / 100, PAGE[1] / 100     # inches


class Stage(Drawing):
    """A figure some of whose axes and texts move: a new frame draws these only, above a picture of all the others.

    Where another one changes, all are drawn; so they are into a file, and by backends that cannot keep a picture.

    Attributes
    ----------
    moving : list of Artist
        Axes and texts of this figure, in the order in which they are drawn.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.moving: list[Artist] = []
        self._kept: tuple[Any, Any] = None, None

    def draw(self, renderer: Any) -> None:
        if self.canvas.is_saving() or not hasattr(renderer, "restore_region"):
            self._kept = None, None
            super().draw(renderer)
            return
        label_logarithms(self.axes)
        still = [artist for artist in (*self.axes, *self.texts) if artist not in self.moving]
        kept_for, picture = self._kept
        like = renderer.width, renderer.height, renderer.dpi, [id(artist) for artist in still]
        if kept_for == like and not any(artist.stale for artist in still):
            renderer.restore_region(picture)
        else:
            for artist in (self.patch, *still):
                artist.draw(renderer)
            self._kept = like, renderer.copy_from_bbox(self.bbox)
        for artist in self.moving:
            artist.draw(renderer)
        self.stale = False
        DrawEvent("draw_event", self.canvas, renderer)._process()


def blank(canvas: type[FigureCanvasAgg] = FigureCanvasAgg) -> Stage:
    """Return an empty figure of the playground's size, on a canvas of this kind."""
    fig = Stage(figsize=SIZE)
    canvas(fig)
    return fig
