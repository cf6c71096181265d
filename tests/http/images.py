#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# Rules: C-93
"""Firmware images over REST: what is uploaded is there as a whole or not at all, whatever becomes of the client, the
disk, the database or the server; and devices fetch it.

usage: images.py LOOM_SERVER
With LOOM_TEST_POSTGRES (tests/server/with_postgres.py) the same on PostgreSQL, too.
"""

import hashlib
import json
import os
import random
import resource
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

import document
from peer import Failure, Program, equal, run
from waiting import Lines

SERVER = sys.argv[1]
HEAD = "Host: localhost\r\n"
MEBI = 1 << 20
BIG = random.Random(1).randbytes(5 * MEBI + 7)


class Loom(Program):
    """loom-server with a directory for images."""

    def __init__(self, folder, *options, file_size=None):
        def limit():
            if file_size is not None:
                signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
                resource.setrlimit(resource.RLIMIT_FSIZE, (file_size, file_size))
        files = [] if folder is None else ["--files", folder]
        self.process = subprocess.Popen(
            [SERVER, "--json", "--nosec-any", "--listen", "coap://127.0.0.1:0", "--http", "http://127.0.0.1:0", *files,
             *options], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, preexec_fn=limit)
        self.tls, self.uri, self.killed = None, "", False
        self.lines = Lines(self.process.stdout, SERVER)
        self.uri = self.lines.event("listening", good=lambda event: event["uri"].startswith("http"))["uri"]
        host, _, port = self.uri.partition("://")[2].rpartition(":")
        self.address = (host, int(port))
        self.described = document.Document(Program.ask(self, "GET", "/v1/openapi.json").body)

    def end(self):
        self.process.terminate()
        status = self.process.wait(30)
        return 0 if self.killed else status

    def kill(self):
        self.killed = True
        self.process.kill()
        self.process.wait()

    def put(self, name, data, query="", **fields):
        return self.ask("PUT", f"/v1/images/{name}{query}", data, Content_Type="application/octet-stream", **fields)

    def ask(self, method, target, body=None, **fields):
        answer = super().ask(method, target, body, **fields)
        problems = self.described.problems(method, target, answer)
        if problems:
            raise Failure("; ".join(problems))
        return answer

    def image(self, name):
        """When its content has been read."""
        while True:
            answer = self.ask("GET", f"/v1/images/{name}")
            if answer.status != 200 or answer.json["sha256"] is not None:
                return answer.json if answer.status == 200 else None

    def names(self):
        return [image["name"] for image in self.ask("GET", "/v1/images").json["images"]]


def digest(data):
    return hashlib.sha256(data).hexdigest()


def left(folder):
    """What is in a directory, hidden files too."""
    return sorted(os.listdir(folder))


def with_folder(case):
    def inner():
        with tempfile.TemporaryDirectory() as folder:
            case(folder)
    inner.__name__ = case.__name__
    return inner


def until(what, wanted, good):
    """Asks again until it is so: what it waits for is written by a thread of the server."""
    end = time.monotonic() + 30
    while not good(found := what()):
        if time.monotonic() > end:
            raise Failure(f"{wanted}: {found}")
        time.sleep(0.01)


# ---- cases ---------------------------------------------------------------------------------------

@with_folder
def uploads(folder):
    with Loom(folder) as loom:
        equal(loom.names(), [], "at first")
        answer = loom.put("app-1.2.bin", BIG, "?version=1.2&model=RX%201")
        equal(answer.status, 201, "new")
        image = answer.json
        equal((image["size"], image["sha256"], image["version"], image["model"], image["who"]),
              (len(BIG), digest(BIG), "1.2", "RX 1", "local"), "what it is")
        equal(answer.fields["etag"], f'"{digest(BIG)}"', "its tag")
        with open(os.path.join(folder, "app-1.2.bin"), "rb") as file:
            equal(digest(file.read()), digest(BIG), "on the disk")
        equal(loom.ask("GET", "/v1/images/app-1.2.bin").json, image, "shown")
        equal(loom.put("a", b"x").status, 201, "another")
        equal(loom.names(), ["a", "app-1.2.bin"], "in order")
        # One that is there is replaced by who has seen it.
        equal(loom.put("a", b"y").reason, "if-match", "without a tag")
        equal(loom.put("a", b"y", If_Match='"00"').reason, "changed", "with another tag")
        equal(loom.put("b", b"y", If_Match='"00"').reason, "changed", "that is not there")
        equal(loom.image("a")["sha256"], digest(b"x"), "as before")
        answer = loom.put("a", b"yy", "?version=2", If_Match=f'"{digest(b"x")}"')
        equal((answer.status, answer.json["sha256"], answer.json["version"]), (200, digest(b"yy"), "2"), "replaced")
        equal(loom.ask("DELETE", "/v1/images/a").status, 204, "removed")
        equal(loom.ask("DELETE", "/v1/images/a").reason, "no-image", "once")
        equal((loom.names(), left(folder)), (["app-1.2.bin"], ["app-1.2.bin"]), "what is left")


@with_folder
def names(folder):
    """None leads out of the directory, or needs an escape in the URI that devices get."""
    inner = os.path.join(folder, "images")
    os.mkdir(inner)
    with Loom(inner) as loom:
        for name in ("..", ".", ".hidden", "%2e%2e%2fx", "..%2fx", "a%2fb", "%2fetc%2fpasswd", "a%20b", "%ff", "%00", "a%00b",
                     "x" * 101, "ä", "a%5cb", ".upload-1-1"):
            equal(loom.put(name.encode().decode("latin-1"), b"x").status in (400, 404, 422), True, name)
        for name in ("x" * 100, "a..b", "-", "A_b-C.1"):
            equal(loom.put(name, b"x").status, 201, name)
        equal((len(left(inner)), left(folder)), (4, ["images"]), "what is there")
        # What has another name is no image, and stays.
        for name in ("with blank", ".hidden", ".upload-x"):
            with open(os.path.join(inner, name), "wb") as file:
                file.write(b"x")
        os.mkdir(os.path.join(inner, "folder"))
        os.symlink("/etc/passwd", os.path.join(inner, "link"))
        equal(loom.put("folder", b"x").reason, "not-written", "a directory")
    with Loom(inner) as loom:
        equal(loom.names(), ["-", "A_b-C.1", "a..b", "x" * 100], "images")
        equal(".upload-x" in left(inner), False, "what an upload has left")
        equal(".hidden" in left(inner), True, "what is another's")


@with_folder
def refusals(folder):
    with Loom(folder, "--image-max", "1") as loom:
        equal(loom.put("a", b"").reason, "empty-image", "nothing")
        equal(loom.put("a", b"\0").reason, "empty-image", "a reset, by rule C-93")
        equal(loom.put("a", b"x" * MEBI).status, 201, "as long as may be")
        with loom.connect() as connection:
            connection.send(f"PUT /v1/images/b HTTP/1.1\r\n{HEAD}Content-Length: {MEBI + 1}\r\n\r\n")
            equal(connection.answer().reason, "body-too-long", "too long")
        with loom.connect() as connection:
            connection.send(f"PUT /v1/images/b HTTP/1.1\r\n{HEAD}Transfer-Encoding: chunked\r\n\r\n")
            for _ in range(5):
                connection.send(b"40000\r\n" + b"x" * 0x40000 + b"\r\n")
            connection.send(b"0\r\n\r\n")
            equal(connection.answer().reason, "body-too-long", "found to be too long")
        equal(loom.put("b", b"x", f"?version={'x' * 101}").reason, "too-long", "a version")
        equal(loom.put("b", b"x", "?versio=1").reason, "unknown-argument", "an argument")
        until(lambda: left(folder), "what is left", lambda found: found == ["a"])
    with Loom(None) as loom:
        equal(loom.ask("GET", "/v1/images").reason, "no-files", "without a directory")
        equal(loom.put("a", b"x").reason, "no-files", "without a directory")
    result = subprocess.run([SERVER, "--nosec-any", "--listen", "coap://127.0.0.1:0", "--image-max", "0"], capture_output=True,
                            check=False)
    equal(result.returncode, 2, "an option")


@with_folder
def at_once(folder):
    """One name has one upload; the others go on. Who goes away leaves nothing."""
    with Loom(folder) as loom:
        begun = []
        for number in range(8):
            begun.append(loom.connect())
            begun[-1].send(f"PUT /v1/images/image-{number} HTTP/1.1\r\n{HEAD}Content-Length: {len(BIG)}\r\n\r\n")
            begun[-1].send(BIG[:300000])
            until(lambda: len(left(folder)), "begun", lambda count, wanted=number + 1: count == wanted)
            if number < 7:
                equal(loom.put(f"image-{number}", b"x").reason, "busy", "the same name")
        equal(loom.put("image-9", b"x").reason, "busy", "too many")
        begun[3].send(BIG[300000:])
        equal(begun[3].answer().json["sha256"], digest(BIG), "the others do not disturb it")
        for connection in begun:
            connection.socket.close()
        until(lambda: left(folder), "what is left", lambda found: found == ["image-3"])
        equal(loom.names(), ["image-3"], "what is there")
        equal(loom.put("image-0", b"x").status, 201, "the name is free again")
    with Loom(folder) as loom:
        with loom.connect() as connection:
            connection.send(f"PUT /v1/images/cut HTTP/1.1\r\n{HEAD}Content-Length: {len(BIG)}\r\n\r\n")
            connection.send(BIG[:300000])
            until(lambda: len(left(folder)), "begun", lambda count: count == 3)
            loom.kill()
    equal(len(left(folder)), 3, "a part is left")
    with Loom(folder) as loom:
        equal((loom.names(), left(folder)), (["image-0", "image-3"], ["image-0", "image-3"]), "and removed")


@with_folder
def full(folder):
    """A disk that is full in the middle, and a directory that nobody may write."""
    with Loom(folder, file_size=2 * MEBI) as loom:
        equal(loom.put("small", b"x" * 1000).status, 201, "what fits")
        answer = loom.put("big", BIG)
        equal((answer.status, answer.reason), (507, "disk-full"), "in the middle")
        answer = loom.put("big", BIG[:2 * MEBI + 1])
        equal((answer.status, answer.reason), (507, "disk-full"), "at the end")
        until(lambda: left(folder), "what is left", lambda found: found == ["small"])
        equal(loom.put("small", b"y" * 1000, If_Match=f'"{digest(b"x" * 1000)}"').status, 200, "it goes on")
    if os.getuid() != 0:
        with Loom(folder) as loom:
            os.chmod(folder, 0o500)
            equal(loom.put("b", b"x").reason, "not-written", "nobody may")
            os.chmod(folder, 0o700)


def known_over_a_restart(folder, store):
    with Loom(folder, "--store", store) as loom:
        equal(loom.put("a", BIG, "?version=7&model=M").status, 201, "uploaded")
        equal(loom.put("gone", b"x").status, 201, "uploaded")
        equal(loom.ask("DELETE", "/v1/images/gone").status, 204, "removed")
        equal(loom.put("b", b"bb", "?version=8").status, 201, "uploaded")
        before = loom.image("a")
    with Loom(folder, "--store", store) as loom:
        equal(loom.image("a"), before, "as it was")
        equal(loom.names(), ["a", "b"], "all of it")
        loom.kill()
    # What is stored is of that content: another file of the name has nothing of it.
    with open(os.path.join(folder, "a"), "r+b") as file:
        file.write(b"other")
    with open(os.path.join(folder, "by-hand"), "wb") as file:
        file.write(b"by hand")
    os.utime(os.path.join(folder, "b"))
    with Loom(folder, "--store", store) as loom:
        other = loom.image("a")
        equal((other["sha256"] == before["sha256"], other["version"], other["model"]), (False, "", ""), "another content")
        equal(loom.image("b")["version"], "8", "the same content, touched")
        by_hand = loom.image("by-hand")
        equal((by_hand["sha256"], by_hand["version"], by_hand["who"]), (digest(b"by hand"), "", ""), "by hand")
        equal(loom.put("by-hand", b"x", If_Match=f'"{by_hand["sha256"]}"').status, 200, "and replaced")


@with_folder
def known_in_sqlite(folder):
    files = os.path.join(folder, "files")
    os.mkdir(files)
    known_over_a_restart(files, f"sqlite:{folder}/store.db")


@with_folder
def known_in_postgres(folder):
    if "LOOM_TEST_POSTGRES" in os.environ:
        known_over_a_restart(folder, os.environ["LOOM_TEST_POSTGRES"])
    else:
        print("skipped: no PostgreSQL")


@with_folder
def without_the_database(folder):
    """What cannot be stored is not there."""
    files = os.path.join(folder, "files")
    os.mkdir(files)
    with Loom(files, "--store", f"sqlite:{folder}/store.db") as loom:
        equal(loom.put("a", b"a").status, 201, "uploaded")
        locked = sqlite3.connect(f"{folder}/store.db", isolation_level=None)
        locked.execute("BEGIN IMMEDIATE")
        waiting = []
        sender = threading.Thread(target=lambda: waiting.append(loom.put("waits", b"w")))
        sender.start()
        until(lambda: loom.ask("GET", "/healthz").status, "it is known to be gone", lambda status: status == 503)
        for answer in (loom.put("b", b"b"), loom.put("a", b"x", If_Match=f'"{digest(b"a")}"'), loom.ask("DELETE", "/v1/images/a")):
            equal((answer.status, answer.reason, "retry-after" in answer.fields), (503, "not-stored", True), "locked")
        equal(loom.names(), ["a"], "what is not stored is not there")
        locked.execute("ROLLBACK")
        locked.close()
        sender.join()
        equal([answer.status for answer in waiting], [201], "who has waited")
        equal(loom.image("a")["sha256"], digest(b"a"), "as it was")
        until(lambda: left(files), "what is left", lambda found: found == ["a", "waits"])
        until(lambda: loom.put("b", b"b").status, "it goes on", lambda status: status == 201)


sys.exit(run((uploads, names, refusals, at_once, full, known_in_sqlite, known_in_postgres, without_the_database)))
