#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""HTTP as good clients, bad ones and hostile ones speak it, against a program with a route for each thing.

usage: hostile.py HTTP_PROBE
"""

import functools
import hashlib
import os
import resource
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading

from peer import PATIENCE_S, Connection, Failure, Program, equal, run

PROBE = sys.argv[1]
HEAD = "Host: localhost\r\n"
# A thousand listeners, here and in the program, are more than many systems grant at first.
FILES = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (FILES, FILES))


def probe(*arguments, uri="http://127.0.0.1:0", **env):
    return Program(PROBE, uri, *arguments, env=dict(os.environ, **env))


def with_probe(*arguments, **more):
    def wrap(case):
        @functools.wraps(case)
        def inner():
            with probe(*arguments, **more) as program:
                case(program)
        return inner
    return wrap


def raw(program, data):
    with program.connect() as connection:
        connection.send(data)
        return connection.answer()


# ---- good manners --------------------------------------------------------------------------------

@with_probe()
def answers(program):
    with program.connect() as connection:
        answer = connection.ask("GET", "/echo/a%20b?a=1&b=x%26y+z")
        equal((answer.status, answer.json["name"], answer.json["queries"]),
              (200, "a b", {"a": "1", "b": "x&y z"}), "echo")
        equal(answer.json["who"], "local", "who")
        equal(answer.json["address"], "127.0.0.1", "address")
        for name, value in (("cache-control", "no-store"), ("x-content-type-options", "nosniff"),
                            ("x-frame-options", "DENY"), ("referrer-policy", "no-referrer"),
                            ("content-type", "application/json")):
            equal(answer.fields.get(name), value, name)
        policy = answer.fields["content-security-policy"]
        if "frame-ancestors 'none'" not in policy or "default-src 'none'" not in policy:
            raise Failure(policy)
        # The same connection, whatever came before.
        equal(connection.ask("GET", "/none").reason, "no-route", "404")
        equal(connection.ask("GET", "/echo/urn%3Adev%2F1/rest/3/0/9").json["rest"], "3/0/9", "rest")
        equal(connection.ask("GET", "/echo/%E2%82%AC").json["name"], "\u20ac", "UTF-8")
        equal(connection.ask("PUT", "/bytes", b"x" * 100000).json["length"], 100000, "bytes")
        equal(connection.ask("POST", "/json", {"n": 2 ** 53}).json, {"n": 2 ** 53}, "JSON")
        equal(connection.ask("POST", "/json", X_Loom_Request="1").json, None, "no body")


@with_probe()
def methods(program):
    with program.connect() as connection:
        answer = connection.ask("HEAD", "/echo/x")
        equal((answer.status, answer.body), (200, b""), "HEAD")
        answer = connection.ask("OPTIONS", "/held")
        equal((answer.status, answer.fields["allow"]), (204, "GET, HEAD, PUT, OPTIONS"), "OPTIONS")
        for method in ("DELETE", "PATCH", "POST", "BREW", "TRACE"):
            answer = connection.ask(method, "/held")
            equal((answer.status, answer.reason), (405, "method"), method)
            equal(answer.fields["allow"], "GET, HEAD, PUT, OPTIONS", "Allow")
        equal(connection.ask("HEAD", "/json").status, 405, "HEAD of a POST")
        equal(connection.ask("GET", "/echo/x?c=1").reason, "unknown-argument", "query")
        equal(connection.ask("GET", "/nothing").reason, "no-answer", "a handler with a bug")


@with_probe()
def versions(program):
    with program.connect() as connection:
        answer = connection.ask("GET", "/held")
        equal(answer.fields["etag"], '"one"', "ETag")
        answer = connection.ask("GET", "/held", If_None_Match='"x", W/"one"')
        equal((answer.status, answer.body), (304, b""), "known")
        equal(connection.ask("PUT", "/held", {"held": "two"}).status, 428, "without If-Match")
        equal(connection.ask("PUT", "/held", {"held": "two"}, If_Match='"x"').status, 412, "changed")
        equal(connection.ask("PUT", "/held", {"held": "two"}, If_Match='W/"one"').status, 412, "weak")
        equal(connection.ask("PUT", "/held", {"held": 2}, If_Match='"one"').json["pointer"], "/held",
              "pointer")
        equal(connection.ask("PUT", "/held", {"held": "two"}, If_Match='"x", "one"').status, 204, "two")
        equal(connection.ask("PUT", "/held", {"held": "six"}, If_Match='"one"').status, 412, "twice")
        equal(connection.ask("PUT", "/held", {"held": "six"}, If_Match="*").status, 204, "any")
        answer = connection.ask("GET", "/style.css")
        equal((answer.fields["etag"], answer.fields["cache-control"], answer.status),
              ('"f1"', "max-age=60", 200), "file")
        equal(answer.fields["content-security-policy"], "default-src 'self'", "policy")
        equal(connection.ask("GET", "/style.css", If_None_Match='"f1"').status, 304, "304")


@with_probe()
def later(program):
    with program.connect() as one, program.connect() as two:
        for connection in (one, two):
            connection.send(f"GET /later HTTP/1.1\r\n{HEAD}\r\n")
            program.wait_for("deferred")
        equal(program.ask("POST", "/release", {}).json["released"], 2, "released")
        equal(one.answer().json, {"late": True}, "late")
        equal(two.answer().json, {"late": True}, "late")
        # The connection is as good as before; then its client goes, which is told without a byte
        # being sent.
        one.send(f"GET /later HTTP/1.1\r\n{HEAD}\r\n")
        program.wait_for("deferred")
        one.socket.close()
        program.wait_for("gone")
        equal(program.ask("POST", "/release", {}).json["released"], 0, "released")


@with_probe()
def later_at_the_end(program):
    with program.connect() as one, program.connect() as two:
        one.send(f"GET /later HTTP/1.1\r\n{HEAD}\r\n")
        program.wait_for("deferred")
        two.ask_stream = two.send(f"GET /events HTTP/1.1\r\n{HEAD}\r\n")
        equal(two.head()[0], 200, "stream")
        program.process.stdin.close()
        program.wait_for("gone")
        program.wait_for("stream-gone")
        program.wait_for("ended")
        equal(one.ends(), b"", "no answer")


@with_probe()
def cut(program):
    """Text of a stranger that is too long for an answer is not cut within a letter, which would be no UTF-8."""
    for before in ("", "x"):
        answer = program.ask("GET", f"/echo/x?{before}{'%c3%a4' * 70}=1")
        equal((answer.status, answer.reason), (400, "unknown-argument"), "a long name")
        if f"'{before}ää" not in answer.json["detail"]:
            raise Failure(answer)


@with_probe()
def asked_at_the_end(program):
    """What is just there when the program ends is heard of by no handler: it would wait, and nobody would let it go."""
    with program.connect() as idle, program.connect() as half, program.connect() as new:
        idle.ask("GET", "/echo/x")
        half.send(f"GET /later HTTP/1.1\r\n{HEAD}")
        new.send(f"GET /later HTTP/1.1\r\n{HEAD}\r\n")
        program.wait_for("deferred")
        program.process.send_signal(signal.SIGSTOP)
        os.waitpid(program.process.pid, os.WUNTRACED)
        idle.send(f"GET /later HTTP/1.1\r\n{HEAD}\r\n")
        half.send("\r\n")
        program.process.stdin.close()
        program.process.send_signal(signal.SIGCONT)
        rest = program.lines.rest().split("\n")
        equal(rest.count("gone"), 1, "gone")
        equal(("deferred" in rest, "ended" in rest), (False, True), f"{rest}")


# ---- heads ---------------------------------------------------------------------------------------

AMBIGUOUS = (
    "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
    "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
    "Content-Length: 5\r\nContent-Length: 6\r\n",
    "Content-Length: 5\r\nContent-Length: 5\r\n",
    "Content-Length: +5\r\n",
    "Content-Length: -5\r\n",
    "Content-Length: 5, 5\r\n",
    "Content-Length: 0x5\r\n",
    "Content-Length: 99999999999999999999999999\r\n",
    "Content-Length:\r\n",
    "Content-Length : 5\r\n",
    "Transfer-Encoding: identity\r\n",
    "Transfer-Encoding: gzip, chunked\r\n",
    "Transfer-Encoding: chunked, identity\r\n",
    "Transfer-Encoding: xchunked\r\n",
    "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
    "Transfer-Encoding : chunked\r\n",
    "Transfer-Encoding\t: chunked\r\n",
    "Host: elsewhere\r\n",
    "X Y: 1\r\n",
    "X: a\rTransfer-Encoding: chunked\r\n",
    "X: a\x01b\r\n",
    "X: a\x7f\r\n",
)


@with_probe()
def smuggled(program):
    """RFC 9112, 6.3 and 11.2: what could be read in two ways is refused, and the connection ends."""
    for fields in AMBIGUOUS:
        with program.connect() as connection:
            connection.send(f"PUT /bytes HTTP/1.1\r\n{HEAD}{fields}\r\n"
                            "0\r\n\r\nGET /echo/smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n")
            data = connection.ends()
            if b"smuggled" in data or b" 200 " in data:
                raise Failure(f"{fields!r} got {data[:400]!r}")
            if data and not data.startswith(b"HTTP/1.1 4"):
                raise Failure(f"{fields!r} got {data[:200]!r}")
    equal(program.ask("GET", "/echo/x").status, 200, "afterwards")


@with_probe("head_time=1000")
def heads(program):
    for head in ("GET\r\n\r\n", "GET /echo/x\r\n\r\n", "\0\0\0\0\r\n\r\n", "GET /echo/x HTTP/9.9\r\n\r\n",
                 "GET /echo/x HTTP/1.1\r\n\r\n", " GET /echo/x HTTP/1.1\r\nHost: localhost\r\n\r\n",
                 "GET /echo/x HTTP/1.1\r\n: x\r\nHost: localhost\r\n\r\n",
                 "GET http://localhost/echo/x HTTP/1.1\r\nHost: localhost\r\n\r\n",
                 "GET * HTTP/1.1\r\nHost: localhost\r\n\r\n",
                 "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
                 f"GET /echo/x HTTP/1.1\r\n{HEAD}X: {'x' * 40000}\r\n\r\n",
                 f"GET /echo/x HTTP/1.1\r\n{HEAD}{'X: y' + chr(13) + chr(10):s}" * 9000 + "\r\n",
                 f"GET /echo/{'x' * 40000} HTTP/1.1\r\n{HEAD}\r\n"):
        with program.connect() as connection:
            try:
                connection.send(head)
                connection.socket.shutdown(socket.SHUT_WR)
                data = connection.ends()
            except OSError:
                continue
            if b" 200 " in data:
                raise Failure(f"{head[:60]!r} got {data[:200]!r}")
    equal(program.ask("GET", "/echo/x").status, 200, "afterwards")
    answer = raw(program, f"GET /echo/{'x' * 5000} HTTP/1.1\r\n{HEAD}\r\n")
    equal((answer.status, answer.reason), (414, "bad-target"), "a long target")


@with_probe()
def targets(program):
    with program.connect() as connection:
        for target in ("/echo/%", "/echo/%4", "/echo/%zz", "/echo/%00", "/echo/%c3%28", "/echo/%ff",
                       "/echo/%ed%a0%80", "/echo/%c0%af", "/echo/../counts", "/echo/%2e%2e/counts", "/./counts",
                       "/echo/x?a=%00", "/echo/x?a=%", "/echo/x?a=1&a=2", "/" + "/".join("x" * 20),
                       "/echo/x?" + "&".join(f"a{i}=1" for i in range(20))):
            answer = connection.ask("GET", target)
            equal((answer.status, answer.reason), (400, "bad-target"), target)
        for target in ("/echo", "/echo/", "/echo//", "//echo/x", "/echo/x/", "/counts/", "/Counts",
                       "/echo/x/rest", "/echo/x/rest/", "/echo/x/rest/3//9", "/echo/x/rest/a%2Fb"):
            equal(connection.ask("GET", target).status, 404, target)
        # Decoded once, never twice.
        equal(connection.ask("GET", "/echo/%252e%252e").json["name"], "%2e%2e", "twice")
        equal(connection.ask("GET", "/echo/a%2Fb").json["name"], "a/b", "a slash in a segment")
        equal(connection.ask("GET", "/echo/a+b?a=%2B").json["queries"], {"a": "+"}, "plus")


# ---- bodies --------------------------------------------------------------------------------------

@with_probe()
def bodies(program):
    with program.connect() as connection:
        for body, status in ((b"{", 400), (b"{\"a\":1,\"a\":2}", 400), (b"nul", 400), (b"[1,]", 400),
                             (b"\xff", 400), (b"\"\xed\xa0\x80\"", 400), (b"\"\\u0000\"", 400), (b"{} {}", 400),
                             (b"[" * 33 + b"]" * 33, 400), (b"[" * 100000, 400), (b"{\"a\":" * 50000, 400),
                             (b"[" + b"1," * 200000 + b"1]", 400), (b"99999999999999999999", 400), (b"1e999", 400),
                             (b"[" * 32 + b"]" * 32, 200), (b"\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\"", 200),
                             (b"\"\\\"" + b"[" * 40 + b"\"", 200), (b"9223372036854775807", 200),
                             (b"0", 200)):
            answer = connection.ask("POST", "/json", body, Content_Type="application/json")
            equal(answer.status, status, f"{body[:40]!r}")
            if status == 400:
                equal(answer.reason, "bad-json", f"{body[:40]!r}")
    # What is refused before its body ends the connection.
    for arguments, fields, status, reason in (
            (("POST", "/json", b"{}"), {"Content_Type": "text/html", "X_Loom_Request": "1"}, 415, "content-type"),
            (("POST", "/json", b"{}"), {"X_Loom_Request": "1"}, 415, "content-type"),
            (("GET", "/held", b"{}"), {}, 400, "unexpected-body"),
            (("PUT", "/bytes", b"x" * 100001), {}, 413, "body-too-long")):
        answer = program.ask(*arguments, **fields)
        equal((answer.status, answer.reason, answer.fields.get("connection")), (status, reason, "close"),
              arguments[1])
    for kind in ("application/merge-patch+json", "APPLICATION/JSON", "application/json; charset=utf-8"):
        equal(program.ask("POST", "/json", b"{}", Content_Type=kind).status, 200, kind)
    # In chunks nobody says before how long it is.
    with program.connect() as connection:
        connection.send(f"PUT /bytes HTTP/1.1\r\n{HEAD}Transfer-Encoding: chunked\r\n\r\n")
        for _ in range(11):
            connection.send(b"2710\r\n" + b"x" * 10000 + b"\r\n")
        connection.send(b"0\r\n\r\n")
        equal(connection.answer().reason, "body-too-long", "chunks")
    with program.connect() as connection:
        connection.send(f"PUT /bytes HTTP/1.1\r\n{HEAD}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n")
        equal(connection.answer().json["length"], 3, "chunks")
    # Extensions of chunks are passed over; libmicrohttpd 1.0 refuses them, and ends the connection.
    with program.connect() as connection:
        connection.send(f"PUT /bytes HTTP/1.1\r\n{HEAD}Transfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n0\r\n\r\n")
        equal(connection.head()[0] in (200, 400), True, "chunk extensions")
    # Endless, and never an end.
    with program.connect() as connection:
        connection.send(f"PUT /bytes HTTP/1.1\r\n{HEAD}Transfer-Encoding: chunked\r\n\r\n")
        try:
            for _ in range(1000):
                connection.send(b"2710\r\n" + b"x" * 10000 + b"\r\n")
            raise Failure("an endless body is taken")
        except (BrokenPipeError, ConnectionResetError):
            pass
    for size in (b"zz", b"-1", b"ffffffffffffffffff", b""):
        with program.connect() as connection:
            connection.send(f"PUT /bytes HTTP/1.1\r\n{HEAD}Transfer-Encoding: chunked\r\n\r\n".encode() + size +
                            b"\r\nabc\r\n0\r\n\r\n")
            if b" 200 " in connection.ends():
                raise Failure(f"a chunk of {size!r}")
    with program.connect() as connection:
        connection.send(f"PUT /bytes HTTP/1.1\r\n{HEAD}Content-Length: 3\r\nExpect: 100-continue\r\n\r\n")
        equal(connection.head()[0], 100, "continue")
        connection.send(b"abc")
        equal(connection.answer().json["length"], 3, "expected")
    equal(program.ask("GET", "/echo/x").status, 200, "afterwards")


@with_probe("bodies=50000")
def bodies_of_all(program):
    """What all bodies together take is bounded: a length that is announced takes nothing."""
    held = [program.connect() for _ in range(6)]
    for connection in held:
        connection.send(f"PUT /bytes HTTP/1.1\r\n{HEAD}Content-Length: 40000\r\n\r\nx")
    equal(program.ask("PUT", "/bytes", b"x" * 30000).json["length"], 30000, "beside them")
    held[0].send(b"x" * 30000)
    # It waits for the rest; another one that is as long finds no room.
    while program.ask("PUT", "/bytes", b"x" * 30000).status != 503:
        pass
    held[0].send(b"x" * 9999)
    equal(held[0].answer().json["length"], 40000, "the one that was there")
    for connection in held:
        connection.socket.close()
    while program.ask("PUT", "/bytes", b"x" * 30000).status != 200:
        pass


def checksum(data):
    total = 0
    for byte in data:
        total = (total * 31 + byte) & 0xFFFFFFFF
    return total


@with_probe("bodies=50000")
def bodies_in_pieces(program):
    """A body that is longer than all bodies together may be: it is never held, and waits for who takes it."""
    body = bytes(range(256)).replace(b"F", b"f") * 1000
    with program.connect() as connection:
        connection.send(f"PUT /pieces HTTP/1.1\r\n{HEAD}Content-Length: {len(body)}\r\n\r\n".encode())
        sender = threading.Thread(target=connection.send, args=(body,))
        sender.start()
        for _ in range(2):
            program.wait_for("rests")
            equal(program.ask("POST", "/go-on", {}).json["count"], 1, "one rests")
        answer = connection.answer()
        sender.join()
        equal(answer.json, {"length": len(body), "sum": checksum(body)}, "all of it, in order")
        program.wait_for("ended")
        # The connection goes on.
        equal(connection.ask("PUT", "/pieces", b"").json["length"], 0, "an empty one")
        program.wait_for("ended")
    # In chunks, and with a client that waits until it may send.
    with program.connect() as connection:
        connection.send(f"PUT /pieces HTTP/1.1\r\n{HEAD}Transfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n")
        equal(connection.head()[0], 100, "it may send")
        connection.send(b"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")
        equal(connection.answer().json, {"length": 5, "sum": checksum(b"abcde")}, "chunks")
        program.wait_for("ended")
    # Refused in the middle: the rest is read, and the answer comes.
    with program.connect() as connection:
        answer = connection.ask("PUT", "/pieces", b"x" * 50000 + b"F" + b"x" * 3000000)
        equal((answer.status, answer.reason), (507, "full"), "in the middle")
        program.wait_for("ended")
        equal(connection.ask("GET", "/counts").status, 200, "the connection goes on")
    # Too long: said before, or found out; endless.
    answer = raw(program, f"PUT /pieces HTTP/1.1\r\n{HEAD}Content-Length: 4000001\r\n\r\nx")
    equal((answer.status, answer.reason), (413, "body-too-long"), "too long")
    with program.connect() as connection:
        connection.send(f"PUT /pieces HTTP/1.1\r\n{HEAD}Transfer-Encoding: chunked\r\n\r\n")
        taken = []

        def send_for_ever():
            try:
                while True:
                    connection.send(b"186a0\r\n" + b"x" * 100000 + b"\r\n")
            except (BrokenPipeError, ConnectionResetError):
                taken.append(False)
        sender = threading.Thread(target=send_for_ever)
        sender.start()
        while program.wait_for(("rests", "ended")) == "rests":
            program.ask("POST", "/go-on", {})
        sender.join()
        equal(taken, [False], "an endless body")
    # A client that goes: while it sends, while it rests.
    for count in (10, 120000):  # what is not read yet fits between them: an end can be noticed behind it
        with program.connect() as connection:
            connection.send(f"PUT /pieces HTTP/1.1\r\n{HEAD}Content-Length: 300000\r\n\r\n".encode() + b"x" * count)
            if count > 100000:
                program.wait_for("rests")
        # It may be seen only when the time for the next part is over, after 30 s.
        program.wait_for("ended", 2 * PATIENCE_S)
    equal(program.ask("POST", "/go-on", {}).json["count"], 0, "none rests")


@with_probe("gate")
def pieces_need_a_role(program):
    answer = program.ask("PUT", "/pieces", b"x" * 100000, Authorization="Bearer viewer")
    equal((answer.status, answer.reason), (403, "role"), "before the first piece")
    equal(program.ask("PUT", "/pieces", b"x" * 1000, Authorization="Bearer operator").json["length"], 1000, "who may")
    program.wait_for("ended")


@with_probe("head_time=300", "rate=500000")
def slow_pieces(program):
    """Each part of a body has its time, but none while the connection rests."""
    with program.connect() as connection:
        connection.send(f"PUT /pieces HTTP/1.1\r\n{HEAD}Content-Length: 200000\r\n\r\n".encode() + b"x" * 1000)
        connection.ends()
    program.wait_for("ended")
    with program.connect() as connection:
        connection.send(f"PUT /pieces HTTP/1.1\r\n{HEAD}Content-Length: 100001\r\n\r\n".encode() + b"x" * 100001)
        program.wait_for("rests")
        with program.connect() as other:  # which is closed for it is slow, meanwhile
            other.send(f"PUT /pieces HTTP/1.1\r\n{HEAD}Content-Length: 200000\r\n\r\n".encode() + b"x" * 1000)
            other.ends()
        program.ask("POST", "/go-on", {})
        equal(connection.answer().json["length"], 100001, "it has rested")


# ---- roles and forgery ---------------------------------------------------------------------------

@with_probe("gate")
def roles(program):
    order = ("nobody", "viewer", "operator", "administrator")
    paths = (("GET", "/role/viewer", None, 1), ("POST", "/role/operator", {}, 2),
             ("DELETE", "/role/administrator", None, 3), ("GET", "/counts", None, 0))
    for method, path, body, needed in paths:
        for number, role in enumerate(order):
            answer = program.ask(method, path, body, Authorization=f"Bearer {role}")
            wanted = 200 if number >= needed else 401 if number == 0 else 403
            equal(answer.status, wanted, f"{method} {path} as {role}")
            if wanted == 403:
                # And nothing else.
                equal(answer.reason, "role", path)
                equal(set(answer.json), {"type", "title", "status", "detail", "reason"}, path)
            if wanted == 401:
                equal(answer.fields["www-authenticate"], 'Bearer realm="loom"', path)
    equal(program.ask("GET", "/role/viewer").reason, "login-needed", "without anything")
    equal(program.ask("GET", "/role/viewer", Authorization="Bearer x").reason, "bad-credentials", "wrong")
    equal(program.ask("GET", "/counts", Authorization="Bearer x").status, 200, "where nobody is needed")
    # The role is looked at before the body.
    answer = program.ask("POST", "/role/operator", b"x" * 100000, Authorization="Bearer viewer")
    equal((answer.status, answer.reason), (403, "role"), "a body")


@with_probe("gate")
def forged(program):
    """What a page of another site can make a browser send changes nothing."""
    good = {"Cookie": "role=operator", "Host": "localhost"}
    for fields, body, status in (
            ({}, {}, 200), ({"Sec_Fetch_Site": "same-origin"}, {}, 200), ({"Sec_Fetch_Site": "none"}, {}, 200),
            ({"Sec_Fetch_Site": "cross-site"}, {}, 403), ({"Sec_Fetch_Site": "same-site"}, {}, 403),
            ({"Origin": "https://evil.example"}, {}, 403), ({"Origin": "null"}, {}, 403),
            ({"Origin": "http://localhost"}, {}, 200), ({"Origin": "http://localhost:81"}, {}, 403),
            ({"Content_Type": "text/plain"}, b"{}", 403), ({"Content_Type": "multipart/form-data"}, b"{}", 403),
            ({"Content_Type": "application/x-www-form-urlencoded; a=b"}, b"{}", 403), ({}, b"", 403),
            ({"X_Loom_Request": "1"}, b"", 200), ({"Content_Type": "text/plain, application/json"}, b"{}", 403)):
        del good["Host"]
        answer = program.ask("POST", "/role/operator", body, **good, **fields)
        equal(answer.status, status, f"{fields}")
        if status == 403:
            equal(answer.reason, "cross-site", f"{fields}")
        good["Host"] = "localhost"
    # A program's token is sent by nobody else.
    equal(program.ask("POST", "/role/operator", {}, Authorization="Bearer operator",
                      Origin="https://evil.example").status, 200, "a token")
    equal(program.ask("GET", "/role/viewer", Cookie="role=operator", Sec_Fetch_Site="cross-site").status, 200,
          "reading")
    # Some of what is read makes a device do something.
    for fields, status in (({}, 200), ({"Sec_Fetch_Site": "none"}, 200), ({"Sec_Fetch_Site": "same-origin"}, 200),
                           ({"Sec_Fetch_Site": "cross-site"}, 403), ({"Origin": "https://evil.example"}, 403)):
        equal(program.ask("GET", "/acts", Cookie="role=operator", **fields).status, status, f"{fields}")


@with_probe()
def rebound(program):
    """Without a user whoever is on this machine may do everything, but not by a name of somebody's own."""
    for host, status in (("localhost", 200), ("localhost:8080", 200), ("127.0.0.1:1", 200), ("127.9.9.9", 200),
                         ("[::1]:5", 200), ("evil.example", 421), ("localhost.evil.example", 421), ("10.0.0.1", 421),
                         ("[::2]", 421), ("localhost:x", 421), ("127.0.0.1.evil.example", 421), ("", 421),
                         ("[::1", 421), ("localhost:99999", 421)):
        answer = raw(program, f"GET /echo/x HTTP/1.1\r\nHost: {host}\r\n\r\n")
        equal(answer.status, status, f"Host: {host}")
        if status != 200:
            equal(answer.reason, "wrong-host", host)
    equal(program.ask("POST", "/json", {}, Origin="https://evil.example").reason, "cross-site", "another site")


def own_address():
    """@return an address of this machine that others have a way to; None: it has none"""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        try:
            one.connect(("192.0.2.1", 9))
        except OSError:
            return None
        address = one.getsockname()[0]
    return None if address.startswith("127.") else address


def addresses():
    for uri in ("http://0.0.0.0:0", "http://[::]:0", "http://192.0.2.1:80", "ftp://127.0.0.1:1", "http://127.0.0.1",
                "http://localhost:0", "http://127.0.0.1:99999", "http://127.0.0.1:0/", "http://[::1:0",
                "http://127.0.0.1:", "https://127.0.0.1:0", ""):
        result = subprocess.run([PROBE, uri], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        equal((result.returncode, result.stdout), (1, ""), uri)
        if not result.stderr:
            raise Failure(f"{uri} is refused without a word")
    with probe("gate", uri="http://0.0.0.0:0") as program:
        equal(Connection(("127.0.0.1", program.address[1])).ask("GET", "/echo/x").status, 200, "with users")
        result = subprocess.run([PROBE, f"http://0.0.0.0:{program.address[1]}", "gate"], capture_output=True,
                                text=True, check=False)
        equal(result.returncode, 1, "the same port")
    with probe("gate", uri="http://0.0.0.0:0") as program:
        equal(program.ask("POST", "/open", b"", Authorization="Bearer administrator").status, 204, "the last user goes")
        elsewhere = own_address()
        with Connection(("127.0.0.1", program.address[1])) as near:
            equal(near.ask("GET", "/echo/x").json["who"], "local", "this machine")
        if elsewhere is None:
            print("this machine has its loopback addresses only")
        else:
            with Connection((elsewhere, program.address[1])) as far:
                equal(far.ask("GET", "/echo/x").json["who"], "", "somebody who says Host: localhost")
                equal(far.ask("GET", "/role/viewer").reason, "login-needed", "elsewhere")
    if socket.has_ipv6:
        try:
            socket.create_server(("::1", 0), family=socket.AF_INET6).close()
        except OSError:
            print("no IPv6 on this machine")
            return
        with probe(uri="http://[::1]:0") as program:
            equal(program.ask("GET", "/echo/x").json["address"], "::1", "IPv6")


# ---- slow and many -------------------------------------------------------------------------------

@with_probe("head_time=1000", "rate=100000")
def slow(program):
    """A byte now and then keeps no connection: it ends when its time is over, whatever comes."""
    whole = f"GET /echo/x HTTP/1.1\r\n{HEAD}X: {'y' * 200}\r\n\r\n".encode()
    body = f"PUT /bytes HTTP/1.1\r\n{HEAD}Content-Length: 300\r\n\r\n".encode() + b"x" * 300
    for data, what in ((b"", "nothing"), (whole, "a head"), (body, "a body")):
        with program.connect() as connection:
            connection.socket.settimeout(0.05)
            for i in range(len(data) or 1000):
                try:
                    connection.send(data[i:i + 1])
                    if not connection.socket.recv(1):
                        break
                    raise Failure(f"{what}: an answer")
                except TimeoutError:
                    pass
                except (BrokenPipeError, ConnectionResetError):
                    break
            else:
                raise Failure(f"{what}: the connection stays")
    # What is deferred has no such end.
    with program.connect() as connection:
        connection.send(f"GET /later HTTP/1.1\r\n{HEAD}\r\n")
        program.wait_for("deferred")
        with program.connect() as idle:
            equal(idle.ends(), b"", "idle")
        equal(program.ask("POST", "/release", {}).json["released"], 1, "released")
        equal(connection.answer().status, 200, "late")


@with_probe("head_time=1000", "rate=100000000")
def slow_to_read(program):
    """Whoever takes an answer in sips does not get the end of it."""
    taken = []
    with program.connect() as connection:
        connection.send(f"GET /large HTTP/1.1\r\n{HEAD}\r\n")
        over = threading.Event()

        def sip():
            while not over.wait(0.05):
                taken.append(len(connection.socket.recv(65536)))

        reader = threading.Thread(target=sip)
        reader.start()
        program.wait_for("done GET 200 large")
        over.set()
        reader.join()
        total = sum(taken) + len(connection.ends())
    if total >= 32 << 20:
        raise Failure("it has got all of it")
    equal(program.ask("GET", "/counts").json["connections"], 1, "connections")


@with_probe("connections=40", "connections_of_one=40", "head_time=1000")
def crowded(program):
    """More connections than there may be: the rest ends, and when those have gone all is well."""
    held = []
    for _ in range(100):
        try:
            held.append(program.connect())
        except OSError:
            break
    ended = sum(1 for connection in held[60:] if connection.ends() == b"")
    equal(ended, len(held[60:]), "those beyond")
    for connection in held:
        connection.socket.close()
    while True:
        try:
            if program.ask("GET", "/echo/x").status == 200:
                break
        except (Failure, OSError):
            pass


# ---- events --------------------------------------------------------------------------------------

def listen(program, target="/events", **fields):
    connection = program.connect()
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in fields.items())
    connection.send(f"GET {target} HTTP/1.1\r\n{HEAD}{lines}\r\n")
    status, head = connection.head()
    equal((status, head["content-type"], head["cache-control"], head["x-accel-buffering"]),
          (200, "text/event-stream", "no-store", "no"), "a stream")
    return connection


@with_probe()
def events(program):
    with listen(program) as one, listen(program) as two:
        equal(program.ask("POST", "/events", {"count": 3}).json["sent"], 6, "sent")
        for stream in (one, two):
            equal(stream.events(3), [(str(i), "made", '""') for i in (1, 2, 3)], "events")
        equal(program.ask("POST", "/events", {"count": 1, "size": 60000}).json["sent"], 2, "a large one")
        equal(len(one.events(1)[0][2]), 60000, "a large one")
    program.wait_for("stream-gone")
    program.wait_for("stream-gone")
    equal(program.ask("GET", "/counts").json["streams"], 0, "streams")
    with listen(program, Last_Event_ID="2") as again:
        equal(again.events(2), [("3", "again", "{}"), ("4", "again", "{}")], "what was missed")
    with listen(program, "/events?after=3") as again:
        equal(again.events(1), [("4", "again", "{}")], "what was missed")
    for wrong in ("x", "-1", "1 2", "99999999999999999999"):
        equal(program.ask("GET", "/events", Last_Event_ID=wrong).reason, "bad-event-id", wrong)
    equal(program.ask("HEAD", "/events").status, 200, "HEAD")


@with_probe("stream_bytes=100000")
def slow_reader(program):
    """It loses what it did not read, is told so, and hears what comes later; others lose nothing."""
    with listen(program) as slow_one:
        slow_one.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        while program.ask("GET", "/counts").json["dropped"] == 0:
            program.ask("POST", "/events", {"count": 20, "size": 20000})
        with listen(program) as quick_one:
            equal(program.ask("POST", "/events", {"count": 2}).json["sent"] >= 2, True, "sent")
            equal([event for _, event, _ in quick_one.events(2)], ["made", "made"], "the other one")
        seen = []
        while "reset" not in seen:
            seen += [event for _, event, _ in slow_one.events(1)]
        program.ask("POST", "/events", {"count": 1, "size": 7})
        while len(slow_one.events(1)[0][2]) != 7:
            pass


@with_probe("streams=1000", "connections=1100", "connections_of_one=1100")
def a_thousand_listeners(program):
    """They idle; the others are served as before, nothing spins, and when they have gone nothing is left."""
    held = [listen(program) for _ in range(1000)]
    answer = program.ask("GET", "/events")
    equal((answer.status, answer.reason), (503, "too-many-streams"), "one more")
    before = program.ask("GET", "/counts").json["turns"]
    equal(program.ask("GET", "/echo/x").status, 200, "another request")
    spent = program.ask("GET", "/counts").json["turns"] - before
    if spent > 100:
        raise Failure(f"{spent} turns of the loop for two requests")
    equal(program.ask("POST", "/events", {}).json["sent"], 1000, "sent")
    for connection in held:
        equal(connection.events(1)[0][1], "made", "an event")
        connection.socket.close()
    for _ in held:
        program.wait_for("stream-gone")
    equal(program.ask("GET", "/counts").json["streams"], 0, "streams")
    with listen(program):
        pass


# ---- TLS -----------------------------------------------------------------------------------------

def secure():
    with tempfile.TemporaryDirectory() as folder:
        key, certificate = os.path.join(folder, "key.pem"), os.path.join(folder, "certificate.pem")
        try:
            subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                            "-nodes", "-subj", "/CN=localhost", "-keyout", key, "-out", certificate],
                           check=True, capture_output=True)
        except FileNotFoundError:
            print("skipped: no openssl to make a certificate")
            return
        with probe(uri="https://127.0.0.1:0", CERTIFICATE=certificate, KEY=key) as program:
            with program.connect() as connection:
                equal(connection.ask("GET", "/echo/x").json["name"], "x", "TLS")
                equal(connection.ask("PUT", "/bytes", b"x" * 90000).json["length"], 90000, "TLS")
                if connection.socket.version() not in ("TLSv1.2", "TLSv1.3"):
                    raise Failure(connection.socket.version())
            with program.connect() as one, listen(program) as two:
                one.send(f"GET /later HTTP/1.1\r\n{HEAD}\r\n")
                program.wait_for("deferred")
                two.socket.close()
                program.wait_for("stream-gone")
                one.socket.close()
                program.wait_for("gone")
            # No TLS at all.
            with Connection(program.address) as connection:
                connection.send(f"GET /echo/x HTTP/1.1\r\n{HEAD}\r\n")
                if b"200" in connection.ends():
                    raise Failure("without TLS")
            equal(program.ask("GET", "/echo/x").status, 200, "afterwards")
        with probe("gate", uri="https://127.0.0.1:0", CERTIFICATE=certificate, KEY=key, ASKS="1") as program:
            equal(program.ask("GET", "/role/viewer").status, 401, "without a certificate")
            program.tls.load_cert_chain(certificate, key)
            with open(certificate, encoding="ascii") as file:
                digest = hashlib.sha256(ssl.PEM_cert_to_DER_cert(file.read())).hexdigest()
            equal(program.ask("GET", "/echo/x").json["who"], digest, "the certificate of a client")
            equal(program.ask("POST", "/role/operator", {}).status, 200, "by certificate")
            equal(program.ask("POST", "/role/operator", {}, Origin="https://evil.example").reason, "cross-site", "a browser's")
        with probe("gate", uri="https://127.0.0.1:0", CERTIFICATE=certificate, KEY=key) as program:
            program.tls.load_cert_chain(certificate, key)
            equal(program.ask("GET", "/echo/x").json["who"], "", "nobody has asked for it")
        for pair in ({"CERTIFICATE": key, "KEY": key}, {"CERTIFICATE": certificate, "KEY": folder},
                     {"CERTIFICATE": certificate, "KEY": "/none"}, {"CERTIFICATE": certificate}):
            env = {name: value for name, value in os.environ.items() if name not in ("CERTIFICATE", "KEY")}
            result = subprocess.run([PROBE, "https://127.0.0.1:0"], env=dict(env, **pair), text=True,
                                    stdin=subprocess.DEVNULL, capture_output=True, check=False)
            equal(result.returncode, 1, f"{pair}")


sys.exit(run((answers, methods, versions, later, cut, later_at_the_end, asked_at_the_end, smuggled, heads, targets, bodies, bodies_of_all,
              bodies_in_pieces, pieces_need_a_role, slow_pieces, roles, forged, rebound, addresses, slow, slow_to_read, crowded, events, slow_reader, a_thousand_listeners, secure)))
