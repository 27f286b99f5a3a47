"""A network in training that can be paused, painted on, and handed to another method in mid-run.

Glossary: θ weights, a leg the part of a training that one method has run.
"""
from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, fields, replace
from time import perf_counter
from typing import Any, NamedTuple

import numpy as np
from scipy.special import expit

from .. import datasets
from ..curvature import certificate
from ..function import Array, quiet
from ..network.activations import ACTIVATIONS
from ..network.mlp import MLP
from ..network.objective import Objective
from ..optim.method import Method
from .contestants import contestant
from .running import Run
from .settings import check_ranges, written

__all__ = ["DATA", "HIDDEN", "NetworkSettings", "Snapshot", "Training", "data_of",
           "network_settings_of", "python_of_training"]

DATA = ("notebook", "two_moons", "spirals", "xor", "painted")
HIDDEN = {"3": (3,), "8": (8,), "8, 8": (8, 8), "none": ()}
WIDEST, DEEPEST = 16, 3
POINTS = 100
GRID = 60
TINY = 1e-6      # of the largest eigenvalue: what is smaller is drawn on a linear scale


@dataclass(frozen=True)
class NetworkSettings:
    """The data, the network and the method in charge.

    Parameters
    ----------
    data : str
        One of `DATA`; "painted" begins with one point of each class.
    hidden : tuple of int
    activation : str
    l2 : float
    method : str
        A name of `minnet.play.contestants.CONTESTANTS`.
    lr, momentum, damping : float
    seed : int
        Of the data and the first weights.

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
            raise ValueError(f"network {self.data!r}; expected one of {', '.join(DATA)}")
        if self.activation not in ACTIVATIONS:
            raise ValueError(f"activation {self.activation!r}; expected one of {', '.join(ACTIVATIONS)}")
        if not all(0 < width <= WIDEST for width in self.hidden) or len(self.hidden) > DEEPEST:
            raise ValueError(f"hidden {self.hidden!r}; expected at most {DEEPEST} widths from 1 to {WIDEST}")
        if self.seed < 0:
            raise ValueError(f"seed {self.seed}; expected a whole number of at least 0")
        if not 0 <= self.l2 < np.inf:
            raise ValueError(f"l2 {self.l2!r}; expected a number of at least 0")
        contestant(self.method)
        check_ranges(self)

    @property
    def net(self) -> MLP:
        """The network."""
        return MLP([2, *self.hidden, 1], activation=self.activation)

    def contestant(self) -> Method:
        """Return the method in charge."""
        return contestant(self.method, self.lr, self.momentum, self.damping)

    def words(self) -> dict[str, str]:
        """Return what differs from the defaults, as words of a link."""
        words = {"network": self.data}
        for field in fields(self)[1:]:
            value = getattr(self, field.name)
            if value != field.default:
                words[field.name] = ",".join(map(str, value)) if isinstance(value, tuple) else f"{value}"
        return words


def network_settings_of(words: Mapping[str, str]) -> NetworkSettings:
    """Return the settings that words say, as `NetworkSettings.words` gives them.

    Raises
    ------
    ValueError
        If a word is unknown or means nothing.

    Examples
    --------
    >>> network_settings_of({"network": "xor", "hidden": "8,8", "l2": "0.01"}).hidden
    (8, 8)
    """
    known: dict[str, Any] = {"data": words["network"]}
    kinds = {field.name: type(field.default) for field in fields(NetworkSettings)[1:]}
    for name, word in words.items():
        if name == "network":
            continue
        if name not in kinds:
            raise ValueError(f"{name}: unknown; expected one of network, {', '.join(kinds)}")
        try:
            known[name] = _widths(word) if name == "hidden" else kinds[name](word)
        except ValueError:
            what = "whole numbers" if name == "hidden" else "a number"
            raise ValueError(f"{name} {word!r}; expected {what}") from None
    return NetworkSettings(**known)


def _widths(word):
    return tuple(int(part) for part in word.split(",") if part)


class Snapshot(NamedTuple):
    """What there is to see of a training.

    Attributes
    ----------
    legs : list of (str, costs, losses, norms)
        The method of each leg, with the evaluations since the beginning.
    extent : (float, float, float, float)
        The left, right, lower and upper edge of the regions.
    regions : array (GRID, GRID)
        The probability of the second class.
    X, y : arrays (N, 2), (N,)
    eigenvalues : array (n,)
        Of the Hessian, in ascending order.
    tiny : float
        Eigenvalues smaller than this belong to the linear part of the scale.
    words : str
        How it stands: when it has stopped, certificate and proof in a sentence.
    """

    legs: list[tuple[str, Array, Array, Array]]
    extent: tuple[float, float, float, float]
    regions: Array
    X: Array
    y: Array
    eigenvalues: Array
    tiny: float
    words: str


class Training:
    """A training in legs.

    Parameters
    ----------
    settings : NetworkSettings

    Attributes
    ----------
    f : Objective
    theta : array (n,)
        The weights.
    legs : list of (str, Run)
    as_set : bool
        Whether all legs had the data and the l2 that the settings name.

    Examples
    --------
    >>> training = Training(NetworkSettings(method="gradient descent"))
    >>> training.advance(5)
    >>> theta = training.theta
    >>> training.change(method="trust region")
    >>> bool((training.theta == theta).all()), [name for name, _ in training.legs]
    (True, ['gradient descent', 'trust region'])
    """

    def __init__(self, settings: NetworkSettings) -> None:
        self.settings: NetworkSettings = settings
        self.X: Array
        self.y: Array
        self.X, self.y = data_of(settings.data, settings.seed)
        self._worker: ThreadPoolExecutor | None = None
        self._verdict: Future[str] | None = None
        self.as_set: bool = True
        self._begin(settings.net.init(rng=settings.seed), [])

    def _begin(self, theta, legs):
        """A new leg from these weights, after others."""
        s = self.settings
        self.f: Objective = Objective(s.net, self.X, self.y, loss="binary_crossentropy", l2=s.l2)
        self.legs: list[tuple[str, Run]] = [*legs, (s.method, Run(self.f, theta, s.contestant()))]
        self._verdict = None

    @property
    def run(self) -> Run:
        """The leg that is under way."""
        return self.legs[-1][1]

    @property
    def theta(self) -> Array:
        """The weights."""
        return self.run.x

    @property
    def over(self) -> bool:
        """Whether the last leg has ended."""
        return self.run.over

    def change(self, **what: Any) -> None:
        """Go on with another method, rate or l2 from the weights at hand; another network or data begins anew."""
        before, self.settings = self.settings, replace(self.settings, **what)
        if self.settings.data != before.data:
            self.X, self.y = data_of(self.settings.data, self.settings.seed)
        anew = any(getattr(before, name) != getattr(self.settings, name) for name in ("data", "hidden", "activation",
                                                                                      "seed"))
        self.as_set = (self.as_set or self.settings.data != before.data) and (anew or before.l2 == self.settings.l2)
        self.run.stop()
        self._begin(self.settings.net.init(rng=self.settings.seed) if anew else self.theta, [] if anew else self.legs)

    def paint(self, point: tuple[float, float], label: int) -> None:
        """Add an example, and go on from the weights at hand."""
        self.run.stop()
        self.as_set = False
        self.X, self.y = np.vstack([self.X, point]), np.append(self.y, label)
        self._begin(self.theta, self.legs)

    def step(self) -> None:
        """Take one step."""
        self.run.step()

    def advance(self, evaluations: float, seconds: float = np.inf) -> None:
        """Use so many evaluations more, or as many as the time allows."""
        began, goal = perf_counter(), self.run.cost + evaluations
        while not self.over and self.run.cost < goal and perf_counter() - began <= seconds:
            self.run.step()

    def stop(self) -> None:
        """End all work."""
        self.run.stop()
        if self._worker is not None:
            self._worker.shutdown(wait=False, cancel_futures=True)

    @property
    def waiting(self) -> bool:
        """Whether the certificate is still being computed."""
        return self._verdict is not None and not self._verdict.done()

    def verdict(self, wait: bool = False) -> str:
        """Return certificate and proof in a sentence, or that they are on their way: a thread makes them."""
        if self._verdict is None:
            self._worker = self._worker or ThreadPoolExecutor(1, thread_name_prefix="minnet-play")
            self._verdict = self._worker.submit(_sentence, self.f, self.theta)
        return self._verdict.result() if wait or self._verdict.done() else "Looking at the curvature…"

    @quiet
    def snapshot(self) -> Snapshot:
        """Return what there is to see now."""
        low, high = self.X.min(0), self.X.max(0)
        margin = 0.15 * (high - low) + 1e-9
        (x0, y0), (x1, y1) = low - margin, high + margin
        grid = np.stack(np.meshgrid(np.linspace(x0, x1, GRID), np.linspace(y0, y1, GRID)), axis=-1)
        regions = expit(self.settings.net.outputs(self.theta, grid.reshape(-1, 2))).reshape(GRID, GRID)
        H = self.f.hessian(self.theta)
        lam = np.linalg.eigvalsh(H) if np.isfinite(H).all() else np.empty(0)
        legs, offset = [], 0
        for name, run in self.legs:
            legs.append((name, offset + np.array(run.costs), np.array(run.values), np.array(run.norms)))
            offset += run.costs[-1]
        tiny = TINY * float(abs(lam).max(initial=0.0)) or TINY
        return Snapshot(legs, (x0, x1, y0, y1), regions, self.X, self.y, lam, tiny, self._words(lam))

    def _words(self, lam):
        run, right = self.run, np.mean((self.settings.net.outputs(self.theta, self.X)[:, 0] > 0) == self.y)
        state = (f"{self.settings.method}: loss {run.values[-1]:.4g}, gradient {run.norms[-1]:.1e}, {right:.0%} right, "
                 f"{(lam < 0).sum()} of {self.f.n} eigenvalues below zero.")
        return f"{state}\nIt stops: {run.message}. {self.verdict()}" if self.over else state


def _sentence(f, theta):
    """The certificate, and the proof or what it lacks, in a sentence."""
    found = certificate(f, theta, prove=True)
    kind = str(found).splitlines()[0]
    proof = found.proof if found.proved else f"Not proved: {found.not_proved or 'no proof is known of such a point'}"
    return f"{kind[0].upper()}{kind[1:]}. {proof}."


def data_of(name: str, seed: int = 0) -> tuple[Array, Array]:
    """Return the examples (N, 2) and their classes, 0 or 1."""
    made = {
        "notebook": lambda: datasets.notebook(seed),
        "two_moons": lambda: datasets.two_moons(POINTS, rng=seed),
        "spirals": lambda: datasets.spirals(POINTS, turns=1.0, rng=seed),
        "xor": lambda: datasets.xor(POINTS // 2, noise=0.2, rng=seed),
    }
    if name == "painted":
        return np.array([[-1.0, 0.0], [1.0, 0.0]]), np.array([0, 1])
    data = made[name]()
    return np.array(data.X, float), np.array(data.y, int).ravel()


def python_of_training(settings: NetworkSettings, training: Training) -> str:
    """Return the lines of Python that repeat the training, leg by leg.

    Examples
    --------
    >>> training = Training(NetworkSettings("xor"))
    >>> training.step()
    >>> print(python_of_training(training.settings, training).splitlines()[4])
    X, y = data_of('xor', seed=0)
    """
    legs = ", ".join(f"({written(run.method)}, {run.state.nit})" for _, run in training.legs)
    note = "" if training.as_set else "    # then points or l2 were changed, which these lines do not repeat"
    return "\n".join([
        "from minnet import MLP, Objective, minimize, optim",
        "from minnet.curvature import certificate",
        "from minnet.play import DampedNewton",
        "from minnet.play.networks import data_of",
        f"X, y = data_of({settings.data!r}, seed={settings.seed}){note}",
        f"net = MLP([2, {''.join(f'{width}, ' for width in settings.hidden)}1], activation={settings.activation!r})",
        f'f = Objective(net, X, y, loss="binary_crossentropy", l2={settings.l2:.6g})',
        f"theta = net.init(rng={settings.seed})",
        f"for method, steps in [{legs}]:",
        '    run = minimize(f, theta, method, max_iter=steps, gtol=1e-8, record=["x"])',
        '    theta = run.history["x"][-1]',
        "print(certificate(f, theta, prove=True))",
    ])
