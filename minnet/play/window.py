"""The playground in matplotlib's own window or in a notebook's cell: pyplot makes the figure, nothing else differs."""
from __future__ import annotations

from pathlib import Path
from typing import Any

from ..plotting import style
from .playground import Playground
from .settings import NetworkSettings, Settings
from .stage import SIZE, Stage

__all__ = ["open_window"]

STILL = ("agg", "cairo", "pdf", "pgf", "ps", "svg", "template")     # backends that only draw


def open_window(settings: Settings | NetworkSettings, out: str | Path = "minnet-out", wait: bool = False) -> Playground:
    """Open the playground.

    Parameters
    ----------
    settings : Settings or NetworkSettings
    out : path
        The folder for what is saved.
    wait : bool
        Whether to return only when the window is closed.

    Raises
    ------
    ValueError
        If matplotlib's backend can open no window.
    """
    try:
        import matplotlib.pyplot as plt

        backend = plt.get_backend().lower()
        still = backend in STILL or "inline" in backend
        with style():
            fig: Any = None if still else plt.figure("minnet play", figsize=SIZE, FigureClass=Stage)
    except Exception as error:      # each toolkit has its own way of saying that it is missing, or finds no screen
        raise ValueError(f"no window opens ({str(error).splitlines()[0]}); expected a desktop, or --browser") from error
    if "inline" in backend:
        raise ValueError("this notebook shows still pictures; expected %matplotlib widget first (of the extra play)")
    if still:
        raise ValueError(f"matplotlib's {backend} opens no window; expected a desktop with Tk or Qt, or --browser")
    playground = Playground(fig, settings, out)
    plt.show(block=wait)
    return playground
