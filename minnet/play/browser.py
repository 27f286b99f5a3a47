"""The playground in a browser: matplotlib's WebAgg on 127.0.0.1, a playground of its own for each tab.

Nothing listens beyond this machine, and a request that names another host is refused. A tab that is closed ends its
playground's work.
"""
from __future__ import annotations

import asyncio
import webbrowser
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .sessions import HOST, Sessions
from .settings import NetworkSettings, Settings

__all__ = ["Server", "serve"]


class Server(Sessions):
    """The server and its sessions, on a free port; its parameters are those of `Sessions`."""

    def __init__(self, settings: Settings | NetworkSettings, out: str | Path = "minnet-out") -> None:
        try:
            import tornado  # noqa: F401
        except ImportError:
            raise ValueError("--browser needs tornado; expected pip install 'minnet[play]'") from None
        super().__init__(settings, out)

    def start(self) -> None:
        """Listen on a free port, in the running event loop."""
        from tornado.httpserver import HTTPServer
        from tornado.netutil import bind_sockets

        from .pages import application

        sockets = bind_sockets(0, HOST)
        self.port = sockets[0].getsockname()[1]
        self._http = HTTPServer(application(self))
        self._http.add_sockets(sockets)

    def stop(self) -> None:
        """Close all sessions, and listen no more."""
        for key in list(self.sessions):
            self.close(key)
        self._http.stop()


def serve(settings: Settings | NetworkSettings, out: str | Path = "minnet-out",
          opened: Callable[[str], Any] = webbrowser.open) -> None:
    """Serve the playground until Ctrl-C: print its address, and open it.

    Parameters
    ----------
    settings : Settings or NetworkSettings
    out : path
        The folder for what is saved.
    opened : callable
        What opens the address.
    """
    server = Server(settings, out)

    async def run():
        server.start()
        print(f"the playground is at {server.address} (Ctrl-C ends it)", flush=True)
        opened(server.address)
        try:
            await asyncio.Event().wait()
        finally:
            server.stop()

    try:
        asyncio.run(run())
    except KeyboardInterrupt:
        print("the playground is closed")
