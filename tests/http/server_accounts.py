#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# Rules: H-3, H-4
"""Accounts of loom-server in its store: imported, put over REST while it runs, changed and removed, with devices that
register by them over DTLS; devices that nobody has named; and both servers with one database.

usage: server_accounts.py LOOM_SERVER LOOM_BOOTSTRAP_SERVER LOOM_CLIENT SERVER_INI [--postgres]
With --postgres the store is that of LOOM_TEST_POSTGRES (tests/server/with_postgres.py).
"""

import json
import os
import socket
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir, "e2e"))

import document
from coap_device import CON, CONTENT_FORMAT, POST, URI_PATH, URI_QUERY, Message
from peer import Connection, Failure, equal
from waiting import Lines

SERVER, BOOTSTRAP, CLIENT, ACCOUNTS = sys.argv[1:5]
SKIPPED = 77
KEYS = [f"{number:02x}" * 16 for number in range(0xA0, 0xA8)]


class Program:
    """A server with its store."""

    def __init__(self, program, store, key, *more):
        self.process = subprocess.Popen(
            [program, "--json", "--store", store, "--store-key", key, "--listen", "coaps://127.0.0.1:0", "--listen",
             "coap://127.0.0.1:0", "--http", "http://127.0.0.1:0", "--drain", "0", *more], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.lines = Lines(self.process.stdout, program)
        uris = [self.event("listening")["uri"] for _ in range(3)]
        self.coaps = next(uri for uri in uris if uri.startswith("coaps"))
        self.open_port = int(next(uri for uri in uris if uri.startswith("coap:")).rsplit(":", 1)[1])
        self.address = ("127.0.0.1", int(next(uri for uri in uris if uri.startswith("http")).rsplit(":", 1)[1]))
        self.document = document.Document(self.ask("GET", "/v1/openapi.json").body)

    def event(self, name, **members):
        return self.lines.event(name, **members)

    def ask(self, method, path, body=None, **fields):
        with Connection(self.address) as connection:
            answer = connection.ask(method, path, body, **fields)
        if hasattr(self, "document"):
            problems = self.document.problems(method, path, answer)
            if problems:
                raise Failure("\n".join(problems))
        return answer

    def put(self, path, body, status=201, **fields):
        answer = self.ask("PUT", path, body, **fields)
        equal(answer.status, status, f"PUT {path}: {answer}")
        return answer

    def change(self, path, body):
        """What is there, whatever its version is."""
        return self.put(path, body, 200, If_Match=self.ask("GET", path).fields["etag"])

    def remove(self, path):
        equal(self.ask("DELETE", path, If_Match=self.ask("GET", path).fields["etag"]).status, 204, f"DELETE {path}")

    def end(self):
        self.process.terminate()
        self.lines.rest()
        equal(self.process.wait(30), 0, "the end of the server")
        for key in KEYS:
            equal(key in self.lines.text, False, "a key is printed")


class Device:
    def __init__(self, folder, endpoint, identity, key, *where):
        with open(f"{folder}/{endpoint}.key", "w", encoding="ascii") as file:
            file.write(key)
        self.process = subprocess.Popen(
            [CLIENT, "--endpoint", endpoint, *where, "--identity", identity, "--key", f"@{folder}/{endpoint}.key", "--json"],
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.process.kill()
        self.process.wait()


def register_openly(server, endpoint, query=(b"lwm2m=1.1",), links=b"</1/0>,</3/0>"):
    """Without security. @return the code of the answer, such as 0x41"""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as device:
        device.connect(("127.0.0.1", server.open_port))
        device.settimeout(30)
        options = [(URI_PATH, b"rd"), (CONTENT_FORMAT, b"\x28"), (URI_QUERY, b"ep=" + endpoint.encode()),
                   (URI_QUERY, b"lt=60"), *((URI_QUERY, one) for one in query)]
        device.send(Message(CON, POST, 1, b"", options, links).pack())
        return device.recv(256)[1]


def run(*command):
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def imported(store, key, folder):
    """The accounts file of before becomes documents; what only a bootstrap server has is none of them."""
    where = ("--store", store, "--store-key", key)
    tried = run(SERVER, "import", ACCOUNTS, *where, "--dry-run")
    equal((tried.returncode, "could be taken, 0 with errors" in tried.stdout), (0, True), f"{tried}")
    taken = run(SERVER, "import", ACCOUNTS, *where)
    equal((taken.returncode, "taken, 0 with errors" in taken.stdout), (0, True), f"{taken}")
    with open(f"{folder}/any.ini", "w", encoding="utf-8") as file:
        file.write("[any]\n[profile v:x]\nobjects = </1/0>,</3/0>\n")
    told = run(SERVER, "import", f"{folder}/any.ini", *where)
    equal((told.returncode, told.stderr.count("not taken")), (0, 2), f"what is of no account is told: {told}")
    equal(run(SERVER, "export", f"{folder}/out.ndjson", *where).returncode, 0, "an export")
    with open(f"{folder}/out.ndjson", encoding="utf-8") as file:
        lines = [json.loads(line) for line in file]
    with open(ACCOUNTS, encoding="utf-8") as file:
        equal(len(lines), sum(line.startswith("[endpoint") for line in file), "documents of the file")
    equal({member for line in lines for member in line} <= {"endpoint", "identity", "key", "nosec"}, True, f"{lines}")


def checked(server):
    """A document has what concerns this server, and nothing else."""
    equal(server.ask("GET", "/v1/accounts").json["total"] > 0, True, "what was imported is there")
    refused = server.put("/v1/profiles/wrong", {"servers": {"1": {"uri": "coap://x", "nosec": True}}}, 422)
    equal(refused.json["errors"][0]["at"], "/servers", f"{refused.json}")
    refused = server.put("/v1/accounts/wrong", {"nosec": True, "client": {"lwm2m": "1.1"}, "any": True}, 422)
    equal(refused.json["errors"][0]["at"], "/any", f"{refused.json}")
    refused = server.put("/v1/accounts/wrong", {"nosec": True, "pack": False}, 422)
    equal(refused.json["errors"][0]["at"], "/pack", f"{refused.json}")
    server.put("/v1/profiles/psk", {"identity": "id-{endpoint}"})
    server.put("/v1/groups/north", {"profile": "psk", "label": "the north"})


def registered_with_a_new_key(server, folder):
    """The account is there when the device comes, and a new key counts for the next handshake (rule H-4)."""
    server.put("/v1/accounts/dev-1", {"group": "north", "key": KEYS[0]})
    with Device(folder, "dev-1", "id-dev-1", KEYS[0], "--server", server.coaps):
        server.event("registered", endpoint="dev-1")
        known = server.ask("GET", "/v1/accounts/dev-1").json
        server.change("/v1/accounts/dev-1", {**known, "key": KEYS[1]})
        equal(server.ask("GET", "/v1/clients/dev-1").status, 200, "a new key ends no registration")
    with Device(folder, "dev-1", "id-dev-1", KEYS[0], "--server", server.coaps):
        equal(server.event("handshake-failed")["identity"], "id-dev-1", "the old key")
    with Device(folder, "dev-1", "id-dev-1", KEYS[1], "--server", server.coaps):
        equal(server.event("registered", endpoint="dev-1")["replaced"], True, "the new key")
    with Device(folder, "dev-2", "id-dev-1", KEYS[1], "--server", server.coaps):
        equal(server.event("refused")["endpoint"], "dev-2", "another name than that of its identity")


def removed(server, folder):
    """With an account its registration, its session and what waits for it end."""
    waiting = server.ask("POST", "/v1/clients/dev-3/commands", {"operation": "read", "path": "/3/0/0"}).json["id"]
    server.put("/v1/accounts/dev-3", {"group": "north", "key": KEYS[2]})
    server.remove("/v1/accounts/dev-3")
    while server.ask("GET", f"/v1/commands/{waiting}").json["state"] == "queued":
        pass  # until that is stored
    equal(server.ask("GET", f"/v1/commands/{waiting}").json["state"], "cancelled", "a command that waits")
    server.put("/v1/accounts/dev-3", {"group": "north", "key": KEYS[2]})
    with Device(folder, "dev-3", "id-dev-3", KEYS[2], "--server", server.coaps):
        server.event("registered", endpoint="dev-3")
        server.remove("/v1/accounts/dev-3")
        server.event("removed", endpoint="dev-3")
        equal(server.ask("GET", "/v1/clients/dev-3").status, 404, "the registration")
        equal(server.ask("GET", "/v1/events?endpoint=dev-3&limit=1").json["events"][0]["event"], "removed", "the timeline")
    with Device(folder, "dev-3", "id-dev-3", KEYS[2], "--server", server.coaps):
        server.event("handshake-failed", identity="id-dev-3")


def wished(server, folder):
    """What is wished of a group is observed at its devices, and follows them when they change it (C-61, C-62)."""
    wish = server.ask("POST", "/v1/wishes", {"scope": "group", "name": "north",
                                             "request": {"operation": "observe", "path": "/1/0/1"}})
    equal(wish.status, 201, f"a wish: {wish}")

    def counts():
        shown = next(one for one in server.ask("GET", "/v1/wishes").json["wishes"] if one["id"] == wish.json["id"])
        return shown["devices"], shown["inForce"]

    server.put("/v1/accounts/dev-5", {"group": "north", "key": KEYS[6]})
    server.put("/v1/groups/south", {"profile": "psk"})
    with Device(folder, "dev-5", "id-dev-5", KEYS[6], "--server", server.coaps):
        server.event("answered", endpoint="dev-5", observing=True)
        before = counts()
        equal(before[1], 1, "it is in force")
        equal(server.ask("GET", "/v1/clients/dev-5/wishes").json["wishes"][0]["state"], "in-force", "and shown at the device")
        server.change("/v1/accounts/dev-5", {"group": "south", "key": KEYS[6]})
        equal(counts(), (before[0] - 1, 0), "another group")
        equal(server.event("ended", endpoint="dev-5")["reason"], "cancelled", "the observation")
        equal(server.ask("GET", "/v1/clients/dev-5/wishes").json["wishes"], [], "nothing is wished of the other group")
        server.change("/v1/accounts/dev-5", {"group": "north", "key": KEYS[6]})
        server.event("answered", endpoint="dev-5", observing=True)
        equal(counts(), before, "back again")
        equal(server.ask("DELETE", f"/v1/wishes/{wish.json['id']}").status, 204, "removed")
        equal(server.event("ended", endpoint="dev-5")["reason"], "cancelled", "with what it had observed")


def listed(server):
    """A Profile ID stands for an object list (B-41); what a client must not list no profile lists."""
    asked = (b"lwm2m=1.2", b"pid=v:green")
    server.put("/v1/accounts/dev-6", {"nosec": True})
    equal(register_openly(server, "dev-6", asked, b""), 0x89, "an unknown Profile ID")
    for name, objects, detail in (("v:green", "</21/0>", "object 21 must not be in a profile"),
                                  ("v:green", "1", "expected links, e.g. </1/0>,</3/0>"),
                                  ("green", "</3/0>", "the name of the profile is no Profile ID such as v:my-device")):
        refused = server.put(f"/v1/profiles/{name}", {"objects": objects}, 422)
        equal(refused.json["errors"], [{"at": "/objects", "detail": detail}], name)
    server.put("/v1/groups/wrong", {"objects": "</3/0>"}, 422)
    server.put("/v1/profiles/v:green", {"objects": "</1/0>,</3/0>,</3303/0>"})
    equal(register_openly(server, "dev-6", asked, b""), 0x41, "a known one")
    equal([one["id"] for one in server.ask("GET", "/v1/clients/dev-6").json["objects"]], [1, 3, 3303], "its objects")


def unknown(server, folder):
    """Who has no account is refused, taken without security, or adopted: as groups say."""
    equal(register_openly(server, "stranger"), 0x80, "nobody is taken")
    server.put("/v1/groups/guests", {"any": True})
    equal(register_openly(server, "stranger"), 0x41, "a group takes all")
    server.change("/v1/groups/guests", {"any": False})
    equal(register_openly(server, "other"), 0x80, "it takes nobody any more")
    server.put("/v1/groups/lab", {"adopt": {"identityPrefix": "lab-", "key": KEYS[3]}})
    with Device(folder, "new-1", "lab-new-1", KEYS[3], "--server", server.coaps):
        server.event("registered", endpoint="new-1")
    account = server.ask("GET", "/v1/accounts/new-1").json
    equal((account["group"], account["adopted"]), ("lab", True), "an account that was made")


def together(server, store, key, folder):
    """Both servers have one database, and a device goes from one to the other."""
    bootstrap = Program(BOOTSTRAP, store, key)
    try:
        bootstrap.put("/v1/accounts/dev-4", {
            "identity": "bs-dev-4", "key": KEYS[4], "delete": ["/"],
            "servers": {"101": {"uri": server.coaps, "identity": "id-dev-4", "key": KEYS[5], "lifetime": 300}}})
        equal(bootstrap.ask("GET", "/v1/accounts").json["total"], 1, "each server has its own documents")
        server.put("/v1/accounts/dev-4", {"group": "north", "key": KEYS[5]})
        with Device(folder, "dev-4", "bs-dev-4", KEYS[4], "--bootstrap", bootstrap.coaps):
            bootstrap.event("finished", endpoint="dev-4")
            server.event("registered", endpoint="dev-4")
        for number in range(20):
            bootstrap.change("/v1/accounts/dev-4", {**bootstrap.ask("GET", "/v1/accounts/dev-4").json, "label": number})
            server.change("/v1/accounts/dev-4", {"group": "north", "label": number, "key": KEYS[5]})
        bootstrap.end()
    finally:
        bootstrap.process.kill()


def shared(store, key, folder):
    """An account that is removed at one server ends the registration that another one has."""
    first, second = (Program(SERVER, store, key, "--node", name) for name in ("a", "b"))
    try:
        first.put("/v1/accounts/dev-7", {"group": "north", "key": KEYS[7]})
        with Device(folder, "dev-7", "id-dev-7", KEYS[7], "--server", first.coaps):
            first.event("registered", endpoint="dev-7")
            while second.ask("GET", "/v1/accounts/dev-7").status == 404:
                pass  # until it has heard of it
            second.remove("/v1/accounts/dev-7")
            first.event("removed", endpoint="dev-7")
        # The same while the other one is away, and when a device goes on at this one.
        second.put("/v1/accounts/dev-8", {"nosec": True})
        second.put("/v1/accounts/dev-9", {"nosec": True})
        while first.ask("GET", "/v1/accounts/dev-9").status == 404:
            pass
        for endpoint in ("dev-8", "dev-9"):
            equal(register_openly(first, endpoint), 0x41, endpoint)
        first.process.kill()
        first.process.wait()
        second.remove("/v1/accounts/dev-8")
        first = Program(SERVER, store, key, "--node", "a")
        equal(first.ask("GET", "/v1/events?endpoint=dev-8&limit=1").json["events"][0]["event"], "removed", "the timeline")
        equal([first.ask("GET", f"/v1/clients/{one}").status for one in ("dev-8", "dev-9")], [404, 200], "who is registered")
        first.end()
        second.end()
    finally:
        first.process.kill()
        second.process.kill()


def main(postgres):
    with tempfile.TemporaryDirectory(prefix="loom-accounts-") as folder:
        os.chmod(folder, 0o700)
        store, key = postgres or f"sqlite:{folder}/store.db", f"{folder}/key"
        imported(store, key, folder)
        server = Program(SERVER, store, key)
        try:
            checked(server)
            registered_with_a_new_key(server, folder)
            removed(server, folder)
            wished(server, folder)
            listed(server)
            unknown(server, folder)
            together(server, store, key, folder)
            total = server.ask("GET", "/v1/accounts").json["total"]
            server.end()
            server = Program(SERVER, store, key)
            equal(server.ask("GET", "/v1/accounts").json["total"], total, "all of it is there after a restart")
            with Device(folder, "dev-1", "id-dev-1", KEYS[1], "--server", server.coaps):
                server.event("registered", endpoint="dev-1")
            server.end()
            if postgres:
                shared(store, key, folder)
        finally:
            server.process.kill()
    print("0 problems")


if "--postgres" in sys.argv and "LOOM_TEST_POSTGRES" not in os.environ:
    sys.exit(SKIPPED)
main(os.environ["LOOM_TEST_POSTGRES"] if "--postgres" in sys.argv else None)
