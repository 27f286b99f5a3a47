"""Draw the figures and animations of the UCLA lecture on optimisation and their gallery.

NAME is a picture of --list; without any, all are drawn. Each becomes a PNG and an SVG, or a GIF with a still PNG, and
a JSON of its settings, counts and claims; index.html shows all that are in --out. --also pdf,html,mp4 writes these
files, too: a PDF of each still picture, a page and an mp4 (by ffmpeg) of each film. Nothing random: --seed changes
nothing here.
"""

from __future__ import annotations

import argparse
import signal
import sys
import time
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from difflib import get_close_matches
from multiprocessing import active_children, get_context
from os.path import lexists
from pathlib import Path

from ..gallery import FURTHER, KINDS, catalogue, own_page, read, write, write_page
from ..parallel import processors
from ..plotting.animations import has_ffmpeg
from .common import on_terminal
from .output import own_folder


class Stopped(BaseException):
    """Ctrl-C, which the runs of a picture must not take for the end of a run of theirs."""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("names", nargs="*", metavar="NAME", help="pictures to draw (default all)")
    parser.add_argument("--list", action="store_true", help="the names with their titles, and nothing else")
    parser.add_argument(
        "--jobs", type=int, default=processors(), help="pictures drawn at a time (default: one a core)"
    )
    parser.add_argument(
        "--also",
        default="",
        metavar="KINDS",
        help="further files of each picture: some of pdf, html and mp4, with commas (mp4 needs ffmpeg)",
    )
    parser.add_argument("--fast", action="store_true", help="shorter runs and films, for a first look")
    parser.add_argument(
        "--out", default="minnet-out/figures", help="folder for what is written (default minnet-out/figures)"
    )


def run(args: argparse.Namespace) -> None:
    if args.jobs < 1:
        raise ValueError(f"--jobs {args.jobs}; expected a number of at least 1")
    entries = catalogue()
    unknown = [name for name in args.names if name not in entries]
    if unknown:
        near = get_close_matches(unknown[0], entries, n=3)
        hint = f"did you mean {' or '.join(near)}?" if near else "expected some of those that --list names"
        raise ValueError(f"{unknown[0]}: unknown picture; {hint}")
    if args.list:
        width = max(map(len, entries))
        print("\n".join(f"{name:<{width}}  {entry.title}" for name, entry in entries.items()))
        return
    further = _further(args.also)
    chosen = [name for name in entries if not args.names or name in args.names]
    with own_folder(args.out, (), "minnet figures") as out:
        _refuse_others(out, chosen)
        _write(args, chosen, entries, out, further)


def _further(also):
    """The kinds of files that --also names."""
    kinds = tuple(filter(None, also.split(",")))
    unknown = [kind for kind in kinds if kind not in FURTHER]
    if unknown:
        raise ValueError(f"--also {unknown[0]}; expected some of {', '.join(FURTHER)}, with commas")
    if "mp4" in kinds and not has_ffmpeg():
        raise ValueError("--also mp4 needs ffmpeg, which is not installed; expected pdf or html")
    return tuple(dict.fromkeys(kinds))


def _write(args, chosen, entries, out, further):
    begun = time.monotonic()
    try:
        for number, files in enumerate(_drawn(chosen, min(args.jobs, len(chosen)), args.fast, out, further), 1):
            if on_terminal():
                print("\r\033[K", end="", file=sys.stderr)
            print(f"[{number}/{len(chosen)}] {', '.join(files)}", flush=True)
            if on_terminal() and number < len(chosen):
                print(f"{time.monotonic() - begun:.0f} s: {chosen[number]} …", end="", file=sys.stderr, flush=True)
    except Stopped:
        raise KeyboardInterrupt from None
    written = [facts for name in entries if (facts := read(out / f"{name}.json"))]
    write_page(out, written)
    print(f"wrote {out}/index.html")


def _drawn(names, jobs, *how):
    """The files of each picture, one after the other, drawn by so many processes."""

    def stop(*_):
        raise Stopped

    before = signal.signal(signal.SIGINT, stop)
    try:
        yield from (
            (draw(name, *how) for name in names) if jobs == 1 else _by_processes(names, jobs, stop, *how)
        )
    finally:
        signal.signal(signal.SIGINT, before)


def _by_processes(names, jobs, stop, *how):
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # which the processes started here inherit
        futures = [pool.submit(draw, name, *how) for name in names]
        signal.signal(signal.SIGINT, stop)
        try:
            yield from (future.result() for future in futures)
        except BrokenProcessPool as error:
            raise ValueError(
                "a process that drew was killed, for want of memory perhaps; expected fewer --jobs"
            ) from error
        finally:
            for child in active_children():
                child.terminate()
            pool.shutdown(wait=True, cancel_futures=True)


def draw(name: str, fast: bool, out: Path, further: Iterable[str] = ()) -> list[str]:
    """Draw and write a picture of the catalogue: the names of its files."""
    entry = catalogue()[name]
    return write(entry, entry.draw(fast), out, further, fast)["files"]


def _refuse_others(out, names):
    """ValueError where a file in the way is somebody else's."""
    own_page(out)
    for name in names:
        report = out / f"{name}.json"
        files = [file for kind in ("json", *KINDS) if lexists(file := out / f"{name}.{kind}")]
        if files and (not read(report) or any(file.is_symlink() for file in files)):
            raise ValueError(
                f"{files[0]} exists and is not, or no longer whole, from minnet figures; expected another --out"
            )
