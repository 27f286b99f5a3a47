"""The playground's second room: a network in training, with its controls."""
from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any

from matplotlib.axes import Axes

from .contestants import CONTESTANTS
from .controls import choice, keys, title
from .lines import python_of_training
from .network_drawing import NetworkDrawing
from .networks import Snapshot, Training
from .race_drawing import LOOKS
from .room import Room
from .running import FRAME
from .saving import save_training
from .settings import DATA, NetworkSettings
from .stage import Stage

__all__ = ["NetworkRoom"]

HIDDEN: dict[str, tuple[int, ...]] = {"3": (3,), "8": (8,), "8, 8": (8, 8), "none": ()}
ACTIVATIONS = ("tanh", "softplus", "relu", "sin")
HINTS = ("Press play: the network trains. Choose another method at any time: it goes on from the weights at hand.",
         "A click into the map adds a point of the class on the button below, the right mouse button one of the other "
         "class. Shades: the probability of a square,",
         "white where it is ½. Where an eigenvalue of the Hessian is below zero, the loss curves downwards: no minimum "
         "there. When the training stops, a proof is tried.")


class NetworkRoom(Room):
    """What one does with a training: every control is a method here.

    Parameters
    ----------
    fig : Stage
        With its canvas; the room fills it.
    settings : NetworkSettings
    out : path
        The folder for what is saved.

    Attributes
    ----------
    training : Training
    label : int
        The class of the points that are painted.
    """

    def __init__(self, fig: Stage, settings: NetworkSettings, out: Path) -> None:
        super().__init__(fig, out, HINTS)
        self.label: int = 0
        self.training: Training = Training(settings)
        self.drawing: NetworkDrawing = NetworkDrawing(fig)
        self.map: Axes = self.drawing.map
        self._make_controls()
        self.fig.moving = [*self.drawing.axes, self.words, self.listing]
        self.refresh()

    @property
    def settings(self) -> NetworkSettings:  # pyright: ignore[reportIncompatibleVariableOverride]
        """What is set."""
        return self.training.settings

    @property
    def subject(self) -> Training:  # pyright: ignore[reportIncompatibleVariableOverride]
        """The training."""
        return self.training

    def reset(self) -> None:
        """Go back to the first weights, and to the data without what was painted."""
        self.playing, self.said, self.code = False, "", ""
        self.training.stop()
        self.training = Training(self.settings)
        self.refresh()

    def change(self, **what: Any) -> None:
        """Change data, network, l2, method or rate; see `Training.change`."""
        self.training.change(**what)
        self.refresh()

    def paint(self) -> None:
        """Paint points of the other class."""
        self.label = 1 - self.label
        self.refresh()

    def pressed(self, ax: Axes, x: float, y: float, other: bool) -> None:
        """Take a click: into the map it paints a point."""
        if ax is self.map:
            self.training.paint(float(f"{x:.4g}"), float(f"{y:.4g}"), self.label ^ other)
            self.refresh()

    def python(self) -> str:
        """Return the lines of Python that repeat the training."""
        return python_of_training(self.settings, self.training)

    def saved(self) -> str:
        """Write the training to the folder, and say as what."""
        return save_training(self.fig, self.settings, self.training, self.out)

    @property
    def busy(self) -> bool:
        """Whether there is a next frame to come by itself."""
        return self.playing or self._awaited

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
        self._awaited = False
        super().close()

    def computed(self) -> Snapshot:
        """Compute what there is to see, which begins the proof where the training has stopped."""
        snapshot = self.training.snapshot()
        self._awaited = self.training.waiting
        return snapshot

    _awaited = False

    def draw(self, seen: Snapshot) -> None:
        """Draw it, and say how it stands."""
        name = self.settings.data.replace("_", " ")
        self.drawing.show(seen, f"{name}: a network of {self.training.f.n} parameters")
        self.buttons["paint"].label.set_text(f"paint {'●■'[self.label]}")
        self.pale_sliders([self.settings.method])
        self.write(seen.words, self.training.slow, self.said)

    def _make_controls(self):
        s, fig = self.settings, self.fig
        hidden = HIDDEN if s.hidden in HIDDEN.values() else {**HIDDEN, ", ".join(map(str, s.hidden)): s.hidden}
        activations = ACTIVATIONS if s.activation in ACTIVATIONS else (*ACTIVATIONS, s.activation)
        for left, top, name in ((10, 44, "data"), (10, 146, "hidden"), (94, 146, "activation"), (10, 231, "method")):
            title(fig, left, top, name)
        method = choice(fig, 4, 247, 168, [*CONTESTANTS], [*CONTESTANTS].index(s.method), self._act("method"))
        keys(method, LOOKS)
        self.lists = [
            choice(fig, 4, 60, 168, DATA, DATA.index(s.data), self._act("data")),
            choice(fig, 4, 162, 80, [*hidden], [*hidden.values()].index(s.hidden),
                   lambda word: self.change(hidden=hidden[word])),
            choice(fig, 88, 162, 80, activations, activations.index(s.activation), self._act("activation")),
            method,
        ]
        self.make_sliders(("l2", "lr", "momentum", "damping"), self.change)
        self.make_buttons({"play": self.play, "step": self.step, "reset": self.reset, "paint": self.paint,
                           "Python": self.write_python, "save": self.save})

    def _act(self, name: str) -> Callable[[str], None]:
        return lambda word: self.change(**{name: word})
