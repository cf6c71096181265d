#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The trace of a device over REST: begun, watched, ended, by its bounds too; and without keys.

usage: trace.py LOOM_SERVER LOOM_BOOTSTRAP_SERVER LOOM_CLIENT ACCOUNTS
"""

import json
import signal
import subprocess
import sys

from peer import Failure, equal
from served import Loom

SERVER, BOOTSTRAP_SERVER, CLIENT, ACCOUNTS = sys.argv[1:5]
TRACE = "/v1/clients/dev/trace"


def late(*_):
    """Who waits in vain ends, and what it has started."""
    raise TimeoutError


def message(stream):
    _, kind, data = stream.events(1)[0]
    return kind, json.loads(data)


def give(loom, request):
    return loom.request("POST", "/v1/clients/dev/commands?wait=10", request).json


def watched(loom):
    """Each message, in order, as an event `coap`; what may hold a key is withheld."""
    equal(loom.ask(TRACE).json, {"on": False, "messages": 0, "seconds": 0}, "before it is begun")
    with loom.follow(TRACE) as stream:
        state = loom.request("POST", TRACE, {}).json
        equal((state["on"], state["messages"], 590 < state["seconds"] <= 600), (True, 1000, True), "the usual bounds")
        give(loom, {"operation": "read", "path": "/3/0/0"})
        (kind, asked), (_, answered) = message(stream), message(stream)
        equal((kind, asked["event"], asked["endpoint"], asked["code"], asked["incoming"]), ("coap", "coap", "dev", "GET", False),
              "the request")
        equal((answered["code"], answered["values"][0]["value"]), ("2.05", "Loom"), "the answer")
        give(loom, {"operation": "write", "path": "/0/0/5", "value": "00112233445566778899"})
        key = message(stream)[1]
        equal((key["code"], key.get("withheld"), "00112233" in json.dumps(key).lower()), ("PUT", True, False), "a key")
        message(stream)
        # It is in no timeline.
        equal([event for event in loom.ask("/v1/events?limit=1000").json["events"] if event["event"] == "coap"], [], "events")
        loom.request("DELETE", TRACE, status=204)
        equal(message(stream), ("ended", {}), "the end")
        equal(loom.request("DELETE", TRACE, status=404).reason, "not-traced", "a second end")


def bounds(loom):
    """A trace ends by itself, after its messages or its seconds."""
    with loom.follow(TRACE) as stream:
        loom.request("POST", TRACE, {"messages": 2})
        give(loom, {"operation": "read", "path": "/3/0/0"})
        equal([message(stream)[0] for _ in range(3)], ["coap", "coap", "ended"], "after two messages")
        loom.request("POST", TRACE, {"seconds": 1})
        equal(message(stream)[0], "ended", "after a second in which nothing has happened")
    equal(loom.ask(TRACE).json["on"], False, "it has ended")


def refused(loom):
    for body in ({"messages": 0}, {"messages": 100001}, {"seconds": 0}, {"seconds": 86401}, {"seconds": "5"}, {"minutes": 1}, []):
        loom.request("POST", TRACE, body, 422)
    for name in "abcd":
        loom.request("POST", f"/v1/clients/{name}/trace", {})
    equal(loom.request("POST", "/v1/clients/e/trace", {}, 409).reason, "cannot-trace", "a fifth device")
    for name in "abcd":
        loom.request("DELETE", f"/v1/clients/{name}/trace", status=204)


def bootstraps():
    """The bootstrap server knows a device by what it says."""
    with Loom(BOOTSTRAP_SERVER, options=("--accounts", ACCOUNTS)) as loom, loom.follow("/v1/clients/nobody/trace") as stream:
        loom.request("POST", "/v1/clients/nobody/trace", {})
        device = subprocess.Popen([CLIENT, "--endpoint", "nobody", "--bootstrap", loom.coap], stdin=subprocess.PIPE,
                                  stdout=subprocess.DEVNULL)
        try:
            kind, asked = message(stream)
            equal((kind, asked["code"], asked["incoming"]), ("coap", "POST", True), "a Bootstrap-Request")
        finally:
            device.kill()
            device.wait()
        loom.end()


def main():
    signal.signal(signal.SIGALRM, late)
    signal.alarm(100)
    with Loom(SERVER) as loom:
        device = subprocess.Popen([CLIENT, "--endpoint", "dev", "--server", loom.coap], stdin=subprocess.PIPE,
                                  stdout=subprocess.DEVNULL)
        try:
            loom.event("registered", endpoint="dev")
            for case in (watched, bounds, refused):
                case(loom)
        finally:
            device.kill()
            device.wait()
        loom.end()
    bootstraps()
    print("0 problems")


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        sys.exit(f"error: {failure}"[:2000])
