#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Who may do what at both servers: the first user, logins right and wrong, roles, tokens, and how a session ends.

usage: access.py LOOM_SERVER LOOM_BOOTSTRAP_SERVER ACCOUNTS
"""

import concurrent.futures
import json
import os
import sqlite3
import ssl
import subprocess
import sys
import tempfile
import time

import document
from peer import Connection, Failure, Program, equal, run
from waiting import Lines, start

SERVER, BOOTSTRAP, ACCOUNTS = sys.argv[1:4]
PASSWORD = "correct horse battery"


class Loom(Program):
    """A server with HTTP, and what it prints."""

    def __init__(self, *options, program=SERVER, http="http://127.0.0.1:0"):
        accounts = ["--nosec-any"] if program == SERVER else [] if "--store" in options else ["--accounts", ACCOUNTS]
        self.process = start(program, "--json", *accounts, "--listen", "coap://127.0.0.1:0", "--http", http, *options)
        self.lines = Lines(self.process.stdout, program)
        self.uri = self.event("listening", lambda event: event["uri"].startswith("http"))["uri"]
        host, _, port = self.uri.partition("://")[2].rpartition(":")
        self.address, self.tls = (host, int(port)), None
        if self.uri.startswith("https"):
            self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            self.tls.check_hostname, self.tls.verify_mode = False, ssl.CERT_NONE
        if host != "0.0.0.0":
            self.document = document.Document(self.ask("GET", "/v1/openapi.json").body)

    def event(self, name, good=lambda event: True):
        """The next event that is so; those before it are gone."""
        return self.lines.event(name, good=good)

    def end(self):
        if self.process.poll() is not None:
            return 0  # the test has killed it
        self.process.terminate()
        return self.process.wait(30)

    def login(self, name, password, **fields):
        return self.ask("POST", "/v1/session", {"name": name, "password": password}, **fields)

    def session(self, name, password=PASSWORD):
        """@return the field Cookie of a new session"""
        answer = self.login(name, password)
        equal(answer.status, 200, f"{name} logs in")
        return {"Cookie": answer.fields["set-cookie"].partition(";")[0]}

    def put(self, name, body, **fields):
        return self.ask("PUT", f"/v1/users/{name}", body, **fields)


def with_users(program):
    """@return sessions of an administrator, an operator, and a viewer"""
    equal(program.put("ann", {"role": "administrator", "password": PASSWORD}).status, 201, "the first user")
    ann = program.session("ann")
    for name, role in (("olga", "operator"), ("vic", "viewer")):
        equal(program.put(name, {"role": role, "password": PASSWORD}, **ann).status, 201, name)
    return ann, program.session("olga"), program.session("vic")


def begins_open():
    """Without users this machine may do everything; with the first one everybody has to log in."""
    for binary in (SERVER, BOOTSTRAP):
        with Loom(program=binary) as program:
            session = program.ask("GET", "/v1/session").json
            equal((session["user"], session["role"], session["program"]),
                  (None, "administrator", os.path.basename(binary)), "open")
            equal(program.ask("GET", "/v1/users").json, {"users": [], "next": None}, "no users")
            equal(program.put("vic", {"role": "viewer", "password": PASSWORD}).reason, "last-administrator",
                  "the first user has to be an administrator")
            equal(program.put("ann", {"role": "administrator"}).json["errors"],
                  [{"at": "/password", "detail": "is missing"}], "without a password")
            answer = program.ask("POST", "/v1/tokens", {"name": "x"})
            equal((answer.status, answer.reason), (403, "login-needed"), "a token of nobody")
            equal(program.put("ann", {"role": "administrator", "password": PASSWORD}).status, 201, "the first user")
            equal(program.event("audit")["action"], "putUser", "the record")
            for path in ("/v1/session", "/v1/users", "/v1/tokens", "/metrics"):
                equal(program.ask("GET", path).status, 401, path)
            equal(program.ask("GET", "/healthz").json, {"status": "ok"}, "health")
            program.session("ann")
            equal(program.event("audit", lambda event: event["action"] == "login")["who"], "ann", "the record")


def sessions():
    with Loom() as program:
        program.put("ann", {"role": "administrator", "password": PASSWORD})
        answer = program.login("ann", PASSWORD)
        equal((answer.json["user"], answer.json["role"]), ("ann", "administrator"), "logged in")
        cookie = answer.fields["set-cookie"]
        for word in ("HttpOnly", "SameSite=Strict", "Path=/"):
            if word not in cookie:
                raise Failure(cookie)
        session = {"Cookie": cookie.partition(";")[0]}
        equal(program.ask("GET", "/v1/session", **session).json["user"], "ann", "the session")
        # Login from another site, or by its form, is none.
        for fields in ({"Origin": "https://evil.example"}, {"Sec_Fetch_Site": "cross-site"}):
            equal(program.login("ann", PASSWORD, **fields).reason, "cross-site", f"{fields}")
        equal(program.ask("DELETE", "/v1/session", **session).status, 204, "logout")
        equal(program.ask("GET", "/v1/session", **session).reason, "bad-credentials", "after logout")
        # A cookie that is over does not keep anybody from logging in, and the next one is another one.
        answer = program.login("ann", PASSWORD, **session)
        if answer.fields["set-cookie"].partition(";")[0] == session["Cookie"]:
            raise Failure("a session comes twice")
        for wrong in ("loom=", "loom=x", "loom=" + "A" * 43, "loom=" + "A" * 10000):
            equal(program.ask("GET", "/v1/session", Cookie=wrong).status, 401, wrong[:30])


def passwords():
    with Loom() as program:
        ann, olga, vic = with_users(program)
        equal(program.login("ann", "wrong").reason, "wrong-password", "a wrong password")
        unknown, known = program.login("nobody", "wrong"), program.login("vic", "wrong")
        equal((unknown.status, unknown.json), (known.status, known.json), "an unknown name looks like a known one")
        equal(program.event("login-failed")["who"], "ann", "the record")
        other = program.session("vic")
        answer = program.put("vic", {"role": "viewer", "password": "another one of mine"}, **ann)
        equal(answer.status, 200, "a new password")
        for session in (vic, other):
            equal(program.ask("GET", "/v1/session", **session).status, 401, "sessions end with the password")
        equal(program.login("vic", PASSWORD).status, 401, "the old one")
        program.session("vic", "another one of mine")
        # One's own session stays when one changes one's own password.
        here, there = program.session("ann"), program.session("ann")
        equal(program.put("ann", {"role": "administrator", "password": PASSWORD + "!"}, **here).status, 200, "own")
        equal(program.ask("GET", "/v1/session", **here).status, 200, "this session")
        equal(program.ask("GET", "/v1/session", **there).status, 401, "the other one")
        # Everybody changes their own, who knows it.
        mine, other = program.session("olga"), program.session("olga")
        own = "/v1/session/password"
        equal(program.ask("PUT", own, {"current": "guess", "password": PASSWORD + "2"}, **mine).reason, "wrong-password", own)
        equal(program.ask("PUT", own, {"current": PASSWORD, "password": "short"}, **mine).status, 422, own)
        equal(program.ask("PUT", own, {"password": PASSWORD}, **mine).status, 422, own)
        token = program.ask("POST", "/v1/tokens", {"name": "x"}, **mine).json["token"]
        equal(program.ask("PUT", own, {"current": PASSWORD, "password": PASSWORD + "2"},
                          Authorization=f"Bearer {token}").reason, "login-needed", "by token")
        equal(program.ask("PUT", own, {"current": PASSWORD, "password": PASSWORD + "2"}, **mine).status, 204, own)
        equal((program.ask("GET", "/v1/session", **mine).status, program.ask("GET", "/v1/session", **other).status),
              (200, 401), "the other session ends")
        equal(program.login("olga", PASSWORD).status, 401, "the old one")
        olga = program.session("olga", PASSWORD + "2")
        for wrong in ("short", "", "x" * 257):
            equal(program.put("vic", {"role": "viewer", "password": wrong}, **here).status, 422, wrong[:9])
        # Whoever goes on guessing has to wait, and others do not.
        statuses = [program.login("olga", f"guess {i}").status for i in range(8)]
        equal((statuses[0], statuses[-1]), (401, 429), "guesses")
        answer = program.login("olga", PASSWORD + "2")
        equal(answer.reason, "too-soon", "olga waits, too, at this address")
        if not 1 <= int(answer.fields["retry-after"]) <= 5:
            raise Failure(answer)
        program.session("ann", PASSWORD + "!")
        equal(program.ask("GET", "/v1/session", **olga).status, 200, "who is in stays in")
        for body in ({"name": "ann"}, {"name": "ann", "password": 1}, {"name": "ann", "password": "x", "y": 1}, []):
            answer = program.ask("POST", "/v1/session", body)
            equal((answer.status, answer.reason), (422, "bad-body"), f"{body}")
        # Nothing of it is in what is printed.
        program.process.stdin.close()
        program.end()
        text = program.lines.text
        for secret in (PASSWORD, "another one", "$y$", "guess"):
            if secret in text:
                raise Failure(f"'{secret}' is in the log")


def roles():
    with Loom() as program:
        ann, olga, vic = with_users(program)
        routes = (("GET", "/v1/clients", None, 1), ("GET", "/v1/session", None, 1), ("GET", "/metrics", None, 1),
                  ("POST", "/v1/clients/x/commands", {"operation": "read", "path": "/3/0"}, 2),
                  ("GET", "/v1/users", None, 3), ("GET", "/v1/users/ann", None, 3),
                  ("PUT", "/v1/users/new", {"role": "viewer", "password": PASSWORD}, 3),
                  ("DELETE", "/v1/users/new", None, 3))
        for method, path, body, needed in routes:
            for level, session in enumerate(({}, vic, olga, ann)):
                answer = program.ask(method, path, body, **session)
                if level >= needed:
                    equal(answer.status < 300, True, f"{method} {path} {answer}")
                else:
                    equal((answer.status, answer.reason), (401, "login-needed") if level == 0 else (403, "role"),
                          f"{method} {path} as {level}")
        # Roles change at once.
        equal(program.put("olga", {"role": "viewer"}, **ann).status, 200, "less")
        equal(program.ask("POST", "/v1/clients/x/commands", {"operation": "read", "path": "/3/0"}, **olga).status, 403,
              "less at once")
        equal(program.put("ann", {"role": "viewer"}, **ann).reason, "last-administrator", "the last one")
        equal(program.ask("DELETE", "/v1/users/ann", **ann).reason, "last-administrator", "the last one")
        equal(program.ask("DELETE", "/v1/users/vic", **ann).status, 204, "gone")
        equal(program.ask("GET", "/v1/session", **vic).status, 401, "gone at once")
        equal(program.put("vic", {"role": "viewer", "password": PASSWORD}, **ann).status, 201, "again")
        equal(program.ask("GET", "/v1/session", **vic).status, 401, "another one of the same name")


def users():
    with Loom() as program:
        ann, _, _ = with_users(program)
        listed = program.ask("GET", "/v1/users?limit=2", **ann).json
        equal(([user["name"] for user in listed["users"]], listed["next"]), (["ann", "olga"], "olga"), "a page")
        listed = program.ask("GET", "/v1/users?limit=2&after=olga", **ann).json
        equal(([user["name"] for user in listed["users"]], listed["next"]), (["vic"], None), "the next one")
        if "hash" in json.dumps(listed) or "$y$" in json.dumps(listed):
            raise Failure(listed)
        etag = program.ask("GET", "/v1/users/vic", **ann).fields["etag"]
        equal(program.put("vic", {"role": "operator"}, If_Match=etag, **ann).status, 200, "this version")
        equal(program.put("vic", {"role": "viewer"}, If_Match=etag, **ann).status, 412, "an old version")
        equal(program.ask("DELETE", "/v1/users/vic", If_Match=etag, **ann).status, 412, "an old version")
        equal(program.put("none", {"role": "viewer", "password": PASSWORD}, If_Match="*", **ann).status, 412, "none")
        for name in ("a%20b", "%3Cscript%3E", "x" * 65, "a%2Fb"):
            equal(program.put(name, {"role": "viewer", "password": PASSWORD}, **ann).reason, "bad-name", name)
        for body in ({"role": "king", "password": PASSWORD}, {"password": PASSWORD}, {"role": 3}):
            equal(program.put("new", body, **ann).status, 422, f"{body}")
        equal(program.ask("GET", "/v1/users/nobody", **ann).reason, "no-user", "nobody")
        equal(program.ask("DELETE", "/v1/users/nobody", **ann).reason, "no-user", "nobody")
        equal(program.ask("GET", "/v1/users?limit=x", **ann).status, 400, "a bad limit")


def tokens():
    with Loom() as program:
        ann, olga, vic = with_users(program)
        made = program.ask("POST", "/v1/tokens", {"name": "a script", "role": "viewer"}, **olga)
        equal((made.status, made.json["user"], made.json["role"]), (201, "olga", "viewer"), "made")
        bearer = {"Authorization": f"Bearer {made.json['token']}"}
        equal(program.ask("GET", "/v1/session", **bearer).json["user"], "olga", "by token")
        equal(program.ask("POST", "/v1/clients/x/commands", {"operation": "read", "path": "/3/0"}, **bearer).reason, "role",
              "a token may do what both may")
        equal(program.ask("POST", "/v1/tokens", {"name": "more"}, **bearer).reason, "login-needed",
              "a token makes no tokens")
        equal(program.ask("POST", "/v1/tokens", {"name": "x", "role": "administrator"}, **olga).reason, "role", "more")
        for body in ({}, {"name": ""}, {"name": "x" * 65}, {"name": "x", "expires": "2001-01-01T00:00:00Z"},
                     {"name": "x", "expires": "soon"}, {"name": "x", "role": "king"}):
            equal(program.ask("POST", "/v1/tokens", body, **olga).status, 422, f"{body}")
        own = program.ask("GET", "/v1/tokens", **olga).json["tokens"]
        equal([token["id"] for token in own], [made.json["id"]], "one's own")
        if "token" in own[0]:
            raise Failure("a token is shown again")
        equal(program.ask("GET", "/v1/tokens", **vic).json["tokens"], [], "those of others")
        equal(program.ask("DELETE", f"/v1/tokens/{made.json['id']}", **vic).reason, "no-token", "those of others")
        equal(len(program.ask("GET", "/v1/tokens", **ann).json["tokens"]), 1, "an administrator sees all")
        for wrong in ("Bearer", "Bearer ", "Bearer loom_", "Bearer loom_" + "A" * 43, "Basic YTpi",
                      bearer["Authorization"][:-1], bearer["Authorization"] + "A", "bearer  x"):
            equal(program.ask("GET", "/v1/session", Authorization=wrong).status, 401, wrong)
        # A wrong token beside a good cookie is wrong.
        equal(program.ask("GET", "/v1/session", Authorization="Bearer x", **olga).status, 401, "both")
        equal(program.ask("DELETE", f"/v1/tokens/{made.json['id']}", **olga).status, 204, "deleted")
        equal(program.ask("GET", "/v1/session", **bearer).status, 401, "deleted")
        made = program.ask("POST", "/v1/tokens", {"name": "x", "expires": "2999-01-01T00:00:00Z"}, **olga)
        bearer = {"Authorization": f"Bearer {made.json['token']}"}
        equal(program.ask("GET", "/v1/session", **bearer).status, 200, "until then")
        equal(program.ask("POST", "/v1/clients/x/commands", {"operation": "read", "path": "/3/0"}, **bearer).status, 202,
              "as its user may")
        program.put("olga", {"role": "viewer"}, **ann)
        equal(program.ask("GET", "/v1/session", **bearer).json["role"], "viewer", "no more than its user")
        equal(program.ask("POST", "/v1/clients/x/commands", {"operation": "read", "path": "/3/0"}, **bearer).reason, "role",
              "no more than its user")
        program.ask("DELETE", "/v1/users/olga", **ann)
        equal(program.ask("GET", "/v1/session", **bearer).status, 401, "with its user")


def elsewhere():
    """A password in a file lets a program be reached from elsewhere from its first start on."""
    result = subprocess.run([SERVER, "--nosec-any", "--listen", "coap://127.0.0.1:0", "--http", "http://0.0.0.0:0"],
                            stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    equal(result.returncode, 1, "without a user")
    if "loopback" not in result.stderr:
        raise Failure(result.stderr)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "password")
        for text, status in (("short\n", 1), ("", 1)):
            with open(path, "w", encoding="ascii") as file:
                file.write(text)
            result = subprocess.run([SERVER, "--nosec-any", "--listen", "coap://127.0.0.1:0", "--http", "http://0.0.0.0:0",
                                     "--http-password-file", path], stdin=subprocess.DEVNULL, capture_output=True,
                                    text=True, check=False)
            equal(result.returncode, status, text)
        with open(path, "w", encoding="ascii") as file:
            file.write(PASSWORD + "\nanother line\n")
        with Loom("--http-password-file", path, http="http://0.0.0.0:0") as program:
            program.address = ("127.0.0.1", program.address[1])
            equal(program.ask("GET", "/v1/clients").status, 401, "closed")
            program.session("admin")
        # With TLS the cookie is for TLS alone.
        key, certificate = os.path.join(folder, "key"), os.path.join(folder, "certificate")
        try:
            subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                            "-nodes", "-subj", "/CN=localhost", "-keyout", key, "-out", certificate],
                           check=True, capture_output=True)
        except FileNotFoundError:
            print("skipped: no openssl to make a certificate")
            return
        with Loom("--http-password-file", path, "--http-certificate", certificate, "--http-key", key,
                  http="https://127.0.0.1:0") as program:
            cookie = program.login("admin", PASSWORD).fields["set-cookie"]
            if not cookie.startswith("__Host-loom=") or not cookie.endswith("; Secure"):
                raise Failure(cookie)
            equal(program.ask("GET", "/v1/session", Cookie=cookie.partition(";")[0]).json["user"], "admin", "by TLS")


def streams():
    """A stream of events ends when its reader may not read it any more, and not before."""
    def listen(program, **fields):
        connection = program.connect()
        lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
        connection.send(f"GET /v1/events HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n{lines}\r\n")
        equal(connection.head()[0], 200, "a stream")
        return connection

    with Loom() as program:
        # Whoever listened before the first user was there is nobody now.
        early = listen(program)
        ann, olga, vic = with_users(program)

        def ended(connection, name):
            """It has ended before something happens of which it would have told."""
            program.ask("POST", f"/v1/clients/{name}/commands", {"operation": "read", "path": "/3/0"}, **ann)
            while (chunk := connection.chunk()):
                if f'"{name}"'.encode() in chunk:
                    raise Failure(f"a stream goes on: {chunk}")

        ended(early, "first")
        made = program.ask("POST", "/v1/tokens", {"name": "x"}, **olga).json
        of = {"vic": listen(program, **vic), "olga": listen(program, **olga),
              "token": listen(program, Authorization=f"Bearer {made['token']}"), "ann": listen(program, **ann)}
        program.ask("DELETE", f"/v1/tokens/{made['id']}", **olga)
        ended(of["token"], "second")
        program.ask("DELETE", "/v1/session", **vic)
        ended(of["vic"], "third")
        program.put("olga", {"role": "viewer"}, **ann)
        program.put("olga", {"role": "viewer", "password": PASSWORD + "!"}, **ann)
        ended(of["olga"], "fourth")
        # Hers goes on.
        equal([event for _, event, _ in of["ann"].events(3)], ["command"] * 3, "events")
        of["ann"].socket.close()


def until(good, what):
    """Programs look every few seconds what others have changed."""
    end = time.monotonic() + 60
    while not good():
        if time.monotonic() > end:
            raise Failure(what)
        time.sleep(0.1)


def shared():
    """Two programs on one database: who is removed, or has another password, and what is revoked at one of them, ends at
    the other one; when a token was used is known to both."""
    with tempfile.TemporaryDirectory() as folder:
        store = ("--store", f"sqlite:{folder}/loom.db", "--store-key", f"{folder}/key")
        with Loom(*store, program=BOOTSTRAP) as first, Loom(*store, program=BOOTSTRAP) as second:
            ann, _, _ = with_users(first)

            def status(program, **fields):
                return program.ask("GET", "/v1/session", **fields).status

            until(lambda: second.login("vic", PASSWORD).status == 200, "a user of the other one")
            vic, olga = second.session("vic"), second.session("olga")
            made = second.ask("POST", "/v1/tokens", {"name": "a script"}, **olga).json
            equal(made["lastUsed"], None, "a new token")
            bearer = {"Authorization": f"Bearer {made['token']}"}
            until(lambda: status(first, **bearer) == 200, "a token of the other one")

            def used(program, who):
                return [token["lastUsed"] for token in program.ask("GET", "/v1/tokens", **who).json["tokens"]]

            equal(used(first, ann) != [None], True, "when it was used")
            equal(first.ask("DELETE", "/v1/users/vic", **ann).status, 204, "removed")
            until(lambda: status(second, **vic) == 401, "who was removed elsewhere")
            until(lambda: used(second, olga) == used(first, ann), "when it was used at the other one")
            equal(first.ask("DELETE", f"/v1/tokens/{made['id']}", **ann).status, 204, "revoked")
            until(lambda: status(second, **bearer) == 401, "what was revoked elsewhere")
            equal(status(second, **olga), 200, "whose is nothing of it")
            equal(first.put("olga", {"role": "operator", "password": PASSWORD + "!"}, **ann).status, 200, "changed")
            until(lambda: status(second, **olga) == 401, "who has another password elsewhere")
            second.session("olga", PASSWORD + "!")


def begun_together():
    """Servers that begin with an empty database at the same time: one makes the first user, the key file, and what
    fingerprints are made with, and all have the same."""
    with tempfile.TemporaryDirectory() as folder, concurrent.futures.ThreadPoolExecutor() as pool:
        with open(f"{folder}/password", "w", encoding="ascii") as file:
            file.write(PASSWORD)
        store = ("--store", f"sqlite:{folder}/loom.db", "--store-key", f"{folder}/key", "--http-password-file", f"{folder}/password")
        begun = [pool.submit(Loom, *store, program=BOOTSTRAP) for _ in range(4)]
        concurrent.futures.wait(begun)
        try:
            programs = [one.result() for one in begun]
            admins = [program.session("admin") for program in programs]
            key = {"identity": "dev", "key": "00112233445566778899aabbccddeeff", "enabled": False}
            made = programs[0].ask("PUT", "/v1/accounts/dev", key, **admins[0])
            equal(made.status, 201, f"an account: {made}")

            def shown(number):
                return programs[number].ask("GET", "/v1/accounts/dev", **admins[number])

            for number in range(4):
                until(lambda: shown(number).status == 200, "an account of another one")
            equal(len({shown(number).json["key"]["fingerprint"] for number in range(4)}), 1, "fingerprints of one key")
        finally:
            for one in begun:
                if one.exception() is None:
                    one.result().process.kill()


def kept():
    """Users and tokens outlast the program, by whatever it ends; what was answered is there."""
    with tempfile.TemporaryDirectory() as folder:
        database = os.path.join(folder, "loom.db")
        store = ("--store", f"sqlite:{database}")
        with Loom(*store) as program:
            ann, olga, vic = with_users(program)
            made = program.ask("POST", "/v1/tokens", {"name": "a script", "expires": "2999-01-01T00:00:00Z"}, **olga).json
            gone = program.ask("POST", "/v1/tokens", {"name": "another one"}, **olga).json
            program.ask("DELETE", f"/v1/tokens/{gone['id']}", **olga)
            old = program.ask("POST", "/v1/tokens", {"name": "an old one", "expires": "2999-01-01T00:00:00Z"}, **olga).json
            program.put("vic", {"role": "operator"}, **ann)
            before = program.ask("GET", "/v1/users", **ann).json
            equal(program.ask("DELETE", "/v1/users/vic", **ann).status, 204, "deleted")
            # Killed with the last answer.
            program.process.kill()
            program.process.wait()
        with sqlite3.connect(database) as connection:
            connection.execute("UPDATE tokens SET expires = 1000000 WHERE id = ?", (old["id"],))
        with Loom(*store) as program:
            equal(program.ask("GET", "/v1/users").status, 401, "closed from the start")
            equal(program.ask("GET", "/v1/session", **ann).status, 401, "sessions end with the program")
            ann = program.session("ann")
            after = program.ask("GET", "/v1/users", **ann).json
            equal(after["users"], [user for user in before["users"] if user["name"] != "vic"], "the users")
            # One that has expired goes.
            until(lambda: [token["id"] for token in program.ask("GET", "/v1/tokens", **ann).json["tokens"]] == [made["id"]],
                  "tokens")
            equal(program.ask("GET", "/v1/session", Authorization=f"Bearer {old['token']}").status, 401, "one that is over")
            bearer = {"Authorization": f"Bearer {made['token']}"}
            equal(program.ask("GET", "/v1/session", **bearer).json["role"], "operator", "by token")
            equal(program.ask("GET", "/v1/session", Authorization=f"Bearer {gone['token']}").status, 401, "one that is gone")
            # Versions go on where they were.
            etag = program.ask("GET", "/v1/users/olga", **ann).fields["etag"]
            equal(program.put("olga", {"role": "viewer"}, If_Match=etag, **ann).status, 200, "this version")
            equal(program.put("olga", {"role": "viewer"}, If_Match=etag, **ann).status, 412, "an old version")
            equal(program.login("olga", "wrong").status, 401, "a wrong password")
        # A password file is for a database without users.
        path = os.path.join(folder, "password")
        with open(path, "w", encoding="ascii") as file:
            file.write(PASSWORD)
        with Loom(*store, "--http-password-file", path) as program:
            equal(program.login("admin", PASSWORD).status, 401, "no admin")
        fresh = ("--store", f"sqlite:{os.path.join(folder, 'fresh.db')}")
        for options in (("--http-password-file", path), ()):
            with Loom(*fresh, *options) as program:
                program.session("admin")
        with open(database, "rb") as file:
            data = file.read()
        for secret in (PASSWORD, made["token"], made["token"][5:], ann["Cookie"].partition("=")[2]):
            if secret.encode() in data:
                raise Failure("a secret is in the database")
        with sqlite3.connect(database) as connection:
            deeds = connection.execute("SELECT user_name, action, target, status, detail FROM audit ORDER BY number").fetchall()
        for deed in (("ann", "putUser", "/v1/users/vic", 201, None), ("olga", "createToken", "/v1/tokens", 201, None),
                     ("olga", "deleteToken", f"/v1/tokens/{gone['id']}", 204, None), ("olga", "login", "", 0, "wrong-password"),
                     ("ann", "putUser", "/v1/users/olga", 412, None)):
            if deed not in deeds:
                raise Failure(f"{deed} is not in {deeds}")


def kept_beside_accounts():
    """The same at the bootstrap server, whose database has its accounts, too."""
    with tempfile.TemporaryDirectory() as folder:
        database = os.path.join(folder, "loom.db")
        store = ("--store", f"sqlite:{database}", "--store-key", os.path.join(folder, "key"))
        with Loom(*store, program=BOOTSTRAP) as program:
            _, olga, _ = with_users(program)
            equal(program.ask("PUT", "/v1/groups/g", {"label": "before"}, **olga).status, 201, "a document")
            made = program.ask("POST", "/v1/tokens", {"name": "a script"}, **olga).json
            # Killed with the last answer.
            program.process.kill()
            program.process.wait()
        with Loom(*store, program=BOOTSTRAP) as program:
            equal(program.ask("GET", "/v1/users").status, 401, "closed from the start")
            ann = program.session("ann")
            equal([user["name"] for user in program.ask("GET", "/v1/users", **ann).json["users"]], ["ann", "olga", "vic"],
                  "the users")
            bearer = {"Authorization": f"Bearer {made['token']}"}
            equal(program.ask("GET", "/v1/session", **bearer).json["role"], "operator", "by token")
            equal(program.ask("GET", "/v1/groups/g", **bearer).json["label"], "before", "a document")
            equal(program.ask("PUT", "/v1/groups/h", {}, **bearer).status, 201, "another one")
            metrics = program.ask("GET", "/metrics", **ann).body
            if b"loom_store_lost 0" not in metrics or b"loom_events_lost_total 0" not in metrics:
                raise Failure(metrics)
        with sqlite3.connect(database) as connection:
            deeds = connection.execute("SELECT user_name, action, target, status FROM audit").fetchall()
        for deed in (("olga", "putGroup", "/v1/groups/g", 201), ("ann", "login", "", 0), ("olga", "putGroup", "/v1/groups/h", 201)):
            if deed not in deeds:
                raise Failure(f"{deed} is not in {deeds}")


def a_flood():
    """Whoever sends passwords all the time keeps neither the others nor the devices waiting."""
    with Loom() as program:
        ann, _, _ = with_users(program)
        flood = [program.connect() for _ in range(40)]
        for number, connection in enumerate(flood):
            body = json.dumps({"name": f"nobody{number}", "password": "x" * 200})
            connection.send("POST /v1/session HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                            f"Content-Length: {len(body)}\r\n\r\n{body}")
        equal(program.ask("GET", "/v1/clients", **ann).status, 200, "meanwhile")
        # Who has been here before finds a place.
        program.session("ann")
        statuses = [connection.answer().status for connection in flood]
        if set(statuses) - {401, 503} or 503 not in statuses:
            raise Failure(statuses)
        # And who goes away before the answer harms nobody.
        for connection in flood[:6]:
            body = json.dumps({"name": "ann", "password": PASSWORD})
            connection.send("POST /v1/session HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                            f"Content-Length: {len(body)}\r\n\r\n{body}")
            connection.socket.close()
        equal(program.ask("GET", "/v1/clients", **ann).status, 200, "afterwards")


def crossed():
    """A password that is replaced while one is looked at that says the old one opens no session."""
    with Loom() as program:
        ann, _, _ = with_users(program)
        body = json.dumps({"role": "viewer", "password": "another one of mine"})
        with program.connect() as first, program.connect() as second, program.connect() as third:
            for connection in (first, second):
                equal(connection.ask("GET", "/v1/session", **ann).status, 200, "connected")
            # Passwords are looked at in the order in which they come: these two before that of vic.
            for connection, head, data in ((first, "POST /v1/session", json.dumps({"name": "x", "password": "x"})),
                                           (second, f"PUT /v1/users/vic HTTP/1.1\r\nCookie: {ann['Cookie']}", body)):
                head += "" if "HTTP" in head else " HTTP/1.1"
                connection.send(f"{head}\r\nHost: localhost\r\nX-Loom-Request: 1\r\nContent-Type: application/json\r\n"
                                f"Content-Length: {len(data)}\r\n\r\n{data}")
                equal(third.ask("GET", "/v1/session", **ann).status, 200, "it was heard")
            equal(third.ask("POST", "/v1/session", {"name": "vic", "password": PASSWORD}).status, 401, "the old one")
            equal(second.answer().status, 200, "the new one")
        program.session("vic", "another one of mine")


def guesses():
    """Whoever guesses does not fill the record: it has those that were looked at, not those that were not."""
    with tempfile.TemporaryDirectory() as folder:
        database = os.path.join(folder, "loom.db")
        with Loom("--store", f"sqlite:{database}") as program:
            with_users(program)
            statuses = [program.login("vic", f"guess {i}").status for i in range(12)]
            equal(set(statuses), {401, 429}, "guesses")
        with sqlite3.connect(database) as connection:
            results = [row[0] for row in connection.execute("SELECT detail FROM audit WHERE action = 'login' AND user_name = 'vic'")]
        equal(results, ["done"] + ["wrong-password"] * statuses.count(401), "the record")


def guesses_at_many():
    """A few failures of each address are in the record, and how many more there were."""
    with tempfile.TemporaryDirectory() as folder:
        database = os.path.join(folder, "loom.db")
        with Loom("--store", f"sqlite:{database}") as program:
            with_users(program)
            for number in range(20):
                equal(program.login(f"user-{number}", "guess").status, 401, "a guess")
            program.process.terminate()
            equal(program.process.wait(30), 0, "the end")
        with sqlite3.connect(database) as connection:
            rows = connection.execute("SELECT address, detail FROM audit WHERE action = 'login' AND detail <> 'done'").fetchall()
        equal(rows, [("127.0.0.1", "wrong-password")] * 3 + [("127.0.0.1", "17 more")], "the record")


if document.MISSING:
    print(f"skipped: answers are not held against the document: {document.MISSING}")
sys.exit(run((begins_open, sessions, passwords, roles, users, tokens, elsewhere, streams, kept, kept_beside_accounts, shared, begun_together,
              crossed, guesses, guesses_at_many, a_flood)))
