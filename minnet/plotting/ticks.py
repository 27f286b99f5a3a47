"""Ticks of logarithmic axes: plain numbers where few powers of ten are seen, and powers of ten elsewhere."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import Formatter

__all__ = ["label_logarithms"]

PLAIN = (1e-3, 1e5)  # between these a number is written out
FEW = 2.0  # powers of ten in view, up to which numbers between them are named, too


class _Logarithmic(Formatter):
    """10, 100, …, or 10⁻⁵, 10⁻⁴, …; between the powers 2 and 5 are named where few powers are in view."""

    def __call__(self, x: float, pos: int | None = None) -> str:
        low, high = sorted(self.axis.get_view_interval())
        if not (x > 0 < low):
            return ""
        exponent = int(np.floor(np.log10(x) + 1e-9))
        lead = x / 10.0**exponent
        decades = np.log10(high / low)
        named = abs(lead - 1) < 1e-6 or (decades <= FEW and min(abs(lead - 2), abs(lead - 5)) < 1e-6)
        if not (named or decades <= FEW / 4):
            return ""
        if PLAIN[0] <= low * 1.001 and high <= PLAIN[1] and decades <= 2 * FEW:
            return f"{x:.6g}"
        power = f"10^{{{exponent}}}"
        return f"$\\mathdefault{{{power if abs(lead - 1) < 1e-6 else f'{lead:g} · {power}'}}}$"


def label_logarithms(axes: Iterable[Axes]) -> None:
    """Name the ticks of logarithmic axes that the caller has not named.

    Parameters
    ----------
    axes : iterable of Axes
    """
    for axis in (axis for ax in axes for axis in (ax.xaxis, ax.yaxis)):
        if axis.get_scale() == "log":
            if axis.isDefault_majfmt:
                axis.set_major_formatter(_Logarithmic())
            if axis.isDefault_minfmt:
                axis.set_minor_formatter(_Logarithmic())
