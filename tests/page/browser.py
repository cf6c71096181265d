# SPDX-License-Identifier: Apache-2.0
"""A browser without a window, driven by the WebDriver protocol (W3C) that chromedriver speaks."""

import http.client
import json
import os
import shutil
import socket
import subprocess
import tempfile
import time

PATIENCE_S = 30
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
# The browser is to ask nobody but the program under test.
ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
             "--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage",
             "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"]


class Failure(Exception):
    pass


def is_there():
    return shutil.which("chromedriver") is not None


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Element:
    def __init__(self, browser, number):
        self.browser, self.number = browser, number

    def ask(self, method, path, body=None):
        return self.browser.session(method, f"/element/{self.number}{path}", body)

    @property
    def text(self):
        return self.ask("GET", "/text")

    @property
    def is_shown(self):
        try:
            return self.ask("GET", "/displayed")
        except Failure as failure:
            if "stale element" in str(failure):
                return False  # the page has put another in its place since it was found
            raise

    def attribute(self, name):
        return self.ask("GET", f"/attribute/{name}")

    def click(self):
        self.ask("POST", "/click", {})

    def type(self, text):
        self.ask("POST", "/value", {"text": text})

    def clear(self):
        self.ask("POST", "/clear", {})

    @property
    def label(self):
        """What a screen reader says."""
        return self.ask("GET", "/computedlabel")

    def find(self, css):
        return [Element(self.browser, one[ELEMENT]) for one in
                self.ask("POST", "/elements", {"using": "css selector", "value": css})]


class Browser:
    def __init__(self, width=1280, height=900, dark=False):
        self.folder = tempfile.mkdtemp(prefix="loom-browser-")
        port = free_port()
        self.driver = subprocess.Popen(["chromedriver", f"--port={port}"], stdout=subprocess.DEVNULL,
                                       stderr=subprocess.DEVNULL, env={**os.environ, "HOME": self.folder})
        self.address = ("127.0.0.1", port)
        self.base = ""
        end = time.monotonic() + PATIENCE_S
        while True:
            try:
                self.ask("GET", "/status")
                break
            except ConnectionError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.05)
        arguments = [*ARGUMENTS, f"--window-size={width},{height}", f"--user-data-dir={self.folder}/profile"]
        if dark:
            arguments.append("--force-dark-mode")
        answer = self.ask("POST", "/session", {"capabilities": {"alwaysMatch": {
            "browserName": "chrome", "goog:loggingPrefs": {"browser": "ALL"},
            "goog:chromeOptions": {"args": arguments}}}})
        self.base = f"/session/{answer['sessionId']}"

    def __enter__(self):
        return self

    def __exit__(self, *error):
        try:
            self.ask("DELETE", self.base)
        finally:
            self.driver.terminate()
            self.driver.wait()
            shutil.rmtree(self.folder, ignore_errors=True)

    def ask(self, method, path, body=None):
        connection = http.client.HTTPConnection(*self.address, timeout=120)
        connection.request(method, path, None if body is None else json.dumps(body),
                           {"Content-Type": "application/json"})
        answer = json.loads(connection.getresponse().read())["value"]
        connection.close()
        if isinstance(answer, dict) and "error" in answer:
            raise Failure(f"{method} {path}: {answer['error']}: {answer['message'].splitlines()[0]}")
        return answer

    def session(self, method, path, body=None):
        return self.ask(method, self.base + path, body)

    def open(self, url):
        self.session("POST", "/url", {"url": url})

    def run(self, script, *arguments):
        return self.session("POST", "/execute/sync", {"script": script, "args": list(arguments)})

    def resize(self, width, height):
        """Of what is seen of the page; windows have a least width."""
        self.cdp("Emulation.setDeviceMetricsOverride",
                 {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600})

    def cdp(self, command, parameters):
        return self.session("POST", "/goog/cdp/execute", {"cmd": command, "params": parameters})

    def color_scheme(self, name):
        self.cdp("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": name}]})

    def find(self, css):
        return [Element(self, one[ELEMENT]) for one in
                self.session("POST", "/elements", {"using": "css selector", "value": css})]

    def wait(self, what, condition):
        """@return what the condition comes to, once that is true"""
        end = time.monotonic() + PATIENCE_S
        while True:
            try:
                found = condition()
            except Failure:  # an element that has been drawn again
                found = None
            if found:
                return found
            if time.monotonic() > end:
                raise Failure(f"{what}: not within {PATIENCE_S} s; the page says: {self.text()[:2000]} {self.errors()}")
            time.sleep(0.05)

    def wait_for(self, css, text=None):
        """The first element that has this text in it."""
        return self.wait(f"{css} with {text!r}", lambda: next(
            (one for one in self.find(css) if text is None or text in one.text), None))

    def wait_gone(self, css):
        self.wait(f"no {css}", lambda: not self.find(css))

    def press(self, *keys):
        codes = {"Enter": "\ue007", "ArrowDown": "\ue015", "ArrowUp": "\ue013", "ArrowRight": "\ue014", "Tab": "\ue004",
                 "Escape": "\ue00c", "End": "\ue010", "Home": "\ue011"}
        actions = [{"type": kind, "value": codes[key]} for key in keys for kind in ("keyDown", "keyUp")]
        self.session("POST", "/actions", {"actions": [{"type": "key", "id": "keyboard", "actions": actions}]})

    def text(self):
        return self.run("return document.body.innerText")

    def errors(self):
        """What the page has complained of since the last time."""
        return [entry["message"] for entry in self.session("POST", "/se/log", {"type": "browser"})
                if entry["level"] == "SEVERE"]

    def screenshot(self, file):
        import base64
        with open(file, "wb") as out:
            out.write(base64.b64decode(self.session("GET", "/screenshot")))
