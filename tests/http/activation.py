#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""HTTP on a socket that the service manager has opened: served by one server after the other without a connection that
is refused, and what is passed wrongly.

usage: activation.py LOOM_SERVER LOOM_BOOTSTRAP_SERVER ACCOUNTS
"""

import contextlib
import os
import socket
import subprocess
import sys

from peer import Connection, Failure, equal, run
from waiting import PATIENCE_S, Lines, start

SERVER, BOOTSTRAP, ACCOUNTS = sys.argv[1:4]
SERVERS = ((SERVER, "--nosec-any"), (BOOTSTRAP, "--accounts", ACCOUNTS))
COMMON = ("--json", "--listen", "coap://127.0.0.1:0")


def launch(words, passed, names="http", count="1", pid="$$"):
    """As a service manager starts a program: the socket is its descriptor 3, and the environment is told so."""
    def place():
        os.dup2(passed.fileno(), 3)
        os.set_inheritable(3, True)  # it may have been this one
    script = f'export LISTEN_PID={pid} LISTEN_FDS={count} LISTEN_FDNAMES={names}; exec "$@"'
    return ["sh", "-c", script, "sh", *words], {"close_fds": False, "preexec_fn": place}


def listening(address="127.0.0.1", family=socket.AF_INET):
    opened = socket.socket(family, socket.SOCK_STREAM)
    opened.bind((address, 0))
    opened.listen(16)
    return contextlib.closing(opened)


def serve(words, passed, uri):
    command, options = launch([*words, *COMMON, "--http", uri], passed)
    process = start(*command, **options)
    wanted = f"http://127.0.0.1:{passed.getsockname()[1]}"
    Lines(process.stdout, words[0]).event("listening", uri=wanted)
    return process


def one_after_the_other():
    for words in SERVERS:
        with listening() as passed:
            for uri in ("http://systemd", "http://systemd:http"):
                # Who comes before the server is there waits for it, and is not refused.
                with Connection(passed.getsockname()) as early:
                    early.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
                    process = serve(words, passed, uri)
                    equal(early.answer().status, 200, f"{words[0]} {uri}")
                process.terminate()
                equal(process.wait(PATIENCE_S), 0, "the end")


def refused():
    def try_it(words, passed, wanted, **how):
        command, options = launch(words, passed, **how)
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=PATIENCE_S, **options)
        if done.returncode == 0 or wanted not in done.stderr:
            raise Failure(f"{words} {how}: {done.returncode} {done.stderr}, not: {wanted}")

    for words in SERVERS:
        here, there = [*words, *COMMON, "--http", "http://systemd"], [*words, *COMMON, "--http", "http://systemd:web"]
        with listening() as passed:
            try_it(here, passed, "no socket was passed (LISTEN_FDS)", pid="1")
            try_it(here, passed, "LISTEN_FDS is no number of sockets", count="one")
            try_it(here, passed, "more than one socket was passed", count="2", names="http:http")
            try_it(there, passed, "has another name (LISTEN_FDNAMES)")
            # A socket that nobody serves would let clients wait for ever.
            try_it([*words, *COMMON], passed, "only --http http://systemd serves")
            try_it([*words, *COMMON, "--http", "http://127.0.0.1:0"], passed, "only --http http://systemd serves")
            try_it([*words, *COMMON, "--http", "http://systemd:"], passed, "LISTEN_FDNAMES")
            try_it([*words, *COMMON, "--http", "https://systemd"], passed, "needs the files of a certificate")
        with contextlib.closing(socket.socket(socket.AF_INET, socket.SOCK_STREAM)) as deaf:
            deaf.bind(("127.0.0.1", 0))
            try_it(here, deaf, "no TCP socket that listens")
        with contextlib.closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as datagrams:
            datagrams.bind(("127.0.0.1", 0))
            try_it(here, datagrams, "no TCP socket that listens")
        with open(os.devnull, "rb") as file:
            try_it(here, file, "no TCP socket that listens")
        # Without a user only this machine is listened at, whoever has opened the socket.
        with listening("0.0.0.0") as open_to_all:
            try_it(here, open_to_all, "only loopback addresses")


sys.exit(run((one_after_the_other, refused)))
