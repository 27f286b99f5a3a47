"""The gallery in a browser, from disk: nothing fails, every image loads, the players play, on a phone's width, too.

It needs Chromium and its driver, and is skipped where they are not installed.
"""
import json
import shutil
import socket
import subprocess
import time
from urllib.request import Request, urlopen

import pytest
from commands import minnet

PICTURES = ["1gd", "2gd_gd+p", "training_newton", "learning_rates"]
DRIVER, BROWSER = shutil.which("chromedriver"), shutil.which("chromium") or shutil.which("google-chrome")
pytestmark = [pytest.mark.slow, pytest.mark.skipif(not (DRIVER and BROWSER), reason="no Chromium with its driver")]


class Browser:
    """A session of the W3C WebDriver protocol."""

    def __init__(self, port, folder):
        self.at = f"http://127.0.0.1:{port}"
        arguments = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
                     "--disable-component-update", "--disable-sync", f"--user-data-dir={folder}"]
        options = {"binary": BROWSER, "args": arguments}
        session = self._call("POST", "/session", {"capabilities": {"alwaysMatch": {
            "goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}}}})
        self.at += f"/session/{session['sessionId']}"

    def _call(self, method, path, body=None):
        request = Request(
            self.at + path,
            None if body is None else json.dumps(body).encode(),
            {"Content-Type": "application/json"},
            method=method,
        )
        return json.load(urlopen(request, timeout=60))["value"]

    def open(self, page, width):
        self._call("POST", "/goog/cdp/execute", {"cmd": "Emulation.setDeviceMetricsOverride", "params": {
            "width": width, "height": 800, "deviceScaleFactor": 1, "mobile": width < 600}})
        self._call("POST", "/url", {"url": page.as_uri()})

    def run(self, script):
        return self._call("POST", "/execute/sync", {"script": script, "args": []})

    def console(self):
        return self._call("POST", "/se/log", {"type": "browser"})

    def close(self):
        self._call("DELETE", "")


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    out = tmp_path_factory.mktemp("gallery")
    assert minnet("figures", *PICTURES, "--fast", "--out", out) == 0
    return out / "index.html"


@pytest.fixture
def browser(tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    driver = subprocess.Popen([DRIVER, f"--port={port}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        session = Browser(port, tmp_path)
        yield session
        session.close()
    finally:
        driver.terminate()
        driver.wait()


@pytest.mark.parametrize("width", [360, 1280])
def test_the_gallery_works_from_disk(browser, page, width):
    browser.open(page, width)
    assert browser.run("return document.documentElement.scrollWidth <= window.innerWidth")
    assert browser.run(
        "document.querySelectorAll('img').forEach(i => i.loading = 'eager'); return document.images.length"
    ) == len(PICTURES)
    wait(lambda: browser.run("return [...document.images].every(i => i.complete && i.naturalWidth > 100)"))
    players = browser.run("return document.querySelectorAll('.player').length")
    assert players == 3
    browser.run("document.querySelectorAll('.player button').forEach(b => b.click())")
    ends = browser.run("return [...document.querySelectorAll('.player')].map(p => Number(p.dataset.frames) - 1)")
    shown = "return [...document.querySelectorAll('.player')].map(p => Number(p.dataset.frame))"
    wait(lambda: browser.run(shown) == ends)
    browser.run(
        "document.querySelectorAll('.player input').forEach(s => { s.value = 3; s.dispatchEvent(new Event('input')) })"
    )
    wait(lambda: browser.run(shown) == [3] * players)
    ink = (
        "return [...document.querySelectorAll('canvas')]"
        ".map(c => new Set(c.getContext('2d').getImageData(0, 0, c.width, c.height)"
        ".data).size)"
    )
    assert min(browser.run(ink)) > 10
    assert browser.console() == []


def wait(condition, seconds=30):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come true in time"
        time.sleep(0.2)
