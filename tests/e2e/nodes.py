#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Servers that share a PostgreSQL database: they know each other, and there is one of each name.

usage: nodes.py LOOM_SERVER
The database is that of LOOM_TEST_POSTGRES (tests/server/with_postgres.py).
"""

import os
import random
import subprocess
import sys
import tempfile
import urllib.request

from coap_device import PATIENCE_S
from kept_devices import Server, Sim, do

SKIPPED = 77


class Node(Server):
    def __init__(self, name, program, store, folder):
        super().__init__(program, store, folder, "--node", name)


def nodes_of(server):
    return {node["name"]: node for node in server.rest("GET", "/v1/nodes")["nodes"]}


def refused(program, store, *options):
    """@return what a server says that does not start"""
    command = [program, "--nosec-any", "--listen", "coap://127.0.0.1:0", "--store", store, *options]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=PATIENCE_S, check=False)
    assert done.returncode != 0
    return done.stderr.decode()


def know_each_other(program, store, folder, chance):
    a = Node("a", program, store, folder)
    b = Node("b", program, store, folder)
    assert a.restored.startswith("0 registrations")
    do(Sim(a, "at-a", chance), "register")
    # Where it listens is told with the first renewal, which comes before any request of HTTP can be answered.
    a.wait_for(lambda event: event["event"] == "node-joined")
    seen = nodes_of(b)
    assert sorted(seen) == ["a", "b"], seen
    assert {node["number"] for node in seen.values()} == {0, 1}, seen
    assert all(node["alive"] for node in seen.values()), seen
    assert seen["b"]["self"] and not seen["a"]["self"], seen
    assert seen["a"]["registrations"] == 1 and seen["b"]["registrations"] == 0, seen
    assert nodes_of(a)["a"]["uri"].endswith(f":{a.ports['coap']}"), seen
    with urllib.request.urlopen(a.http + "/metrics", timeout=PATIENCE_S) as response:
        assert b"\nloom_node_lease_seconds 1" in response.read()
    assert "--node is required" in refused(program, store)
    assert "PostgreSQL" in refused(program, f"sqlite:{folder}/loom.db", "--node", "a")
    assert "must be up to 63 letters" in refused(program, store, "--node", "a/b")
    b.end()
    assert sorted(nodes_of(a)) == ["a"]
    print("nodes know each other")
    return a


def one_of_each_name(program, store, folder, first):
    """Another process with its name has its devices; the first one says why it ends."""
    second = Node("a", program, store, folder)
    assert second.restored.startswith("1 registrations"), second.restored
    assert first.process.wait(PATIENCE_S) == 1
    assert nodes_of(second)["a"]["number"] == 0
    print("there is one of each name")
    return second


def main():
    chance = random.Random(12)
    store = os.environ.get("LOOM_TEST_POSTGRES")
    if store is None:
        return SKIPPED
    with tempfile.TemporaryDirectory() as folder:
        servers = []
        try:
            servers.append(know_each_other(sys.argv[1], store, folder, chance))
            servers.append(one_of_each_name(sys.argv[1], store, folder, servers[0]))
            servers[1].end()
        finally:
            for server in servers:
                if server.process.poll() is None:
                    server.kill()
    return 0


sys.exit(main())
