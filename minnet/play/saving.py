"""Files of a race: the figure as it stands, the race as a film, and the Python that makes both."""
from __future__ import annotations

from pathlib import Path

from matplotlib.figure import Figure

from .. import plotting
from ..files import atomic_write
from ..optim import minimize
from .running import GTOL, Race
from .settings import Settings, python_of

__all__ = ["save_race"]

FRAMES = 30


def save_race(fig: Figure, settings: Settings, race: Race, out: Path) -> list[str]:
    """Write race.png, race.gif and race.py to a folder, which is made where there is none; returns their names.

    The film shows the runs so far, which `minimize` repeats; before the first step there is no film.
    """
    out.mkdir(parents=True, exist_ok=True)
    fig.savefig(out / "race.png")
    with atomic_write(out / "race.py") as file:
        file.write(f"{python_of(settings, race)}\n".encode())
    moved = {name: run for name, run in race.runs.items() if run.state.nit}
    if moved:
        runs = {name: minimize(race.f, race.start, run.method, max_iter=run.state.nit, gtol=GTOL, record=["x"])
                for name, run in moved.items()}
        film = plotting.animate(race.f, runs, frames=FRAMES)
        plotting.save_animation(plotting.frames(film), out / "race.gif")
    return ["race.png", "race.py", *(["race.gif"] if moved else [])]
