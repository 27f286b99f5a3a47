"""The scripts of `figures` and the pictures that they draw.

A script has a docstring, a title line and a caption in which {name} stands for a number of the Picture; SOURCES, which
sections of the sources the picture comes from; ALT, the picture in words for those who do not see it; ORDER, the
number of the tutorial that it belongs to and its place there; and picture(fast) -> Picture. A script of several
pictures has picture(name, fast) -> Picture and PICTURES = {name: what is special to that one of title, text (the
caption), alt and sources}. What several scripts share is in modules whose names begin with _.
"""
from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from .picture import Picture

__all__ = ["CHAPTERS", "Entry", "catalogue"]

PACKAGE = "minnet._figures"
CHAPTERS = (
    "First steps",
    "The engine: where the gradient comes from",
    "Checking derivatives",
    "First-order methods",
    "Curvature",
    "Newton's method",
    "Eigenvectors",
    "Conjugate gradients",
    "Quasi-Newton methods",
    "Hessian-free optimisation",
    "Saddle points",
    "Results",
)


@dataclass(frozen=True)
class Entry:
    """One picture: its name, what the page says of it, and draw(fast) -> Picture."""

    name: str
    title: str
    text: str
    alt: str
    sources: str
    order: tuple[float, ...]
    draw: Callable[[bool], Picture]

    def caption(self, numbers: Mapping[str, Any]) -> str:
        """What stands below the picture, with its numbers."""
        return self.text.format(**numbers)

    @property
    def chapter(self) -> str:
        """The tutorial that the picture belongs to."""
        return CHAPTERS[self.order[0]]


def catalogue() -> dict[str, Entry]:
    """{name: Entry} of all pictures, in the gallery's order."""
    entries = []
    for path in sorted(folder().glob("[!_]*.py")):
        script = _module(path)
        title, _, text = (part.strip() for part in script.__doc__.partition("\n"))
        variants = getattr(script, "PICTURES", {path.stem: {}})
        for i, (name, special) in enumerate(variants.items()):
            draw = partial(script.picture, name) if hasattr(script, "PICTURES") else script.picture
            about = {"title": title, "text": " ".join(text.split()), "alt": getattr(script, "ALT", ""),
                     "sources": script.SOURCES}
            about |= special
            entries.append(Entry(name, **about, order=(*script.ORDER, i), draw=draw))
    return {entry.name: entry for entry in sorted(entries, key=lambda entry: entry.order)}


def folder() -> Path:
    """The folder of the scripts: within the installed package, or beside it in a checkout."""
    inside = Path(__file__).parents[1]
    return next((place for place in (inside / "_figures", inside.parent / "figures") if place.is_dir()),
                inside / "_figures")


def _module(path):
    if PACKAGE not in sys.modules:
        sys.modules[PACKAGE] = package = ModuleType(PACKAGE)
        package.__path__ = [str(path.parent)]
    module = import_module(f"{PACKAGE}.{path.stem}")
    missing = [part for part in ("__doc__", "SOURCES", "ORDER", "picture") if not getattr(module, part, None)]
    if missing:
        raise ValueError(f"{path} lacks {missing[0]}; expected a script as minnet.gallery.scripts describes it")
    return module
