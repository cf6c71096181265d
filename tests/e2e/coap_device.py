# SPDX-License-Identifier: Apache-2.0
"""A device at work, seen by servers that speak CoAP byte by byte: loom-client as a program of its own, which this
bootstraps and which registers here. Standard library only."""

import json
import queue
import select
import socket
import struct
import subprocess
import threading

CON, NON, ACK, RST = 0, 1, 2, 3
GET, POST, PUT, DELETE, FETCH, PATCH, IPATCH = 1, 2, 3, 4, 5, 6, 7
OBSERVE, LOCATION_PATH, URI_PATH, CONTENT_FORMAT, URI_QUERY, ACCEPT = 6, 8, 11, 12, 15, 17
BLOCK2, BLOCK1 = 23, 27

# Nothing is decided by it: a device that says nothing for so long is broken.
PATIENCE_S = 60


def code(text):
    """2.05 as a byte."""
    return int(text[0]) << 5 | int(text[2:])


def name(byte):
    return f"{byte >> 5}.{byte & 31:02}"


def number(value):
    """An option's number in as few bytes as it needs."""
    return value.to_bytes((value.bit_length() + 7) // 8, "big")


def parts(option, text, separator):
    return [(option, part.encode()) for part in text.split(separator)] if text else []


def path_options(path):
    """`/` has none, `/3/` an empty one at its end."""
    return parts(URI_PATH, path[1:], "/")


def tlv(kind, identifier, value):
    """An entry; kinds are 0 instance, 1 resource instance, 2 multiple resource, 3 resource (rule D-10)."""
    wide = identifier > 255
    length = number(len(value)) if len(value) > 7 else b""
    head = kind << 6 | wide << 5 | len(length) << 3 | (0 if length else len(value))
    return bytes([head]) + identifier.to_bytes(1 + wide, "big") + length + value


class Message:
    """One message, written or read."""

    def __init__(self, kind, byte, mid, token=b"", options=(), payload=b""):
        self.kind, self.code, self.mid, self.token = kind, byte, mid, token
        self.options, self.payload = sorted(options, key=lambda option: option[0]), payload

    def pack(self):
        out = bytearray(struct.pack("!BBH", 0x40 | self.kind << 4 | len(self.token), self.code, self.mid) + self.token)
        last = 0
        for option, value in self.options:
            head, rest = 0, b""
            for shift, field in ((4, option - last), (0, len(value))):
                nibble, more = (field, b"") if field < 13 else (13, bytes([field - 13])) if field < 269 \
                    else (14, struct.pack("!H", field - 269))
                head |= nibble << shift
                rest += more
            out += bytes([head]) + rest + value
            last = option
        return bytes(out + (b"\xff" + self.payload if self.payload else b""))

    @classmethod
    def unpack(cls, data):
        first, byte, mid = struct.unpack("!BBH", data[:4])
        assert first >> 6 == 1, data
        at = 4 + (first & 15)
        token, options, last = data[4:at], [], 0
        while at < len(data) and data[at] != 0xFF:
            fields = []
            head, at = data[at], at + 1
            for nibble in (head >> 4, head & 15):
                size = {13: 1, 14: 2}.get(nibble, 0)
                fields.append(nibble if size == 0 else int.from_bytes(data[at:at + size], "big") + (13, 269)[size - 1])
                at += size
            last += fields[0]
            options.append((last, data[at:at + fields[1]]))
            at += fields[1]
        return cls(first >> 4 & 3, byte, mid, token, options, data[at + 1:])

    def values(self, option):
        return [value for other, value in self.options if other == option]

    def number(self, option):
        """None: it has no such option."""
        values = self.values(option)
        return int.from_bytes(values[0], "big") if values else None


class Device:
    """loom-client, registered here. Its own requests are answered, and so are its confirmable notifications."""

    def __init__(self, program, lwm2m, *options):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.uri = f"coap://127.0.0.1:{self.socket.getsockname()[1]}"
        self.command_line = [program, "--endpoint", "device", "--bootstrap", self.uri, "--lwm2m", lwm2m, "--json",
                             *options]
        self.start()
        self.mid, self.token, self.heard, self.notifications, self.address = 0, 0, {}, [], None
        self.answers_notifications = ACK  # or RST, or None: they are not
        self.asked, self.registered, self.served = False, False, []
        while not self.asked:
            self.receive()
        self.provision()
        while not self.registered:
            self.receive()

    def start(self):
        self.process = subprocess.Popen(self.command_line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                        bufsize=1)
        self.lines = queue.Queue()
        threading.Thread(target=self.read_lines, args=(self.process, self.lines), daemon=True).start()

    def provision(self):
        """An account, and an entry of Access Control, which has a multiple resource that servers write."""
        security = tlv(3, 0, self.uri.encode()) + tlv(3, 1, b"\0") + tlv(3, 2, b"\3") + tlv(3, 10, b"\7")
        server = tlv(3, 0, b"\7") + tlv(3, 1, b"\0\1\x51\x80") + tlv(3, 6, b"\0") + tlv(3, 7, b"U")
        entry = (tlv(3, 0, struct.pack("!H", 3303)) + tlv(3, 1, b"\0") + tlv(2, 2, tlv(1, 7, b"\x0f")) +
                 tlv(3, 3, b"\7"))
        for path, payload in (("/0/0", security), ("/1/0", server), ("/2/0", entry)):
            answer = self.ask(PUT, path, content_format=11542, payload=payload)
            assert answer.code == code("2.04"), (path, name(answer.code))
        assert self.ask(POST, "/bs").code == code("2.04")

    def close(self):
        self.process.kill()
        self.process.wait()
        self.socket.close()

    @staticmethod
    def read_lines(process, lines):
        """The events are read, so that nobody waits for that."""
        for line in process.stdout:
            lines.put(json.loads(line))

    def say(self, line):
        """A line for the console of the device."""
        self.process.stdin.write(line + "\n")

    def wait_for_event(self, event):
        while self.lines.get(timeout=PATIENCE_S)["event"] != event:
            pass

    def command(self, line):
        """The same; the device has done with it when this returns."""
        self.say(line)
        while True:
            event = self.lines.get(timeout=PATIENCE_S)
            assert event["event"] != "error", (line, event)
            if event["event"] == "done" and event["command"] == line.split()[0]:
                return

    def drain(self):
        """Takes what has come so far."""
        while select.select([self.socket], [], [], 0)[0]:
            self.receive()

    def wait_for(self, what):
        """Until the device has asked for something of which `what` is true. What came before counts no more."""
        while True:
            while self.served:
                request = self.served.pop(0)
                if what(request):
                    return request
            self.receive()

    def next_mid(self):
        self.mid = self.mid % 0xFFFF + 1
        return self.mid

    def next_token(self):
        self.token += 1
        return struct.pack("!I", self.token)

    def send(self, data):
        self.socket.sendto(data, self.address)

    def receive(self):
        """The next message that is neither a request of the device nor a notification."""
        if not select.select([self.socket], [], [], PATIENCE_S)[0]:
            raise TimeoutError("the device says nothing")
        data, self.address = self.socket.recvfrom(65536)
        message = Message.unpack(data)
        if message.kind in (CON, NON) and 0 < message.code < 32:
            self.serve(message)
            return None
        if message.kind in (CON, NON) and message.code != 0 and message.token in self.heard:
            self.notifications.append(message)
            if message.kind == CON and self.answers_notifications is not None or self.answers_notifications == RST:
                self.send(Message(self.answers_notifications, 0, message.mid).pack())
            return None
        return message

    def serve(self, request):
        """Register is answered 2.01, Update and Bootstrap-Request 2.04."""
        path = request.values(URI_PATH)
        register = path == [b"rd"]
        self.asked = self.asked or path == [b"bs"]
        self.registered = self.registered or register
        self.served.append(request)
        answer = Message(ACK, code("2.01" if register else "2.04"), request.mid, request.token,
                         [(LOCATION_PATH, b"rd"), (LOCATION_PATH, b"5")] if register else [])
        self.send(answer.pack())

    def answer_to(self, mid):
        """What a message of that id is answered."""
        while True:
            message = self.receive()
            if message is not None and (message.kind == NON or message.mid == mid):
                return message

    def ask(self, method, path, query="", accept=None, content_format=None, payload=b"", observe=None, options=(),
            token=None, kind=CON):
        token = self.next_token() if token is None else token
        sent = path_options(path) + parts(URI_QUERY, query, "&") + list(options)
        for option, value in ((OBSERVE, observe), (CONTENT_FORMAT, content_format), (ACCEPT, accept)):
            sent += [] if value is None else [(option, number(value))]
        if observe == 0:
            self.heard[token] = path
        message = Message(kind, method, self.next_mid(), token, sent, payload)
        self.send(message.pack())
        answer = self.answer_to(message.mid)
        assert answer.kind == RST or answer.token == token, "another token"
        return answer


