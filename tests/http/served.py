# SPDX-License-Identifier: Apache-2.0
"""A server as a test of REST needs it."""

import document
from peer import Connection, equal
from waiting import Lines, start


class Loom:
    """loom-server, or with options of its own another one, of which each answer is held against the document."""

    def __init__(self, program, store=None, options=("--nosec-any",)):
        stored = ["--store", store] if store else []
        self.process = start(program, "--json", *options, *stored, "--listen", "coap://127.0.0.1:0", "--http",
                             "http://127.0.0.1:0")
        self.lines = Lines(self.process.stdout, program)
        uris = [self.event("listening")["uri"] for _ in range(2)]
        self.coap = next(uri for uri in uris if uri.startswith("coap:"))
        self.address = ("127.0.0.1", int(next(uri for uri in uris if uri.startswith("http")).rsplit(":", 1)[1]))
        self.document = None
        self.document = document.Document(self.ask("/v1/openapi.json").body)

    def event(self, name, **members):
        return self.lines.event(name, **members)

    def request(self, method, path, body=None, status=200):
        with Connection(self.address) as connection:
            answer = connection.ask(method, path, body)
        equal(answer.status, status, f"{method} {path}: {answer}")
        problems = self.document.problems(method, path, answer, body) if self.document else []
        equal(problems, [], f"{method} {path}")
        return answer

    def ask(self, path, status=200):
        return self.request("GET", path, status=status)

    def follow(self, path="/v1/events", after=None):
        """A stream, whose events are read by `events()`."""
        connection = Connection(self.address)
        last = f"Last-Event-ID: {after}\r\n" if after else ""
        connection.send(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n{last}\r\n")
        equal(connection.head()[0], 200, f"the stream {path}")
        return connection

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def end(self):
        self.process.terminate()
        equal(self.process.wait(60), 0, "its exit status")
