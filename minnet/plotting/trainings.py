"""A training run on one page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import zip_longest
from math import ceil
from typing import Any

from matplotlib.axes import Axes

from ..optim.driver.result import Result
from .appearance import Drawing, style, subplots
from .curves import convergence
from .eigenvalues import spectrum

__all__ = ["training"]


@style
def training(
    result: Result,
    certificate: Any = None,
    panels: Mapping[str, Callable[[Axes], Any]] | None = None,
    title: str = "",
) -> Drawing:
    """Draw a run of `minimize` on one page: loss, gradient norm, the spectrum at its end, and what else there is.

    Parameters
    ----------
    result : Result
        What `minimize` returned; of a fitted estimator, `model.result_`.
    certificate : Certificate or array (n,), optional
        Whose eigenvalues are drawn; where there are none, a line says so.
    panels : dict of callables, optional
        Further panels by title; ``draw(ax)`` draws one, for example a confusion matrix.
    title : str
        Above the page.

    Returns
    -------
    Drawing

    Examples
    --------
    >>> from minnet import minimize, problems
    >>> len(training(minimize(problems.beale(), [2.0, -2.0])).axes)
    2
    """
    draws: list[tuple[str, Callable[[Axes], Any]]] = [
        ("", lambda ax: convergence(result, "value", ax=ax)),
        ("", lambda ax: convergence(result, ax=ax)),
    ]
    if certificate is not None:
        draws.append(("", lambda ax: _eigenvalues(certificate, ax)))
    draws += (panels or {}).items()
    columns = 2 if len(draws) <= 4 else 3
    rows = ceil(len(draws) / columns)
    fig, axes = subplots(rows, columns, 4.5 * columns, 3.6 if rows == 1 else 3.3 * rows)
    for ax, (above, draw) in zip_longest(axes.flat, draws, fillvalue=("", Axes.set_axis_off)):
        ax.set_title(above)
        draw(ax)
    fig.suptitle(title)
    return fig


def _eigenvalues(certificate: Any, ax: Axes) -> None:
    """The spectrum, or a line of text in its place."""
    if len(getattr(certificate, "eigenvalues", certificate)):
        spectrum(certificate, ax=ax)
    else:
        ax.set_axis_off()
        ax.text(0.5, 0.5, "no eigenvalues: too many parameters, or not finite", ha="center")
