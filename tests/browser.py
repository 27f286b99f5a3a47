"""Chromium, driven by the W3C WebDriver protocol, without a network."""

import json
import shutil
import socket
import subprocess
import time
from contextlib import contextmanager
from urllib.request import Request, urlopen

DRIVER, BROWSER = shutil.which("chromedriver"), shutil.which("chromium") or shutil.which("google-chrome")


class Browser:
    """A session of the W3C WebDriver protocol."""

    def __init__(self, port, folder):
        self.at = f"http://127.0.0.1:{port}"
        arguments = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
                     "--disable-component-update", "--disable-sync", f"--user-data-dir={folder}",
                     "--host-resolver-rules=MAP * ~NOTFOUND"]
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

    def _set(self, command, **settings):
        self._call("POST", "/goog/cdp/execute", {"cmd": f"Emulation.{command}", "params": settings})

    def open(self, page, width, scheme="light"):
        """Open a page, a file or an address, so many pixels wide, on a light or dark screen."""
        self._set("setDeviceMetricsOverride", width=width, height=800, deviceScaleFactor=1, mobile=width < 600)
        self._set("setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        self._call("POST", "/url", {"url": page if isinstance(page, str) else page.as_uri()})

    def run(self, script):
        return self._call("POST", "/execute/sync", {"script": script, "args": []})

    def console(self):
        return self._call("POST", "/se/log", {"type": "browser"})

    def close(self):
        self._call("DELETE", "")


@contextmanager
def session(folder):
    """A browser whose profile is in the folder."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    driver = subprocess.Popen([DRIVER, f"--port={port}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait(lambda: _listens(port))
        browser = Browser(port, folder)
        yield browser
        browser.close()
    finally:
        driver.terminate()
        driver.wait()


def _listens(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def wait(condition, seconds=30):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come true in time"
        time.sleep(0.2)
