#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# Rules: B-9, B-15, B-16, B-18, B-20
"""loom-server is killed under load, again and again, and started with the same store. Devices that speak CoAP byte by
byte keep a ledger of what was acknowledged to them: none of it may be lost, and what was said to be gone may not come
back. They know nothing of the kills: they send again what is not answered, as CoAP has it. Then an observation and
requests go over a restart, devices with DTLS come back, and a store that is full or gone is told of.

usage: store_killed.py LOOM_SERVER LOOM_CLIENT [--postgres]
With --postgres the store is that of LOOM_TEST_POSTGRES (tests/server/with_postgres.py).
"""

import json
import os
import random
import sqlite3
import subprocess
import sys
import tempfile
import time

from coap_device import ACK, CON, CONTENT_FORMAT, GET, OBSERVE, PATIENCE_S, POST, RST, URI_PATH, Message, code
from kept_devices import IDENTITY, KEY, Server, Sim, answer, check, do, next_request, reaction, run, settle

DEVICES, KILLS = 40, 15
SKIPPED = 77


def under_load(server, chance):
    sims = [Sim(server, f"sim-{i}", chance) for i in range(DEVICES)]
    for _ in range(KILLS):
        run(sims, time.monotonic() + chance.uniform(0.02, 0.4))
        server.kill()
        server.start()
    settle(sims)
    check(sims)
    server.kill()
    server.start()
    check(sims)
    registered = sum(sim.location is not None for sim in sims)
    assert server.restored.startswith(f"{registered} registrations "), (registered, server.restored)
    acknowledged = sum(sim.acknowledged for sim in sims)
    assert acknowledged > 5 * DEVICES, "there was no load"
    print(f"{KILLS} kills: {acknowledged} answers, of which none is lost; {registered} are registered")


def goes_on(server, chance):
    """The device notifies as before, and requests wait until then."""
    sim = Sim(server, "watched", chance)
    do(sim, "register")
    server.say("observe watched /3/0/9")
    observe = next_request(sim)
    assert observe.number(OBSERVE) == 0
    answer(sim, observe, "2.05", (OBSERVE, b"\1"), (CONTENT_FORMAT, b""), payload=b"100")
    server.wait_for(lambda event: event["event"] == "answered" and event["endpoint"] == "watched")
    do(sim, "update")  # and so all that is before it is stored
    do(sim, "register")
    server.say("observe watched /3/0/9 text")
    observe = next_request(sim)
    answer(sim, observe, "2.05", (OBSERVE, b"\1"), (CONTENT_FORMAT, b""), payload=b"100")
    server.wait_for(lambda event: event["event"] == "answered" and event["endpoint"] == "watched")
    other = Sim(server, "later", chance)
    do(other, "register")  # it is stored behind the observation
    server.kill()
    server.start()
    server.say("read watched /3/0/9")
    server.wait_for(lambda event: event["event"] == "held" and event["endpoint"] == "watched")
    stranger = Sim(server, "stranger", chance)
    notification = Message(CON, code("2.05"), 4711, observe.token, [(OBSERVE, b"\5"), (CONTENT_FORMAT, b"")], b"77")
    assert reaction(stranger, notification).kind == RST, "another address"
    assert reaction(sim, notification).kind == ACK
    event = server.wait_for(lambda event: event["event"] == "notified")
    assert event["endpoint"] == "watched" and event["values"][0]["value"] == 77, event
    read = next_request(sim)
    assert read.code == GET and read.number(OBSERVE) is None
    answer(sim, read, "2.05", (CONTENT_FORMAT, b""), payload=b"78")
    event = server.wait_for(lambda event: event["event"] == "answered")
    assert event["values"][0]["value"] == 78, event
    other_token = Message(CON, code("2.05"), 4712, bytes(8), [(OBSERVE, b"\6"), (CONTENT_FORMAT, b"")], b"79")
    assert reaction(sim, other_token).kind == RST
    print("an observation and a request went over a restart")


def state_of(server, command):
    return server.rest("GET", f"/v1/commands/{command}?wait=20")


def commands(server, chance):
    """A device that sleeps gets what was given before a restart when it wakes up (rule B-82); what may have been done
    is done again only if that is the same as once."""
    sim = Sim(server, "sleeper", chance, b"Q")
    read, reboot = {"operation": "read", "path": "/3/0/0"}, {"operation": "execute", "path": "/3/0/4"}
    path = "/v1/clients/sleeper/commands"
    first = server.rest("POST", path, read)["id"]  # not registered: it waits
    server.kill()
    server.start()
    assert server.rest("GET", f"/v1/commands/{first}")["state"] == "queued"
    do(sim, "register")
    request = next_request(sim)
    assert request.code == GET
    answer(sim, request, "2.05", (CONTENT_FORMAT, b""), payload=b"Loom")
    ended = state_of(server, first)
    assert ended["state"] == "answered" and ended["result"]["values"][0]["value"] == "Loom", ended
    # Sent and not answered when the server ends.
    again = server.rest("POST", path, read)["id"]
    next_request(sim)
    server.wait_for(lambda event: event["event"] == "sent")
    once = server.rest("POST", path, reboot)["id"]
    server.kill()
    server.start()
    sim.requests.clear()
    assert server.rest("GET", f"/v1/commands/{again}")["state"] == "queued"
    do(sim, "update")
    request = next_request(sim)
    assert request.code == GET, "it may be done twice"
    answer(sim, request, "2.05", (CONTENT_FORMAT, b""), payload=b"Loom")
    request = next_request(sim)
    assert request.code == POST and request.values(URI_PATH)[-1] == b"4"
    server.kill()
    server.start()
    sim.requests.clear()
    assert state_of(server, once)["state"] == "unknown"
    last = server.rest("POST", path, read)["id"]
    do(sim, "update")
    request = next_request(sim)
    assert request.code == GET, "the device was told twice"
    answer(sim, request, "2.05", (CONTENT_FORMAT, b""), payload=b"Loom")
    assert state_of(server, last)["state"] == "answered"
    # What happened before a server ended is told by the next one, the newest events first.
    server.end()
    server.start()
    states = [event["state"] for event in server.rest("GET", "/v1/events?endpoint=sleeper&limit=1000")["events"]
              if event["event"] == "command" and event["command"] == last]
    assert states == ["answered", "sent", "queued"], states
    print("commands of a sleeping device went over three restarts")


def wished(server, chance):
    """What is wished is observed after each Register (rule C-62), also of a server that was started since."""
    sim = Sim(server, "wished", chance)
    body = {"scope": "endpoint", "name": "wished", "request": {"operation": "observe", "path": "/3/0/13"}}
    wish = server.rest("POST", "/v1/wishes", body)
    server.kill()
    server.start()
    assert [one["id"] for one in server.rest("GET", "/v1/wishes")["wishes"]] == [wish["id"]]
    for _ in range(2):
        do(sim, "register")
        observe = next_request(sim)
        assert observe.number(OBSERVE) == 0 and observe.values(URI_PATH) == [b"3", b"0", b"13"]
        answer(sim, observe, "2.05", (OBSERVE, b"\1"), (CONTENT_FORMAT, b""), payload=b"1")
        server.wait_for(lambda event: event["event"] == "answered" and event["endpoint"] == "wished")
    assert server.rest("GET", "/v1/clients/wished/wishes")["wishes"][0]["state"] == "in-force"
    do(Sim(server, "behind", chance), "register")  # it is stored behind the observation
    server.kill()
    server.start()
    assert server.rest("GET", "/v1/clients/wished/wishes")["wishes"][0]["state"] == "in-force", "it goes on"
    print("a wished observation went over two restarts")


def without_database(server, chance, file):
    """Somebody holds the lock of the database. Devices that are registered go on, others are told when to come again,
    and nothing is acknowledged that is not stored."""
    known, waiting = Sim(server, "known", chance), Sim(server, "waiting", chance)
    do(known, "register")
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    waiting.begin("register")
    late = []
    while not any(sim.put_off for sim in late):
        do(known, "update")
        late.append(Sim(server, f"late-{len(late)}", chance))
        late[-1].begin("register")
        run(late + [waiting], time.monotonic() + 0.3, busy=False)
        assert len(late) < 200, "nobody is put off"
    assert waiting.location is None and all(sim.location is None for sim in late), "it is not stored"
    known.begin("deregister")
    run([known], time.monotonic() + PATIENCE_S, busy=False)
    assert known.put_off == 1 and known.location is not None
    do(known, "update")
    server.wait_for(lambda event: event["event"] == "refused" and event["reason"] == "no-store")
    other.execute("ROLLBACK")
    other.close()
    settle(late + [waiting])
    for sim in late:
        while sim.location is None:
            do(sim, "register")
    server.kill()
    server.start()
    check(late + [waiting, known])
    print(f"{len(late) + 1} devices came while nothing could be stored")


def over_dtls(server, client):
    """loom-client comes back by a handshake, and is the device that it was."""
    command = [client, "--endpoint", "secure", "--server", f"coaps://127.0.0.1:{server.ports['coaps']}", "--identity", IDENTITY,
               "--key", KEY, "--secure-retransmit", "1", "--json"]
    device = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        for line in device.stdout:
            if json.loads(line)["event"] == "registered":
                break  # it knows
        server.kill()
        server.start()
        server.say("read secure /3/0/0")
        server.wait_for(lambda event: event["event"] == "held" and event["endpoint"] == "secure")
        device.stdin.write(b"update\n")
        device.stdin.flush()
        event = server.wait_for(lambda event: event["event"] in ("answered", "refused"))
        assert event.get("code") == "2.05", event
        print("a device with DTLS came back, and was read")
    finally:
        device.kill()
        device.wait()
        device.stdin.close()
        device.stdout.close()


def main():
    chance = random.Random(12)
    with tempfile.TemporaryDirectory() as folder:
        store = f"sqlite:{folder}/loom.db"
        if sys.argv[3:] == ["--postgres"]:
            store = os.environ.get("LOOM_TEST_POSTGRES")
            if store is None:
                return SKIPPED
        server = Server(sys.argv[1], store, folder)
        try:
            under_load(server, chance)
            goes_on(server, chance)
            commands(server, chance)
            wished(server, chance)
            if store.startswith("sqlite:"):
                without_database(server, chance, store[len("sqlite:"):])
            over_dtls(server, sys.argv[2])
            server.end()
        finally:
            if server.process.poll() is None:
                server.kill()
    return 0


sys.exit(main())
