# SPDX-License-Identifier: Apache-2.0
"""Programs of this project whose events are lines of JSON."""

import json
import queue
import subprocess
import threading
import time

from peer import Connection, Failure

PATIENCE_S = 30


class Program:
    def __init__(self, *command):
        self.process = subprocess.Popen([*command, "--json"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.events = queue.Queue()
        self.text = ""
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        for line in self.process.stdout:
            self.text += line
            if line.startswith("{"):
                self.events.put(json.loads(line))

    def wait_for(self, kind, **members):
        end = time.monotonic() + PATIENCE_S
        while True:
            try:
                event = self.events.get(timeout=max(0.0, end - time.monotonic()))
            except queue.Empty as empty:
                raise Failure(f"no {kind} {members} of {self.process.args[0]}") from empty
            if event["event"] == kind and all(event.get(name) == value for name, value in members.items()):
                return event

    def say(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def stop(self):
        """@return all that it has printed"""
        self.process.terminate()
        self.process.wait(PATIENCE_S)
        self.reader.join(PATIENCE_S)
        return self.text


class Server(Program):
    """One that listens at `http`, and at `schemes` for devices."""

    def __init__(self, program, *options, schemes=("coap",), at=None):
        places = [at] if at else [f"{scheme}://127.0.0.1:0" for scheme in schemes]
        listen = [word for place in places for word in ("--listen", place)]
        super().__init__(program, *listen, "--http", "http://127.0.0.1:0", *options)
        uris = [self.wait_for("listening")["uri"] for _ in range(len(places) + 1)]
        self.uris = {uri.partition(":")[0]: uri for uri in uris}
        self.address = ("127.0.0.1", int(self.uris["http"].rsplit(":", 1)[1]))

    def ask(self, method, path, body=None, **fields):
        with Connection(self.address) as connection:
            return connection.ask(method, path, body, **fields)
