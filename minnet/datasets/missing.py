"""Which texts in a table say that a value is missing."""
from __future__ import annotations

from collections.abc import Iterable

__all__ = ["MISSING", "missing_texts"]

MISSING = ("", "NA", "N/A", "#N/A", "<NA>", "NaN", "NaT", "?", "None", "null", "-", "unknown")


def missing_texts(na: str | Iterable[str] | None = None) -> frozenset[str]:
    """Return the texts that mean "missing", folded to one case; an empty cell always does.

    Parameters
    ----------
    na : str or iterable of str, optional
        The texts, in any case; a string holds several with commas between. By default those of `MISSING`. With "",
        only an empty cell is missing, and `NA` is a text like any other.

    Raises
    ------
    ValueError
        Where `na` is neither.

    Examples
    --------
    >>> sorted(missing_texts("x, Missing"))
    ['', 'missing', 'x']
    >>> "nan" in missing_texts(), "nan" in missing_texts("")
    (True, False)
    """
    texts = MISSING if na is None else na.split(",") if isinstance(na, str) else na
    try:
        return frozenset({"", *(text.strip().casefold() for text in texts)})
    except (TypeError, AttributeError):
        raise ValueError(f"na={na!r:.60}; expected the texts that mean 'missing', such as 'NA,?'") from None
