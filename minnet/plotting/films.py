"""Training as a film: the boundary moves while loss, gradient norm and eigenvalues are drawn beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from ..function import Array
from .animations import Film
from .appearance import Drawing, style, subplots
from .predictions import boundary
from .trajectories import steps_of_frames

if TYPE_CHECKING:
    from ..datasets import Dataset

__all__ = ["training_film"]

SMALLEST = 1e-6  # of the largest eigenvalue, below which the scale is linear


@style
def training_film(
    data: Dataset,
    probability: Callable[[Array, Array], Array],
    eigenvalues: Callable[[Array], Array],
    history: Mapping[str, Any],
    title: str = "",
    frames: int = 60,
    interval: int = 120,
) -> tuple[Drawing, Film]:
    """Draw the training of a network with two inputs and two classes as a film.

    It shows the decision boundary, loss and gradient norm by step, and the eigenvalues of the Hessian at the steps of
    the frames, the negative ones in another colour.

    Parameters
    ----------
    data : Dataset
        Examples of two features.
    probability : callable
        probability(theta, points (M, 2)) -> (M,), the probability of class 1.
    eigenvalues : callable
        eigenvalues(theta) -> (n,) of the Hessian there.
    history : dict
        That of ``minimize(..., record=["x"])``.
    title : str
    frames : int
        The most frames to draw.
    interval : int
        For how many milliseconds each frame is shown.

    Returns
    -------
    still : Drawing
        The last frame.
    film : Film

    Raises
    ------
    ValueError
        If the history lacks what is drawn.
    """
    missing = [what for what in ("x", "value", "gradient_norm") if not len(history.get(what, ()))]
    if missing:
        raise ValueError(f"the history has no {missing[0]!r}; expected that of minimize(f, theta, …, record=['x'])")
    at = steps_of_frames(len(history["value"]) - 1, frames)
    spectra = np.array([np.sort(eigenvalues(history["x"][k])) for k in at])
    still, _ = _scene(data, probability, at, spectra, history, title, len(at) - 1)
    fig, show = _scene(data, probability, at, spectra, history, title, 0)
    film = Film(fig, style(show), frames=len(at), init_func=lambda: [], interval=interval, blit=False)
    return still, film


def _scene(
    data: Dataset,
    probability: Callable[[Array, Array], Array],
    at: Array,
    spectra: Array,
    history: Mapping[str, Any],
    title: str,
    first: int,
) -> tuple[Drawing, Callable[[int], list[Any]]]:
    fig, ((left, loss), (eigen, gradient)) = subplots(2, 2, 8.6, 6.0)
    fig.suptitle(title)
    names = [f"class {label}" for label in np.unique(data.y)]
    steps = np.arange(len(history["value"]))
    curves = []
    for ax, what, label in ((loss, "value", "loss"), (gradient, "gradient_norm", "gradient norm")):
        values = np.asarray(history[what], float)
        positive = values[np.isfinite(values) & (values > 0)]
        curves.append((values, *ax.plot([], []), *ax.plot([], [], "o", color="#0072B2", markersize=5)))
        ax.set(
            xlabel="step",
            ylabel=label,
            yscale="log",
            xlim=(-0.02 * steps[-1], 1.04 * steps[-1]),
            ylim=(positive.min() / 2, positive.max() * 2),
        )
    for ax in (loss, gradient, eigen):
        ax.xaxis.get_major_locator().set_params(integer=True)
    size = abs(spectra[np.isfinite(spectra)]).max(initial=1e-300)
    eigen.set_yscale("symlog", linthresh=SMALLEST * size)
    eigen.set(xlabel="step", ylabel="eigenvalues of the Hessian", xlim=loss.get_xlim(), ylim=(-2 * size, 3 * size))
    powers = int(np.floor(np.log10(size))) - 3 * np.arange(2)
    signed = [("−", -1, power) for power in powers] + [("", 1, power) for power in powers[::-1]]
    eigen.set_yticks(
        [0, *(sign * 10.0**power for _, sign, power in signed)],
        ["0", *(f"$\\mathdefault{{{minus}10^{{{power}}}}}$" for minus, _, power in signed)],
    )
    eigen.minorticks_off()
    eigen.axhline(0, color="black", linewidth=0.8, linestyle="-")
    (up,) = eigen.plot([], [], "_", color="#0072B2", markersize=5, markeredgewidth=1.4)
    (down,) = eigen.plot([], [], "x", color="#D55E00", markersize=4, markeredgewidth=1.4)

    def show(i):
        k = at[i]
        left.clear()
        boundary(lambda points: probability(history["x"][k], points), data.X, data.y, names, ax=left)
        left.set_title(f"step {k:,}", loc="left")
        left.legend(loc="lower right", bbox_to_anchor=(1.02, 0.97), ncols=2, handletextpad=0.1, columnspacing=1)
        negative = int((spectra[i] < 0).sum())
        eigen.set_title(f"{negative} of {spectra.shape[1]} negative", loc="left")
        for values, line, head in curves:
            line.set_data(steps[: k + 1], values[: k + 1])
            head.set_data(steps[k : k + 1], values[k : k + 1])
        at_eigenvalue = np.repeat(at[: i + 1], spectra.shape[1]), spectra[: i + 1].ravel()
        for marks, wanted in ((up, at_eigenvalue[1] >= 0), (down, at_eigenvalue[1] < 0)):
            marks.set_data(*(part[wanted] for part in at_eigenvalue))
        return []

    show(first)
    return fig, show
