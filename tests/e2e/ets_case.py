# SPDX-License-Identifier: Apache-2.0
"""Cases of OMA's enabler test specification (ETS), each against a device of its own. Where a case names an object that
loom-client does not have, such as Portfolio, it is done with one of the same kind that it has. Standard library only."""

import json
import sys

from coap_device import CONTENT_FORMAT, FETCH, GET, PUT, URI_PATH, URI_QUERY, Device, name

PROGRAM, RELEASE = sys.argv[1:3]
TEXT, LINK, CBOR, SENML_JSON, SENML_CBOR, TLV, JSON = 0, 40, 60, 110, 112, 11542, 11543
SERVER_ID = 7
ALL, SINCE_1_1, OF_1_0, OF_1_2 = ("1.0", "1.1", "1.2"), ("1.1", "1.2"), ("1.0",), ("1.2",)
device = None


class Wrong(Exception):
    pass


def check(good, what):
    if not good:
        raise Wrong(what)


# ---- asking ---------------------------------------------------------------------------------------

def ask(wanted, method, path, **request):
    answer = device.ask(method, path, **request)
    check(name(answer.code) == wanted, f"{method} {path} {request} was answered {name(answer.code)}, not {wanted}")
    return answer


def get(path, accept, **request):
    answer = ask("2.05", GET, path, accept=accept, **request)
    check(answer.number(CONTENT_FORMAT) == accept, f"{path} came as {answer.number(CONTENT_FORMAT)}")
    return answer.payload


def put(path, text):
    ask("2.04", PUT, path, content_format=TEXT, payload=str(text).encode())


def attach(path, query):
    ask("2.04", PUT, path, query=query)


def json_values(payload):
    """Paths and values of SenML JSON, or of the JSON of 1.0."""
    values, base, pack = {}, "", json.loads(payload)
    if isinstance(pack, dict):
        pack = [{"bn": pack.get("bn", "")}, *pack["e"]]
    for record in pack:
        base = record.get("bn", base)
        found = [value for key, value in record.items() if key in ("v", "vs", "vb", "vd", "vlo", "sv", "bv", "ov")]
        if found:
            values[base + record.get("n", "")] = found[0]
    return values


def read(path):
    """Paths and values, in the JSON of the release."""
    return json_values(get(path, JSON if RELEASE == "1.0" else SENML_JSON))


def entries(payload):
    """Of TLV, the entries of the first level: (kind, id, value)."""
    found, at = [], 0
    while at < len(payload):
        head, at = payload[at], at + 1
        wide, lengths = 1 + (head >> 5 & 1), head >> 3 & 3
        identifier, at = int.from_bytes(payload[at:at + wide], "big"), at + wide
        length, at = int.from_bytes(payload[at:at + lengths], "big") if lengths else head & 7, at + lengths
        found.append((head >> 6, identifier, payload[at:at + length]))
        at += length
    check(at == len(payload), "an entry that is longer than the payload")
    return found


def expect(values, wanted):
    for path, value in wanted.items():
        check(values.get(path) == value, f"{path} is {values.get(path)}, not {value}")


def links(path, query=""):
    """Targets, each with its parameters."""
    found = {}
    for link in get(path, LINK, query=query).decode().split(","):
        target, *parameters = link.split(";")
        found[target.strip("<>")] = dict(parameter.split("=") for parameter in parameters)
    return found


def names(*paths):
    return json.dumps([{"n": path} for path in paths]).encode()


def the_device():
    return device


def composite(paths, wanted="2.05", **request):
    return ask(wanted, FETCH, "/", content_format=SENML_JSON, accept=SENML_JSON, payload=names(*paths), **request)


def updated(lifetime):
    """The device tells its new lifetime."""
    update = device.wait_for(lambda request: request.values(URI_PATH)[0] == b"rd")
    check(f"lt={lifetime}".encode() in update.values(URI_QUERY), f"{update.values(URI_QUERY)} is no Update of {lifetime}")


# ---- running --------------------------------------------------------------------------------------

def run(case):
    """With batteries, and an account with periods."""
    global device
    device = Device(PROGRAM, RELEASE)
    try:
        for path, value in (("/3/0/6/0", 1), ("/3/0/6/1", 5), ("/3/0/7/0", 3800), ("/3/0/7/1", 5000), ("/3/0/8/0", 125),
                            ("/3/0/8/1", 900), ("/3/0/9", 100), ("/3303/0/5750", "hall")):
            device.command(f"set {path} {value}")
        device.served.clear()
        case()
        return 0
    except Wrong as wrong:
        print(f"error: {RELEASE}: {case.__name__}: {wrong}")
        return 1
    finally:
        device.close()


def run_all(cases):
    """`cases`: releases, and what is done in them. Ends the program."""
    problems = sum(run(case) for releases, some in cases if RELEASE in releases for case in some)
    print(f"{problems} problems")
    sys.exit(1 if problems else 0)
