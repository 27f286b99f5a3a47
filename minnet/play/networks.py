"""A network in training that can be paused, painted on, and handed to another method in mid-run.

Glossary: θ weights, a leg the part of a training that one method has run.
"""
from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from time import perf_counter
from typing import Any, NamedTuple

import numpy as np
from scipy.special import expit

from .. import datasets
from ..curvature import certificate
from ..function import Array, quiet
from ..network.objective import Objective
from .running import Run
from .settings import NetworkSettings

__all__ = ["Leg", "Snapshot", "Training", "data_of"]

POINTS = 100
GRID = 60
ANEW = ("data", "hidden", "activation", "seed")     # a change of these begins anew, any other goes on


class Leg(NamedTuple):
    """A part of a training: the method's name, its run, and the l2 and number of examples that it had."""

    method: str
    run: Run
    l2: float
    size: int


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
    power : int
        The power of ten above them all.
    words : str
        How it stands: when it has stopped, certificate and proof in a sentence.
    """

    legs: list[tuple[str, Array, Array, Array]]
    extent: tuple[float, float, float, float]
    regions: Array
    X: Array
    y: Array
    eigenvalues: Array
    power: int
    words: str


class Training:
    """A training in legs.

    Parameters
    ----------
    settings : NetworkSettings

    Attributes
    ----------
    f : Objective
    X, y : arrays (N, 2), (N,)
        The examples, those last that were painted.
    painted : list of (x₁, x₂, class)
    legs : list of Leg

    Examples
    --------
    >>> training = Training(NetworkSettings(method="gradient descent"))
    >>> training.advance(5)
    >>> theta = training.theta
    >>> training.change(method="trust region")
    >>> bool((training.theta == theta).all()), [leg.method for leg in training.legs]
    (True, ['gradient descent', 'trust region'])
    """

    def __init__(self, settings: NetworkSettings) -> None:
        self.settings: NetworkSettings = settings
        self.painted: list[tuple[float, float, int]] = []
        self.legs: list[Leg] = []
        self._worker: ThreadPoolExecutor | None = None
        self._begin(settings.net.init(rng=settings.seed))

    def _begin(self, theta: Array) -> None:
        """A new leg from these weights."""
        s = self.settings
        self.X: Array
        self.y: Array
        self.X, self.y = data_of(s.data, s.seed, self.painted)
        self.f: Objective = Objective(s.net, self.X, self.y, loss="binary_crossentropy", l2=s.l2)
        self.legs.append(Leg(s.method, Run(self.f, theta, s.contestant()), s.l2, len(self.y)))
        self._verdict: Future[str] | None = None

    @property
    def run(self) -> Run:
        """The run of the leg that is under way."""
        return self.legs[-1].run

    @property
    def theta(self) -> Array:
        """The weights."""
        return self.run.x

    @property
    def over(self) -> bool:
        """Whether the last leg has ended."""
        return self.run.over

    @property
    def slow(self) -> str:
        """What took longer than a frame should, or ""."""
        return self.run.slow(self.settings.method)

    def change(self, **what: Any) -> None:
        """Go on with another method, rate or l2 from the weights at hand; another network or data begins anew."""
        before, theta, self.settings = self.settings, self.theta, replace(self.settings, **what)
        self.run.stop()
        if self.settings.data != before.data:
            self.painted = []
        if any(getattr(before, name) != getattr(self.settings, name) for name in ANEW):
            self.legs, theta = [], self.settings.net.init(rng=self.settings.seed)
        self._begin(theta)

    def paint(self, x: float, y: float, label: int) -> None:
        """Add an example, and go on from the weights at hand."""
        self.run.stop()
        self.painted.append((x, y, label))
        self._begin(self.theta)

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
        for method, run, _, _ in self.legs:
            legs.append((method, offset + np.array(run.costs), np.array(run.values), np.array(run.norms)))
            offset += run.costs[-1]
        power = int(np.ceil(np.log10(abs(lam).max(initial=1e-300))))
        return Snapshot(legs, (x0, x1, y0, y1), regions, self.X, self.y, lam, power, self._words(lam))

    def _words(self, lam):
        run, right = self.run, np.mean((self.settings.net.outputs(self.theta, self.X)[:, 0] > 0) == self.y)
        name = self.settings.method
        state = (f"{name[0].upper()}{name[1:]}: loss {run.values[-1]:.4g}, gradient {run.norms[-1]:.1e}, "
                 f"{right:.0%} right, {(lam < 0).sum()} of {self.f.n} eigenvalues below zero.")
        return f"{state}\nIt stops: {run.message}. {self.verdict()}" if self.over else state


def _sentence(f, theta):
    """The certificate, and the proof or what it lacks, in a sentence."""
    found = certificate(f, theta, prove=True)
    kind = str(found).splitlines()[0]
    proof = found.proof if found.proved else f"Not proved: {found.not_proved or 'no proof is known of such a point'}"
    return f"{kind[0].upper()}{kind[1:]}. {proof}."


def data_of(name: str, seed: int = 0, painted: Sequence[tuple[float, float, int]] = ()) -> tuple[Array, Array]:
    """Return the examples (N, 2) and their classes, 0 or 1; those last that were painted."""
    made = {
        "notebook": lambda: datasets.notebook(seed),
        "two_moons": lambda: datasets.two_moons(POINTS, rng=seed),
        "spirals": lambda: datasets.spirals(POINTS, turns=1.0, rng=seed),
        "xor": lambda: datasets.xor(POINTS // 2, noise=0.2, rng=seed),
        "painted": lambda: datasets.Dataset(np.array([[-1.0, 0], [1, 0]]), np.array([0, 1]), ("x₁", "x₂")),
    }
    data, more = made[name](), np.reshape(painted, (-1, 3))
    return np.vstack([data.X, more[:, :2]]), np.append(data.y, more[:, 2]).astype(int)
