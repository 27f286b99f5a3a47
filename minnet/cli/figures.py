"""Draw the figures and animations of the lecture and their gallery.

NAME is a picture of --list; without any, all are drawn. Each becomes a PNG and an SVG, or a GIF with a still PNG, and a JSON of
its settings, counts and claims; index.html shows all that are in --out. Nothing random: --seed changes nothing here.
"""
from __future__ import annotations

import json
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from ..gallery import catalogue, write, write_page
from .common import folder, on_terminal

PRODUCT = "minnet figures"


def arguments(parser):
    parser.add_argument("names", nargs="*", metavar="NAME", help="pictures to draw (default all)")
    parser.add_argument("--list", action="store_true", help="the names with their titles, and nothing else")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="pictures drawn at a time (default: one a core)")
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
    if args.jobs < 1:
        raise ValueError(f"--jobs {args.jobs}; expected a number of at least 1")
    chosen = [name for name in entries if not args.names or name in args.names]
    out, begun = _own_folder(args.out), time.monotonic()
    for number, files in enumerate(_drawn(chosen, args.fast, out, min(args.jobs, len(chosen))), 1):
        if on_terminal():
            print("\r\033[K", end="", file=sys.stderr)
        print(f"[{number}/{len(chosen)}] {', '.join(files)}", flush=True)
        if on_terminal() and number < len(chosen):
            print(f"{time.monotonic() - begun:.0f} s: {chosen[number]} …", end="", file=sys.stderr, flush=True)
    written = [json.loads((out / f"{name}.json").read_text(encoding="utf-8")) for name in entries if (out / f"{name}.json").exists()]
    write_page(out, written)
    print(f"wrote {out}/index.html")


def _drawn(names, fast, out, jobs):
    """The files of each picture, one after the other, drawn by so many processes."""
    if jobs == 1:
        yield from (draw(name, fast, out) for name in names)
        return
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        futures = [pool.submit(draw, name, fast, out) for name in names]
        try:
            yield from (future.result() for future in futures)
        finally:
            pool.shutdown(cancel_futures=True)


def draw(name, fast, out):
    """Draw and write a picture of the catalogue: the names of its files."""
    entry = catalogue()[name]
    return write(entry, entry.draw(fast), out)["files"]


def _own_folder(path):
    """--out, unless an index.html in it is somebody else's."""
    page = Path(path) / "index.html"
    if page.exists() and PRODUCT not in page.read_text(encoding="utf-8", errors="replace"):
        raise ValueError(f"{page} exists and is not from minnet figures; expected another --out")
    return folder(path)
