"""What both rooms of the playground have: a map, buttons, sliders, words, and a clock that asks for frames."""
from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from pathlib import Path
from textwrap import fill
from time import perf_counter
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.text import Text
from matplotlib.widgets import AxesWidget

from .contestants import contestant
from .controls import button, pale, release, slider, title, words
from .settings import RANGES
from .stage import Stage

__all__ = ["Room"]

WIDE = 70               # letters of a line of words


class Scale(NamedTuple):
    """A slider's label, the ends of its values, where a value stands, which value stands somewhere, and its format."""

    label: str
    ends: tuple[float, float]
    to: Callable[[float], float]
    value: Callable[[float], float]
    format: str


def _powers(label, ends, form=".3g"):
    return Scale(label, ends, np.log10, lambda v: 10**v, form)


SCALES = {
    "lr": _powers("learning rate", RANGES["lr"], ".2g"),
    "momentum": Scale("momentum", RANGES["momentum"], float, float, ".2f"),
    "damping": Scale("damping of Newton", RANGES["damping"], lambda a: np.log10(1 + 10 * a),
                     lambda v: (10**v - 1) / 10, ".3g"),
    "kappa": _powers("κ of the quadratic", RANGES["kappa"]),
    "l2": _powers("l2 (weight decay)", (1e-6, 1.0), ".2g"),
    "speed": _powers("evaluations a frame", (1.0, 100.0), ".2g"),
}


class Room(ABC):
    """A room: what is computed, the subject, can be stepped and stopped, and is over at some time.

    Parameters
    ----------
    fig : Stage
        With its canvas; the room fills it.
    out : path
        The folder for what is saved.
    hints : sequence of str
        Lines at the head of the page: what to do, and then what is seen.

    Attributes
    ----------
    map : Axes
        Where a click means something.
    settings, subject
        What is set, and the race or training.
    playing : bool
    speed : float
        Evaluations a frame.
    slowest : float
        The longest computing of a frame so far, in seconds.
    said, code : str
        What the last button has to say, and the lines of Python that are shown.
    """

    map: Axes
    settings: Any
    subject: Any

    def __init__(self, fig: Stage, out: Path, hints: Sequence[str]) -> None:
        self.fig: Stage = fig
        self.out: Path = out
        self.playing: bool = False
        self.speed: float = 1.0
        self.slowest: float = 0.0
        self.said: str = ""
        self.code: str = ""
        self.buttons: dict[str, Any] = {}
        self.sliders: dict[str, Any] = {}
        self.lists: list[AxesWidget] = []
        words(fig, 196, 8, hints[0], fontsize=9, fontweight="bold", color="#0072B2")
        for i, hint in enumerate(hints[1:]):
            words(fig, 196, 26 + 12 * i, hint, fontsize=7, color="0.35")
        self.words: Text = words(fig, 196, 548, linespacing=1.25)
        self.listing: Text = words(fig, 200, 70, family="monospace", fontsize=7, zorder=20, linespacing=1.35,
                                   bbox={"facecolor": "white", "edgecolor": "0.5", "pad": 8})

    # What the buttons do.

    def play(self) -> None:
        """Start, or pause."""
        self.playing = not self.playing and not self.subject.over
        self.refresh()

    def step(self) -> None:
        """Let those take one step who have used the fewest evaluations."""
        self.playing = False
        self.subject.step()
        self.refresh()

    def write_python(self) -> None:
        """Show, or hide, the lines of Python that repeat what was done."""
        self.code = "" if self.code else self.python()
        self.refresh()

    def save(self) -> None:
        """Write the figure, a film and the Python of it to the folder."""
        try:
            self.said = self.saved()
        except (OSError, ValueError) as error:
            self.said = f"Nothing is saved: {error}."
        self.refresh()

    @abstractmethod
    def python(self) -> str:
        """Return the lines of Python that repeat what was done."""

    @abstractmethod
    def saved(self) -> str:
        """Write the files, and say which."""

    @abstractmethod
    def pressed(self, ax: Axes, x: float, y: float, other: bool) -> None:
        """Take a click into axes at a point, with the left or another button of the mouse."""

    # What happens by itself.

    @property
    @abstractmethod
    def busy(self) -> bool:
        """Whether there is a next frame to come by itself."""

    @abstractmethod
    def advance(self) -> None:
        """Compute and show the next frame, where one comes by itself."""

    def refresh(self, began: float | None = None) -> None:
        """Compute what is to be seen now, a computing that has `began` before, and then draw it."""
        began = perf_counter() if began is None else began
        seen = self.computed()
        self.slowest = max(self.slowest, perf_counter() - began)
        self.draw(seen)
        self.buttons["play"].label.set_text("pause" if self.playing else "play")
        self.listing.set_text(self.code)
        self.listing.set_visible(bool(self.code))
        self.fig.canvas.draw_idle()

    @abstractmethod
    def computed(self) -> Any:
        """Compute what is to be seen now."""

    @abstractmethod
    def draw(self, seen: Any) -> None:
        """Draw what was computed."""

    def close(self) -> None:
        """End all work."""
        self.playing = False
        self.subject.stop()
        release(*self.lists, *self.sliders.values(), *self.buttons.values())

    # How it looks.

    def make_buttons(self, acts: dict[str, Callable[[], None]]) -> None:
        """Make a row of buttons below the map."""
        self.buttons = {name: button(self.fig, (196 + 68 * i, 510, 64, 26), name, act)
                        for i, (name, act) in enumerate(acts.items())}

    def make_sliders(self, names: Sequence[str], changed: Callable[..., Any]) -> None:
        """Make sliders, which call ``changed(name=value)``, and one for the speed."""
        title(self.fig, 10, 404, "numbers")
        for i, name in enumerate((*names, "speed")):
            scale = SCALES[name]
            shown = lambda v, scale=scale: f"{scale.value(v):{scale.format}}"
            act = self._hurry if name == "speed" else lambda v, name=name: changed(**{name: v})
            rounded = lambda v, act=act, scale=scale: act(float(f"{scale.value(v):.3g}"))
            ends = scale.to(scale.ends[0]), scale.to(scale.ends[1])
            at = min(max(self.speed if name == "speed" else getattr(self.settings, name), scale.ends[0]), scale.ends[1])
            self.sliders[name] = slider(self.fig, (14, 438 + 43 * i, 150, 12), scale.label, ends, scale.to(at),
                                        rounded, shown)

    def pale_sliders(self, methods: Sequence[str], **others: bool) -> None:
        """Show which sliders have no effect: on these methods, and others by name."""
        for name in ("lr", "momentum", "damping"):
            pale(self.sliders[name], all(contestant(one) == contestant(one, **{name: 0.5}) for one in methods))
        for name, without in others.items():
            pale(self.sliders[name], without)

    def write(self, *parts: str) -> None:
        """Write these paragraphs below the map."""
        self.words.set_text("\n".join(fill(line, WIDE) for part in parts for line in part.splitlines()))

    def _hurry(self, speed):
        self.speed = speed
        self.fig.canvas.draw_idle()
