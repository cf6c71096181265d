#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Servers that share a PostgreSQL database: they know each other, and there is one of each name.

usage: nodes.py LOOM_SERVER
The database is that of LOOM_TEST_POSTGRES (tests/server/with_postgres.py).
"""

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "http"))
import document
from coap_device import CONTENT_FORMAT, GET, OBSERVE, PATIENCE_S, POST, URI_PATH
from kept_devices import Server, Sim, answer, do, next_request

SKIPPED = 77


class Node(Server):
    """What it answers is held against its OpenAPI document."""

    all = []

    def __init__(self, name, program, store, folder):
        super().__init__(program, store, folder, "--node", name)
        Node.all.append(self)

    def rest(self, method, path, body=None):
        answer = super().rest(method, path, body)
        if answer is None:
            return None
        described = document.Document(json.dumps(super().rest("GET", "/v1/openapi.json")))
        responses = described.operation(method, path)[0]["responses"]
        problems = [described.schema_problems(response["content"]["application/json"]["schema"], answer)
                    for status, response in responses.items() if status.startswith("2")]
        assert [] in problems, (method, path, problems)
        return answer


def nodes_of(server):
    return {node["name"]: node for node in server.rest("GET", "/v1/nodes")["nodes"]}


def metrics(server):
    with urllib.request.urlopen(server.http + "/metrics", timeout=PATIENCE_S) as response:
        return response.read().decode()


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
    assert "\nloom_node_lease_seconds 1" in metrics(a)
    assert "--node is required" in refused(program, store)
    assert "PostgreSQL" in refused(program, f"sqlite:{folder}/loom.db", "--node", "a")
    assert "must be up to 63 letters" in refused(program, store, "--node", "a/b")
    b.end()
    assert sorted(nodes_of(a)) == ["a"]
    print("nodes know each other")
    return a


def psql(store, statements):
    return subprocess.run(["psql", "--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--dbname", store],
                          input=statements.encode(), capture_output=True, check=True).stdout.decode()


def told_while_nothing_is_written(store, server):
    """Who asks for the nodes, and what they count, does not stand in line with what devices wait for."""
    waiting = ("BEGIN; LOCK TABLE nodes IN EXCLUSIVE MODE;"
               "DO $$ BEGIN WHILE NOT EXISTS (SELECT 1 FROM pg_locks WHERE NOT granted) LOOP PERFORM pg_sleep(0.05);"
               " END LOOP; END $$; SELECT pid FROM pg_locks WHERE NOT granted;")
    writer = int(psql(store, waiting))
    os.kill(writer, signal.SIGSTOP)
    try:
        while "\nloom_store_lost 1\n" not in metrics(server):
            time.sleep(0.1)
        assert sorted(nodes_of(server)) == ["a"]
    finally:
        os.kill(writer, signal.SIGCONT)
    while "\nloom_store_lost 0\n" not in metrics(server):
        time.sleep(0.1)
    print("the nodes were told while nothing could be written")


def one_of_each_name(program, store, folder, first):
    """Another process with its name has its devices; the first one says why it ends."""
    second = Node("a", program, store, folder)
    assert second.restored.startswith("1 registrations"), second.restored
    assert first.process.wait(PATIENCE_S) == 1
    assert nodes_of(second)["a"]["number"] == 0
    print("there is one of each name")
    return second


def status_of(server, endpoint):
    try:
        server.rest("GET", f"/v1/clients/{endpoint}")
        return 200
    except urllib.error.HTTPError as error:
        return error.code


def rows_of_its_own(store, server):
    """A row that names this node, of a device that it does not have, is of one that has gone; that of another node counts."""
    psql(store, "CREATE TEMPORARY TABLE made AS SELECT * FROM registrations LIMIT 1;"
                "UPDATE made SET endpoint = 'gone', location = 'gone', node = 'a'; INSERT INTO registrations SELECT * FROM made;"
                "UPDATE made SET endpoint = 'elsewhere', location = 'elsewhere', node = 'z'; INSERT INTO registrations SELECT * FROM made;")
    found = [status_of(server, endpoint) for endpoint in ("at-a", "gone", "elsewhere")]
    assert found == [200, 404, 200], found
    psql(store, "DELETE FROM registrations WHERE endpoint IN ('gone', 'elsewhere');")
    print("rows of devices that have gone are not shown")


def wait_until_dead(server, name):
    """The lease of a node that was killed ends by itself."""
    end = time.monotonic() + PATIENCE_S
    while nodes_of(server).get(name, {}).get("alive"):
        assert time.monotonic() < end, "it does not die"
        time.sleep(0.2)


def go_on(sim, server, operation="update"):
    sim.server = server
    do(sim, operation)


def goes_on_elsewhere(program, store, folder, chance):
    """B-15: what was acknowledged by a node that was killed holds at another one, and nothing comes back with it."""
    a = Node("a", program, store, folder)
    b = Node("b", program, store, folder)
    sims = [Sim(a, f"sim-{i}", chance) for i in range(6)]
    for sim in sims:
        do(sim, "register")
    # A live node keeps its own: the device is told to register, and it has moved.
    moving, leaving, late = sims[0], sims[1], sims[2]
    moving.gone = moving.location
    go_on(moving, b, "probe")
    go_on(moving, b, "register")
    leaving.gone = leaving.location
    go_on(leaving, b, "probe")
    a.kill()
    wait_until_dead(b, "a")
    for sim in sims:
        if sim not in (leaving, late):
            go_on(sim, b)
    taken = b.wait_for(lambda event: event["event"] == "taken-over")
    assert taken["endpoint"] != moving.endpoint
    go_on(leaving, b, "deregister")
    assert b.rest("GET", "/v1/clients")["total"] == 4
    a.start()
    assert a.restored.startswith("2 registrations"), a.restored  # with the one of the test before
    go_on(late, a)
    # What was taken over is not its own any more, and was not brought back.
    sims[3].gone = sims[3].location
    go_on(sims[3], a, "probe")
    go_on(sims[3], b)
    leaving.server = a
    do(leaving, "probe")
    # A device that registers at another node while it is known here: this node learns it.
    sims[4].server = a
    do(sims[4], "register")
    assert a.rest("GET", "/v1/clients")["total"] == 3
    a.end()
    b.end()
    print("devices of a node that was killed went on at another one")


READ, REBOOT = {"operation": "read", "path": "/3/0/0"}, {"operation": "execute", "path": "/3/0/4"}


def give(server, endpoint, body):
    return server.rest("POST", f"/v1/clients/{endpoint}/commands", body)["id"]


def ended(server, command):
    end = time.monotonic() + PATIENCE_S
    while True:
        state = server.rest("GET", f"/v1/commands/{command}")
        if state["state"] not in ("queued", "sent"):
            return state
        assert time.monotonic() < end, state
        time.sleep(0.1)


def commands_anywhere(program, store, folder, chance):
    """A command may be given at any node; one of them gives it to the device."""
    a = Node("a", program, store, folder)
    b = Node("b", program, store, folder)
    sim = Sim(a, "driven", chance)
    do(sim, "register")
    read = give(b, "driven", READ)
    request = next_request(sim)
    assert request.code == GET
    answer(sim, request, "2.05", (CONTENT_FORMAT, b""), payload=b"Loom")
    for server in (a, b):
        state = ended(server, read)
        assert state["state"] == "answered" and state["result"]["values"][0]["value"] == "Loom", state
    assert b.rest("GET", "/v1/clients?search=driven")["total"] == 0
    there, here = (server.rest("GET", "/v1/clients/driven") for server in (b, a))
    assert there["node"] == here["node"] == "a", (there, here)
    assert all(there[name] == here[name] for name in ("location", "address", "lifetime", "objects", "binding")), (there, here)
    listed = b.rest("GET", "/v1/clients/driven/commands")["commands"]
    assert [one["id"] for one in listed] == [read], listed
    # It is not registered yet: whoever gets it has the command.
    late = Sim(b, "late", chance)
    cancelled, waits = give(a, "late", REBOOT), give(a, "late", READ)
    assert b.rest("GET", f"/v1/commands/{waits}")["state"] == "queued"
    assert b.rest("DELETE", f"/v1/commands/{cancelled}")["state"] == "cancelled"
    do(late, "register")
    request = next_request(late)
    assert request.code == GET, "that was cancelled"
    answer(late, request, "2.05", (CONTENT_FORMAT, b""), payload=b"Loom")
    assert ended(a, waits)["state"] == "answered"
    assert ended(a, cancelled)["state"] == "cancelled"
    listed = a.rest("GET", "/v1/clients/late/commands")["commands"]
    assert sorted(one["id"] for one in listed) == sorted([cancelled, waits]), listed
    # Who waits there hears of it, too.
    end = time.monotonic() + PATIENCE_S
    while a.rest("GET", f"/v1/commands/{waits}?wait=1")["state"] != "answered":
        assert time.monotonic() < end, "the first node never learns it"
    # Sent, and nobody knows whether it was done: it is done once, or never. What waits behind it goes on.
    once, behind = give(a, "driven", REBOOT), give(b, "driven", READ)
    assert next_request(sim).code == POST
    a.wait_for(lambda event: event["event"] == "sent" and event["operation"] == "execute")
    a.kill()
    wait_until_dead(b, "a")
    go_on(sim, b)
    request = next_request(sim)
    assert request.code == GET, "the device was told twice"
    answer(sim, request, "2.05", (CONTENT_FORMAT, b""), payload=b"Loom")
    assert ended(b, once)["state"] == "unknown"
    assert ended(b, behind)["state"] == "answered"
    b.end()
    print("commands were done once, wherever they were given")


def stream(server, after=None):
    """@return a connection from which lines of the stream of events are read"""
    request = urllib.request.Request(server.http + "/v1/events", headers={"Accept": "text/event-stream"})
    if after is not None:
        request.add_header("Last-Event-ID", after)
    return urllib.request.urlopen(request, timeout=PATIENCE_S)


def next_event(lines, kind, endpoint):
    for line in lines:
        if line.startswith(b"data:"):
            event = json.loads(line[len(b"data:"):])
            if event.get("event") == kind and event.get("endpoint") == endpoint:
                return event
    raise EOFError


def events_everywhere(program, store, folder, chance):
    """Each node tells what happens at the others, under the same id, also to who comes back."""
    a = Node("a", program, store, folder)
    b = Node("b", program, store, folder)
    sim = Sim(a, "told", chance)
    with stream(b) as lines:
        do(sim, "register")
        event = next_event(lines, "registered", "told")
        listed = a.rest("GET", "/v1/events?endpoint=told")["events"]
        assert event in listed, (event, listed)
        # It registers there: both tell, and the first one forgets it.
        go_on(sim, b, "register")
        second = next_event(lines, "registered", "told")
        assert second["id"] != event["id"] and second["location"] != event["location"]
        moved = next_event(lines, "moved", "told")
        assert moved["location"] == event["location"]
    assert a.rest("GET", "/v1/clients?search=told")["total"] == 0
    with stream(b, second["id"]) as lines:
        assert next_event(lines, "moved", "told")["id"] == moved["id"]
    # What another node has cancelled is not in the queue of the first one any more.
    command = give(b, "nobody", READ)
    assert a.rest("DELETE", f"/v1/commands/{command}")["state"] == "cancelled"
    assert ended(b, command)["state"] == "cancelled"
    a.end()
    b.end()
    print("each node told what happened at the others")


def wishes_everywhere(program, store, folder, chance):
    """C-62: what is wished at one node is observed at the other, as long as it is wished."""
    a = Node("a", program, store, folder)
    b = Node("b", program, store, folder)
    sim = Sim(b, "wished", chance)
    do(sim, "register")
    body = {"scope": "endpoint", "name": "wished", "request": {"operation": "observe", "path": "/3/0/13"}}
    wish = a.rest("POST", "/v1/wishes", body)["id"]
    observe = next_request(sim)
    assert observe.number(OBSERVE) == 0 and observe.values(URI_PATH) == [b"3", b"0", b"13"]
    answer(sim, observe, "2.05", (OBSERVE, b"\1"), (CONTENT_FORMAT, b""), payload=b"1")
    assert [one["id"] for one in b.rest("GET", "/v1/wishes")["wishes"]] == [wish]
    b.rest("DELETE", f"/v1/wishes/{wish}")
    end = time.monotonic() + PATIENCE_S
    while a.rest("GET", "/v1/wishes")["wishes"]:
        assert time.monotonic() < end, "it is wished still"
        time.sleep(0.1)
    a.end()
    b.end()
    print("what was wished at one node was observed at the other")


def main():
    chance = random.Random(12)
    store = os.environ.get("LOOM_TEST_POSTGRES")
    if store is None:
        return SKIPPED
    with tempfile.TemporaryDirectory() as folder:
        try:
            first = know_each_other(sys.argv[1], store, folder, chance)
            told_while_nothing_is_written(store, first)
            second = one_of_each_name(sys.argv[1], store, folder, first)
            rows_of_its_own(store, second)
            second.end()
            goes_on_elsewhere(sys.argv[1], store, folder, chance)
            commands_anywhere(sys.argv[1], store, folder, chance)
            events_everywhere(sys.argv[1], store, folder, chance)
            wishes_everywhere(sys.argv[1], store, folder, chance)
        finally:
            for node in Node.all:
                if node.process.poll() is None:
                    node.kill()
    return 0


sys.exit(main())
