#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""loomctl with a server and a device, and with servers that are none.

usage: loomctl.py LOOMCTL LOOM_SERVER LOOM_CLIENT LOOM_BOOTSTRAP_SERVER
"""

import atexit
import hashlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading

from coap_device import PATIENCE_S
from service import check, problem_count

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir, "support"))
from waiting import within


class Ctl:
    def __init__(self, program, uri):
        self.command = [program, "--server", uri]
        self.environment = {key: value for key, value in os.environ.items() if not key.startswith("LOOM_")}

    def run(self, *words, **environment):
        done = subprocess.run([*self.command, *words], capture_output=True, text=True, timeout=PATIENCE_S, check=False,
                              env={**self.environment, **environment})
        return done.returncode, done.stdout, done.stderr

    def expect(self, status, output, *words):
        """`output` is what stands in it, or a function of it."""
        code, out, err = self.run(*words)
        good = output(out) if callable(output) else output in out
        check(code == status and good, f"{words}: {code}\n{out}{err}")


def start(command, wanted=None, **more):
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1, **more)
    atexit.register(process.kill)  # whatever goes wrong; who has ended is not hurt
    events = []
    with within(f"the events {wanted} of {command[0]}"):
        while wanted:
            event = json.loads(process.stdout.readline())
            if event["event"] == wanted[0]:
                events.append(event)
                wanted = wanted[1:]
    return process, events


def traced(ctl, device):
    """Messages of a device as they come."""
    with subprocess.Popen([*ctl.command, "trace", device], stdout=subprocess.PIPE, text=True) as follower:
        told = threading.Event()

        def read():
            while not told.wait(0.1):
                ctl.run("read", device, "/3/0/0")

        reader = threading.Thread(target=read)
        reader.start()
        with within("a line of loomctl follow"):
            line = follower.stdout.readline()
        told.set()
        reader.join()
        check(" coap " in line and device in line, f"a message: {line}")
        follower.kill()
    ctl.expect(0, "", "untrace", device)
    ctl.expect(1, "", "untrace", device)


def with_a_device(program, server_program, client_program):
    server, (http, coap) = start([server_program, "--nosec-any", "--listen=coap://127.0.0.1:0", "--http=http://127.0.0.1:0",
                                  "--json"], ["listening", "listening"])
    client, _ = start([client_program, "--endpoint=my/device \u00fc", "--server=" + coap["uri"], "--json"], ["registered"])
    ctl, device = Ctl(program, http["uri"]), "my/device \u00fc"
    ctl.expect(0, lambda out: out.startswith(device + "\t127.0.0.1:") and out.endswith("\tawake\n"), "clients")
    ctl.expect(0, lambda out: out == device + "\n", "endpoints", "my")
    ctl.expect(0, lambda out: out == "", "endpoints", "nobody")
    ctl.expect(0, lambda out: json.loads(out)["endpoint"] == device, "client", device)
    ctl.expect(0, "/3/0/0 Manufacturer = Loom\n", "read", device, "/3/0")
    ctl.expect(0, lambda out: json.loads(out)["result"]["values"][0]["value"] == "Loom", "--json", "read", device, "/3/0/0",
               "senml-cbor")
    ctl.expect(0, "answered 2.04\n", "write", device, "/3/0/14", "+02:00")
    ctl.expect(0, "/3/0/14 UTC Offset = +02:00\n", "read", device, "/3/0/14")
    ctl.expect(0, "answered 2.04\n", "update", device, "/1/0", "lifetime=70", "6=false")
    ctl.expect(0, "/1/0/1 Lifetime = 70 s\n", "read-composite", device, "/1/0/1", "/1/0/6")
    ctl.expect(0, "/1/0/6 Notification Storing When Disabled or Offline = false\n", "values", device, "/1/0/6")
    ctl.expect(0, "answered 2.04\n", "write-composite", device, "/1/0/1=80", "/1/0/6=true")
    ctl.expect(0, "answered 2.04\n", "write", device, "/1/0", "lifetime=90", "binding=U", "6=true")
    ctl.expect(0, "</1/0/1>", "discover", device, "/1/0")
    ctl.expect(0, "answered 2.04\n", "write-attributes", device, "/1/0/1", "pmin=10", "pmax=60")
    ctl.expect(0, "pmin=10", "discover", device, "/1/0/1")
    ctl.expect(0, "answered 2.04\n", "write-attributes", device, "/1/0/1", "pmin", "pmax")
    ctl.expect(0, "observing\n", "observe", device, "/1/0/1")
    ctl.expect(0, lambda out: len(json.loads(out)["observations"]) == 1, "observations", device)
    ticket = json.loads(ctl.run("observations", device)[1])["observations"][0]["ticket"]
    ctl.expect(0, lambda out: out == "", "unobserve", device, str(ticket))
    ctl.expect(0, "answered 2.04\n", "execute", device, "/1/0/8")
    ctl.expect(1, "answered 4.05\n", "write", device, "/3/0/9", "55")
    ctl.expect(1, "answered 4.04\n", "read", device, "/3/0/99")
    ctl.expect(0, " answered my/device \u00fc ", "events", device)
    ctl.expect(1, "", "audit")  # it has no store
    traced(ctl, device)
    ctl.expect(0, '"status":"ok"', "health")
    ctl.expect(0, 'loom_clients{state="awake"} 1\n', "metrics")
    ctl.expect(0, "loom_events_lost_total 0\n", "metrics")
    ctl.expect(0, lambda out: json.loads(out)["role"] == "administrator", "get", "/v1/session")
    ctl.expect(4, "queued\n", "--wait", "0", "read", "nobody", "/3")
    identifier = json.loads(ctl.run("commands", "nobody")[1])["commands"][0]["id"]
    ctl.expect(0, lambda out: json.loads(out)["state"] == "queued", "command", identifier)
    ctl.expect(0, lambda out: True, "cancel", identifier)
    ctl.expect(1, "", "cancel", identifier)
    ctl.expect(1, "", "client", "nobody")
    ctl.expect(1, lambda out: True, "write", device, "/3/0/14", "true")  # no text: a Boolean
    code, _, err = ctl.run("update", device, "/1/0", "lifetime=long")
    check(code == 1 and "/values/lifetime" in err, f"a wrong value: {code} {err}")
    code, out, _ = ctl.run("get", "/v1/session", LOOM_TOKEN_FILE="/nowhere")
    check(code == 2 and out == "", "a file without a token")
    follow(ctl, device)
    client.stdin.write("quit\n")
    client.wait(PATIENCE_S)
    # Names of devices move no cursor.
    client, _ = start([client_program, "--endpoint=red\x1b[31m", "--server=" + coap["uri"], "--json"], ["registered"])
    ctl.expect(0, lambda out: out.startswith("red\\x1b[31m\t"), "clients")
    for process in (client, server):
        process.stdin.write("quit\n")
        process.stdin.close()
        process.wait(PATIENCE_S)
    code, _, err = ctl.run("clients")
    check(code == 3 and "Connection refused" in err, f"no server: {code} {err}")


def follow(ctl, device):
    """A stream of events, until nobody reads it."""
    with subprocess.Popen([*ctl.command, "follow", device], stdout=subprocess.PIPE, text=True) as follower:
        # What is written before the stream is there is not in it.
        told = threading.Event()

        def write():
            while not told.wait(0.1):
                ctl.run("write", device, "/3/0/14", "+03:00")

        writer = threading.Thread(target=write)
        writer.start()
        with within("a line of loomctl follow"):
            line = follower.stdout.readline()
        told.set()
        writer.join()
        check(f" {device} " in line and line.startswith("20"), f"an event: {line}")
        follower.kill()


def wrong_usage(program):
    ctl = Ctl(program, "http://127.0.0.1:1")
    for words in ((), ("nonsense",), ("read",), ("read", "x"), ("read", "x", "/3", "tlv", "more"), ("clients", "a", "b"),
                  ("--wait", "61", "clients"), ("--wait", "x", "clients"), ("update", "x", "/3/0", "novalue"),
                  ("discover", "x", "/3", "4"), ("get", "v1"), ("get", "/v1\r\nX: y"), ("post", "/v1/x", "{"), ("write", "x", "/3/0/14", '"')):
        code, out, err = ctl.run(*words)
        check(code == 2 and out == "" and "loomctl --help" in err, f"{words}: {code} {out}{err}")
    for uri in ("127.0.0.1", "ftp://x", "http://", "http://x:0", "http://x:65536", "http://x:1/path", "http://[::1", "http://a@b"):
        code, _, err = Ctl(program, uri).run("clients")
        check(code == 2 and "--server" in err, f"{uri}: {code} {err}")


def hostile_servers(program):
    """Whatever is answered, it ends, with a reason and with status 3."""
    answers = [
        b"", b"\n", b"SSH-2.0-x\r\n", b"HTTP/1.1 200\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{]", b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 100000,
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100000, b"HTTP/1.1 100 C\r\n\r\n" * 100000,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n{}",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\nab",
        b"HTTP/1.1 200 OK\r\n\r\n" + b"[" * 100000, b"HTTP/1.1 200 OK\r\n\r\n\0\0\0", b"\0" * 100,
    ]
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        ctl = Ctl(program, f"http://127.0.0.1:{listener.getsockname()[1]}")

        def serve():
            for answer in answers:
                peer, _ = listener.accept()
                with peer:
                    request = b""
                    while b"\r\n\r\n" not in request:
                        request += peer.recv(65536)
                    try:
                        peer.sendall(answer)
                        peer.shutdown(socket.SHUT_WR)
                        while peer.recv(65536):
                            pass
                    except OSError:
                        pass

        server = threading.Thread(target=serve)
        server.start()
        for answer in answers:
            code, out, err = ctl.run("client", "x")
            check(code == 3 and out == "" and err.startswith("loomctl: "), f"{answer[:60]}: {code} {out[:60]}{err}")
        server.join()


def firmware(program, server_program, client_program, folder):
    """An image is uploaded, replaced and brought to a device."""
    data = os.urandom(5000)
    version = hashlib.sha256(data).hexdigest()[:16]
    files, image = os.path.join(folder, "files"), os.path.join(folder, "app.bin")
    os.makedirs(files)
    os.makedirs(os.path.join(folder, "state"))
    with open(image, "wb") as out:
        out.write(b"old")
    server, (http, coap) = start([server_program, "--nosec-any", "--listen=coap://127.0.0.1:0", "--http=http://127.0.0.1:0",
                                  f"--files={files}", "--image-max=1", "--json"], ["listening", "listening"])
    client, _ = start([client_program, "--endpoint=dev", "--server=" + coap["uri"], "--json", f"--state={folder}/state",
                       f"--firmware={folder}/installed"], ["registered"])
    ctl = Ctl(program, http["uri"])
    ctl.expect(0, lambda out: out == "", "image", "list")
    ctl.expect(0, lambda out: out.startswith("app.bin\t3\t1\t"), "image", "put", image, "version=1")
    with open(image, "wb") as out:
        out.write(data)
    ctl.expect(0, lambda out: out.startswith(f"app.bin\t5000\t{version}\tM\t"), "image", "put", image, f"version={version}", "model=M")
    ctl.expect(0, lambda out: out.startswith("other\t5000\t"), "image", "put", image, "other", f"version={version}")
    ctl.expect(0, lambda out: [line.split("\t")[0] for line in out.splitlines()] == ["app.bin", "other"], "image", "list")
    with open(os.path.join(folder, "long"), "wb") as out:
        out.write(bytes(1 << 22))
    code, out, err = ctl.run("image", "put", os.path.join(folder, "long"))
    check(code == 1 and "413" in err, f"an image that is too long: {code} {out}{err}")
    ctl.expect(1, "", "image", "put", os.path.join(folder, "none"))
    ctl.expect(2, "", "image", "put")
    ctl.expect(2, "", "campaign", "show")
    code, _, err = ctl.run("campaign", "create", "none", "all")
    check(code == 1 and "/image: there is no such image" in err, f"an image that is not there: {code} {err}")
    ctl.expect(0, "\tdraft\t", "campaign", "create", "other", "endpoint=dev", "parallel=2", "stop-after=50%", "draft")
    identifier = ctl.run("campaign", "list")[1].split("\t")[0]
    check(json.loads(ctl.run("--json", "campaign", "show", identifier)[1])["request"]["parallel"] == 2, "as it was given")
    ctl.expect(1, "", "campaign", "pause", identifier)
    ctl.expect(0, "\trunning\t", "campaign", "start", identifier)
    while "\tfinished\t" not in ctl.run("campaign", "show", identifier)[1]:
        pass
    ctl.expect(0, "done 1", "campaign", "show", identifier)
    ctl.expect(0, lambda out: out.startswith("dev\tdone\t"), "campaign", "devices", identifier)
    ctl.expect(0, lambda out: out == "", "campaign", "devices", identifier, "failed")
    ctl.expect(1, "", "campaign", "resume", identifier)
    ctl.expect(0, "", "campaign", "delete", identifier)
    ctl.expect(0, "", "image", "delete", "other")
    ctl.expect(1, "", "image", "delete", "other")
    for process in (client, server):
        process.stdin.write("quit\n")
        process.stdin.close()
        process.wait(PATIENCE_S)


def bootstrap(program, server_program, client_program, bootstrap_program, folder):
    """A registered device is asked for a bootstrap (1/x/9); a bootstrap server starts it in the open session (rule A-6)."""
    server, (http, coap) = start([server_program, "--nosec-any", "--listen=coap://127.0.0.1:0", "--http=http://127.0.0.1:0",
                                  "--json"], ["listening", "listening"])
    own = f"nosec\ndelete = /\n[server 101]\nuri = {coap['uri']}\nnosec\n"
    with open(os.path.join(folder, "accounts.ini"), "w", encoding="ascii") as out:
        out.write(f"[endpoint one]\n{own}[endpoint two]\n{own}[server 102]\nuri = coap://127.0.0.1:1\nnosec\n"
                  "[endpoint raw]\nnosec\ndiscover = no\nbootstrap-instance = 0\n[server 101]\nuri = coap://127.0.0.1:1\nnosec\n")
    bootstrapping, (http_of_it, coap_of_it) = start(
        [bootstrap_program, f"--accounts={folder}/accounts.ini", "--listen=coap://127.0.0.1:0", "--http=http://127.0.0.1:0", "--json"],
        ["listening", "listening"])
    ctl, ctl_of_it = Ctl(program, http["uri"]), Ctl(program, http_of_it["uri"])
    for device in ("one", "two"):  # of `two` it must be found out which instance is the server's own
        client, _ = start([client_program, f"--endpoint={device}", "--bootstrap=" + coap_of_it["uri"], "--json"], ["registered"])
        ctl.expect(0, "answered 2.04\n", "bootstrap", device)
        with within("a second bootstrap"):
            for wanted in ("bootstrap-finish", "registered"):
                while json.loads(client.stdout.readline())["event"] != wanted:
                    pass
        client.kill()
        client.wait()
    ctl.expect(1, "", "bootstrap", "nobody")
    ctl.expect(1, "", "bootstraps")  # of a server that makes none
    ctl_of_it.expect(1, "", "bootstrap", "nobody")
    ctl_of_it.expect(1, "", "bootstrap", "raw")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as device:
        device.settimeout(PATIENCE_S)
        device.connect(("127.0.0.1", int(coap_of_it["uri"].rsplit(":", 1)[1])))
        device.send(b"\x40\x02\x00\x01\xb2bs\x46ep=raw")
        device.recv(64)
        request = device.recv(2048)
        ctl_of_it.expect(0, lambda out: out.startswith("raw\t127.0.0.1:") and "\twrite\t0\t" in out, "bootstraps")
        ctl_of_it.expect(0, lambda out: json.loads(out)["total"] == 1, "--json", "bootstraps")
        while True:
            length = request[0] & 15
            device.send(bytes([0x60 | length, 0x44]) + request[2:4 + length])
            if request[1] == 2:  # POST: the Finish
                break
            request = device.recv(2048)
        ctl_of_it.expect(0, lambda out: out == "", "bootstraps")
        ctl_of_it.expect(0, lambda out: out == "the bootstrap has begun\n", "bootstrap", "raw")
        check(device.recv(2048)[1] == 3, "a Write of a bootstrap that the server has started")
    for process in (server, bootstrapping):
        process.kill()
        process.wait()


def over_tls(program, server_program, folder):
    """A certificate of somebody else, or for another name, is no server's."""
    def path(name):
        return os.path.join(folder, name)

    if shutil.which("openssl") is None:
        print("skipped over TLS: no openssl to make a certificate")
        return

    for name, host in (("good", "127.0.0.1"), ("other", "192.0.2.1")):
        made = subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", path(name + ".key"),
             "-out", path(name + ".pem"), "-days", "2", "-subj", "/CN=loom", "-addext", f"subjectAltName=IP:{host}"],
            capture_output=True, check=False)
        check(made.returncode == 0, made.stderr)
        server, (http, _) = start(
            [server_program, "--nosec-any", "--listen=coap://127.0.0.1:0", "--http=https://127.0.0.1:0",
             "--http-certificate=" + path(name + ".pem"), "--http-key=" + path(name + ".key"), "--json"], ["listening", "listening"])
        ctl = Ctl(program, http["uri"])
        code, _, err = ctl.run("health")
        check(code == 3 and "TLS" in err, f"a certificate of nobody: {code} {err}")
        code, out, err = ctl.run("--ca", path(name + ".pem"), "health")
        check((code, '"ok"' in out) == ((0, True) if name == "good" else (3, False)), f"a certificate for {host}: {code} {out}{err}")
        server.stdin.write("quit\n")
        server.stdin.close()
        server.wait(PATIENCE_S)


def main():
    program, server, client, bootstrap_server = sys.argv[1:]
    wrong_usage(program)
    hostile_servers(program)
    with_a_device(program, server, client)
    with tempfile.TemporaryDirectory() as folder:
        firmware(program, server, client, folder)
    with tempfile.TemporaryDirectory() as folder:
        over_tls(program, server, folder)
    with tempfile.TemporaryDirectory() as folder:
        bootstrap(program, server, client, bootstrap_server, folder)
    print(f"{problem_count()} problems")
    return 1 if problem_count() else 0


if __name__ == "__main__":
    sys.exit(main())
