#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""REST in the shapes of Leshan's demo server, as scripts written for it ask.

usage: leshan.py LOOM_SERVER LOOM_CLIENT
"""

import json
import sys
import time

from loom import Program, Server
from peer import Connection, Failure

SERVER, CLIENT = sys.argv[1:3]
problems = 0


def check(good, what):
    global problems
    if not good:
        problems += 1
        print(f"error: {what}")


def ask(method, path, body=None, status=200, **fields):
    answer = server.ask(method, f"/api/{path}", body, **fields)
    check(answer.status == status, f"{method} {path} {body}: {answer}, not {status}")
    return answer


def done(method, path, body=None, code="CONTENT(205)", **fields):
    """An operation that the device answers with this code."""
    answer = ask(method, path, body, **fields).json
    success = int(code[-4:-1]) < 400
    check(answer.get("status") == code and answer["valid"] is True and answer["success"] is success and
          answer["failure"] is not success, f"{method} {path}: {answer}, not {code}")
    return answer


def registration():
    listed = ask("GET", "clients").json
    one = ask("GET", "clients/dev").json
    check([client["endpoint"] for client in listed] == ["dev"] and one["endpoint"] == "dev", f"{listed}")
    check(one["lwM2mVersion"] == "1.2" and one["bindingMode"] == "U" and one["secure"] is False and
          one["queuemode"] is False and one["lifetime"] == 86400 and one["rootPath"] == "/", f"a registration: {one}")
    check(abs(one["registrationDate"] / 1000 - time.time()) < 300, f"its date, in ms: {one}")
    check({"url": "/3/0", "attributes": {}} in one["objectLinks"] and one["availableInstances"]["3"] == [0], f"{one}")
    device = [model for model in ask("GET", "objectspecs/dev").json if model["id"] == 3][0]
    check(device["name"] == "Device" and device["instancetype"] == "single", f"a model: {device}")
    battery = [one for one in device["resourcedefs"] if one["id"] == 9][0]
    check(battery["type"] == "integer" and battery["operations"] == "R", f"a resource: {battery}")
    check(ask("GET", "clients/nobody", status=400).fields["content-type"].startswith("text/plain"), "an error is text")
    # The page of another site makes no device do anything, not even by what is a GET here.
    for path in ("clients/dev/3/0", "clients/dev/3/0/discover", "clients/dev/composite?paths=/3/0"):
        ask("GET", path, status=403, Sec_Fetch_Site="cross-site")
    ask("GET", "clients", Sec_Fetch_Site="cross-site")


def operations():
    answer = done("GET", "clients/dev/3/0/0")
    check(answer["content"] == {"kind": "singleResource", "id": 0, "type": "STRING", "value": "Loom"}, f"{answer}")
    answer = done("GET", "clients/dev/3/0/11?format=TLV&timeout=10")
    check(answer["content"] == {"kind": "multiResource", "id": 11, "type": "INTEGER", "values": {"0": "0"}}, f"{answer}")
    answer = done("GET", "clients/dev/3/0")
    check(answer["content"]["kind"] == "instance" and answer["content"]["id"] == 0, f"an instance: {answer}")
    answer = done("GET", "clients/dev/3")
    check(answer["content"]["kind"] == "obj" and answer["content"]["instances"][0]["kind"] == "instance", f"{answer}")
    done("GET", "clients/dev/3/0/77", code="NOT_FOUND(404)")
    done("PUT", "clients/dev/3/0/14",
         {"id": 14, "kind": "singleResource", "value": "+02:00", "type": "string"}, "CHANGED(204)")
    check(done("GET", "clients/dev/3/0/14?format=TEXT")["content"]["value"] == "+02:00", "what was written")
    done("PUT", "clients/dev/1/0?replace=false",
         {"id": 0, "kind": "instance", "resources": [{"id": 2, "kind": "singleResource", "value": "4", "type": "integer"}]},
         "CHANGED(204)")
    check(done("GET", "clients/dev/1/0/2")["content"]["value"] == "4", "an instance in part")
    check(any(link["url"] == "/3/0/9" or link["url"].startswith("/3/0/") for link in
              done("GET", "clients/dev/3/0/discover")["objectLinks"]), "a Discover")
    done("PUT", "clients/dev/3303/0/5700/attributes?pmin=0&pmax=1", code="CHANGED(204)")
    done("POST", "clients/dev/3303/0/5605", code="CHANGED(204)")
    ask("POST", "clients/dev/3303/0/5605", status=403, Origin="https://elsewhere.example")
    done("POST", "clients/dev/3/0/4/observe", code="METHOD_NOT_ALLOWED(405)")


def composites():
    answer = done("GET", "clients/dev/composite?paths=/3/0/14,/1/0/2&pathformat=SENML_CBOR&nodeformat=SENML_JSON")
    check(answer["content"] == {"/3/0/14": {"kind": "singleResource", "id": 14, "type": "STRING", "value": "+02:00"},
                                "/1/0/2": {"kind": "singleResource", "id": 2, "type": "INTEGER", "value": "4"}},
          f"a Read-Composite: {answer}")
    # What a device does not have is left out; /3/0/11/0 is a node of its own.
    answer = done("GET", "clients/dev/composite?paths=/1/0/2,/3/0/11/0,/3339/0/5522&pathformat=senml_cbor")
    check(sorted(answer["content"]) == ["/1/0/2", "/3/0/11/0"] and
          answer["content"]["/3/0/11/0"]["kind"] == "resourceInstance", f"in part: {answer}")
    done("PUT", "clients/dev/composite", {"/3/0/14": {"id": 14, "value": "+03:00", "type": "STRING"},
                                          "/1/0/2": {"id": 2, "value": "5", "type": "INTEGER"}}, "CHANGED(204)")
    check(done("GET", "clients/dev/1/0/2")["content"]["value"] == "5", "what a Write-Composite wrote")
    # Ids may be texts, and types have small letters; time is in ms there.
    done("PUT", "clients/dev/composite?timeout=10&format=SENML_JSON&nodeformat=SENML_JSON&pathformat=SENML_JSON",
         {"/3/0/13": {"id": "13", "value": 1700000000000, "type": "time", "kind": "singleResource"}}, "CHANGED(204)")
    check(0 <= done("GET", "clients/dev/3/0/13")["content"]["value"] - 1700000000000 < 300000, "a time that goes on")


def observation():
    with Connection(server.address) as stream:
        stream.send("GET /api/event?ep=dev HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n")
        check(stream.head()[0] == 200, "the stream")
        done("POST", "clients/dev/3303/0/5700/observe")
        while True:
            _, name, data = stream.events(1)[0]
            if name == "NOTIFICATION":
                break
        event = json.loads(data)
        check(event["ep"] == "dev" and event["kind"] == "single" and event["res"] == "/3303/0/5700" and
              event["val"]["kind"] == "singleResource" and event["val"]["type"] == "FLOAT", f"a notification: {event}")
        answer = done("DELETE", "clients/dev/3303/0/5700/observe?active")
        check(answer["content"]["id"] == 5700, f"what the device says at the end: {answer}")
        ask("DELETE", "clients/dev/3303/0/5700/observe?active", status=404)
        check(ask("DELETE", "clients/dev/3303/0/5700/observe").body == b"", "nothing is observed, and that was wanted")
        several(stream)
        device.stop()
        while True:
            _, name, data = stream.events(1)[0]
            if name == "DEREGISTRATION":
                break
        check(json.loads(data)["endpoint"] == "dev", f"the end: {data}")


def several(stream):
    """An observation of several paths."""
    paths = "paths=/3303/0/5700,/3/0/14"
    answer = done("POST", f"clients/dev/composite/observe?{paths}&pathformat=SENML_CBOR&nodeformat=SENML_CBOR")
    check(sorted(answer["content"]) == ["/3/0/14", "/3303/0/5700"], f"an Observe-Composite: {answer}")
    done("PUT", "clients/dev/3/0/14", {"id": 14, "value": "+04:00", "type": "STRING"}, "CHANGED(204)")
    while True:
        _, name, data = stream.events(1)[0]
        event = json.loads(data)
        if name == "NOTIFICATION" and event["kind"] == "composite":
            break
    check(event["ep"] == "dev" and event["paths"] == ["/3303/0/5700", "/3/0/14"] and
          event["val"]["/3/0/14"]["kind"] == "singleResource", f"a notification of several: {event}")
    ask("DELETE", "clients/dev/composite/observe?paths=/3/0/14,/3303/0/5700&active", status=404)
    answer = done("DELETE", f"clients/dev/composite/observe?{paths}&active")
    check(sorted(answer["content"]) == ["/3/0/14", "/3303/0/5700"], f"what the device says at the end: {answer}")
    done("POST", f"clients/dev/composite/observe?{paths}")
    ask("DELETE", f"clients/dev/composite/observe?{paths}")
    ask("DELETE", f"clients/dev/composite/observe?{paths}&active", status=404)


def sleeping():
    """What waits for a device that is asleep is told by an event with the same id."""
    with Connection(server.address) as stream:
        stream.send("GET /api/event HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n")
        stream.head()
        sleeper = Program(CLIENT, "--endpoint", "sleeper", "--server", server.uris["coap"], "--lwm2m", "1.1", "--queue-mode")
        server.wait_for("registered", endpoint="sleeper")
        check(ask("GET", "clients/sleeper").json["sleeping"] is False, "it is awake")
        done("GET", "clients/sleeper/3/0/0")
        sleeper.stop()


def refused():
    for method, path, body in (("GET", "clients/nobody/3", None), ("GET", "clients/dev/x", None),
                               ("GET", "clients/dev/3/0/9/observe", None), ("GET", "clients/dev/3?format=YAML", None),
                               ("PUT", "clients/dev/3/0/14", {}), ("PUT", "clients/dev/3/0/14", {"value": [1]}),
                               ("PUT", "clients/dev/1/0/1", {"value": "long"}), ("PUT", "clients/dev/3/0/14/x", {"value": "a"}),
                               ("PUT", "clients/dev/composite", {"3": {"value": 1}}),
                               ("GET", "clients/dev/65536", None), ("GET", "clients/dev/1/2/3/4/5", None),
                               ("POST", "clients/dev/3303", {"id": 1})):
        ask(method, path, body, 400)


server = Server(SERVER, "--nosec-any")
device = Program(CLIENT, "--endpoint", "dev", "--server", server.uris["coap"], "--lwm2m", "1.2")
try:
    server.wait_for("registered", endpoint="dev")
    for part in (registration, operations, composites, refused, observation, sleeping):
        try:
            part()
        except (Failure, KeyError, TypeError) as failure:
            check(False, f"{part.__name__}: {type(failure).__name__} {failure}")
finally:
    device.stop()
    server.stop()
print(f"{problems} problems")
sys.exit(1 if problems else 0)
