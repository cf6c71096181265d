#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The cases of the ETS about management.

usage: ets_management.py LOOM_CLIENT RELEASE
"""

from coap_device import BLOCK2, CONTENT_FORMAT, DELETE, GET, IPATCH, LOCATION_PATH, POST, PUT, URI_PATH, number, tlv
from ets_case import (ALL, CBOR, JSON, OF_1_0, OF_1_2, RELEASE, SENML_CBOR, SENML_JSON, SERVER_ID, SINCE_1_1, TEXT, TLV, ask,
                      attach, check, composite, entries, expect, get, json_values, links, put, read, run_all, the_device,
                      updated)


# ---- Read -----------------------------------------------------------------------------------------

def texts_of_the_device():
    """1.0-int-201, 1.1-int-201"""
    for resource in (0, 1, 2):
        check(get(f"/3/0/{resource}", TEXT), f"nothing in {resource}")


def the_device_in_tlv():
    """1.0-int-203, 1.1-int-203"""
    found = entries(get("/3/0", TLV))
    check({0, 1, 2, 3, 11, 16} <= {identifier for _, identifier, _ in found}, f"{found}")
    for kind, identifier, value in found:
        check(kind == (2 if identifier in (6, 7, 8, 11) else 3), f"{identifier} is an entry of kind {kind}")
        check(identifier != 16 or value == b"U", f"binding {value}")


def the_device_in_json():
    """1.0-int-204"""
    values = json_values(get("/3/0", JSON))
    check({f"/3/0/{resource}" for resource in (0, 1, 2, 3, "11/0")} <= set(values), f"{values}")
    expect(values, {"/3/0/16": "U"})


def the_server_in_cbor():
    """1.1-int-211"""
    for resource, value in ((0, bytes([SERVER_ID])), (6, b"\xf4"), (7, b"\x61U")):
        check(get(f"/1/0/{resource}", CBOR) == value, f"resource {resource}")


def objects_and_what_is_in_them():
    """1.1-int-222, 1.1-int-223, 1.1-int-224, 1.1-int-225: each level"""
    expect(read("/1"), {"/1/0/0": SERVER_ID, "/1/0/1": 86400, "/1/0/6": False, "/1/0/7": "U"})
    expect(read("/3"), {"/3/0/0": "Loom", "/3/0/7/1": 5000})
    check("/3/0/4" not in read("/3"), "what is executed is read")
    check(read("/1") == read("/1/0"), "the one instance is not all of the object")
    expect(read("/3/0"), {"/3/0/0": "Loom", "/3/0/7/1": 5000})
    for path, value in (("/1/0/0", SERVER_ID), ("/1/0/1", 86400), ("/1/0/6", False), ("/1/0/7", "U"), ("/3/0/16", "U"),
                        ("/3/0/11/0", 0)):
        check(read(path) == {path: value}, f"{path}: {read(path)}")


def each_level_in_senml(accept):
    for path in ("/1", "/3/0", "/3/0/16", "/3/0/11/0"):
        check(get(path, accept), f"nothing at {path}")


def each_level_in_senml_json():
    """1.1-int-231"""
    each_level_in_senml(SENML_JSON)


def each_level_in_senml_cbor():
    """1.1-int-232"""
    each_level_in_senml(SENML_CBOR)
    check(get("/3/0/16", SENML_CBOR) in (b"\x81\xa2\x00g/3/0/16\x03aU", b"\x81\xa2!g/3/0/16\x03aU"), "the binding")


def objects_in_whatever_format():
    """1.1-int-237"""
    for path in ("/1", "/3"):
        check(ask("2.05", GET, path).number(CONTENT_FORMAT) in (TLV, SENML_JSON, SENML_CBOR, 11544), path)


# ---- Write ----------------------------------------------------------------------------------------

WRITTEN = {"/1/0/2": 101, "/1/0/3": 1010, "/1/0/5": 2000, "/1/0/6": True, "/1/0/7": "U"}


def the_server_as_text():
    """1.0-int-205, 1.1-int-205"""
    for resource, value in ((2, 101), (3, 1010), (5, 2000)):
        put(f"/1/0/{resource}", value)
    found = entries(get("/1/0", TLV))
    for entry in ((3, 2, b"\x65"), (3, 3, b"\x03\xf2"), (3, 5, b"\x07\xd0")):
        check(entry in found, f"{entry} is not in {found}")
    for resource, value in ((2, 1), (3, 10), (5, 86400)):
        put(f"/1/0/{resource}", value)
    expect(read("/1/0"), {"/1/0/2": 1, "/1/0/3": 10, "/1/0/5": 86400})


def the_server_as_cbor():
    """1.1-int-212"""
    for resource, value in ((2, b"\x18\x65"), (3, b"\x19\x03\xf2"), (6, b"\xf5")):
        ask("2.04", PUT, f"/1/0/{resource}", content_format=CBOR, payload=value)
    expect(read("/1/0"), {"/1/0/2": 101, "/1/0/3": 1010, "/1/0/6": True})


def the_server_whole(content_format, change, saved):
    ask("2.04", POST, "/1/0", content_format=content_format, payload=change)
    expect(read("/1/0"), WRITTEN)
    ask("2.04", PUT, "/1/0", content_format=content_format, payload=saved)
    expect(read("/1/0"), {"/1/0/0": SERVER_ID, "/1/0/2": 1, "/1/0/3": 10, "/1/0/6": False})


def the_server_as_tlv():
    """1.0-int-215, 1.1-int-215"""
    saved = b"".join(tlv(*entry) for entry in entries(get("/1/0", TLV)) if entry[1] in (1, 6, 7))  # what is written
    the_server_whole(TLV, bytes.fromhex("C10265 C20303F2 C20507D0 C10601 C10755"),
                     saved + tlv(3, 2, b"\1") + tlv(3, 3, b"\x0a"))


def the_server_as_json():
    """1.0-int-220"""
    the_server_whole(
        JSON, b'{"bn":"/1/0/","e":[{"n":"2","v":101},{"n":"3","v":1010},{"n":"5","v":2000},{"n":"6","bv":true},'
        b'{"n":"7","sv":"U"}]}',
        b'{"bn":"/1/0/","e":[{"n":"1","v":86400},{"n":"2","v":1},{"n":"3","v":10},{"n":"6","bv":false},'
        b'{"n":"7","sv":"U"}]}')


def a_part_of_the_server():
    """1.1-int-226"""
    ask("2.04", POST, "/1/0", content_format=SENML_JSON, payload=b'[{"bn":"/1/0/","n":"1","v":61},{"n":"6","vb":true}]')
    updated(61)
    expect(read("/1/0"), {"/1/0/0": SERVER_ID, "/1/0/1": 61, "/1/0/6": True, "/1/0/7": "U"})
    put("/1/0/1", 86400)
    updated(86400)


def one_resource():
    """1.1-int-227"""
    put("/1/0/1", 63)
    updated(63)
    check(get("/1/0/1", TEXT) == b"63", "another lifetime")
    put("/1/0/1", 86400)
    updated(86400)


def one_resource_instance():
    """1.1-int-228"""
    ask("2.04", PUT, "/2/0/2", content_format=TLV, payload=tlv(2, 2, tlv(1, 3, b"\1") + tlv(1, SERVER_ID, b"\x0f")))
    ask("2.04", PUT, "/2/0/2/3", content_format=TEXT, payload=b"5")
    check(read("/2/0/2/3") == {"/2/0/2/3": 5}, f"{read('/2/0/2/3')}")
    check(read("/2/0/2") == {"/2/0/2/3": 5, f"/2/0/2/{SERVER_ID}": 15}, f"{read('/2/0/2')}")


def senml_of_each_level(content_format, instance, one, lifetime):
    ask("2.04", POST, "/1/0", content_format=content_format, payload=instance)
    updated(61)
    expect(read("/1"), {"/1/0/1": 61, "/1/0/6": True})
    ask("2.04", PUT, "/2/0/2/3", content_format=content_format, payload=one)
    check(read("/2/0/2")["/2/0/2/3"] == 5, f"{read('/2/0/2')}")
    ask("2.04", PUT, "/1/0/1", content_format=content_format, payload=lifetime)
    updated(63)
    check(read("/1/0/1") == {"/1/0/1": 63}, f"{read('/1/0/1')}")


def levels_as_senml_cbor():
    """1.1-int-233"""
    senml_of_each_level(SENML_CBOR, b"\x82\xa3\x21\x65/1/0/\x00\x611\x02\x18\x3d\xa2\x00\x616\x04\xf5", b"\x81\xa2\x00\x68/2/0/2/3\x02\x05", b"\x81\xa2\x00\x66/1/0/1\x02\x18\x3f")


def levels_as_senml_json():
    """1.1-int-234"""
    senml_of_each_level(SENML_JSON, b'[{"bn":"/1/0/","n":"1","v":61},{"n":"6","vb":true}]', b'[{"n":"/2/0/2/3","v":5}]',
                        b'[{"bn":"/1/0/1","v":63}]')


def what_is_not_written():
    """1.1-int-256"""
    ask("4.05", PUT, "/1/0/0", content_format=TEXT, payload=b"123")
    check(get("/1/0/0", TEXT) == b"7", "the Short Server ID has changed")


def what_is_out_of_reach():
    """1.1-int-221"""
    ask("4.01", GET, "/0")
    ask("4.01", PUT, "/0/0/0", content_format=TEXT, payload=b"coap://example.com")
    ask("4.01", PUT, "/0", query="pmin=30&pmax=45")


# ---- composite ------------------------------------------------------------------------------------

def levels_at_once():
    """1.1-int-229"""
    values = json_values(composite(["/3", "/1/0", "/1/0/1", "/3/0/11/0"]).payload)
    expect(values, {"/3/0/0": "Loom", "/1/0/1": 86400, "/1/0/7": "U", "/3/0/11/0": 0})


def just_what_is_asked_for():
    """1.1-int-280"""
    values = json_values(composite(["/3/0/16", "/3/0/11/0", "/1/0"]).payload)
    expect(values, {"/3/0/16": "U", "/3/0/11/0": 0, "/1/0/0": SERVER_ID})
    check(all(path.startswith("/1/0/") or path in ("/3/0/16", "/3/0/11/0") for path in values), f"{values}")


def what_is_executed_is_left_out():
    """1.1-int-281"""
    values = json_values(composite(["/1/0/1", "/1/0/7", "/1/0/8"]).payload)
    check(values == {"/1/0/1": 86400, "/1/0/7": "U"}, f"{values}")


def what_is_not_there_is_left_out():
    """1.1-int-236"""
    values = json_values(composite(["/1/0", "/1/0/1", "/3/0/11/0", "/3339/0/5522", "/3353/0/6030"]).payload)
    expect(values, {"/1/0/1": 86400, "/3/0/11/0": 0})
    check(not any(path.startswith(("/3339", "/3353")) for path in values), f"{values}")


def everything_at_once():
    """1.1-int-235"""
    read("/3303/0/5700")  # from now on it has a least value and a greatest one
    payload, more = b"", True
    while more:
        answer = composite(["/"], options=[(BLOCK2, number(len(payload) >> 10 << 4 | 6))])
        payload, more = payload + answer.payload, (answer.number(BLOCK2) or 0) & 8
    values = json_values(payload)
    there = {path for target in (1, 2, 3, 4, 6, 7, 3303) for path in read(f"/{target}")}
    check(set(values) == there, f"{set(values) ^ there}")
    check(not any(path.startswith(("/0/", "/21/", "/23/")) for path in values), "what is protected is shown")


def several_objects_are_written():
    """1.1-int-230"""
    records = ('{"n":"/1/0/1","v":61},{"n":"/1/0/6","vb":true},' +
               ",".join(f'{{"n":"/2/0/2/{server}","v":{server}}}' for server in range(1, 4)))
    ask("2.04", IPATCH, "/", content_format=SENML_JSON, payload=f"[{records}]".encode())
    updated(61)
    expect(read("/1/0"), {"/1/0/1": 61, "/1/0/6": True})
    expect(read("/2"), {f"/2/0/2/{server}": server for server in range(1, 4)})


def the_printed_composite():
    """1.1-int-257"""
    printed = bytes.fromhex("83 A3 21 61 2F 00 65 31 2F 30 2F 32 02 18 65 A2 00 65 31 2F 30 2F 36 04 F5 A2 00 66 33 2F 30 2F"
                            "31 33 02 00")
    ask("2.04", IPATCH, "/", content_format=SENML_CBOR, payload=printed)
    expect(read("/1/0"), {"/1/0/2": 101, "/1/0/6": True})
    ask("2.04", IPATCH, "/", content_format=SENML_JSON,
        payload=b'[{"bn":"/","n":"1/0/2","v":102},{"n":"1/0/6","vb":false},{"n":"3/0/13","v":0}]')
    expect(read("/1/0"), {"/1/0/2": 102, "/1/0/6": False})
    check(int(get("/3/0/13", TEXT)) < 1000, "the time is another")


# ---- Execute, Create, Delete ----------------------------------------------------------------------

def a_reboot():
    """1.0-int-241, 1.1-int-241"""
    ask("2.04", POST, "/3/0/4")
    the_device().wait_for(lambda request: request.values(URI_PATH) == [b"bs"])  # it has no memory for accounts
    the_device().provision()
    the_device().wait_for(lambda request: request.values(URI_PATH) == [b"rd"])
    check(get("/3/0/16", TEXT) == b"U", "it does not answer any more")


def an_instance_comes_and_goes():
    """1.0-int-270, 1.1-int-270, 1.0-int-290, 1.1-int-290"""
    check(set(links("/3303")) >= {"/3303", "/3303/0"} and "/3303/1" not in links("/3303"), "what is there at first")
    answer = ask("2.01", POST, "/3303", content_format=TLV, payload=tlv(0, 1, tlv(3, 5750, b"cellar")))
    check(answer.values(LOCATION_PATH) in ([], [b"3303", b"1"]), f"{answer.values(LOCATION_PATH)}")
    check({"/3303/0", "/3303/1", "/3303/1/5750"} <= set(links("/3303")), f"{links('/3303')}")
    expect(read("/3303"), {"/3303/1/5750": "cellar"})
    for instance in (0, 1):
        ask("2.02", DELETE, f"/3303/{instance}")
    check(set(links("/3303")) == {"/3303"}, f"{links('/3303')}")


# ---- Discover and Write-Attributes ----------------------------------------------------------------

def attributes_are_shown():
    """1.0-int-260, 1.1-int-260"""
    found = links("/3")
    check({f"/3/0/{resource}": found[f"/3/0/{resource}"]["dim"] for resource in (6, 7, 8)} ==
          {"/3/0/6": "2", "/3/0/7": "2", "/3/0/8": "2"}, f"{found}")
    attach("/3", "pmin=10&pmax=200")
    check(not links("/3/0")["/3/0/7"].get("pmin"), "what is inherited is shown for the instance")
    attach("/3/0/7", "lt=1&gt=6&st=1")
    check(links("/3/0")["/3/0/7"] == {"dim": "2", "lt": "1", "gt": "6", "st": "1"}, f"{links('/3/0')}")
    check(links("/3/0/7")["/3/0/7"] == {"pmin": "10", "pmax": "200", "dim": "2", "lt": "1", "gt": "6", "st": "1"},
          f"{links('/3/0/7')}")


def attributes_of_a_multiple_resource():
    """1.1-int-261"""
    check(links("/3/0/11")["/3/0/11"] == {"dim": "1"}, f"{links('/3/0/11')}")
    attach("/3", "pmin=10&pmax=200")
    attach("/3/0", "pmax=320")
    attach("/3/0/11/0", "pmax=100&epmin=1&epmax=20")
    found = links("/3/0/11")
    check(found["/3/0/11"] == {"dim": "1", "pmin": "10", "pmax": "320"}, f"{found}")
    if RELEASE == "1.2":  # which shows what is inherited, too (C-14)
        check(found["/3/0/11/0"] == {"pmin": "10", "pmax": "100", "epmin": "1", "epmax": "20"}, f"{found}")


def one_level():
    """1.2-int-264"""
    check(set(links("/3", "depth=1")) == {"/3", "/3/0"}, f"{links('/3', 'depth=1')}")
    attach("/3/0", "pmin=20&pmax=100")
    found = links("/3", "depth=1")
    check(set(found) == {"/3", "/3/0"} and found["/3/0"] == {"pmin": "20", "pmax": "100"}, f"{found}")


def three_levels():
    """1.2-int-266"""
    check("/3/0/7" in links("/3", "depth=2") and "/3/0/7/1" not in links("/3", "depth=2"), f"{links('/3', 'depth=2')}")
    for path, query in (("/3", "pmin=10"), ("/3/0/7", "pmax=60"), ("/3/0/7/1", "lt=1")):
        attach(path, query)
    found = links("/3", "depth=3")
    check(found["/3"] == {"pmin": "10"} and found["/3/0/7"] == {"dim": "2", "pmax": "60"}, f"{found}")
    check(found["/3/0/7/0"] == {} and found["/3/0/7/1"] == {"lt": "1"}, f"{found}")


run_all([
    (ALL, (texts_of_the_device, the_device_in_tlv, the_server_as_text, the_server_as_tlv, a_reboot, an_instance_comes_and_goes,
           attributes_are_shown, what_is_out_of_reach, what_is_not_written)),
    (OF_1_0, (the_device_in_json, the_server_as_json)),
    (SINCE_1_1, (the_server_in_cbor, objects_and_what_is_in_them, each_level_in_senml_json, each_level_in_senml_cbor,
                 objects_in_whatever_format, the_server_as_cbor, a_part_of_the_server, one_resource, one_resource_instance,
                 levels_as_senml_cbor, levels_as_senml_json, levels_at_once, just_what_is_asked_for,
                 what_is_executed_is_left_out, what_is_not_there_is_left_out, everything_at_once,
                 several_objects_are_written, the_printed_composite, attributes_of_a_multiple_resource)),
    (OF_1_2, (one_level, three_levels)),
])
