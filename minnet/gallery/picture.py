"""A picture of the gallery: what a script of `figures` gives, and how it is written."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import matplotlib
import numpy as np
import scipy
from matplotlib.animation import Animation
from matplotlib.figure import Figure
from numpy.typing import ArrayLike
from PIL import Image
from PIL import __version__ as pillow

from .. import __version__, plotting
from ..report import plain, write_json
from .words import as_read

if TYPE_CHECKING:
    from .catalogue import Entry

__all__ = ["FURTHER", "KINDS", "PRODUCT", "Claim", "Picture", "read", "write"]

PRODUCT = "minnet figures"
KINDS = ("png", "svg", "gif", "js", "pdf", "html", "mp4")
FURTHER = ("pdf", "html", "mp4")  # kinds that are written where they are asked for: of stills, of films, of films

VERSIONS: dict[str, str] = {
    "minnet": __version__,
    "numpy": np.__version__,
    "scipy": scipy.__version__,
    "matplotlib": matplotlib.__version__,
    "pillow": pillow,
}
COUNTS = ("nit", "nfev", "njev", "nhev", "fun", "success", "message")


@dataclass(frozen=True)
class Claim:
    """What a source says, and the evidence: whether it holds, over what it was judged, and for what share of it.

    >>> claim = Claim.over([True, True, False, True], "starts")
    >>> bool(claim), str(claim)
    (False, '75 % of 4 starts')
    """

    holds: bool
    judged: str
    share: float | None = None

    @classmethod
    def over(cls, outcomes: ArrayLike, of: str, needed: float = 1.0) -> Claim:
        """Judged on each of many `of`: the claim holds where at least the share `needed` of them bears it out."""
        outcomes = np.asarray(outcomes, bool).ravel()
        share = float(outcomes.mean())
        return cls(share >= needed, f"{len(outcomes):,} {of}", share)

    def __bool__(self) -> bool:
        return bool(self.holds)

    def __str__(self) -> str:
        if self.share is None:
            return self.judged
        percent = 100 * self.share if self.share in (0, 1) else min(max(100 * self.share, 0.1), 99.9)
        return f"{percent:.{1 if percent % 1 else 0}f} % of {self.judged}"


@dataclass
class Picture:
    """A still figure, perhaps with an animation, and the facts beside it.

    Parameters
    ----------
    figure : Figure
        The still picture.
    numbers : dict
        {name: number or word} that the caption quotes as {name}, and the JSON keeps.
    settings : dict
        {name: value}: starts, learning rates, seeds, whatever makes the run.
    runs : dict
        {name: result of `minimize`, or a list of them}, whose counts the JSON keeps.
    shows : dict
        {sentence: bool}: what the picture is there to show. It is not written where one is false.
    claims : dict
        {sentence: Claim with its evidence}: what the source says. Where one is false the caption says so.
    data : dict
        {name: array}: what is drawn, for tests; not written.
    animation : Animation, optional
        The film.
    """

    figure: Figure
    numbers: dict[str, Any] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    runs: dict[str, Any] = field(default_factory=dict)
    shows: dict[str, bool | np.bool_] = field(default_factory=dict)
    claims: dict[str, Claim] = field(default_factory=dict)
    data: dict[str, Any] = field(default_factory=dict)
    animation: Animation | None = None

    def __post_init__(self) -> None:
        for sentence, true in self.shows.items():
            if not isinstance(true, (bool, np.bool_)):
                raise ValueError(f"{sentence!r}: {true!r}; expected True or False")
        for sentence, claim in self.claims.items():
            if not (isinstance(claim, Claim) and claim.judged):
                raise ValueError(f"{sentence!r}: {claim!r}; expected a Claim that says over what it was judged")


def write(entry: Entry, picture: Picture, out: str | PathLike[str], further: Iterable[str] = (),
          fast: bool = False) -> dict[str, Any]:
    """Write NAME.png, NAME.svg or NAME.gif with NAME.js for the page's player, and NAME.json; the facts as in the JSON.

    `further` names other kinds of files to write: "pdf" of the still picture, "html" and "mp4" of a film.
    AssertionError, and nothing written, where the picture does not show what it is there to show. All files come into
    their place at the end, the JSON last, so that a stop leaves none half written. fast: whether it was drawn so.
    """
    for sentence, true in picture.shows.items():
        if not true:
            raise AssertionError(f"{entry.name}: it does not hold that {sentence}")
    with TemporaryDirectory(prefix=".partial-", dir=out) as folder:
        partial = Path(folder)
        files, frames = _drawn(entry.name, picture, partial, further)
        facts = _facts(entry, picture, files, frames, fast)
        write_json(partial / f"{entry.name}.json", facts)
        for file in [*files, f"{entry.name}.json"]:
            (partial / file).replace(Path(out) / file)
    return facts


def read(path: Path) -> dict[str, Any] | None:
    """The facts of a picture that `write` has written to `path`, with all its files; None for anything else."""
    try:
        facts = json.loads(path.read_text(encoding="utf-8"))
        return facts if _are_facts(facts, path) else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _are_facts(facts, path):
    """Whether all that the page shows is there, and of its type; the files are there, and the picture is one."""
    name, frames, files = path.stem, facts["frames"], facts["files"]
    if not (
        facts["product"] == PRODUCT
        and facts["name"] == name
        and set(files) <= {f"{name}.{kind}" for kind in KINDS}
        and all((path.parent / file).is_file() for file in files)
    ):
        return False
    with Image.open(path.parent / f"{name}.{'gif' if frames else 'png'}") as image:
        size = image.size
    return (
        all(size)
        and all(isinstance(facts[word], str) for word in ("title", "chapter", "caption", "alt", "sources"))
        and isinstance(facts["fast"], bool)
        and (frames is None or (type(frames) is int and frames > 0))
        and all(_is_claim(claim) for claim in facts["claims"].values())
    )


def _is_claim(claim):
    share = claim["share"]
    return (
        isinstance(claim["holds"], bool)
        and isinstance(claim["judged over"], str)
        and (share is None or (isinstance(share, (int, float)) and 0 <= share <= 1))
    )


def _drawn(name, picture, folder, further):
    """(files, number of frames) after drawing into `folder`."""
    is_still = picture.animation is None
    stills = [f"{name}.{kind}" for kind in ("png", *["svg"] * is_still, *["pdf"] * ("pdf" in further))]
    for file in stills:
        plotting.save(picture.figure, folder / file)
    if is_still:
        return stills, None
    images = plotting.frames(picture.animation)
    films = [f"{name}.{kind}" for kind in ("gif", *(kind for kind in further if kind != "pdf"))]
    for file in films:
        plotting.save_animation(images, folder / file)
    player = {"name": name, "size": images[0].size, "patches": plotting.patches(images)}
    (folder / f"{name}.js").write_text(f"player({json.dumps(player)});\n", encoding="utf-8")
    return [*stills, *films, f"{name}.js"], len(images)


def _facts(entry, picture, files, frames, fast):
    facts = {
        "product": PRODUCT,
        "name": entry.name,
        "title": entry.title,
        "chapter": entry.chapter,
        "caption": as_read(entry.caption(picture.numbers)),
        "alt": as_read(entry.alt),
        "sources": entry.sources,
        "fast": fast,
        "files": files,
        "frames": frames,
        "settings": picture.settings,
        "numbers": picture.numbers,
        "shows": list(picture.shows),
        "claims": {as_read(sentence): _claim(claim) for sentence, claim in picture.claims.items()},
        "versions": VERSIONS,
        "runs": {
            name: [_counts(run) for run in (runs if isinstance(runs, list) else [runs])]
            for name, runs in picture.runs.items()
        },
    }
    return plain(facts)


def _claim(claim):
    return {"holds": bool(claim), "judged over": as_read(claim.judged), "share": claim.share}


def _counts(run):
    return {name: run[name] for name in COUNTS}
