#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# Rules: B-82, C-90, C-91, C-92, C-94, C-95, C-98
"""Firmware campaigns: loom-server updates several loom-clients, pulled and pushed. One of them does not accept the image,
one reports the old version for ever, one sleeps, and one has the version already. A campaign stops when too many fail,
and it goes on when the server was killed in the middle. The version that loom-client reports is the first half of the
digest of what it has installed.

usage: campaigns.py LOOM_SERVER LOOM_CLIENT [CASE...]
With LOOM_TEST_POSTGRES (tests/server/with_postgres.py) the store is that; else one of SQLite.
"""

import hashlib
import json
import os
import pathlib
import queue
import random
import socket
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "http"))
import document
from peer import Connection, Failure, equal, run

SERVER, CLIENT = sys.argv[1:3]
PATIENCE_S = 60


class Process:
    def __init__(self, *command):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
        self.lines = queue.Queue()
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        for line in self.process.stdout:
            if line.startswith("{"):
                self.lines.put(json.loads(line))
        self.lines.put(None)

    def event(self, good):
        while True:
            event = self.lines.get(timeout=PATIENCE_S)
            if event is None:
                raise Failure(f"{self.process.args[0]} has ended")
            if good(event):
                return event

    def say(self, line):
        self.process.stdin.write(line + "\n")

    def kill(self):
        self.process.kill()
        self.process.wait()


class Stage:
    """A server with a store, and devices."""

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory()
        self.path = pathlib.Path(self.folder.name)
        (self.path / "files").mkdir()
        self.port = free_port()
        self.devices = {}
        if "LOOM_TEST_POSTGRES" in os.environ:  # an empty database for each case
            subprocess.run(["psql", "--no-psqlrc", "--quiet", "--dbname", os.environ["LOOM_TEST_POSTGRES"], "--command",
                            "DROP SCHEMA public CASCADE; CREATE SCHEMA public"], check=True, stderr=subprocess.DEVNULL)
        self.start()

    def __enter__(self):
        return self

    def __exit__(self, *error):
        for one in [self.server, *self.devices.values()]:
            one.kill()
        self.folder.cleanup()

    def start(self):
        store = os.environ.get("LOOM_TEST_POSTGRES") or f"sqlite:{self.path}/store.db"
        self.server = Process(SERVER, "--json", "--nosec-any", "--listen", f"coap://127.0.0.1:{self.port}", "--http",
                              "http://127.0.0.1:0", "--files", str(self.path / "files"), "--store", store)
        uri = self.server.event(lambda event: event.get("uri", "").startswith("http"))["uri"]
        host, _, port = uri.partition("://")[2].rpartition(":")
        self.address = (host, int(port))
        self.server.event(lambda event: event.get("uri", "").startswith("coap"))
        self.described = document.Document(self.ask("GET", "/v1/openapi.json", described=False).body)

    def device(self, name, *options):
        (self.path / name).mkdir()
        self.devices[name] = Process(CLIENT, "--endpoint", name, "--server", f"coap://127.0.0.1:{self.port}", "--state",
                                     str(self.path / name), "--firmware", str(self.path / name / "firmware"), "--json",
                                     "--lifetime", "86400", *options)
        self.until_there(name)
        return self.devices[name]

    def until_there(self, name):
        self.until(lambda: self.ask("GET", f"/v1/clients/{name}").status, lambda status: status == 200, name)

    def installed(self, name):
        try:
            return hashlib.sha256((self.path / name / "firmware").read_bytes()).hexdigest()[:16]
        except FileNotFoundError:
            return None

    def ask(self, method, path, body=None, described=True, **fields):
        with Connection(self.address) as connection:
            answer = connection.ask(method, path, body, **fields)
        if described:
            problems = self.described.problems(method, path, answer, None if isinstance(body, bytes) else body)
            if problems:
                raise Failure("; ".join(problems))
        return answer

    def good(self, method, path, body=None, status=200, **fields):
        answer = self.ask(method, path, body, **fields)
        equal(answer.status, status, f"{method} {path} {answer.body[:300]!r}")
        return answer.json if answer.body else None

    def image(self, name, size=20000, seed=1, query=None):
        data = random.Random(seed).randbytes(size)
        version = hashlib.sha256(data).hexdigest()[:16]
        query = f"?version={version}" if query is None else query
        self.good("PUT", f"/v1/images/{name}{query}", data, 201, Content_Type="application/octet-stream")
        return version

    def campaign(self, **members):
        return self.good("POST", "/v1/campaigns", members, 201)["id"]

    def shown(self, campaign):
        return self.good("GET", f"/v1/campaigns/{campaign}")

    def state(self, campaign, *states):
        return self.until(lambda: self.shown(campaign), lambda found: found["state"] in states, f"{states}")

    def devices_of(self, campaign, query=""):
        found = self.good("GET", f"/v1/campaigns/{campaign}/devices{query}")
        return {device["endpoint"]: device for device in found["devices"]}

    def device_state(self, campaign, name, *states):
        return self.until(lambda: self.devices_of(campaign).get(name, {"state": None}),
                          lambda found: found["state"] in states, f"{name} {states}")

    @staticmethod
    def until(what, good, wanted):
        end = time.monotonic() + PATIENCE_S
        while not good(found := what()):
            if time.monotonic() > end:
                raise Failure(f"{wanted}: {found}")
            time.sleep(0.02)
        return found


def free_port():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def with_stage(case):
    def inner():
        with Stage() as stage:
            case(stage)
    inner.__name__ = case.__name__
    return inner


# ---- cases ---------------------------------------------------------------------------------------

def both_ways(mode):
    with Stage() as stage:
        version = stage.image("app.bin")
        for name in ("one", "two", "three"):
            stage.device(name)
        stage.device("wrong", "--firmware-sha256", "00" * 32)
        loops = stage.device("loops", "--set", "/3/0/3=old")
        stage.device("sleeps", "--queue-mode")
        has = stage.path / "has"
        has.mkdir()
        (has / "firmware").write_bytes((stage.path / "files/app.bin").read_bytes())
        has.rename(stage.path / "there")
        stage.devices["there"] = Process(CLIENT, "--endpoint", "there", "--server", f"coap://127.0.0.1:{stage.port}", "--state",
                                         str(stage.path / "there"), "--firmware", str(stage.path / "there/firmware"), "--json")
        stage.until_there("there")
        campaign = stage.campaign(image="app.bin", scope="all", mode=mode, parallel=3, stopAfter=0)
        # It is asked twice before it counts as unchanged: in a minute, or when it is heard.
        stage.until(lambda: stage.devices_of(campaign).get("loops", {"step": ""})["step"],
                    lambda step: step == "verifying", "it has updated")
        equal(stage.ask("DELETE", "/v1/images/app.bin").reason, "in-use", "the image is used")
        stage.until(lambda: (loops.say("update"), stage.devices_of(campaign)["loops"]["state"])[1],
                    lambda state: state == "failed", "it loops")
        done = stage.state(campaign, "finished")
        equal(done["counts"], {"waiting": 0, "updating": 0, "done": 4, "skipped": 1, "failed": 2}, "the end")
        devices = stage.devices_of(campaign)
        for name in ("one", "two", "three", "sleeps"):
            equal((devices[name]["state"], devices[name]["result"], devices[name]["attempts"], stage.installed(name)),
                  ("done", 1, 1, version), name)
        # Rule C-91: 5 is a failed check; it is tried twice.
        equal((devices["wrong"]["state"], devices["wrong"]["result"], devices["wrong"]["attempts"]), ("failed", 5, 2), "wrong")
        equal(stage.installed("wrong"), None, "nothing is installed")
        # One that reports another version is not tried again.
        equal((devices["loops"]["state"], devices["loops"]["attempts"]), ("failed", 1), "loops")
        equal(devices["loops"]["text"], "Version unchanged: after the update it reports old", "loops")
        equal((devices["there"]["state"], devices["there"]["text"], devices["there"]["attempts"]),
              ("skipped", "It has this version already", 0), "there")
        equal(set(stage.devices_of(campaign, "?state=failed")), {"wrong", "loops"}, "those that have failed")
        first = stage.good("GET", f"/v1/campaigns/{campaign}/devices?limit=4")
        rest = stage.good("GET", f"/v1/campaigns/{campaign}/devices?limit=4&after={first['next']}")
        equal((len(first["devices"]), len(rest["devices"]), rest["next"]), (4, 3, None), "pages")
        events = stage.good("GET", "/v1/events?limit=1000")["events"]
        steps = [event["step"] for event in reversed(events) if event["event"] == "firmware" and event["endpoint"] == "one"]
        equal([step for step in steps if step in ("begun", "downloaded", "done", "verified")],
              ["begun", "downloaded", "done", "verified"], "the timeline")
        equal(next(event for event in events if event["event"] == "campaign")["state"], "finished", "the event")
        # Nothing is left to do with any of them.
        again = stage.campaign(image="app.bin", scope="endpoint", endpoints=["one", "two"], mode=mode)
        equal(stage.state(again, "finished")["counts"]["skipped"], 2, "the same once more")
        for ended in (campaign, again):  # when the last of it is stored
            stage.until(lambda ended=ended: stage.ask("DELETE", f"/v1/campaigns/{ended}").status, lambda status: status == 204,
                        "removed")
        stage.good("DELETE", "/v1/images/app.bin", status=204)


def pulled():
    both_ways("pull")


def pushed():
    both_ways("push")


@with_stage
def stopped(stage):
    """Too many failures stop it; what is then left waits until somebody says so."""
    stage.image("bad.bin")
    names = [f"device-{number}" for number in range(5)]
    for name in names:
        stage.device(name, "--firmware-sha256", "00" * 32)
    campaign = stage.campaign(image="bad.bin", scope="endpoint", endpoints=[*names, "never-here"], parallel=1, stopAfter=2)
    found = stage.state(campaign, "stopped")
    equal((found["counts"]["failed"], found["counts"]["waiting"], found["reason"]), (2, 4, "2 devices have failed"), "stopped")
    equal(stage.ask("POST", f"/v1/campaigns/{campaign}/pause").reason, "state", "it is not running")
    equal(stage.ask("DELETE", f"/v1/campaigns/{campaign}").reason, "state", "it has not ended")
    stage.server.kill()
    stage.start()
    equal((stage.shown(campaign)["state"], stage.shown(campaign)["counts"]["failed"]), ("stopped", 2), "over a restart")
    for name in names:
        stage.devices[name].say("update")
    stage.good("POST", f"/v1/campaigns/{campaign}/start")
    found = stage.state(campaign, "stopped")
    equal((found["counts"]["failed"], found["counts"]["waiting"]), (4, 2), "those from before do not count")
    stage.good("POST", f"/v1/campaigns/{campaign}/cancel")
    found = stage.shown(campaign)
    equal((found["state"], found["counts"]), ("cancelled", {"waiting": 0, "updating": 0, "done": 0, "skipped": 2, "failed": 4}),
          "cancelled")
    equal(stage.ask("POST", f"/v1/campaigns/{campaign}/start").reason, "state", "it has ended")


@with_stage
def drafts_and_turns(stage):
    """A draft tells whom it will reach; a device belongs to the campaign that came first; one that is not there yet gets
    the image when it registers."""
    version = stage.image("app.bin")
    stage.device("here")
    draft = stage.campaign(image="app.bin", scope="all", draft=True)
    found = stage.until(lambda: stage.shown(draft), lambda found: found["complete"], "it is complete")
    equal((found["state"], found["devices"]), ("draft", 1), "whom it will reach")
    later = stage.campaign(image="app.bin", scope="endpoint", endpoints=["late"], version="another")
    first = stage.campaign(image="app.bin", scope="endpoint", endpoints=["late", "here"], notBefore="2099-01-01T00:00:00Z")
    equal(stage.shown(first)["counts"]["waiting"], 2, "it waits for its time")
    stage.good("POST", f"/v1/campaigns/{first}/pause")
    stage.device("late")
    device = stage.device_state(later, "late", "updating", "failed")
    equal(device["attempts"] in (0, 1), True, "it has its turn")
    second = stage.campaign(image="app.bin", scope="endpoint", endpoints=["late"])
    equal(stage.device_state(second, "late", "skipped")["text"] in [f"It belongs to campaign {one}" for one in (later, first)],
          True, "one at a time")
    stage.good("POST", f"/v1/campaigns/{draft}/start")
    equal(stage.device_state(draft, "here", "done")["attempts"], 1, "the draft came first")
    equal(stage.installed("here"), version, "installed")
    stage.until(lambda: (stage.devices["late"].say("update"), stage.shown(later)["state"])[1],
                lambda state: state == "finished", "unchanged")
    for body, at in (({"image": "none", "scope": "all"}, "/image"), ({"image": "app.bin", "scope": "some"}, "/scope"),
                     ({"image": "app.bin", "scope": "endpoint"}, "/endpoints"), ({"image": "app.bin", "scope": "model"}, "/name"),
                     ({"image": "app.bin", "scope": "all", "parallel": 0}, "/parallel"),
                     ({"image": "app.bin", "scope": "all", "stopAfter": "0%"}, "/stopAfter"),
                     ({"image": "app.bin", "scope": "all", "stopAfter": -1}, "/stopAfter"),
                     ({"image": "app.bin", "scope": "all", "expires": "soon"}, "/expires"),
                     ({"image": "app.bin", "scope": "all", "uri": "file:///etc"}, "/uri"),
                     ({"image": "app.bin", "scope": "all", "mode": "throw"}, "/mode"),
                     ({"image": "app.bin", "scope": "all", "draft": 1}, "/draft"),
                     ({"image": "app.bin", "scope": "endpoint", "endpoints": [""]}, "/endpoints"),
                     ({"image": "app.bin", "scope": "endpoint", "endpoints": [1]}, "/endpoints"),
                     ({"image": "app.bin", "scope": "group", "name": "g"}, "/scope"),
                     ({"image": "app.bin", "scope": "all", "versionPath": "/1/0/1"}, "/versionPath"), ([], "")):
        answer = stage.ask("POST", "/v1/campaigns", body)
        equal((answer.status, at in [error["at"] for error in answer.json["errors"]]), (422, True), f"{body}: {answer}")
    stage.good("POST", f"/v1/campaigns/{first}/cancel")
    stage.image("unnamed.bin", seed=2, query="?model=Another")
    answer = stage.ask("POST", "/v1/campaigns", {"image": "unnamed.bin", "scope": "all"})
    equal([error["at"] for error in answer.json["errors"]], ["/version"], "nobody has said the version")
    other = stage.campaign(image="unnamed.bin", scope="endpoint", endpoints=["here"], version="v")
    equal(stage.device_state(other, "here", "skipped")["text"], "The image is for another model", "another model")
    equal(stage.ask("GET", "/v1/campaigns/0000000000000000").status, 404, "no campaign")
    equal(len(stage.good("GET", "/v1/campaigns?limit=2&offset=1")["campaigns"]), 2, "a page")


@with_stage
def over_kills(stage):
    """The server is killed again and again while devices update; in the end each of them has been updated once."""
    version = stage.image("app.bin", 120000)
    names = [f"device-{number}" for number in range(6)]
    for name in names:
        stage.device(name)
    campaign = stage.campaign(image="app.bin", scope="endpoint", endpoints=names, parallel=2)
    kills = 0
    while stage.shown(campaign)["state"] != "finished":
        stage.until(lambda: stage.shown(campaign), lambda found: found["counts"]["updating"] > 0 or found["state"] == "finished",
                    "one is under way")
        stage.server.kill()
        kills += 1
        stage.start()
        before = stage.shown(campaign)["counts"]["done"]

        def went_on():
            # Devices come back when they next have something to say.
            for name in names:
                stage.devices[name].say("update")
            found = stage.shown(campaign)
            return found["counts"]["done"] > before or found["state"] == "finished"
        stage.until(went_on, lambda good: good, "it goes on")
    found = stage.shown(campaign)
    print(f"{kills} kills: {found['counts']}")
    equal(found["counts"]["done"], len(names), f"all of them: {stage.devices_of(campaign)}")
    for name in names:
        equal(stage.installed(name), version, name)
    equal({device["attempts"] for device in stage.devices_of(campaign).values()}, {1}, "what was under way was followed")


@with_stage
def pushed_over_a_kill(stage):
    """What was being sent is sent once more; that is an attempt."""
    version = stage.image("app.bin", 4000000)
    stage.device("one")
    campaign = stage.campaign(image="app.bin", scope="endpoint", endpoints=["one"], mode="push")
    for attempt in (1, 2):
        stage.until(lambda: stage.devices_of(campaign)["one"],
                    lambda found, attempt=attempt: found["attempts"] == attempt and found["step"] == "downloading", "it is sent")
        if attempt == 1:
            stage.server.kill()
            stage.start()
            stage.devices["one"].say("update")
    stage.state(campaign, "finished")
    equal(stage.devices_of(campaign)["one"]["state"], "done", "the second attempt")
    equal(stage.installed("one"), version, "installed")


CASES = (pulled, pushed, stopped, drafts_and_turns, over_kills, pushed_over_a_kill)
sys.exit(run([case for case in CASES if not sys.argv[3:] or case.__name__ in sys.argv[3:]]))
