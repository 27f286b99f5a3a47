"""What a playground is set to, as words, as a link and as the lines of Python that do the same."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from textwrap import wrap
from typing import Any
from urllib.parse import urlencode

import numpy as np

from ..optim.method import Method
from .contestants import CONTESTANTS, contestant
from .running import GTOL, MAX_ITER, Race
from .surfaces import SURFACES, surface

__all__ = ["RANGES", "Settings", "check_ranges", "python_of", "settings_of", "written"]

RANGES = {"lr": (1e-5, 10.0), "momentum": (0.0, 0.99), "damping": (0.0, 100.0), "kappa": (1.0, 1000.0)}


@dataclass(frozen=True)
class Settings:
    """A surface, a start, the methods that are ticked and where the sliders stand.

    Parameters
    ----------
    surface : str
        A name of `minnet.play.surfaces.SURFACES`, or FILE.py:name.
    start : (float, float), optional
        By default the surface's own.
    methods : tuple of str
        Names of `minnet.play.contestants.CONTESTANTS`.
    lr, momentum, damping, kappa : float
        The learning rate, the factor of the momentum, the damping α of Newton's method and κ of the tilted quadratic.

    Raises
    ------
    ValueError
        If there is no such method, or a number is out of its range.

    Examples
    --------
    >>> Settings(methods=("Newton", "BFGS")).words()
    {'surface': 'Beale', 'methods': 'Newton,BFGS'}
    """

    surface: str = "Beale"
    start: tuple[float, float] | None = None
    methods: tuple[str, ...] = ("gradient descent", "momentum", "BFGS", "trust region")
    lr: float = 0.001
    momentum: float = 0.9
    damping: float = 0.0
    kappa: float = 10.0

    def __post_init__(self) -> None:
        for name in self.methods:
            contestant(name)
        check_ranges(self)
        if self.start is not None and not (len(self.start) == 2 and np.isfinite(self.start).all()):
            raise ValueError(f"start {self.start!r}; expected two finite numbers")

    def contestants(self) -> dict[str, Method]:
        """Return the methods that are ticked, in the order of the list."""
        return {name: contestant(name, self.lr, self.momentum, self.damping) for name in CONTESTANTS
                if name in self.methods}

    def words(self) -> dict[str, str]:
        """Return what differs from the defaults, as words of a link or of the command line."""
        words = {"surface": self.surface}
        for field in fields(self)[1:]:
            value = getattr(self, field.name)
            if value != field.default:
                words[field.name] = ",".join(map(str, value)) if isinstance(value, tuple) else f"{value:.6g}"
        return words

    def link(self) -> str:
        """Return the query of a link that opens the playground in this state."""
        return urlencode(self.words())

    def race(self) -> Race:
        """Return the race at its start."""
        f = surface(self.surface, self.kappa)
        return Race(f, f.starts[0] if self.start is None else self.start, self.contestants())


def check_ranges(settings: Any) -> None:
    """Raise a ValueError where a slider of the settings is out of its range."""
    for name, (low, high) in RANGES.items():
        if not low <= getattr(settings, name, low) <= high:
            raise ValueError(f"{name} {getattr(settings, name)}; expected a number from {low:g} to {high:g}")


def settings_of(words: Mapping[str, str]) -> Settings:
    """Return the settings that words say, as `Settings.words` gives them.

    Raises
    ------
    ValueError
        If a word is unknown or means nothing.

    Examples
    --------
    >>> settings_of({"surface": "saddle", "start": "1,0.5", "lr": "0.1"}).start
    (1.0, 0.5)
    """
    known: dict[str, Any] = {}
    names = [field.name for field in fields(Settings)]
    for name, word in words.items():
        if name not in names:
            raise ValueError(f"{name}: unknown; expected one of {', '.join(names)}")
        if name == "methods":
            known[name] = tuple(part.strip() for part in word.split(",") if part.strip())
        elif name == "surface":
            known[name] = word
        else:
            known[name] = _numbers(name, word)
    return replace(Settings(), **known)


def _numbers(name, word):
    expected = "two numbers such as 2,-2" if name == "start" else "a number"
    try:
        numbers = tuple(float(part) for part in word.split(","))
    except ValueError:
        numbers = ()
    if len(numbers) != (2 if name == "start" else 1) or not np.isfinite(numbers).all():
        raise ValueError(f"{name} {word!r}; expected {expected}")
    return numbers if name == "start" else numbers[0]


def python_of(settings: Settings, race: Race) -> str:
    """Return about ten lines of Python that run what the race has run so far, step by step, and draw it.

    Parameters
    ----------
    settings : Settings
    race : Race
        Of these settings; each method makes as many steps as it has made there.

    Examples
    --------
    >>> settings = Settings("saddle", methods=("Newton",))
    >>> print(python_of(settings, settings.race()))
    from minnet import minimize, optim, plotting, problems
    from minnet.play import DampedNewton, surface
    f = problems.saddle()
    start = [1.0, 0.001]
    methods = {
        "Newton": (DampedNewton(), 0),
    }
    runs = {name: minimize(f, start, method, max_iter=steps, gtol=1e-08, record=["x"])
            for name, (method, steps) in methods.items()}
    plotting.save(plotting.trajectory(f, runs), "race.png")
    """
    made = SURFACES[settings.surface][0] if settings.surface in SURFACES else f"surface({settings.surface!r})"
    entries = ", ".join(f'"{name}": ({written(run.method)}, {min(run.state.nit, MAX_ITER)})'
                        for name, run in race.runs.items())
    lines = [
        "from minnet import minimize, optim, plotting, problems",
        "from minnet.play import DampedNewton, surface",
        f"f = {made.format(kappa=settings.kappa)}",
        f"start = {race.start.tolist()!r}",
        "methods = {",
        *wrap(f"{entries},", 116, initial_indent="    ", subsequent_indent="    ", break_long_words=False,
              break_on_hyphens=False),
        "}",
        f'runs = {{name: minimize(f, start, method, max_iter=steps, gtol={GTOL:g}, record=["x"])',
        "        for name, (method, steps) in methods.items()}",
        'plotting.save(plotting.trajectory(f, runs), "race.png")',
    ]
    return "\n".join(lines)


def written(method: Method) -> str:
    """Return a method as Python writes it, without what is as by default."""
    kind = type(method)
    changed = [f"{field.name}={getattr(method, field.name)!r}" for field in fields(method)
               if getattr(method, field.name) != field.default]
    module = "" if kind.__name__ == "DampedNewton" else "optim."
    return f"{module}{kind.__name__}({', '.join(changed)})"
