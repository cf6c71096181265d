# SPDX-License-Identifier: Apache-2.0
"""Programs that a test starts, and waits for what they report: each wait has a deadline, and says what was awaited
and what came instead. Whatever becomes of the test, no program outlives it: who runs it would wait for that, too.
"""

import atexit
import collections
import contextlib
import json
import queue
import signal
import subprocess
import threading
import time

PATIENCE_S = 30
KEPT = 12  # how many of the last lines are told
WIDTH = 300


class Failure(Exception):
    pass


def start(*command, **options):
    """A program with pipes to its input and from its output, which ends with the test."""
    process = subprocess.Popen(command, **{"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "bufsize": 1,
                                           **options})
    atexit.register(process.kill)  # nothing, if it has ended
    return process


@contextlib.contextmanager
def within(what, patience=PATIENCE_S):
    """Ends whatever the main thread waits for in the block, also where a call has no time limit of its own."""
    def late(*_):
        raise Failure(f"{what} did not come within {patience} s")
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, patience)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


class Lines:
    """The lines of a stream as they come."""

    def __init__(self, stream, name="the program"):
        self.name = name
        self.coming = queue.Queue()
        self.came = collections.deque(maxlen=KEPT)
        self.text = ""  # all that has come
        self.ended = False
        self.reader = threading.Thread(target=self.read, args=(stream,), daemon=True)
        self.reader.start()

    def read(self, stream):
        try:
            for line in stream:
                self.text += line
                self.coming.put(line)
        except ValueError:
            pass  # closed while it was read
        self.coming.put(None)

    def instead(self):
        lines = "".join(f"\n    {line.rstrip()[:WIDTH]}" for line in self.came)
        return f"; the last lines were:{lines}" if lines else "; nothing came at all"

    def line(self, what="a line", end=None):
        """The next line. `what` is awaited until `end`."""
        if self.ended:
            raise Failure(f"{self.name} has ended without {what}{self.instead()}")
        try:
            left = PATIENCE_S if end is None else max(0.0, end - time.monotonic())
            line = self.coming.get(timeout=left)
        except queue.Empty:
            raise Failure(f"{what} did not come from {self.name} in time{self.instead()}") from None
        if line is None:
            self.ended = True
            return self.line(what, end)
        self.came.append(line)
        return line

    def wait_for(self, what, good, patience=PATIENCE_S):
        """The first line for which `good` holds, which is given the line; those before it are gone."""
        end = time.monotonic() + patience
        while True:
            line = self.line(what, end)
            found = good(line)
            if found:
                return found if found is not True else line

    def event(self, *kinds, good=lambda event: True, patience=PATIENCE_S, **members):
        """The next event of one of these kinds, with these members, and for which `good` holds."""
        def match(line):
            event = json.loads(line) if line.startswith("{") else {}
            return event.get("event") in kinds and good(event) and \
                all(event.get(name) == value for name, value in members.items()) and event
        what = f"the event {' or '.join(kinds)}" + (f" with {members}" if members else "")
        return self.wait_for(what, match, patience)

    def rest(self, patience=PATIENCE_S):
        """What comes until the end, as one text."""
        lines = []
        end = time.monotonic() + patience
        while not self.ended:
            try:
                lines.append(self.line("its end", end))
            except Failure:
                if not self.ended:
                    raise
        return "".join(lines)


class Program:
    """A program whose events are lines of JSON."""

    def __init__(self, *command, **options):
        self.process = start(*command, *(() if "--json" in command else ("--json",)), **options)
        self.lines = Lines(self.process.stdout, command[0].rsplit("/", 1)[-1])

    def wait_for(self, *kinds, **members):
        return self.lines.event(*kinds, **members)

    @property
    def text(self):
        """All that it has printed so far."""
        return self.lines.text

    def say(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def stop(self):
        """@return all that it has printed"""
        self.process.terminate()
        self.process.wait(PATIENCE_S)
        self.lines.reader.join(PATIENCE_S)
        return self.text
