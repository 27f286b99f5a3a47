"""Buttons, boxes and sliders in the playground's look, made of matplotlib's widgets.

Places are (left, top, width, height) in pixels of a page of 1024 × 660, from its upper left corner; a window of another
size shows the same page larger or smaller.
"""
from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from matplotlib.widgets import AxesWidget, Button, CheckButtons, RadioButtons, Slider

__all__ = ["PAGE", "axes", "boxes", "button", "choice", "grid", "keys", "pale", "release", "slider", "small", "title",
           "words"]

PAGE = 1024, 660
ACCENT, FACE, PRESSED, PALE = "#0072B2", "#EEF2F5", "#D5DEE6", "#9AA5AE"
SMALL = 8
PITCH = 15.5            # pixels from line to line of a list
BOX = 8                 # pixels from the left of a list to the middle of its boxes
Place = tuple[float, float, float, float]


def axes(fig: Figure, place: Place) -> Axes:
    """Return axes at a place of the page."""
    (left, top, width, height), (w, h) = place, PAGE
    return fig.add_axes((left / w, 1 - (top + height) / h, width / w, height / h))


def words(fig: Figure, left: float, top: float, text: str = "", **how: Any) -> Any:
    """Write a text at a place of the page, which is its upper left corner."""
    return fig.text(left / PAGE[0], 1 - top / PAGE[1], text, **{"va": "top", "fontsize": SMALL, **how})


def title(fig: Figure, left: float, top: float, text: str) -> None:
    """Write the title of a group of controls."""
    words(fig, left, top, text, fontweight="bold", color="#37474F")


def grid(ax: Axes) -> None:
    """Draw a light grid, also for ticks that come later, when another style may be in force; x counts something."""
    ax.grid(color="#E3E7EA", linewidth=0.6)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    small(ax)


def small(ax: Axes) -> None:
    """Write the labels of axes in small letters."""
    ax.tick_params(which="both", labelsize=7.5)
    for label in (ax.xaxis.label, ax.yaxis.label):
        label.set_fontsize(SMALL)


def button(fig: Figure, place: Place, label: str, clicked: Callable[[], Any]) -> Button:
    """Return a button."""
    made = Button(_blank(fig, place), label, color=FACE, hovercolor=PRESSED, useblit=False)
    made.label.set_fontsize(SMALL)
    made.on_clicked(lambda event: clicked())
    return made


def choice(fig: Figure, left: float, top: float, width: float, labels: Sequence[str], active: int,
           chosen: Callable[[str], Any]) -> RadioButtons:
    """Return radio buttons, one below the other."""
    made = RadioButtons(_list(fig, left, top, width, labels), labels, active, activecolor=ACCENT, useblit=False,
                        label_props={"fontsize": [SMALL] * len(labels)}, radio_props={"s": 32, "edgecolor": "#607D8B"})
    made.drawon = False                     # the room draws the figure, once
    made.on_clicked(chosen)
    return made


def boxes(fig: Figure, left: float, top: float, width: float, labels: Sequence[str], ticked: Sequence[bool],
          changed: Callable[[str], Any]) -> CheckButtons:
    """Return check boxes, one below the other."""
    made = CheckButtons(_list(fig, left, top, width, labels), labels, ticked, useblit=False,
                        label_props={"fontsize": [SMALL] * len(labels)},
                        frame_props={"edgecolor": "#607D8B", "s": 36}, check_props={"facecolor": "black", "s": 30})
    made.drawon = False
    made.on_clicked(changed)
    return made


def keys(made: CheckButtons | RadioButtons, looks: Mapping[str, Mapping[str, Any]]) -> None:
    """Draw beside each label how its lines look."""
    for label in made.labels:
        look = looks[label.get_text()]
        made.ax.plot([0.87, 0.95, 1.03], [label.get_position()[1]] * 3, color=look["color"], clip_on=False,
                     linestyle=look["linestyle"], marker=look["marker"], markevery=[1], markersize=4.5, linewidth=1.4,
                     transform=made.ax.transAxes)


def slider(fig: Figure, place: Place, label: str, ends: tuple[float, float], value: float,
           changed: Callable[[float], Any], shown: Callable[[float], str]) -> Slider:
    """Return a slider with its label above, which shows its value by `shown`."""
    made = Slider(axes(fig, place), label, *ends, valinit=value, color=ACCENT, track_color="#DCE3E8",
                  handle_style={"size": 8})
    for text, x, side in ((made.label, 0.0, "left"), (made.valtext, 1.0, "right")):
        text.set(fontsize=SMALL, position=(x, 0.85), ha=side, va="bottom")
    made.valtext.set_text(shown(value))
    made.vline.set_visible(False)
    made.drawon = False

    def follow(new: float) -> None:
        made.valtext.set_text(shown(new))
        changed(new)

    made.on_changed(follow)
    return made


def pale(made: Slider, without_effect: bool) -> None:
    """Show of a slider whether it has an effect."""
    colour = PALE if without_effect else "black"
    if made.label.get_color() != colour:            # what is set again would be drawn again
        made.label.set_color(colour)
        made.valtext.set_color(colour)
        made.poly.set_color(PALE if without_effect else ACCENT)


def release(*widgets: AxesWidget) -> None:
    """Let the mouse have no more effect on these."""
    for widget in widgets:
        widget.disconnect_events()


def _blank(fig, place):
    ax = axes(fig, place)
    ax.set(xticks=[], yticks=[], facecolor="none")
    ax.spines[:].set_visible(False)
    return ax


def _list(fig, left, top, width, labels):
    """Axes in which matplotlib puts boxes at 0.15 of the width, n labels at 1/(n + 1), 2/(n + 1), … of the height."""
    before = (0.15 * width - BOX) / 0.85
    return _blank(fig, (left - before, top - PITCH / 2, width + before, PITCH * (len(labels) + 1)))
