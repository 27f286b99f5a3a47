"""Buttons, boxes and sliders in the playground's look, made of matplotlib's widgets."""
from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.widgets import AxesWidget, Button, CheckButtons, RadioButtons, Slider

__all__ = ["button", "boxes", "choice", "panel", "release", "slider"]

ACCENT, FACE, PRESSED = "#0072B2", "#F2F2F2", "#DDDDDD"
SMALL = 8


def panel(fig: Figure, place: Sequence[float], title: str = "") -> Axes:
    """Return empty axes at (left, bottom, width, height), in units of the figure, with a title above."""
    ax = fig.add_axes(tuple(place))
    ax.set(xticks=[], yticks=[], facecolor="none")
    ax.spines[:].set_visible(False)
    if title:
        ax.set_title(title, loc="left", fontsize=9, fontweight="bold", pad=2)
    return ax


def button(fig: Figure, place: Sequence[float], label: str, clicked: Callable[[], Any]) -> Button:
    """Return a button."""
    made = Button(panel(fig, place), label, color=FACE, hovercolor=PRESSED)
    made.label.set_fontsize(SMALL)
    made.on_clicked(lambda event: clicked())
    return made


def choice(fig: Figure, place: Sequence[float], title: str, labels: Sequence[str], active: int,
           chosen: Callable[[str], Any]) -> RadioButtons:
    """Return radio buttons; none is set where `active` is negative."""
    made = RadioButtons(panel(fig, place, title), labels, max(active, 0), activecolor=ACCENT,
                        label_props={"fontsize": [SMALL] * len(labels)}, radio_props={"s": 36})
    made.drawon = False                     # the room draws the figure, once
    made.on_clicked(chosen)
    return made


def boxes(fig: Figure, place: Sequence[float], title: str, labels: Sequence[str], ticked: Sequence[bool],
          colours: Sequence[str], changed: Callable[[str], Any]) -> CheckButtons:
    """Return check boxes, each in its colour."""
    made = CheckButtons(panel(fig, place, title), labels, ticked,
                        label_props={"fontsize": [SMALL] * len(labels), "color": list(colours)},
                        frame_props={"edgecolor": list(colours), "s": 44},
                        check_props={"facecolor": list(colours), "s": 44})
    made.drawon = False
    made.on_clicked(changed)
    return made


def slider(fig: Figure, place: Sequence[float], label: str, ends: tuple[float, float], value: float,
           changed: Callable[[float], Any], shown: Callable[[float], str], step: float | None = None) -> Slider:
    """Return a slider that shows its value by `shown`."""
    made = Slider(fig.add_axes(tuple(place)), label, *ends, valinit=value, valstep=step, color=ACCENT)
    made.label.set_fontsize(SMALL)
    made.valtext.set_fontsize(SMALL)
    made.valtext.set_text(shown(value))
    made.vline.set_visible(False)
    made.drawon = False

    def follow(new: float) -> None:
        made.valtext.set_text(shown(new))
        changed(new)

    made.on_changed(follow)
    return made


def release(*widgets: AxesWidget) -> None:
    """Let the mouse have no more effect on these."""
    for widget in widgets:
        widget.disconnect_events()
