#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Bootstraps over REST: one that the server starts in the open session of a device (rule A-6), those in progress, refusals.

usage: bootstraps.py LOOM_BOOTSTRAP_SERVER
"""

import json
import os
import socket
import subprocess
import sys
import tempfile

import document
from peer import Connection, Failure, equal

SERVER = sys.argv[1]
ACCOUNTS = "[endpoint dev-1]\nnosec\ndiscover = no\nbootstrap-instance = 0\n\n[server 101]\nuri = coap://127.0.0.1:5683\nnosec\n"
ACK, DELETED_OR_CHANGED = 0x60, {4: 0x42, 3: 0x44, 2: 0x44}


class Loom:
    def __init__(self, folder):
        with open(f"{folder}/accounts.ini", "w", encoding="ascii") as file:
            file.write(ACCOUNTS)
        self.process = subprocess.Popen([SERVER, "--json", "--accounts", f"{folder}/accounts.ini", "--listen", "coap://127.0.0.1:0", "--http",
                                         "http://127.0.0.1:0"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        uris = [json.loads(self.process.stdout.readline())["uri"] for _ in range(2)]
        self.coap, self.http = (("127.0.0.1", int(next(uri for uri in uris if uri.startswith(scheme)).rsplit(":", 1)[1]))
                                for scheme in ("coap:", "http:"))
        self.document = document.Document(self.ask("GET", "/v1/openapi.json").body)

    def ask(self, method, path, body=None):
        with Connection(self.http) as connection:
            answer = connection.ask(method, path, body)
        problems = self.document.problems(method, path, answer) if hasattr(self, "document") else []
        if problems:
            raise Failure("\n".join(problems))
        return answer

    def start(self, body, status):
        answer = self.ask("POST", "/v1/bootstraps", body)
        equal(answer.status, status, f"{body}: {answer}")
        return answer.json


class Device:
    """It answers what the server sends, one datagram at a time."""

    def __init__(self, address):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.settimeout(30)
        self.socket.connect(address)

    def ask(self):
        self.socket.send(b"\x40\x02\x00\x01\xb2bs\x48ep=dev-1")
        equal(self.socket.recv(64)[:4], b"\x60\x44\x00\x01", "the answer to a Bootstrap-Request")

    def take(self):
        """@return the code of a request of the server, which is not answered yet"""
        self.request = self.socket.recv(2048)
        return self.request[1]

    def answer(self):
        length = self.request[0] & 15
        self.socket.send(bytes([ACK | length, DELETED_OR_CHANGED[self.request[1]]]) + self.request[2:4 + length])

    def finish(self):
        """@return how many requests there were; the last one, a POST, is the Finish"""
        requests = 1
        while self.take() != 2:
            self.answer()
            requests += 1
        self.answer()
        return requests


def story(loom):
    device = Device(loom.coap)
    equal(loom.ask("GET", "/v1/bootstraps").json, {"bootstraps": [], "total": 0}, "at first")
    equal(loom.start({"endpoint": "stranger"}, 404)["reason"], "no-such-account", "an unknown endpoint")
    equal(loom.start({"endpoint": "dev-1"}, 409)["reason"], "not-connected", "a device that was never heard")
    loom.start({}, 422)
    loom.start({"endpoint": 1}, 422)
    loom.start({"endpoint": "dev-1", "more": 1}, 422)
    device.ask()
    device.take()
    equal(loom.start({"endpoint": "dev-1"}, 409)["reason"], "in-progress", "while one is in progress")
    one = loom.ask("GET", "/v1/bootstraps").json
    equal((one["total"], one["bootstraps"][0]["endpoint"], one["bootstraps"][0]["operation"], one["bootstraps"][0]["answered"]),
          (1, "dev-1", "write", 0), f"the one in progress: {one}")
    device.answer()
    device.finish()
    equal(loom.start({"endpoint": "dev-1"}, 202), {"endpoint": "dev-1"}, "started by the server")
    equal(device.finish(), 3, "two writes and a Finish")
    kinds = [event["event"] for event in loom.ask("GET", "/v1/events?endpoint=dev-1&limit=1000").json["events"]]
    equal(("pushed" in kinds, kinds.count("requested")), (True, 1), f"the timeline: {kinds}")


with tempfile.TemporaryDirectory(prefix="loom-bootstraps-") as folder:
    os.chmod(folder, 0o700)
    loom = Loom(folder)
    try:
        story(loom)
    finally:
        loom.process.kill()
        loom.process.wait()
print("0 problems")
