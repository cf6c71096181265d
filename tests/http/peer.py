# SPDX-License-Identifier: Apache-2.0
"""Programs that listen for HTTP, and clients of them on raw sockets, with manners or without."""

import collections
import json
import os
import socket
import ssl
import sys
import time

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir, "support"))
from waiting import KEPT, PATIENCE_S, Failure, Lines, start


class Answer:
    def __init__(self, status, fields, body):
        self.status, self.fields, self.body = status, fields, body

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def reason(self):
        """That of application/problem+json, which is looked at on the way."""
        if self.fields.get("content-type") != "application/problem+json":
            raise Failure(f"{self.status} is no problem+json: {self.fields} {self.body[:200]!r}")
        problem = self.json
        if problem["status"] != self.status or not problem["title"] or "detail" not in problem:
            raise Failure(f"a problem that is none: {problem}")
        return problem["reason"]

    def __repr__(self):
        return f"{self.status} {self.fields} {self.body[:300]!r}"


class Connection:
    """One connection, on which bytes go out as they are given."""

    def __init__(self, address, tls=None):
        self.socket = socket.create_connection(address, timeout=PATIENCE_S)
        if tls is not None:
            self.socket = tls.wrap_socket(self.socket, server_hostname="localhost")
        self.data = b""

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data.encode() if isinstance(data, str) else data)

    def more(self):
        """@return False at the end"""
        try:
            data = self.socket.recv(65536)
        except ConnectionResetError:
            data = b""
        self.data += data
        return data != b""

    def until(self, mark):
        while mark not in self.data:
            if not self.more():
                raise Failure(f"the connection ended with {self.data[:200]!r}")
        head, _, self.data = self.data.partition(mark)
        return head

    def head(self):
        line, *fields = self.until(b"\r\n\r\n").decode("latin-1").split("\r\n")
        return int(line.split(" ")[1]), {name.lower(): value.strip() for name, _, value in
                                         (field.partition(":") for field in fields)}

    def answer(self, without_body=False):
        status, fields = self.head()
        body = b""
        if without_body or status in (204, 304):
            pass
        elif fields.get("transfer-encoding") == "chunked":
            while True:
                chunk = self.chunk()
                if not chunk:
                    break
                body += chunk
        else:
            length = int(fields.get("content-length", 0))
            while len(self.data) < length:
                if not self.more():
                    raise Failure("the connection ended within a body")
            body, self.data = self.data[:length], self.data[length:]
        return Answer(status, fields, body)

    def chunk(self):
        length = int(self.until(b"\r\n"), 16) + 2
        while len(self.data) < length:
            if not self.more():
                raise Failure("the connection ended within a chunk")
        chunk, self.data = self.data[:length - 2], self.data[length:]
        return chunk

    def ends(self):
        """Waits for the end of the connection. @return what came before"""
        while self.more():
            pass
        return self.data

    def ask(self, method, target, body=None, **fields):
        """A proper request. `body`: bytes, or something that becomes JSON."""
        lines = [f"{method} {target} HTTP/1.1", "Host: localhost"]
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
            fields.setdefault("Content_Type", "application/json")
        if body is not None:
            lines.append(f"Content-Length: {len(body)}")
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in fields.items()]
        self.send("\r\n".join(lines).encode() + b"\r\n\r\n" + (body or b""))
        return self.answer(without_body=method == "HEAD")

    def events(self, count, what="an event", end=None):
        """The next events of a stream, as (id, event, data); comments are left out, and do not prolong the wait."""
        found = []
        self.text = getattr(self, "text", b"")
        while len(found) < count:
            until = time.monotonic() + PATIENCE_S if end is None else end
            while b"\n\n" not in self.text:
                self.socket.settimeout(max(0.01, until - time.monotonic()))
                try:
                    if time.monotonic() > until:
                        raise TimeoutError
                    self.text += self.chunk()
                except TimeoutError:
                    raise Failure(f"{what} did not come on the stream in time, "
                                  f"{len(found)} others did: {found[-KEPT:]}") from None
                finally:
                    self.socket.settimeout(PATIENCE_S)
            event, _, self.text = self.text.partition(b"\n\n")
            lines = dict(line.split(": ", 1) for line in event.decode().split("\n")
                         if not line.startswith(":"))
            if "event" in lines:
                found.append((lines.get("id"), lines["event"], lines.get("data")))
        return found

    def event(self, what, good):
        """The next event of a stream for which `good` holds, which is given its number, its kind and its data."""
        end = time.monotonic() + PATIENCE_S
        others = collections.deque(maxlen=KEPT)
        while True:
            try:
                event = self.events(1, what, end)[0]
            except Failure as failure:
                raise Failure(f"{failure}; before it came {list(others)}") from None
            if good(*event):
                return event
            others.append(event)


class Program:
    """A program that prints `http://ADDRESS:PORT` as its first line."""

    def __init__(self, *command, env=None):
        self.process = start(*command, env=env)
        self.lines = Lines(self.process.stdout, command[0])
        self.uri = self.line()
        host, _, port = self.uri.partition("://")[2].rpartition(":")
        self.address = (host.strip("[]"), int(port))
        self.tls = None
        if self.uri.startswith("https"):
            self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            self.tls.check_hostname = False
            self.tls.verify_mode = ssl.CERT_NONE

    def __enter__(self):
        return self

    def __exit__(self, *error):
        if error[0] is None and self.end() != 0:
            raise Failure(f"{self.process.args[0]} ended with {self.process.returncode}")
        self.process.kill()
        self.process.wait()

    def line(self):
        return self.lines.line().strip()

    def wait_for(self, wanted, patience=PATIENCE_S):
        """The next line that begins so."""
        return self.lines.wait_for(f"a line '{wanted}'", lambda line: line.startswith(wanted), patience).strip()

    def end(self):
        if not self.process.stdin.closed:
            self.process.stdin.close()
        return self.process.wait(PATIENCE_S)

    def connect(self):
        return Connection(self.address, self.tls)

    document = None  # what answers are held against

    def ask(self, method, target, body=None, **fields):
        with self.connect() as connection:
            answer = connection.ask(method, target, body, **fields)
        if self.document is not None:
            problems = self.document.problems(method, target, answer, body)
            if problems:
                raise Failure("; ".join(problems))
        return answer


def equal(found, wanted, what):
    if found != wanted:
        raise Failure(f"{what}: {found!r}, not {wanted!r}")


def run(cases):
    """Runs functions, reports all failures. @return an exit status"""
    failed = 0
    for case in cases:
        try:
            case()
            print(f"ok {case.__name__}", flush=True)
        except Exception as failure:  # pylint: disable=broad-except
            failed += 1
            print(f"FAILED {case.__name__}: {type(failure).__name__}: {failure}")
    return 1 if failed else 0
