"""A race and a training as the lines of Python that repeat them, step by step."""
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from textwrap import wrap
from typing import Any

from .networks import Training
from .running import GTOL, MAX_ITER, Race
from .settings import NetworkSettings, Settings
from .surfaces import SURFACES

__all__ = ["python_of_race", "python_of_training"]

GLUE = "\N{NO-BREAK SPACE}"


def python_of_race(settings: Settings, race: Race) -> str:
    """Return about ten lines of Python that run what the race has run so far, step by step, and draw it.

    Above them is the command that opens the playground in this state.

    Parameters
    ----------
    settings : Settings
    race : Race
        Of these settings; each method makes as many steps as it has made there.

    Examples
    --------
    >>> settings = Settings("saddle", methods=("Newton",))
    >>> print(python_of_race(settings, settings.race()))
    # minnet play saddle --methods=Newton
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
    entries = [f'"{name}": ({_written(run.method)}, {min(run.state.nit, MAX_ITER)})'
               for name, run in race.runs.items()]
    lines = [
        *_command(settings),
        "from minnet import minimize, optim, plotting, problems",
        "from minnet.play import DampedNewton, surface",
        f"f = {made.format(kappa=settings.kappa)}",
        f"start = {race.start.tolist()!r}",
        "methods = {",
        *_wrapped("    ", entries, ",", "    "),
        "}",
        f'runs = {{name: minimize(f, start, method, max_iter=steps, gtol={GTOL:g}, record=["x"])',
        "        for name, (method, steps) in methods.items()}",
        'plotting.save(plotting.trajectory(f, runs), "race.png")',
    ]
    return "\n".join(lines)


def python_of_training(settings: NetworkSettings, training: Training) -> str:
    """Return about ten lines of Python that repeat the training, leg by leg, each with the examples and l2 it had.

    Examples
    --------
    >>> training = Training(NetworkSettings("xor"))
    >>> training.paint(0.5, 0.25, 1)
    >>> print(python_of_training(training.settings, training).splitlines()[5])
    X, y = data_of('xor', 0, [(0.5, 0.25, 1)])
    """
    legs = [f"({_written(leg.run.method)}, {leg.run.state.nit}, {leg.l2!r}, {leg.size})" for leg in training.legs]
    return "\n".join([
        *_command(settings),
        "from minnet import MLP, Objective, minimize, optim",
        "from minnet.curvature import certificate",
        "from minnet.play import DampedNewton",
        "from minnet.play.networks import data_of",
        *_wrapped(f"X, y = data_of({settings.data!r}, {settings.seed}, [", map(repr, training.painted), "])", "    "),
        f"net = MLP([2, {''.join(f'{width}, ' for width in settings.hidden)}1], activation={settings.activation!r})",
        f"theta = net.init(rng={settings.seed})",
        *_wrapped("for method, steps, l2, size in [", legs, "]:", "        "),
        '    f = Objective(net, X[:size], y[:size], loss="binary_crossentropy", l2=l2)',
        f'    run = minimize(f, theta, method, max_iter=steps, gtol={GTOL:g}, record=["x"])',
        '    theta = run.history["x"][-1]',
        "print(certificate(f, theta, prove=True))",
    ])


def _command(settings: Settings | NetworkSettings) -> list[str]:
    """The command that opens the playground in this state, as comments."""
    return wrap(settings.command(), 116, initial_indent="# ", subsequent_indent="#     ", break_on_hyphens=False)


def _written(method: Any) -> str:
    """A method as Python writes it, without what is as by default."""
    kind = type(method)
    changed = [f"{field.name}={getattr(method, field.name)!r}" for field in fields(method)
               if getattr(method, field.name) != field.default]
    module = "" if kind.__name__ == "DampedNewton" else "optim."
    return f"{module}{kind.__name__}({', '.join(changed)})"


def _wrapped(head: str, entries: Iterable[str], tail: str, indent: str) -> list[str]:
    """Lines that are short enough, none of which ends within an entry."""
    whole = f"{head}{', '.join(entry.replace(' ', GLUE) for entry in entries)}{tail}"
    lines = wrap(whole, 116, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
    return [line.replace(GLUE, " ") for line in lines]
