#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# Rules: A-9, H-4
"""loom-bootstrap-server whose accounts others change, whose database hangs, and which is killed.

usage: bootstrap_nodes.py nodes|hang|killed LOOM_BOOTSTRAP_SERVER LOOM_CLIENT [--sqlite]
"""

import contextlib
import itertools
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir, "server"))

import postgres
from loom import Program, Server
from peer import Failure, equal
from waiting import PATIENCE_S

WHAT, SERVER, CLIENT = sys.argv[1:4]
SKIPPED = 77
KEY = "000102030405060708090a0b0c0d0e0f"
GROUP_KEY = "202122232425262728292a2b2c2d2e2f"
# The LwM2M server is nowhere: a device is only bootstrapped here.
PROFILE = {"delete": ["/0", "/1"], "servers": {"101": {"uri": "coaps://127.0.0.1:9", "key": "generate",
                                                       "identity": "{endpoint}-dm"}}}
GROUP = {"profile": "green", "adopt": {"identityPrefix": "house-", "key": GROUP_KEY}}


class Node(Server):
    started = []

    def __init__(self, store, folder):
        Node.started.append(self)
        super().__init__(SERVER, "--store", store, "--store-key", f"{folder}/key", schemes=("coaps",))

    def put(self, path, body, status=201, **fields):
        answer = self.ask("PUT", path, body, **fields)
        equal(answer.status, status, f"PUT {path}: {answer}")
        return answer

    def remove(self, path):
        equal(self.ask("DELETE", path, If_Match=self.ask("GET", path).fields["etag"]).status, 204, f"DELETE {path}")

    def wait_until(self, path, status):
        """What another node has changed is here soon. @return the answer"""
        end = time.monotonic() + PATIENCE_S
        while True:
            answer = self.ask("GET", path)
            if answer.status == status:
                return answer
            if time.monotonic() > end:
                raise Failure(f"GET {path}: {answer}, not {status}")
            time.sleep(0.05)

    def fill(self):
        self.put("/v1/profiles/green", PROFILE)
        self.put("/v1/groups/house", GROUP)

    def kill(self):
        self.process.kill()
        self.process.wait()


numbers = itertools.count()


@contextlib.contextmanager
def device(node, folder, endpoint, identity, key):
    file = f"{folder}/{next(numbers)}.key"
    with open(file, "w", encoding="ascii") as keys:
        keys.write(key)
    command = [CLIENT, "--endpoint", endpoint, "--bootstrap", node.uris["coaps"], "--identity", identity, "--key",
               f"@{file}"]
    started = Program(*command)
    try:
        yield started
    finally:
        started.process.kill()
        started.process.wait()


def bootstraps(node, folder, endpoint, identity, key):
    with device(node, folder, endpoint, identity, key):
        node.wait_for("finished", endpoint=endpoint)


# ---- nodes ---------------------------------------------------------------------------------------


def put_here_and_there(one, other, folder):
    """An account that one node is given is bootstrapped by the other one; removed here, it is unknown there."""
    one.fill()
    one.put("/v1/accounts/dev", {"group": "house", "identity": "dev", "key": KEY})
    given = other.wait_until("/v1/accounts/dev", 200)
    equal(given.json, one.ask("GET", "/v1/accounts/dev").json, "what the other one has")
    equal(given.fields["etag"], one.ask("GET", "/v1/accounts/dev").fields["etag"], "its version")
    bootstraps(other, folder, "dev", "dev", KEY)
    # Each may change what the other one has made.
    other.put("/v1/accounts/dev", {**given.json, "holdOff": 7}, 200, If_Match=given.fields["etag"])
    stale = one.ask("PUT", "/v1/accounts/dev", {**given.json, "holdOff": 8}, If_Match=given.fields["etag"])
    equal(stale.status, 412, f"a change of what was changed elsewhere: {stale}")
    one.remove("/v1/accounts/dev")
    other.wait_until("/v1/accounts/dev", 404)
    with device(other, folder, "dev", "dev", KEY):
        other.wait_for("handshake-failed", identity="dev")


def imported_beside(node, store, folder):
    """What a program imports while the server runs is there soon, without a restart."""
    with open(f"{folder}/more.ndjson", "w", encoding="utf-8") as file:
        for number in range(300):
            file.write(json.dumps({"endpoint": f"bulk-{number}", "group": "house", "identity": f"bulk-{number}",
                                   "key": f"{number:032x}"}) + "\n")
    subprocess.run([SERVER, "import", f"{folder}/more.ndjson", "--store", store, "--store-key", f"{folder}/key"],
                   check=True, stdout=subprocess.PIPE, timeout=PATIENCE_S)
    node.wait_until("/v1/accounts/bulk-299", 200)
    bootstraps(node, folder, "bulk-7", "bulk-7", f"{7:032x}")


def adopted_at_once(one, other, folder):
    """A device comes to two nodes at once: it has one account, with the keys that one of them has made."""
    for number in range(5):
        name = f"n{number}"
        with device(one, folder, name, f"house-{name}", GROUP_KEY), \
                device(other, folder, name, f"house-{name}", GROUP_KEY):
            one.wait_for("finished", endpoint=name)
            other.wait_for("finished", endpoint=name)
        here, there = one.wait_until(f"/v1/accounts/{name}", 200), other.wait_until(f"/v1/accounts/{name}", 200)
        equal(here.json, there.json, "the account that was made")
        equal(here.fields["etag"], there.fields["etag"], "its version")


def nodes(folder):
    with postgres.Cluster() as cluster:
        store = cluster.uri()
        one, other = Node(store, folder), Node(store, folder)
        put_here_and_there(one, other, folder)
        adopted_at_once(one, other, folder)
        imported_beside(other, store, folder)
        texts = one.stop() + other.stop()
        equal("bad-document" in texts, False, "documents that are of no use")
        equal(KEY in texts or GROUP_KEY in texts, False, "a key is printed")


# ---- a database that hangs -----------------------------------------------------------------------


def signal_all(cluster, number):
    """Each process of the database has a session of its own."""
    pids = [cluster.server.pid]
    for entry in os.listdir("/proc"):
        with contextlib.suppress(OSError, ValueError):
            with open(f"/proc/{int(entry)}/stat", encoding="utf-8") as file:
                if int(file.read().rpartition(")")[2].split()[1]) == cluster.server.pid:
                    pids.append(int(entry))
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)


def hang(folder):
    """PostgreSQL says nothing any more: devices go on, what would have to be stored is refused, and nothing that was
    acknowledged is lost."""
    with postgres.Cluster() as cluster:
        node = Node(cluster.uri(), folder)
        node.fill()
        node.put("/v1/accounts/dev", {"group": "house", "identity": "dev", "key": KEY})
        signal_all(cluster, signal.SIGSTOP)
        try:
            answers = []
            waiting = threading.Thread(target=lambda: answers.append(node.ask("PUT", "/v1/accounts/late", {
                "group": "house", "identity": "late", "key": KEY[::-1]})))
            waiting.start()
            bootstraps(node, folder, "dev", "dev", KEY)
            equal((waiting.is_alive(), answers), (True, []), "the change waits while a device is bootstrapped")
            equal(node.ask("GET", "/v1/accounts/late").status, 404, "what is not stored is not there")
            waiting.join(PATIENCE_S)
            equal([(answer.status, "retry-after" in answer.fields) for answer in answers], [(503, True)], "the change")
            node.wait_for("store-lost")
            again = node.ask("PUT", "/v1/accounts/later", {"group": "house", "identity": "later", "key": KEY[::-1]})
            equal((again.status, again.fields.get("retry-after")), (503, "5"), f"a change without a store: {again}")
            with device(node, folder, "new", "house-new", GROUP_KEY):
                refused = node.wait_for("refused", endpoint="new")
                equal((refused["reason"], refused["code"]), ("no-store", "5.03"), "a device that would be adopted")
            bootstraps(node, folder, "dev", "dev", KEY)
        finally:
            signal_all(cluster, signal.SIGCONT)
        node.wait_for("store-back")
        bootstraps(node, folder, "new", "house-new", GROUP_KEY)
        # Whether the first change was stored nobody knew; that is the same for all now.
        late = node.ask("GET", "/v1/accounts/late").status
        node.put("/v1/accounts/last", {"group": "house", "identity": "last", "key": KEY[::-1]}, 422 if late == 200 else 201)
        node.stop()
        node = Node(cluster.uri(), folder)
        equal(node.ask("GET", "/v1/accounts/new").status, 200, "who was adopted")
        equal(node.ask("GET", "/v1/accounts/late").status, late, "the change of which nothing was known")
        node.stop()


# ---- killed --------------------------------------------------------------------------------------


class Ledger(threading.Thread):
    """Makes changes, one after the other, and writes down what was acknowledged."""

    def __init__(self, node, number, known):
        super().__init__(daemon=True)
        self.node, self.number, self.known, self.acknowledged = node, number, known, 0

    def run(self):
        with contextlib.suppress(OSError, Failure, ValueError, EOFError):
            for count in range(10000):
                name = f"t{self.number}-{count % 20}"
                path = f"/v1/accounts/{name}"
                etag = self.known.get(name, (None, None))[0]
                hold = random.randrange(1, 1000000)
                fields = {"If_Match": etag} if etag else {}
                answer = self.node.ask("PUT", path, {"group": "house", "identity": name, "holdOff": hold,
                                                     "key": f"{self.number:016x}{count % 20:016x}"}, **fields)
                if answer.status not in (200, 201):
                    raise Failure(f"PUT {path}: {answer}")
                self.known[name] = (answer.fields["etag"], hold)
                self.acknowledged += 1


def check(node, known):
    for name, (etag, hold) in list(known.items()):
        answer = node.ask("GET", f"/v1/accounts/{name}")
        equal(answer.status, 200, f"{name}, which was acknowledged")
        if answer.json["holdOff"] != hold:  # one more, of which the answer did not come
            equal(int(answer.fields["etag"].strip('"')) > int(etag.strip('"')), True, f"{name} is older than acknowledged")
        known[name] = (answer.fields["etag"], answer.json["holdOff"])


def killed_with(store, folder):
    node = Node(store, folder)
    node.fill()
    ledgers = [{} for _ in range(4)]
    for _ in range(6):
        threads = [Ledger(node, number, known) for number, known in enumerate(ledgers)]
        for thread in threads:
            thread.start()
        while sum(thread.acknowledged for thread in threads) < 30 + random.randrange(60):
            if not any(thread.is_alive() for thread in threads):
                raise Failure("changes have ended by themselves")
            time.sleep(0.001)
        node.kill()
        for thread in threads:
            thread.join()
        node = Node(store, folder)
        for known in ledgers:
            # What was made for the first time without an answer is nobody's.
            check(node, known)
            for number in range(20):
                name = f"t{ledgers.index(known)}-{number}"
                answer = node.ask("GET", f"/v1/accounts/{name}")
                if answer.status == 200:
                    known[name] = (answer.fields["etag"], answer.json["holdOff"])
    bootstraps(node, folder, "t1-3", "t1-3", f"{1:016x}{3:016x}")
    node.stop()


def killed(folder):
    if "--sqlite" in sys.argv:
        killed_with(f"sqlite:{folder}/store.db", folder)
        return
    with postgres.Cluster() as cluster:
        killed_with(cluster.uri(), folder)


def main():
    reason = postgres.why_not()
    if reason and "--sqlite" not in sys.argv:
        print(f"skipped: {reason}")
        return SKIPPED
    with tempfile.TemporaryDirectory(prefix="loom-nodes-") as folder:
        try:
            {"nodes": nodes, "hang": hang, "killed": killed}[WHAT](folder)
        finally:
            for node in Node.started:
                node.kill()
    return 0


if __name__ == "__main__":
    sys.exit(main())
