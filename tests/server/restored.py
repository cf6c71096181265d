#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A copy of a store, made while it is written to, has all that was acknowledged before, and is a store.

usage: restored.py LEDGER sqlite LOOM_SERVER
       restored.py LEDGER postgres
"""

import contextlib
import pathlib
import subprocess
import sys
import tempfile

import killed
import postgres


def copy_sqlite(program, folder):
    """Returns the URI of the copy."""
    store = folder / "store"
    copy = folder / "copy"
    command = [program, "--store", f"sqlite:{store}", "--backup", str(copy)]
    subprocess.run(command, check=True)
    # A second one takes the place of nothing.
    before = copy.read_bytes()
    assert subprocess.run(command, stderr=subprocess.DEVNULL, check=False).returncode == 1
    assert copy.read_bytes() == before
    # What is not there is not made.
    missing = [program, "--store", f"sqlite:{folder}/none", "--backup", f"{folder}/other"]
    assert subprocess.run(missing, stderr=subprocess.DEVNULL, check=False).returncode == 1
    assert sorted(path.name for path in folder.iterdir() if "-" not in path.name) == ["copy", "store"]
    return f"sqlite:{copy}"


def copy_postgres(cluster):
    """Returns the URI of the copy."""
    dump = str(cluster.directory / "dump")
    cluster.run("pg_dump", "--format=custom", f"--file={dump}", cluster.uri())
    cluster.sql("postgres", "CREATE DATABASE restored")
    cluster.run("pg_restore", "--exit-on-error", f"--dbname={cluster.uri('restored')}", dump)
    return cluster.uri("restored")


def main(arguments):
    if arguments[1:2] not in (["sqlite"], ["postgres"]):
        print(__doc__, file=sys.stderr)
        return 2
    reason = postgres.why_not() if arguments[1] == "postgres" else None
    if reason:
        print(f"skipped: {reason}")
        return killed.SKIPPED
    with contextlib.ExitStack() as stack:
        ledger = killed.Ledger(arguments[0])
        if arguments[1] == "postgres":
            cluster = stack.enter_context(postgres.Cluster())
            ledger.uri = cluster.uri()
        else:
            name = stack.enter_context(tempfile.TemporaryDirectory(prefix="loom-restored-"))
            folder = pathlib.Path(name)
            ledger.uri = f"sqlite:{folder}/store"
        ledger.start()
        stack.callback(ledger.kill)
        ledger.wait_for_more(1000)
        copy = killed.Ledger(arguments[0])
        copy.present = ledger.present - ledger.leaving
        copy.gone = set(ledger.gone)
        copy.uri = (copy_postgres(cluster) if arguments[1] == "postgres"
                    else copy_sqlite(arguments[2], folder))
        ledger.wait_for_more(100)
        copy.leaving = ledger.leaving
        copy.check()
        copy.next = 1000000
        copy.start()
        stack.callback(copy.kill)
        copy.wait_for_more(1)
        print(f"{len(copy.present)} devices and more are in the copy")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
