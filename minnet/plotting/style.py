"""Figures without pyplot: no global state, one style sheet, the same bytes for the same data."""
from __future__ import annotations

from functools import wraps
from pathlib import Path

import matplotlib.style
from matplotlib import rc_context
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

__all__ = ["figure", "save", "styled"]

SHEET = str(Path(__file__).with_name("minnet.mplstyle"))


def styled(draw):
    """`draw` with minnet's style sheet in force, and only while it runs."""
    @wraps(draw)
    def wrapped(*args, **options):
        with rc_context():
            matplotlib.style.use(SHEET)
            return draw(*args, **options)
    return wrapped


@styled
def figure(width=6.4, height=4.0, **options):
    """An empty figure of that size in inches."""
    fig = Figure(figsize=(width, height), **options)
    FigureCanvasAgg(fig)
    return fig


@styled
def save(fig, path):
    """Write the figure, without dates or versions in the file; ValueError where it cannot be written."""
    path = Path(path)
    nothing = {"png": {"Software": None}, "svg": {"Date": None, "Creator": None}}.get(path.suffix[1:], {})
    try:
        fig.savefig(path, metadata=nothing)
    except OSError as error:
        raise ValueError(f"cannot write {path}: {error.strerror or error}") from error
    return path
