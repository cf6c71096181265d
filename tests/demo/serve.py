#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`make serve`: three devices find their way to a server with a page, Ctrl-C ends everything, and the next run goes on
where that one has ended.

usage: serve.py SERVE_SH PROGRAMS
"""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time

SCRIPT, PROGRAMS = sys.argv[1:3]
PATIENCE_S = 60


def free_ports():
    """Of HTTP, two in a row, and of CoAP, two that are 100 apart."""
    for _ in range(1000):
        sockets = [socket.socket(socket.AF_INET, kind) for kind in
                   (socket.SOCK_STREAM, socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_DGRAM)]
        try:
            sockets[0].bind(("127.0.0.1", 0))
            http_port = sockets[0].getsockname()[1]
            sockets[1].bind(("127.0.0.1", http_port + 1))
            sockets[2].bind(("127.0.0.1", 0))
            coaps_port = sockets[2].getsockname()[1]
            sockets[3].bind(("127.0.0.1", coaps_port + 100))
            return http_port, coaps_port
        except (OSError, OverflowError):
            pass
        finally:
            for one in sockets:
                one.close()
    sys.exit("error: no free ports")


def get(port, path):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
    connection.request("GET", path)
    body = json.loads(connection.getresponse().read())
    connection.close()
    return body


def wait(what, condition):
    end = time.monotonic() + PATIENCE_S
    while True:
        try:
            found = condition()
        except ConnectionError:
            found = None
        if found:
            return found
        if time.monotonic() > end:
            sys.exit(f"error: {what}: not within {PATIENCE_S} s")
        time.sleep(0.05)


def taken(folder):
    """Whether another program was faster at one of the ports, which is nobody's fault."""
    logs = [f"{folder}/{name}.log" for name in ("loom-server", "loom-bootstrap-server")]
    return any("in use" in open(log, encoding="utf-8").read() for log in logs if os.path.exists(log))


def run(folder):
    """@return the registrations of one run, when all are there"""
    http_port, coaps_port = ports
    environment = {**os.environ, "DEVICES": "3", "HTTP_PORT": str(http_port), "COAPS_PORT": str(coaps_port)}
    process = subprocess.Popen(["bash", SCRIPT, PROGRAMS, folder], env=environment, stdout=subprocess.PIPE, text=True)
    out = ""
    try:
        while "Ctrl-C ends them" not in out:
            line = process.stdout.readline()
            if not line:
                break
            out += line
        if not line and taken(folder):
            return None
        wait("three devices register", lambda: get(http_port, "/v1/clients")["total"] == 3)
        if not os.path.exists(f"{folder}/second"):
            wait("the bootstrap server has a timeline", lambda: get(http_port + 1, "/v1/events")["events"])
        clients = get(http_port, "/v1/clients")["clients"]
        if not all(client["secure"] for client in clients):
            sys.exit(f"error: without security: {clients}")
        if not any(client["queueMode"] for client in clients):
            sys.exit(f"error: none sleeps: {clients}")
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        process.communicate(timeout=PATIENCE_S)
    if process.returncode != 0 or f"http://127.0.0.1:{http_port}/" not in out:
        sys.exit(f"error: it ended with {process.returncode}, and said {out}")
    left = subprocess.run(["pgrep", "-f", f"{folder}|urn:dev:os:device-[0-9]+ --bootstrap coaps://127.0.0.1:{coaps_port + 100}"],
                          capture_output=True, text=True).stdout.split()
    if left:
        sys.exit(f"error: these are still running: {left}")
    return sorted(client["endpoint"] for client in clients)


for _ in range(5):
    ports = free_ports()
    with tempfile.TemporaryDirectory(prefix="loom-serve-") as folder:
        first = run(folder)
        if first is None:
            continue
        keys = open(f"{folder}/bootstrap.ini").read()
        if os.stat(f"{folder}/bootstrap.ini").st_mode & 0o077:
            sys.exit("error: others may read the keys")
        open(f"{folder}/second", "w").close()
        second = run(folder)
        if second is None:
            continue
        if second != first or open(f"{folder}/bootstrap.ini").read() != keys:
            sys.exit("error: the second run has other devices")
    print("0 problems")
    sys.exit(0)
sys.exit("error: no ports that stay free")
