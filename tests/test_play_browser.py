"""The playground's server: a session for each tab, on this machine only; and, slow, a real browser."""

import asyncio
import os
import re
import signal
import socket
import subprocess
import sys
from urllib.request import urlopen

import pytest
from chromium import chromium, needs_chromium, wait

from minnet.play import Settings

tornado = pytest.importorskip("tornado")
from tornado.httpclient import AsyncHTTPClient, HTTPClientError  # noqa: E402
from tornado.websocket import websocket_connect  # noqa: E402

from minnet.play.browser import Server  # noqa: E402


def served(visit, settings=None):
    """What `visit(server, client)` returns, with the server running."""
    async def run():
        server = Server(settings or Settings())
        server.start()
        try:
            return await visit(server, AsyncHTTPClient())
        finally:
            server.stop()
    return asyncio.run(run())


def key_of(page):
    return re.search(r"session/([^/]+)/socket", page.body.decode())[1]


def test_two_sessions_at_once_and_a_closed_tab_ends_its_work():
    async def visit(server, client):
        sockets = []
        for words in ("", "?surface=saddle&start=1%2C0.5&methods=Newton"):
            key = key_of(await client.fetch(server.address + words))
            sockets.append((key, await websocket_connect(f"ws://127.0.0.1:{server.port}/session/{key}/socket")))
        (first, one), (second, other) = sockets
        rooms = {key: server.sessions[key].playground for key in (first, second)}
        assert [rooms[key].room.settings.surface for key in (first, second)] == ["Beale", "saddle"]
        rooms[first].room.play()
        for _ in range(100):
            await asyncio.sleep(0.05)
            if rooms[first].room.race.budget > 0:
                break
        assert rooms[first].room.race.budget > 0 == rooms[second].room.race.budget
        link = (await client.fetch(f"{server.address}session/{second}/link")).body.decode()
        assert link.splitlines() == [f"{server.address}?surface=saddle&start=1%2C0.5&methods=Newton",
                                     "minnet play saddle --start=1,0.5 --methods=Newton --browser"]
        code = (await client.fetch(f"{server.address}session/{second}/race.py")).body.decode()
        assert "f = problems.saddle()" in code
        one.close()
        for _ in range(100):
            await asyncio.sleep(0.02)
            if first not in server.sessions:
                break
        assert [*server.sessions] == [second]
        playground = rooms[first]
        room, budget = playground.room, playground.room.race.budget
        room.play()
        await asyncio.sleep(0.3)
        assert room.race.budget == budget       # its clock has stopped
        other.close()

    served(visit)


def test_only_this_machine_is_heard_and_no_other_host_or_page():
    async def visit(server, client):
        assert {sock.getsockname()[0] for sock in server._http._sockets.values()} == {"127.0.0.1"}
        with pytest.raises(HTTPClientError, match="403"):
            await client.fetch(server.address, headers={"Host": "example.org"})
        key = key_of(await client.fetch(server.address))
        from tornado.httpclient import HTTPRequest
        foreign = HTTPRequest(f"ws://127.0.0.1:{server.port}/session/{key}/socket",
                              headers={"Origin": "http://example.org"})
        with pytest.raises(HTTPClientError, match="403"):
            await websocket_connect(foreign)

    served(visit)


@pytest.mark.parametrize("words, said", [
    ("surface=nowhere", "surface &#x27;nowhere&#x27;; expected one of"), ("lr=fast", "expected a number"),
    ("surface=evil.py:f", "a file is opened by minnet play FILE.py:name, not by a link"),
    ("colour=red", "colour: unknown"),
])
def test_a_link_that_means_nothing_is_refused(words, said):
    async def visit(server, client):
        answer = await client.fetch(f"{server.address}?{words}", raise_error=False)
        assert answer.code == 400 and said in answer.body.decode() and not server.sessions

    served(visit)


def test_a_page_of_another_size_shows_the_same_figure_larger_or_smaller():
    async def visit(server, client):
        session = server.open({})
        canvas, size = session.manager.canvas, session.playground.fig.get_size_inches().tolist()
        for width, ratio in ((984, 1), (1280, 1), (1280, 2)):
            canvas.handle_event({"type": "set_device_pixel_ratio", "device_pixel_ratio": ratio})
            canvas.handle_event({"type": "resize", "width": width, "height": 77})
            assert canvas.figure.bbox.width == pytest.approx(width * ratio, abs=1)
            assert canvas.figure.get_size_inches() == pytest.approx(size, rel=2e-3)

    served(visit)


@pytest.mark.slow
@needs_chromium
@pytest.mark.parametrize("width", [1024, 1280])
def test_a_browser_plays(tmp_path, width):
    command = subprocess.Popen([sys.executable, "-m", "minnet", "play", "--browser"], text=True, cwd=tmp_path,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=os.environ | {"BROWSER": "true"},
                               preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler))
    try:
        address = re.search(r"http://127\.0\.0\.1:\d+/", command.stdout.readline())[0]
        with chromium(tmp_path) as browser:
            browser.open(address, width, 800)
            wait(lambda: browser.run("return document.querySelector('canvas.mpl-canvas').width > 900"))
            assert browser.run("return document.documentElement.scrollWidth <= window.innerWidth")
            left, top, wide = browser.run("const at = document.querySelector('canvas.mpl-canvas')"
                                          ".getBoundingClientRect(); return [at.left, at.top, at.width]")
            python = browser.run("return document.querySelector('a').href")
            click = lambda x, y: browser.click(left + x * wide / 1024, top + y * wide / 1024)
            code = lambda: urlopen(python).read().decode()

            before = code()
            click(420, 200)                     # a start,
            wait(lambda: "[2.0, -2.0]" not in code())
            click(12, 261)                      # a method,
            wait(lambda: '"Newton"' in code())
            click(228, 523)                     # play
            steps = lambda: [int(number) for number in re.findall(r"\), (\d+)\)", code())]
            wait(lambda: min(steps()) > 1)
            click(228, 523)                     # and pause,
            click(120, 445)                     # a learning rate
            wait(lambda: "GradientDescent(lr=0.001)" not in code())
            assert before != code() and browser.console() == []
    finally:
        command.send_signal(signal.SIGINT)
        out, err = command.communicate(timeout=30)
    assert command.returncode == 0 and err == "" and "closed" in out


def test_the_address_is_free_and_nothing_listens_afterwards():
    async def visit(server, client):
        return server.port

    port = served(visit)
    with socket.socket() as probe, pytest.raises(ConnectionRefusedError):
        probe.connect(("127.0.0.1", port))
