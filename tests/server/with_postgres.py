#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Run a test program with a PostgreSQL server of its own, whose URI is in LOOM_TEST_POSTGRES.

usage: with_postgres.py [--durable] PROGRAM [ARGUMENT...]

Without PostgreSQL the program runs nevertheless, and then counts as skipped. With --durable the server
waits for its disk; a test need not.
"""

import os
import signal
import subprocess
import sys

import postgres

SKIPPED = 77


def main(command):
    durable = command[:1] == ["--durable"]
    command = command[durable:]
    if not command:
        print(__doc__, file=sys.stderr)
        return 2
    # So that the server is not left behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    reason = postgres.why_not()
    if reason:
        os.environ.pop("LOOM_TEST_POSTGRES", None)
        status = subprocess.run(command, check=False).returncode
        print(f"skipped: {reason}, so this ran on SQLite alone")
        return status or SKIPPED
    with postgres.Cluster(durable) as cluster:
        os.environ["LOOM_TEST_POSTGRES"] = cluster.uri()
        return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
