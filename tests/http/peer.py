# SPDX-License-Identifier: Apache-2.0
"""Programs that listen for HTTP, and clients of them on raw sockets, with manners or without."""

import json
import socket
import ssl
import subprocess

PATIENCE_S = 30


class Failure(Exception):
    pass


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

    def events(self, count):
        """The next events of a stream, as (id, event, data); comments are left out."""
        found = []
        self.text = getattr(self, "text", b"")
        while len(found) < count:
            while b"\n\n" not in self.text:
                self.text += self.chunk()
            event, _, self.text = self.text.partition(b"\n\n")
            lines = dict(line.split(": ", 1) for line in event.decode().split("\n")
                         if not line.startswith(":"))
            if "event" in lines:
                found.append((lines.get("id"), lines["event"], lines.get("data")))
        return found


class Program:
    """A program that prints `http://ADDRESS:PORT` as its first line."""

    def __init__(self, *command, env=None):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True, bufsize=1, env=env)
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
        return self.process.stdout.readline().strip()

    def wait_for(self, wanted):
        """The next line that begins so."""
        while True:
            line = self.line()
            if not line:
                raise Failure(f"the program ended without '{wanted}'")
            if line.startswith(wanted):
                return line

    def end(self):
        if not self.process.stdin.closed:
            self.process.stdin.close()
        self.process.stdout.read()
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
