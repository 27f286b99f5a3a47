"""What the playground's server answers: a page and what it loads; for each session its socket, Python, link, pictures.

It needs tornado, of the extra `play`.
"""
from __future__ import annotations

import json
from html import escape
from io import BytesIO
from pathlib import Path
from typing import Any

import matplotlib
from matplotlib.backends.backend_webagg_core import FigureManagerWebAgg
from tornado.web import Application, HTTPError, RequestHandler, StaticFileHandler
from tornado.websocket import WebSocketClosedError, WebSocketHandler

from .controls import PAGE
from .sessions import HOST, Session, Sessions
from .settings import NetworkSettings, Settings
from .stage import SIZE

__all__ = ["application"]

KINDS = {"png": "image/png", "svg": "image/svg+xml", "pdf": "application/pdf"}
HTML = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>minnet play</title>
<meta name="viewport" content="width=device-width">
<link rel="icon" href="data:,">
<link rel="stylesheet" href="_static/css/page.css"><link rel="stylesheet" href="_static/css/boilerplate.css">
<link rel="stylesheet" href="_static/css/fbm.css"><link rel="stylesheet" href="_static/css/mpl.css">
<style>
  html, body {{ margin: 0; padding: 0; background: white; }}
  body > div, nav {{ width: max-content; margin: 0 auto; }}
  nav {{ font: 14px sans-serif; padding: 6px 0; }}
  .ui-dialog-titlebar {{ display: none !important; }}
</style>
<script src="mpl.js"></script></head>
<body><div id="figure"></div>
<nav><a href="session/{id}/race.py" target="_blank">the Python of this</a> ·
<a href="session/{id}/link" target="_blank">a link to this state</a> · <span id="state">open</span></nav>
<script>
const socket = new WebSocket("ws://" + location.host + "/session/{id}/socket");
socket.addEventListener("close", () => {{ document.getElementById("state").textContent = "ended; reload the page"; }});
const figure = new mpl.figure("{id}", socket,
  (figure, format) => {{ window.open("session/{id}/figure." + format, "_blank"); }}, document.getElementById("figure"));
function fit() {{                        // the figure fills the window, but is never too small to be read
  const room = document.documentElement;
  const width = Math.max({least}, Math.min(room.clientWidth - 4, Math.floor((window.innerHeight - 4) * {ratio})));
  figure.canvas_div.style.width = width + "px";
  figure.canvas_div.style.height = Math.round(width / {ratio}) + "px";
}}
figure._resize_canvas = fit;
window.addEventListener("resize", fit);
</script></body></html>
"""


def application(server: Sessions) -> Application:
    """Return the application that answers for a server."""
    ours = {"server": server}
    files = {"_static": FigureManagerWebAgg.get_static_file_path(),
             "_images": str(Path(matplotlib.get_data_path(), "images"))}
    return Application([
        ("/", _Page, ours), ("/mpl.js", _Script, ours),
        ("/session/([^/]+)/race.py", _Words, ours | {"said": lambda session: session.playground.room.python()}),
        ("/session/([^/]+)/link", _Words,
         ours | {"said": lambda session: _link(server.address, session.playground.room.settings)}),
        (r"/session/([^/]+)/figure\.([a-z]+)", _Picture, ours), ("/session/([^/]+)/socket", _Socket, ours),
        *((f"/{name}/(.*)", _File, ours | {"path": path}) for name, path in files.items()),
    ], log_function=lambda handler: None)


def _link(address: str, settings: Settings | NetworkSettings) -> str:
    """The state as a link, while this server runs, and as a command, for any other machine."""
    return f"{address}?{settings.link()}\n{settings.command()} --browser"


class _Guarded(RequestHandler):
    """A handler that refuses a request which names another host, and finds the session that is named."""

    def initialize(self, server: Sessions, **others: Any) -> None:
        self.server = server
        super().initialize(**others)

    def prepare(self) -> None:
        if self.request.host not in (f"{HOST}:{self.server.port}", f"localhost:{self.server.port}"):
            raise HTTPError(403, "another host")

    def session(self, key: str) -> Session:
        if key not in self.server.sessions:
            raise HTTPError(404, "no such session")
        return self.server.sessions[key]


class _Page(_Guarded):
    def get(self) -> None:
        words = {name: self.get_query_argument(name) for name in self.request.query_arguments}
        try:
            session = self.server.open(words)
        except ValueError as error:
            self.set_status(400)
            self.finish(f"<!doctype html><title>minnet play</title><p>{escape(str(error))}</p>")
        else:
            self.finish(HTML.format(id=session.id, ratio=SIZE[0] / SIZE[1], least=PAGE[0] - 40))


class _Words(_Guarded):
    def initialize(self, server: Sessions, said: Any) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        super().initialize(server)
        self.said = said

    def get(self, key: str) -> None:
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.finish(f"{self.said(self.session(key))}\n")


class _Picture(_Guarded):
    def get(self, key: str, kind: str) -> None:
        canvas, whole = self.session(key).manager.canvas, BytesIO()
        if kind not in canvas.get_supported_filetypes():
            raise HTTPError(404, "no such format")
        canvas.figure.savefig(whole, format=kind)
        self.set_header("Content-Type", KINDS.get(kind, "application/octet-stream"))
        self.finish(whole.getvalue())


class _Script(_Guarded):
    def get(self) -> None:
        self.set_header("Content-Type", "application/javascript")
        self.finish(FigureManagerWebAgg.get_javascript())


class _File(_Guarded, StaticFileHandler):
    pass


class _Socket(_Guarded, WebSocketHandler):
    """The way of the mouse to the figure, and of the figure's pictures to the page."""

    def open(self, *args: str, **kwargs: str) -> None:
        self.key = args[0]
        if self.key not in self.server.sessions:
            self.close()
            return
        self.set_nodelay(True)
        self.session(self.key).manager.add_web_socket(self)

    def on_message(self, message: str | bytes) -> None:
        content = json.loads(message)
        if self.key in self.server.sessions and content["type"] != "supports_binary":
            self.session(self.key).manager.handle_json(content)

    def on_close(self) -> None:
        if self.key in self.server.sessions:
            self.session(self.key).manager.remove_web_socket(self)
            self.server.close(self.key)

    def send_json(self, content: Any) -> None:
        self._send(json.dumps(content), False)

    def send_binary(self, blob: bytes) -> None:
        self._send(blob, True)

    def _send(self, message, binary):
        """Send, unless the tab has gone meanwhile."""
        try:
            sent = self.write_message(message, binary)
        except WebSocketClosedError:
            return
        sent.add_done_callback(lambda future: future.cancelled() or future.exception())
