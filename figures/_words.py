"""Numbers and lists as captions write them."""
from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from minnet.gallery.words import power_of_ten


def power(number: float) -> str:
    """A number by its power of ten where it is below 0.001 or from 10,000 on: 10⁻⁵, 3.2 · 10⁻⁴, 0.01."""
    if number == 0 or 1e-3 < abs(number) < 1e4:
        return f"{number:.3g}".replace("-", "−")
    exponent = int(np.floor(np.log10(abs(number)) + 1e-9))
    return power_of_ten(f"{number / 10.0**exponent:.2g}", exponent).replace("-", "−")


def listed(names: Sequence[str]) -> str:
    """a, b and c."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
