"""Results as a Jupyter notebook shows them: plain tables that take their colours from the page, light or dark."""
from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

__all__ = ["facts", "html_table"]


def html_table(title: str, head: Sequence[str], rows: Iterable[Sequence[object]], foot: str = "") -> str:
    """Return an HTML table: words to the left, numbers to the right.

    >>> html_table("a < b", ["name", "n"], [("x", 3)])
    '<p>a &lt; b</p><table><tr><th style="text-align:left">name</th><th>n</th></tr><tr><td
    style="text-align:left">x</td><td>3</td></tr></table>'
    """
    rows = list(rows)
    left = [k == 0 or not any(_is_number(row[k]) for row in rows) for k in range(len(head))]
    lines = [f"<p>{escape(title)}</p><table>", _row("th", head, left)]
    lines += [_row("td", row, left) for row in rows]
    return "".join([*lines, "</table>", f"<p>{escape(foot)}</p>" if foot else ""])


def facts(title: str, rows: Iterable[tuple[str, object]], foot: str = "") -> str:
    """Return a title and a table of facts by name, without a head.

    >>> facts("a run", [("steps", 3)])
    '<p>a run</p><table><tr><td style="text-align:left">steps</td><td style="text-align:left">3</td></tr></table>'
    """
    cells = "".join(_row("td", row, (True, True)) for row in rows)
    return f"<p>{escape(title)}</p><table>{cells}</table>" + (f"<p>{escape(foot)}</p>" if foot else "")


def _row(tag, cells, left):
    """A row of cells, to the left where it is said."""
    style = ' style="text-align:left"'
    return "<tr>" + "".join(f"<{tag}{style * words}>{escape(str(cell))}</{tag}>"
                            for cell, words in zip(cells, left)) + "</tr>"


def _is_number(cell):
    try:
        float(cell)
    except (TypeError, ValueError):
        return False
    return True
