"""The playground's first room: a race on a surface, with its controls and its questions."""
from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from textwrap import wrap
from time import perf_counter

from matplotlib.axes import Axes
from matplotlib.text import Text
from matplotlib.widgets import CheckButtons, RadioButtons

from .challenges import CHALLENGES, Answer, Attempt
from .contestants import CONTESTANTS
from .controls import PAGE, boxes, choice, keys, title, words
from .lines import python_of_race
from .race_drawing import LOOKS, RaceDrawing
from .room import SCALES, WIDE, Room
from .running import FRAME, Race
from .saving import save_race
from .scene import Backdrop, Scene, backdrop_of, scene_of
from .settings import Settings
from .stage import Stage
from .surfaces import SURFACES

__all__ = ["RaceRoom"]

HINTS = ("Click into the map for a start, tick methods, press play: the race goes by evaluations.",
         "At each head: the curve where the quadratic model is as high as there, and the Hessian's eigenvectors with "
         "the signs of their eigenvalues. From the head",
         "looked at, in bold: each method's next step (○), and dashed the trust region. A click on a row of the table "
         "looks at that head. + marks known minima.")
LINE = 15 / PAGE[1]     # from one line of words to the next, in units of the page
KEPT = 20       # attempts that a question looks back on


class RaceRoom(Room):
    """What one does with a race: every control is a method here, so that it can be done without a mouse too.

    Parameters
    ----------
    fig : Stage
        With its canvas; the room fills it.
    settings : Settings
    out : path
        The folder for what is saved.

    Attributes
    ----------
    settings, race : Settings, Race
    focus : str or None
        The method whose head is looked at.
    """

    settings: Settings
    race: Race
    backdrop: Backdrop
    goal: float

    def __init__(self, fig: Stage, settings: Settings, out: Path) -> None:
        super().__init__(fig, out, HINTS)
        self.number: int = -1
        self.answer: Answer | None = None
        self.attempts: list[Attempt] = []
        self.focus: str | None = None
        self.drawing: RaceDrawing = RaceDrawing(fig)
        self.map: Axes = self.drawing.map
        self.question: Text = words(fig, 196, 592, fontweight="bold", color="#0072B2", linespacing=1.25)
        self.verdict: Text = words(fig, 196, 592, linespacing=1.25)
        self._set(settings)
        self._make_controls()
        self.fig.moving = [*self.drawing.axes, self.words, self.question, self.verdict, self.listing]
        self.refresh()

    @property
    def subject(self) -> Race:  # pyright: ignore[reportIncompatibleVariableOverride]
        """The race."""
        return self.race

    # What the controls do.

    def reset(self) -> None:
        """Go back to the start."""
        self.playing = False
        self._set(self.settings)
        self.refresh()

    def start_at(self, x: float, y: float) -> None:
        """Start anew from a point; a race that was playing goes on playing."""
        self._set(replace(self.settings, start=(float(f"{x:.4g}"), float(f"{y:.4g}"))))
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

    def look(self, name: str) -> None:
        """Look at the head of a method that runs."""
        if name in self.race.runs:
            self.focus = name
            self.refresh()

    def ask(self, by: int = 1) -> None:
        """Go to the next question, where it begins."""
        self.number = (self.number + by) % len(CHALLENGES)
        self.attempts, self.answer, self.playing = [], None, False
        self._set(CHALLENGES[self.number].settings)
        self._show_settings()
        self.refresh()

    def pressed(self, ax: Axes, x: float, y: float, other: bool) -> None:
        """Take a click: into the map it sets the start, on a row of the table it chooses what is looked at."""
        if ax is self.map:
            self.start_at(x, y)
        elif ax is self.drawing.table:
            self.look(self.drawing.row_at(y))

    def python(self) -> str:
        """Return the lines of Python that repeat the race."""
        return python_of_race(self.settings, self.race)

    def saved(self) -> str:
        """Write the race to the folder, and say as what."""
        return save_race(self.fig, self.settings, self.race, self.out)

    # What happens by itself.

    @property
    def busy(self) -> bool:
        """Whether there is a next frame to come by itself."""
        return not self.race.over and (self.playing or self.race.budget < self.goal)

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

    def computed(self) -> Scene:
        """Compute the scene, and whether it answers the question."""
        if self.number >= 0:
            self.answer = CHALLENGES[self.number].check(self.attempts)
        return scene_of(self.race, self.backdrop.corners, self.focus)

    def _set(self, settings):
        """Another race, at its start. Wrong settings are refused before anything changes."""
        race = settings.race()
        before = getattr(self, "settings", None)
        self.settings, self.race, self.goal, self.said, self.code = settings, race, 0.0, "", ""
        self.attempts = [*self.attempts, Attempt(settings, race)][-KEPT:]
        if self.focus not in race.runs:
            self.focus = next(iter(reversed(race.runs)), None)
        shape = lambda s: None if s is None else (s.surface, s.kappa)
        if shape(before) != shape(settings) or not self.backdrop.holds(race.start):
            self.backdrop = backdrop_of(race.f, race.start)
            self.drawing.set_backdrop(self.backdrop)

    def _again(self, settings):
        goal = max(self.goal, self.race.budget)
        self._set(settings)
        self.race.advance(goal, FRAME)
        self.goal = goal

    # How it looks.

    _quiet = False     # while the controls are set to what a question begins with

    def _make_controls(self):
        s, act = self.settings, lambda changed: lambda *word, **value: None if self._quiet else changed(*word, **value)
        names = [*SURFACES] if s.surface in SURFACES else [*SURFACES, s.surface]
        long = {name if name in SURFACES else "own: " + name.rpartition(":")[2]: name for name in names}
        title(self.fig, 10, 44, "surface")
        self.surfaces: RadioButtons = choice(self.fig, 4, 60, 168, [*long], names.index(s.surface),
                                             act(lambda word: self.choose(long[word])))
        title(self.fig, 10, 206, "methods")
        self.methods: CheckButtons = boxes(self.fig, 4, 222, 168, [*CONTESTANTS],
                                           [name in s.methods for name in CONTESTANTS], act(self.tick))
        keys(self.methods, LOOKS)
        self.lists = [self.surfaces, self.methods]
        self.make_sliders(("lr", "momentum", "damping", "kappa"), act(self.slide))
        self.make_buttons({"play": self.play, "step": self.step, "reset": self.reset, "Python": self.write_python,
                           "save": self.save, "question ▸": self.ask})

    def _show_settings(self):
        """Let the controls show the settings."""
        s, self._quiet = self.settings, True
        self.surfaces.set_active([*SURFACES].index(s.surface))
        for i, (name, ticked) in enumerate(zip(CONTESTANTS, self.methods.get_status())):
            if ticked != (name in s.methods):
                self.methods.set_active(i)
        for name in ("lr", "momentum", "damping", "kappa"):
            self.sliders[name].set_val(SCALES[name].to(getattr(s, name)))
        self._quiet = False

    def draw(self, seen: Scene) -> None:
        """Draw the scene, and say what it is."""
        self.drawing.show(seen, f"{self.race.f.name}: {self.race.budget:.0f} evaluations each")
        self.pale_sliders([*self.race.runs], kappa=self.settings.surface != "tilted quadratic")
        self.write(seen.words, self.race.slow, self.said)
        if self.number >= 0 and self.answer is not None:
            question = f"Question {self.number + 1} of {len(CHALLENGES)}: {CHALLENGES[self.number].question}"
            lines = wrap(question, WIDE - 6)
            answer = wrap(("✓ Solved. " if self.answer.solved else "") + self.answer.words, WIDE)
            self.question.set_text("\n".join(lines))
            self.verdict.set(text="\n".join(answer), color="#00704F" if self.answer.solved else "black",
                             y=self.question.get_position()[1] - len(lines) * LINE)
