"""A picture of the gallery: what a script of `figures` gives, and how it is written."""
from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

import matplotlib
import numpy as np
import scipy
from PIL import __version__ as pillow

from .. import __version__, plotting

__all__ = ["Picture", "write"]

VERSIONS = {"minnet": __version__, "numpy": np.__version__, "scipy": scipy.__version__, "matplotlib": matplotlib.__version__,
            "pillow": pillow}
COUNTS = ("nit", "nfev", "njev", "nhev", "fun", "success", "message")


@dataclass
class Picture:
    """A still figure, perhaps with an animation, and the facts beside it.

    figure     a matplotlib Figure
    numbers    {name: number or word} that the caption quotes as {name}, and the JSON keeps
    settings   {name: value}: starts, learning rates, seeds, whatever makes the run
    runs       {name: result of `minimize`, or a list of them}, whose counts the JSON keeps
    shows      {sentence: bool}: what the picture is there to show. It is not written where one is false.
    claims     {sentence: bool}: what the source says. Where one is false the caption says so.
    data       {name: array}: what is drawn, for tests; not written
    animation  a matplotlib animation
    """

    figure: object
    numbers: dict = field(default_factory=dict)
    settings: dict = field(default_factory=dict)
    runs: dict = field(default_factory=dict)
    shows: dict = field(default_factory=dict)
    claims: dict = field(default_factory=dict)
    data: dict = field(default_factory=dict)
    animation: object = None

    def __post_init__(self):
        for sentence, true in {**self.shows, **self.claims}.items():
            if not isinstance(true, (bool, np.bool_)):
                raise ValueError(f"{sentence!r}: {true!r}; expected True or False")


def write(entry, picture, out, alternative="png"):
    """Write NAME.png, NAME.svg or NAME.gif with NAME.js for the page's player, and NAME.json; the facts as in the JSON.

    AssertionError, and nothing written, where the picture does not show what it is there to show.
    """
    for sentence, true in picture.shows.items():
        if not true:
            raise AssertionError(f"{entry.name}: it does not hold that {sentence}")
    out, files = Path(out), [f"{entry.name}.png"]
    if picture.animation is not None:
        images = plotting.frames(picture.animation)
        plotting.save_animation(images, out / f"{entry.name}.gif")
        player = {"name": entry.name, "size": images[0].size, "patches": plotting.patches(images)}
        (out / f"{entry.name}.js").write_text(f"player({json.dumps(player)});\n", encoding="utf-8")
        files += [f"{entry.name}.gif", f"{entry.name}.js"]
    else:
        plotting.save(picture.figure, out / f"{entry.name}.svg")
        files.append(f"{entry.name}.svg")
    plotting.save(picture.figure, out / f"{entry.name}.png")
    facts = {
        "name": entry.name, "title": entry.title, "caption": entry.caption(picture.numbers), "alt": entry.alt, "rows": entry.rows,
        "files": files, "frames": None if picture.animation is None else len(images), "settings": picture.settings,
        "numbers": picture.numbers, "shows": list(picture.shows), "claims": picture.claims, "versions": VERSIONS,
        "runs": {name: [_counts(run) for run in (runs if isinstance(runs, list) else [runs])] for name, runs in picture.runs.items()}}
    facts = json.loads(json.dumps(facts, default=_plain))
    (out / f"{entry.name}.json").write_text(json.dumps(facts, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return facts


def _counts(run):
    return {name: run[name] for name in COUNTS}


def _plain(value):
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, np.generic):
        return value.item()
    return repr(value)
