#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Simulates fleets that are larger than a machine for tests: what happens to a node and to its devices after an outage,
without a database, when a node dies, and when devices are moved to another shard. The same every time.

usage: scale.py [--write PAGE | --check PAGE]
Prints its tables, or writes them into the page (docs/scale.md) between `<!-- NAME -->` and `<!-- end -->`, or fails if they
are others there.
"""

import random
import re
import sys

from model import (ACK_RANDOM, ACK_TIMEOUT_S, COMMIT_S, CROWD, HANDSHAKE_S, MAX_AGE_S, REGISTER_S, REQUEST_S, RETRANSMITS, SOCKET_LARGE, SOCKET_USUAL,
                   UPDATE_S, Server, World, exchange)

DEVICES = 100000
DAY_S = 86400


def table(head, rows):
    return "\n".join(["| " + " | ".join(head) + " |", "|" + "---|" * len(head)] +
                     ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows])


def seconds(value):
    return "never" if value is None else f"{value:.1f} s" if value < 10 else f"{value:,.0f} s"


def part(times, share, of):
    """When so many were done; None: they never were."""
    needed = int(share * of / CROWD)
    return sorted(times)[needed - 1] if len(times) >= needed else None


# ---- all devices come back at once -----------------------------------------------------------------------------------

RETRY_S = 60  # 1/x/18, Communication Retry Timer: doubled with each attempt (LwM2M 1.1, E.2)


def come_back(spread, handshake, room, jitter):
    """All devices register again within `spread` seconds, as after a power cut; who has had no answer tries again after
    60 s, 120 s, ..., with up to `jitter` more."""
    chance, world = random.Random(1), World()
    server = Server(world, room)
    done = []

    def attempt(number):
        def ended(answer):
            if answer is True:
                done.append(world.now)
                return
            pause = RETRY_S * 2 ** min(number, 6) if answer is None else MAX_AGE_S
            world.after(pause * chance.uniform(1, 1 + jitter), attempt, number + 1)
        cost = REGISTER_S + (HANDSHAKE_S if handshake else 0)
        exchange(world, chance, server, cost, ended, stored=True)

    for _ in range(DEVICES // CROWD):
        world.at(chance.uniform(0, spread), attempt, 0)
    world.run(DAY_S)
    return server, done


def storms():
    rows = []
    for spread, handshake, room, jitter in ((1, False, SOCKET_USUAL, 0), (1, False, SOCKET_LARGE, 0), (60, False, SOCKET_USUAL, 0),
                                            (1, True, SOCKET_USUAL, 0), (1, True, SOCKET_USUAL, 0.5), (60, True, SOCKET_USUAL, 0),
                                            (60, True, SOCKET_USUAL, 0.5), (60, True, SOCKET_LARGE, 0.5),
                                            (900, True, SOCKET_USUAL, 0.5)):
        server, done = come_back(spread, handshake, room, jitter)
        rows.append((f"{spread} s", "DTLS" if handshake else "none", room, f"{100 * jitter:.0f} %",
                     seconds(part(done, 0.5, DEVICES)), seconds(part(done, 0.99, DEVICES)), seconds(part(done, 1, DEVICES)),
                     f"{(server.taken + server.dropped) * CROWD / DEVICES:.1f}", f"{100 * server.dropped / (server.taken + server.dropped):.0f} %"))
    return table(("Come within", "Security", "Datagrams that the socket holds", "Jitter", "Half are back", "99 %", "All", "Messages a device",
                  "Lost at the socket"), rows)


# ---- the database is gone ----------------------------------------------------------------------------------------------

OUTAGE_S = 300


def without_store(outage, max_age, spread):
    """All devices have to register while there is no database, and are answered 5.03: who comes again after Max-Age. After
    the outage, what is stored is stored in PostgreSQL."""
    chance, world = random.Random(2), World()
    server = Server(world, SOCKET_USUAL, "PostgreSQL")
    done, asked = [], [0]

    def attempt():
        asked[0] += 1

        def ended(answer):
            if answer is True:
                done.append(world.now - outage)
            elif answer == "5.03":
                world.after(chance.uniform(max_age, max_age * (1 + spread)), attempt)
            else:
                world.after(RETRY_S, attempt)
        exchange(world, chance, server, REGISTER_S, ended, stored=True)

    def back():
        server.store_up = True

    server.store_up = False
    world.at(outage, back)
    for _ in range(DEVICES // CROWD):
        world.at(chance.uniform(0, 60), attempt)
    world.run()
    return server, done, asked[0]


def stores():
    rows = []
    for max_age, spread in ((10, 0), (10, 1), (60, 0), (60, 1)):
        server, done, asked = without_store(OUTAGE_S, max_age, spread)
        rows.append((f"{max_age} s" if spread == 0 else f"{max_age} to {max_age * 2} s", f"{asked * CROWD / DEVICES:.1f}", f"{server.refused * CROWD / OUTAGE_S:,.0f}/s",
                     f"{server.busiest():,}", seconds(part(done, 0.5, DEVICES)), seconds(part(done, 1, DEVICES))))
    return table(("Max-Age", "Registers a device", "Refused", "Most messages in a second", "Half are registered", "All, after the database is back"), rows)


# ---- a node dies ---------------------------------------------------------------------------------------------------------

LEASE_S = 15


def node_dies(period, balancer):
    """One of three nodes dies, with a third of the devices. Each says Update once in `period` seconds. With a balancer its
    messages reach another node at once; else the device gives up first, and then takes its next server."""
    chance, world = random.Random(3), World()
    nodes = [Server(world, SOCKET_USUAL, "PostgreSQL") for _ in range(2)]
    owned = DEVICES // 3
    reached, takeovers, registers = [], [0], [0]
    lookup = COMMIT_S  # to read the row of another node

    def arrive(number):
        node = nodes[number % 2]
        if world.now < LEASE_S:
            # The owner may still live: 4.04, and the device registers.
            registers[0] += 1
            exchange(world, chance, node, UPDATE_S + REGISTER_S, ended, stored=True)
        else:
            takeovers[0] += 1
            exchange(world, chance, node, UPDATE_S, ended, stored=True, rtt=0.1 + lookup)

    def ended(answer):
        if answer is True:
            reached.append(world.now)

    for number in range(owned // CROWD):
        waits = ACK_TIMEOUT_S * chance.uniform(1, ACK_RANDOM) * (2 ** (RETRANSMITS + 1) - 1)
        world.at(chance.uniform(0, period) + (0 if balancer else waits), arrive, number)
    world.run()
    busiest = max(node.busiest() for node in nodes)
    return reached, takeovers[0], registers[0], busiest, owned


def nodes_die():
    rows = []
    for period in (60, 300, 3600, 86400):
        for balancer in (True, False):
            reached, takeovers, registers, busiest, owned = node_dies(period, balancer)
            rows.append((seconds(period), "balancer" if balancer else "the device's next server", seconds(part(reached, 0.5, owned)),
                         seconds(part(reached, 0.99, owned)), f"{registers * CROWD:,}", f"{takeovers * CROWD:,}", f"{busiest:,}"))
    return table(("Update every", "What leads to another node", "Half are reached", "99 %", "Registers", "Taken over",
                  "Most messages in a second, at a node"), rows)


# ---- devices are moved -----------------------------------------------------------------------------------------------------

BOOTSTRAP_REQUESTS = 8  # Discover, deletes, writes of 0, 1 and 2, Finish


def move(pace, rtt):
    """A tenth of the devices gets another home: they are told to bootstrap, `pace` in a second; their bootstrap server, then
    their new server do a handshake with each."""
    chance, world = random.Random(4), World()
    bootstrap, shard = Server(world), Server(world, SOCKET_USUAL, "PostgreSQL")
    moved, gaps, failed = [], [], [0]

    def begin(told):
        def answered(answer):
            if answer is not True:
                failed[0] += 1
                world.after(RETRY_S * chance.uniform(1, 1.5), begin, told)
            else:
                request(told, BOOTSTRAP_REQUESTS)
        exchange(world, chance, bootstrap, HANDSHAKE_S + REQUEST_S, answered, rtt=3 * rtt)

    def request(told, left):
        if left == 0:
            register(told)
            return
        bootstrap.take(REQUEST_S)
        world.after(rtt, request, told, left - 1)

    def register(told):
        def answered(answer):
            if answer is True:
                moved.append(world.now)
                gaps.append(world.now - told)
            else:
                failed[0] += 1
                world.after(RETRY_S * chance.uniform(1, 1.5), register, told)
        exchange(world, chance, shard, HANDSHAKE_S + REGISTER_S, answered, stored=True, rtt=4 * rtt)

    for number in range(DEVICES // 10 // CROWD):
        told = number * CROWD / pace
        world.at(told, begin, told)
    world.run()
    return moved, gaps, failed[0], bootstrap, shard


def moves():
    rows = []
    for pace in (20, 100, 500, 1000, 2560):
        moved, gaps, failed, bootstrap, shard = move(pace, 0.2)
        rows.append((f"{pace:,}/s", seconds(max(moved)), seconds(part(gaps, 0.5, DEVICES // 10)), seconds(part(gaps, 0.99, DEVICES // 10)),
                     seconds(max(gaps)), f"{failed * CROWD:,}", f"{(bootstrap.dropped + shard.dropped) * CROWD:,}"))
    return table(("Told to bootstrap", "All have moved after", "Without a server: half of them", "99 %", "the longest", "Attempts that failed",
                  "Datagrams lost"), rows)


TABLES = {"storm": storms, "store": stores, "node": nodes_die, "move": moves}


def main(arguments):
    made = {name: make() for name, make in TABLES.items()}
    if not arguments:
        for name, text in made.items():
            print(f"{name}:\n{text}\n")
        return 0
    how, path = arguments
    with open(path, encoding="utf-8") as file:
        page = file.read()
    written = page
    for name, text in made.items():
        written, count = re.subn(rf"(<!-- {name} -->\n).*?(<!-- end -->)", lambda found, text=text: f"{found[1]}{text}\n{found[2]}", written,
                                 flags=re.DOTALL)
        if count != 1:
            print(f"error: {path} has no place for the table {name}")
            return 1
    if how == "--write":
        with open(path, "w", encoding="utf-8") as file:
            file.write(written)
    elif written != page:
        print(f"error: the tables of {path} are old: run bench/scale/scale.py --write {path}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
