"""Files of a race or a training: the figure as it stands, a film, and the Python that repeats it."""
from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.animation import Animation
from matplotlib.figure import Figure
from scipy.special import expit

from .. import plotting
from ..datasets import Dataset
from ..files import atomic_write
from ..optim import minimize
from ..plotting.animations import has_ffmpeg
from .lines import python_of_race, python_of_training
from .networks import Training
from .running import GTOL, Race
from .settings import NetworkSettings, Settings

__all__ = ["save_race", "save_training"]

FRAMES = 30


def save_race(fig: Figure, settings: Settings, race: Race, out: Path) -> str:
    """Write race.png, .py, .gif and, where there is ffmpeg, .mp4 to a folder, which is made where there is none.

    Where there are such files already they stay, and those of this race are race-2.png and so on. The film shows the
    runs so far, which `minimize` repeats; before the first step there is no film. Returns a sentence on what was
    written.
    """
    film = None
    moved = {name: run for name, run in race.runs.items() if run.state.nit}
    if moved:
        runs = {name: minimize(race.f, race.start, run.method, max_iter=run.state.nit, gtol=GTOL, record=["x"])
                for name, run in moved.items()}
        film = plotting.animate(race.f, runs, frames=FRAMES)
    return _write(out, "race", fig, python_of_race(settings, race), film)


def save_training(fig: Figure, settings: NetworkSettings, training: Training, out: Path) -> str:
    """Write training.png, .py, .gif and, where there is ffmpeg, .mp4 to a folder, as `save_race` does."""
    film, legs = None, [leg.run for leg in training.legs if leg.run.state.nit]
    if legs:
        history: dict[str, Any] = {
            "x": np.concatenate([run.points for run in legs]),
            "value": np.concatenate([run.values for run in legs]),
            "gradient_norm": np.concatenate([run.norms for run in legs]),
        }
        _, film = plotting.training_film(
            Dataset(training.X, training.y, ("x₁", "x₂")),
            lambda theta, points: expit(settings.net.outputs(theta, points)[:, 0]),
            lambda theta: np.linalg.eigvalsh(training.f.hessian(theta)),
            history, settings.data.replace("_", " "), FRAMES)
    return _write(out, "training", fig, python_of_training(settings, training), film)


def _write(out: Path, name: str, fig: Figure, python: str, film: Animation | None) -> str:
    """Write what there is under this name, and say so."""
    out.mkdir(parents=True, exist_ok=True)
    taken = {path.stem for path in out.iterdir()}
    if name in taken:
        name = next(other for k in count(2) if (other := f"{name}-{k}") not in taken)
    fig.savefig(out / f"{name}.png")
    with atomic_write(out / f"{name}.py") as file:
        file.write(f"{python}\n".encode())
    written, lacking = ["png", "py"], " No film before the first step."
    if film is not None:
        kinds = ["gif", "mp4"] if has_ffmpeg() else ["gif"]
        lacking = "" if len(kinds) > 1 else " No mp4: ffmpeg is not installed."
        images = plotting.frames(film)
        for kind in kinds:
            plotting.save_animation(images, out / f"{name}.{kind}")
        written += kinds
    return f"Wrote {', '.join(f'{name}.{kind}' for kind in written)} to {out}.{lacking}"
