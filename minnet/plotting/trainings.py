"""A training run on one page."""

from __future__ import annotations

from collections.abc import Callable
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
    test: Callable[[Axes], Any] | None = None,
    title: str = "",
    part: str = "",
) -> Drawing:
    """Draw a run of `minimize` on one page: loss, gradient norm, the spectrum at its end, and what a test says.

    The last two are drawn only where they are given.

    Parameters
    ----------
    result : Result
        What `minimize` returned; of a fitted estimator, `model.result_`.
    certificate : Certificate or array (n,), optional
        Whose eigenvalues are drawn.
    test : callable, optional
        ``test(ax)`` draws the last panel, for example a confusion matrix.
    title, part : str
        Above the page, and above the last panel.

    Returns
    -------
    Drawing

    Examples
    --------
    >>> from minnet import minimize, problems
    >>> len(training(minimize(problems.beale(), [2.0, -2.0])).axes)
    2
    """
    if certificate is None and test is None:
        fig, (loss, gradient) = subplots(1, 2, 9.0, 3.6)
    else:
        fig, ((loss, gradient), (eigen, last)) = subplots(2, 2, 9.0, 6.6)
        _panel(
            eigen,
            None
            if certificate is None or not len(getattr(certificate, "eigenvalues", certificate))
            else lambda ax: spectrum(certificate, ax=ax),
            "no eigenvalues: too many parameters, or not finite",
        )
        _panel(last, test, "")
        last.set_title(part)
    fig.suptitle(title)
    convergence(result, "value", ax=loss)
    convergence(result, ax=gradient)
    return fig


def _panel(ax: Axes, draw: Callable[[Axes], Any] | None, otherwise: str) -> None:
    """What `draw` draws, or a line of text in its place."""
    if draw is not None:
        draw(ax)
    else:
        ax.set_axis_off()
        ax.text(0.5, 0.5, otherwise, ha="center")
