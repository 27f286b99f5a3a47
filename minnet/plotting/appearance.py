"""How all pictures look: one style sheet, no pyplot and so no global state, and the same bytes for the same data."""
from __future__ import annotations

from collections.abc import Callable
from contextlib import ContextDecorator
from functools import wraps
from io import BytesIO
from os import PathLike
from pathlib import Path
from typing import Any, TypeVar, overload
from warnings import catch_warnings, filterwarnings

import matplotlib.style
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from ..files import atomic_write
from .ticks import label_logarithms

__all__ = ["MARKERS", "Drawing", "literal", "place", "save", "style", "subplots"]

SHEET = str(Path(__file__).with_name("minnet.mplstyle"))
MARKERS = "oxs^vD*"
LONGEST = 24  # letters of a name in a picture
Draw = TypeVar("Draw", bound=Callable[..., Any])


class _Sheet(ContextDecorator):
    """minnet's style sheet, in force within a `with` block or while a decorated function runs."""

    def _recreate_cm(self) -> _Sheet:
        return _Sheet()

    def __enter__(self) -> None:
        self._context = rc_context()
        self._context.__enter__()
        matplotlib.style.use(["default", SHEET])

    def __exit__(self, *error: Any) -> None:
        self._context.__exit__(*error)


@overload
def style(draw: Draw) -> Draw: ...
@overload
def style(draw: None = None) -> _Sheet: ...
def style(draw: Callable[..., Any] | None = None) -> Any:
    """Put minnet's style sheet in force: ``with style(): …``, or ``@style`` above a function that draws.

    It is in force only while the block or the function runs; nothing else of matplotlib's settings changes.

    Parameters
    ----------
    draw : callable, optional
        The function that is decorated.

    Returns
    -------
    callable or context manager

    Examples
    --------
    >>> with style():
    ...     matplotlib.rcParams["lines.linewidth"]
    1.6
    """
    if draw is None:
        return _Sheet()

    @wraps(draw)
    def wrapped(*args, **options):
        with _Sheet():
            return draw(*args, **options)
    return wrapped


class Drawing(Figure):
    """A matplotlib figure that a Jupyter cell shows when it is the cell's last line, its ticks named."""

    def draw(self, renderer: Any) -> None:
        label_logarithms(self.axes)
        super().draw(renderer)

    def _repr_png_(self) -> bytes:
        whole = BytesIO()
        with _Sheet():
            self.savefig(whole, format="png", metadata={"Software": None})
        return whole.getvalue()


@style
def subplots(rows: int = 1, columns: int = 1, width: float = 6.4, height: float = 4.0) -> tuple[Drawing, Any]:
    """Make a figure with axes.

    Parameters
    ----------
    rows, columns : int
        The numbers of rows and columns of axes.
    width, height : float
        The size of the figure in inches.

    Returns
    -------
    figure : Drawing
    axes : Axes or array of Axes
        One Axes, or an array of them as `Figure.subplots` gives it.

    Examples
    --------
    >>> fig, (left, right) = subplots(1, 2)
    >>> len(fig.axes)
    2
    """
    fig = Drawing(figsize=(width, height))
    FigureCanvasAgg(fig)
    return fig, fig.subplots(rows, columns)


def place(ax: Axes | None, width: float = 6.4, height: float = 4.0) -> tuple[Axes, Drawing | Axes]:
    """Find the axes to draw on, and what a helper is to return.

    Parameters
    ----------
    ax : Axes or None
        Where the caller wants the drawing.
    width, height : float
        The size in inches of the figure that is made where `ax` is None.

    Returns
    -------
    ax : Axes
        The given axes, or those of a new figure.
    answer : Drawing or Axes
        The new figure, or the given axes.
    """
    if ax is not None:
        return ax, ax
    fig, own = subplots(1, 1, width, height)
    return own, fig


@style
def save(fig: Figure, path: str | PathLike[str]) -> Path:
    """Write a figure as a file, without dates or versions in it.

    Parameters
    ----------
    fig : Figure
    path : str or path
        Its suffix says the format: png, svg, pdf, ….

    Returns
    -------
    Path

    Raises
    ------
    ValueError
        If the file cannot be written.
    """
    path = Path(path)
    kind = path.suffix[1:].lower() or "png"
    nothing = {"png": {"Software": None}, "svg": {"Date": None, "Creator": None},
               "pdf": {"CreationDate": None, "Creator": None, "Producer": None}}.get(kind)
    whole = BytesIO()
    with catch_warnings():
        filterwarnings("ignore", "Glyph .* missing")  # a name in a script that the font lacks: boxes are drawn
        fig.savefig(whole, format=kind, metadata=nothing)
    with atomic_write(path) as file:
        file.write(whole.getbuffer())
    return path


def literal(name: object) -> str:
    """Return a name such that matplotlib writes it as it is and not as TeX, cut where it is long.

    Parameters
    ----------
    name : object
        What is turned into a string.

    Returns
    -------
    str

    Examples
    --------
    >>> literal("5 $ and more"), literal("a" * 99)
    ('5 \\\\$ and more', 'aaaaaaaaaaaaaaaaaaaaaaa…')
    """
    name = str(name)
    return (name if len(name) <= LONGEST else name[:LONGEST - 1] + "…").replace("$", r"\$")
