"""Training as a film: the boundary moves while loss, gradient norm and eigenvalues are drawn beside it."""

from __future__ import annotations

import numpy as np

from .animations import Film
from .appearance import style, subplots
from .predictions import boundary
from .trajectories import steps_of_frames

__all__ = ["training_film"]

SMALLEST = 1e-6  # of the largest eigenvalue, below which the scale is linear


@style
def training_film(data, probability, eigenvalues, history, title="", frames=60, interval=120):
    """(still Drawing, Film) of a run of `minimize(..., record=["x"])` that trains a network with two inputs and two
    classes.

    data: a Dataset of two features. probability(theta, points (M, 2)) -> (M,) of class 1; eigenvalues(theta) -> (n,)
    of the Hessian there. The still is the last frame. Loss and gradient norm are drawn by step, eigenvalues at the
    steps of the frames, the negative ones in another colour.
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


def _scene(data, probability, at, spectra, history, title, first):
    fig, ((left, loss), (eigen, gradient)) = subplots(2, 2, 8.6, 6.0)
    fig.suptitle(title)
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
    eigen.set_yticks(
        [*-np.geomspace(size, 1e-6 * size, 3), 0, *np.geomspace(1e-6 * size, size, 3)],
        [f"{v:.0e}" for v in (-size, -1e-3 * size, -1e-6 * size)]
        + ["0"]
        + [f"{v:.0e}" for v in (1e-6 * size, 1e-3 * size, size)],
    )
    eigen.axhline(0, color="black", linewidth=0.8, linestyle="-")
    (up,) = eigen.plot([], [], "_", color="#0072B2", markersize=5, markeredgewidth=1.4)
    (down,) = eigen.plot([], [], "x", color="#D55E00", markersize=4, markeredgewidth=1.4)

    def show(i):
        k = at[i]
        left.clear()
        boundary(lambda points: probability(history["x"][k], points), data.X, data.y, ax=left)
        left.set_title(f"step {k:,}", loc="left")
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
