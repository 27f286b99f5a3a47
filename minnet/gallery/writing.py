"""How a picture of the gallery is written: its files, and the JSON of what it shows; and how that is read again."""

from __future__ import annotations

import json
from collections.abc import Iterable
from os import PathLike
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import matplotlib
import numpy as np
import scipy
from PIL import Image
from PIL import __version__ as pillow

from .. import __version__, plotting
from ..report import plain, write_json
from .picture import Picture
from .scripts import Entry
from .words import as_read

__all__ = ["FURTHER", "KINDS", "PRODUCT", "read", "write"]

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
