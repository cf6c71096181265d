#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""REST in the shapes of Leshan's demo server, as scripts written for it ask.

usage: leshan.py LOOM_SERVER LOOM_CLIENT
"""

import json
import os
import socket
import sys
import tempfile
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
    # A format that is none is left to the device.
    done("GET", "clients/dev/3/0/0?format=None")
    done("PUT", "clients/dev/3/0/14",
         {"id": 14, "kind": "singleResource", "value": "+02:00", "type": "string"}, "CHANGED(204)")
    check(done("GET", "clients/dev/3/0/14?format=TEXT")["content"]["value"] == "+02:00", "what was written")
    done("PUT", "clients/dev/3/0/14", b"+01:00", "CHANGED(204)", Content_Type="text/plain; charset=utf-8")
    check(done("GET", "clients/dev/3/0/14")["content"]["value"] == "+01:00", "text as it is")
    done("PUT", "clients/dev/3/0/14", {"id": "14", "value": "+02:00", "type": "STRING"}, "CHANGED(204)")
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
    # Instances of a multiple resource are several values; this one can only be read.
    done("PUT", "clients/dev/composite", {"/3/0/11": {"id": 11, "kind": "multiResource", "values": {"0": 0}, "type": "integer"}},
         "METHOD_NOT_ALLOWED(405)")
    # Ids may be texts, and types have small letters; time is in ms there.
    done("PUT", "clients/dev/composite?timeout=10&format=SENML_JSON&nodeformat=SENML_JSON&pathformat=SENML_JSON",
         {"/3/0/13": {"id": "13", "value": 1700000000000, "type": "time", "kind": "singleResource"}}, "CHANGED(204)")
    check(0 <= done("GET", "clients/dev/3/0/13")["content"]["value"] - 1700000000000 < 300000, "a time that goes on")


def observation():
    with Connection(server.address) as stream:
        stream.send("GET /api/event?ep=dev HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n")
        check(stream.head()[0] == 200, "the stream")
        done("POST", "clients/dev/3303/0/5700/observe")
        def notification(_, name, data):
            check(name != "REQUEST_RESPONSE", f"what was answered at once is told once: {data}")
            return name == "NOTIFICATION"
        data = stream.event("a NOTIFICATION", notification)[2]
        event = json.loads(data)
        check(event["ep"] == "dev" and event["kind"] == "single" and event["res"] == "/3303/0/5700" and
              event["val"]["kind"] == "singleResource" and event["val"]["type"] == "FLOAT", f"a notification: {event}")
        answer = done("DELETE", "clients/dev/3303/0/5700/observe?active")
        check(answer["content"]["id"] == 5700, f"what the device says at the end: {answer}")
        ask("DELETE", "clients/dev/3303/0/5700/observe?active", status=404)
        check(ask("DELETE", "clients/dev/3303/0/5700/observe").body == b"", "nothing is observed, and that was wanted")
        several(stream)
        device.stop()
        data = stream.event("a DEREGISTRATION", lambda number, name, data: name == "DEREGISTRATION")[2]
        check(json.loads(data)["endpoint"] == "dev", f"the end: {data}")


def several(stream):
    """An observation of several paths."""
    paths = "paths=/3303/0/5700,/3/0/14"
    answer = done("POST", f"clients/dev/composite/observe?{paths}&pathformat=SENML_CBOR&nodeformat=SENML_CBOR")
    check(sorted(answer["content"]) == ["/3/0/14", "/3303/0/5700"], f"an Observe-Composite: {answer}")
    done("PUT", "clients/dev/3/0/14", {"id": 14, "value": "+04:00", "type": "STRING"}, "CHANGED(204)")
    data = stream.event("a NOTIFICATION of several paths", lambda number, name, data: name == "NOTIFICATION" and
                        json.loads(data)["kind"] == "composite")[2]
    event = json.loads(data)
    check(event["ep"] == "dev" and event["paths"] == ["/3303/0/5700", "/3/0/14"] and
          event["val"]["/3/0/14"]["kind"] == "singleResource", f"a notification of several: {event}")
    ask("DELETE", "clients/dev/composite/observe?paths=/3/0/14,/3303/0/5700&active", status=404)
    answer = done("DELETE", f"clients/dev/composite/observe?{paths}&active")
    check(sorted(answer["content"]) == ["/3/0/14", "/3303/0/5700"], f"what the device says at the end: {answer}")
    done("POST", f"clients/dev/composite/observe?{paths}")
    ask("DELETE", f"clients/dev/composite/observe?{paths}")
    ask("DELETE", f"clients/dev/composite/observe?{paths}&active", status=404)


def bounded():
    """A list without pages ends where making it would keep devices waiting."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as devices:
        devices.connect(("127.0.0.1", int(server.uris["coap"].rsplit(":", 1)[1])))
        devices.settimeout(30)
        for number in range(2001):
            devices.send(b"\x40\x02" + number.to_bytes(2, "big") + b"\xb2rd\x11\x28\x37ep=" + f"{number:04}".encode() +
                         b"\x09lwm2m=1.1\x06lt=300\xff</3/0>")
            answer = devices.recv(64)
            if answer[1] != 0x41:
                check(False, f"a Register: {answer} {server.wait_for('refused')}")
                break
            if number == 1999:
                check(len(ask("GET", "clients").json) == 2000, "all of them")
    check(b"/v1/clients" in ask("GET", "clients", status=400).body, "one more")


def stream_of(which, query=""):
    stream = Connection(which.address)
    stream.send(f"GET /api/event{query} HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n")
    check(stream.head()[0] == 200, "the stream")
    return stream


def next_event(stream, *names):
    _, name, data = stream.event(" or ".join(names), lambda number, name, data: name in names)
    return name, json.loads(data)


def sleeping():
    """What waits for a device that is asleep is told by an event with the same id. After a restart of the server a device in queue
    mode is asleep until it is heard (rule B-82)."""
    with tempfile.TemporaryDirectory(prefix="loom-leshan-") as folder:
        os.chmod(folder, 0o700)
        words = (SERVER, "--nosec-any", "--store", f"sqlite:{folder}/store.db")
        first = Server(*words)
        coap = first.uris["coap"]
        # By name, so that it is also the one of arguments that nobody knows.
        stream = stream_of(first, "?sleeper")
        sleeper = Program(CLIENT, "--endpoint", "sleeper", "--server", coap, "--lwm2m", "1.1", "--queue-mode")
        check(next_event(stream, "REGISTRATION")[1]["sleeping"] is False, "it is awake")
        check(next_event(stream, "AWAKE", "SLEEPING") == ("AWAKE", {"ep": "sleeper"}), "that is told")
        check(first.ask("GET", "/api/clients/sleeper/3/0/0").json["success"] is True, "it answers")
        first.stop()
        second = Server(*words, at=coap)
        try:
            check(second.ask("GET", "/api/clients/sleeper").json["sleeping"] is True, "it is asleep")
            stream = stream_of(second)
            delayed = [second.ask("GET", f"/api/clients/sleeper/3/0/{resource}?timeout=60").json for resource in (0, 14)]
            check([one["ep"] for one in delayed] == ["sleeper"] * 2 and delayed[0]["delayed"] is True and
                  delayed[0]["path"] == "/3/0/0" and delayed[0]["requestId"] != delayed[1]["requestId"], f"{delayed}")
            sleeper.say("update")
            check(next_event(stream, "AWAKE", "SLEEPING") == ("AWAKE", {"ep": "sleeper"}), "it has woken up")
            # All that wait are answered, in their order, not only the last one.
            for one in delayed:
                told = next_event(stream, "REQUEST_RESPONSE")[1]
                check((told["requestId"], told["path"], told["ep"]) == (one["requestId"], one["path"], "sleeper") and
                      told["response"]["status"] == "CONTENT(205)", f"an answer: {told}")
            updated(stream, sleeper)
        finally:
            sleeper.stop()
            second.stop()


def updated(stream, sleeper):
    """An Update says what has changed."""
    sleeper.say("update")
    told = next_event(stream, "UPDATED")[1]
    shown = told["registration"]
    check(told["update"]["registrationId"] == shown["registrationId"] and told["update"]["address"] == shown["address"] and
          "lifetime" not in told["update"] and "objectLinks" not in told["update"], f"an Update of nothing: {told}")
    sleeper.say("deregister")
    told = next_event(stream, "DEREGISTRATION")[1]
    check((told["registrationId"], [link["url"] for link in told["objectLinks"]], told["availableInstances"]) ==
          (shown["registrationId"], [link["url"] for link in shown["objectLinks"]], shown["availableInstances"]),
          f"what has ended: {told}")


def log():
    """Messages of a device are told while somebody reads its events, and no longer; keys are in none of them."""
    with stream_of(server, "?ep=dev") as stream:
        server.wait_for("trace-begun", text="dev")
        done("GET", "clients/dev/3/0/0?format=TEXT")
        asked = next_event(stream, "COAPLOG")[1]
        check(asked["ep"] == "dev" and asked["incoming"] is False and asked["type"] == "CON" and asked["code"] == "GET" and
              "Uri-Path: 3" in asked["options"] and abs(asked["timestamp"] / 1000 - time.time()) < 300, f"a request: {asked}")
        answer = next_event(stream, "COAPLOG")[1]
        check(answer["token"] == asked["token"] and answer["incoming"] is True and answer["code"] == "2.05" and "Loom" in answer["payload"], f"an answer: {answer}")
    server.wait_for("trace-ended", text="dev")
    # Two read: it goes on until the last of them has gone.
    with stream_of(server, "?ep=dev") as stream, stream_of(server):
        server.wait_for("trace-begun", text="dev")
        with stream_of(server, "?ep=dev"):
            pass
        done("GET", "clients/dev/3/0/0")
        next_event(stream, "COAPLOG")
    server.wait_for("trace-ended", text="dev")
    done("GET", "clients/dev/3/0/0")
    check(server.text.count('"event":"coap"') > 0 and server.ask("GET", "/v1/clients/dev/trace").json["on"] is False, "it is over")


def refused():
    for method, path, body in (("GET", "clients/nobody/3", None), ("GET", "clients/dev/x", None),
                               ("GET", "clients/dev/3/0/9/observe", None),
                               ("PUT", "clients/dev/3/0/14", {}), ("PUT", "clients/dev/3/0/14", {"value": [1]}), ("PUT", "clients/dev/composite", b"{"),
                               ("PUT", "clients/dev/composite", {"/3/0": {"resources": []}}), ("PUT", "clients/dev/composite", {}),
                               ("PUT", "clients/dev/composite", {"/3/0/11": {"values": {"x": 1}}}),
                               ("PUT", "clients/dev/3/0/14", b"["), ("PUT", "clients/dev/3/0/14", b"[" * 5000),
                               ("PUT", "clients/dev/1/0/1", {"value": "long"}), ("PUT", "clients/dev/3/0/14/x", {"value": "a"}),
                               ("PUT", "clients/dev/composite", {"3": {"value": 1}}),
                               ("GET", "clients/dev/65536", None), ("GET", "clients/dev/1/2/3/4/5", None),
                               ("POST", "clients/dev/3303", {"id": 1})):
        ask(method, path, body, 400)


server = Server(SERVER, "--nosec-any")
device = Program(CLIENT, "--endpoint", "dev", "--server", server.uris["coap"], "--lwm2m", "1.2")
try:
    server.wait_for("registered", endpoint="dev")
    for part in (registration, operations, composites, refused, log, observation, sleeping, bounded):
        try:
            part()
        except (Failure, KeyError, TypeError, ValueError) as failure:
            check(False, f"{part.__name__}: {type(failure).__name__} {failure}")
finally:
    device.stop()
    server.stop()
print(f"{problems} problems")
sys.exit(1 if problems else 0)
