#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The servers as services: what they tell the service manager, and what signals make of them.

usage: service.py LOOM_SERVER LOOM_BOOTSTRAP_SERVER
"""

import atexit
import datetime
import json
import os
import re
import select
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request

from coap_device import (ACK, CON, DELETE, POST, URI_PATH, URI_QUERY, Message, PATIENCE_S, code, name)

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir, "support"))
from waiting import within

SERVER_ACCOUNTS = "[endpoint one]\nnosec\n"
BOOTSTRAP_ACCOUNTS = ("[endpoint one]\nnosec\ndiscover = no\nbootstrap-instance = 0\ndelete = /1\n"
                      "[server 1]\nuri = coap://127.0.0.1\nnosec\n")

problems = 0


def check(good, what):
    global problems
    if not good:
        problems += 1
        print(f"error: {what}")


def problem_count():
    return problems


class Manager:
    """A service manager: hears what programs tell it."""

    def __init__(self, address):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(address)
        self.name = address.replace("\0", "@")

    def hear(self):
        if not select.select([self.socket], [], [], PATIENCE_S)[0]:
            raise TimeoutError("nobody tells the service manager anything")
        return self.socket.recv(4096).decode().split("\n")


class Service:
    """A server, with a configuration file and accounts of its own."""

    def __init__(self, program, folder, accounts, extra="", environment=None, stdin=subprocess.DEVNULL, http=False):
        self.accounts = os.path.join(folder, "accounts.ini")
        self.configuration = os.path.join(folder, "server.conf")
        self.write(self.accounts, accounts)
        self.configure(extra)
        self.process = subprocess.Popen(
            [program, "--config", self.configuration], stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, bufsize=1, env={**os.environ, **(environment or {})})
        atexit.register(self.process.kill)  # whatever goes wrong; who has ended is not hurt
        self.http = self.event("listening")["uri"] if http else None
        self.address = ("127.0.0.1", int(self.event("listening")["uri"].rpartition(":")[2]))

    @staticmethod
    def write(path, text):
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)

    def configure(self, extra):
        self.write(self.configuration,
                   f"accounts = {self.accounts}\nlisten = coap://127.0.0.1:0\nlog-format = json\n{extra}")

    def event(self, wanted, **members):
        """The next event of that name with these members."""
        with within(f"the event {wanted} {members}"):
            while True:
                line = self.process.stdout.readline()
                if not line.startswith("{"):
                    raise EOFError(f"the server says, before it reports {wanted}: {line}")
                event = json.loads(line)
                if event["event"] == wanted and all(event.get(key) == value for key, value in members.items()):
                    return event

    def signal(self, number):
        self.process.send_signal(number)

    def ends(self):
        """Its exit status; what it prints until then is read, so that nothing keeps it."""
        rest, _ = self.process.communicate(timeout=PATIENCE_S)
        return self.process.returncode, rest


class Client:
    """A device that is played byte by byte."""

    def __init__(self, service):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.connect(service.address)
        self.mid = 0

    def receive(self):
        if not select.select([self.socket], [], [], PATIENCE_S)[0]:
            raise TimeoutError("the server says nothing")
        return Message.unpack(self.socket.recv(65536))

    def ask(self, method, path, query, payload=b""):
        self.mid += 1
        options = [(URI_PATH, part.encode()) for part in path.split("/")]
        options += [(URI_QUERY, part.encode()) for part in query.split("&")]
        self.socket.send(Message(CON, method, self.mid, struct.pack("!H", self.mid), options, payload).pack())
        answer = self.receive()
        assert answer.kind == ACK and answer.mid == self.mid
        return name(answer.code)

    def register(self, endpoint="one"):
        return self.ask(POST, "rd", f"ep={endpoint}&lt=300&lwm2m=1.1", b"</1/0>,</3/0>")

    def answer(self, request, text):
        self.socket.send(Message(ACK, code(text), request.mid, request.token).pack())

    def bootstrap(self, text="2.04"):
        """Answers what comes until a Finish has been answered. Its answers: how many."""
        answered = 0
        while True:
            request = self.receive()
            finish = request.code == POST
            self.answer(request, "2.02" if request.code == DELETE else text)
            answered += 1
            if finish:
                return answered


class Patient(Client):
    """One that asks until there is a server."""

    def __init__(self, address):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.connect(address)
        self.mid = 0

    def ask(self, method, path, query, payload=b""):
        for _ in range(PATIENCE_S * 20):
            try:
                return super().ask(method, path, query, payload)
            except ConnectionRefusedError:
                select.select([], [], [], 0.05)
        raise TimeoutError("there is no server")


def tells_the_service_manager(program, folder, manager):
    # The watchdog is told at least twice: once is what comes with the start.
    service = Service(program, folder, SERVER_ACCOUNTS,
                      environment={"NOTIFY_SOCKET": manager.name, "WATCHDOG_USEC": "20000"})
    check(manager.hear()[0] == "READY=1", "the first thing told is not READY=1")
    check([manager.hear(), manager.hear()] == [["WATCHDOG=1"]] * 2, "the watchdog is not told")
    service.signal(signal.SIGHUP)
    told = manager.hear()
    while told == ["WATCHDOG=1"]:
        told = manager.hear()
    check(told[0] == "RELOADING=1" and told[1].startswith("MONOTONIC_USEC=") and int(told[1][15:]) > 0,
          f"a reload begins with {told}")
    check(manager.hear()[0] == "READY=1", "the end of the reload is not told")
    service.signal(signal.SIGTERM)
    told = manager.hear()
    while told == ["WATCHDOG=1"]:
        told = manager.hear()
    check(told[0] == "STOPPING=1", f"the end begins with {told}")
    check(service.ends()[0] == 0, "SIGTERM is no failure")


def reloads(program, folder, bootstrap):
    service = Service(program, folder, BOOTSTRAP_ACCOUNTS if bootstrap else SERVER_ACCOUNTS)

    def admitted(endpoint):
        if bootstrap:
            answer = Client(service).ask(POST, "bs", f"ep={endpoint}")
        else:
            answer = Client(service).register(endpoint)
        return answer in ("2.01", "2.04")

    check(admitted("one") and not admitted("two"), "the accounts are not those of the file")
    for wrong in ("[endpoint two]\nnosec\n[endpoint three]\ncolor = blue\n", "\xff"):
        service.write(service.accounts, wrong)
        service.signal(signal.SIGHUP)
        error = service.event("reload-error")["text"]
        check(error.startswith(service.accounts + ":"), f"where the error is: {error}")
        service.event("reload-refused")
        check(admitted("one") and not admitted("two"), "a wrong file has changed something")
    service.write(service.accounts, SERVER_ACCOUNTS.replace("one", "two"))
    service.configure("nonsense = 1\n")
    service.signal(signal.SIGHUP)
    check(service.event("reload-error")["text"].startswith(service.configuration + ":4:1: error: "),
          "where the error of the configuration is")
    service.event("reload-refused")
    check(admitted("one") and not admitted("two"), "a wrong configuration has changed something")
    service.configure("listen = coap://127.0.0.2:0\ndrain = 0\n")
    service.signal(signal.SIGHUP)
    check(service.event("restart-needed")["text"] == "listen", "what takes a restart is not told")
    service.event("reloaded")
    check(admitted("two") and not admitted("one"), "a good file has changed nothing")
    os.unlink(service.accounts)
    service.signal(signal.SIGHUP)
    service.event("reload-refused")
    check(admitted("two"), "a file that has gone has changed something")
    service.signal(signal.SIGINT)
    check(service.ends()[0] == 0, "SIGINT is no failure")


def reloads_versions(program, folder):
    service = Service(program, folder, SERVER_ACCOUNTS)
    check(Client(service).register() == "2.01", "1.1 may not register")
    service.configure("lwm2m = 1.0\n")
    service.signal(signal.SIGHUP)
    service.event("reloaded")
    check(Client(service).register() == "4.12", "1.1 may still register")
    service.signal(signal.SIGTERM)
    service.ends()


MODEL = """<LWM2M><Object ObjectType="MODefinition"><Name>Kiln</Name><ObjectID>33555</ObjectID>
<MultipleInstances>Single</MultipleInstances><Mandatory>Optional</Mandatory><Resources><Item ID="0"><Name>Heat</Name>
<Operations>R</Operations><MultipleInstances>Single</MultipleInstances><Mandatory>Mandatory</Mandatory><Type>TYPE</Type>
</Item></Resources></Object></LWM2M>
"""


def reloads_models(program, folder):
    path = os.path.join(folder, "kiln.xml")
    service = Service(program, folder, SERVER_ACCOUNTS, "http = http://127.0.0.1:0\n", http=True)
    check("33555" not in get(service.http + "/v1/models")[2], "the model is there already")
    service.write(path, MODEL.replace("TYPE", "Number"))
    service.configure(f"http = http://127.0.0.1:0\nmodels = {path}\n")
    service.signal(signal.SIGHUP)
    check(service.event("reload-error")["text"].startswith(path + ":"), "where the error of the model is")
    service.event("reload-refused")
    service.write(path, MODEL.replace("TYPE", "Integer"))
    # A good model and wrong accounts: neither is taken.
    service.write(service.accounts, "[endpoint one]\n")
    service.signal(signal.SIGHUP)
    service.event("reload-refused")
    check("33555" not in get(service.http + "/v1/models")[2], "a refused reload has taken a model")
    service.write(service.accounts, SERVER_ACCOUNTS)
    service.signal(signal.SIGHUP)
    service.event("reloaded")
    check("33555" in get(service.http + "/v1/models")[2], "the model was not taken")
    service.signal(signal.SIGTERM)
    service.ends()


def drains(program, folder):
    """What was sent is waited for, what is queued is not sent, devices are answered meanwhile."""
    service = Service(program, folder, SERVER_ACCOUNTS + SERVER_ACCOUNTS.replace("one", "two"), "drain = 60\n",
                      stdin=subprocess.PIPE)
    client = Client(service)
    check(client.register() == "2.01", "no registration")
    service.process.stdin.write("delete one /1/0\ndelete one /3/0\n")
    service.process.stdin.flush()
    service.event("sent")
    request = client.receive()
    service.signal(signal.SIGTERM)
    check(Client(service).register("two") == "2.01", "a server that ends answers nobody")
    service.process.stdin.write("help\n")
    service.process.stdin.flush()
    client.answer(request, "2.02")
    status, rest = service.ends()
    check('"event":"help"' not in rest, "a server that ends takes commands")
    check(status == 0, f"exit status {status}")
    check('"event":"answered"' in rest and '"code":"2.02"' in rest, f"the answer was not waited for: {rest}")
    check('"event":"sent"' not in rest, f"a server that ends begins something: {rest}")


def finishes_bootstraps(program, folder):
    service = Service(program, folder, BOOTSTRAP_ACCOUNTS, "drain = 60\n")
    client = Client(service)
    check(client.ask(POST, "bs", "ep=one") == "2.04", "no bootstrap")
    service.event("sent")
    request = client.receive()
    service.signal(signal.SIGTERM)
    while Client(service).ask(POST, "bs", "ep=stranger") != "5.03":
        pass  # it has not seen the signal yet
    client.answer(request, "2.02")
    check(client.bootstrap() == 3, "two writes and a Finish were to come")
    status, rest = service.ends()
    check(status == 0 and '"event":"finished"' in rest, f"the bootstrap was not finished: {rest}")


def ends_at_last(program, folder):
    """A device that says nothing keeps no server, and neither does an operator who has no time."""
    for extra, signals, wanted in (("drain = 1\n", 1, 0), ("drain = 0\n", 1, 0), ("drain = 3600\n", 2, -signal.SIGTERM)):
        service = Service(program, folder, SERVER_ACCOUNTS, extra, stdin=subprocess.PIPE)
        client = Client(service)
        client.register()
        service.process.stdin.write("delete one /1/0\n")
        service.process.stdin.flush()
        client.receive()
        service.signal(signal.SIGTERM)
        if signals == 2:
            # Its console is closed when it has seen the first one.
            while "ignored" not in closing(service.process.pid):
                pass
            service.signal(signal.SIGTERM)
        status = service.ends()[0]
        check(status == wanted, f"{extra.strip()}, {signals} signals: {status}")


def closing(pid):
    """`ignored` once SIGTERM is not caught any more."""
    with open(f"/proc/{pid}/status", encoding="utf-8") as file:
        caught = next(line for line in file if line.startswith("SigCgt:"))
    return "" if int(caught.split()[1], 16) & 1 << (signal.SIGTERM - 1) else "ignored"


def sleeps_without_input(program, folder):
    """With /dev/null as its input, as under a service manager, it waits for something to happen."""
    service = Service(program, folder, SERVER_ACCOUNTS)
    check(Client(service).register() == "2.01", "no registration")
    service.event("registered")
    state = ""
    while state != "S":
        with open(f"/proc/{service.process.pid}/stat", encoding="utf-8") as file:
            state = file.read().rpartition(")")[2].split()[0]
    before = switches(service.process.pid)
    select.select([], [], [], 0.2)
    check(switches(service.process.pid) - before < 20, "an idle server does not sleep")
    service.signal(signal.SIGTERM)
    check(service.ends()[0] == 0, "SIGTERM is no failure")


def switches(pid):
    """How often it has gone to sleep or was put to sleep."""
    with open(f"/proc/{pid}/status", encoding="utf-8") as file:
        return sum(int(line.split()[1]) for line in file if "ctxt_switches" in line)


def logs_levels_and_times(program, folder, manager):
    service = Service(program, folder, SERVER_ACCOUNTS, environment={"NOTIFY_SOCKET": manager.name})
    client = Client(service)
    check(client.register() == "2.01", "no registration")
    event = service.event("registered")
    check(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", event["time"]), f"the time: {event['time']}")
    told = datetime.datetime.fromisoformat(event["time"].replace("Z", "+00:00"))
    apart = datetime.datetime.now(datetime.timezone.utc) - told
    check(abs(apart) < datetime.timedelta(seconds=PATIENCE_S), f"the time is {apart} from ours")
    check(event["level"] == "info" and "time_ms" in event, f"an event without level or time: {event}")
    client.register("stranger")
    check(service.event("refused")["level"] == "warning", "a refusal is no warning")
    service.configure("log-level = warning\n")
    service.signal(signal.SIGHUP)
    while manager.hear()[0] != "RELOADING=1":
        pass
    manager.hear()
    client.register()
    client.register("stranger")
    line = json.loads(service.process.stdout.readline())
    check(line["event"] == "refused", f"{line} is no warning")
    service.signal(signal.SIGTERM)
    service.ends()


def logs_to_the_journal(program, folder):
    """Its lines begin with a level if that is where they go, and have no time: the journal has it."""
    reader, writer = os.pipe()
    status = os.fstat(writer)
    for stream, wanted in ((f"{status.st_dev}:{status.st_ino}", True), ("1:1", False)):
        accounts = os.path.join(folder, "accounts.ini")
        Service.write(accounts, "")
        with subprocess.Popen([program, "--nosec-any", "--listen=coap://127.0.0.1:0"], stdin=subprocess.DEVNULL, stdout=writer,
                              stderr=writer, env={**os.environ, "JOURNAL_STREAM": stream}) as process, \
                os.fdopen(os.dup(reader), encoding="utf-8") as lines:
            lines.readline()
            process.send_signal(signal.SIGHUP)
            line = lines.readline()
            check(re.match(r"<6> +\d+\.\d{3}  reloaded" if wanted else r"\d{4}-.*Z +\d+\.\d{3}  reloaded", line), line)
            process.send_signal(signal.SIGTERM)
        with subprocess.Popen([program, "--nosec-any", "--listen=coap://192.0.2.1"], stdout=writer, stderr=writer,
                              env={**os.environ, "JOURNAL_STREAM": stream}), os.fdopen(os.dup(reader)) as lines:
            line = lines.readline()
            check(line.startswith("<3>loom-server: cannot listen" if wanted else "loom-server: cannot listen"), line)


def counts_strangers(program, folder):
    """Whoever knocks too often gets some lines and a number."""
    knocks = 300
    service = Service(program, folder, SERVER_ACCOUNTS)
    client = Client(service)
    for _ in range(knocks):
        client.register("stranger")
    lines, counted = 0, 0
    while lines + counted < knocks:
        event = json.loads(service.process.stdout.readline())
        lines += event["event"] == "refused"
        counted += event["lines"] if event["event"] == "suppressed" and event["of"] == "refused" else 0
    check(lines + counted == knocks and counted > 0, f"{lines} lines and {counted} of {knocks}")
    check(client.register() == "2.01", "a device is kept out")
    service.event("registered")
    service.signal(signal.SIGTERM)
    service.ends()


def get(uri):
    """Status, type and text of what is there."""
    try:
        with urllib.request.urlopen(uri, timeout=PATIENCE_S) as answer:
            return answer.status, answer.headers["Content-Type"], answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.headers["Content-Type"], error.read().decode()


def figures(text):
    """Every figure by name and labels; the format is 0.0.4 of Prometheus."""
    found, kinds = {}, {}
    for line in text.splitlines():
        head = re.fullmatch(r"# (HELP|TYPE) ([a-z_]+) (.+)", line)
        if head:
            kinds.setdefault(head[2], []).append(head[1])
            continue
        figure = re.fullmatch(r'([a-z_]+)(\{[a-z]+="[^"\\]*"(?:,[a-z]+="[^"\\]*")*\})? ([0-9.]+)', line)
        check(figure is not None, f"no figure: {line}")
        if figure:
            check(kinds.get(figure[1]) == ["HELP", "TYPE"], f"{figure[1]} is not described, or twice")
            key = figure[1] + (figure[2] or "")
            check(key not in found, f"{key} twice")
            found[key] = float(figure[3])
    return found


def is_measured(program, bootstrap_server, folder):
    service = Service(program, folder, SERVER_ACCOUNTS, "http = http://127.0.0.1:0\ndrain = 60\n", stdin=subprocess.PIPE,
                      http=True)
    client = Client(service)
    check(get(service.http + "/healthz") == (200, "application/json", '{"status":"ok"}'), "no health")
    check(client.register() == "2.01" and client.register("stranger") == "4.00", "no registration")
    service.process.stdin.write("delete one /1/0\n")
    service.process.stdin.flush()
    request = client.receive()
    status, kind, text = get(service.http + "/metrics")
    check(status == 200 and kind == "text/plain; version=0.0.4; charset=utf-8", f"{status} {kind}")
    check("one" not in re.split(r"\W", text), "a figure is of one device")
    found = figures(text)
    for name, wanted in (('loom_clients{state="awake"}', 1), ("loom_registrations_total", 1), ("loom_requests_waiting", 1),
                         ('loom_refusals_total{reason="unknown-endpoint"}', 1), ("loom_handshakes_failed_total", 0),
                         ('loom_requests_sent_total{operation="delete"}', 1),
                         ('loom_http_requests_total{status="2xx"}', 1)):
        check(found.get(name) == wanted, f"{name}: {found.get(name)}")
    service.signal(signal.SIGTERM)
    health = get(service.http + "/healthz")
    while health[0] == 200:  # it has yet to look at the signal
        health = get(service.http + "/healthz")
    check(health[0] == 503 and health[2] == '{"status":"draining"}', f"health at the end: {health}")
    client.answer(request, "2.02")
    check(service.ends()[0] == 0, "SIGTERM is no failure")

    service = Service(bootstrap_server, folder, BOOTSTRAP_ACCOUNTS, "http = http://127.0.0.1:0\n", http=True)
    client = Client(service)
    check(client.ask(POST, "bs", "ep=one") == "2.04", "no bootstrap")
    check(figures(get(service.http + "/metrics")[2]).get("loom_bootstraps_running") == 1, "a session is not counted")
    client.bootstrap()
    service.event("finished")
    check(figures(get(service.http + "/metrics")[2]).get("loom_bootstraps_finished_total") == 1, "an end is not counted")
    service.signal(signal.SIGTERM)
    check(service.ends()[0] == 0, "SIGTERM is no failure")


def outlives_its_log(program, folder):
    """A full disk, or nobody who reads: devices are served, and it is reloaded and ended as ever."""
    address = free_address()
    for where in ("/dev/full", "/dev/null"):
        with open(where, "w", encoding="utf-8") as log, open(os.path.join(folder, "errors"), "w+", encoding="utf-8") as errors, \
                subprocess.Popen([program, "--nosec-any", f"--listen=coap://127.0.0.1:{address[1]}"],
                                 stdin=subprocess.DEVNULL, stdout=log, stderr=errors) as process:
            client = Patient(address)
            check(client.register() == "2.01", f"{where}: no registration")
            process.send_signal(signal.SIGHUP)
            check(client.register("two") == "2.01", f"{where}: no registration after a reload")
            process.send_signal(signal.SIGTERM)
            check(process.wait(PATIENCE_S) == 0, f"{where}: no good end")
            errors.seek(0)
            check(errors.read() == "", f"{where}: something is wrong")


def shares_no_address(program):
    """A second one says why not, the first one goes on; after kill -9 the next one serves at once."""
    address = free_address()
    command = [program, "--nosec-any", f"--listen=coap://127.0.0.1:{address[1]}"]
    for _ in range(2):
        with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as first:
            client = Patient(address)
            check(client.register() == "2.01", "no registration")
            second = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=PATIENCE_S,
                                    check=False)
            check(second.returncode == 1 and f"cannot listen on {command[2][9:]}: Address already in use" in second.stderr,
                  f"the second one: {second.returncode} {second.stderr}")
            check(client.register() == "2.01", "the first one does not go on")
            first.kill()


def free_address():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()


def main():
    server, bootstrap_server = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        tells_the_service_manager(server, folder, Manager(os.path.join(folder, "notify")))
        tells_the_service_manager(bootstrap_server, folder, Manager(f"\0loom-test-{os.getpid()}"))
        reloads(server, folder, False)
        reloads(bootstrap_server, folder, True)
        reloads_versions(server, folder)
        reloads_models(server, folder)
        drains(server, folder)
        finishes_bootstraps(bootstrap_server, folder)
        ends_at_last(server, folder)
        sleeps_without_input(server, folder)
        logs_levels_and_times(server, folder, Manager(os.path.join(folder, "again")))
        logs_to_the_journal(server, folder)
        counts_strangers(server, folder)
        outlives_its_log(server, folder)
        shares_no_address(server)
        is_measured(server, bootstrap_server, folder)
    print(f"{problems} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
