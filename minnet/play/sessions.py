"""The tabs of a playground in a browser: for each a playground of its own, which ends with it."""
from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from secrets import token_urlsafe
from typing import Any

from matplotlib.backends.backend_webagg_core import FigureCanvasWebAggCore, FigureManagerWebAgg

from .playground import Playground
from .settings import NetworkSettings, Settings, settings_of
from .stage import SIZE, blank

__all__ = ["HOST", "Session", "Sessions"]

HOST = "127.0.0.1"
PATIENCE = 30       # seconds in which a page must open its socket


class Canvas(FigureCanvasWebAggCore):
    """A canvas that shows its figure larger or smaller where the page gives it another size, instead of cutting it."""

    def handle_resize(self, event: Mapping[str, Any]) -> None:
        self.figure.dpi = max(1, int(event["width"])) * self.device_pixel_ratio / SIZE[0]
        super().handle_resize({"width": event["width"], "height": int(event["width"]) * SIZE[1] / SIZE[0]})


class Session:
    """A tab: its playground, and the manager that sends the figure to the browser."""

    def __init__(self, settings: Settings | NetworkSettings, out: Path) -> None:
        self.id: str = token_urlsafe(12)
        figure = blank(Canvas)
        self.manager: Any = FigureManagerWebAgg(figure.canvas, 1)
        self.manager.set_window_title("minnet play")
        self.playground: Playground = Playground(figure, settings, out)

    def close(self) -> None:
        """End the playground's work."""
        self.playground.close()


class Sessions:
    """The sessions of a server.

    Parameters
    ----------
    settings : Settings or NetworkSettings
        What a page without words in its link shows.
    out : path
        The folder for what is saved.

    Attributes
    ----------
    sessions : dict of str to Session
        Those whose tab is open.
    port : int
        Where the server listens, once it does.
    """

    def __init__(self, settings: Settings | NetworkSettings, out: str | Path = "minnet-out") -> None:
        self.settings: Settings | NetworkSettings = settings
        self.out: Path = Path(out)
        self.sessions: dict[str, Session] = {}
        self.port: int = 0

    @property
    def address(self) -> str:
        """Where a browser finds it."""
        return f"http://{HOST}:{self.port}/"

    def open(self, words: Mapping[str, str]) -> Session:
        """Make a session for a page, which has a while to open its socket.

        A link does not run files of this machine: it may name only the one that the command was given.
        """
        name = words.get("surface", "")
        if ".py" in name and name != getattr(self.settings, "surface", None):
            raise ValueError("surface: a file is opened by minnet play FILE.py:name, not by a link")
        session = Session(settings_of(words) if words else self.settings, self.out)
        self.sessions[session.id] = session
        asyncio.get_running_loop().call_later(PATIENCE, self._close_if_alone, session.id)
        return session

    def close(self, key: str) -> None:
        """End a session."""
        session = self.sessions.pop(key, None)
        if session is not None:
            session.close()

    def _close_if_alone(self, key):
        if key in self.sessions and not self.sessions[key].manager.web_sockets:
            self.close(key)
