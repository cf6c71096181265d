#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# Rules, B-9, B-15, B-16, B-18, B-20
"""Three nodes, two bootstrap servers, a database and the devices, each in a network of its own. A node is killed under load; a
cable to the database is pulled, and one to the devices; the database is killed, and comes back; devices get another home. A ledger says what was
acknowledged to each device, and what it has done: no registration, command or account is lost, and no command is carried out
twice. Whether a registration is stored is asked of the database itself.

usage: nodes_apart.py LOOM_SERVER LOOM_BOOTSTRAP_SERVER LOOM_CLIENT [MINUTES]
With MINUTES it begins again with another node until they are over.
"""

import json
import os
import pathlib
import random
import select
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "server"))
import network  # noqa: E402
import postgres  # noqa: E402
from coap_device import ACK, CON, PATIENCE_S, Message, code, name  # noqa: E402
from kept_devices import MAX_AGE, Server, Sim  # noqa: E402

SKIPPED = 77
NODES, DEVICES, MOVERS = ("a", "b", "c"), 30, 3
KEY = "{:032x}"


def ask(place, method, path, body=None, **fields):
    """Asks a server in its own place. @return status, JSON, ETag"""
    request = urllib.request.Request("http://127.0.0.1:8080" + path, None if body is None else json.dumps(body).encode(),
                                     {"Content-Type": "application/json", **fields}, method=method)
    with place.inside():
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE_S) as response:
                text = response.read()
                return response.status, json.loads(text) if text else None, response.headers["ETag"]
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.load(error), None


class House(Server):
    """loom-bootstrap-server, with its accounts in the same database."""

    def __init__(self, program, folder):
        self.place = network.Place()
        _, database, _ = self.place.connect()
        _, _, self.host = self.place.connect(way_out=True)
        self.command = self.place.command(program, "--json", "--store", f"postgresql://loom@{database}/loom", "--store-key",
                                          os.path.join(folder, "key"), "--http", "http://127.0.0.1:8080", "--listen",
                                          f"coaps://{self.host}:5784")
        self.start()

    def start(self):
        self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.buffer = b""
        for _ in range(2):
            self.wait_for(lambda event: event["event"] == "listening")

    def put(self, path, body, **fields):
        status, answer, _ = ask(self.place, "PUT", path, body, **fields)
        assert status in (200, 201), (path, status, answer)


class Node(Server):
    """loom-server in a place of its own, with a cable to the database and one to the devices."""

    def __init__(self, place_name, program, folder, movers):
        self.name, self.place = place_name, network.Place()
        self.to_database, database, _ = self.place.connect()
        self.to_devices, _, self.host = self.place.connect(way_out=True)
        accounts = os.path.join(folder, "server.ini")
        with open(accounts, "w", encoding="utf-8") as file:
            file.write("[any]\n" + "".join(f"[endpoint {mover}]\nidentity = {mover}\nkey = {KEY.format(100 + i)}\n"
                                           for i, mover in enumerate(movers)))
        self.command = self.place.command(program, "--accounts", accounts, "--json", "--node", place_name, "--http",
                                          "http://127.0.0.1:8080", "--store", f"postgresql://loom@{database}/loom")
        self.start()

    def start(self):
        self.process = subprocess.Popen([*self.command, "--listen", f"coap://{self.host}:5683", "--listen",
                                         f"coaps://{self.host}:5684"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.buffer = b""
        self.address = (self.host, 5683)
        for _ in range(3):
            self.wait_for(lambda event: event["event"] == "listening")

    def ask(self, method, path, body=None):
        return ask(self.place, method, path, body)[:2]

    def nodes(self):
        return {node["name"]: node for node in self.ask("GET", "/v1/nodes")[1]["nodes"]}


class Device(Sim):
    """Has all nodes for servers: it turns to another one when it has no answer. What it is asked to execute it notes."""

    def __init__(self, world, endpoint, chance):
        self.world, self.done, self.registers, self.answered = world, {}, 0, {}
        super().__init__(chance.choice(world.alive()), endpoint, chance)

    def open_socket(self):
        with self.world.devices.inside():
            return super().open_socket()

    def send(self):
        """A Register that a node may still store is not sent to another one: nobody could say which of them counts."""
        if self.tries % 4 == 3 and (self.operation == "update" or self.server not in self.world.alive()):
            self.server = self.random.choice(self.world.alive())
        super().send()

    def receive(self):
        try:
            data, address = self.socket.recvfrom(2048)
        except OSError:
            return
        message = Message.unpack(data)
        if message.kind == CON and 0 < message.code < 32:
            self.serve(message, address)
        elif self.operation is not None and message.kind == ACK and message.mid == self.mid:
            self.take(message)

    def serve(self, request, address):
        """A repetition is answered, and not done again (RFC 7252, 4.2)."""
        key = (address, request.mid, request.token)
        if key not in self.answered:
            self.answered[key] = Message(ACK, code("2.04"), request.mid, request.token).pack()
            self.done[request.payload] = self.done.get(request.payload, 0) + 1
        self.socket.sendto(self.answered[key], address)

    def take(self, answer):
        """4.04 is right at a node that is not its own, while the other one may be alive: then it registers."""
        said = name(answer.code)
        if said == "5.03":
            self.operation, self.put_off = None, self.put_off + 1
            assert answer.number(MAX_AGE) == 10, answer.options
            return
        if self.operation in ("update", "deregister") and said == "4.04" and self.may_be_elsewhere():
            self.begin("register")
            return
        self.registers += self.operation == "register"
        super().take(answer)

    def may_be_elsewhere(self):
        """The database knows: what was acknowledged is there, of another node."""
        row = self.world.rows().get(self.endpoint)
        if self.operation == "deregister" and self.tries > 1 and (row is None or row[0] != self.location.decode()):
            return False  # it was done before
        assert row is not None and row[0] == self.location.decode(), f"{self.endpoint} is lost: {self.location}, stored is {row}"
        assert row[1] != self.server.name or self.tries > 1, f"{self.endpoint}: its own node {row[1]} does not know it"
        return True

    def choose(self):
        if self.location is None:
            self.begin("register")
        else:
            self.begin(self.random.choice(["update"] * 7 + ["register", "deregister"]))


class World:
    def __init__(self, programs, folder, cluster):
        self.cluster, self.chance, self.folder = cluster, random.Random(12), folder
        self.movers = [f"mover-{i}" for i in range(MOVERS)]
        self.nodes, self.devices, self.sims, self.commands = [], network.Place(), [], {}
        self.devices.connect(way_out=True)
        for node in NODES:
            self.nodes.append(Node(node, programs[0], folder, self.movers))
        self.sims = [Device(self, f"sim-{i}", self.chance) for i in range(DEVICES)]

    def alive(self):
        return [node for node in self.nodes if node.process.poll() is None]

    def rows(self):
        text = self.cluster.sql("loom", "SELECT endpoint, location, node FROM registrations")
        return {endpoint: (location, node) for endpoint, location, node in (line.split("|") for line in text.split())}

    # ---- the devices at work

    def turn(self, busy):
        for sim in self.sims:
            if busy and sim.operation is None:
                sim.choose()
        for readable in select.select([sim.socket for sim in self.sims], [], [], 0.05)[0]:
            next(sim for sim in self.sims if sim.socket is readable).receive()
        for sim in self.sims:
            if not select.select([sim.socket], [], [], 0)[0]:
                sim.resend()
        for node in self.alive():
            node.seen = getattr(node, "seen", []) + node.events()

    def work(self, seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.turn(True)

    def work_until(self, what, why, busy=True):
        end = time.monotonic() + PATIENCE_S
        while not what():
            assert time.monotonic() < end, why
            self.turn(busy)

    def settle(self):
        self.work_until(lambda: all(sim.operation is None for sim in self.sims), "some are not answered", False)

    def count(self, event, node=None):
        return sum(seen["event"] == event for one in self.nodes if node in (None, one) for seen in getattr(one, "seen", []))

    # ---- the ledger

    def check(self, what):
        """What each device was told is what the database has; and every device is answered somewhere."""
        self.settle()
        rows = self.rows()
        for sim in self.sims:
            stored = rows.get(sim.endpoint)
            told = None if sim.location is None else sim.location.decode()
            assert (None if stored is None else stored[0]) == told, f"{sim.endpoint} was told {told}, stored is {stored}"
        for sim in self.sims:
            if sim.location is not None:
                sim.begin("update")
        self.settle()
        twice = [(sim.endpoint, payload) for sim in self.sims for payload, count in sim.done.items() if count > 1]
        assert not twice, f"carried out twice: {twice}"
        print(f"{what}: {sum(sim.acknowledged for sim in self.sims)} answers, of which none is lost;"
              f" {sum(sim.location is not None for sim in self.sims)} are registered", flush=True)

    # ---- commands

    def command(self, node, sim):
        """A command whose argument is its own."""
        argument = f"0='{len(self.commands)}'"
        status, answer = node.ask("POST", f"/v1/clients/{sim.endpoint}/commands",
                                  {"operation": "execute", "path": "/3/0/4", "arguments": argument})
        if status == 202:
            self.commands[answer["id"]] = (sim, argument.encode())
        return status

    def states(self):
        """As the database has them, by id."""
        text = self.cluster.sql("loom", "SELECT id, state FROM commands")
        return {f"{int(number):016x}": state for number, state in (line.split("|") for line in text.split())}

    def waiting(self):
        """Commands that have not ended, although their device is there."""
        states = self.states()
        return [(one, states.get(one)) for one, (sim, _) in self.commands.items()
                if states.get(one) == "sent" or (states.get(one) == "queued" and sim.location is not None)]

    def check_commands(self):
        """Each has ended, or waits for its device; what is answered was done once, what failed or is unknown at most once.
        All nodes know all of them."""
        self.work_until(lambda: not self.waiting(), "a command does not end", False)
        found, states = {}, self.states()
        for one in self.chance.sample(list(self.commands), min(10, len(self.commands))):
            for node in self.alive():
                status, answer = node.ask("GET", f"/v1/commands/{one}")
                assert status == 200 and answer["state"] == states[one], (one, node.name, status, answer, states[one])
        for one, (sim, argument) in self.commands.items():
            assert one in states, f"command {one} of {sim.endpoint} is lost"
            state = states[one]
            times = sim.done.get(argument, 0)
            assert times == 1 if state == "answered" else times <= 1, f"{one} of {sim.endpoint} is {state}, and was done {times} times"
            found[state] = found.get(state, 0) + 1
        print(f"  commands: {found}", flush=True)


# ---- what happens ----------------------------------------------------------------------------------------------------------


def dead(world, at, node_name):
    """The lease of a node ends by itself; the devices work on."""
    world.work_until(lambda: not at.nodes().get(node_name, {}).get("alive"), f"{node_name} does not die")


def node_killed(world, victim):
    """B-15: what it has acknowledged holds at the others."""
    world.work(1)
    world.settle()
    # These say nothing until it is known to be dead: then they are taken over, and need not register.
    everyone, quiet = world.sims, world.sims[:8]
    for sim in quiet:
        sim.server = victim
        sim.begin("register")
    world.settle()
    world.sims = everyone[8:]
    for sim in everyone[4:16]:
        world.command(victim, sim)
        world.command(world.chance.choice(world.nodes), sim)
    world.turn(True)
    victim.kill()
    other = world.alive()[0]
    # For devices that are at the node that is gone, and are silent.
    for sim in quiet[:4]:
        world.command(other, sim)
    dead(world, other, victim.name)
    world.settle()
    world.sims = everyone
    registers = sum(sim.registers for sim in quiet)
    for sim in quiet:
        sim.server = world.chance.choice(world.alive())
        sim.begin("update")
    world.settle()
    assert sum(sim.registers for sim in quiet) == registers, "what was acknowledged is not known at another node"
    world.check(f"node {victim.name} was killed, and {len(quiet)} devices were taken over")
    world.check_commands()
    victim.start()
    world.work(1)
    world.check(f"node {victim.name} is back")
    world.check_commands()


def cut_off(world, node):
    """A node without the database serves those that it knows, from memory."""
    world.settle()
    known = []
    for sim in world.sims[:6]:
        sim.server = node
        sim.begin("register")
        known.append(sim)
    world.settle()
    network.ip("link", "set", node.to_database, "down")
    rest, world.sims = world.sims, known
    for sim in known[:3]:
        sim.begin("update")
    world.settle()
    stranger = Device(world, f"late-{node.name}-{len(rest)}", world.chance)
    stranger.server = node
    world.sims = [*rest[6:], stranger]
    other = next(one for one in world.alive() if one is not node)
    dead(world, other, node.name)
    # Two of its devices turn to another node, and are taken over.
    world.sims = known
    for sim in known[:2]:
        sim.server = other
        sim.begin("update")
    world.settle()
    assert all(sim.server is other for sim in known[:2])
    # The others still are its own.
    for sim in known[3:]:
        sim.begin("update")
    world.settle()
    assert all(sim.server is node for sim in known[3:]), "a node without a database does not answer those that it knows"
    network.ip("link", "set", node.to_database, "up")
    world.sims = [*rest, stranger]
    world.work_until(lambda: other.nodes()[node.name]["alive"], "the node is not back")
    # It has heard that two of its devices are elsewhere.
    world.check(f"node {node.name} was cut off from the database, and is back")


def out_of_reach(world, node):
    """The devices of a node that they do not reach register at others, although its lease goes on (B-16)."""
    network.ip("link", "set", node.to_devices, "down")
    world.work(3)
    network.ip("link", "set", node.to_devices, "up")
    world.check(f"node {node.name} was out of reach")


def database_killed(world):
    world.settle()
    registered = [sim for sim in world.sims if sim.location is not None]
    for sim in registered:
        sim.begin("update")
    world.settle()
    world.cluster.kill()
    refused = 0
    before = {sim: sim.acknowledged for sim in registered}
    rest, world.sims = world.sims, registered
    for sim in registered:
        sim.begin("update")
    world.settle()
    assert all(sim.acknowledged == before[sim] + 1 for sim in registered), "those that are known are answered from memory"
    end = time.monotonic() + PATIENCE_S
    while not refused:
        assert time.monotonic() < end, "nothing is refused without a database"
        refused += world.command(world.chance.choice(world.alive()), world.chance.choice(registered)) == 503
    world.sims = rest
    offers = sum(sim.put_off for sim in world.sims)
    put_off = Device(world, f"late-{len(world.sims)}-{offers}", world.chance)
    world.sims.append(put_off)
    put_off.begin("register")
    world.work_until(lambda: put_off.put_off > 0, "nobody is put off", False)
    assert put_off.location is None
    world.cluster.start()
    world.work_until(lambda: put_off.location is not None, "the database is not used again")
    world.check("the database was killed, and is back")


def await_home(world, node):
    """Until the database has all movers at a node, which reads from them."""
    def there():
        rows = world.rows()
        return all(rows.get(mover, ("", ""))[1] == node.name for mover in world.movers)
    world.work_until(there, f"{rows_of(world)}")
    for mover in world.movers:
        status, command = node.ask("POST", f"/v1/clients/{mover}/commands?wait=60", {"operation": "read", "path": "/1"})
        assert status == 200 and command["state"] == "answered", (mover, status, command)


def rows_of(world):
    return {mover: world.rows().get(mover) for mover in world.movers}


def moved(world, programs):
    """A-7, A-110: devices with DTLS get another home by their group, and bootstrap when they are told to."""
    first, second = world.nodes[0], world.nodes[2]
    houses, clients = [House(programs[1], world.folder) for _ in range(2)], []
    house, other = houses
    try:
        for node in (first, second):
            house.put(f"/v1/profiles/home-{node.name}", {"delete": ["/"], "servers": {"101": {
                "uri": f"coaps://{node.host}:5684", "lifetime": 300}}})
        house.put("/v1/groups/fleet", {"profile": f"home-{first.name}"})
        for i, mover in enumerate(world.movers):
            house.put(f"/v1/accounts/{mover}", {"group": "fleet", "identity": f"{mover}-bs", "key": KEY.format(200 + i), "servers": {
                "101": {"identity": mover, "key": KEY.format(100 + i)}}})
        # Each asks the database what the other one has changed.
        world.work_until(lambda: ask(other.place, "GET", "/v1/accounts")[1]["total"] == MOVERS, "it does not hear of accounts")
        for i, mover in enumerate(world.movers):
            clients.append(subprocess.Popen(
                world.devices.command(programs[2], "--endpoint", mover, "--bootstrap", f"coaps://{houses[i % 2].host}:5784", "--identity",
                                      f"{mover}-bs", "--key", KEY.format(200 + i)), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL))
        await_home(world, first)
        _, group, version = ask(house.place, "GET", "/v1/groups/fleet")
        house.put("/v1/groups/fleet", {**group, "profile": f"home-{second.name}"}, **{"If-Match": version})
        house.kill()
        house.start()
        for one in houses:
            world.work_until(lambda one=one: ask(one.place, "GET", "/v1/groups/fleet")[1]["profile"] == f"home-{second.name}",
                             "it does not hear of the group")
        assert ask(house.place, "GET", "/v1/accounts")[1]["total"] == MOVERS
        for mover in world.movers:
            objects = first.ask("GET", f"/v1/clients/{mover}")[1]["objects"]
            instance = next(one["instances"][0] for one in objects if one["id"] == 1)
            status, _ = first.ask("POST", f"/v1/clients/{mover}/commands", {"operation": "execute", "path": f"/1/{instance}/9"})
            assert status == 202, status
        await_home(world, second)
        world.check(f"{MOVERS} devices have moved from {first.name} to {second.name}")
    finally:
        for client in clients:
            client.kill()
            client.wait()
            client.stdin.close()
        for one in houses:
            one.kill()


def run(programs, minutes):
    with tempfile.TemporaryDirectory() as folder, postgres.Cluster(network="10.0.0.0/8") as cluster:
        world = World(programs, folder, cluster)
        try:
            world.work(2)
            world.check("all nodes are there")
            end, number = time.monotonic() + 60 * minutes, 0
            while number == 0 or time.monotonic() < end:
                node_killed(world, world.nodes[number % len(NODES)])
                cut_off(world, world.nodes[(number + 1) % len(NODES)])
                out_of_reach(world, world.nodes[(number + 2) % len(NODES)])
                database_killed(world)
                world.check_commands()
                number += 1
            moved(world, programs)
            print(f"{number} rounds, {len(world.commands)} commands")
            for node in world.nodes:
                node.end()
        finally:
            for node in world.nodes:
                if node.process.poll() is None:
                    node.kill()
    return 0


def main():
    reason = postgres.why_not() or network.enter()
    if reason:
        print(f"skipped: {reason}")
        return SKIPPED
    return run(sys.argv[1:4], float(sys.argv[4]) if len(sys.argv) > 4 else 0)


sys.exit(main())
