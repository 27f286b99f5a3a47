"""Figures without pyplot: no global state, one style sheet, the same bytes for the same data."""
from __future__ import annotations

from functools import wraps
from pathlib import Path
from warnings import catch_warnings, filterwarnings

import matplotlib.style
from matplotlib import rc_context
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

__all__ = ["literal", "save", "styled", "subplots"]

SHEET = str(Path(__file__).with_name("minnet.mplstyle"))
LONGEST = 24  # letters of a name in a picture


def styled(draw):
    """`draw` with minnet's style sheet in force, and only while it runs."""
    @wraps(draw)
    def wrapped(*args, **options):
        with rc_context():
            matplotlib.style.use(["default", SHEET])
            return draw(*args, **options)
    return wrapped


@styled
def subplots(rows=1, columns=1, width=6.4, height=4.0):
    """(figure, axes) of that size in inches: one Axes, or an array of them as in `Figure.subplots`."""
    fig = Figure(figsize=(width, height))
    FigureCanvasAgg(fig)
    return fig, fig.subplots(rows, columns)


@styled
def save(fig, path):
    """Write the figure in the format of its suffix, without dates or versions in the file; ValueError where it cannot
    be written."""
    path = Path(path)
    kind = path.suffix[1:].lower() or "png"
    nothing = {"png": {"Software": None}, "svg": {"Date": None, "Creator": None},
               "pdf": {"CreationDate": None, "Creator": None, "Producer": None}}.get(kind)
    try:
        with catch_warnings():
            filterwarnings("ignore", "Glyph .* missing")  # a name in a script that the font lacks: boxes are drawn
            fig.savefig(path, format=kind, metadata=nothing)
    except OSError as error:
        raise ValueError(f"cannot write {path}: {error.strerror or error}") from error
    return path


def literal(name):
    """A name as it is, and not as TeX, cut where it is long.

    >>> literal("5 $ and more"), literal("a" * 99)
    ('5 \\\\$ and more', 'aaaaaaaaaaaaaaaaaaaaaaa…')
    """
    name = str(name)
    return (name if len(name) <= LONGEST else name[:LONGEST - 1] + "…").replace("$", r"\$")
