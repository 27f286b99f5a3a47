"""index.html: the pictures with captions, words for those who do not see them, and players; one folder, no network."""

from __future__ import annotations

from html import escape
from os.path import lexists
from pathlib import Path

from PIL import Image

from ..files import atomic_write
from .picture import Claim

__all__ = ["own_page", "write_page"]

HERE = Path(__file__).parent
ASSETS = ("gallery.css", "player.js")
MARK = "written by minnet figures"  # what each of the page's files says of itself


def own_page(out):
    """ValueError where a file in the way of the page is not one of its own."""
    for path in (Path(out) / name for name in ("index.html", *ASSETS)):
        own = path.is_file() and not path.is_symlink() and MARK in path.read_text(encoding="utf-8", errors="replace")
        if lexists(path) and not own:
            raise ValueError(f"{path} exists and is not from minnet figures; expected another --out")


def write_page(out, facts):
    """Write index.html, gallery.css and player.js for pictures that `write` has written to the same folder."""
    out = Path(out)
    for name in ASSETS:
        _write(out / name, (HERE / name).read_text(encoding="utf-8"))
    contents = "\n".join(f'<li><a href="#{escape(fact["name"])}">{escape(fact["title"])}</a></li>' for fact in facts)
    pictures = "\n".join(_section(out, fact) for fact in facts)
    page = (HERE / "page.html").read_text(encoding="utf-8")
    _write(out / "index.html", page.replace("{contents}", contents).replace("{pictures}", pictures))


def _write(path, text):
    with atomic_write(path) as file:
        file.write(text.encode("utf-8", "replace"))


def _section(out, fact):
    name, film = fact["name"], fact["frames"]
    with Image.open(out / (f"{name}.gif" if film else f"{name}.png")) as image:
        width, height = image.size
    source = f"{name}.png" if film else f"{name}.svg"
    image = f'<img src="{escape(source)}" alt="{escape(fact["alt"])}" width="{width}" height="{height}" loading="lazy">'
    if not film:
        image = f'<a href="{escape(source)}">{image}</a>'
    else:
        image = f'<div class="player" data-name="{escape(name)}" data-frames="{escape(str(film))}">{image}</div>'
    claims = "".join(_claim(sentence, **fact["claims"][sentence]) for sentence in fact["claims"])
    sources = f'<ul class="claims">{claims}</ul>' if claims else ""
    files = " · ".join(f'<a href="{escape(file)}">{escape(file.rsplit(".", 1)[1].upper())}</a>'
                       for file in [*fact["files"], f"{name}.json"] if not file.endswith(".js"))
    return (f'<section id="{escape(name)}">\n<h2>{escape(fact["title"])}</h2>\n<figure>\n{image}\n'
            f'<figcaption>{escape(fact["caption"])}{sources}</figcaption>\n</figure>\n'
            f'<p class="files"><code>minnet figures {escape(name)}</code> · {files} · {escape(fact["rows"])}</p>\n'
            "</section>")


def _claim(sentence, holds, share, **judged):
    verdict, evidence = "Holds" if holds else "Does not hold here", Claim(holds, judged["judged over"], share)
    return (f'<li class="{"holds" if holds else "fails"}">{verdict}: {escape(sentence)} '
            f'<span class="evidence">({escape(str(evidence))})</span></li>')
