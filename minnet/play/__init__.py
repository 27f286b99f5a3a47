"""The playground: choose a surface and a start, let methods race, and see the quadratic model that each of them sees.

`minnet play` opens it; in Jupyter, with the extra `play` and after ``%matplotlib widget``, the last line of a cell is
`minnet.play.show()`. What is computed lives in modules without any drawing (`surfaces`, `contestants`, `running`,
`local_model`, `scene`, `networks`, `challenges`, `lines`), which can be used alone.
"""
from __future__ import annotations

from typing import Any

from .contestants import DampedNewton
from .settings import NetworkSettings, Settings
from .surfaces import surface

__all__ = ["DampedNewton", "NetworkSettings", "Settings", "show", "surface"]


def show(settings: Settings | NetworkSettings | None = None) -> Any:
    """Open the playground in matplotlib's own window, or in the cell of a Jupyter notebook.

    Parameters
    ----------
    settings : Settings or NetworkSettings, optional
        What is shown first, a surface or a network; by default Beale's function.

    Returns
    -------
    Playground
        Keep it: its buttons work as long as it lives.
    """
    from .window import open_window

    return open_window(settings or Settings())
