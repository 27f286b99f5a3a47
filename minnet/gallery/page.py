"""index.html: the pictures with captions, words for those who do not see them, and players; one folder, no network."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import escape
from itertools import groupby
from os import PathLike
from os.path import lexists
from pathlib import Path
from typing import Any

from PIL import Image

from ..files import atomic_write
from .picture import Claim

__all__ = ["own_page", "write_page"]

HERE = Path(__file__).parent
ASSETS = ("gallery.css", "player.js")
FAST = (
    '<p class="fast">Some of these pictures were drawn with --fast, by shorter runs, coarser grids and fewer starts: a '
    "first look. Their verdicts may differ from those of minnet figures without it.</p>"
)
MARK = "written by minnet figures"  # what each of the page's files says of itself


def own_page(out: str | PathLike[str]) -> None:
    """ValueError where a file in the way of the page is not one of its own."""
    for path in (Path(out) / name for name in ("index.html", *ASSETS)):
        own = path.is_file() and not path.is_symlink() and MARK in path.read_text(encoding="utf-8", errors="replace")
        if lexists(path) and not own:
            raise ValueError(f"{path} exists and is not from minnet figures; expected another --out")


def write_page(out: str | PathLike[str], facts: Sequence[Mapping[str, Any]]) -> None:
    """Write index.html, gallery.css and player.js for pictures that `write` has written to the same folder."""
    out = Path(out)
    for name in ASSETS:
        _write(out / name, (HERE / name).read_text(encoding="utf-8"))
    chapters = [(title, list(group)) for title, group in groupby(facts, key=lambda fact: fact["chapter"])]
    parts = {
        "fast": FAST if any(fact["fast"] for fact in facts) else "",
        "contents": "\n".join(_contents(title, group) for title, group in chapters),
        "pictures": "\n".join(_chapter(out, title, group) for title, group in chapters),
        "claims": "\n".join(_row(fact, *claim) for fact in facts for claim in fact["claims"].items()),
    }
    page = (HERE / "page.html").read_text(encoding="utf-8")
    _write(out / "index.html", re.sub(r"\{(\w+)\}", lambda word: parts[word[1]], page))


def _contents(title, facts):
    items = "\n".join(f'<li><a href="#{escape(fact["name"])}">{escape(fact["title"])}</a></li>' for fact in facts)
    return f"<h3>{escape(title)}</h3>\n<ul>\n{items}\n</ul>"


def _write(path, text):
    with atomic_write(path) as file:
        file.write(text.encode("utf-8", "replace"))


def _chapter(out, title, facts):
    return f"<h2>{escape(title)}</h2>\n" + "\n".join(_section(out, fact) for fact in facts)


def _section(out, fact):
    name, film = fact["name"], fact["frames"]
    with Image.open(out / (f"{name}.gif" if film else f"{name}.png")) as image:
        width, height = image.size
    source = f"{name}.png" if film else f"{name}.svg"
    image = f'<img src="{escape(source)}" alt="{escape(fact["alt"])}" width="{width}" height="{height}" loading="lazy">'
    if not film:
        image = f'<div class="still"><a href="{escape(source)}">{image}</a></div>'
    else:
        image = (f'<div class="player" data-name="{escape(name)}" data-frames="{escape(str(film))}">'
                 f'<div class="screen">{image}</div></div>')
    claims = "".join(_claim(*claim) for claim in fact["claims"].items())
    judged = f'<ul class="claims">{claims}</ul>' if claims else ""
    short = " · drawn with --fast" if fact["fast"] else ""
    files = " · ".join(f'<a href="{escape(file)}">{escape(file.rsplit(".", 1)[1].upper())}</a>'
                       for file in [*fact["files"], f"{name}.json"] if not file.endswith(".js"))
    return (f'<section id="{escape(name)}">\n<h3>{escape(fact["title"])}</h3>\n<figure>\n{image}\n'
            f'<figcaption>{escape(fact["caption"])}{judged}</figcaption>\n</figure>\n'
            f'<p class="files"><code>minnet figures {escape(name)}</code> · {files}{short}<br>'
            f'{escape(fact["sources"])}</p>\n'
            "</section>")


def _claim(sentence, claim):
    return (f'<li class="{_mark(claim)}">{_verdict(claim)}: {escape(sentence)} '
            f'<span class="evidence">({escape(_evidence(claim))})</span></li>')


def _row(fact, sentence, claim):
    """A row of the table of all claims: sentence, source, verdict, over what it was judged."""
    cells = (f'<a href="#{escape(fact["name"])}">{escape(sentence)}</a>', escape(fact["sources"]),
             f'<span class="{_mark(claim)}">{_verdict(claim)}</span>', escape(_evidence(claim)))
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def _mark(claim):
    return "holds" if claim["holds"] else "fails"


def _verdict(claim):
    return "Holds" if claim["holds"] else "Does not hold here"


def _evidence(claim):
    return str(Claim(claim["holds"], claim["judged over"], claim["share"]))
