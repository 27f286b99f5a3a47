"""Dates as people write them, as days since 1970-01-01.

`2021-02-01`, `2021/2/1`, `2021-02`, `01/02/2021`, `1.2.21`, `Feb 1, 2021`, `1-Feb-2021`, `Feb 2021`, each but the
months with a time if need be: `2021-02-01T10:30:00+01:00`. Which of the numbers in `01/02/2021` is the day is found
from the whole column, see `find_order`.
"""
from __future__ import annotations

import re
from datetime import date
from typing import Literal

import numpy as np

__all__ = ["Order", "find_order", "parse_date", "parse_dates"]

Order = Literal["day first", "month first"]

EPOCH = date(1970, 1, 1).toordinal()
MONTHS = {name: k + 1 for k, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split())}
TIME = r"""(?:[T\ ]\s?(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}(?:\.\d{1,9})?))?\s?(?P<half>[AaPp][Mm])?
           \s?(?P<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2})?)?"""
WORD = r"(?P<word>[A-Za-z]{3,9})\.?"
PATTERNS = (
    r"(?P<year>\d{4})(?P<mark>[-/.])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})",
    r"(?P<year>\d{4})[-/](?P<month>\d{2})",
    r"(?P<first>\d{1,2})(?P<mark>[-/.])(?P<second_number>\d{1,2})(?P=mark)(?P<year>\d{4}|\d{2})",
    rf"(?P<day>\d{{1,2}})[-/.\ ]\s?{WORD}[-/.,\ ]\s?(?P<year>\d{{4}}|\d{{2}})",
    rf"{WORD}[-\ ](?P<day>\d{{1,2}}),?\ (?P<year>\d{{4}})",
    rf"{WORD}[-,\ ]\s?(?P<year>\d{{4}})")
FORMS = tuple(re.compile(form + (TIME if "<day>" in form or "<first>" in form else ""), re.VERBOSE | re.ASCII)
              for form in PATTERNS)
YEAR = re.compile(r"\d\d(?!\d)", re.ASCII)      # that every date holds: its last two digits
LONGEST = 45                                    # characters of a date


def parse_date(text: str, order: Order | None = None) -> float | None:
    """Return a date as days since 1970-01-01, with the time of day as a fraction, None where a text is no date.

    A year of two digits lies from 1969 to 2068, as in POSIX.

    Parameters
    ----------
    text : str
    order : {"day first", "month first"}, optional
        Which number of `01/02/2021` is the day. Without it, such a text is no date, unless points stand between the
        numbers.

    Examples
    --------
    >>> parse_date("1970-01-02 12:00"), parse_date("Jan 3, 1970"), parse_date("03/01/1970", "day first")
    (1.5, 2.0, 2.0)
    >>> parse_date("1970-02-30") is parse_date("soon") is None
    True
    """
    if len(text) > LONGEST or not YEAR.search(text):
        return None
    for form in FORMS:
        if found := form.fullmatch(text):
            return _days(found.groupdict(), order)
    return None


def _days(parts, order):
    year, day, month = parts["year"], parts.get("day") or 1, parts.get("month")
    if parts.get("word"):
        month = _month(parts["word"])
    elif parts.get("first"):
        day, month = parts["first"], parts["second_number"]
        if order is None and parts["mark"] != ".":
            return None
        if order == "month first":
            day, month = month, day
    years = int(year) + (0 if len(year) == 4 else 1900 if int(year) >= 69 else 2000)
    try:
        days = date(years, int(month or 0), int(day)).toordinal() - EPOCH
        return days + _fraction(parts)
    except ValueError:
        return None


def _fraction(parts):
    """The time of day in days, moved to universal time where the zone is known."""
    if not parts.get("hour"):
        return 0.0
    hour, minute, second = int(parts["hour"]), int(parts["minute"]), float(parts["second"] or 0)
    if parts["half"]:
        if not 1 <= hour <= 12:
            raise ValueError("no hour of half a day")
        hour = hour % 12 + (12 if parts["half"].lower() == "pm" else 0)
    if hour > 24 or minute > 59 or second >= 61:
        raise ValueError("no time of day")
    zone = parts["zone"] or "Z"
    ahead = 0 if zone[0] in "ZUG" else int(zone[0] + "1") * (60 * int(zone[1:3]) + int(zone[-2:]))
    return (hour * 3600 + (minute - ahead) * 60 + second) / 86400


def _month(word):
    word = word.lower()
    whole = {"january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
             "november", "december", "sept"}
    return MONTHS[word[:3]] if word in MONTHS or word in whole else 0


def parse_dates(texts: tuple[str, ...], order: Order | None = None) -> np.ndarray:
    """Parse each text of a column; nan for what is no date."""
    return np.array([np.nan if (days := parse_date(text, order)) is None else days for text in texts], float)


def find_order(texts: list[str]) -> Order | Literal["either"] | None:
    """Find which number of dates such as `01/02/2021` is the day: the one that exceeds 12 somewhere.

    Returns
    -------
    {"day first", "month first", "either"} or None
        "either" where the texts do not tell (with points between the numbers the day comes first); None where they are
        no such dates, or contradict each other.

    Examples
    --------
    >>> find_order(["01/02/2021", "13/02/2021"]), find_order(["01/02/2021"]), find_order(["13/13/2021"])
    ('day first', 'either', None)
    """
    if not texts:
        return None
    day_first = all(parse_date(text, "day first") is not None for text in texts)
    month_first = all(parse_date(text, "month first") is not None for text in texts)
    if day_first and month_first:
        return "either" if any(mark in text for text in texts for mark in "/-") else "day first"
    return "day first" if day_first else "month first" if month_first else None
