"""The playground's first room: a race on a surface, with its controls and its questions."""
from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from textwrap import fill
from time import perf_counter
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.widgets import CheckButtons, RadioButtons

from .challenges import CHALLENGES, Answer, Attempt
from .contestants import CONTESTANTS
from .controls import boxes, button, choice, panel, release, slider
from .race_drawing import LOOKS, RaceDrawing
from .running import FRAME, Race
from .scene import Backdrop, backdrop_of, scene_of
from .settings import Settings, python_of
from .surfaces import SURFACES

__all__ = ["RaceRoom"]

CAPTION = ("thin curve: where the quadratic model is as high as at the head; bars: the Hessian's eigenvectors with\n"
           "the signs of their eigenvalues; from the head looked at, each method's next step; dashed: the trust region")
KEPT = 20       # attempts that a question looks back on


class RaceRoom:
    """What one does with a race: every control is a method here, so that it can be done without a mouse too.

    Parameters
    ----------
    fig : Figure
        With its canvas; the room fills it.
    settings : Settings
    out : path
        The folder for what is saved.

    Attributes
    ----------
    settings, race : Settings, Race
    playing : bool
    slowest : float
        The longest computing of a frame so far, in seconds.
    """

    settings: Settings
    race: Race
    backdrop: Backdrop
    goal: float
    said: str
    code: str

    def __init__(self, fig: Figure, settings: Settings, out: Path) -> None:
        self.fig: Figure = fig
        self.out: Path = out
        self.playing: bool = False
        self.speed: float = 1.0
        self.slowest: float = 0.0
        self.number: int = -1
        self.answer: Answer | None = None
        self.attempts: list[Attempt] = []
        self.focus: str | None = None
        self.drawing: RaceDrawing = RaceDrawing(fig)
        self._set(settings)
        self._make_controls()
        self.refresh()

    # What the controls do.

    def play(self) -> None:
        """Start, or pause."""
        self.playing = not self.playing
        self.refresh()

    def step(self) -> None:
        """Let those take one step who have used the fewest evaluations."""
        self.playing = False
        self.race.step()
        self.refresh()

    def reset(self) -> None:
        """Go back to the start."""
        self.playing = False
        self._set(self.settings)
        self.refresh()

    def start_at(self, x: float, y: float) -> None:
        """Start anew from a point; a race that was playing goes on playing."""
        self._set(replace(self.settings, start=(float(x), float(y))))
        self.refresh()

    def choose(self, name: str) -> None:
        """Go to another surface, to its own start."""
        self._set(replace(self.settings, surface=name, start=None))
        self.refresh()

    def tick(self, name: str) -> None:
        """Put a method into the race, or take it out; the others run again to where they were."""
        there = self.settings.methods
        chosen = tuple(n for n in there if n != name) if name in there else (*there, name)
        self._again(replace(self.settings, methods=chosen))
        self.refresh()

    def slide(self, **value: float) -> None:
        """Set lr, momentum, damping or kappa; the race runs again to where it was."""
        self._again(replace(self.settings, **value))
        self.refresh()

    def look(self) -> None:
        """Look at the head of the next method."""
        names = [*self.race.runs]
        at = names.index(self.focus) + 1 if self.focus in names else 0
        self.focus = names[at % len(names)] if names else None
        self.refresh()

    def ask(self, by: int = 1) -> None:
        """Go to the next question, where it begins."""
        self.number = (self.number + by) % len(CHALLENGES)
        self.attempts, self.answer, self.playing = [], None, False
        self._set(CHALLENGES[self.number].settings)
        self._show_settings()
        self.refresh()

    def write_python(self) -> None:
        """Show, or hide, the lines of Python that repeat the race."""
        self.code = "" if self.code else self.python()
        self.refresh()

    def save(self) -> None:
        """Write the figure as race.png, the race as race.gif, and the Python of both as race.py."""
        from .saving import save_race

        try:
            self.said = f"wrote {', '.join(save_race(self.fig, self.settings, self.race, self.out))} to {self.out}"
        except (OSError, ValueError) as error:
            self.said = f"nothing is saved: {error}"
        self.refresh()

    def pressed(self, x: float, y: float, other: bool) -> None:
        """Take a click into the map, with the left or another button of the mouse: it sets the start."""
        self.start_at(x, y)

    # What happens by itself.

    def advance(self) -> None:
        """Compute and show the next frame, while the race is playing or has to catch up."""
        if not self.busy:
            return
        began = perf_counter()
        behind = self.goal - self.race.budget
        self.race.advance(max(behind, self.speed if self.playing else 0.0), FRAME)
        if self.race.over:
            self.playing, self.goal = False, 0.0
        self.refresh(began)

    @property
    def busy(self) -> bool:
        """Whether there is a next frame to come by itself."""
        return not self.race.over and (self.playing or self.race.budget < self.goal)

    def close(self) -> None:
        """End all work."""
        self.playing, self.goal = False, 0.0
        self.race.stop()
        release(self.surfaces, self.methods, *self.sliders.values(), *self.buttons.values())

    def python(self) -> str:
        """Return the lines of Python that repeat the race."""
        return python_of(self.settings, self.race)

    def link(self) -> str:
        """Return the query of a link that opens this state."""
        return self.settings.link()

    def refresh(self, began: float | None = None) -> None:
        """Compute what is to be seen now, and then draw it."""
        began = perf_counter() if began is None else began
        scene = scene_of(self.race, self.backdrop.corners, self.focus)
        if self.number >= 0:
            self.answer = CHALLENGES[self.number].check(self.attempts)
        self.slowest = max(self.slowest, perf_counter() - began)
        self._draw(scene)

    def _set(self, settings):
        """Another race, at its start. Wrong settings are refused before anything changes."""
        race = settings.race()
        before = getattr(self, "settings", None)
        self.settings, self.race, self.goal, self.said, self.code = settings, race, 0.0, "", ""
        self.attempts = [*self.attempts, Attempt(settings, race)][-KEPT:]
        if self.focus not in race.runs:
            self.focus = next(iter(reversed(race.runs)), None)
        shape = lambda s: None if s is None else (s.surface, s.kappa)
        inside = before is not None and _holds(self.backdrop.corners, race.start)
        if shape(before) != shape(settings) or not inside:
            self.backdrop = backdrop_of(race.f, race.start)
            self.drawing.set_backdrop(self.backdrop, race.start)

    def _again(self, settings):
        goal = max(self.goal, self.race.budget)
        self._set(settings)
        self.race.advance(goal, FRAME)
        self.goal = goal

    # How it looks.

    def _make_controls(self):
        fig, s = self.fig, self.settings
        names = [*SURFACES] if s.surface in SURFACES else [*SURFACES, s.surface]
        short = {name: name if name in SURFACES else "own: " + name.rpartition(":")[2] for name in names}
        long = {word: name for name, word in short.items()}
        colours = [LOOKS[name]["color"] for name in CONTESTANTS]
        rate = lambda v: self.slide(lr=float(10**v))
        self.surfaces: RadioButtons = choice(
            fig, (0.01, 0.655, 0.13, 0.215), "surface", [*long], names.index(s.surface),
            lambda word: None if self._quiet else self.choose(long[word]))
        self.methods: CheckButtons = boxes(
            fig, (0.01, 0.335, 0.13, 0.275), "methods", [*CONTESTANTS], [name in s.methods for name in CONTESTANTS],
            colours, lambda name: None if self._quiet else self.tick(name))
        self.sliders: dict[str, Any] = {
            "lr": self._slider(0, "learning rate", (-5, 1), np.log10(s.lr), rate, lambda v: f"{10**v:.2g}"),
            "momentum": self._slider(1, "momentum", (0, 0.99), s.momentum, lambda v: self.slide(momentum=float(v)),
                                     lambda v: f"{v:.2f}"),
            "damping": self._slider(2, "damping of Newton", (0, 3), np.log10(1 + 10 * s.damping),
                                    lambda v: self.slide(damping=float((10**v - 1) / 10)),
                                    lambda v: f"{(10**v - 1) / 10:.3g}"),
            "kappa": self._slider(3, "κ of the quadratic", (0, 3), np.log10(s.kappa),
                                  lambda v: self.slide(kappa=float(10**v)), lambda v: f"{10**v:.3g}"),
            "speed": self._slider(4, "speed, evaluations a frame", (0, 2), 0.0, self._hurry, lambda v: f"{10**v:.2g}"),
        }
        row = (("play", self.play), ("step", self.step), ("reset", self.reset), ("look at…", self.look),
               ("Python", self.write_python), ("save", self.save), ("question ▸", self.ask))
        self.buttons: dict[str, Any] = {
            name: button(fig, (0.185 + 0.0595 * i, 0.245, 0.054, 0.035), name, act)
            for i, (name, act) in enumerate(row)
        }
        self.words: Text = panel(fig, (0.385, 0.02, 0.23, 0.2)).text(0, 1, "", va="top", fontsize=8)
        fig.text(0.185, 0.955, CAPTION, fontsize=7, color="0.35", va="bottom")
        self.listing: Text = self.drawing.table.figure.text(
            0.19, 0.92, "", va="top", family="monospace", fontsize=6.5, zorder=20,
            bbox={"facecolor": "white", "edgecolor": "0.5", "alpha": 0.95})

    _quiet = False     # while the controls are set to what a question begins with

    def _slider(self, row, label, ends, value, changed, shown):
        act = lambda v: None if self._quiet else changed(v)
        return slider(self.fig, (0.205, 0.19 - 0.038 * row, 0.12, 0.025), label, ends, value, act, shown)

    def _hurry(self, v):
        self.speed = float(10**v)
        self.fig.canvas.draw_idle()

    def _show_settings(self):
        """Let the controls show the settings."""
        s, self._quiet = self.settings, True
        self.surfaces.set_active([*SURFACES].index(s.surface))
        for i, (name, ticked) in enumerate(zip(CONTESTANTS, self.methods.get_status())):
            if ticked != (name in s.methods):
                self.methods.set_active(i)
        for name, value in (("lr", np.log10(s.lr)), ("momentum", s.momentum), ("kappa", np.log10(s.kappa)),
                            ("damping", np.log10(1 + 10 * s.damping))):
            self.sliders[name].set_val(value)
        self._quiet = False

    def _draw(self, scene):
        self.drawing.start.set_data(*self.race.start.reshape(2, 1))
        budget = f"{self.race.budget:.0f} evaluations each"
        self.drawing.show(scene, f"{self.race.f.name}: {budget}")
        if hasattr(self, "buttons"):
            self.buttons["play"].label.set_text("pause" if self.playing else "play")
            self.words.set_text(self._words(scene))
            self.listing.set_text(self.code)
            self.listing.set_visible(bool(self.code))
        self.fig.canvas.draw_idle()

    def _words(self, scene):
        parts = [scene.words or "Click into the map to set the start."]
        if self.number >= 0 and self.answer is not None:
            mark = "✓ Solved. " if self.answer.solved else "· "
            parts.append(f"Question {self.number + 1} of {len(CHALLENGES)}: {CHALLENGES[self.number].question}")
            parts.append(mark + self.answer.words)
        parts += [word for word in (self.race.slow, self.said) if word]
        return "\n".join(fill(part, 44) for part in parts)


def _holds(corners, x):
    return bool((corners[:, 0] <= x).all() and (x <= corners[:, 1]).all())
