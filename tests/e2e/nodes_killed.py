#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# Rules: B-9, B-15, B-16, B-18
"""Two servers that share a PostgreSQL database are killed under load, one after the other, and their devices go to the
one that is left. A ledger of what was acknowledged to the devices, and of what they were told to do: nothing that was
acknowledged is lost, and nothing is done twice that may be done only once.

usage: nodes_killed.py LOOM_SERVER
The database is that of LOOM_TEST_POSTGRES (tests/server/with_postgres.py).
"""

import os
import random
import select
import sys
import tempfile
import time
import urllib.error

from coap_device import PATIENCE_S, POST
from kept_devices import Server, Sim, answer, run

SKIPPED = 77
DEVICES, KILLS = 24, 2


class Fleet:
    def __init__(self, nodes, chance):
        self.nodes, self.chance = nodes, chance
        self.sims = [Sim(chance.choice(nodes), f"sim-{i}", chance) for i in range(DEVICES)]
        self.seen = set()  # messages, as one that comes again is none
        self.done = {}  # how often a device was told, by the argument of the command
        self.given = {}  # id of a command by its argument

    def serve(self, sim):
        while select.select([sim.socket], [], [], 0)[0]:
            sim.receive()
        while sim.requests:
            request = sim.requests.pop(0)
            message = (sim.endpoint, request.mid, request.token)
            if message not in self.seen and request.code == POST:
                argument = request.payload.decode()
                self.done[argument] = self.done.get(argument, 0) + 1
            self.seen.add(message)
            if self.chance.random() < 0.8:
                answer(sim, request, "2.04")

    def give(self, alive):
        sim, argument = self.chance.choice(self.sims), f"0='{len(self.given)}'"
        body = {"operation": "execute", "path": "/3/0/4", "arguments": argument}
        try:
            command = self.chance.choice(alive).rest("POST", f"/v1/clients/{sim.endpoint}/commands", body)
        except (urllib.error.HTTPError, OSError):
            return  # nobody knows whether it was given; the device counts all the same
        self.given[argument] = command["id"]

    def work(self, seconds, alive, busy=True):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            run(self.sims, time.monotonic() + 0.05, busy)
            select.select([sim.socket for sim in self.sims], [], [], 0.02)
            for sim in self.sims:
                self.serve(sim)
            if busy and self.chance.random() < 0.5:
                self.give(alive)

    def settle(self, alive):
        end = time.monotonic() + PATIENCE_S
        while any(sim.operation is not None for sim in self.sims):
            assert time.monotonic() < end, "some are not answered"
            self.work(0.1, alive, busy=False)

    def check(self, alive):
        """All that the ledger says is so."""
        self.settle(alive)
        for sim in self.sims:
            if sim.location is not None:
                sim.begin("update")
            elif sim.gone is not None:
                sim.begin("probe")
        self.settle(alive)


def lives(server, name):
    return any(node["name"] == name and node["alive"] for node in server.rest("GET", "/v1/nodes")["nodes"])


def kill(fleet, victim, other):
    victim.kill()
    end = time.monotonic() + PATIENCE_S
    at_other = [sim for sim in fleet.sims if sim.server is other]
    while lives(other, victim.name):
        assert time.monotonic() < end, "it does not die"
        run(at_other, time.monotonic() + 0.2)
        for sim in at_other:
            fleet.serve(sim)
        fleet.give([other])
    for sim in fleet.sims:
        sim.server = other
    fleet.work(1.5, [other])
    fleet.check([other])
    victim.start()
    # Some go back: they register there, as the other one lives.
    fleet.settle([other, victim])
    for sim in fleet.sims:
        if fleet.chance.random() < 0.5:
            sim.server = victim
            sim.begin("register")
    fleet.settle([other, victim])


def check_commands(fleet, nodes):
    """Whatever nobody knows of was done once at most."""
    for sim in fleet.sims:
        if sim.location is None:
            sim.begin("register")
    fleet.settle(nodes)
    for argument, command in fleet.given.items():
        end = time.monotonic() + PATIENCE_S
        state = "queued"
        while state in ("queued", "sent"):
            assert time.monotonic() < end, (argument, command, state)
            fleet.work(0.05, nodes, busy=False)
            state = nodes[0].rest("GET", f"/v1/commands/{command}")["state"]
        assert state in ("answered", "failed", "unknown"), state
        assert state != "answered" or fleet.done[argument] == 1, (argument, state)
    assert all(count == 1 for count in fleet.done.values()), fleet.done
    return len(fleet.done)


def main():
    store = os.environ.get("LOOM_TEST_POSTGRES")
    if store is None:
        return SKIPPED
    chance = random.Random(12)
    with tempfile.TemporaryDirectory() as folder:
        nodes = []
        try:
            for name in ("a", "b"):
                nodes.append(Server(sys.argv[1], store, folder, "--node", name))
                nodes[-1].name = name
            fleet = Fleet(nodes, chance)
            fleet.work(1.0, nodes)
            for i in range(KILLS):
                kill(fleet, nodes[i % 2], nodes[(i + 1) % 2])
                fleet.work(0.5, nodes)
            fleet.check(nodes)
            done = check_commands(fleet, nodes)
            acknowledged = sum(sim.acknowledged for sim in fleet.sims)
            assert acknowledged > 5 * DEVICES and done > 10, "there was no load"
            for node in nodes:
                node.end()
            print(f"{KILLS} kills: {acknowledged} answers, of which none is lost; {done} commands, each done once")
        finally:
            for node in nodes:
                if node.process.poll() is None:
                    node.kill()
    return 0


sys.exit(main())
