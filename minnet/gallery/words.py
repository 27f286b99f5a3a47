"""Numbers as a reader writes them."""

from __future__ import annotations

import re
from decimal import Decimal

__all__ = ["as_read", "power_of_ten", "powers_of_ten"]

RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
NUMBER = re.compile(r"(?<![\w.])(\d+(?:\.\d+)?)e([-+]?\d+)(?![\w.]\w)")
PLAIN = range(-2, 4)  # exponents whose numbers are written out


def as_read(text: str) -> str:
    """Write the numbers of a text as readers do: by powers of ten, with minus signs, and apart from per cent.

    >>> as_read("a slope of -1.0, on 5% of 2-3-1 networks, to 1e-08")
    'a slope of −1.0, on 5 % of 2-3-1 networks, to 10⁻⁸'
    """
    return re.sub(r"(?<=\d)%", " %", re.sub(r"(?<![\w-])-(?=\d)", "−", powers_of_ten(text)))


def powers_of_ten(text: str) -> str:
    """Write the numbers of a text by powers of ten where Python writes them with an e, and short ones without.

    >>> powers_of_ten("from 1e-08 to 3.2e-3, 1e+100, 1.2e-01 or 0e+00")
    'from 10⁻⁸ to 3.2 · 10⁻³, 10¹⁰⁰, 0.12 or 0'
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
    if float(factor) == 0:
        return "0"
    return format(Decimal(found[0]), "f") if int(exponent) in PLAIN else power_of_ten(factor, int(exponent))
