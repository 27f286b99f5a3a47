"""Numbers as a reader writes them."""

from __future__ import annotations

import re

__all__ = ["power_of_ten", "powers_of_ten"]

RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
NUMBER = re.compile(r"(?<![\w.])(\d+(?:\.\d+)?)e([-+]?\d+)(?![\w.]\w)")


def powers_of_ten(text: str) -> str:
    """Write the numbers of a text by powers of ten where Python writes them with an e.

    >>> powers_of_ten("from 1e-08 to 3.2e-3, 1e+100")
    'from 10⁻⁸ to 3.2 · 10⁻³, 10¹⁰⁰'
    """
    return NUMBER.sub(_written, text)


def power_of_ten(factor: str, exponent: int) -> str:
    """Write a number by its power of ten, without the factor where that is 1.

    >>> power_of_ten("3.2", -3), power_of_ten("1", 4)
    ('3.2 · 10⁻³', '10⁴')
    """
    raised = "10" + str(exponent).translate(RAISED)
    return raised if float(factor) == 1 else f"{factor} · {raised}"


def _written(found: re.Match[str]) -> str:
    factor, exponent = found.groups()
    return power_of_ten(factor, int(exponent))
