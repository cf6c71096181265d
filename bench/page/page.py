#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How the operator's page does with many devices: bytes and time of the first view, and of jumps through the list.

usage: page.py LOOM_SERVER [DEVICES]        (default 50000)
"""

import json
import pathlib
import socket
import struct
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "tests" / "page"))
import browser  # noqa: E402  the driver of the tests

SERVER = sys.argv[1]
DEVICES = int(sys.argv[2]) if len(sys.argv) > 2 else 50000
OF_ONE_SOCKET = 500


def option(before, number, value):
    """An option of CoAP (RFC 7252, 3.1), whose number and length are below 269."""
    def nibble(n):
        return (n, b"") if n < 13 else (13, bytes([n - 13]))
    delta, more_delta = nibble(number - before)
    length, more_length = nibble(len(value))
    return bytes([delta << 4 | length]) + more_delta + more_length + value


def register_message(number, name):
    message = struct.pack("!BBH", 0x40, 2, number & 0xFFFF)
    last = 0
    for option_number, value in ((11, b"rd"), (12, b"\x28"), (15, b"ep=" + name), (15, b"lt=86400"), (15, b"lwm2m=1.1"),
                                 (15, b"b=U")):
        message += option(last, option_number, value)
        last = option_number
    return message + b"\xff</1/0>,</3/0>,</3303/0>;ver=1.1"


def register_all(port):
    sockets = []
    for first in range(0, DEVICES, OF_ONE_SOCKET):
        one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        one.connect(("127.0.0.1", port))
        one.settimeout(5)
        sockets.append(one)
        for number in range(first, min(first + OF_ONE_SOCKET, DEVICES)):
            one.send(register_message(number, f"urn:imei:{490000000000000 + number}".encode()))
            if one.recv(1500)[1] != 0x41:
                sys.exit("error: a Register was refused")
    return sockets


server = subprocess.Popen([SERVER, "--nosec-any", "--listen", "coap://127.0.0.1:0", "--http", "http://127.0.0.1:0", "--json"],
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
uris = [json.loads(server.stdout.readline())["uri"] for _ in range(2)]
url = next(uri for uri in uris if uri.startswith("http:"))
port = int(next(uri for uri in uris if uri.startswith("coap:")).rsplit(":", 1)[1])
# Its events are of no interest here, but the pipe must not fill up.
drain = subprocess.Popen(["cat"], stdin=server.stdout, stdout=subprocess.DEVNULL)
try:
    begin = time.monotonic()
    kept = register_all(port)
    print(f"{DEVICES} devices registered in {time.monotonic() - begin:.1f} s")
    with browser.Browser() as page:
        page.open(url)
        page.wait_for(".row-line .endpoint", "urn:imei:")
        first = page.run("""
            const entries = [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')];
            return {bytes: entries.reduce((sum, entry) => sum + entry.transferSize, 0),
                    scripts: entries.filter((entry) => !entry.name.includes('/v1/')).reduce((sum, entry) => sum + entry.transferSize, 0),
                    end: Math.max(...entries.map((entry) => entry.responseEnd)), requests: entries.length}""")
        print(f"first view: {first['bytes'] / 1000:.0f} kB in {first['requests']} requests, {first['scripts'] / 1000:.0f} kB of them "
              f"the page itself; all there after {first['end']:.0f} ms")
        times = []
        for part in (0.5, 1.0, 0.25, 0.75, 0.0):
            begin = time.monotonic()
            page.run("const area = document.querySelector('.long'); area.scrollTop = area.scrollHeight * arguments[0]", part)
            page.wait("rows", lambda: page.run("""
                const area = document.querySelector('.long').getBoundingClientRect();
                const seen = [...document.querySelectorAll('.row-line')].filter((row) => {
                    const box = row.getBoundingClientRect(); return box.bottom > area.top && box.top < area.bottom; });
                return seen.length > 0 && seen.every((row) => !row.querySelector('.loading-cell'))"""))
            times.append(time.monotonic() - begin)
        print(f"jumps through the list: {', '.join(f'{1000 * one:.0f} ms' for one in times)}")
        print(f"rows in the document: {page.run('return document.querySelectorAll(arguments[0]).length', '.row-line')}")
finally:
    server.terminate()
    server.wait()
    drain.wait()
