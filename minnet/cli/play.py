"""Let methods race on a surface that one can touch, or train a network.

SURFACE is a name, or FILE.py:name of one's own function of two variables. A click sets the start; methods are ticked;
sliders set learning rate, momentum and damping; play, pause, step. With --network a network is trained on points that
one can add to. Without --browser a window opens.
"""

from __future__ import annotations

import argparse
import os

from ..play.contestants import CONTESTANTS
from ..play.settings import DATA, Settings, settings_of
from ..play.surfaces import SURFACES

OPTIONS = {
    "start": ("X,Y", "where the race starts, such as --start=2,-2"),
    "methods": ("A,B,…", f"of {', '.join(CONTESTANTS)}"),
    "lr": ("LR", "learning rate"),
    "momentum": ("β", "factor of the momentum"),
    "damping": ("α", "damping of Newton's method"),
    "kappa": ("κ", "condition number of the tilted quadratic"),
    "method": ("NAME", "the one that trains the network"),
    "hidden": ("A,B,…", "widths of the network's hidden layers, such as 8,8"),
    "activation": ("NAME", "of the network"),
    "l2": ("L2", "weight decay of the network"),
}


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("surface", nargs="?", metavar="SURFACE",
                        help=f"FILE.py:name, or one of {', '.join(SURFACES)} (default Beale)")
    parser.add_argument("--network", metavar="DATA", help=f"train on one of {', '.join(DATA)}")
    for name, (what, means) in OPTIONS.items():
        parser.add_argument(f"--{name}", metavar=what, help=means)
    parser.add_argument("--browser", action="store_true", help="in a browser, at an address on this machine")
    parser.add_argument("--out", default="minnet-out", help="folder for what is saved (default minnet-out)")


def run(args: argparse.Namespace) -> None:
    if not args.out or os.path.lexists(args.out) and not os.path.isdir(args.out):
        raise ValueError(f"--out {args.out!r}; expected a folder")
    words = {name: word for name in ("surface", *OPTIONS) if (word := getattr(args, name)) is not None}
    if args.network is not None:
        words |= {"data": args.network, "seed": str(args.seed)}
    settings = settings_of(words)
    if isinstance(settings, Settings):
        settings.race()
    if args.browser:
        from ..play.browser import serve

        serve(settings, args.out)
    else:
        from ..play.window import open_window

        open_window(settings, args.out, wait=True)
