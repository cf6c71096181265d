#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# Rules: C-94, C-95, C-97, C-98, C-105, C-106
"""A megabyte of firmware from loom-server to loom-client over a network that loses, repeats and mixes up a good part
of what it carries, pushed and pulled at once; each device restarts with it. Time passes faster for the programs
(fast_clock.c), so that their retransmissions, seconds apart, do not take the better part of an hour. Then a good
network: with DTLS, and with a server that is killed in the middle.

usage: firmware.py LOOM_CLIENT LOOM_SERVER FAST_CLOCK [BYTES]
"""

import hashlib
import json
import os
import queue
import random
import select
import socket
import subprocess
import sys
import tempfile
import threading

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir, "support"))
from waiting import within

LOST, REPEATED, LATE = 0.2, 0.1, 0.1
# One message in some hundred would be lost with all its repetitions, and that is the end of a request. So that chance
# decides nothing, no message is lost more often than this on its way.
LOST_MOST = 2
LATE_S = 0.002
PATIENCE_S = 120


class Relay:
    """Stands between devices and the server: each address of a device has a socket of its own to the server."""

    def __init__(self, server, seed, bad=True):
        self.random = random.Random(seed)
        self.bad = bad
        self.limit = None  # of what is carried; what comes behind it is lost, and `cut` is set
        self.cut = threading.Event()
        self.server = server
        self.inner = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.inner.bind(("127.0.0.1", 0))
        self.uri = f"coap://127.0.0.1:{self.inner.getsockname()[1]}"
        self.outer = {}   # the address of a device: its socket
        self.held = {}    # what is late, by its way
        self.lost = {}    # how often a message was
        self.counts = {"carried": 0, "lost": 0, "repeated": 0, "late": 0}
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        while True:
            devices = {outer: address for address, outer in self.outer.items()}
            for ready in select.select([self.inner, *devices], [], [], LATE_S if self.held else None)[0]:
                try:
                    data, address = ready.recvfrom(65536)
                except ConnectionError:
                    continue
                if ready is self.inner:
                    if address not in self.outer:
                        self.outer[address] = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
                        self.outer[address].connect(self.server)
                    self.carry(data, address, self.outer[address].send)
                else:
                    self.carry(data, ready, lambda data, to=devices[ready]: self.inner.sendto(data, to))
                break
            else:
                for way in list(self.held):
                    self.release(way)

    def carry(self, data, way, send):
        """What is late goes behind what comes next on its way, or behind a pause."""
        if self.limit is not None and self.counts["carried"] >= self.limit:
            self.cut.set()
            return
        if not self.bad:
            self.counts["carried"] += 1
            self.put(send, data)
            return
        message = way, data[2:4], data[1] >> 5
        if self.random.random() < LOST and self.lost.get(message, 0) < LOST_MOST:
            self.lost[message] = self.lost.get(message, 0) + 1
            self.counts["lost"] += 1
        elif self.random.random() < LATE and way not in self.held:
            self.counts["late"] += 1
            self.held[way] = send, data
        else:
            self.lost.pop(message, None)
            times = 2 if self.random.random() < REPEATED else 1
            self.counts["carried"] += 1
            self.counts["repeated"] += times - 1
            for _ in range(times):
                self.put(send, data)
            self.release(way)

    def release(self, way):
        if way in self.held:
            self.put(*self.held.pop(way))

    @staticmethod
    def put(send, data):
        try:
            send(data)
        except ConnectionError:
            pass  # nobody is there now


class Program:
    """Its events as they come."""

    def __init__(self, fast_clock, *arguments):
        self.firmware = queue.Queue()
        self.process = subprocess.Popen(
            arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1,
            env={**os.environ, "LD_PRELOAD": fast_clock,
                 "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"})

    def event(self, *names):
        with within(f"one of the events {names}", 300):
            while True:
                line = self.process.stdout.readline()
                assert line, f"{self.process.args[0]} has ended"
                event = json.loads(line)
                if event["event"] in names:
                    return event

    def say(self, line):
        self.process.stdin.write(line + "\n")

    def stop(self):
        self.process.kill()
        self.process.wait()


def drain(program):
    """Keeps what it says of its firmware."""
    for line in program.process.stdout:
        event = json.loads(line)
        if event["event"] == "firmware":
            program.firmware.put(event["text"])


class Stage:
    """The programs, and the folders that they work in."""

    def __init__(self, client, server, fast_clock, size):
        self.client, self.server, self.fast_clock = client, server, fast_clock
        self.image = random.Random(1).randbytes(size)
        self.folder = tempfile.TemporaryDirectory()
        self.programs = []
        self.files = self.path("files")
        os.mkdir(self.files)
        with open(self.path("files", "image"), "wb") as out:
            out.write(self.image)

    def path(self, *names):
        return os.path.join(self.folder.name, *names)

    def start_server(self, *options):
        """With its address."""
        self.programs.append(Program(self.fast_clock, self.server, "--json", "--files", self.files, *options))
        return self.programs[-1], self.programs[-1].event("listening")["uri"]

    def start_device(self, name, uri, *options):
        os.mkdir(self.path(name))
        self.programs.append(Program(self.fast_clock, self.client, "--endpoint", name, "--server", uri, "--state",
                                     self.path(name), "--firmware", self.path(name, "firmware"), "--json", *options))
        threading.Thread(target=drain, args=(self.programs[-1],), daemon=True).start()
        return self.programs[-1]

    def check(self, device, file="firmware"):
        """@return how many problems there are: none, or one"""
        with open(self.path(device, file), "rb") as installed:
            same = hashlib.sha256(installed.read()).digest() == hashlib.sha256(self.image).digest()
        print(f"{device}: {'the same image' if same else 'error: ANOTHER image'}")
        return 0 if same else 1

    def end(self):
        for program in self.programs:
            program.stop()
        self.folder.cleanup()


def over_a_bad_network(stage):
    server, uri = stage.start_server("--nosec-any", "--listen", "coap://127.0.0.1:0")
    relay = Relay(("127.0.0.1", int(uri.rpartition(":")[2])), 7)
    devices = {"pushed": f"push {stage.path('files', 'image')}", "pulled": f"pull {relay.uri}/files/image"}
    for device in devices:
        stage.start_device(device, relay.uri)
    done, asked, tenths = set(), set(), []
    while len(done) < len(devices):
        event = server.event("registered", "progress", "firmware")
        device = event["endpoint"]
        if event["event"] == "registered" and device not in asked:
            asked.add(device)
            server.say(f"firmware {device} {devices[device]}")
        elif event["event"] == "progress":
            tenths.append(event["done"])
            assert device == "pushed" and event["size"] == len(stage.image), event
        elif event["event"] == "firmware":
            print(f"{event['time_ms'] / 1000:5.0f} s  {device}: {event['step']}")
            assert event["step"] != "failed", event
            if event["step"] == "done":
                assert event["result"] == 1, event
                done.add(device)
    problems = sum(stage.check(device) for device in devices)
    print(f"{len(stage.image)} bytes, {relay.counts}")
    if tenths != sorted(set(tenths)) or len(tenths) != 9:
        problems += 1
        print(f"error: progress {tenths}")
    if not all(relay.counts.values()):
        problems += 1
        print("error: that was no bad network")
    return problems


def with_keys(stage):
    """The device fetches from the address that it is registered at, with the key that it has for it."""
    key = "000102030405060708090a0b0c0d0e0f"
    with open(stage.path("accounts"), "w", encoding="utf-8") as out:
        out.write(f"[endpoint secure]\nidentity = secure\nkey = {key}\n")
    server, uri = stage.start_server("--accounts", stage.path("accounts"), "--listen", "coaps://127.0.0.1:0")
    stage.start_device("secure", uri, "--identity", "secure", "--key", key)
    server.event("registered")
    server.say("firmware secure pull image")
    fetching = server.event("fetching", "refused")
    assert fetching["event"] == "fetching" and fetching["endpoint"] == "secure", fetching
    steps = []
    while not steps or steps[-1] not in ("done", "failed"):
        steps.append(server.event("firmware")["step"])
    if steps[-1] != "done":
        print(f"error: {steps}")
        return 1
    return stage.check("secure")


def over_a_restart_of_the_server(stage):
    """What has been fetched counts: the image is the same for the server that is started again."""
    server, uri = stage.start_server("--nosec-any", "--listen", "coap://127.0.0.1:0")
    relay = Relay(("127.0.0.1", int(uri.rpartition(":")[2])), 7, bad=False)
    device = stage.start_device("patient", relay.uri)
    server.event("registered")
    server.say(f"firmware patient pull {relay.uri}/files/image")
    server.event("fetching")
    relay.limit = relay.counts["carried"] + 100
    assert relay.cut.wait(PATIENCE_S), "nothing is fetched"
    server.stop()
    server, _ = stage.start_server("--nosec-any", "--listen", uri)
    relay.limit = None
    event = server.event("fetching", "fetched")
    while device.firmware.get(timeout=PATIENCE_S) != "downloaded":
        pass
    if event["event"] != "fetched":
        print("error: it was fetched from its beginning")
        return 1
    return stage.check("patient", "firmware.part")


def run(*arguments):
    stage = Stage(*arguments)
    try:
        return over_a_bad_network(stage) + with_keys(stage) + over_a_restart_of_the_server(stage)
    finally:
        stage.end()


sys.exit(1 if run(*sys.argv[1:4], int(sys.argv[4]) if len(sys.argv) > 4 else 1 << 20) else 0)
