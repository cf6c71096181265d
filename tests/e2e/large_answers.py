#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Answers longer than the room that a device has for one: read block by block, in the sizes that the device has room for
and that its server asks for, they are what a device says that has room for all.

usage: large_answers.py LOOM_CLIENT RELEASE
"""

import sys

from coap_device import BLOCK2, FETCH, GET, PUT, Device, code, name, number, tlv

PROGRAM, RELEASE = sys.argv[1:3]
NEWER = RELEASE != "1.0"      # 1.1 and later
ETAG, SIZE2 = 4, 28
LINK, SENML_JSON, SENML_CBOR, TLV, JSON, LWM2M_CBOR = 40, 110, 112, 11542, 11543, 11544
LIST = b'[{"n":"/1/0/0"},{"n":"/2"},{"n":"/1/0/7"},{"n":"/3/0/15"},{"n":"/3/0/11"},{"n":"/77"}]'
WHOLE = 65536  # the room that a device has if nobody says another
TEXT = b"Antarctica/DumontDUrville"
ROOMS = (16, 17, 40, 100, 128, 600, 1024)
asked = 0
problems = 0


def check(good, what):
    global problems
    if not good:
        problems += 1
        print(f"error: {RELEASE}: {what}")


def start(*options):
    device = Device(PROGRAM, RELEASE, *options)
    rights = b"".join(tlv(1, server, b"\x0f") for server in range(1, 5))
    for path, payload in (("/2/0/2", tlv(2, 2, rights)), ("/3/0/15", tlv(3, 15, TEXT))):
        answer = device.ask(PUT, path, content_format=TLV, payload=payload)
        check(name(answer.code) == "2.04", f"PUT {path} was answered {name(answer.code)}")
    attach(device)
    return device


def attach(device):
    """Attributes wherever there may be some, so that a Discover has much to say."""
    for path in ("/3", "/3/0", *(f"/3/0/{resource}" for resource in (0, 1, 2, 3, 10, 11, 13, 14, 15, 16, 21))):
        query = "pmin=1000000000&pmax=2000000000" + ("&epmin=3000000000&epmax=4000000000" if NEWER else "") + (
            "&con=1&hqmax=1000" if RELEASE == "1.2" else "")
        answer = device.ask(PUT, path, query)
        check(name(answer.code) == "2.04", f"{path}: {name(answer.code)}")


def requests():
    """What stays as it is while it is read: C-10, C-13, C-30."""
    for path in ("/1/0/7", "/3/0/15", "/2", "/2/0", "/2/0/2"):
        for accept in (TLV, SENML_JSON if NEWER else JSON) + ((SENML_CBOR,) if NEWER else ()) + (
                (LWM2M_CBOR,) if RELEASE == "1.2" else ()):
            yield GET, path, accept, b""
    for path in ("/1", "/3", "/3/0", "/3303"):
        yield GET, path, LINK, b""
    for accept in ((SENML_JSON, SENML_CBOR) if NEWER else ()) + ((LWM2M_CBOR,) if RELEASE == "1.2" else ()):
        yield FETCH, "/", accept, LIST


def ask(device, request, options=(), again=False):
    """`again`: a later block of a FETCH, which need not say again what it asks for (RFC 7959 section 2.7)."""
    global asked
    asked += 1
    method, path, accept, payload = request
    payload = b"" if again else payload
    return device.ask(method, path, accept=accept, content_format=SENML_JSON if method == FETCH else None,
                      payload=payload, options=options)


def joined(device, request, room, wanted, repeated):
    """Block by block. `wanted`: the size exponent that is asked for at first, None for none; the smaller one of an answer
    is asked for from then on. In the middle the peer wants less."""
    body, szx, tag, shrunk = b"", wanted, None, False
    while True:
        options = [] if szx is None else [(BLOCK2, number(len(body) // (16 << szx) << 4 | szx))]
        if not body:
            options.append((SIZE2, b""))
        answer = ask(device, request, options, again=body and not repeated)
        block = answer.number(BLOCK2)
        if answer.code != code("2.05") or (block is None and body):
            check(False, f"{request} at {len(body)}, room {room}: {name(answer.code)}, block {block}")
            return body
        if block is None:
            check(len(answer.payload) <= room, f"{request}: {len(answer.payload)} bytes in a room of {room}")
            return answer.payload
        given = 16 << (block & 7)
        size = len(body)
        check((block >> 4) * given == size, f"{request}: block {block >> 4} of {given}, not at {size}")
        check(given <= room or tag is None and answer.number(SIZE2) is not None and answer.number(SIZE2) <= room,
              f"{request}: a block of {given} bytes from a room of {room}")
        check(szx is None or block & 7 <= szx, f"{request}: a bigger block than was asked for")
        check(tag in (None, answer.values(ETAG)), f"{request}: another answer at {size}")
        check(not block & 8 or len(answer.payload) == given, f"{request}: a block that is not filled")
        body, szx, tag = body + answer.payload, block & 7, answer.values(ETAG)
        if not block & 8:
            return body
        if not shrunk and szx > 0 and len(body) > 32:
            szx, shrunk = szx - 1, True


def compare(device, request, whole, room):
    for wanted in (None, 0, 1, 2, 3, 4, 5, 6):
        for repeated in (True, False) if request[0] == FETCH else (True,):
            body = joined(device, request, room, wanted, repeated)
            check(body == whole, f"{request}, room {room}, exponent {wanted}: {len(body)} bytes, not {len(whole)}")


def wrong(device):
    """What is no answer is none in blocks: C-1, C-30, C-40."""
    for block in (0, 5000):
        for request, wanted in (((GET, "/0", TLV, b""), "4.01"), ((GET, "/77", TLV, b""), "4.04"),
                                ((GET, "/1", 50, b""), "4.06"), ((FETCH, "/", SENML_JSON, b"[{"), "4.00"),
                                ((FETCH, "/", SENML_JSON, b'[{"n":"/0"}]'), "4.01"),
                                ((FETCH, "/", SENML_JSON, b'[{"n":"/77"}]'), "4.04"),
                                ((FETCH, "/", TLV, LIST), "4.06")):
            if request[0] == GET or NEWER and block == 0:
                answer = ask(device, request, [(BLOCK2, number(block << 4))])
                check(name(answer.code) == wanted, f"{request}: {name(answer.code)}, not {wanted}")
    answer = ask(device, (GET, "/1", TLV, b""), [(BLOCK2, number(5000 << 4))])
    check(name(answer.code) in ("4.00", "4.08"), f"behind the end: {name(answer.code)}")


device = start()
try:
    # Longer than a packet it comes in blocks, but of what the device has made at once.
    wholes = [(request, joined(device, request, WHOLE, None, True)) for request in requests()]
finally:
    device.close()
for room in ROOMS:
    device = start("--answer-max", str(room))
    try:
        for request, whole in wholes:
            compare(device, request, whole, room)
        wrong(device)
        check(device.process.poll() is None, "the device has ended")
    finally:
        device.close()
check(max(len(whole) for _, whole in wholes) > {"1.0": 500, "1.1": 900, "1.2": 1024}[RELEASE], "nothing is large")
print(f"{asked} requests, {problems} problems")
sys.exit(1 if problems else 0)
