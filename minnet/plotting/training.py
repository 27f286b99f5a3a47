"""Pictures of a training run: what the network says, how loss and gradient went, the spectrum at the end."""
from __future__ import annotations

from itertools import cycle

import numpy as np

from .style import literal, styled, subplots

__all__ = ["boundary", "convergence", "spectrum", "confusion", "density", "predicted", "runs", "training"]

LEVELS = (0.1, 0.3, 0.5, 0.7, 0.9)
MARKERS = "oxs^vD*"
HUGE = 1e150            # where a curve that diverges leaves the picture: ticks far above would overflow
WRITTEN_OUT = 12        # classes of which a confusion matrix shows names and counts


@styled
def boundary(ax, probability, X, y, title=""):
    """Contours of probability(points (M, 2)) -> (M,) at .1 to .9 over the examples X (N, 2) of classes y."""
    margin = 0.05 * np.ptp(X, axis=0) + 1e-9
    (x0, y0), (x1, y1) = X.min(0) - margin, X.max(0) + margin
    grid_x, grid_y = np.meshgrid(np.linspace(x0, x1, 160), np.linspace(y0, y1, 160))
    p = probability(np.column_stack([grid_x.ravel(), grid_y.ravel()])).reshape(grid_x.shape)
    ax.contourf(grid_x, grid_y, p, levels=np.linspace(0, 1, 11), cmap="PuOr", alpha=0.35, vmin=0, vmax=1)
    if p.min() < LEVELS[-1] and p.max() > LEVELS[0]:
        ax.contour(grid_x, grid_y, p, levels=LEVELS, colors="0.3", linewidths=[0.7, 0.7, 1.6, 0.7, 0.7], linestyles="-")
    for label, marker in zip(np.unique(y), cycle(MARKERS)):
        filled = {} if marker == "x" else {"edgecolors": "black", "linewidths": 0.5}
        ax.scatter(*X[y == label].T, marker=marker, s=22, zorder=3, **filled)
    ax.grid(False)
    ax.set(title=title, xlim=(x0, x1), ylim=(y0, y1))


@styled
def convergence(ax, histories, what="gradient_norm", label="gradient norm"):
    """A curve by iteration for each named history, logarithmic where all is positive; what is not finite is left out."""
    curves = {name: np.asarray(history[what], float) for name, history in histories.items()}
    for name, values in curves.items():
        finite = np.isfinite(values)
        lone = "o" if finite.sum() == 1 else ""
        ax.plot(np.arange(len(values)), np.where(finite, values, np.nan), label=name, marker=lone)
    drawn = np.concatenate([values[np.isfinite(values)] for values in curves.values()])
    if drawn.max(initial=0) > HUGE:
        ax.set_ylim(drawn.min(), HUGE)
    if (drawn > 0).all():
        ax.set_yscale("log")
    _whole_numbers(ax.xaxis)
    ax.set(xlabel="iteration", ylabel=label)


@styled
def spectrum(ax, spectra, bound=None):
    """Eigenvalues in ascending order, one series for each name; a logarithmic scale, symmetric where signs differ."""
    values = np.concatenate(list(spectra.values()))
    for (name, lam), marker in zip(spectra.items(), cycle(MARKERS)):
        ax.plot(np.arange(1, len(lam) + 1), lam, marker=marker, linestyle="none", markersize=4, label=name)
    if (values > 0).all():
        ax.set_yscale("log")
    elif values.any():
        size = abs(values).max()
        linear = max(size * 1e-8, bound or 0)
        ax.set_yscale("symlog", linthresh=linear, linscale=0.8)
        top = np.arange(np.ceil(np.log10(size)), np.log10(linear), -3.0)
        ax.set_yticks(np.sort(np.concatenate([-(10.0**top), [0], 10.0**top])))
        ax.axhline(0, color="black", linewidth=0.8)
        ax.margins(y=0.08)
    _whole_numbers(ax.xaxis)
    ax.set(xlabel="number", ylabel="eigenvalue of the Hessian")
    if len(spectra) > 1:
        ax.legend()


@styled
def density(ax, densities):
    """Spectral densities by name, each with a band of two standard errors, on a logarithmic scale."""
    lowest = min(d.values.max() for d in densities.values()) * 1e-6
    for name, d in densities.items():
        line, = ax.plot(d.grid, np.maximum(d.values, lowest), label=name)
        ax.fill_between(d.grid, np.maximum(d.values - 2 * d.standard_error, lowest),
                        np.maximum(d.values + 2 * d.standard_error, lowest), color=line.get_color(), alpha=0.2, linewidth=0)
    ax.set_yscale("log")
    ax.set(xlabel="eigenvalue", ylabel="density", ylim=(lowest, None))
    ax.legend()


@styled
def confusion(ax, truth, guess, names):
    """Counts of true (rows) against predicted classes, given as numbers of `names`."""
    counts = np.zeros((len(names), len(names)), int)
    np.add.at(counts, (truth, guess), 1)
    ax.imshow(counts, cmap="Blues")
    if len(names) <= WRITTEN_OUT:
        for i, j in np.ndindex(*counts.shape):
            ax.text(j, i, counts[i, j], ha="center", va="center", fontsize=8,
                    color="white" if counts[i, j] > counts.max() / 2 else "black")
        names = [literal(name) for name in names]
        slanted = {"rotation": 45, "ha": "right"} if max(map(len, names)) > 2 else {}
        ax.set_xticks(range(len(names)), names, **slanted)
        ax.set_yticks(range(len(names)), names)
    else:
        _whole_numbers(ax.xaxis, ax.yaxis)
    ax.grid(False)
    ax.set(xlabel="predicted", ylabel="true")


@styled
def predicted(ax, truth, guess):
    """Predicted against true values."""
    ax.plot(truth, guess, "o", markersize=3, alpha=0.6)
    ends = [min(np.min(truth), np.min(guess)), max(np.max(truth), np.max(guess))]
    ax.plot(ends, ends, color="black", linewidth=0.8, linestyle="-")
    ax.set(xlabel="true", ylabel="predicted")


@styled
def runs(data, rows, histories, spectra, title):
    """The notebook's picture and more: a boundary for each (name, probability), loss, gradient norm, spectrum."""
    columns = max(3, len(rows))
    fig, (top, bottom) = subplots(2, columns, 3.3 * columns, 6.8)
    fig.suptitle(title)
    for ax, (name, probability) in zip(top, rows):
        boundary(ax, probability, data.X, data.y, name)
    for ax in top[1:]:
        ax.tick_params(labelleft=False)
    for ax in [*top[len(rows):], *bottom[3:]]:
        ax.set_axis_off()
    convergence(bottom[0], histories, "value", "loss")
    convergence(bottom[1], histories)
    spectrum(bottom[2], spectra)
    fig.legend(*bottom[0].get_legend_handles_labels(), loc="outside lower left", ncols=len(histories))
    return fig


@styled
def training(result, eigenvalues, bound, test, title, part):
    """A run on one's own data: loss, gradient norm, spectrum if there is one, and what `test(ax)` draws of that `part`."""
    fig, ((loss, gradient), (eigen, last)) = subplots(2, 2, 9.0, 6.6)
    fig.suptitle(title)
    convergence(loss, {"": result.history}, "value", "loss")
    convergence(gradient, {"": result.history})
    if len(eigenvalues):
        spectrum(eigen, {"": eigenvalues}, bound)
    else:
        eigen.set_axis_off()
        eigen.text(0.5, 0.5, "no eigenvalues: too many parameters, or not finite", ha="center")
    test(last)
    last.set_title(part)
    return fig


def _whole_numbers(*axes):
    for axis in axes:
        axis.get_major_locator().set_params(integer=True)
