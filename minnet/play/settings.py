"""What a playground is set to, and the words of a link or of the command line that say so."""
from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any
from urllib.parse import urlencode

import numpy as np

from ..network.activations import ACTIVATIONS
from ..network.mlp import MLP
from ..optim.method import Method
from .contestants import CONTESTANTS, contestant
from .running import Race
from .surfaces import SURFACES, surface

__all__ = ["DATA", "RANGES", "NetworkSettings", "Settings", "settings_of"]

RANGES = {"lr": (1e-5, 10.0), "momentum": (0.0, 0.99), "damping": (0.0, 100.0), "kappa": (1.0, 1000.0)}
DATA = ("notebook", "two_moons", "spirals", "xor", "painted")
WIDEST, DEEPEST = 16, 3


@dataclass(frozen=True)
class _Words:
    """What both kinds of settings have: words for what differs from the defaults, and numbers in their ranges."""

    def words(self) -> dict[str, str]:
        """Return what differs from the defaults, and the first, as words of a link or of the command line."""
        first, *others = [(field.name, getattr(self, field.name), field.default) for field in fields(self)]
        return {name: _word(value) for name, value, default in [(*first[:2], None), *others] if value != default}

    def link(self) -> str:
        """Return the query of a link that opens the playground in this state."""
        return urlencode(self.words())

    def command(self) -> str:
        """Return the command that opens the playground in this state."""
        (kind, what), *others = self.words().items()
        first = what if kind == "surface" else f"--network={what}"
        return shlex.join(["minnet", "play", first, *(f"--{name}={word}" for name, word in others)])

    def _check_ranges(self) -> None:
        for name, (low, high) in RANGES.items():
            if not low <= getattr(self, name, low) <= high:
                raise ValueError(f"{name} {getattr(self, name)}; expected a number from {low:g} to {high:g}")


@dataclass(frozen=True)
class Settings(_Words):
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
    >>> print(Settings("tilted quadratic", (1.0, 0.5), ("Newton",)).command())
    minnet play 'tilted quadratic' --start=1,0.5 --methods=Newton
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
        self._check_ranges()
        if self.start is not None and not (len(self.start) == 2 and np.isfinite(self.start).all()):
            raise ValueError(f"start {self.start!r}; expected two finite numbers")

    def contestants(self) -> dict[str, Method]:
        """Return the methods that are ticked, in the order of the list."""
        return {name: contestant(name, self.lr, self.momentum, self.damping) for name in CONTESTANTS
                if name in self.methods}

    def race(self) -> Race:
        """Return the race at its start."""
        f = surface(self.surface, self.kappa)
        return Race(f, f.starts[0] if self.start is None else self.start, self.contestants())


@dataclass(frozen=True)
class NetworkSettings(_Words):
    """The data, the network and the method in charge.

    Parameters
    ----------
    data : str
        One of `DATA`; "painted" begins with one point of each class.
    hidden : tuple of int
        The widths of the hidden layers.
    activation : str
    l2 : float
    method : str
        A name of `minnet.play.contestants.CONTESTANTS`.
    lr, momentum, damping : float
    seed : int
        Of the data and the first weights.

    Raises
    ------
    ValueError
        If there is no such data, activation or method, or a number is out of its range.

    Examples
    --------
    >>> NetworkSettings("xor", hidden=(8,)).net.n_params
    33
    """

    data: str = "notebook"
    hidden: tuple[int, ...] = (3,)
    activation: str = "tanh"
    l2: float = 1e-3
    method: str = "trust region"
    lr: float = 0.1
    momentum: float = 0.9
    damping: float = 0.0
    seed: int = 0

    def __post_init__(self) -> None:
        if self.data not in DATA:
            raise ValueError(f"data {self.data!r}; expected one of {', '.join(DATA)}")
        if self.activation not in ACTIVATIONS:
            raise ValueError(f"activation {self.activation!r}; expected one of {', '.join(ACTIVATIONS)}")
        if not all(0 < width <= WIDEST for width in self.hidden) or len(self.hidden) > DEEPEST:
            raise ValueError(f"hidden {self.hidden!r}; expected at most {DEEPEST} widths from 1 to {WIDEST}")
        if self.seed < 0:
            raise ValueError(f"seed {self.seed}; expected a whole number of at least 0")
        if not 0 <= self.l2 < np.inf:
            raise ValueError(f"l2 {self.l2!r}; expected a number of at least 0")
        contestant(self.method)
        self._check_ranges()

    @property
    def net(self) -> MLP:
        """The network."""
        return MLP([2, *self.hidden, 1], activation=self.activation)

    def contestant(self) -> Method:
        """Return the method in charge."""
        return contestant(self.method, self.lr, self.momentum, self.damping)


def settings_of(words: Mapping[str, str]) -> Settings | NetworkSettings:
    """Return the settings that words say, as their method `words` gives them: of a network where they name data.

    Raises
    ------
    ValueError
        If a word is unknown or means nothing.

    Examples
    --------
    >>> settings_of({"surface": "saddle", "start": "1,0.5"}).words()
    {'surface': 'saddle', 'start': '1,0.5'}
    >>> settings_of({"methods": "newton,bfgs"}).words()["methods"]
    'Newton,BFGS'
    >>> settings_of({"data": "xor", "l2": "0.1"}).words()
    {'data': 'xor', 'l2': '0.1'}
    """
    kind = NetworkSettings if "data" in words else Settings
    known = {field.name: field.default for field in fields(kind)}
    for name in words:
        if name not in known:
            raise ValueError(f"{name}: unknown; expected one of {', '.join(known)}")
    return kind(**{name: _value(name, known[name], word) for name, word in words.items()})


def _word(value: Any) -> str:
    if isinstance(value, tuple):
        return ",".join(map(_word, value))
    return np.format_float_positional(value, trim="-") if isinstance(value, float) else str(value)


def _value(name: str, default: Any, word: str) -> Any:
    """What a word means for a field with this default."""
    parts = [part.strip() for part in word.split(",") if part.strip()]
    read, expected = {
        "surface": (lambda: _named(word, SURFACES), "a name"),
        "method": (lambda: _named(word, CONTESTANTS), "a name"),
        "methods": (lambda: tuple(_named(part, CONTESTANTS) for part in parts), "names"),
        "start": (lambda: _pair(parts), "two numbers such as 2,-2"),
        "hidden": (lambda: tuple(map(int, parts)), "whole numbers such as 8,8"),
        "seed": (lambda: int(word), "a whole number"),
    }.get(name, (lambda: type(default)(word), "a number"))
    try:
        return read()
    except ValueError:
        raise ValueError(f"{name} {word!r}; expected {expected}") from None


def _named(word: str, names: Iterable[str]) -> str:
    """The name that is meant, in whatever case it is written, or the word itself."""
    return next((name for name in names if name.lower() == word.lower()), word)


def _pair(parts):
    x, y = map(float, parts)
    if not np.isfinite([x, y]).all():
        raise ValueError
    return x, y
