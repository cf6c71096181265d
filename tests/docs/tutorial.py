#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Do what a page of docs/ tells its reader to do, and see what it says they will see.

usage: tutorial.py PAGE EXAMPLE PREFIX WORK

A comment before a block of the page says what the block is:

    <!-- test: file NAME -->    a file; it is that of EXAMPLE, too
    <!-- test: run -->          commands, which all succeed
    <!-- test: start NAME -->   a command that goes on running
    <!-- test: type NAME -->    lines for its standard input
    <!-- test: see NAME -->     lines that it prints in this order; `...` stands for anything

PREFIX stands for /opt/loom, and a free port for 5684. What has not been seen after a minute fails.
"""

import os
import pathlib
import queue
import re
import shutil
import socket
import subprocess
import sys
import threading
import time

BLOCK = re.compile(r"<!-- test: (\w+) ?(\S*) -->\n```\w*\n(.*?)```\n", re.DOTALL)
PATIENCE = 60


class Wrong(Exception):
    """What the page says is not so."""


class Running:
    def __init__(self, name, command, work):
        self.name = name
        self.lines = queue.Queue()
        self.seen = []
        self.process = subprocess.Popen(["bash", "-c", "exec " + command.strip()], cwd=work, text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT)
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        for line in self.process.stdout:
            self.lines.put(line.rstrip("\n"))
        self.lines.put(None)

    def type(self, text):
        self.process.stdin.write(text)
        self.process.stdin.flush()

    def see(self, wanted):
        """Waits for a line that has this in it; `...` stands for anything."""
        pattern = re.compile(".*".join(re.escape(part) for part in wanted.strip().split("...")))
        end = time.monotonic() + PATIENCE
        while True:
            try:
                line = self.lines.get(timeout=max(0, end - time.monotonic()))
            except queue.Empty:
                line = None
            if line is None:
                raise Wrong(f"{self.name} never printed: {wanted}\nbut: " + "\n     ".join(self.seen))
            self.seen.append(line)
            if pattern.search(line):
                return

    def stop(self):
        self.process.kill()
        self.process.wait()


def free_port():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def put_file(name, text, example, work):
    if (example / name).read_text(encoding="utf-8") != text:
        raise Wrong(f"{name} is not that of {example}")
    path = work / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def run(commands, work):
    result = subprocess.run(["bash", "-ec", commands], cwd=work, text=True, check=False,
                            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT)
    if result.returncode != 0:
        raise Wrong(f"{commands}fails with {result.returncode}:\n{result.stdout}")


def follow(page, example, prefix, work):
    """@return how many blocks there were"""
    text = page.read_text(encoding="utf-8")
    blocks = BLOCK.findall(text)
    if len(blocks) != text.count("<!-- test:"):
        raise Wrong(f"{page}: a comment of a test that has no block")
    port = str(free_port())
    running = {}
    try:
        for kind, name, body in blocks:
            if kind == "file":
                put_file(name, body, example, work)
                continue
            body = body.replace("/opt/loom", str(prefix)).replace("5684", port)
            if kind == "run":
                run(body, work)
            elif kind == "start":
                running[name] = Running(name, body, work)
            elif kind == "type":
                running[name].type(body)
            elif kind == "see":
                for line in body.splitlines():
                    running[name].see(line)
            else:
                raise Wrong(f"{page}: unknown kind of block: {kind}")
    finally:
        for one in running.values():
            one.stop()
    return len(blocks)


def main(arguments):
    page, example, prefix, work = (pathlib.Path(argument).resolve() for argument in arguments)
    for tool in ("cmake", "ninja", "bash"):
        if not shutil.which(tool):
            print(f"skipped: no {tool}")
            return 77
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    os.environ.pop("DESTDIR", None)
    try:
        print(f"{page.name}: {follow(page, example, prefix, work)} blocks are as it says")
    except Wrong as wrong:
        print(f"{page}: error: {wrong}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
