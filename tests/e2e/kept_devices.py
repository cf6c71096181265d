# SPDX-License-Identifier: Apache-2.0
"""loom-server that is killed and started again, and devices that speak CoAP byte by byte and keep a ledger of what was
acknowledged to them."""

import json
import os
import select
import socket
import subprocess
import time
import urllib.request

from coap_device import (ACK, CON, CONTENT_FORMAT, DELETE, LOCATION_PATH, PATIENCE_S, POST, URI_PATH, URI_QUERY,
                         Message, code, name)

MAX_AGE = 14
LIST = b"</1/0>,</3/0>"
IDENTITY, KEY = "dev-id", "000102030405060708090a0b0c0d0e0f"


class Server:
    """loom-server, at the same addresses each time."""

    def __init__(self, program, store, folder, *options):
        accounts = os.path.join(folder, "server.ini")
        with open(accounts, "w", encoding="utf-8") as file:
            file.write(f"[endpoint secure]\nidentity = {IDENTITY}\nkey = {KEY}\n[any]\n")
        self.command = [program, "--accounts", accounts, "--json", "--store", store, "--http", "http://127.0.0.1:0",
                        *options]
        self.ports = {"coap": 0, "coaps": 0}
        self.start()

    def start(self):
        listen = [word for scheme, port in self.ports.items()
                  for word in ("--listen", f"{scheme}://127.0.0.1:{port}")]
        self.process = subprocess.Popen(self.command + listen, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.buffer = b""
        self.restored = self.wait_for(lambda event: event["event"] == "restored")["text"]
        self.http = self.wait_for(lambda event: event["event"] == "listening")["uri"]
        for scheme in self.ports:
            uri = self.wait_for(lambda event: event["event"] == "listening")["uri"]
            assert uri.startswith(scheme + ":"), uri
            self.ports[scheme] = int(uri.rsplit(":", 1)[1])
        self.address = ("127.0.0.1", self.ports["coap"])

    def rest(self, method, path, body=None):
        request = urllib.request.Request(self.http + path, None if body is None else json.dumps(body).encode(),
                                         {"Content-Type": "application/json"}, method=method)
        with urllib.request.urlopen(request, timeout=PATIENCE_S) as response:
            return json.load(response) if response.status != 204 else None

    def events(self, wait=0.0):
        """What it has printed so far."""
        while select.select([self.process.stdout], [], [], wait)[0]:
            data = os.read(self.process.stdout.fileno(), 65536)
            if not data:
                break
            self.buffer += data
            wait = 0
        lines = self.buffer.split(b"\n")
        self.buffer = lines.pop()
        return [json.loads(line) for line in lines]

    def wait_for(self, what):
        end = time.monotonic() + PATIENCE_S
        kept = []
        while time.monotonic() < end:
            events = self.events(0.2)
            for i, event in enumerate(events):
                if what(event):
                    self.buffer = b"".join(json.dumps(later).encode() + b"\n" for later in events[i + 1:]) + self.buffer
                    return event
            kept += events
            assert self.process.poll() is None, (self.process.returncode, kept)
        raise TimeoutError(kept)

    def say(self, line):
        self.process.stdin.write(line.encode() + b"\n")
        self.process.stdin.flush()

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        self.process.stdin.close()

    def end(self):
        self.process.terminate()
        assert self.process.wait(PATIENCE_S) == 0
        self.process.stdout.close()
        self.process.stdin.close()


class Sim:
    """A device without security. `location` is what was acknowledged; None: it is not registered."""

    def __init__(self, server, endpoint, random, *query):
        self.server, self.endpoint, self.random, self.query = server, endpoint, random, query
        self.socket = self.open_socket()
        self.mid = random.randrange(0x10000)
        self.location, self.gone, self.operation, self.acknowledged, self.put_off = None, None, None, 0, 0
        self.requests = []

    def open_socket(self):
        one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        one.bind(("", 0))
        return one

    def begin(self, operation):
        self.mid = self.mid + 1 & 0xFFFF
        self.operation, self.tries = operation, 0
        if operation == "register":
            options = [(URI_PATH, b"rd"), (URI_QUERY, b"ep=" + self.endpoint.encode()), (URI_QUERY, b"lt=86400"),
                       (URI_QUERY, b"lwm2m=1.1"), (URI_QUERY, b"b=U"), (CONTENT_FORMAT, b"\x28")]
            options += [(URI_QUERY, argument) for argument in self.query]
            self.message = Message(CON, POST, self.mid, b"\1\2", options, LIST)
        else:
            location = self.gone if operation == "probe" else self.location
            options = [(URI_PATH, b"rd"), (URI_PATH, location)]
            self.message = Message(CON, DELETE if operation == "deregister" else POST, self.mid, b"\1\2", options)
        self.send()

    def send(self):
        self.tries += 1
        self.sent = time.monotonic()
        try:
            self.socket.sendto(self.message.pack(), self.server.address)
        except OSError:
            pass  # nobody is there at the moment

    def resend(self):
        if self.operation is not None and time.monotonic() > self.sent + 0.2:
            self.send()

    def receive(self):
        try:
            message = Message.unpack(self.socket.recv(2048))
        except OSError:
            return
        if message.kind == CON and 0 < message.code < 32:
            self.requests.append(message)
        elif self.operation is not None and message.kind == ACK and message.mid == self.mid:
            self.take(message)

    def take(self, answer):
        operation, self.operation = self.operation, None
        said = name(answer.code)
        if said == "5.03":
            assert operation in ("register", "deregister") and answer.number(MAX_AGE) == 10, answer.options
            self.put_off += 1
            return
        self.acknowledged += 1
        if operation == "register":
            assert said == "2.01", said
            if self.location is not None:
                self.gone = self.location
            path = answer.values(LOCATION_PATH)
            assert path[0] == b"rd"
            self.location = path[1]
        elif operation == "update":
            assert said == "2.04", f"{self.endpoint} was registered at {self.location}: {said}"
        elif operation == "deregister":
            # One that comes again after a kill may have been done before.
            assert said == "2.02" or (said == "4.04" and self.tries > 1), f"{self.endpoint} at {self.location}: {said}"
            self.gone, self.location = self.location, None
        else:
            assert said == "4.04", f"{self.endpoint} is not registered at {self.gone} any more: {said}"

    def choose(self):
        if self.location is None:
            self.begin(self.random.choice(["register"] * 3 + (["probe"] if self.gone is not None else [])))
        else:
            self.begin(self.random.choice(["update"] * 3 + ["register", "deregister"]))


def run(sims, until, busy=True):
    """Works until then, or until nothing is under way. What has come is read before anything is sent again: a server
    that has been killed does not know a message again that it had answered."""
    while time.monotonic() < until:
        for sim in sims:
            if sim.operation is None and busy:
                sim.choose()
        under_way = {sim.socket: sim for sim in sims if sim.operation is not None}
        if not under_way:
            return
        for readable in select.select(list(under_way), [], [], 0.05)[0]:
            under_way[readable].receive()
        for sim in sims:
            if not select.select([sim.socket], [], [], 0)[0]:
                sim.resend()


def settle(sims):
    run(sims, time.monotonic() + PATIENCE_S, busy=False)
    assert all(sim.operation is None for sim in sims), "some are not answered"


def check(sims):
    """All that the ledger says is so."""
    for sim in sims:
        if sim.location is not None:
            sim.begin("update")
        elif sim.gone is not None:
            sim.begin("probe")
    settle(sims)


def do(sim, operation):
    sim.begin(operation)
    settle([sim])


def next_request(sim, kind=CON):
    end = time.monotonic() + PATIENCE_S
    while not sim.requests:
        assert time.monotonic() < end, "nobody asks"
        if select.select([sim.socket], [], [], 0.1)[0]:
            sim.receive()
    return sim.requests.pop(0)


def answer(sim, request, text, *options, payload=b""):
    sim.socket.sendto(Message(ACK, code(text), request.mid, request.token, options, payload).pack(), sim.server.address)


def reaction(sim, message):
    """What comes of a message that is no request."""
    sim.socket.sendto(message.pack(), sim.server.address)
    assert select.select([sim.socket], [], [], PATIENCE_S)[0], "nothing"
    return Message.unpack(sim.socket.recv(2048))
