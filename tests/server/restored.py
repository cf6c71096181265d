#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A dump of PostgreSQL, made while the store is written to, has all that was acknowledged before.

usage: restored.py LEDGER
"""

import contextlib
import sys

import killed
import postgres


def main(arguments):
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    reason = postgres.why_not()
    if reason:
        print(f"skipped: {reason}")
        return killed.SKIPPED
    with contextlib.ExitStack() as stack:
        cluster = stack.enter_context(postgres.Cluster())
        dump = str(cluster.directory / "dump")
        ledger = killed.Ledger(arguments[0])
        ledger.uri = cluster.uri()
        ledger.start()
        stack.callback(ledger.kill)
        ledger.wait_for_more(1000)
        present = ledger.present - ledger.leaving
        gone = set(ledger.gone)
        cluster.run("pg_dump", "--format=custom", f"--file={dump}", cluster.uri())
        ledger.wait_for_more(100)
        cluster.sql("postgres", "CREATE DATABASE restored")
        cluster.run("pg_restore", "--exit-on-error", f"--dbname={cluster.uri('restored')}", dump)
        copy = killed.Ledger(arguments[0])
        copy.uri = cluster.uri("restored")
        copy.present = present
        copy.leaving = ledger.leaving
        copy.gone = gone
        copy.check()
        # It is a store like any other: what comes next is stored there.
        copy.next = 1000000
        copy.start()
        stack.callback(copy.kill)
        copy.wait_for_more(1)
    print(f"{len(present)} of {len(present)} restored")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
