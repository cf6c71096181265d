# SPDX-License-Identifier: Apache-2.0
"""Networks of one's own, in which cables can be pulled: namespaces of the kernel. The program runs itself again in one,
from which it reaches all others; as root, or in a user namespace where that is allowed."""

import contextlib
import ctypes
import os
import subprocess
import sys

CLONE_NEWNET = 0x40000000
APART = "LOOM_TEST_APART"


def enter():
    """Runs the program again in a network of its own. @return why that is not possible; None: it is in one"""
    if os.environ.get(APART):
        with open("/proc/sys/net/ipv4/ip_forward", "w", encoding="ascii") as file:
            file.write("1")
        ip("link", "set", "lo", "up")
        return None
    unshare = ["unshare", "--net"] if os.geteuid() == 0 else ["unshare", "--net", "--user", "--map-current-user", "--keep-caps"]
    # Everything that is needed is tried first.
    probe = "ip link add name one type veth peer name other && echo 1 > /proc/sys/net/ipv4/ip_forward"
    try:
        done = subprocess.run([*unshare, "sh", "-c", probe], capture_output=True, text=True, check=False)
    except OSError as error:
        return str(error)
    if done.returncode != 0:
        return f"no network namespaces here: {done.stderr.strip()}"
    os.environ[APART] = "1"
    os.execvp(unshare[0], [*unshare, sys.executable, "-B", *sys.argv])


def ip(*words):
    subprocess.run(["ip", *words], check=True, timeout=60)


class Place:
    """A network namespace. It ends with this program."""

    count = 0

    def __init__(self):
        Place.count += 1
        self.number, self.cables = Place.count, 0
        self.holder = subprocess.Popen(["unshare", "--net", "sh", "-c", "ip link set lo up && echo && exec cat"],
                                       stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self.holder.stdout.readline() == b"\n"
        self.path = f"/proc/{self.holder.pid}/ns/net"

    def command(self, *words):
        return ["nsenter", f"--net={self.path}", *words]

    def connect(self, way_out=False):
        """Lays a cable to the network in the middle. @return the name of its end there, the address there, and that here"""
        self.cables += 1
        here, name = f"c{self.cables}", f"p{self.number}c{self.cables}"
        prefix = f"10.{70 + self.cables}.{self.number}"
        ip("link", "add", "name", name, "type", "veth", "peer", "name", here, "netns", str(self.holder.pid))
        ip("address", "add", f"{prefix}.1/24", "dev", name)
        ip("link", "set", name, "up")
        subprocess.run(self.command("ip", "address", "add", f"{prefix}.2/24", "dev", here), check=True)
        subprocess.run(self.command("ip", "link", "set", here, "up"), check=True)
        if way_out:
            subprocess.run(self.command("ip", "route", "add", "default", "via", f"{prefix}.1"), check=True)
        return name, f"{prefix}.1", f"{prefix}.2"

    @contextlib.contextmanager
    def inside(self):
        """Sockets that are made meanwhile are there."""
        libc = ctypes.CDLL(None, use_errno=True)
        with open("/proc/self/ns/net", "rb") as own, open(self.path, "rb") as there:
            if libc.setns(there.fileno(), CLONE_NEWNET) != 0:
                raise OSError(ctypes.get_errno(), "setns")
            try:
                yield
            finally:
                if libc.setns(own.fileno(), CLONE_NEWNET) != 0:
                    os._exit(1)  # in the wrong network nothing that follows means anything

    def end(self):
        self.holder.stdin.close()
        self.holder.wait()
        self.holder.stdout.close()
