#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Accounts, groups and profiles over REST: made, checked, changed by one at a time, imported, and what a device then gets.

usage: accounts.py LOOM_BOOTSTRAP_SERVER LOOM_CLIENT
"""

import json
import os
import socket
import subprocess
import sys
import tempfile

import document
from peer import Connection, Failure, equal
from waiting import Lines

SERVER, CLIENT = sys.argv[1:3]
KEY = "000102030405060708090a0b0c0d0e0f"
PROFILE = {"delete": ["/"], "servers": {"101": {"uri": "coaps://127.0.0.1:5684", "key": "generate", "lifetime": 300}}}


class Loom:
    def __init__(self, folder):
        self.process = subprocess.Popen(
            [SERVER, "--json", "--store", f"sqlite:{folder}/store.db", "--store-key", f"{folder}/key", "--listen",
             "coaps://127.0.0.1:0", "--listen", "coap://127.0.0.1:0", "--http", "http://127.0.0.1:0"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.lines = Lines(self.process.stdout, SERVER)
        uris = [self.event("listening")["uri"] for _ in range(3)]
        self.coap = next(uri for uri in uris if uri.startswith("coaps"))
        self.open_port = int(next(uri for uri in uris if uri.startswith("coap:")).rsplit(":", 1)[1])
        self.address = ("127.0.0.1", int(next(uri for uri in uris if uri.startswith("http")).rsplit(":", 1)[1]))
        self.document = document.Document(self.ask("GET", "/v1/openapi.json").body)

    def event(self, name):
        return self.lines.event(name)

    def ask(self, method, path, body=None, **fields):
        with Connection(self.address) as connection:
            answer = connection.ask(method, path, body, **fields)
        if hasattr(self, "document"):
            problems = self.document.problems(method, path, answer)
            if problems:
                raise Failure("\n".join(problems))
        return answer

    def put(self, path, body, status, **fields):
        answer = self.ask("PUT", path, body, **fields)
        equal(answer.status, status, f"PUT {path}: {answer}")
        return answer

    def end(self):
        self.process.terminate()
        self.lines.rest()
        equal(self.process.wait(30), 0, "the end of the server")


def made(loom):
    loom.put("/v1/profiles/green", PROFILE, 201)
    loom.put("/v1/groups/house", {"profile": "green"}, 201)
    first = loom.put("/v1/accounts/dev-1", {"group": "house", "identity": "dev-1", "key": KEY,
                                            "servers": {"101": {"identity": "dev-1-dm"}}}, 201)
    whole = loom.ask("GET", "/v1/accounts/dev-1?whole=1").json
    equal(whole["servers"]["101"]["uri"], "coaps://127.0.0.1:5684", "what the profile says")
    equal(whole["servers"]["101"]["identity"], "dev-1-dm", "what the account says")
    equal([*whole["key"]], ["fingerprint"], "a key is not shown")
    return first


def changed_by_one_at_a_time(loom, first):
    known = loom.ask("GET", "/v1/accounts/dev-1")
    equal(known.fields["etag"], first.fields["etag"], "the version")
    equal(loom.ask("GET", "/v1/accounts/dev-1", If_None_Match=known.fields["etag"]).status, 304, "what is known")
    group = loom.ask("GET", "/v1/groups/house")
    held = loom.put("/v1/groups/house", {**group.json, "holdOff": 7}, 200, If_Match=group.fields["etag"])
    whole = loom.ask("GET", "/v1/accounts/dev-1?whole=1", If_None_Match=known.fields["etag"])
    equal((whole.status, whole.json and whole.json["holdOff"]), (200, 7), "what the group says by now")
    loom.put("/v1/groups/house", group.json, 200, If_Match=held.fields["etag"])
    loom.put("/v1/accounts/dev-1", known.json, 428)
    loom.put("/v1/accounts/dev-1", known.json, 412, If_Match='"0"')
    loom.put("/v1/accounts/dev-1", known.json, 412, If_None_Match="*")
    loom.put("/v1/accounts/nobody", {"group": "house"}, 412, If_Match='"1"')
    again = loom.put("/v1/accounts/dev-1", {**known.json, "holdOff": 5}, 200, If_Match=known.fields["etag"])
    loom.put("/v1/accounts/dev-1", known.json, 412, If_Match=known.fields["etag"])
    after = loom.ask("GET", "/v1/accounts/dev-1")
    equal(after.json["key"], known.json["key"], "a fingerprint that is put back leaves the key")
    equal(after.fields["etag"], again.fields["etag"], "the new version")


def checked(loom):
    wrong = loom.put("/v1/accounts/dev-2", {"group": "none", "key": "00"}, 422)
    equal(wrong.json["errors"][0]["at"] in ("/group", "/key"), True, f"mistakes have places: {wrong}")
    wrong = loom.put("/v1/accounts/dev-2?dryRun=1", {"group": "house", "servers": {"101": {"lifetime": "long"}}}, 422)
    equal(wrong.json["errors"][0]["at"].startswith("/servers/101"), True, f"{wrong}")
    equal(loom.ask("GET", "/v1/accounts/dev-2").status, 404, "a dry run changes nothing")
    loom.put("/v1/accounts/dev-2?dryRun=1", {"group": "house", "identity": "dev-2", "key": KEY[::-1],
                                             "servers": {"101": {"identity": "dev-2-dm"}}}, 204)
    loom.put("/v1/accounts/" + "x" * 253, {"group": "house"}, 400)
    loom.put("/v1/accounts/dev-2", [1], 400)
    equal(loom.ask("DELETE", "/v1/groups/house", If_Match=loom.ask("GET", "/v1/groups/house").fields["etag"]).status, 409,
          "a group with accounts stays")
    equal(loom.ask("DELETE", "/v1/groups/none", If_Match='"1"').status, 404, "what is not there")


def imported(loom):
    lines = "".join(json.dumps({"endpoint": f"bulk-{number:03}", "group": "house", "identity": f"bulk-{number}",
                                "key": f"{number:032x}", "servers": {"101": {"identity": f"bulk-dm-{number}"}}}) + "\n"
                    for number in range(1, 251)) + "{\n" + '{"endpoint": "x", "group": "none"}\n'
    answer = loom.ask("POST", "/v1/import?dryRun=1", lines.encode(), Content_Type="application/x-ndjson").json
    equal((answer["good"], answer["failed"]), (250, 2), f"a dry run: {answer}")
    equal([one["line"] for one in answer["mistakes"]], [251, 252], f"{answer}")
    equal(loom.ask("GET", "/v1/accounts").json["total"], 1, "a dry run takes nothing")
    answer = loom.ask("POST", "/v1/import", lines.encode(), Content_Type="application/x-ndjson").json
    equal((answer["good"], answer["failed"]), (250, 2), f"an import: {answer}")
    page = loom.ask("GET", "/v1/accounts?search=bulk&limit=100").json
    equal(len(page["accounts"]), 100, "a page")
    names = [one["name"] for one in page["accounts"]]
    while page["next"]:
        page = loom.ask("GET", f"/v1/accounts?search=bulk&limit=100&after={page['next']}").json
        names += [one["name"] for one in page["accounts"]]
    equal(names, [f"bulk-{number:03}" for number in range(1, 251)], "all pages")
    equal(loom.ask("GET", "/v1/groups").json["groups"][0]["accounts"], 251, "the group has them")
    page = loom.ask("GET", "/v1/accounts?limit=0").json
    equal((page["accounts"], page["total"]), ([], 251), "a page without a row")
    text = loom.ask("GET", "/v1/export").body.decode()
    equal(text.count("\n"), 253, "an export has all documents")
    equal(KEY in text, False, "and no key")


def given(loom, folder):
    """A device gets what its account says, with a key that the server has made."""
    with open(f"{folder}/device.key", "w", encoding="ascii") as file:
        file.write(KEY)
    device = subprocess.Popen([CLIENT, "--endpoint", "dev-1", "--bootstrap", loom.coap, "--identity", "dev-1", "--key",
                               f"@{folder}/device.key", "--json"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
    try:
        equal(loom.event("finished")["endpoint"], "dev-1", "a bootstrap")
    finally:
        device.kill()
        device.wait()
    events = loom.ask("GET", "/v1/events?endpoint=dev-1&limit=100").json["events"]
    equal(events[0]["event"], "finished", f"the timeline: {events[0]}")
    etag = loom.ask("GET", "/v1/accounts/dev-1").fields["etag"]
    equal(loom.ask("DELETE", "/v1/accounts/dev-1", If_Match=etag).status, 204, "removed")
    equal(loom.ask("GET", "/v1/accounts/dev-1").status, 404, "and gone")


def knocked(loom):
    """What anybody can cause does not push what else has happened from the timeline."""
    knocks = 300
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as knocking:
        knocking.connect(("127.0.0.1", loom.open_port))
        knocking.settimeout(30)
        for mid in range(knocks):
            knocking.send(b"\x40\x02" + mid.to_bytes(2, "big") + b"\xb2bs" + b"\x4bep=stranger")
            knocking.recv(64)
    lines, counted = 0, 0
    while lines + counted < knocks:
        event = loom.lines.event("refused", "suppressed")
        lines += event["event"] == "refused" and event["endpoint"] == "stranger"
        counted += event["lines"] if event["event"] == "suppressed" and event["of"] == "refused" else 0
    told = len(loom.ask("GET", "/v1/events?endpoint=stranger&limit=1000").json["events"])
    equal((told, counted > 0), (lines, True), "events of strangers")


with tempfile.TemporaryDirectory(prefix="loom-accounts-") as folder:
    os.chmod(folder, 0o700)
    loom = Loom(folder)
    try:
        first = made(loom)
        changed_by_one_at_a_time(loom, first)
        checked(loom)
        imported(loom)
        given(loom, folder)
        knocked(loom)
        loom.end()
        equal(KEY in loom.lines.text, False, "no key is printed")
        loom = Loom(folder)
        equal(loom.ask("GET", "/v1/accounts").json["total"], 250, "all of it is there after a restart")
        loom.end()
    finally:
        loom.process.kill()
print("0 problems")
