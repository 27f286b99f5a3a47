"""Data sets and descriptions of columns as a notebook shows them: plain tables that take their colours from the
page."""
from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

import numpy as np

__all__ = ["html_table", "overview"]

MOST_ROWS = 12


def html_table(title: str, head: Sequence[str], rows: Iterable[Sequence[object]], foot: str = "") -> str:
    """Return an HTML table: words to the left, numbers to the right.

    >>> html_table("a < b", ["name", "n"], [("x", 3)])
    '<p>a &lt; b</p><table><tr><th style="text-align:left">name</th><th>n</th></tr><tr><td
    style="text-align:left">x</td><td>3</td></tr></table>'
    """
    lines = [f"<p>{escape(title)}</p><table>", _row("th", head, head)]
    lines += [_row("td", row, head) for row in rows]
    return "".join([*lines, "</table>", f"<p>{escape(foot)}</p>" if foot else ""])


def overview(title: str, X: np.ndarray, names: Sequence[str], y: np.ndarray, classes: Sequence[str] | None) -> str:
    """Return a table of the first features, with their range and mean, and of the target."""
    rows = [(name[:60], *_summary(values)) for name, values in zip(names[:MOST_ROWS], X.T)]
    if len(names) > MOST_ROWS:
        rows.append((f"… {len(names) - MOST_ROWS} more", "", "", ""))
    if classes is None:
        rows += [(f"target{f' {k + 1}' if y.ndim > 1 else ''}", *_summary(values))
                 for k, values in enumerate(np.atleast_2d(y.T)[:MOST_ROWS])]
        return html_table(title, ("feature", "lowest", "mean", "highest"), rows)
    counts = np.bincount(y, minlength=len(classes))
    shown = ", ".join(f"{name[:60]}: {count}" for name, count in list(zip(classes, counts))[:MOST_ROWS])
    return html_table(title, ("feature", "lowest", "mean", "highest"), rows,
                      f"examples of each class: {shown}{', …' * (len(classes) > MOST_ROWS)}")


def _row(tag, cells, head):
    """A row; the first column holds words."""
    left = ' style="text-align:left"'
    return "<tr>" + "".join(f"<{tag}{left * (k == 0 or not head[k])}>{escape(str(cell))}</{tag}>"
                            for k, cell in enumerate(cells)) + "</tr>"


def _summary(values):
    """Lowest, mean and highest value, in a few digits."""
    if not len(values):
        return "", "", ""
    size = np.abs(values).max() or 1.0     # so that no sum overflows
    return tuple(f"{value:.4g}" for value in (values.min(), (values / size).mean() * size, values.max()))
