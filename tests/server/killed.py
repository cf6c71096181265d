#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What was acknowledged is there, whatever is killed, and whenever.

usage: killed.py LEDGER sqlite|postgres|postgres-server|full-sqlite|full-postgres [KILLS [SEED]]

A process stores devices and says what is durable; it is killed at a random moment, or the server of the
database is, or the disk is full. Then all is there that it had said, and nothing that it had said is gone.
"""

import collections
import contextlib
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

import postgres

SKIPPED = 77

# The end of a test that hangs; nothing is decided by it.
PATIENCE = 120


class Ledger:
    """What a writer has said, over all of its lives."""

    def __init__(self, program):
        self.program = program
        self.uri = None
        self.present = set()
        self.leaving = set()
        self.gone = set()
        self.others = collections.Counter()
        self.next = 0
        self.process = None
        self.news = threading.Condition()
        self.reader = None
        self.acknowledged = 0

    def take(self, line):
        words = line.split()
        with self.news:
            if words[0] == "+":
                self.present.add(int(words[1]))
                self.acknowledged += 1
            elif words[0] == "?":
                self.leaving.add(int(words[1]))
            elif words[0] == "-":
                self.gone.add(int(words[1]))
                self.acknowledged += 1
            else:
                self.others[words[0]] += 1
            self.news.notify_all()

    def read(self):
        for line in self.process.stdout:
            if not line.endswith("\n"):
                break  # killed in the middle of it
            self.take(line)
        with self.news:
            self.others["end"] += 1
            self.news.notify_all()

    def start(self):
        self.process = subprocess.Popen([self.program, "write", self.uri, str(self.next)],
                                        stdout=subprocess.PIPE, text=True)
        self.reader = threading.Thread(target=self.read)
        self.reader.start()

    def wait_for(self, what, condition):
        """Until something is in the ledger."""
        ends = self.others["end"]
        with self.news:
            if not self.news.wait_for(lambda: condition() or self.others["end"] > ends, PATIENCE):
                raise RuntimeError(f"{what} did not come")
            if not condition():
                raise RuntimeError(f"the writer ended before {what}")

    def wait_for_more(self, count):
        goal = self.acknowledged + count
        self.wait_for(f"{count} more", lambda: self.acknowledged >= goal)

    def kill(self):
        if self.process is None:
            return
        self.process.kill()
        self.process.wait()
        self.reader.join()
        self.process = None
        # Numbers that were never acknowledged are not used again: they may be there or not.
        self.next = max(self.present | self.leaving, default=self.next) + 1000

    def check(self):
        """It may go on meanwhile: what it had said before must be there, unless it leaves by now."""
        with self.news:
            present = set(self.present)
            gone = set(self.gone)
        result = subprocess.run([self.program, "list", self.uri], stdout=subprocess.PIPE, text=True,
                                check=False, timeout=PATIENCE)
        if result.returncode != 0:
            raise RuntimeError("the store cannot be read")
        found = {int(line) for line in result.stdout.split()}
        with self.news:
            lost = (present - self.leaving) - found
        risen = gone & found
        if lost or risen:
            raise RuntimeError(f"acknowledged, but not there: {sorted(lost)[:9]}; "
                               f"gone, but there: {sorted(risen)[:9]}")
        return len(found)


def kill_the_writer(ledger, kills, dice):
    for _ in range(kills):
        ledger.start()
        ledger.wait_for_more(dice.randrange(1, 600))
        time.sleep(dice.random() * 0.02)
        ledger.kill()
        ledger.check()


def kill_the_server(ledger, kills, dice, cluster):
    ledger.start()
    for _ in range(kills):
        ledger.wait_for_more(dice.randrange(1, 600))
        time.sleep(dice.random() * 0.02)
        lost = ledger.others["lost"]
        cluster.kill()
        ledger.wait_for("`lost`", lambda: ledger.others["lost"] > lost)
        cluster.start()
        ledger.wait_for("`back`", lambda: ledger.others["back"] > lost)
        ledger.wait_for_more(1)
        ledger.check()
    ledger.kill()
    ledger.check()


def fill_the_disk(ledger, kills, dice, directory):
    """A file takes the rest of the disk, and goes again. The first time it is there before the store has grown, so
    that the disk is full for sure; later the store may have what it needs."""
    ballast = directory / "ballast"
    fill(ballast, 1 << 20)
    ledger.start()
    ledger.wait_for("`full`", lambda: ledger.others["full"] > 0)
    for _ in range(kills):
        ledger.check()
        ballast.unlink()
        ledger.wait_for_more(dice.randrange(1, 400))
        full, goal = ledger.others["full"], ledger.acknowledged + 2000
        fill(ballast, 0)
        ledger.wait_for("`full`", lambda: ledger.others["full"] > full or ledger.acknowledged > goal)
    ledger.check()
    ballast.unlink()
    ledger.wait_for_more(200)
    ledger.kill()
    ledger.check()


def fill(path, left):
    """Takes all of a disk, but for some bytes."""
    with open(path, "wb", buffering=0) as file:
        with contextlib.suppress(OSError):
            while True:
                file.write(b"x" * 4096)
        file.truncate(max(0, file.tell() - left))


class SmallDisk:
    """A file system of a few megabytes, in the memory."""

    def __init__(self, megabytes, user):
        self.path = pathlib.Path(tempfile.mkdtemp(prefix="loom-disk-"))
        options = f"size={megabytes}m,mode=0700"
        if user:
            options += f",uid={user['user']},gid={user['group']}"
        subprocess.run(["mount", "-t", "tmpfs", "-o", options, "none", str(self.path)], check=True)

    def __enter__(self):
        return self.path

    def __exit__(self, *_):
        subprocess.run(["umount", "--lazy", str(self.path)], check=False)
        self.path.rmdir()


def enter_own_mounts():
    """Mounts of this process alone. Returns why there are none, or None."""
    if os.environ.get("LOOM_OWN_MOUNTS"):
        return None
    if os.geteuid() != 0 or not shutil.which("unshare"):
        return "to mount a small disk takes root and unshare"
    can = subprocess.run(["unshare", "--mount", "sh", "-c", "mount -t tmpfs none /mnt"],
                         stderr=subprocess.DEVNULL, check=False)
    if can.returncode != 0:
        return "no disk may be mounted here"
    os.environ["LOOM_OWN_MOUNTS"] = "1"
    os.execvp("unshare", ["unshare", "--mount", sys.executable, *sys.argv])


def run(program, what, kills, dice):
    ledger = Ledger(program)
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="loom-killed-"))
        cluster = disk = None
        if "postgres" in what:
            # What a process has written is there after its death, also if it is not on the disk.
            cluster = stack.enter_context(postgres.Cluster())
            ledger.uri = cluster.uri()
        if what.startswith("full"):
            disk = stack.enter_context(SmallDisk(24, cluster.user if cluster else None))
            folder = disk
        if what == "full-postgres":
            cluster.sql("postgres", f"CREATE TABLESPACE small LOCATION '{disk}'")
            cluster.sql("postgres", "CREATE DATABASE full_one TABLESPACE small")
            ledger.uri = cluster.uri("full_one")
        elif not cluster:
            ledger.uri = f"sqlite:{folder}/store"
        # Before the disk and the server go, whatever happens.
        stack.callback(ledger.kill)
        if disk:
            fill_the_disk(ledger, kills, dice, disk)
        elif what == "postgres-server":
            kill_the_server(ledger, kills, dice, cluster)
        else:
            kill_the_writer(ledger, kills, dice)
    return ledger


def main(arguments):
    if not 2 <= len(arguments) <= 4:
        print(__doc__, file=sys.stderr)
        return 2
    program, what = arguments[:2]
    kills = int(arguments[2]) if len(arguments) > 2 else 10
    seed = int(arguments[3]) if len(arguments) > 3 else random.randrange(1 << 32)
    reason = postgres.why_not() if "postgres" in what else None
    if not reason and what.startswith("full"):
        reason = enter_own_mounts()
    if reason:
        print(f"skipped: {reason}")
        return SKIPPED
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    print(f"{what}: {kills} times, seed {seed}", flush=True)
    ledger = run(program, what, kills, random.Random(seed))
    print(f"{ledger.acknowledged} acknowledged, and all of it is there")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
