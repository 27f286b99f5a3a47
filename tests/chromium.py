"""Chromium without a window, driven by the W3C WebDriver protocol, where it and its driver are installed."""
import json
import shutil
import socket
import subprocess
import time
from contextlib import contextmanager
from urllib.request import Request, urlopen

import pytest

DRIVER, BROWSER = shutil.which("chromedriver"), shutil.which("chromium") or shutil.which("google-chrome")
needs_chromium = pytest.mark.skipif(not (DRIVER and BROWSER), reason="no Chromium with its driver")


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

    def open(self, address, width, height=800, scheme="light"):
        """Open an address so many pixels wide and high, on a light or a dark screen."""
        self._set("setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600)
        self._set("setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        self._call("POST", "/url", {"url": address})

    def _set(self, command, **settings):
        self._call("POST", "/goog/cdp/execute", {"cmd": f"Emulation.{command}", "params": settings})

    def run(self, script):
        return self._call("POST", "/execute/sync", {"script": script, "args": []})

    def click(self, x, y):
        """Click at a point of the window."""
        self._call("POST", "/actions", {"actions": [{"type": "pointer", "id": "mouse", "actions": [
            {"type": "pointerMove", "x": int(x), "y": int(y)}, {"type": "pointerDown", "button": 0},
            {"type": "pointerUp", "button": 0}]}]})

    def console(self):
        return self._call("POST", "/se/log", {"type": "browser"})

    def close(self):
        self._call("DELETE", "")


@contextmanager
def chromium(folder):
    """A session, with a folder for what the browser writes."""
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
        session = Browser(port, folder)
        yield session
        session.close()
    finally:
        driver.terminate()
        driver.wait()


def wait(condition, seconds=30):
    """Wait until it is true."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come true in time"
        time.sleep(0.2)
