#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every operation at every depth in every format, right and wrong, as a server without manners asks for it: some
hundreds of requests for each release, and what the rules say that each is answered.

usage: operations.py LOOM_CLIENT RELEASE
"""

import struct
import sys

from coap_device import (ACCEPT, BLOCK1, BLOCK2, CONTENT_FORMAT, DELETE, FETCH, GET, IPATCH, LOCATION_PATH, NON, OBSERVE,
                         PATCH, POST, PUT, RST, Device, code, name, number, tlv)

PROGRAM, RELEASE = sys.argv[1:3]
NEWER = RELEASE != "1.0"      # 1.1 and later
NEWEST = RELEASE == "1.2"
TEXT, LINK, OPAQUE, CBOR, SENML_JSON, SENML_CBOR, ETCH_JSON, ETCH_CBOR, TLV, JSON, LWM2M_CBOR = (
    0, 40, 42, 60, 110, 112, 320, 322, 11542, 11543, 11544)
UNKNOWN = 9999
# Rule C-1: these and no others; 4.02 is of CoAP itself (RFC 7252 section 5.4.1).
ERRORS = "4.00 4.01 4.04 4.05 4.06 4.15"

device = Device(PROGRAM, RELEASE)
asked = 0
problems = 0


def check(good, what):
    global problems
    if not good:
        problems += 1
        print(f"error: {RELEASE}: {what}")


def expect(wanted, method, path, **request):
    """`wanted`: the codes that are right, with a blank between them."""
    global asked
    asked += 1
    answer = device.ask(method, path, **request)
    verb = ("", "GET", "POST", "PUT", "DELETE", "FETCH", "PATCH", "iPATCH")[method] if method < 8 else method
    check(name(answer.code) in wanted.split(), f"{verb} {path} {request} was answered {name(answer.code)}, not {wanted}")
    if answer.code >> 5 != 2:
        check(not answer.values(OBSERVE), f"{verb} {path} {request}: an error is no notification")
        check(not answer.values(CONTENT_FORMAT) or not answer.payload, f"{path} {request}: an error has a payload")
    return answer


def since_1_1(code_then, code_before="4.00 4.04 4.05"):
    return code_then if NEWER else code_before


def since_1_2(code_then, code_before):
    return code_then if NEWEST else code_before


def text_of(path):
    answer = device.ask(GET, path, accept=TEXT)
    return answer.payload.decode() if answer.code == code("2.05") else name(answer.code)


# ---- what formats say of the same -----------------------------------------------------------------

def cbor_text(text):
    return bytes([0x60 | len(text)]) + text.encode()


def senml_cbor(*records):
    """Records of names and values: text, a number below 24, or None for a name alone."""
    out = bytes([0x80 | len(records)])
    for path, value in records:
        out += bytes([0xA1 if value is None else 0xA2]) + b"\x00" + cbor_text(path)
        if value is not None:
            out += b"\x03" + cbor_text(value) if isinstance(value, str) else b"\x02" + bytes([value])
    return out


def senml_json(*records):
    fields = [f'{{"n":"{path}"' + ("" if value is None else f',"vs":"{value}"' if isinstance(value, str) else
                                   f',"v":{value}') + "}" for path, value in records]
    return f"[{','.join(fields)}]".encode()


def resource(content_format, value):
    """/3/0/14 with that text."""
    return {TEXT: value.encode(), CBOR: cbor_text(value), SENML_JSON: senml_json(("/3/0/14", value)),
            SENML_CBOR: senml_cbor(("/3/0/14", value)), TLV: tlv(3, 14, value.encode()),
            JSON: f'{{"bn":"/3/0/14","e":[{{"sv":"{value}"}}]}}'.encode(),
            LWM2M_CBOR: b"\xa1\x83\x03\x00\x0e" + cbor_text(value)}[content_format]


def instance(content_format, value):
    """/3/0 with that text as its resource 14, and 15."""
    return {SENML_JSON: senml_json(("/3/0/14", value), ("/3/0/15", "UTC")),
            SENML_CBOR: senml_cbor(("/3/0/14", value), ("/3/0/15", "UTC")),
            TLV: tlv(3, 14, value.encode()) + tlv(3, 15, b"UTC"),
            JSON: f'{{"bn":"/3/0/","e":[{{"n":"14","sv":"{value}"}},{{"n":"15","sv":"UTC"}}]}}'.encode(),
            LWM2M_CBOR: b"\xa1\x82\x03\x00\xa2\x0e" + cbor_text(value) + b"\x0f" + cbor_text("UTC")}[content_format]


OF_RESOURCES = [TEXT, TLV] + ([CBOR, SENML_JSON, SENML_CBOR] if NEWER else [JSON]) + ([LWM2M_CBOR] if NEWEST else [])
OF_INSTANCES = [one for one in OF_RESOURCES if one not in (TEXT, CBOR)]
MISSING = [UNKNOWN, LINK, 50] + ([JSON] if NEWER else [CBOR, SENML_JSON, SENML_CBOR]) + ([] if NEWEST else [LWM2M_CBOR])


# ---- Read and Discover, rules C-3, C-4, C-10 .. C-15, C-40 -----------------------------------------

def read():
    for path in ("/1", "/3", "/3/0", "/3/0/0", "/3/0/13", "/2", "/2/0/2", "/3303/0/5700", "/6/0"):
        expect("2.05", GET, path)
    for path in ("/3/0/11/0", "/2/0/2/7"):
        expect(since_1_1("2.05"), GET, path)
    for path in ("/77", "/77/0", "/3/1", "/3/0/99", "/3303/7/5700", "/3/9/0"):
        expect("4.04", GET, path)
    for path in ("/3/0/11/9", "/2/0/2/8"):
        expect(since_1_1("4.04"), GET, path)
    for path in ("/3/0/4", "/3/0/12", "/3303/0/5605"):
        expect("4.05", GET, path)  # C-10
    for path in ("/3/0/0/0", "/3/0/13/0"):
        expect("4.05", GET, path)  # C-12
    expect("4.05", GET, "/")
    for path in ("/0", "/0/0", "/0/0/0", "/0/0/0/0", "/0/9", "/0/x"):
        expect("4.01", GET, path)  # C-40
        expect("4.01", GET, path, accept=LINK)
    for path in ("/3/0/0/0/0", "/x", "/3/x", "/3/0/x", "/3/0/0x", "/3/-1", "/65536", "/3/65536", "/65535", "/3/65535",
                 "/3/0/65535", "/3//0", "//3", "/3/0/11/x", "/3/0/11/65536", "/3/0/99999999999", "/rd", "/bs", "/dp",
                 "/.well-known/core", "/3/0/0/0/0/0/0/0"):
        expect(since_1_1("4.00 4.04 4.05"), GET, path)  # C-3
    expect("4.02 4.04 4.05", GET, "/3/0" + "/0" * 40)
    for path, accept in (("/3/0/0", TEXT), ("/3/0/0", TLV), ("/3/0", TLV), ("/3", TLV), ("/3/0/11", TLV)):
        answer = expect("2.05", GET, path, accept=accept)
        check(answer.number(CONTENT_FORMAT) == accept, f"{path} was asked for in {accept}")
    for path in ("/3/0", "/3", "/3/0/11"):
        expect("4.06", GET, path, accept=TEXT)  # D-1
        expect("4.06", GET, path, accept=OPAQUE)
        expect("4.06", GET, path, accept=CBOR)
    for accept in (SENML_JSON, SENML_CBOR):
        for path in ("/3", "/3/0", "/3/0/0", "/3/0/11"):
            expect(since_1_1("2.05", "4.06"), GET, path, accept=accept)
    expect(since_1_1("2.05", "4.06"), GET, "/3/0/0", accept=CBOR)
    for path in ("/3", "/3/0", "/3/0/0"):
        expect(since_1_2("2.05", "4.06"), GET, path, accept=LWM2M_CBOR)
        expect(since_1_1("4.06", "2.05"), GET, path, accept=JSON)
        for accept in (UNKNOWN, 50, 65535):
            expect("4.06", GET, path, accept=accept)  # C-11


def discover():
    for path in ("/3", "/3/0", "/3/0/0", "/3/0/4", "/3/0/11", "/1", "/3303"):
        answer = expect("2.05", GET, path, accept=LINK)
        check(answer.number(CONTENT_FORMAT) == LINK and answer.payload.startswith(f"<{path}>".encode()), f"links {path}")
    for path in ("/77", "/3/1", "/3/0/99"):
        expect("4.04", GET, path, accept=LINK)
    expect("4.05", GET, "/", accept=LINK)
    for path in ("/3/0/11/0", "/3/0/0/0", "/3/0/0/0/0"):
        expect(since_1_1("4.05", "4.00 4.04 4.05"), GET, path, accept=LINK)  # no target of Discover
    for depth in "0123":
        expect("2.05", GET, "/3", accept=LINK, query=f"depth={depth}")  # C-14
    for query in ("depth=4", "depth=x", "depth=", "depth=-1", "depth=00000000000000"):
        expect(since_1_2("4.00", "2.05"), GET, "/3", accept=LINK, query=query)


# ---- Write, rules C-20 .. C-24, C-78, C-79 ---------------------------------------------------------

def write():
    for one in OF_RESOURCES:
        expect("2.04", PUT, "/3/0/14", content_format=one, payload=resource(one, f"+{one % 90:02}"))
        check(text_of("/3/0/14") == f"+{one % 90:02}", f"written in {one}")
    for one in OF_INSTANCES:
        for method in (POST, PUT):
            expect("2.04", method, "/3/0", content_format=one, payload=instance(one, f"-{one % 90:02}{method}"))
            check(text_of("/3/0/14") == f"-{one % 90:02}{method}", f"written in {one}")
    for one in MISSING:
        for method, path in ((PUT, "/3/0/14"), (PUT, "/3/0"), (POST, "/3/0"), (POST, "/3303")):
            expect("4.15", method, path, content_format=one, payload=b"\x01")
    for one in (TEXT, OPAQUE, CBOR):
        for method in (PUT, POST):
            expect("4.00 4.15", method, "/3/0", content_format=one, payload=b"\x61\x31")  # C-21, D-1
    before = text_of("/3/0/14")
    for path in ("/3/0/0", "/3/0/4", "/3303/0/5700", "/3/0/11"):
        expect("4.05", PUT, path, content_format=TEXT, payload=b"1")
    expect("4.05", PUT, "/3", content_format=TLV, payload=tlv(0, 0, tlv(3, 14, b"x")))  # C-78
    expect("4.05", PUT, "/", content_format=TLV, payload=tlv(0, 0, tlv(3, 14, b"x")))
    expect("4.05", POST, "/", content_format=TLV, payload=tlv(0, 0, tlv(3, 14, b"x")))
    for path in ("/77/0/0", "/3/1/14", "/3/0/99"):
        expect("4.04", PUT, path, content_format=TEXT, payload=b"1")
    expect("4.04", POST, "/77/0", content_format=TLV, payload=tlv(3, 14, b"x"))
    expect("4.05 4.04", POST, "/3/0/14", content_format=TLV, payload=tlv(3, 14, b"x"))  # no multiple resource
    for path in ("/0/0/0", "/0/0", "/0/0/5", "/0"):
        expect("4.01", PUT, path, content_format=TEXT, payload=b"1")
        expect("4.01", POST, path, content_format=TLV, payload=tlv(3, 0, b"coap://x"))
    for path, value in (("/3/0/13", "noon"), ("/3/0/13", "1.5"), ("/3/0/13", ""), ("/1/0/1", "x"), ("/1/0/6", "2"),
                        ("/1/0/6", "true"), ("/1/0/7", "X"), ("/3/0/13", "99999999999999999999"), ("/3/0/13", " 1"),
                        ("/3/0/13", "0x10"), ("/1/0/1", "1\0")):
        expect("4.00", PUT, path, content_format=TEXT, payload=value.encode())  # C-22
    for payload in (tlv(3, 13, b"\1\2\3"), tlv(3, 13, b""), tlv(3, 15, b"x"), tlv(2, 14, tlv(1, 0, b"x")),
                    tlv(3, 14, b"x") * 2, tlv(3, 14, b"x") + b"\xc8", tlv(0, 1, tlv(3, 14, b"x")), b"\xff\xff\xff\xff",
                    tlv(1, 0, b"x"), tlv(2, 14, b""), b""):
        expect("4.00", PUT, "/3/0/13" if payload[1:2] == b"\x0d" else "/3/0/14", content_format=TLV,
               payload=payload) if payload else None
    expect("4.05", POST, "/3/0", content_format=TLV, payload=tlv(3, 0, b"x") + tlv(3, 14, b"x"))  # C-22
    expect("4.05", POST, "/3/0", content_format=TLV, payload=tlv(3, 14, b"x") + tlv(3, 4, b""))
    expect("4.00", POST, "/3/0", content_format=TLV, payload=tlv(3, 14, b"x") + tlv(3, 13, b"\1\2\3"))
    expect("4.00", POST, "/3/0", content_format=TLV, payload=tlv(3, 14, b"x") + tlv(3, 15, b"x") + tlv(3, 15, b"y"))
    expect("2.04", POST, "/3/0", content_format=TLV, payload=tlv(3, 999, b"x") + tlv(3, 14, before.encode()))  # C-22
    expect("2.04 4.00 4.15", PUT, "/3/0/14", payload=before.encode())  # of no format: the client's choice
    for one in OF_INSTANCES + [CBOR] * NEWER:
        whole = instance(one, "x") if one != CBOR else resource(one, "x")
        path = "/3/0" if one != CBOR else "/3/0/14"
        good = [0, len(whole), len(tlv(3, 14, b"x")) if one == TLV else 0]
        for cut in {1, 2, len(whole) // 2, len(whole) - 2, len(whole) - 1}.difference(good):
            expect("4.00", PUT, path, content_format=one, payload=whole[:cut])
        if one != TLV:
            expect("4.00", PUT, path, content_format=one, payload=whole + whole)
        expect("4.00", PUT, path, content_format=one, payload=b"\xff" + whole)
        expect("4.00", PUT, path, content_format=one, payload=bytes(201))
        if one != CBOR:
            bad = whole.replace(b"/3/0", b"/3/1").replace(b"\x82\x03\x00", b"\x82\x03\x01")
            expect("4.00", PUT, path, content_format=one, payload=tlv(0, 1, whole) if one == TLV else bad)
    check(text_of("/3/0/14") == before, "what was refused has changed something")


def write_instances():
    """Of a multiple resource: C-20, C-23, C-26."""
    then = since_1_1("2.04")
    expect("2.04", PUT, "/2/0/2", content_format=TLV, payload=tlv(2, 2, tlv(1, 1, b"\1") + tlv(1, 7, b"\x0f")))
    expect("2.04", POST, "/2/0", content_format=TLV, payload=tlv(2, 2, tlv(1, 3, b"\1")))
    for ident in "137":
        check(text_of("/2/0/2/" + ident) in ("1", "15") or not NEWER, f"instance {ident}")
    expect(then, PUT, "/2/0/2/7", content_format=TEXT, payload=b"3")
    expect(then, PUT, "/2/0/2/9", content_format=TLV, payload=tlv(1, 9, b"\1"))
    expect(then, PUT, "/2/0/2/9", content_format=TLV, payload=tlv(2, 2, tlv(1, 9, b"\2")))
    for payload in (tlv(2, 2, b""), tlv(1, 8, b"\1"), tlv(3, 2, b"\1"), tlv(2, 2, tlv(1, 8, b"\1")), b"\xc1",
                    tlv(2, 2, tlv(1, 9, b"\1") + tlv(1, 8, b"\1")), tlv(2, 3, tlv(1, 9, b"\1"))):
        expect(since_1_1("4.00"), PUT, "/2/0/2/9", content_format=TLV, payload=payload)
    for payload in (tlv(3, 2, b"\1"), tlv(2, 2, tlv(1, 1, b"\1") * 2), tlv(2, 2, tlv(3, 1, b"\1")), tlv(2, 2, b"\x41\1")):
        expect("4.00", PUT, "/2/0/2", content_format=TLV, payload=payload)
    expect(since_1_2("2.04", "4.05"), POST, "/2/0/2", content_format=TLV, payload=tlv(2, 2, tlv(1, 3, b"\2")))
    expect("4.05" if NEWER else "4.00 4.04 4.05", POST, "/2/0/2/7", content_format=TLV, payload=tlv(1, 7, b"\1"))
    expect(since_1_1("2.02"), DELETE, "/2/0/2/7")
    expect(since_1_1("4.04"), DELETE, "/2/0/2/7")
    expect(since_1_1("4.05"), DELETE, "/3/0/11/0")
    expect("2.04", PUT, "/2/0/2", content_format=TLV, payload=tlv(2, 2, b""))
    expect("2.04", PUT, "/2/0/2", content_format=TLV, payload=tlv(2, 2, tlv(1, 7, b"\x0f")))
    expect("4.05", PUT, "/2/0/0", content_format=TEXT, payload=b"3")


def attributes():
    """C.2, C-50 .. C-54."""
    for path in ("/3", "/3/0", "/3/0/13"):
        expect("2.04", PUT, path, query="pmin=1&pmax=600")
        expect("2.04", PUT, path, query="pmin&pmax")
        expect(since_1_1("2.04", "4.00"), PUT, path, query="epmin=1&epmax=10")
        expect(since_1_1("2.04", "4.00"), PUT, path, query="epmin&epmax")
        for query in ("con=1", "con", "hqmax=3", "hqmax"):
            expect(since_1_2("2.04", "4.00"), PUT, path, query=query)
        for query in ("pmin=-1", "pmin=x", "pmin=1x", "pmin=", "pmin=4294967296", "=1", "pmin=1=1", "foo=1", "foo",
                      "dim=1", "ssid=1", "ver=1.0", "uri=1", "Pmin=1", "pmin=1.5", "pmin=%31", "con=2", "con=x",
                      "hqmax=x", "pmin=1&foo=2", "edge=1", "pmin=1,pmax=2", "pmin=99999999999999999999999999"):
            expect("4.00", PUT, path, query=query)
    for path in ("/3", "/3/0", "/3/0/0", "/3/0/14"):
        for query in ("gt=1", "lt=1", "st=1"):
            expect("4.00", PUT, path, query=query)  # numbers alone have them
    expect("2.04", PUT, "/3303/0/5700", query="gt=50.5&lt=-10&st=2")
    expect("2.04", PUT, "/3303/0/5700", query="gt&lt&st")
    for query in ("gt=x", "gt=1&lt=1", "lt=10&gt=5", "lt=10&gt=12&st=1", "gt=1e", "gt=", "st=-1", "gt=nan", "gt=inf"):
        expect("4.00", PUT, "/3303/0/5700", query=query)  # C-52
    expect(since_1_2("2.04", "4.00"), PUT, "/1/0/6", query="edge=1")
    expect("4.00", PUT, "/1/0/6", query="edge=2")
    expect("4.00", PUT, "/1/0/6", query="gt=1")
    expect(since_1_1("2.04"), PUT, "/2/0/2/7", query="pmin=1")
    expect("4.05", PUT, "/3/0/4", query="pmin=1")
    expect("4.05", PUT, "/", query="pmin=1")
    for path in ("/77", "/3/1", "/3/0/99"):
        expect("4.04", PUT, path, query="pmin=1")
    for path in ("/0", "/0/0/0"):
        expect("4.01", PUT, path, query="pmin=1")


def execute():
    """C-27, C-28."""
    for payload in (b"", b"0", b"2='10.3'", b"0,1,2,3,4", b"7='http://x/y'"):
        expect("2.04", POST, "/3/0/12", content_format=TEXT if payload else None, payload=payload)
    for payload in (b"a", b"10", b"0,", b",0", b"0='", b"0=1", b"0='a''", b"0 1", b"0='\x01'", b"\xff", b"0==''", b"'0'"):
        expect("4.00", POST, "/3/0/12", content_format=TEXT, payload=payload)
    expect(since_1_2("4.00", "4.00 2.04"), POST, "/3/0/12", content_format=TEXT, payload=b"0,0")
    for one in (TLV, OPAQUE, UNKNOWN, SENML_JSON):
        expect("4.00", POST, "/3/0/12", content_format=one, payload=b"0")  # C.1 has no 4.15 for it
    for path in ("/3/0/0", "/3/0/13", "/3/0/12/0", "/3/0/11/0", "/3303/0/5700"):
        expect("4.05" if path.count("/") < 4 or NEWER else "4.00 4.04 4.05", POST, path)
    expect("2.04", POST, "/3303/0/5605")
    for path in ("/3/0/99", "/3/1/4", "/77/0/0"):
        expect("4.04", POST, path)
    expect("4.01", POST, "/0/0/0")


def create_and_delete():
    """C-25, C-26."""
    answer = expect("2.01", POST, "/3303")
    check(answer.values(LOCATION_PATH) == [b"3303", b"1"], f"Location-Path {answer.values(LOCATION_PATH)}")
    expect("5.00", POST, "/3303")  # no room
    expect("2.02", DELETE, "/3303/1")
    expect("4.04", DELETE, "/3303/1")
    answer = expect("2.01", POST, "/3303", content_format=TLV, payload=tlv(0, 5, tlv(3, 5750, b"cellar")))
    check(answer.values(LOCATION_PATH) in ([b"3303", b"5"], []), f"Location-Path {answer.values(LOCATION_PATH)}")
    check(text_of("/3303/5/5750") == "cellar", "the new instance has its value")
    expect("2.02", DELETE, "/3303/5")
    for payload in (tlv(0, 0, tlv(3, 5750, b"x")), tlv(0, 5, b"") + tlv(0, 6, b""), b"\xff", b"\x08\x05",
                    tlv(0, 5, tlv(3, 5750, b"x") * 2), tlv(0, 65535, b""), tlv(0, 5, tlv(0, 5, b"")),
                    tlv(0, 5, b"") + tlv(3, 5750, b"x")):
        expect("4.00", POST, "/3303", content_format=TLV, payload=payload)
    expect("4.04", GET, "/3303/5")
    for path in ("/3", "/1", "/2", "/6"):
        expect("4.05", POST, path, content_format=TLV, payload=tlv(0, 1, b""))
    expect("4.04", POST, "/77")
    expect("4.01", POST, "/0", content_format=TLV, payload=tlv(0, 5, b""))
    for path in ("/", "/3", "/3303", "/3/0", "/3/0/14", "/3/0/0", "/1/0", "/2/0", "/3303/0/5750"):
        expect("4.05", DELETE, path)
    for path in ("/77", "/77/0", "/3303/9", "/3/1"):
        expect("4.04", DELETE, path)
    for path in ("/0", "/0/0", "/0/9", "/0/0/0"):
        expect("4.01", DELETE, path)


# ---- composite operations, rules C-30 .. C-33 ------------------------------------------------------

def composite():
    if not NEWER:
        for method in (FETCH, PATCH, IPATCH):
            for path in ("/", "/3/0"):
                expect("4.05", method, path, content_format=SENML_JSON, payload=senml_json(("/3/0/0", None)))
        return
    lists = [(SENML_JSON, senml_json), (SENML_CBOR, senml_cbor)]
    etch = [(ETCH_JSON, senml_json), (ETCH_CBOR, senml_cbor)]
    for one, build in lists + etch * NEWEST:
        for paths in (["/3/0/0"], ["/3"], ["/"], ["/3/0/0", "/1/0/1", "/77"], ["/3/0/0", "/0/0/0"], ["/3/0/4", "/3/0/0"]):
            expect("2.05", FETCH, "/", content_format=one, payload=build(*[(path, None) for path in paths]))
        for paths, wanted in ((["/77"], "4.04"), (["/0"], "4.01"), (["/3/0/99"], "4.04"), (["/0/0/0", "/77"], "4.01 4.04"),
                              (["/3/0/4"], "4.04 4.05"), ([], "4.00")):
            expect(wanted, FETCH, "/", content_format=one, payload=build(*[(path, None) for path in paths]))
        good = build(("/3/0/0", None), ("/1/0/1", None))
        for payload in (good[:-1], good + good, b"", b"\xff", bytes(100), build(("/3/0/0", "x")), build(("3/0/0", None)),
                        build(("/3/0/x", None)), build(("/3/0/0/0/0", None)), build(("", None)), build(("/65536", None))):
            expect("4.00", FETCH, "/", content_format=one, payload=payload)
        for accept in (TLV, TEXT, OPAQUE, CBOR, LINK, UNKNOWN, 65535):
            expect("4.06", FETCH, "/", content_format=one, accept=accept, payload=good)
        for accept in (SENML_JSON, SENML_CBOR) + ((LWM2M_CBOR,) if NEWEST else ()):
            answer = expect("2.05", FETCH, "/", content_format=one, accept=accept, payload=good)
            check(answer.number(CONTENT_FORMAT) == accept, "the format that was asked for")
        expect("4.05", FETCH, "/3/0", content_format=one, payload=good)
        expect("4.01 4.05", FETCH, "/0/0", content_format=one, payload=good)
        expect("2.04", IPATCH, "/", content_format=one, payload=build(("/3/0/14", "+03:00"), ("/1/0/2", 1)))
        check(text_of("/3/0/14") == "+03:00" and text_of("/1/0/2") == "1", "both are written")
        for bad, wanted in ((("/3/0/0", "x"), "4.05"), (("/3/0/4", "x"), "4.05"), (("/77/0/0", "x"), "4.04"),
                            (("/3/1/14", "x"), "4.04"), (("/3/0/99", "x"), "4.04"), (("/0/0/0", "x"), "4.01"),
                            (("/3/0/13", "x"), "4.00"), (("/1/0/7", "X"), "4.00"), (("/3/0/14", "y"), "4.00"),
                            (("/3/0", "x"), "4.00 4.05"), (("/3", "x"), "4.00 4.05"), (("/", "x"), "4.00 4.05"),
                            (("/3/0/14/0", "x"), "4.00 4.05"), (("/3/0/14/0/0", "x"), "4.00 4.05"), (("/2/0/2", 1), "4.00"),
                            (("/3/0/14", None), "4.00"), (("/3303/1/5750", "x"), "4.04")):
            for records in ((("/3/0/14", "x"), bad), (bad, ("/3/0/14", "x"))):
                expect(wanted, IPATCH, "/", content_format=one, payload=build(*records))  # C-31
        for payload in (good[:-1], b"", b"\xff", build(), build(("/3/0/14", "x"))[:-1]):  # D-38
            expect("4.00", IPATCH, "/", content_format=one, payload=payload)
        check(text_of("/3/0/14") == "+03:00", "what was refused has changed something")
        for path in ("/3/0", "/3/0/14"):
            expect("4.05", IPATCH, path, content_format=one, payload=build(("/3/0/14", "x")))
            expect("4.05", PATCH, path, content_format=one, payload=build(("/3/0/14", "x")))
    expect("4.05", PATCH, "/", content_format=SENML_JSON, payload=senml_json(("/3/0/14", "x")))
    for one in (UNKNOWN, LINK, JSON, 50) + (() if NEWEST else (ETCH_JSON, ETCH_CBOR, LWM2M_CBOR)):
        for method in (FETCH, IPATCH):
            expect("4.15", method, "/", content_format=one, payload=b"\x80")
    for one in (TEXT, OPAQUE, TLV, CBOR):
        for method in (FETCH, IPATCH):
            expect("4.00 4.15", method, "/", content_format=one, payload=senml_json(("/3/0/14", None)))
    for method in (FETCH, IPATCH):
        expect("4.00 4.15", method, "/", payload=senml_json(("/3/0/14", None)))
    null = b'[{"n":"/2/0/2/7","v":null}]'
    expect("4.00", IPATCH, "/", content_format=SENML_JSON, payload=null)
    if NEWEST:  # D-37
        expect("2.04", IPATCH, "/", content_format=ETCH_JSON, payload=null)
        expect("4.04", IPATCH, "/", content_format=ETCH_JSON, payload=null)
        for path in ("/3/0/14", "/3/0", "/3", "/2/0/2"):
            expect("4.00 4.05", IPATCH, "/", content_format=ETCH_JSON, payload=null.replace(b"/2/0/2/7", path.encode()))
        expect("2.04", IPATCH, "/", content_format=ETCH_CBOR, payload=senml_cbor(("/2/0/2/7", 15)))


# ---- observing, rules C-57, C-60 .. C-64 -----------------------------------------------------------

def observing():
    for path in ("/3", "/3/0", "/3/0/14") + (("/2/0/2/7",) if NEWER else ()):
        token = device.next_token()
        answer = expect("2.05", GET, path, observe=0, token=token)
        check(answer.values(OBSERVE), f"{path} is observed")
        answer = expect("2.05", GET, path, observe=0, token=token)
        check(answer.values(OBSERVE), f"{path} is observed again")
        answer = expect("2.05", GET, path, observe=1, token=token)
        check(not answer.values(OBSERVE), f"{path} is not observed any more")
        answer = expect("2.05", GET, path, observe=1, token=token)
    for observe in (2, 65535, 0xFFFFFF):
        check(not expect("2.05", GET, "/3/0/14", observe=observe).values(OBSERVE), "a number without a meaning")
    for path in ("/3/0/4", "/3/0/0/0"):
        expect("4.05" if NEWER else "4.00 4.04 4.05", GET, path, observe=0)  # C-64
    for path in ("/77", "/3/1", "/3/0/99"):
        expect("4.04", GET, path, observe=0)
    expect("4.01", GET, "/0/0/0", observe=0)
    expect("4.05", GET, "/", observe=0)
    expect("4.06", GET, "/3/0", observe=0, accept=UNKNOWN)
    check(not expect("2.05", GET, "/3/0", observe=0, accept=LINK).values(OBSERVE), "links are not observed")
    token = device.next_token()
    expect(since_1_2("2.05", "4.00"), GET, "/3303/0/5700", observe=0, query="pmin=1&gt=90", token=token)  # C-57
    for query in ("foo=1", "pmin=x", "pmin", "gt=1&lt=2", "edge=1"):
        expect("4.00", GET, "/3303/0/5700", observe=0, query=query)
    expect("2.05", GET, "/3303/0/5700", observe=1, token=token)
    for method in (PUT, POST):
        answer = expect("2.04", method, "/3/0/14" if method == PUT else "/3/0/12", observe=0,
                        content_format=TEXT if method == PUT else None, payload=b"+04:00" if method == PUT else b"")
        check(not answer.values(OBSERVE), "Observe means nothing here")


# ---- messages and options, RFC 7252 and RFC 7959 ---------------------------------------------------

def messages():
    for options, wanted in (([(2049, b"x")], "4.02"), ([(65001, b"")], "4.02"), ([(65000, b"x")], "2.05"),
                            ([(ACCEPT, b""), (ACCEPT, b"")], "4.02"), ([(1, b"x")], "4.02"), ([(5, b"")], "4.02"),
                            ([(3, b"localhost")], "2.05"), ([(7, b"\x16\x33")], "2.05"), ([(60, b"\1")], "2.05"),
                            ([(4, b"etag")], "2.05"), ([(14, b"\1")], "2.05")):
        expect(wanted, GET, "/3/0/0", options=options)
    expect("4.02", PUT, "/3/0/14", options=[(CONTENT_FORMAT, b""), (CONTENT_FORMAT, b"")], payload=b"x")
    for token in (b"", b"\0", b"\0" * 8, b"\xff" * 8):
        expect("2.05", GET, "/3/0/0", token=token)
    for verb in (8, 31):
        expect("4.04 4.05", verb, "/3/0/0")  # libcoap does not ask whether there is such a method
    answer = expect("2.05", GET, "/3/0/0", kind=NON)
    check(answer.kind == NON, "what was not confirmable is answered so")
    mid = device.next_mid()
    for data in (struct.pack("!BBH", 0x40, 0, mid), struct.pack("!BBHB", 0x40, 0, mid, 0xFF),
                 struct.pack("!BBHI", 0x44, 0, mid, 1), struct.pack("!BBH", 0x4F, GET, mid),
                 struct.pack("!BBHB", 0x40, GET, mid, 0xF1), struct.pack("!BBHB", 0x40, GET, mid, 0xFF),
                 struct.pack("!BBHB", 0x40, GET, mid, 0xB5)):
        device.send(data)  # a ping, and messages that are malformed: a Reset at most
        expect("2.05", GET, "/3/0/0")
    for data in (b"", b"\x40", b"\x40\1\0", b"\0\0\0\0", struct.pack("!BBH", 0xC0, GET, mid), bytes(1400),
                 struct.pack("!BBH", 0x60, GET, mid), struct.pack("!BBH", 0x70, 0, mid), struct.pack("!BBH", 0x60, 0, mid),
                 struct.pack("!BBH", 0x50, 0x45, mid), struct.pack("!BBH", 0x40, 0xE1, mid)):
        device.send(data)
        expect("2.05", GET, "/3/0/0")


def in_blocks(path, szx):
    """A whole body, read in blocks."""
    body, block = b"", 0
    while True:
        answer = expect("2.05", GET, path, accept=TLV, options=[(BLOCK2, number(block << 4 | szx))])
        head = answer.number(BLOCK2)
        if head is None:
            return body + answer.payload
        check(head & 7 == szx and head >> 4 == block, f"block {block} of size {szx}: {head}")
        body += answer.payload
        if not head & 8 or answer.code != code("2.05"):
            return body
        block += 1


def blocks():
    whole = device.ask(GET, "/2", accept=TLV).payload
    for szx in range(7):
        check(in_blocks("/2", szx) == whole, f"/2 in blocks of {16 << szx} bytes")
    for option in (BLOCK1, BLOCK2):
        expect("4.00 4.02", GET, "/2", options=[(option, b"\x07")])  # reserved
        expect("4.00 4.02", GET, "/2", options=[(option, b"\0\0\0\1")])
        expect("4.00 4.02", GET, "/2", options=[(option, b"\1"), (option, b"\1")])
    expect("4.00 4.02 4.08", GET, "/2", options=[(BLOCK2, number(1000 << 4))])
    value = b"Antarctica/DumontDUrville"
    for szx in range(7):
        size = 16 << szx
        pieces = [value[at:at + size] for at in range(0, len(value), size)]
        for index, piece in enumerate(pieces):
            more = index + 1 < len(pieces)
            expect("2.31" if more else "2.04", PUT, "/3/0/15", content_format=TEXT, payload=piece,
                   options=[(BLOCK1, number(index << 4 | more << 3 | szx))])
        check(text_of("/3/0/15") == value.decode(), f"written in blocks of {size} bytes")
    expect("2.31", PUT, "/3/0/15", content_format=TEXT, payload=bytes(16), options=[(BLOCK1, number(0 << 4 | 8))])
    expect("4.08", PUT, "/3/0/15", content_format=TEXT, payload=bytes(16), options=[(BLOCK1, number(2 << 4 | 8))])
    expect("4.08", PUT, "/3/0/14", content_format=TEXT, payload=bytes(16), options=[(BLOCK1, number(1 << 4 | 8))])
    expect("4.00", PUT, "/3/0/15", content_format=TEXT, payload=bytes(15), options=[(BLOCK1, number(0 << 4 | 8))])
    expect("4.00", PUT, "/3/0/15", content_format=TEXT, payload=bytes(17), options=[(BLOCK1, number(0 << 4 | 8))])
    check(text_of("/3/0/15") == value.decode(), "half a body has changed something")


try:
    for group in (read, discover, write, write_instances, attributes, execute, create_and_delete, composite, observing,
                  messages, blocks):
        group()
        check(device.process.poll() is None, f"the device has ended in {group.__name__}")
finally:
    device.close()
print(f"{asked} requests, {problems} problems")
sys.exit(1 if problems else 0)
