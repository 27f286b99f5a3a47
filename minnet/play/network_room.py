"""The playground's second room: a network in training, with its controls."""
from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from textwrap import fill
from time import perf_counter
from typing import Any
from urllib.parse import urlencode

import numpy as np
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.widgets import RadioButtons

from .contestants import CONTESTANTS
from .controls import button, choice, panel, release, slider
from .network_drawing import NetworkDrawing
from .networks import DATA, HIDDEN, NetworkSettings, Training, python_of_training
from .running import FRAME

__all__ = ["NetworkRoom"]

ACTIVATIONS = ("tanh", "softplus", "relu", "sin")
CAPTION = ("shades: the probability of the second class. A click adds a point of the class on the button, the right\n"
           "mouse button one of the other. Choose another method at any time: it goes on from the weights at hand.")


class NetworkRoom:
    """What one does with a training: every control is a method here.

    Parameters
    ----------
    fig : Figure
        With its canvas; the room fills it.
    settings : NetworkSettings
    out : path
        The folder for what is saved.

    Attributes
    ----------
    training : Training
    playing : bool
    slowest : float
        The longest computing of a frame so far, in seconds.
    """

    def __init__(self, fig: Figure, settings: NetworkSettings, out: Path) -> None:
        self.fig: Figure = fig
        self.out: Path = out
        self.playing: bool = False
        self.speed: float = 1.0
        self.slowest: float = 0.0
        self.label: int = 0
        self.said: str = ""
        self.code: str = ""
        self.training: Training = Training(settings)
        self.drawing: NetworkDrawing = NetworkDrawing(fig)
        self._make_controls(settings)
        self.refresh()

    def play(self) -> None:
        """Start, or pause."""
        self.playing = not self.playing and not self.training.over
        self.refresh()

    def step(self) -> None:
        """Take one step."""
        self.playing = False
        self.training.step()
        self.refresh()

    def reset(self) -> None:
        """Go back to the first weights, and to the data without what was painted."""
        self.playing = False
        self.training.stop()
        self.training = Training(self.training.settings)
        self.refresh()

    def change(self, **what: Any) -> None:
        """Change data, network, l2, method or rate; see `Training.change`."""
        self.training.change(**what)
        self.refresh()

    def paint(self) -> None:
        """Paint points of the other class."""
        self.label = 1 - self.label
        self.refresh()

    def pressed(self, x: float, y: float, other: bool) -> None:
        """Take a click into the map: it paints a point."""
        self.training.paint((float(x), float(y)), self.label ^ other)
        self.refresh()

    def write_python(self) -> None:
        """Show, or hide, the lines of Python that repeat the training."""
        self.code = "" if self.code else self.python()
        self.refresh()

    def save(self) -> None:
        """Write the figure as training.png and its Python as training.py, or as training-2.png and so on."""
        from .saving import free_stem, save_picture_and_text

        try:
            path = self.out / free_stem(self.out, "training")
            self.said = f"wrote {' and '.join(save_picture_and_text(self.fig, self.python(), path))} to {self.out}"
        except (OSError, ValueError) as error:
            self.said = f"nothing is saved: {error}"
        self.refresh()

    def python(self) -> str:
        """Return the lines of Python that repeat the training."""
        return python_of_training(self.training.settings, self.training)

    def link(self) -> str:
        """Return the query of a link that opens this room."""
        return urlencode(self.training.settings.words())

    @property
    def busy(self) -> bool:
        """Whether there is a next frame to come by itself."""
        return self.playing or self.training.waiting or self._awaited

    def advance(self) -> None:
        """Compute and show the next frame, while the training is playing or its certificate is awaited."""
        if not self.busy:
            return
        began = perf_counter()
        if self.playing:
            self.training.advance(self.speed, FRAME)
            self.playing = not self.training.over
        if self.playing or not self.training.waiting:
            self.refresh(began)

    def close(self) -> None:
        """End all work."""
        self.playing = self._awaited = False
        self.training.stop()
        release(*self.choices, *self.sliders.values(), *self.buttons.values())

    def refresh(self, began: float | None = None) -> None:
        """Compute what is to be seen now, and then draw it."""
        began = perf_counter() if began is None else began
        snapshot = self.training.snapshot()
        self.slowest = max(self.slowest, perf_counter() - began)
        self._awaited = self.training.waiting
        slow = self.training.run.slowest
        words = [snapshot.words, f"a step took {1000 * slow:.0f} ms" if slow > FRAME else "", self.said]
        self.words.set_text("\n".join(fill(line, 46) for part in words for line in part.splitlines()))
        self.buttons["play"].label.set_text("pause" if self.playing else "play")
        self.buttons["paint"].label.set_text(f"paint: {'●■'[self.label]}")
        self.listing.set_text(self.code)
        self.listing.set_visible(bool(self.code))
        name = self.training.settings.data.replace("_", " ")
        self.drawing.show(snapshot, f"{name}, {self.training.f.n} parameters")
        self.fig.canvas.draw_idle()

    _awaited = False

    def _make_controls(self, s):
        fig = self.fig
        hidden = [word for word, widths in HIDDEN.items() if widths == s.hidden] or ["3"]
        self.choices: list[RadioButtons] = [
            choice(fig, (0.01, 0.755, 0.13, 0.15), "data", DATA, DATA.index(s.data), self._act("data")),
            choice(fig, (0.01, 0.61, 0.065, 0.115), "hidden", [*HIDDEN], [*HIDDEN].index(hidden[0]),
                   lambda word: self.change(hidden=HIDDEN[word])),
            choice(fig, (0.08, 0.61, 0.065, 0.115), "activation", ACTIVATIONS,
                   ACTIVATIONS.index(s.activation) if s.activation in ACTIVATIONS else 0, self._act("activation")),
            choice(fig, (0.01, 0.335, 0.13, 0.245), "method", [*CONTESTANTS], [*CONTESTANTS].index(s.method),
                   self._act("method")),
        ]
        self.sliders: dict[str, Any] = {
            "l2": self._slider(0, "l2", (-6, 0), np.log10(max(s.l2, 1e-6)),
                               lambda v: self.change(l2=float(10**v)), lambda v: f"{10**v:.1e}"),
            "lr": self._slider(1, "learning rate", (-4, 1), np.log10(s.lr),
                               lambda v: self.change(lr=float(10**v)), lambda v: f"{10**v:.2g}"),
            "momentum": self._slider(2, "momentum", (0, 0.99), s.momentum,
                                     lambda v: self.change(momentum=float(v)), lambda v: f"{v:.2f}"),
            "damping": self._slider(3, "damping of Newton", (0, 3), np.log10(1 + 10 * s.damping),
                                    lambda v: self.change(damping=float((10**v - 1) / 10)),
                                    lambda v: f"{(10**v - 1) / 10:.3g}"),
            "speed": self._slider(4, "speed, evaluations a frame", (0, 2), 0.0, self._hurry,
                                  lambda v: f"{10**v:.2g}"),
        }
        row = (("play", self.play), ("step", self.step), ("reset", self.reset), ("paint", self.paint),
               ("Python", self.write_python), ("save", self.save))
        self.buttons: dict[str, Any] = {
            name: button(fig, (0.185 + 0.0595 * i, 0.245, 0.054, 0.035), name, act)
            for i, (name, act) in enumerate(row)
        }
        self.words: Text = panel(fig, (0.385, 0.02, 0.23, 0.2)).text(0, 1, "", va="top", fontsize=8)
        fig.text(0.185, 0.955, CAPTION, fontsize=7, color="0.35", va="bottom")
        self.listing: Text = fig.text(0.19, 0.92, "", va="top", family="monospace", fontsize=6.5, zorder=20,
                                bbox={"facecolor": "white", "edgecolor": "0.5", "alpha": 0.95})

    def _act(self, name: str) -> Callable[[str], None]:
        return lambda word: self.change(**{name: word})

    def _slider(self, row, label, ends, value, changed, shown):
        return slider(self.fig, (0.205, 0.19 - 0.038 * row, 0.12, 0.025), label, ends, value, changed, shown)

    def _hurry(self, v):
        self.speed = float(10**v)
        self.fig.canvas.draw_idle()
