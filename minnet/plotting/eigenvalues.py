"""Spectra: eigenvalues one by one, and as a density."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import cycle
from typing import Any, overload

import numpy as np
from matplotlib.axes import Axes

from .appearance import MARKERS, Drawing, place, style
from .curves import whole_numbers

__all__ = ["density", "spectrum"]


@overload
def spectrum(eigenvalues: Any, error: float | None = ..., ax: None = None) -> Drawing: ...
@overload
def spectrum(eigenvalues: Any, error: float | None = ..., *, ax: Axes) -> Axes: ...
@style
def spectrum(eigenvalues: Any, error: float | None = None, ax: Axes | None = None) -> Drawing | Axes:
    """Draw eigenvalues in ascending order, on a logarithmic axis that is symmetric where signs differ.

    Parameters
    ----------
    eigenvalues : array (n,), Certificate, or dict of them by name
    error : float, optional
        Eigenvalues smaller than this are drawn on a linear scale; by default the error that a certificate gives, and
        at least 1e-8 of the largest.
    ax : Axes, optional
        Where to draw; by default a figure is made.

    Returns
    -------
    Drawing or Axes
        The new figure, or the axes that were given.

    Examples
    --------
    >>> spectrum([1.0, 10.0, 100.0]).axes[0].get_yscale()
    'log'
    """
    ax, answer = place(ax)
    named = eigenvalues if isinstance(eigenvalues, Mapping) else {"": eigenvalues}
    if error is None:
        error = max((getattr(entry, "error_bound", 0.0) for entry in named.values()), default=0.0)
    spectra = {name: np.sort(np.asarray(getattr(entry, "eigenvalues", entry), float)) for name, entry in named.items()}
    values = np.concatenate(list(spectra.values()))
    for (name, lam), marker in zip(spectra.items(), cycle(MARKERS)):
        ax.plot(np.arange(1, len(lam) + 1), lam, marker=marker, linestyle="none", markersize=4, label=name)
    if (values > 0).all():
        ax.set_yscale("log")
    elif values.any():
        _symmetric_scale(ax, abs(values).max(), error)
    whole_numbers(ax.xaxis)
    ax.set(xlabel="number", ylabel="eigenvalue of the Hessian")
    if len(spectra) > 1:
        ax.legend()
    return answer


def _symmetric_scale(ax: Axes, size: float, error: float) -> None:
    """A symmetric logarithmic axis, linear below `error`, with few ticks, and a line at zero."""
    linear = max(size * 1e-8, error)
    ax.set_yscale("symlog", linthresh=linear, linscale=0.8)
    top = np.arange(np.ceil(np.log10(size)), np.log10(linear), -3.0)
    ax.set_yticks(np.sort(np.concatenate([-(10.0**top), [0], 10.0**top])))
    ax.axhline(0, color="black", linewidth=0.8)
    ax.margins(y=0.08)


@overload
def density(densities: Any, ax: None = None, ends: Any = ...) -> Drawing: ...
@overload
def density(densities: Any, *, ax: Axes, ends: Any = ...) -> Axes: ...
@style
def density(densities: Any, ax: Axes | None = None, ends: Any = None) -> Drawing | Axes:
    """Draw a spectral density, or several by name, each with a band of two standard errors.

    Parameters
    ----------
    densities : Density, or dict of them by name
        What `minnet.curvature.density` gives. The kernel, whose width the label tells, spreads each eigenvalue out:
        what lies beyond the lowest and the highest one comes from the kernel alone.
    ax : Axes, optional
        Where to draw; by default a figure is made.
    ends : (lowest, highest), or dict of them by name, optional
        Eigenvalues, beyond which nothing is drawn.

    Returns
    -------
    Drawing or Axes
        The new figure, or the axes that were given.
    """
    ax, answer = place(ax)
    named = densities if isinstance(densities, Mapping) else {"": densities}
    known = ends if isinstance(ends, Mapping) else dict.fromkeys(named, ends or (-np.inf, np.inf))
    lowest = min(d.values.max() for d in named.values()) * 1e-6
    for name, d in named.items():
        label = f"{name}, kernel of width {d.width:.1g}".removeprefix(", ")
        inside = (known[name][0] <= d.grid) & (d.grid <= known[name][1])
        (line,) = ax.plot(d.grid[inside], np.maximum(d.values, lowest)[inside], label=label)
        low, high = (np.maximum(d.values + sign * d.standard_error, lowest)[inside] for sign in (-2, 2))
        ax.fill_between(d.grid[inside], low, high, color=line.get_color(), alpha=0.2, linewidth=0)
    ax.set_yscale("log")
    ax.set(xlabel="eigenvalue", ylabel="density (band: two standard errors)", ylim=(lowest, None))
    ax.legend()
    return answer
