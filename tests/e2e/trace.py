#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The trace of one device: every message, decoded, and never a key.

usage: trace.py LOOM_SERVER LOOM_BOOTSTRAP_SERVER LOOM_CLIENT
"""

import base64
import json
import os
import re
import subprocess
import sys
import tempfile

from coap_device import ACK, CON, CONTENT_FORMAT, GET, POST, URI_PATH, Message, tlv
from service import Client, Service, check, problem_count

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir, "support"))
from waiting import within

BOOTSTRAP_KEY, KEY = bytes(range(0x20, 0x40)), bytes(range(0x40, 0x50))
BOOTSTRAP = f"""[endpoint traced]
identity = traced-bs
key = {BOOTSTRAP_KEY.hex()}
delete = /
[server 101]
uri = SERVER
identity = traced-identity
key = {KEY.hex()}
lifetime = 300
[endpoint other]
nosec
discover = no
bootstrap-instance = 0
"""
SERVER = f"[endpoint traced]\nidentity = traced-identity\nkey = {KEY.hex()}\n[endpoint one]\nnosec\n[endpoint two]\nnosec\n"


class Traced(Service):
    """A server that is told over its console what to trace; what it prints is kept."""

    def __init__(self, program, folder, accounts, name, listen, form="json"):
        self.printed = []
        folder = os.path.join(folder, name)
        os.mkdir(folder)
        self.listen, self.form = listen, form
        super().__init__(program, folder, accounts, stdin=subprocess.PIPE)

    def configure(self, extra):
        self.write(self.configuration,
                   f"accounts = {self.accounts}\nlisten = {self.listen}\nlog-format = {self.form}\n{extra}")

    def event(self, wanted, **members):
        with within(f"the event {wanted} {members}"):
            while True:
                line = self.process.stdout.readline()
                if self.form == "text" and line.startswith("listening on "):
                    return {"uri": line.split()[-1]}
                if not line:
                    raise EOFError(f"the server ended before it reported {wanted}: {self.printed[-3:]}")
                self.printed.append(line)
                event = json.loads(line)
                if event["event"] == wanted and all(event.get(key) == value for key, value in members.items()):
                    return event

    def say(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def close(self):
        self.say("quit")
        status, rest = self.ends()
        check(status == 0, f"exit status {status}")
        self.printed.append(rest)
        return "".join(self.printed)

    def uri(self):
        return f"coaps://127.0.0.1:{self.address[1]}"


def no_key_in(text, what):
    for key in (BOOTSTRAP_KEY, KEY):
        for form in (key.hex(), key.hex().upper(), base64.b64encode(key).decode().rstrip("="),
                     base64.urlsafe_b64encode(key).decode().rstrip("="), key.decode("latin-1"), key[:8].hex(), key[8:].hex()):
            check(form not in text, f"{what}: a key is shown")


def of_a_real_device(server_program, bootstrap_program, client_program, folder):
    """Bootstrapped over DTLS, registered, and read."""
    server = Traced(server_program, folder, SERVER, "server", "coaps://127.0.0.1:0")
    bootstrap = Traced(bootstrap_program, folder, BOOTSTRAP.replace("SERVER", server.uri()), "bootstrap",
                       "coaps://127.0.0.1:0")
    for service in (server, bootstrap):
        service.say("trace traced on")
        service.event("trace-begun", text="traced")
    with subprocess.Popen([client_program, "--endpoint", "traced", "--bootstrap", bootstrap.uri(), "--identity", "traced-bs",
                           "--key", BOOTSTRAP_KEY.hex()], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as client:
        bootstrap.event("finished")
        server.event("registered")
        server.say("read traced /3/0/0")
        server.event("answered")
        server.say("read-composite traced /3/0/0 /1")
        server.event("answered")
        server.say("trace traced off")
        server.event("trace-ended")
        before = len(server.printed)
        server.say("read traced /3/0/1")
        server.event("answered")
        check(not any('"coap"' in line for line in server.printed[before:]), "a trace that was ended goes on")
        client.stdin.write(b"quit\n")
        client.stdin.close()
    told = bootstrap.close()
    no_key_in(told, "the bootstrap server")
    messages = [event for event in map(json.loads, told.splitlines()) if event["event"] == "coap"]
    writes = [event for event in messages if event["code"] == "PUT"]
    check([option["value"] for option in messages[0]["options"]][:2] == ["bs", "ep=traced"], f"{messages[0]}")
    check(len(writes) == 2, f"{len(writes)} writes")
    for write in writes:
        security = write["options"][0]["value"] == "0"
        check(security == (write.get("withheld") is True and "hex" not in write and "values" not in write),
              f"a write to {write['options']}")
        check(security or any(value["path"].endswith("/1") and value["value"] == 300 for value in write["values"]),
              f"the lifetime is not shown: {write}")
    told = server.close()
    no_key_in(told, "the server")
    messages = [event for event in map(json.loads, told.splitlines()) if event["event"] == "coap"]
    read = [event for event in messages if event["code"] == "2.05" and event["incoming"]]
    check(len(read) == 2 and read[0]["values"][0]["path"] == "/3/0/0" and read[0]["values"][0]["name"] == "Manufacturer",
          f"what was read: {read}")
    check(any(value["path"] == "/1/0/1" for value in read[1]["values"]), f"of several objects: {read[1]}")


def in_words(program, folder):
    """The same for people; what a device says moves no cursor."""
    server = Traced(program, folder, SERVER, "words", "coap://127.0.0.1:0", "text")
    client = Client(server)
    server.say("trace one on")
    while "trace-begun" not in server.process.stdout.readline():
        pass
    client.ask(POST, "rd", "ep=one&lt=300&lwm2m=1.1&\x1b[31m", b"</0/0>,</3/0>")
    line = server.process.stdout.readline()
    check(re.search(r"  coap +one <- CON POST mid 1 token 0001 Uri-Path:rd Uri-Query:ep=one Uri-Query:lt=300 Uri-Query:lwm2m=1.1 "
                    r"Uri-Query:\\x1b\[31m, 13 bytes: hex 3c2f302f303e2c3c2f332f303e\n", line), line)
    check("refused" in server.process.stdout.readline(), "no refusal")
    line = server.process.stdout.readline()
    check(re.search(r"  coap +one -> ACK 4.00 mid 1 token 0001\n", line), line)
    server.say("quit")
    server.ends()


def answer_of(client, request, payload, content_format):
    client.socket.send(Message(ACK, 0x45, request.mid, request.token,
                               [(CONTENT_FORMAT, content_format.to_bytes(2, "big").lstrip(b"\0"))], payload).pack())


def of_what_devices_tell(program, folder):
    """A device that tells its keys wherever it can, and another one that is not traced."""
    server = Traced(program, folder, SERVER, "hostile", "coap://127.0.0.1:0")
    client, other = Client(server), Client(server)
    check(client.register("one") == "2.01" and other.register("two") == "2.01", "no registration")
    server.say("trace one on")
    server.event("trace-begun")
    check(other.register("two") == "2.01", "no registration")
    secret = base64.urlsafe_b64encode(KEY).decode().rstrip("=")
    records = json.dumps([{"bn": "/", "n": "0/0/5", "vd": secret}, {"n": "3/0/0", "vs": "shown"}]).encode()
    security = tlv(3, 5, KEY) + tlv(3, 3, b"identity")
    for line, payload, content_format, shown in (
            ("read-composite one /", records, 110, True),      # values: the key is left out
            ("read one /0/0", security, 11542, False),         # all of an account
            ("read one /21/0", tlv(3, 3, KEY), 11542, False),  # OSCORE
            ("read-composite one /3 /0", b"[" + records, 110, False),  # what cannot be read
            ("read one /3/0/0", b"shown", 0, True)):
        server.say(line)
        request = client.receive()
        answer_of(client, request, payload, content_format)
        message = server.event("coap", incoming=True, code="2.05")
        check(message["length"] == len(payload), f"{line}: {message}")
        check(("shown" in json.dumps(message)) == shown, f"{line}: {message}")
        check(message.get("withheld", False) == (line != "read one /3/0/0"), f"{line}: {message}")
        # The console shows what the operator has read; the trace begins when nobody asked.
        server.printed.clear()
        server.event("answered")
        server.printed.clear()
    # A request of its own with the token of ours does not make the answer to ours one to it.
    server.say("read one /0/0")
    request = client.receive()
    client.socket.send(Message(CON, GET, 9999, request.token, [(URI_PATH, b"files"), (URI_PATH, b"x")]).pack())
    client.receive()
    answer_of(client, request, security, 11542)
    message = server.event("coap", incoming=True, code="2.05")
    check(message.get("withheld", False), f"an answer with the token of another request: {message}")
    server.event("answered")
    server.printed.clear()
    # A Send with a key in it, and an answer to nothing.
    client.mid += 1
    client.socket.send(Message(CON, POST, client.mid, b"s", [(URI_PATH, b"dp"), (CONTENT_FORMAT, b"\x6e")], records).pack())
    message = server.event("coap", incoming=True, code="POST")
    check(message["withheld"] and [value["path"] for value in message["values"]] == ["/3/0/0"], f"a Send: {message}")
    no_key_in("".join(server.printed), "a Send")
    client.receive()
    server.printed.clear()
    client.mid += 1
    client.socket.send(Message(CON, 0x45, client.mid, b"unknown!", [], KEY).pack())
    message = server.event("coap", incoming=True, code="2.05")
    check(message["withheld"] and "hex" not in message, f"an answer to nothing: {message}")
    client.receive()
    # Names that want to be something else on a terminal.
    client.ask(POST, "rd", "ep=one&\x1b[31m=1")
    message = server.event("coap", incoming=True, code="POST")
    check(message["options"][-1]["value"] == "\x1b[31m=1", f"a query: {message}")
    no_key_in("".join(server.printed), "what a device tells")
    server.say("trace one sideways\ntrace\ntrace two off\n" + "".join(f"trace d{i} on\n" for i in range(4)))
    for _ in range(3):
        server.event("error")
    check("four devices" in server.event("error")["text"], "a fifth trace")
    check(not any('"endpoint":"two"' in line and '"coap"' in line for line in server.printed), "another device is shown")
    server.close()


def ends_by_itself(program, folder):
    server = Traced(program, folder, SERVER, "long", "coap://127.0.0.1:0")
    client = Client(server)
    server.say("trace one on")
    server.event("trace-begun")
    for _ in range(501):
        client.ask(GET, "rd", "ep=one")
    server.event("trace-ended")
    check(sum('"event":"coap"' in line for line in server.printed) == 1000, "not 1000 messages")
    server.close()


def main():
    server, bootstrap_server, client = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        of_a_real_device(server, bootstrap_server, client, folder)
        of_what_devices_tell(server, folder)
        in_words(server, folder)
        ends_by_itself(server, folder)
    print(f"{problem_count()} problems")
    return 1 if problem_count() else 0


if __name__ == "__main__":
    sys.exit(main())
