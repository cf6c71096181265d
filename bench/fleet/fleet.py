#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""loom-server with a store, REST and many devices (loom-fleet): what Register, Update, Send and a notification cost, how it
grows, how long a restart takes, what lists cost an operator, and what is lost by kill -9: nothing, says a ledger of its
own. Figures of the CPU are of the server, kernel included, by thread: the loop, and the writer of the store.

usage: fleet.py BUILD [DEVICES[,DEVICES...] [sqlite|postgres ...]]
Last comes a line for each figure: NAME VALUE UNIT. It fails if anything that was acknowledged is lost.
"""

import contextlib
import json
import os
import pathlib
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/server"))
sys.path.insert(0, str(ROOT / "tests/http"))
import postgres  # noqa: E402
from peer import Connection  # noqa: E402

PROC, PAGE = pathlib.Path("/proc"), os.sysconf("SC_PAGESIZE")
WINDOW, KILLS, CHURN_S = 128, 3, 4
# A server that uses less than IDLE_S of CPU in QUIET_S has nothing to do. Updates are written ten seconds after they came.
QUIET_S, WRITTEN_S, IDLE_S = 1.5, 12, 0.003
CALM_RATE, CALM_S = 300, 10
PATIENCE_S = 300


class Server:
    """loom-server, which can be killed and started again with the same store and at the same port."""

    def __init__(self, program, store):
        self.command = [str(program), "--json", "--nosec-any", "--http", "http://127.0.0.1:0", "--store", store]
        self.port = 0
        self.start()

    def start(self):
        began = time.monotonic()
        self.process = subprocess.Popen([*self.command, "--listen", f"coap://127.0.0.1:{self.port}"],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.restored, self.http = "", 0
        while True:
            line = self.process.stdout.readline()
            if not line:
                raise SystemExit("error: the server does not start")
            event = json.loads(line)
            if event["event"] == "restored":
                self.restored = event["text"]
            elif event["event"] == "listening" and event["uri"].startswith("http"):
                self.http = int(event["uri"].rpartition(":")[2])
            elif event["event"] == "listening":
                self.port = int(event["uri"].rpartition(":")[2])
                break
        self.seconds = time.monotonic() - began
        self.drain = threading.Thread(target=self.read_all, args=(self.process.stdout,), daemon=True)
        self.drain.start()

    @staticmethod
    def read_all(file):
        """Its events are of no interest, but the pipe must not fill up."""
        while os.read(file.fileno(), 1 << 20):
            pass

    def ask(self, path):
        with Connection(("127.0.0.1", self.http)) as connection:
            return connection.ask("GET", path)

    def used(self):
        """Seconds of CPU of the loop, and of all other threads: the writer."""
        threads = {}
        for task in (PROC / str(self.process.pid) / "task").iterdir():
            threads[int(task.name)] = int((task / "schedstat").read_text(encoding="ascii").split()[0]) / 1e9
        loop = threads.pop(self.process.pid)
        return loop, sum(threads.values())

    def memory(self):
        """Bytes that are its own."""
        fields = (PROC / str(self.process.pid) / "statm").read_text(encoding="ascii").split()
        return (int(fields[1]) - int(fields[2])) * PAGE

    def stop(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        status = self.process.wait(PATIENCE_S)
        self.drain.join()
        self.process.stdin.close()
        self.process.stdout.close()
        return status


class Fleet:
    def __init__(self, program, port, count):
        self.count = count
        self.process = subprocess.Popen([str(program), str(port), str(count)], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True, bufsize=1)

    def say(self, line):
        self.process.stdin.write(line + "\n")

    def hear(self):
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit("error: loom-fleet has ended")
        report = json.loads(line)
        if report["lost"] or report["refused"]:
            raise SystemExit(f"error: {line}")
        return report

    def do(self, line):
        self.say(line)
        return self.hear()

    def end(self):
        self.process.stdin.close()
        self.process.wait(PATIENCE_S)
        self.process.stdout.close()


class Bench:
    def __init__(self, build, store, count, uri, read_rows):
        self.name, self.count, self.read_rows = f"fleet.{store}.{count}", count, read_rows
        self.figures = []
        self.server = Server(build / "bin/loom-server", uri)
        self.empty = self.server.memory()
        self.fleet = Fleet(build / "bench/loom-fleet", self.server.port, count)

    def note(self, name, value, unit):
        self.figures.append((f"{self.name}.{name}", value, unit))

    def settled(self, quiet=QUIET_S):
        """CPU that the server has used when it has done nothing for so long."""
        before = (-1, -1)
        while (now := self.server.used()) and sum(now) > sum(before) + IDLE_S:
            before = now
            time.sleep(quiet)
        return now

    def operation(self, name, count=None, rate=0, quiet=QUIET_S):
        count = self.count if count is None else count
        loop, writer = self.settled()
        report = self.fleet.do(f"{name} 0 {count} {WINDOW} {rate}")
        after = self.settled(quiet)
        name = name if rate == 0 else f"{name}_calm"
        each = [(end - begin) / max(1, report["ended"]) * 1e6 for begin, end in zip((loop, writer), after)]
        rate = report["ended"] / report["seconds"]
        print(f"  {name:11} {report['ended']:7} {rate:8.0f}/s   {each[0]:6.1f} us in the loop, {each[1]:6.1f} us in the writer"
              f"   answered after {report['p50_ms']:.0f} ms (p50), {report['p99_ms']:.0f} ms (p99)", flush=True)
        self.note(f"{name}.rate", rate, "per_second")
        self.note(f"{name}.loop", each[0], "us")
        self.note(f"{name}.writer", each[1], "us")
        return report

    def grow(self):
        """Registers all, the last tenth by itself: what costs more with many devices shows there."""
        last = self.count - self.count // 10
        self.operation("register", last)
        loop, writer = self.settled()
        report = self.fleet.do(f"register {last} {self.count - last} {WINDOW}")
        after = self.settled()
        print(f"  the last {self.count - last}: {report['ended'] / report['seconds']:.0f}/s, {(after[0] - loop) / report['ended'] * 1e6:.1f}"
              f" us in the loop, {(after[1] - writer) / report['ended'] * 1e6:.1f} us in the writer")
        self.note("register_last.loop", (after[0] - loop) / report["ended"] * 1e6, "us")
        self.memory("registered", self.empty, self.count)

    def memory(self, name, before, devices):
        each = (self.server.memory() - before) / devices
        print(f"  memory: {each:.0f} bytes a device {name}")
        self.note(f"memory.{name}", each, "bytes")

    def observe(self):
        before, used, began = self.server.memory(), self.settled(), time.monotonic()
        with Connection(("127.0.0.1", self.server.http)) as connection:
            answer = connection.ask("POST", "/v1/wishes", {"scope": "all", "name": "", "request": {
                "operation": "observe", "path": "/3/0/9"}})
            if answer.status != 201:
                raise SystemExit(f"error: a wish: {answer.status} {answer.json}")
        report = self.fleet.do(f"observed {self.count} {PATIENCE_S}")
        if report["observed"] != self.count:
            raise SystemExit(f"error: {report['observed']} of {self.count} are observed")
        seconds, after = time.monotonic() - began, self.settled()
        each = [(end - begin) / self.count * 1e6 for begin, end in zip(used, after)]
        print(f"  all observed, by one wish, in {seconds:.1f} s: {each[0]:.1f} us in the loop, {each[1]:.1f} us in the writer")
        self.note("observe.seconds", seconds, "seconds")
        self.note("observe.loop", each[0], "us")
        self.note("observe.writer", each[1], "us")
        self.memory("observed", before, self.count)

    def lists(self):
        """What an operator asks for; the loop serves no device meanwhile."""
        for name, path in (("page_first", "/v1/clients?limit=100"),
                           ("page_last", f"/v1/clients?limit=100&offset={self.count - 100}"),
                           ("page_by_endpoint", "/v1/clients?limit=100&sort=endpoint"),
                           ("page_by_last_seen", "/v1/clients?limit=100&sort=-lastSeen"),
                           ("page_search", "/v1/clients?limit=100&search=0000000777"),
                           ("page_waiting", "/v1/clients?limit=100&state=waiting"),
                           ("metrics", "/metrics"),
                           ("one_client", "/v1/clients/urn:imei:490000000000007")):
            times = 20
            with Connection(("127.0.0.1", self.server.http)) as connection:
                begin, before = time.monotonic(), self.server.used()[0]
                for _ in range(times):
                    if connection.ask("GET", path).status != 200:
                        raise SystemExit(f"error: {path}")
                took, cpu = (time.monotonic() - begin) / times, (self.server.used()[0] - before) / times
            print(f"  {path:40} {cpu * 1e3:6.2f} ms CPU, {took * 1e3:6.2f} ms")
            self.note(f"rest.{name}", cpu * 1e3, "ms")

    def compare(self):
        """The ledger, and what the database says without the server."""
        with tempfile.NamedTemporaryFile("r", encoding="ascii") as file:
            report = self.fleet.do(f"ledger {file.name}")
            ledger = {endpoint: location for endpoint, location in map(str.split, file) if location != "-"}
        rows = dict(self.read_rows())
        assert len(ledger) == report["registered"]
        missing = [endpoint for endpoint, location in ledger.items() if rows.get(endpoint) != location]
        extra = [endpoint for endpoint in rows if endpoint not in ledger]
        if missing or extra:
            raise SystemExit(f"error: {len(missing)} acknowledged registrations are not stored, {len(extra)} are that ended:"
                             f" {missing[:3]} {extra[:3]}")
        total = self.server.ask("/v1/clients?limit=1").json["total"]
        if total != len(ledger):
            raise SystemExit(f"error: the server knows {total} devices, {len(ledger)} are registered")
        return len(ledger)

    def restart(self):
        if self.server.stop() != 0:
            raise SystemExit("error: the server ends with an error")
        self.server.start()
        print(f"  restart: listening after {self.server.seconds:.2f} s ({self.server.restored})")
        self.note("restart", self.server.seconds, "seconds")
        begin = time.monotonic()
        self.fleet.do(f"update 0 {self.count} {WINDOW}")
        print(f"  and all have said Update after {time.monotonic() - begin:.1f} s more")

    def killed(self):
        acknowledged = resent = 0
        for number in range(KILLS):
            self.fleet.say(f"churn {CHURN_S} {WINDOW} {number + 1}")
            time.sleep(CHURN_S / 2)
            self.server.stop(signal.SIGKILL)
            self.server.start()
            report = self.fleet.hear()
            acknowledged, resent = acknowledged + report["ended"], resent + report["resent"]
        self.server.stop(signal.SIGKILL)
        self.server.start()
        report = self.fleet.do(f"check {WINDOW}")
        self.settled()
        registered = self.compare()
        print(f"  kill -9, {KILLS + 1} times under load: {acknowledged} answers, {resent} messages sent again, {registered} registered,"
              f" {report['ended']} Updates; nothing is lost. Listening again after {self.server.seconds:.2f} s")
        self.note("killed.answers", acknowledged, "answers")
        self.note("killed.lost", 0, "answers")

    def run(self):
        print(f"{self.name}:", flush=True)
        self.grow()
        self.operation("update", quiet=WRITTEN_S)
        self.operation("update", min(self.count, CALM_RATE * CALM_S), CALM_RATE, WRITTEN_S)
        self.observe()
        self.operation("notify")
        self.operation("send")
        self.memory("all", self.empty, self.count)
        self.lists()
        self.compare()
        self.restart()
        self.killed()
        self.fleet.end()
        self.server.stop()
        return self.figures


QUERY = "SELECT endpoint, location FROM registrations"


@contextlib.contextmanager
def sqlite_store():
    with tempfile.TemporaryDirectory() as folder:
        def rows():
            connection = sqlite3.connect(f"file:{folder}/loom.db?mode=ro", uri=True)
            with contextlib.closing(connection):
                return connection.execute(QUERY).fetchall()
        yield f"sqlite:{folder}/loom.db", rows


@contextlib.contextmanager
def postgres_store():
    with postgres.Cluster(durable=True) as cluster:
        yield cluster.uri(), lambda: [line.split("|") for line in cluster.sql("loom", QUERY).split()]


def own_part(build, count):
    """What of the CPU is not the transport's: the same registry and store behind a port without a network, without and with the
    timeline that REST shows."""
    for words in ([], ["watched"]):
        with tempfile.TemporaryDirectory() as folder:
            command = [str(build / "bench/loom-update-load"), f"sqlite:{folder}/loom.db", str(count), *words]
            text = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
        for line in text.splitlines():
            name, _, rest = line.partition(" ")
            if name.startswith("servers."):
                value, unit = rest.split()
                yield f"fleet.own.{count}.{name.removeprefix('servers.')}", float(value), unit
            else:
                print(f"  {line}")


def main():
    build = pathlib.Path(sys.argv[1])
    counts = [int(count) for count in (sys.argv[2] if len(sys.argv) > 2 else "1000,10000,50000,100000").split(",")]
    stores = sys.argv[3:] or ["sqlite", "postgres"]
    figures = []
    print("without a transport:")
    for count in counts:
        figures += own_part(build, count)
    for store in stores:
        if store == "postgres" and postgres.why_not():
            print(f"skipped: {postgres.why_not()}")
            continue
        for count in counts:
            with (sqlite_store() if store == "sqlite" else postgres_store()) as (uri, rows):
                figures += Bench(build, store, count, uri, rows).run()
    print()
    for name, value, unit in figures:
        print(f"{name} {value:.4g} {unit}")


if __name__ == "__main__":
    main()
