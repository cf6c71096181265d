#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What is in the store behind what is in memory: events in pages and in streams, and what happens to who asks while the
database is gone.

usage: history.py LOOM_SERVER LOOM_CLIENT LOOM_BOOTSTRAP_SERVER [--postgres]
With --postgres the store is that of a PostgreSQL server that the test starts and stops.
"""

import contextlib
import json
import pathlib
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent / "server"))

import document
import postgres
from peer import Connection, Failure, equal
from served import Loom

SERVER, CLIENT, BOOTSTRAP_SERVER = sys.argv[1:4]
SKIPPED = 77
PATIENCE_S = 280
OLD = 12000  # events; more than are read back into memory at a start
DAY_MS = 86400000


def execute(store, cluster, text):
    if cluster:
        cluster.sql("loom", text)
        return
    with contextlib.closing(sqlite3.connect(store.removeprefix("sqlite:"))) as database:
        database.execute(text)
        database.commit()


def stored_events(store):
    """The names of the devices of events."""
    if store.startswith("sqlite:"):
        with contextlib.closing(sqlite3.connect(store.removeprefix("sqlite:"))) as database:
            return [row[0] or "" for row in database.execute("SELECT endpoint FROM events ORDER BY number DESC LIMIT 9")]
    return subprocess.run([postgres.find("psql"), "--no-psqlrc", "-tAc", "SELECT endpoint FROM events ORDER BY number DESC LIMIT 9",
                           store], capture_output=True, text=True, check=True).stdout.split()


def pages(loom, path, limit=1000):
    """All entries of a list, page by page."""
    name = path.rsplit("/", 1)[1].partition("?")[0]
    found, before = [], ""
    while True:
        page = loom.ask(f"{path}{'&' if '?' in path else '?'}limit={limit}{before}").json
        found += page[name]
        if "next" not in page:
            return found
        before = f"&before={page['next']}"


# ---- what is put into the database ---------------------------------------------------------------

def numbers(count):
    """Of events: of ten days up to an hour ago."""
    now = int(time.time() * 1000) - 3600000
    return [now - 10 * DAY_MS + i * (10 * DAY_MS // count) << 21 for i in range(count)]


def make_rows():
    kinds = ["updated", "registered", "notified", "updated"]
    for i, number in enumerate(numbers(OLD)):
        kind = "expired" if i % 3000 == 7 else kinds[i % 4]
        endpoint = f"old-{i % 3}"
        text = {"id": str(number), "time": "2026-01-01T00:00:00.000Z", "event": kind, "endpoint": endpoint, "text": "x" * 100}
        yield number, number >> 21, kind, endpoint, json.dumps(text)


def moment(milliseconds):
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(milliseconds // 1000)) + f".{milliseconds % 1000:03}Z"


def meter_rows():
    """A number each ten seconds, older than the others; one that was measured before it was sent; one peak each way."""
    first = int(time.time() * 1000) - 25 * DAY_MS
    for i in range(20000):
        value = {7777: 1000.5, 12345: -7.0}.get(i, i % 1000 / 50)
        told = [{"path": "/3303/0/5701", "type": "String", "value": "Cel"}, {"path": "/3303/0/5700", "type": "Float", "value": value}]
        if i == 5000:
            told.append({"path": "/3303/1/5700", "type": "Float", "value": 5, "time": (first + i * 10000 - 60000) / 1000})
        text = {"id": str(first + i * 10000 << 21), "time": moment(first + i * 10000), "event": "notified", "endpoint": "meter",
                "values": told}
        yield first + i * 10000 << 21, first + i * 10000, "notified", "meter", json.dumps(text)


ROWS = list(make_rows())
METER = list(meter_rows())


def same(found, wanted, what):
    """Lists are equal; of long ones only the first difference is told."""
    for i, (one, other) in enumerate(zip(found, wanted)):
        equal(one, other, f"{what}: entry {i}")
    equal(len(found), len(wanted), f"{what}: how many")


def fill(store, rows):
    if store.startswith("sqlite:"):
        with contextlib.closing(sqlite3.connect(store.removeprefix("sqlite:"))) as database:
            database.executemany("INSERT INTO events (number, time, kind, endpoint, document) VALUES (?, ?, ?, ?, ?)", rows)
            database.commit()
        return
    text = "".join("\t".join(map(str, row)) + "\n" for row in rows)
    subprocess.run([postgres.find("psql"), "--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1", "--command",
                    "COPY events (number, time, kind, endpoint, document) FROM STDIN", store],
                   input=text, text=True, check=True)


# ---- cases ---------------------------------------------------------------------------------------

def lists(loom):
    found = pages(loom, "/v1/events?endpoint=old-1")
    same([event["id"] for event in found], [str(row[0]) for row in reversed(ROWS) if row[3] == "old-1"],
          "the events of one endpoint, from memory and from the store")
    for place in ("0", "1"):  # there is nothing before them, and no next page
        equal(loom.ask(f"/v1/events?before={place}").json, {"events": []}, f"before {place}")
    rare = pages(loom, "/v1/events?kind=expired")
    same([event["id"] for event in rare], [str(row[0]) for row in reversed(ROWS) if row[2] == "expired"],
          "events of one kind")
    several = pages(loom, "/v1/events?kind=expired,registered&endpoint=old-1")
    equal({event["event"] for event in several}, {"expired", "registered"}, "two kinds")
    everything = pages(loom, "/v1/events")
    equal(len({event["id"] for event in everything}), len(everything), "each comes once")
    equal(sum(event.get("endpoint", "").startswith("old-") for event in everything), OLD, "all of them")
    same(sorted((int(event["id"]) for event in everything), reverse=True), [int(event["id"]) for event in everything], "in order")


def streams(loom):
    """What was missed comes from the store, in order and once; then what happens."""
    last = pages(loom, "/v1/events?kind=nothing")  # asks the store for all, and finds nothing
    equal(last, [], "no event of this kind")
    of_one = [str(row[0]) for row in ROWS if row[3] == "old-2"]
    with loom.follow("/v1/events?endpoint=old-2", of_one[9]) as stream:
        same([event[0] for event in stream.events(len(of_one) - 10)], of_one[10:], "what was missed of one endpoint")
    with loom.follow("/v1/events?endpoint=quiet", ROWS[9][0]) as stream:  # of which there is nothing
        while "\nloom_store_questions 0\n" not in loom.ask("/metrics").body.decode():
            pass  # the database is asked until there is nothing more, and not again
        loom.request("POST", "/v1/clients/quiet/commands?wait=0", {"operation": "read", "path": "/3"}, 202)
        equal(stream.events(1)[0][1], "command", "what happens, after nothing was missed")
    newest = [event["id"] for event in pages(loom, "/v1/events")][:4900][::-1]
    with loom.follow(after=newest[0]) as stream:
        same([event[0] for event in stream.events(len(newest) - 1)], newest[1:], "what was missed")
        loom.request("POST", "/v1/clients/nobody/commands?wait=0", {"operation": "read", "path": "/3"}, 202)
        equal(stream.events(1)[0][1], "command", "and then what happens")


def too_much(loom):
    """Who has missed too much, or what may have been removed, is told to look at everything anew."""
    with loom.follow(after=ROWS[100][0]) as stream:
        kinds = [event[1] for event in stream.events(5001)]
        equal(kinds.index("reset"), 5000, "events before the reset")
    with loom.follow(after=int(time.time() * 1000) - 31 * DAY_MS << 21) as stream:
        equal(stream.events(1)[0][1], "reset", "what is older than all that is kept")


def slow_reader(loom):
    """A reader that takes nothing costs nothing more than it waits for, and gets everything later."""
    with loom.follow(after=ROWS[-4900][0]) as stream:
        loom.ask("/v1/events?limit=1000")  # the server goes on
        found = [event[0] for event in stream.events(4899)]
        same(found, [str(row[0]) for row in ROWS[-4899:]], "what a slow reader gets")


def commands(loom):
    """What has left the memory is in the store, the newest first, and can be asked for by its id; without keys."""
    path = "/v1/clients/later/commands"
    secret = loom.request("POST", f"{path}?wait=0", {"operation": "write", "path": "/0/0/5", "value": "00112233"}, 202).json
    given = [secret["id"]]
    for _ in range(49):
        given.append(loom.request("POST", f"{path}?wait=0", {"operation": "read", "path": "/3"}, 202).json["id"])
    for one in given:
        loom.request("DELETE", f"/v1/commands/{one}")
    first = loom.ask(path).json
    in_memory = [command["id"] for command in first["commands"]]
    equal(len(in_memory), 32, "commands in memory")
    stored, before = [], first["next"]
    while before:
        page = loom.ask(f"{path}?limit=7&before={before}").json
        stored += page["commands"]
        before = page.get("next")
    equal({command["id"] for command in stored}, set(given) - set(in_memory), "those in the store")
    places = [(command["created"], command["id"]) for command in stored]
    same(places, sorted(set(places), reverse=True), "each once, the newest first")
    again = loom.ask(f"/v1/commands/{given[0]}").json
    equal((again["state"], again["request"]["value"]), ("cancelled", {"secret": True}), "without keys")
    loom.ask("/v1/commands/0000000000000001", 404)
    for place in ("1", "x.1", "1.x", "9223372036854775808.1", ""):
        loom.ask(f"{path}?before={place}", 400)


def audit(loom):
    """The record of who changed what, with filters, in pages."""
    found = []
    while len(found) < 103:  # a change is answered before the record of it is stored
        found = pages(loom, "/v1/audit", 7)
    equal(len(found), 103, "changes")
    ids = [int(deed["id"]) for deed in found]
    same(ids, sorted(set(ids), reverse=True), "each once, the newest first")
    given = pages(loom, "/v1/audit?action=giveCommand&user=local", 7)
    same(given, [deed for deed in found if deed["action"] == "giveCommand"], "of one action")
    equal((given[0]["status"], given[0]["target"], given[0]["address"]), (202, "/v1/clients/later/commands", "127.0.0.1"), "a deed")
    equal(pages(loom, "/v1/audit?user=nobody"), [], "of one user")
    middle = found[50]["time"]
    same(pages(loom, f"/v1/audit?from={middle}", 11), [deed for deed in found[:-1] if deed["time"] >= middle], "from a moment")
    same(pages(loom, f"/v1/audit?to={middle}", 11), [deed for deed in found if deed["time"] < middle], "up to a moment")
    equal(pages(loom, "/v1/audit?to=2001-01-01T00:00:00Z"), [], "before everything")
    for query in ("from=yesterday", "to=1", "limit=1001", "before=x"):
        loom.ask(f"/v1/audit?{query}", 400)


def numbers_told(loom):
    """Numbers over a span: thinned, with their peaks; those of the last moment, too."""
    path = "/v1/clients/meter/history?path=/3303/0/5700"
    span = f"from={moment(METER[0][1])}&to={moment(METER[-1][1])}"
    found = loom.ask(f"{path}&{span}&points=200").json
    values = [point["value"] for point in found["points"]]
    times = [point["time"] for point in found["points"]]
    equal((found["complete"], 100 < len(values) <= 200, max(values), min(values)), (True, True, 1000.5, -7.0), "the peaks")
    same(times, sorted(times), "in order")
    equal(found["points"][-1]["value"] >= 19.0, True, "up to the end")
    peak = METER[7777][1]
    near = loom.ask(f"{path}&from={moment(peak - 100000)}&to={moment(peak + 100000)}&points=2000").json["points"]
    equal([point for point in near if point["value"] == 1000.5], [{"time": moment(peak), "value": 1000.5}], "near the peak")
    equal(len(near) < 60, True, f"{len(near)} numbers in 200 s")
    measured = loom.ask(f"/v1/clients/meter/history?path=/3303/1/5700&{span}").json["points"]
    equal(measured, [{"time": moment(METER[5000][1] - 60000), "value": 5.0}], "as of when it was measured")
    equal(loom.ask(f"{path}&points=2").json["points"], [], "in the last day")
    equal(loom.ask(f"/v1/clients/nobody/history?path=/3303/0/5700&{span}").json["points"], [], "of another device")
    for query in ("", "?path=/3303/0", "?path=x", "?path=/3/0/9&points=1", "?path=/3/0/9&points=2001", "?path=/3/0/9&from=1",
                  "?path=/3/0/9&from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z"):
        loom.ask(f"/v1/clients/meter/history{query}", 400)
    device = subprocess.Popen([CLIENT, "--endpoint", "now", "--server", loom.coap, "--lifetime", "7000"], stdin=subprocess.PIPE,
                              stdout=subprocess.DEVNULL)
    try:
        loom.event("registered", endpoint="now")
        loom.request("POST", "/v1/clients/now/commands?wait=10", {"operation": "read", "path": "/1/0/1"})
        equal([point["value"] for point in loom.ask("/v1/clients/now/history?path=/1/0/1").json["points"]], [7000.0],
              "what was told a moment ago")
    finally:
        device.kill()
        device.wait()


def gone(loom, cluster):
    """The database is gone: what is in memory is given, what is not is answered 503, and devices go on."""
    deep = f"/v1/events?endpoint=old-1&before={ROWS[20][0]}"
    loom.ask(deep)
    device = subprocess.Popen([CLIENT, "--endpoint", "dev", "--server", loom.coap, "--lifetime", "60"], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, text=True)
    try:
        loom.event("registered", endpoint="dev")
        cluster.kill()
        with Connection(loom.address) as connection:  # a process of the database may live a moment longer
            while connection.ask("GET", deep).status != 503:
                pass
        answer = loom.ask(deep, status=503)
        equal((answer.reason, "retry-after" in answer.fields), ("store-lost", True), f"while it is gone: {answer}")
        equal(len(loom.ask("/v1/events?limit=5").json["events"]), 5, "what is in memory")
        loom.ask("/v1/commands/0000000000000001", 503)
        loom.ask("/v1/audit", 503)
        loom.ask("/v1/clients/meter/history?path=/3303/0/5700", 503)
        loom.ask("/v1/clients/later/commands?before=stored", 503)
        with loom.follow(after=ROWS[-4900][0]) as stream:
            equal(stream.events(1)[0][1], "reset", "what cannot be had")
        device.stdin.write("update\n")
        device.stdin.flush()
        loom.event("updated", endpoint="dev")
        cluster.start()
        end = time.monotonic() + 60
        with Connection(loom.address) as connection:
            while connection.ask("GET", deep).status != 200:
                if time.monotonic() > end:
                    raise Failure("the store does not come back")
                time.sleep(0.1)
    finally:
        device.kill()
        device.wait()


def bootstraps(store, folder):
    """The bootstrap server has its timeline again after a restart, and goes on in it."""
    def start():
        return Loom(BOOTSTRAP_SERVER, store, ("--store-key", f"{folder}/key"))

    def be_refused(loom, name):
        device = subprocess.Popen([CLIENT, "--endpoint", name, "--bootstrap", loom.coap], stdin=subprocess.PIPE,
                                  stdout=subprocess.DEVNULL)
        try:
            loom.event("refused", endpoint=name)
        finally:
            device.kill()
            device.wait()

    with start() as loom:
        be_refused(loom, "stranger-1")
        be_refused(loom, "stranger-2")
        first = loom.ask("/v1/events?endpoint=stranger-1").json["events"]
        loom.end()
    with start() as loom:
        equal(loom.ask("/v1/events?endpoint=stranger-1").json["events"], first, "what happened before a restart")
        with loom.follow("/v1/events", first[0]["id"]) as stream:
            be_refused(loom, "stranger-3")
            names = [json.loads(event[2])["endpoint"] for event in stream.events(2)]
            equal(names, ["stranger-2", "stranger-3"], "what was missed, and what happens")
        while not any("stranger-3" in row for row in stored_events(store)):
            pass  # it is stored a moment later
        loom.process.kill()
    with start() as loom:
        equal(len(loom.ask("/v1/events?endpoint=stranger-3&kind=refused").json["events"]), 1, "after it was killed")
        loom.end()


def late(*_):
    """Who waits in vain ends, and what it has started."""
    raise TimeoutError


def main():
    signal.signal(signal.SIGALRM, late)
    signal.alarm(PATIENCE_S)
    reason = postgres.why_not() if "--postgres" in sys.argv else document.MISSING
    if reason:
        print(f"skipped: {reason}")
        return SKIPPED
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="loom-history-"))
        cluster = stack.enter_context(postgres.Cluster()) if "--postgres" in sys.argv else None
        store = cluster.uri() if cluster else f"sqlite:{folder}/store"
        loom = Loom(SERVER, store)
        loom.end()
        fill(store, METER + ROWS)
        deed = ("INSERT INTO audit (time, user_name, address, action, target, status) VALUES"
                f" ({int(time.time() * 1000) + DAY_MS}, 'ahead', '', 'login', '', 0)")  # by a clock that was ahead
        execute(store, cluster, deed)
        loom = Loom(SERVER, store)
        try:
            for case in (lists, streams, too_much, slow_reader, commands, audit, numbers_told):
                case(loom)
            if cluster:
                gone(loom, cluster)
            loom.end()
        finally:
            loom.process.kill()
        bootstraps(store, folder)
    print("0 problems")
    return 0


if __name__ == "__main__":
    sys.exit(main())
