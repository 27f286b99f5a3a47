"""The playground in a browser: matplotlib's WebAgg on 127.0.0.1, a playground of its own for each tab.

Nothing listens beyond this machine, and a request that names another host is refused. A tab that is closed ends its
playground's work.
"""
from __future__ import annotations

import asyncio
import json
import webbrowser
from collections.abc import Callable
from html import escape
from pathlib import Path
from secrets import token_urlsafe
from typing import Any

import matplotlib
from matplotlib.backends.backend_webagg_core import FigureCanvasWebAggCore, FigureManagerWebAgg

from .networks import NetworkSettings, network_settings_of
from .playground import Playground, blank
from .settings import Settings, settings_of

__all__ = ["Server", "serve"]

HOST = "127.0.0.1"
PATIENCE = 30       # seconds in which a page must open its socket
PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>minnet play</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="_static/css/page.css"><link rel="stylesheet" href="_static/css/boilerplate.css">
<link rel="stylesheet" href="_static/css/fbm.css"><link rel="stylesheet" href="_static/css/mpl.css">
<script src="mpl.js"></script></head>
<body><p>minnet play: <a href="session/{id}/race.py" target="_blank">the Python of this</a> ·
<a href="session/{id}/link" target="_blank">a link to this state</a> · <span id="state">open</span></p>
<div id="figure"></div>
<script>
const socket = new WebSocket("ws://" + location.host + "/session/{id}/socket");
socket.addEventListener("close", () => {{ document.getElementById("state").textContent = "ended; reload the page"; }});
new mpl.figure("{id}", socket, (figure, format) => {{ window.open("session/{id}/figure." + format, "_blank"); }},
               document.getElementById("figure"));
</script></body></html>
"""


class Session:
    """A tab: its playground, and the manager that sends the figure to the browser."""

    def __init__(self, settings: Settings | NetworkSettings, out: Path) -> None:
        self.id: str = token_urlsafe(12)
        figure = blank(FigureCanvasWebAggCore)
        self.manager: Any = FigureManagerWebAgg(figure.canvas, 1)
        self.manager.set_window_title("minnet play")
        self.playground: Playground = Playground(figure, settings, out)

    def close(self) -> None:
        """End the playground's work."""
        self.playground.close()


class Server:
    """The server and its sessions.

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
        A free one, known after `start`.
    """

    def __init__(self, settings: Settings | NetworkSettings, out: str | Path = "minnet-out") -> None:
        try:
            import tornado  # noqa: F401
        except ImportError:
            raise ValueError("--browser needs tornado; expected pip install 'minnet[play]'") from None
        self.settings: Settings | NetworkSettings = settings
        self.out: Path = Path(out)
        self.sessions: dict[str, Session] = {}
        self.port: int = 0

    @property
    def address(self) -> str:
        """Where a browser finds it."""
        return f"http://{HOST}:{self.port}/"

    def start(self) -> None:
        """Listen on a free port, in the running event loop."""
        from tornado.httpserver import HTTPServer
        from tornado.netutil import bind_sockets

        sockets = bind_sockets(0, HOST)
        self.port = sockets[0].getsockname()[1]
        self._http = HTTPServer(_application(self))
        self._http.add_sockets(sockets)

    def stop(self) -> None:
        """Close all sessions, and listen no more."""
        for key in list(self.sessions):
            self.close(key)
        self._http.stop()

    def open(self, words: dict[str, str]) -> Session:
        """Make a session for a page, which has a while to open its socket."""
        read = network_settings_of if "network" in words else settings_of
        session = Session(read(words) if words else self.settings, self.out)
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


def _application(server: Server) -> Any:
    """The addresses: a page, what it loads, and for each session its socket, Python, link and pictures."""
    from io import BytesIO

    from tornado.web import Application, HTTPError, RequestHandler, StaticFileHandler
    from tornado.websocket import WebSocketClosedError, WebSocketHandler

    def check(handler):
        if handler.request.host not in (f"{HOST}:{server.port}", f"localhost:{server.port}"):
            raise HTTPError(403, "another host")

    def session(key):
        if key not in server.sessions:
            raise HTTPError(404, "no such session")
        return server.sessions[key]

    class Page(RequestHandler):
        prepare = check

        def get(self):
            # A link does not run files of this machine: it may only name the surface that the command was given.
            words = {name: self.get_query_argument(name) for name in self.request.query_arguments}
            try:
                if words.get("surface", "").endswith(".py") or ":" in words.get("surface", ""):
                    if words["surface"] != getattr(server.settings, "surface", None):
                        raise ValueError("surface: a file is opened by minnet play FILE.py:name, not by a link")
                self.finish(PAGE.format(id=server.open(words).id))
            except ValueError as error:
                self.set_status(400)
                self.finish(f"<!doctype html><title>minnet play</title><p>{escape(str(error))}</p>")

    class Code(RequestHandler):
        prepare = check

        def get(self, key):
            self.set_header("Content-Type", "text/plain; charset=utf-8")
            self.finish(session(key).playground.room.python() + "\n")

    class Link(RequestHandler):
        prepare = check

        def get(self, key):
            self.set_header("Content-Type", "text/plain; charset=utf-8")
            self.finish(f"{server.address}?{session(key).playground.room.link()}\n")

    class Figure(RequestHandler):
        prepare = check

        def get(self, key, kind):
            manager, whole = session(key).manager, BytesIO()
            if kind not in manager.canvas.get_supported_filetypes():
                raise HTTPError(404, "no such format")
            manager.canvas.figure.savefig(whole, format=kind)
            self.set_header("Content-Type", {"png": "image/png", "svg": "image/svg+xml"}.get(
                kind, "application/octet-stream"))
            self.finish(whole.getvalue())

    class Script(RequestHandler):
        prepare = check

        def get(self):
            self.set_header("Content-Type", "application/javascript")
            self.finish(FigureManagerWebAgg.get_javascript())

    class Socket(WebSocketHandler):
        prepare = check

        def open(self, key):
            self.key = key
            if key not in server.sessions:
                self.close()
                return
            self.set_nodelay(True)
            server.sessions[key].manager.add_web_socket(self)

        def on_message(self, message):
            content = json.loads(message)
            if self.key in server.sessions and content["type"] != "supports_binary":
                server.sessions[self.key].manager.handle_json(content)

        def on_close(self):
            if self.key in server.sessions:
                server.sessions[self.key].manager.remove_web_socket(self)
                server.close(self.key)

        def send_json(self, content):
            self._send(json.dumps(content), False)

        def send_binary(self, blob):
            self._send(blob, True)

        def _send(self, message, binary):
            """Send, unless the tab has gone meanwhile."""
            try:
                sent = self.write_message(message, binary)
            except WebSocketClosedError:
                return
            sent.add_done_callback(lambda future: future.cancelled() or future.exception())

    class Static(StaticFileHandler):
        prepare = check

    return Application([
        ("/", Page), ("/mpl.js", Script), ("/session/([^/]+)/race.py", Code), ("/session/([^/]+)/link", Link),
        (r"/session/([^/]+)/figure\.([a-z]+)", Figure), ("/session/([^/]+)/socket", Socket),
        ("/_static/(.*)", Static, {"path": FigureManagerWebAgg.get_static_file_path()}),
        ("/_images/(.*)", Static, {"path": str(Path(matplotlib.get_data_path(), "images"))}),
    ], log_function=lambda handler: None)
