"""Numbers as people write them: `3.5`, `-2e-7`, `$14.50`, `12%`, `1,682,222`, `55 kg`, `(3)`, `−4`.

What stands around the digits is the unit. A column of numbers has one unit, so that nothing is lost when it is taken
off.
"""
from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np

__all__ = ["Numbers", "common_unit", "fits_unit", "is_number", "parse_number", "parse_numbers"]

PLAIN = re.compile(r"[+-]?(?:[0-9]++(?:\.[0-9]*+)?|\.[0-9]++|(?i:inf(?:inity)?))(?:[eE][+-]?[0-9]++)?")
DRESSED = re.compile(r"""
    (?P<open>\()?+ \s*+ (?P<sign>[+−–-])?+ \s*+
    (?P<before>US\$|[$€£¥₹]|USD|EUR|GBP|JPY|CHF|INR)?+ \s*+ (?P<second>[+−–-])?+
    (?P<digits>[1-9][0-9]{0,2}(?:,[0-9]{3})+(?![0-9])(?:\.[0-9]*+)?
             | [1-9][0-9]{0,2}(?:[ '’\u00a0\u202f][0-9]{3})+(?![0-9])(?:\.[0-9]*+)?
             | [0-9]++(?:\.[0-9]*+)? | \.[0-9]++)
    (?P<exponent>[eE][+−-]?[0-9]++)?+
    \s*+ (?P<after>(?:[$€£¥₹%‰°µ]|[^\W\d_])[^\s\d()]{0,11}[0-9²³]?)?+ \s*+ (?P<close>\))?+
    """, re.VERBOSE)
LONGEST = 60           # characters of a dressed number
MINUS = "−–-"
OTHER_POINT = str.maketrans(".,", ",.")


class Numbers(NamedTuple):
    """What the texts of a column are as numbers: values (nan for what is none), the units and the kinds of dress
    found."""

    values: np.ndarray
    units: np.ndarray
    dress: np.ndarray


def is_number(text: str, decimal: str = ".") -> bool:
    """Whether a text is a number with no dress.

    >>> is_number("1e-3"), is_number("1,5"), is_number("1,5", ",")
    (True, False, True)
    """
    return PLAIN.fullmatch(text.translate(OTHER_POINT) if decimal == "," else text) is not None


def parse_number(text: str, decimal: str = ".") -> tuple[float, str, str] | None:
    """Return the number that a text is, its unit, and in words what else was read as part of the number.

    Parameters
    ----------
    text : str
    decimal : {".", ","}
        What stands before the fraction; the other one may stand between thousands.

    Returns
    -------
    (value, unit, dress) or None
        None where the text is no number. A per cent sign is a unit: 12% is 12.

    Examples
    --------
    >>> parse_number("$1,682,222.50")
    (1682222.5, '$', 'thousands separators')
    >>> parse_number("(3)"), parse_number("12 %"), parse_number("1.234,5 kg", ",")
    ((-3.0, '', 'brackets for minus'), (12.0, '%', ''), (1234.5, 'kg', 'thousands separators'))
    >>> parse_number("1,5") is parse_number("3 of 4") is None
    True
    """
    plain = text.translate(OTHER_POINT) if decimal == "," else text
    if PLAIN.fullmatch(plain):
        return float(plain), "", ""
    found = DRESSED.fullmatch(plain) if len(plain) <= LONGEST else None
    if found is None:
        return None
    opened, sign, before, second, digits, exponent, after, closed = found.groups("")
    if bool(opened) != bool(closed) or len(opened + sign + second) > 1 or (before and after):
        return None
    bare = re.sub(r"[,\s'’]", "", digits)
    value = float(bare + exponent.replace("−", "-"))
    dress = "thousands separators" if bare != digits else "brackets for minus" if opened else ""
    unit = (after or before).translate(OTHER_POINT) if decimal == "," else after or before
    return (-value if opened or sign + second in tuple(MINUS) else value), unit, dress


def parse_numbers(texts: tuple[str, ...], decimal: str = ".") -> Numbers:
    """Parse each text of a column.

    >>> parse_numbers(("1", "2 kg", "many")).values
    array([ 1.,  2., nan])
    """
    plain, point = PLAIN.fullmatch, texts if decimal == "." else [text.translate(OTHER_POINT) for text in texts]
    values = np.array([float(text) if plain(text) else np.nan for text in point], float)
    units, dress = np.full(len(texts), "", object), np.full(len(texts), "", object)
    for k in np.flatnonzero(np.isnan(values)):
        values[k], units[k], dress[k] = parse_number(texts[k], decimal) or (np.nan, "", "")
    return Numbers(values, units, dress)


def fits_unit(numbers: Numbers, unit: str) -> np.ndarray:
    """Which of the texts are numbers in a column of that unit: those with the unit, and bare ones.

    A bare number beside per cents could be a fraction, and is none of them, but for zero.
    """
    bare = (numbers.units == "") & ((unit != "%") | (numbers.values == 0))
    return ~np.isnan(numbers.values) & (bare | (numbers.units == unit))


def common_unit(numbers: Numbers, counts: np.ndarray) -> str:
    """The unit that most cells with a unit have, "" where none has one.

    >>> common_unit(parse_numbers(("1", "2 kg", "3 g")), np.array([5, 2, 1]))
    'kg'
    """
    weights: dict[str, int] = {}
    for k in np.flatnonzero((numbers.units != "") & (counts > 0)):
        weights[numbers.units[k]] = weights.get(numbers.units[k], 0) + int(counts[k])
    return max(weights, key=lambda unit: weights[unit], default="")
