#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Files that loom-server gives away, as devices with and without manners ask for them (RFC 7959).

usage: files.py LOOM_SERVER
"""

import hashlib
import json
import os
import select
import socket
import struct
import subprocess
import sys
import tempfile

from coap_device import (ACCEPT, BLOCK2, CON, CONTENT_FORMAT, GET, OBSERVE, POST, URI_PATH, URI_QUERY, Message, PATIENCE_S,
                         code, name, number)

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir, "support"))
from waiting import within

ETAG, SIZE2 = 4, 28
problems = 0


def check(good, what):
    global problems
    if not good:
        problems += 1
        print(f"error: {what}")


class Server:
    def __init__(self, program, folder):
        self.process = subprocess.Popen(
            [program, "--nosec-any", "--listen", "coap://127.0.0.1:0", "--json", "--files", folder],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
        self.address = ("127.0.0.1", int(self.event("listening")["uri"].rpartition(":")[2]))

    def event(self, wanted):
        """The next event of that name."""
        with within(f"the event {wanted}"):
            while True:
                event = json.loads(self.process.stdout.readline())
                if event["event"] == wanted:
                    return event

    def say(self, line):
        self.process.stdin.write(line + "\n")

    def open_files(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))


class Peer:
    def __init__(self, server):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.connect(server.address)
        self.mid = 0

    def send(self, method, segments, options):
        self.mid += 1
        options = [(URI_PATH, segment) for segment in segments] + list(options)
        self.socket.send(Message(CON, method, self.mid, struct.pack("!H", self.mid), options).pack())

    def receive(self):
        if not select.select([self.socket], [], [], PATIENCE_S)[0]:
            raise TimeoutError("the server says nothing")
        answer = Message.unpack(self.socket.recv(65536))
        assert answer.mid == self.mid
        return answer

    def get(self, file, block=None, szx=6, options=(), method=GET):
        if isinstance(file, str):
            file = file.encode()
        options = list(options) + ([] if block is None else [(BLOCK2, number(block << 4 | szx))])
        self.send(method, [b"files", file], options)
        return self.receive()

    def whole(self, file, szx):
        """All of a file, and the tags of its blocks."""
        body, tags, block = b"", set(), 0
        while True:
            answer = self.get(file, block, szx)
            assert answer.code == code("2.05"), name(answer.code)
            body += answer.payload
            tags.update(answer.values(ETAG))
            head = answer.number(BLOCK2)
            assert head >> 4 == block and head & 7 == szx
            if not head & 8:
                return body, tags
            block += 1


def main(program, folder):
    content = b"".join(hashlib.sha256(struct.pack("!I", i)).digest() for i in range(100001 // 32))
    path = os.path.join(folder, "image")
    for file, bytes_of_it in (("image", content), ("small", b"x" * 40), ("empty", b""), ("exact", b"y" * 1024),
                              (".hidden", b"z"), ("a name", b"with a blank")):
        with open(os.path.join(folder, file), "wb") as out:
            out.write(bytes_of_it)
    os.mkdir(os.path.join(folder, "sub"))
    os.mkfifo(os.path.join(folder, "fifo"))
    os.symlink("/proc/kmsg", os.path.join(folder, "link"))
    server = Server(program, folder)
    try:
        given(server, content)
        changed(server, path, content)
        refused(server, content)
        many(server)
        console(server, folder)
        server.say("quit")
        check(server.process.wait(PATIENCE_S) == 0, "the server does not end well")
    finally:
        server.process.kill()
        server.process.wait()


def given(server, content):
    peer = Peer(server)
    first = peer.get("image", options=[(SIZE2, b"")])
    check(first.code == code("2.05") and first.number(BLOCK2) == 8 | 6, "the first block, unasked")
    check(first.number(SIZE2) == len(content), "Size2")
    check(first.number(CONTENT_FORMAT) == 42, "Content-Format")
    check(len(first.values(ETAG)[0]) <= 8, "ETag")
    event = server.event("fetching")
    check(event["file"] == "image" and event["size"] == len(content), f"{event}")
    for szx in (6, 5, 2):
        body, tags = peer.whole("image", szx)
        check(body == content and tags == set(first.values(ETAG)), f"in blocks of {16 << szx} bytes")
        check(server.event("fetched")["file"] == "image", "fetched")
    # In any order, by anybody.
    check(Peer(server).get("image", 50).payload == content[50 * 1024:51 * 1024], "a block in the middle")
    check(peer.get("small").payload == b"x" * 40, "a small file")
    check(peer.whole("small", 0)[0] == b"x" * 40, "a small file in small blocks")
    check(peer.get("empty").code == code("2.05") and peer.get("empty").payload == b"", "an empty file")
    check(peer.whole("exact", 6)[0] == b"y" * 1024, "a file of one block")
    check(peer.get("a name").payload == b"with a blank", "a name with a blank")
    check(peer.get("image", 1, options=[(ACCEPT, b"\x2a")]).code == code("2.05"), "as octets")
    check(not peer.get("small", options=[(OBSERVE, b"")]).values(OBSERVE), "a file is not observed")


def changed(server, path, content):
    """What is written meanwhile has another tag; a content that comes back as another file has, too."""
    peer = Peer(server)
    before = peer.get("image", 3)
    with open(path, "r+b") as out:
        out.write(b"another content")
    after = peer.get("image", 4)
    check(after.code == code("2.05") and after.values(ETAG) != before.values(ETAG), "the tag of another content")
    check(peer.get("image", 5).values(ETAG) == after.values(ETAG), "it stays that")
    with open(path + "~", "wb") as out:
        out.write(content)
    os.rename(path + "~", path)
    again = peer.get("image", 3)
    check(again.payload == before.payload and again.values(ETAG) != after.values(ETAG), "the tag of a replaced file")


def refused(server, content):
    peer = Peer(server)
    end = (len(content) + 1023) // 1024
    for block in (end, end + 1, 0xFFFFF):
        check(peer.get("image", block).code == code("4.00"), f"block {block} is beyond the end")
        event = server.event("refused")
        check(event["reason"] == "beyond-the-end" and event["file"] == "image", f"{event}")
    check(peer.get("image", 0xFFFFF, szx=0).code == code("4.00"), "the last small block")
    check(peer.get("image", 0, szx=7).code in (code("4.00"), code("4.02")), "the reserved size")
    for file in ("nothing", "", ".", "..", ".hidden", "sub", "fifo", "link", "../image", "sub/../image", "/etc/passwd",
                 "image\0", "a" * 255, b"\xff\xfe", "%2e%2e"):
        check(peer.get(file).code == code("4.04"), f"{file!r}")
    for segments in ([b"files"], [b"files", b"sub", b"image"], [b"files", b"..", b"image"], [b"files", b"image", b""]):
        peer.send(GET, segments, [])
        check(peer.receive().code == code("4.04"), f"{segments}")
    check(peer.get("image", options=[(URI_QUERY, b"a=b")]).code == code("4.04"), "a query")
    check(peer.get("image", options=[(ACCEPT, number(110))]).code == code("4.06"), "in another format")
    check(peer.get("image", method=POST).code == code("4.05"), "another method")


def many(server):
    """Any number of them may stop in the middle: no file stays open for them."""
    peers = [Peer(server) for _ in range(300)]
    before = server.open_files()
    for block in range(3):
        for peer in peers:
            check(peer.get("image", block).code == code("2.05"), "one of many")
    check(server.open_files() == before, "files stay open")


def console(server, folder):
    """The operator may not stop the server either."""
    for file, why in (("fifo", "not a regular file"), ("sub", "not a regular file"), ("nothing", "No such file")):
        server.say(f"write-file dev /5/0/0 {os.path.join(folder, file)}")
        check(why in server.event("error")["text"], file)
    for line, why in (("write-file dev /5/0/0 /dev/null", "not a regular file"), ("firmware dev", "expected"),
                      ("firmware dev push", "expected"), ("firmware dev steal image", "expected"),
                      ("firmware dev push /dev/null", "not a regular file"), ("firmware dev pull nothing", "no such file"),
                      ("firmware dev pull fifo", "no such file"), ("firmware dev pull coap://h/" + "a" * 256, "255"),
                      ("firmware dev pull image", "no such client"),
                      (f"firmware dev push {os.path.join(folder, 'image')}", "no such client"),
                      ("firmware dev pull coap://h/f", "no such client")):
        server.say(line)
        check(why in server.event("error")["text"], line)


def without_folder(program, folder):
    """A folder that is none is said at the start."""
    end = subprocess.run([program, "--nosec-any", "--listen", "coap://127.0.0.1:0", "--files", folder],
                         stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, timeout=PATIENCE_S)
    check(end.returncode == 1 and folder in end.stderr, f"{folder}: {end.returncode} {end.stderr}")


with tempfile.TemporaryDirectory() as directory:
    without_folder(sys.argv[1], os.path.join(directory, "nothing"))
    main(sys.argv[1], directory)
print(f"{problems} problems")
sys.exit(1 if problems else 0)
