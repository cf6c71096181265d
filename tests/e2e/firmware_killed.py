#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# Rules: C-94, C-95, C-98, C-99, C-106
"""loom-client is killed in the middle of a firmware update, and started again: what it has it knows, and what it is
given in the end is what it installs. A file server that speaks CoAP byte by byte stops at a block, so that no chance
decides where that is. Then the device is killed at each single change that it makes to its files (die_at.c).

usage: firmware_killed.py LOOM_CLIENT DIE_AT
"""

import os
import random
import select
import socket
import sys
import tempfile

from coap_device import (ACK, BLOCK1, BLOCK2, CON, CONTENT_FORMAT, GET, PATIENCE_S, POST, PUT, Device, Message, code, name,
                         number)

ETAG = 4
PIECE = 1024
# Bytes after which the device stores how far a pull has come.
KEPT = 16 * PIECE
IMAGE = random.Random(3).randbytes(100 * PIECE + 77)
OTHER = random.Random(4).randbytes(50 * PIECE)
SMALL = random.Random(5).randbytes(2 * PIECE + 77)
IDLE, DOWNLOADING, DOWNLOADED, UPDATING = b"0", b"1", b"2", b"3"
# What a server may see at a start: of an update that nobody has cancelled.
LAWFUL = {(IDLE, b"0"), (IDLE, b"1"), (IDLE, b"4"), (DOWNLOADING, b"0"), (DOWNLOADED, b"0"), (DOWNLOADED, b"8")}


class Died(Exception):
    pass


class Lamp(Device):
    """A device whose firmware is a file of its folder."""

    def __init__(self, program, folder):
        self.file, self.part = os.path.join(folder, "firmware"), os.path.join(folder, "firmware.part")
        state = os.path.join(folder, "state")
        os.mkdir(state)
        super().__init__(program, "1.1", "--state", state, "--firmware", self.file)

    def kill(self):
        self.process.kill()
        self.again()

    def again(self):
        self.process.wait()
        os.close(self.end)
        self.start()
        self.wait_registered()

    def start(self):
        super().start()
        self.end = os.pidfd_open(self.process.pid)

    def close(self):
        super().close()
        os.close(self.end)

    def receive(self):
        ready = select.select([self.socket, self.end], [], [], PATIENCE_S)[0]
        if ready == [self.end]:
            raise Died
        return super().receive()

    def wait_registered(self):
        self.registered = False
        while not self.registered:
            self.receive()

    def get(self, path):
        answer = self.ask(GET, path, accept=0)
        assert answer.code == code("2.05"), (path, name(answer.code))
        return answer.payload

    def expect(self, state, result):
        found = self.get("/5/0/3"), self.get("/5/0/5")
        assert found == (state, result), (found, state, result)

    def wait_for_state(self, text):
        while True:
            event = self.lines.get(timeout=PATIENCE_S)
            if event["event"] == "firmware" and event["text"] == text:
                return

    def install(self, image):
        """Installs what is downloaded; the device starts again."""
        assert self.ask(POST, "/5/0/2").code == code("2.04")
        self.wait_registered()
        expect_installed(self, image)


class Shelf:
    """A file server."""

    def __init__(self):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.uri = f"coap://127.0.0.1:{self.socket.getsockname()[1]}/image"

    def request(self):
        """@return the next request, and the offset that it wants"""
        if not select.select([self.socket], [], [], PATIENCE_S)[0]:
            raise TimeoutError("the device asks for nothing")
        data, self.peer = self.socket.recvfrom(65536)
        request = Message.unpack(data)
        assert request.kind == CON and request.code == GET
        block = request.number(BLOCK2) or 0
        return request, (block >> 4) * (16 << (block & 7))

    def answer(self, request, offset, image, tag):
        more = offset + PIECE < len(image)
        options = [(ETAG, tag), (CONTENT_FORMAT, number(42)), (BLOCK2, number(offset // PIECE << 4 | more << 3 | 6))]
        answer = Message(ACK, code("2.05"), request.mid, request.token, options, image[offset:offset + PIECE])
        self.socket.sendto(answer.pack(), self.peer)
        return more

    def serve(self, image, tag, until=None):
        """Up to that offset, or to the end. @return the offset that was asked for first"""
        first = None
        while True:
            request, offset = self.request()
            first = offset if first is None else first
            if offset == until:
                return first
            if not self.answer(request, offset, image, tag):
                return first


def pull(lamp, shelf):
    assert lamp.ask(PUT, "/5/0/1", content_format=0, payload=shelf.uri.encode()).code == code("2.04")


def goes_on(first, at):
    """What is asked for again is no more than what was not stored yet."""
    assert max(0, at - KEPT) <= first <= at, (first, at)


def a_pull_goes_on(lamp):
    shelf = Shelf()
    pull(lamp, shelf)
    at = 0
    for blocks in (40, 41, 90):
        goes_on(shelf.serve(IMAGE, b"one", blocks * PIECE), at)
        at = blocks * PIECE
        lamp.kill()
        assert lamp.get("/5/0/3") == DOWNLOADING
    goes_on(shelf.serve(IMAGE, b"one"), at)
    lamp.wait_for_state("downloaded")
    lamp.expect(DOWNLOADED, b"0")
    lamp.kill()
    lamp.expect(DOWNLOADED, b"0")
    lamp.install(IMAGE)


def a_pull_of_another_image_begins_anew(lamp):
    shelf = Shelf()
    pull(lamp, shelf)
    shelf.serve(IMAGE, b"one", 40 * PIECE)
    lamp.kill()
    goes_on(shelf.serve(OTHER, b"two"), 40 * PIECE)
    lamp.wait_for_state("downloaded")
    lamp.install(OTHER)


def push(lamp, image, until=None):
    for offset in range(0, len(image), PIECE):
        if offset == until:
            return
        more = offset + PIECE < len(image)
        answer = lamp.ask(PUT, "/5/0/0", content_format=42, payload=image[offset:offset + PIECE],
                          options=[(BLOCK1, number(offset // PIECE << 4 | more << 3 | 6))])
        assert answer.code == code("2.31" if more else "2.04"), (offset, name(answer.code))


def a_push_begins_anew(lamp):
    push(lamp, IMAGE, 40 * PIECE)
    lamp.kill()
    lamp.expect(IDLE, b"4")
    assert not os.path.exists(lamp.part), "what nobody goes on with is still there"
    answer = lamp.ask(PUT, "/5/0/0", content_format=42, payload=IMAGE[:PIECE], options=[(BLOCK1, number(40 << 4 | 8 | 6))])
    assert answer.code == code("4.08"), name(answer.code)
    push(lamp, IMAGE)
    lamp.wait_for_state("downloaded")
    lamp.kill()
    lamp.expect(DOWNLOADED, b"0")
    lamp.install(IMAGE)


def update(lamp):
    """What a server does that looks at State and Update Result alone."""
    while True:
        state, result = lamp.get("/5/0/3"), lamp.get("/5/0/5")
        if (state, result) == (IDLE, b"1"):
            return
        if state == IDLE:
            push(lamp, SMALL)
        elif state == DOWNLOADED:
            assert lamp.ask(POST, "/5/0/2").code == code("2.04")
            lamp.wait_registered()


def expect_installed(lamp, image):
    lamp.expect(IDLE, b"1")
    with open(lamp.file, "rb") as installed:
        assert installed.read() == image, "another image"
    assert not os.path.exists(lamp.part)


def expect_lawful(lamp):
    found = lamp.get("/5/0/3"), lamp.get("/5/0/5")
    assert found in LAWFUL, found
    if os.path.exists(lamp.file):
        with open(lamp.file, "rb") as installed:
            assert installed.read() == SMALL, "half an image is installed"


def at_each_change(program, die_at):
    """@return at how many it was killed"""
    number_of_it = 0
    os.environ["ASAN_OPTIONS"] = os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"
    while True:
        os.environ["DIE_AT"] = str(number_of_it + 1)
        os.environ["LD_PRELOAD"] = die_at
        with tempfile.TemporaryDirectory() as folder:
            lamp = Lamp(program, folder)
            del os.environ["LD_PRELOAD"]
            try:
                update(lamp)
                expect_installed(lamp, SMALL)
                return number_of_it
            except Died:
                number_of_it += 1
                lamp.again()
                expect_lawful(lamp)
                update(lamp)
                expect_installed(lamp, SMALL)
            except AssertionError:
                print(f"error: killed at change {number_of_it}")
                raise
            finally:
                lamp.close()


def main(program, die_at):
    for case in (a_pull_goes_on, a_pull_of_another_image_begins_anew, a_push_begins_anew):
        with tempfile.TemporaryDirectory() as folder:
            lamp = Lamp(program, folder)
            try:
                case(lamp)
                print(f"{case.__name__}: good")
            finally:
                lamp.close()


    changes = at_each_change(program, die_at)
    print(f"killed at each of {changes} changes: good")
    assert changes > 20, "there is nothing to lose"


main(*sys.argv[1:])
