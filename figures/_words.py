"""Numbers and lists as captions write them."""
from __future__ import annotations

from collections.abc import Sequence

import numpy as np

RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def power(number: float) -> str:
    """A number by its power of ten where it is below 0.001 or from 10,000 on: 10⁻⁵, 3.2 · 10⁻³, 0.01."""
    if number == 0 or 1e-3 < abs(number) < 1e4:
        return f"{number:.3g}".replace("-", "−")
    exponent = int(np.floor(np.log10(abs(number)) + 1e-9))
    factor = f"{number / 10.0**exponent:.2g}"
    raised = "10" + str(exponent).translate(RAISED)
    return raised if factor == "1" else f"{factor} · {raised}".replace("-", "−")


def listed(names: Sequence[str]) -> str:
    """a, b and c."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
