#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What HTTP costs a server: a cached value read by REST, the list of clients, and events to ten listeners at once. Figures are
CPU time of the server, kernel included; last comes a line for each: NAME VALUE UNIT.

usage: http.py BUILD
"""

import json
import os
import pathlib
import selectors
import socket
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tests/http"))
from peer import Connection  # noqa: E402

BUILD = pathlib.Path(sys.argv[1])
READS, LISTENERS, RATE, SECONDS, SIZE = 5000, 10, 10000, 5, 200
TICK = os.sysconf("SC_CLK_TCK")


def cpu(process):
    """Seconds of all threads."""
    fields = pathlib.Path(f"/proc/{process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def start(*command):
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
    return process


def reads():
    """@return microseconds of a read of a value, and of ten clients"""
    server = start(BUILD / "bin/loom-server", "--json", "--nosec-any", "--listen", "coap://127.0.0.1:0", "--http",
                   "http://127.0.0.1:0")
    bound = [json.loads(server.stdout.readline())["uri"] for _ in range(2)]
    coap, http = sorted(bound)
    clients = [start(BUILD / "bin/loom-client", "--endpoint", f"bench-{i}", "--server", coap) for i in range(10)]
    for _ in clients:
        while json.loads(server.stdout.readline())["event"] != "registered":
            pass
    figures = []
    try:
        with Connection(("127.0.0.1", int(http.rpartition(":")[2]))) as connection:
            connection.ask("POST", "/v1/clients/bench-0/commands?wait=10", {"operation": "read", "path": "/3/0/9"})
            for path in ("/v1/clients/bench-0/values?path=/3/0/9", "/v1/clients?limit=10"):
                before = cpu(server)
                for _ in range(READS):
                    if connection.ask("GET", path).status != 200:
                        raise SystemExit(f"{path}: no answer")
                figures.append((cpu(server) - before) / READS * 1e6)
    finally:
        for process in (*clients, server):
            process.terminate()
            process.wait()
    return figures


class Listener:
    def __init__(self, address):
        self.socket = socket.create_connection(address)
        self.socket.sendall(b"GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n")
        self.count, self.rest = 0, b""

    def read(self):
        data = self.rest + self.socket.recv(1 << 20)
        self.count += data.count(b"\nevent: made")
        self.rest = data[-12:] if not data[-12:].count(b"\nevent: made") else b""


def read_all(selector, wanted, listeners, until):
    """Reads until each listener has its events, or it is time."""
    while time.monotonic() < until and not all(one.count >= wanted for one in listeners):
        for key, _ in selector.select(max(0, min(0.01, until - time.monotonic()))):
            key.data.read()


def events():
    """@return events that were lost, and microseconds for each at RATE; and how many a second at most"""
    probe = start(BUILD / "bench/loom-http-probe", "http://127.0.0.1:0", "stream_bytes=8000000")
    address = ("127.0.0.1", int(probe.stdout.readline().rpartition(":")[2]))
    listeners = [Listener(address) for _ in range(LISTENERS)]
    selector = selectors.DefaultSelector()
    for one in listeners:
        selector.register(one.socket, selectors.EVENT_READ, one)
    try:
        with Connection(address) as producer:
            while producer.ask("GET", "/counts").json["streams"] < LISTENERS:
                pass
            began, before, sent = time.monotonic(), cpu(probe), 0
            while sent < RATE * SECONDS:
                producer.ask("POST", "/events", {"count": RATE // 100, "size": SIZE})
                sent += RATE // 100
                read_all(selector, sent, listeners, began + sent / RATE)
            read_all(selector, sent, listeners, time.monotonic() + 30)
            each = (cpu(probe) - before) / sent * 1e6
            lost = sum(sent - one.count for one in listeners)
            began, total = time.monotonic(), sent
            while time.monotonic() - began < SECONDS:
                producer.ask("POST", "/events", {"count": RATE // 10, "size": SIZE})
                total += RATE // 10
                read_all(selector, total, listeners, time.monotonic() + 30)
            most = (total - sent) / (time.monotonic() - began)
    finally:
        probe.terminate()
        probe.wait()
    return lost, each, most


def main():
    value, clients = reads()
    lost, each, most = events()
    print(f"a cached value read: {value:.0f} us CPU; a list of ten clients: {clients:.0f} us")
    print(f"{RATE} events/s of {SIZE} bytes to {LISTENERS} listeners: {each:.1f} us CPU each, {each * RATE / 1e4:.0f} % of a core,"
          f" {lost} lost; at most {most:.0f} events/s, readers included\n")
    for name, number, unit in (("http.read_value", value, "us"), ("http.list_10_clients", clients, "us"),
                               ("http.event_to_10", each, "us"), ("http.events_lost", lost, "events"),
                               ("http.events_per_second", most, "events/s")):
        print(f"{name} {number:.1f} {unit}")
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())
