"""The playground's server: a session for each tab, on this machine only; and, slow, a real browser."""

import asyncio
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys

import pytest

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
        assert link.strip().endswith("?surface=saddle&start=1.0%2C0.5&methods=Newton")
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


@pytest.mark.slow
@pytest.mark.skipif(not (shutil.which("chromium") and shutil.which("chromedriver")), reason="needs chromium")
def test_a_browser_plays(tmp_path):
    webdriver = pytest.importorskip("selenium.webdriver")
    from selenium.webdriver.common.action_chains import ActionChains
    from selenium.webdriver.common.by import By

    command = subprocess.Popen([sys.executable, "-m", "minnet", "play", "--browser"], text=True, cwd=tmp_path,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=os.environ | {"BROWSER": "true"},
                               preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler))
    options = webdriver.ChromeOptions()
    for word in ("--headless=new", "--no-sandbox", "--disable-gpu", "--window-size=1400,1050"):
        options.add_argument(word)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options, webdriver.ChromeService(shutil.which("chromedriver")))
    try:
        address = re.search(r"http://127\.0\.0\.1:\d+/", command.stdout.readline())[0]
        driver.get(address)
        driver.implicitly_wait(20)
        canvas = driver.find_elements(By.TAG_NAME, "canvas")[-1]
        width, height = canvas.rect["width"], canvas.rect["height"]

        def click(x, y, pause=1.5):
            at = int((x - 0.5) * width), int((0.5 - y) * height)
            ActionChains(driver).move_to_element_with_offset(canvas, *at).click().pause(pause).perform()

        click(0.30, 0.70)               # a start,
        click(0.0295, 0.5275)             # a method,
        click(0.21, 0.262, 4)           # play
        click(0.21, 0.262)              # and pause,
        click(0.25, 0.2025)             # a learning rate
        assert not driver.get_log("browser")
        link = driver.find_element(By.LINK_TEXT, "the Python of this").get_attribute("href")
        driver.switch_to.new_window("tab")
        driver.get(link)
        code = driver.find_element(By.TAG_NAME, "body").text
    finally:
        driver.quit()
        command.send_signal(signal.SIGINT)
        out, err = command.communicate(timeout=30)
    assert command.returncode == 0 and err == "" and "closed" in out
    assert json.loads(re.search(r"start = (.*)", code)[1]) != [2.0, -2.0]
    steps = [int(number) for number in re.findall(r"\), (\d+)\)", code)]
    assert '"Newton"' in code and min(steps) > 0 and "GradientDescent(lr=0.001)" not in code


def test_the_address_is_free_and_nothing_listens_afterwards():
    async def visit(server, client):
        return server.port

    port = served(visit)
    with socket.socket() as probe, pytest.raises(ConnectionRefusedError):
        probe.connect(("127.0.0.1", port))
