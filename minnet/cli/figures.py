"""Draw the figures and animations of the lecture and their gallery.

NAME is a picture of --list; without any, all are drawn. Each becomes a PNG and an SVG, or a GIF with a still PNG, and a JSON of
its settings, counts and claims; index.html shows all that are in --out. Nothing random: --seed changes nothing here.
"""
from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from ..gallery import catalogue, write, write_page
from .common import folder, on_terminal

PRODUCT = "minnet figures"


def arguments(parser):
    parser.add_argument("names", nargs="*", metavar="NAME", help="pictures to draw (default all)")
    parser.add_argument("--list", action="store_true", help="the names with their titles, and nothing else")
    parser.add_argument("--fast", action="store_true", help="shorter runs and films, for a first look")
    parser.add_argument("--out", default="minnet-out/figures", help="folder for what is written (default minnet-out/figures)")


def run(args):
    entries = catalogue()
    unknown = [name for name in args.names if name not in entries]
    if unknown:
        raise ValueError(f"{unknown[0]}: unknown picture; expected some of {', '.join(entries)}")
    if args.list:
        width = max(map(len, entries))
        print("\n".join(f"{name:<{width}}  {entry.title}" for name, entry in entries.items()))
        return
    chosen = {name: entry for name, entry in entries.items() if not args.names or name in args.names}
    out = _own_folder(args.out)
    for number, entry in enumerate(chosen.values(), 1):
        if on_terminal():
            print(f"\r\033[K[{number}/{len(chosen)}] {entry.name} …", end="", file=sys.stderr, flush=True)
        begun = time.monotonic()
        facts = write(entry, entry.draw(args.fast), out)
        if on_terminal():
            print("\r\033[K", end="", file=sys.stderr)
        print(f"[{number}/{len(chosen)}] {', '.join(facts['files'])} ({time.monotonic() - begun:.1f} s)", flush=True)
    written = [json.loads((out / f"{name}.json").read_text(encoding="utf-8")) for name in entries if (out / f"{name}.json").exists()]
    write_page(out, written)
    print(f"wrote {out}/index.html")


def _own_folder(path):
    """--out, unless an index.html in it is somebody else's."""
    page = Path(path) / "index.html"
    if page.exists() and PRODUCT not in page.read_text(encoding="utf-8", errors="replace"):
        raise ValueError(f"{page} exists and is not from minnet figures; expected another --out")
    return folder(path)
