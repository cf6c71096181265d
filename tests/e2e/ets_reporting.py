#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The cases of the ETS about reporting. The device's clock runs as a case says; real time passes as well, but less than a
second of it.

usage: ets_reporting.py LOOM_CLIENT RELEASE
"""

from coap_device import ACK, CONTENT_FORMAT, DELETE, GET, OBSERVE, POST, RST, URI_PATH, tlv
from ets_case import (ALL, OF_1_2, SENML_CBOR, SINCE_1_1, TLV, ask, attach, check, composite, get, json_values, links,
                      put, run_all, the_device)


# ---- time -----------------------------------------------------------------------------------------

def notified(seconds):
    """What comes while so many seconds pass, five at a time: their payloads by token."""
    heard = []
    for _ in range(seconds // 5):
        the_device().command("advance 5")
        the_device().drain()
        heard += the_device().notifications
        the_device().notifications = []
    return [(message.token, message.payload) for message in heard]


def count(heard, token):
    return sum(other == token for other, _ in heard)


def observe(path, query=""):
    token = the_device().next_token()
    answer = ask("2.05", GET, path, query=query, accept=TLV, observe=0, token=token)
    check(answer.values(OBSERVE), f"{path} is not observed")
    return token


def observe_composite(*paths):
    token = the_device().next_token()
    answer = composite(paths, observe=0, token=token)
    check(answer.values(OBSERVE), "the list is not observed")
    return token, answer


def observe_batteries():
    attach("/3/0/7", "pmin=5&pmax=15")
    attach("/3/0/8", "pmin=10&pmax=20")
    return observe("/3/0/7"), observe("/3/0/8")


# ---- Observe and Notify ---------------------------------------------------------------------------

def batteries_are_observed():
    """1.0-int-301, 1.1-int-301"""
    get("/3/0/6", TLV)
    seven, eight = observe_batteries()
    heard = notified(60)
    check((count(heard, seven), count(heard, eight)) == (4, 3), f"{heard}")


def a_reset_cancels():
    """1.0-int-302, 1.1-int-302"""
    seven, eight = observe_batteries()
    the_device().answers_notifications = RST
    first = notified(15)
    check((count(first, seven), count(first, eight)) == (1, 0), f"{first}")
    the_device().answers_notifications = ACK
    get("/3/0/6", TLV)
    second = notified(25)
    check((count(second, seven), count(second, eight)) == (0, 2), f"{second}")
    the_device().answers_notifications = RST
    check(len(notified(20)) == 1, "the other one goes on until then")
    get("/3/0/6", TLV)
    check(not notified(60), "what was cancelled is told")


def an_observe_cancels():
    """1.0-int-303, 1.1-int-303"""
    seven, eight = observe_batteries()
    for path, token in (("/3/0/7", seven), ("/3/0/8", eight)):
        check(not ask("2.05", GET, path, accept=TLV, observe=1, token=token).values(OBSERVE), "it is observed still")
    check(not notified(60), "what was cancelled is told")


LIST = ("/1/0/1", "/3/0/11/0", "/3/0/16")


def a_list_is_observed():
    """1.1-int-304"""
    attach("/1/0/1", "pmin=30&pmax=45")
    token, answer = observe_composite(*LIST)
    check(set(json_values(answer.payload)) == set(LIST), f"{answer.payload}")
    check(not notified(40), "before pmax")
    heard = notified(5)
    check(count(heard, token) == 1 and set(json_values(heard[0][1])) == set(LIST), f"{heard}")


def a_list_is_cancelled():
    """1.1-int-305"""
    attach("/1/0/1", "pmin=30&pmax=45")
    token, _ = observe_composite(*LIST)
    check(not composite(LIST, observe=1, token=token).values(OBSERVE), "it is observed still")
    check(not notified(100), "what was cancelled is told")


def create_in_a_list():
    """1.1-int-308"""
    attach("/3303", "pmin=30&pmax=45")
    _, answer = observe_composite("/3303/0/5750", "/3303/1/5750")
    check(set(json_values(answer.payload)) == {"/3303/0/5750"}, f"{answer.payload}")
    check(all(set(json_values(payload)) == {"/3303/0/5750"} for _, payload in notified(50)), "what is not there is told")
    ask("2.01", POST, "/3303", content_format=TLV, payload=tlv(0, 1, tlv(3, 5750, b"attic")))
    heard = notified(50)
    check(set(json_values(heard[-1][1])) == {"/3303/0/5750", "/3303/1/5750"}, f"{heard}")


def delete_in_a_list():
    """1.1-int-309"""
    ask("2.01", POST, "/3303", content_format=TLV, payload=tlv(0, 1, tlv(3, 5750, b"attic")))
    attach("/3303", "pmin=30&pmax=45")
    _, answer = observe_composite("/3303/0/5750", "/3303/1/5750")
    check(set(json_values(answer.payload)) == {"/3303/0/5750", "/3303/1/5750"}, f"{answer.payload}")
    ask("2.02", DELETE, "/3303/1")
    heard = notified(50)
    check(set(json_values(heard[-1][1])) == {"/3303/0/5750"}, f"{heard}")


def attributes_change_for_a_list():
    """1.1-int-310"""
    token, _ = observe_composite("/1/0/7", "/3/0")
    attach("/3", "pmin=5&pmax=5")  # the device's memory changes all the time
    heard = notified(20)
    check(count(heard, token) == 4, f"not every 5 s: {heard}")


def attributes_come_with_the_observe():
    """1.2-int-312"""
    token = observe("/3/0/7", "pmin=5&pmax=15")
    check(count(notified(60), token) == 4, "not every 15 s")
    check(links("/3/0/7")["/3/0/7"] == {"dim": "2"}, f"{links('/3/0/7')}")


def attributes_of_the_observe_hold():
    """1.2-int-313"""
    attach("/3/0/7", "pmax=60")
    token = observe("/3/0/7", "pmax=10")
    check(count(notified(30), token) == 3, "not every 10 s")


# ---- Send -----------------------------------------------------------------------------------------

def is_send(request):
    return request.values(URI_PATH) == [b"dp"]


def values_are_sent():
    """1.1-int-306, 1.1-int-311"""
    put("/1/0/23", 0)
    the_device().say("send /1/0/1 /3/0/11/0")
    sent = the_device().wait_for(is_send)
    check(sent.code == POST and sent.number(CONTENT_FORMAT) == SENML_CBOR, f"{sent.number(CONTENT_FORMAT)}")
    check(sent.payload == b"\x82\xa3\x21a/\x00e1/0/1\x02\x1a\x00\x01\x51\x80\xa2\x00h3/0/11/0\x02\x00", f"{sent.payload}")


def sends_are_muted():
    """1.1-int-307"""
    put("/1/0/23", 1)
    the_device().say("send /3/0/11/0")
    the_device().wait_for_event("error")
    check(not any(is_send(request) for request in the_device().served), "a Send comes all the same")
    put("/1/0/23", 0)
    the_device().say("send /3/0/11/0")
    the_device().wait_for(is_send)


run_all([
    (ALL, (batteries_are_observed, a_reset_cancels, an_observe_cancels)),
    (SINCE_1_1, (a_list_is_observed, a_list_is_cancelled, create_in_a_list, delete_in_a_list, attributes_change_for_a_list,
                 values_are_sent, sends_are_muted)),
    (OF_1_2, (attributes_come_with_the_observe, attributes_of_the_observe_hold)),
])
