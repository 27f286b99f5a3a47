"""Files of a race: the figure as it stands, the race as a film, and the Python that makes both."""
from __future__ import annotations

from io import BytesIO
from itertools import chain, count
from pathlib import Path

from matplotlib.figure import Figure

from .. import plotting
from ..files import atomic_write
from ..optim import minimize
from .running import GTOL, Race
from .settings import Settings, python_of

__all__ = ["free_stem", "save_picture_and_text", "save_race"]

FRAMES = 30


def free_stem(out: Path, stem: str) -> str:
    """Return `stem`, or the first of stem-2, stem-3, … that no file of the folder has: what is saved replaces nothing.

    The folder is made where there is none.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     Path(folder, "race.txt").touch()
    ...     free_stem(Path(folder), "race"), free_stem(Path(folder), "training")
    ('race-2', 'training')
    """
    out.mkdir(parents=True, exist_ok=True)
    taken = {path.stem for path in out.iterdir()}
    return next(name for name in chain([stem], (f"{stem}-{k}" for k in count(2))) if name not in taken)


def save_picture_and_text(fig: Figure, text: str, path: Path) -> list[str]:
    """Write the figure as PATH.png and the text as PATH.py; returns their names."""
    drawn = BytesIO()
    fig.savefig(drawn)
    for suffix, content in ((".png", drawn.getvalue()), (".py", f"{text}\n".encode())):
        with atomic_write(path.with_name(path.name + suffix)) as file:
            file.write(content)
    return [f"{path.name}.png", f"{path.name}.py"]


def save_race(fig: Figure, settings: Settings, race: Race, out: Path) -> list[str]:
    """Write race.png, race.gif and race.py to a folder, or race-2.png and so on where such files are there already;
    returns their names.

    The film shows the runs so far, which `minimize` repeats; before the first step there is no film.
    """
    stem = free_stem(out, "race")
    names = save_picture_and_text(fig, python_of(settings, race), out / stem)
    moved = {name: run for name, run in race.runs.items() if run.state.nit}
    if moved:
        runs = {name: minimize(race.f, race.start, run.method, max_iter=run.state.nit, gtol=GTOL, record=["x"])
                for name, run in moved.items()}
        film = plotting.animate(race.f, runs, frames=FRAMES)
        plotting.save_animation(plotting.frames(film), out / f"{stem}.gif")
        names.append(f"{stem}.gif")
    return names
