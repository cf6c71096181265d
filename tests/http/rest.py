#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""REST of loom-server with a real device behind it: commands, what comes of them, values, observations, events and
their stream; and what is refused.

usage: rest.py LOOM_SERVER LOOM_CLIENT
"""

import json
import socket
import sys

import document
from peer import Connection, Failure
from waiting import PATIENCE_S, Program

SERVER, CLIENT = sys.argv[1:3]
problems = 0


def check(good, what):
    global problems
    if not good:
        problems += 1
        print(f"error: {what}")


class Stream:
    """Reads an event stream."""

    def __init__(self, address, path="/v1/events", after=None):
        self.connection = Connection(address)
        last = f"Last-Event-ID: {after}\r\n" if after else ""
        self.connection.send(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n{last}\r\n")
        status, fields = self.connection.head()
        if status != 200 or not fields["content-type"].startswith("text/event-stream"):
            raise Failure(f"no stream: {status} {fields}")

    def wait_for(self, what, wanted):
        """@return the first event for which `wanted` holds"""
        def good(number, kind, data):
            event = json.loads(data)
            check(number == event["id"] and kind == event["event"], f"a frame: {number} {kind} {data}")
            return wanted(kind, event)
        return json.loads(self.connection.event(what, good)[2])


MODEL = """<LWM2M><Object><Name>Pump</Name><ObjectID>33000</ObjectID><MultipleInstances>Multiple</MultipleInstances>
<Mandatory>Optional</Mandatory><Resources><Item ID="0"><Name>%s</Name><Operations>R</Operations>
<MultipleInstances>Single</MultipleInstances><Mandatory>Mandatory</Mandatory><Type>%s</Type></Item></Resources></Object></LWM2M>"""


def upload_models():
    """Models of one's own: taken as a whole or not at all, with all errors, and forgotten again."""
    def give(text, status):
        with Connection(address) as connection:
            answer = connection.ask("POST", "/v1/models?name=pump.xml", text.encode(), Content_Type="application/xml")
        check(answer.status == status, f"a model: {answer}")
        return answer.json

    wrong = give(MODEL % ("Flow", "Intger"), 422)
    check(wrong["errors"][0]["at"].startswith("3:") and "unknown type" in wrong["errors"][0]["detail"], f"errors: {wrong}")
    ask("GET", "/v1/models/33000", status=404)
    check(give(MODEL % ("Flow", "Integer"), 200) == {"notices": []}, "a model is taken")
    check(ask("GET", "/v1/models/33000").json["resources"][0]["name"] == "Flow", "and known")
    check("takes the place" in give(MODEL % ("Stream", "Integer"), 200)["notices"][0], "another takes its place")
    check(ask("GET", "/v1/models/33000").json["resources"][0]["name"] == "Stream", "and is known")
    with Connection(address) as connection:
        check(connection.ask("POST", "/v1/models?name=a:b", b"<LWM2M/>", Content_Type="application/xml").status == 400, "a bad name")
    ask("DELETE", "/v1/models/33000", status=400)
    ask("DELETE", "/v1/models/3?version=1.2", status=404)
    ask("DELETE", "/v1/models/33000?version=1.0", status=204)
    ask("GET", "/v1/models/33000", status=404)


def ask(method, path, body=None, status=200):
    """@return the answer, which must have this status"""
    with Connection(address) as connection:
        answer = connection.ask(method, path, body, **({"Content_Type": "application/json"} if body else {}))
    check(answer.status == status, f"{method} {path} {body}: {answer}, not {status}")
    if answer.status >= 400:
        answer.reason  # it is problem+json
    if path.startswith("/v1/"):
        for problem in described.problems(method, path, answer, body):
            check(False, problem)
    return answer


def give(request, path="/v1/clients/dev/commands", status=200, wait=10, **query):
    arguments = "&".join(f"{name}={value}" for name, value in {"wait": wait, **query}.items())
    return ask("POST", f"{path}?{arguments}", request, status).json


def value_of(command, path):
    for value in command["result"]["values"]:
        if value["path"] == path:
            return value["value"]
    return None


def operations():
    command = give({"operation": "read", "path": "/3/0"})
    check(command["state"] == "answered" and command["code"] == "2.05", f"a Read: {command}")
    check(value_of(command, "/3/0/0") == "Loom", f"a Read by name: {command}")
    check(command["request"] == {"operation": "read", "path": "/3/0"} and command["who"] == "local", f"{command}")
    give({"operation": "write", "path": "/3/0/14", "value": "+05:00"})
    command = give({"operation": "read", "path": "/3/0/14"})
    check(value_of(command, "/3/0/14") == "+05:00", f"what was written: {command}")
    command = give({"operation": "partial-update", "path": "/1/0", "values": {"default-minimum-period": 3}})
    check(command["code"] == "2.04", f"an Update by name: {command}")
    command = give({"operation": "discover", "path": "/3"})
    check("</3/0" in command["result"]["links"], f"a Discover: {command}")
    command = give({"operation": "read", "path": "/3/0/77"})
    check(command["state"] == "answered" and command["code"] == "4.04", f"what is not there: {command}")
    command = give({"operation": "write-attributes", "path": "/3303/0/5700", "attributes": {"pmin": 0, "pmax": 1}})
    check(command["code"] == "2.04", f"Write-Attributes: {command}")
    command = give({"operation": "read-composite", "paths": ["/3/0/14", "/1/0/2"]})
    check(value_of(command, "/1/0/2") == 3, f"a Read-Composite: {command}")


def values():
    listed = ask("GET", "/v1/clients/dev/values?path=/3/0/14").json["values"]
    check(len(listed) == 1 and listed[0]["value"] == "+05:00" and "at" in listed[0], f"a known value: {listed}")
    check(len(ask("GET", "/v1/clients/dev/values").json["values"]) > 5, "all known values")
    check(ask("GET", "/v1/clients/nobody/values").json == {"values": []}, "of nobody nothing is known")
    ask("GET", "/v1/clients/dev/values?path=3", status=400)


def observations():
    stream = Stream(address, "/v1/events?endpoint=dev")
    command = give({"operation": "observe", "path": "/3303/0/5700"})
    check(command["result"].get("observing") is True, f"an Observe: {command}")
    event = stream.wait_for("a notification", lambda kind, event: kind == "notified")
    check(event["values"][0]["path"] == "/3303/0/5700" and event["endpoint"] == "dev", f"a notification: {event}")
    listed = ask("GET", "/v1/clients/dev/observations").json["observations"]
    check([one["path"] for one in listed] == ["/3303/0/5700"], f"the observations: {listed}")
    ticket = listed[0]["ticket"]
    ask("DELETE", f"/v1/clients/dev/observations/{ticket}", status=204)
    event = stream.wait_for("the end of an observation", lambda kind, event: kind == "ended")
    check(event["ticket"] == ticket, f"the end: {event}")
    check(ask("GET", "/v1/clients/dev/observations").json == {"observations": []}, "none is left")
    ask("DELETE", f"/v1/clients/dev/observations/{ticket}", status=404)
    ask("DELETE", "/v1/clients/dev/observations/x", status=404)


def waiting():
    """A device that is not there: its commands wait, in order, and may be cancelled."""
    late = give({"operation": "read", "path": "/3/0/1"}, "/v1/clients/later/commands", 202, wait=0)
    first = give({"operation": "read", "path": "/3/0/0"}, "/v1/clients/later/commands", 202, wait=0, priority=0)
    gone = give({"operation": "read", "path": "/3/0/2"}, "/v1/clients/later/commands", 202, wait=0)
    check(late["state"] == "queued" and late["attempts"] == 0, f"a command that waits: {late}")
    listed = [one["id"] for one in ask("GET", "/v1/clients/later/commands").json["commands"]]
    check(listed == [first["id"], late["id"], gone["id"]], f"the order of commands: {listed}")
    check(ask("DELETE", f"/v1/commands/{gone['id']}").json["state"] == "cancelled", "a command that is cancelled")
    ask("DELETE", f"/v1/commands/{gone['id']}", status=409)
    stream = Stream(address, "/v1/events?endpoint=later")
    later = Program(CLIENT, "--endpoint", "later", "--server", uri)
    try:
        for wanted in (first, late):
            stream.wait_for(f"the answer to the command {wanted['id']}", lambda kind, event: kind == "command" and
                            event["command"] == wanted["id"] and event["state"] == "answered")
    finally:
        later.stop()
    check(ask("GET", f"/v1/commands/{late['id']}?wait=10").json["code"] == "2.05", "and then it is done")
    check(ask("GET", f"/v1/commands/{gone['id']}").json["state"] == "cancelled", "what was cancelled stays so")


def clients():
    listed = ask("GET", "/v1/clients").json
    check(listed["total"] == 1 and listed["clients"][0]["endpoint"] == "dev", f"the clients: {listed}")
    one = ask("GET", "/v1/clients/dev").json
    check(one["lwm2m"] == "1.2" and one["lifetime"] == 86400 and one["reachable"] and not one["asleep"], f"one: {one}")
    check({"id": 3, "instances": [0], "version": None} in [{**entry, "version": None} for entry in one["objects"]],
          f"its objects: {one}")
    check(one["registered"] <= one["lastSeen"] < one["expires"], f"its times: {one}")
    check(ask("GET", "/v1/clients?search=DE").json["total"] == 1, "a search in any case")
    check(ask("GET", "/v1/clients?search=xyz").json == {"clients": [], "total": 0}, "a search without a hit")
    check(ask("GET", "/v1/clients?state=asleep").json["total"] == 0, "none is asleep")
    check(ask("GET", "/v1/clients?sort=-lastSeen&limit=1").json["total"] == 1, "sorted")
    check(ask("GET", "/v1/clients?offset=1").json == {"clients": [], "total": 1}, "behind the last one")
    check(ask("GET", "/v1/clients?limit=0").json == {"clients": [], "total": 1}, "how many there are")
    check(ask("GET", "/v1/clients?state=asleep&offset=1").json == {"clients": [], "total": 0}, "behind the last one of these")
    models = ask("GET", "/v1/clients/dev/models").json["models"]
    device = [model for model in models if model["id"] == 3][0]
    check(device["name"] == "Device" and not device["multiple"], f"a model: {device}")
    reboot = [resource for resource in device["resources"] if resource["id"] == 4][0]
    check(reboot["name"] == "Reboot" and reboot["operations"] == "E", f"a resource of it: {reboot}")
    listed = ask("GET", "/v1/models?search=temp&limit=1000").json
    check({model["id"] for model in listed["models"]} == {3303} and listed["total"] == len(listed["models"]), f"models: {listed}")
    check(ask("GET", "/v1/models?search=3&limit=0").json["total"] > 0, "models by id")
    check(ask("GET", "/v1/models/3").json["version"] >= ask("GET", "/v1/models/3?version=1.0").json["version"], "versions")
    for wrong in ("/v1/models/3?version=9.9", "/v1/models/3?version=x", "/v1/models/65534", "/v1/models/x"):
        ask("GET", wrong, status=404)
    ask("GET", "/v1/clients/nobody", status=404)
    upload_models()
    ask("GET", "/v1/clients/nobody/models", status=404)


def events():
    page = ask("GET", "/v1/events?limit=5").json
    check(len(page["events"]) == 5 and page["next"] == page["events"][-1]["id"], f"a page of events: {page}")
    more = ask("GET", f"/v1/events?limit=5&before={page['next']}").json
    check(int(more["events"][0]["id"]) < int(page["next"]), "the next page goes on before it")
    of_one = ask("GET", "/v1/events?endpoint=later&limit=1000").json["events"]
    check(of_one and all(event["endpoint"] == "later" for event in of_one), "events of one endpoint")
    # Who comes back gets what it has missed, and only that.
    after = more["events"][0]["id"]
    stream = Stream(address, after=after)
    expected = [event["id"] for event in reversed(page["events"])]
    for wanted in expected:
        event = stream.wait_for("what was missed", lambda kind, event: True)
        check(event["id"] == wanted, f"after {after} comes {event['id']}, not {wanted}")


def refused():
    errors = give({"operation": "write", "path": "/1/0", "values": {"lifetime": "long", "binding": 5}}, status=422)
    check([error["at"] for error in errors["errors"]] == ["/values/lifetime", "/values/binding"], f"all errors: {errors}")
    give([], status=422)
    give({"operation": "cancel", "path": "/3"}, status=422)
    for query in ({"wait": 61}, {"wait": "x"}, {"priority": 10}, {"expires": "tomorrow"},
                  {"expires": "2000-01-01T00:00:00Z"}, {"unknown": 1}):
        give({"operation": "read", "path": "/3"}, status=400, **{"wait": 0, **query})
    ask("POST", "/v1/clients/dev/commands", b"{", 400)
    for path in ("/v1/commands/0", "/v1/commands/0123456789abcdeF", "/v1/commands/0123456789abcdef"):
        ask("GET", path, status=404)
        ask("DELETE", path, status=404)
    for query in ("limit=1001", "limit=-1", "before=x", "colour=red"):
        ask("GET", f"/v1/events?{query}", status=400)
    for query in ("limit=1001", "state=sleepy", "sort=size", "offset=-1"):
        ask("GET", f"/v1/clients?{query}", status=400)


def wishes():
    """What is wished is observed at once, and again after each Register (rule C-62)."""
    offset = {"operation": "observe", "path": "/3/0/14"}
    stream = Stream(address)
    added = ask("POST", "/v1/wishes", {"scope": "endpoint", "name": "dev", "request": offset}, 201)
    wish = added.json
    check(added.fields["location"] == f"/v1/wishes/{wish['id']}", f"{added}")
    check((wish["scope"], wish["name"], wish["request"], wish["devices"]) == ("endpoint", "dev", offset, 1), f"{wish}")
    stream.wait_for("the answer to the Observe", lambda kind, event: kind == "answered" and event.get("path") == "/3/0/14" and
                    event["observing"])
    ask("POST", "/v1/wishes", {"scope": "endpoint", "name": "dev", "request": offset}, 409)
    listed = ask("GET", "/v1/wishes").json["wishes"]
    check([(one["id"], one["inForce"]) for one in listed] == [(wish["id"], 1)], f"{listed}")
    mine = ask("GET", "/v1/clients/dev/wishes").json["wishes"]
    check([one["state"] for one in mine] == ["in-force"], f"{mine}")
    check(ask("GET", "/v1/clients/other/wishes").json["wishes"] == [], "none of another device")
    give({"operation": "execute", "path": "/1/0/8"})
    model = ask("POST", "/v1/wishes", {"scope": "model", "name": "nothing", "request": offset}, 201).json
    check(model["devices"] == 0, f"{model}")
    absent = ask("POST", "/v1/wishes", {"scope": "endpoint", "name": "nobody", "request": offset}, 201).json
    check((absent["devices"], absent["inForce"]) == (0, 0), f"{absent}")
    pages, after = [], ""
    while after is not None and len(pages) < 3:
        page = ask("GET", f"/v1/wishes?limit=2{after and '&after='}{after}").json
        pages.append([one["id"] for one in page["wishes"]])
        after = page["next"]
    check(pages == [[wish["id"], model["id"]], [absent["id"]]], f"pages of wishes: {pages}")
    ask("DELETE", f"/v1/wishes/{absent['id']}", status=204)
    page = ask("GET", f"/v1/wishes?after={wish['id']}&limit=1000").json
    check([one["id"] for one in page["wishes"]] == [model["id"]] and page["next"] is None, f"{page}")
    for query in ("limit=1001", "after=x", "before=1"):
        ask("GET", f"/v1/wishes?{query}", status=400)
    ask("DELETE", f"/v1/wishes/{model['id']}", status=204)
    ask("DELETE", f"/v1/wishes/{wish['id']}", status=204)
    stream.wait_for("the end of the observation", lambda kind, event: kind == "ended" and event.get("path") == "/3/0/14")
    ask("DELETE", f"/v1/wishes/{wish['id']}", status=404)
    ask("DELETE", "/v1/wishes/x", status=404)
    for body in ({"scope": "endpoint", "name": "dev", "request": {"operation": "read", "path": "/3"}},
                 {"scope": "endpoint", "request": offset}, {"scope": "all", "name": "dev", "request": offset},
                 {"scope": "group", "name": "dev", "request": offset}, {"scope": "planet", "request": offset},
                 {"scope": "endpoint", "name": 7, "request": offset}, {"scope": "all"}, []):
        ask("POST", "/v1/wishes", body, 422)


def strangers():
    """What anybody can cause does not push what else has happened from the timeline."""
    knocks = 300
    query = b"ep=stranger", b"lt=300", b"lwm2m=2.0"
    options = b"\xb2rd" + b"\x4b" + query[0] + b"".join(bytes([len(part)]) + part for part in query[1:])
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as knocking:
        knocking.connect(("127.0.0.1", int(uri.rsplit(":", 1)[1])))
        knocking.settimeout(PATIENCE_S)
        for mid in range(knocks):
            knocking.send(b"\x40\x02" + mid.to_bytes(2, "big") + options)
            knocking.recv(64)
    lines, counted = 0, 0
    while lines + counted < knocks:
        event = server.wait_for("refused", "suppressed")
        lines += event["event"] == "refused" and event["endpoint"] == "stranger"
        counted += event["lines"] if event["event"] == "suppressed" and event["of"] == "refused" else 0
    kept = len(ask("GET", "/v1/events?endpoint=stranger&limit=1000").json["events"])
    check(counted > 0 and kept == lines, f"{kept} events of {lines} lines, {counted} more were counted")


def page():
    index = ask("GET", "/")
    check(b"main.js" in index.body and index.fields["content-type"] == "text/html; charset=utf-8", f"{index}")
    check("script-src 'self'" in index.fields["content-security-policy"], f"{index}")
    # What a 304 says replaces what a browser has remembered of the file (RFC 9111, 4.3.4).
    with Connection(address) as connection:
        again = connection.ask("GET", "/", If_None_Match=index.fields["etag"])
    check(again.status == 304, f"what is known is not sent again: {again}")
    for name in ("content-security-policy", "cache-control"):
        check(again.fields[name] == index.fields[name], f"{name} of a 304: {again}")
    for name in ("main.js", "page.css", "vendor/preact.js", "icon.svg"):
        ask("GET", f"/{name}")
    for name in ("nothing.js", "vendor", "vendor/", "..%2fmain.js"):
        ask("GET", f"/{name}", status=404)
    ask("GET", "/%2e%2e/main.js", status=400)


def far_behind():
    """Who has missed more than waits for one reader at a time gets all of it, in order, piece by piece."""
    after = ask("GET", "/v1/events?limit=1").json["events"][0]["id"]
    with Connection(address) as connection:
        for _ in range(700):
            given = connection.ask("POST", "/v1/clients/behind/commands", {"operation": "read", "path": "/3/0"})
            gone = connection.ask("DELETE", f"/v1/commands/{given.json['id']}")
            if gone.status != 200:
                raise Failure(f"a command that waits cannot be cancelled: {gone}")
    wanted, before = [], ""
    while after not in wanted:
        page = ask("GET", f"/v1/events?limit=1000{before}").json
        wanted += [event["id"] for event in page["events"]]
        before = f"&before={page.get('next')}"
    wanted = wanted[:wanted.index(after)][::-1]
    stream = Stream(address, after=after)
    found = [event[0] for event in stream.connection.events(len(wanted))]
    check(len(wanted) >= 1400 and found == wanted, f"{len(wanted)} events were missed, others came")


def crowd():
    """As many commands as a device may have, and one more."""
    for _ in range(256):
        give({"operation": "read", "path": "/3"}, "/v1/clients/crowd/commands", 202, wait=0)
    give({"operation": "read", "path": "/3"}, "/v1/clients/crowd/commands", 429, wait=0)


server = Program(SERVER, "--nosec-any", "--listen", "coap://127.0.0.1:0", "--http", "http://127.0.0.1:0")
bound = [server.wait_for("listening")["uri"] for _ in range(2)]
uri = [one for one in bound if one.startswith("coap:")][0]
port = int([one for one in bound if one.startswith("http:")][0].rsplit(":", 1)[1])
address = ("127.0.0.1", port)
if document.MISSING:
    print(f"skipped: answers are not held against the document: {document.MISSING}")
with Connection(address) as first:
    described = document.Document(first.ask("GET", "/v1/openapi.json").body)
device = Program(CLIENT, "--endpoint", "dev", "--server", uri, "--lwm2m", "1.2")
try:
    server.wait_for("registered", endpoint="dev")
    for part in (clients, operations, values, observations, wishes, waiting, events, refused, strangers, page, far_behind, crowd):
        try:
            part()
        except Failure as failure:
            check(False, f"{part.__name__}: {failure}")
finally:
    device.stop()
    server.stop()
check(server.process.returncode == 0, f"the server has ended with {server.process.returncode}")
print(f"{problems} problems")
sys.exit(1 if problems else 0)
