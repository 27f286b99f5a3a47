"""Ten challenges, each checked by a property of what was tried: a path that another finds is as good as ours.

Glossary: an attempt is a race with its settings; it counts as it stands, also before it is over.
"""
from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from ..function import Array, quiet
from ..optim import GradientDescent, minimize
from ..optim.driver.stopping import Status
from .running import Race, Run
from .settings import Settings

__all__ = ["Answer", "Attempt", "CHALLENGES", "Challenge"]

NEAR = 1e-3       # how near to the global minimum's value, and how far apart two minima are
SMALL = 1e-5      # a gradient norm this small, in units of the start's, is none


class Attempt(NamedTuple):
    """A race and the settings that made it."""

    settings: Settings
    race: Race


class Answer(NamedTuple):
    """Whether the last attempt solves a challenge, and why not, or what it shows."""

    solved: bool
    words: str


@dataclass(frozen=True)
class Challenge:
    """A question, the surface that it is asked on, and its property.

    Parameters
    ----------
    question : str
    settings : Settings
        Where it begins.
    check : callable
        check(attempts) -> Answer, the last attempt being the present one.
    """

    question: str
    settings: Settings
    check: Callable[[Sequence[Attempt]], Answer]


def _curvature(race: Race, run: Run) -> Array | None:
    """The eigenvalues of the Hessian at the head, where the run came to rest somewhere else than at its start."""
    small = run.norms[-1] <= SMALL * max(1e-12, run.norms[0]) and run.norms[0] > SMALL
    return np.linalg.eigvalsh(race.f.hessian(run.x)) if small else None


def _run(attempts, name):
    return attempts[-1].race.runs.get(name)


def _rests_at(name: str, inertia: Callable[[Array], bool], wanted: str, shown: str) -> Callable[..., Answer]:
    """The property that a method's run ends at a stationary point whose eigenvalues are as wanted."""
    def check(attempts: Sequence[Attempt]) -> Answer:
        run = _run(attempts, name)
        if run is None:
            return Answer(False, f"Tick {name}.")
        lam = _curvature(attempts[-1].race, run)
        if lam is None:
            return Answer(False, f"{name} has not come to rest yet, or it started at rest.")
        if not inertia(lam):
            found = f"{lam[0]:.3g} and {lam[1]:.3g}"
            return Answer(False, f"{name} rests where the eigenvalues are {found}; wanted {wanted}.")
        return Answer(True, shown)
    return check


def _diverge_and_mend(attempts: Sequence[Attempt]) -> Answer:
    """The same surface and start, first diverged, then at a minimum with another learning rate."""
    settings, race = attempts[-1]
    run = race.runs.get("gradient descent")
    if run is None:
        return Answer(False, "Tick gradient descent.")
    before = [a for a in attempts if "gradient descent" in a.race.runs and a.settings.surface == settings.surface
              and a.settings.kappa == settings.kappa and np.array_equal(a.race.start, race.start)]
    if not any(_grew(a.race.runs["gradient descent"]) for a in before):
        return Answer(False, "First make it diverge: a larger learning rate.")
    lam = _curvature(race, run)
    if lam is None or lam[0] <= 0:
        return Answer(False, "It has diverged. Now mend it, from the same start.")
    return Answer(True, f"A step longer than 2/λ grows; here λ = {lam[1]:.3g}, so the limit is {2 / lam[1]:.3g}.")


def _grew(run):
    return run.status is Status.DIVERGED or run.values[-1] > 1e6 * max(1.0, abs(run.values[0]))


@quiet
def _global_by_momentum(attempts: Sequence[Attempt]) -> Answer:
    """Momentum alone is at the global minimum, and the slope under its start leads to another one."""
    race = attempts[-1].race
    if list(race.runs) != ["momentum"]:
        return Answer(False, "Tick momentum, and nothing else.")
    run, lowest = race.runs["momentum"], min((value for _, value in race.f.minima), default=-np.inf)
    if _curvature(race, run) is None:
        return Answer(False, "The ball has not come to rest yet.")
    if run.values[-1] > lowest + NEAR:
        return Answer(False, f"It rests at the value {run.values[-1]:.3f}; the global minimum has {lowest:.3f}.")
    if _downhill_value(race.f, race.start) <= lowest + NEAR:
        return Answer(False, "From there even a slow descent comes to the global minimum: start on another slope.")
    return Answer(True, "It rolled through the nearer hollow: speed carried it over the pass.")


def _downhill_value(f: Any, start: Array) -> float:
    """Where small steps down the slope come to."""
    size = max(1.0, float(np.linalg.norm(f.hessian(start), 2)))
    return float(minimize(f, start, GradientDescent(0.2 / size), max_iter=2000, gtol=1e-4).fun)


def _in_one_step(attempts: Sequence[Attempt]) -> Answer:
    run = _run(attempts, "Newton")
    if run is None or run.status is not Status.MET:
        return Answer(False, "Newton has not come to rest yet." if run else "Tick Newton.")
    if run.state.nit != 1:
        return Answer(False, f"Newton took {run.state.nit} steps.")
    return Answer(True, "Its model is the function itself, so that its goal is the minimum, or the saddle.")


def _caught_and_free(attempts: Sequence[Attempt]) -> Answer:
    race = attempts[-1].race
    caught, free = race.runs.get("Newton"), race.runs.get("saddle-free Newton")
    if caught is None or free is None:
        return Answer(False, "Tick Newton and saddle-free Newton.")
    one, other = _curvature(race, caught), _curvature(race, free)
    if one is None or other is None:
        return Answer(False, "Not both have come to rest yet.")
    if one[0] >= 0 or other[0] <= 0:
        return Answer(False, "Wanted: Newton at a saddle or maximum, saddle-free Newton at a minimum.")
    return Answer(True, "With |H| in place of H, a saddle repels along its negative directions.")


def _two_minima(attempts: Sequence[Attempt]) -> Answer:
    race = attempts[-1].race
    ends = [run.x for run in race.runs.values() if (lam := _curvature(race, run)) is not None and lam[0] > 0]
    if not any(np.linalg.norm(x - y) > 0.1 for x in ends for y in ends):
        return Answer(False, f"{len(ends)} at a minimum so far, and no two at different ones.")
    return Answer(True, "The start alone does not decide where a run ends.")


def _momentum_pays(attempts: Sequence[Attempt]) -> Answer:
    settings, race = attempts[-1]
    plain, heavy = race.runs.get("gradient descent"), race.runs.get("momentum")
    if plain is None or heavy is None:
        return Answer(False, "Tick gradient descent and momentum.")
    if settings.surface != "tilted quadratic" or settings.kappa < 50:
        return Answer(False, "On the tilted quadratic, with κ at least 50.")
    if heavy.status is not Status.MET:
        return Answer(False, "Momentum has not come to rest yet.")
    if _grew(plain):
        return Answer(False, "Gradient descent diverges: that is too easy a win.")
    if plain.cost < 3 * heavy.cost:
        return Answer(False, f"Momentum took {heavy.cost} evaluations, gradient descent {plain.cost} so far.")
    return Answer(True, "At best momentum takes about √κ steps where gradient descent takes κ.")


def _best_rate(attempts: Sequence[Attempt]) -> Answer:
    settings, race = attempts[-1]
    run = race.runs.get("gradient descent")
    if run is None or settings.surface != "tilted quadratic" or settings.kappa < 10:
        return Answer(False, "Gradient descent on the tilted quadratic, with κ at least 10.")
    if run.norms[0] <= SMALL or run.status is not Status.MET:
        return Answer(False, "Gradient descent has not come to rest yet.")
    best = minimize(race.f, race.start, GradientDescent(2 / (1 + settings.kappa)), max_iter=20000, gtol=1e-8)
    if run.state.nit > 1.1 * best.nit:
        return Answer(False, f"It took {run.state.nit} steps; {best.nit} are enough with the best learning rate.")
    return Answer(True, f"The best rate is 2/(λ₁ + λ₂) = {2 / (1 + settings.kappa):.3g}: both ends shrink alike.")


INDEFINITE = lambda lam: bool(lam[0] < 0 < lam[1])
CHALLENGES: tuple[Challenge, ...] = (
    Challenge("Find a start from which Newton goes to a saddle.", Settings("Himmelblau", methods=("Newton",)),
              _rests_at("Newton", INDEFINITE, "one of each sign",
                        "Newton looks for a stationary point, and does not ask of which kind.")),
    Challenge("Find a start from which Newton climbs to a maximum.", Settings("Himmelblau", methods=("Newton",)),
              _rests_at("Newton", lambda lam: bool(lam[1] < 0), "both negative",
                        "Where both eigenvalues are negative, −H⁻¹g points uphill.")),
    Challenge("Make gradient descent diverge, then mend it.", Settings("tilted quadratic",
              methods=("gradient descent",), lr=0.05), _diverge_and_mend),
    Challenge("Reach the global minimum with momentum only, from a slope that leads elsewhere.",
              Settings("second surface", methods=("momentum",), lr=0.01), _global_by_momentum),
    Challenge("Find a surface and a start from which Newton needs one step.",
              Settings("Rosenbrock", methods=("Newton",)), _in_one_step),
    Challenge("Find a start from which gradient descent ends at a saddle.",
              Settings("saddle", methods=("gradient descent",), lr=0.1),
              _rests_at("gradient descent", INDEFINITE, "one of each sign",
                        "On the one line where nothing pushes it sideways; any other start misses the saddle.")),
    Challenge("Catch Newton at a saddle that saddle-free Newton leaves.",
              Settings("Himmelblau", methods=("Newton", "saddle-free Newton")), _caught_and_free),
    Challenge("From one start, let two methods end in two different minima.",
              Settings("Himmelblau", methods=("gradient descent", "momentum", "BFGS"), lr=0.01), _two_minima),
    Challenge("Let momentum win against gradient descent by a factor of three, at κ of 50 or more.",
              Settings("tilted quadratic", methods=("gradient descent", "momentum"), lr=0.001, kappa=50.0),
              _momentum_pays),
    Challenge("Find the best learning rate of gradient descent for κ = 10 or more.",
              Settings("tilted quadratic", methods=("gradient descent",), lr=0.02, kappa=20.0), _best_rate),
)
