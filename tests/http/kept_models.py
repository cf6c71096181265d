#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Models that are given over REST: kept over a restart, by both servers; not while the database is gone; and a stored one
that cannot be read any more is reported and left out.

usage: kept_models.py LOOM_SERVER LOOM_BOOTSTRAP_SERVER [--postgres]
"""

import contextlib
import pathlib
import signal
import sqlite3
import sys
import tempfile

sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent / "server"))

import document
import postgres
from peer import Connection, Failure, equal
from served import Loom

SERVER, BOOTSTRAP_SERVER = sys.argv[1:3]
SKIPPED = 77
OBJECT = """<Object><Name>Pump</Name><ObjectID>%d</ObjectID><MultipleInstances>Multiple</MultipleInstances>
<Mandatory>Optional</Mandatory><Resources><Item ID="0"><Name>%s</Name><Operations>R</Operations>
<MultipleInstances>Single</MultipleInstances><Mandatory>Mandatory</Mandatory><Type>Integer</Type></Item></Resources></Object>"""


def late(*_):
    """Who waits in vain ends, and what it has started."""
    raise TimeoutError


def give(loom, text, status=200):
    with Connection(loom.address) as connection:
        answer = connection.ask("POST", "/v1/models?name=pump.xml", f"<LWM2M>{text}</LWM2M>".encode(), Content_Type="application/xml")
    equal(answer.status, status, f"a model: {answer}")
    equal(loom.document.problems("POST", "/v1/models?name=pump.xml", answer), [], "POST /v1/models")
    return answer


def name_of(loom, number):
    return loom.ask(f"/v1/models/{number}").json["resources"][0]["name"]


def sql(store, cluster, text):
    if cluster:
        cluster.sql("loom", text)
        return
    with contextlib.closing(sqlite3.connect(store.removeprefix("sqlite:"))) as database:
        database.execute(text)
        database.commit()


def kept(start, store, cluster):
    with start() as loom:
        give(loom, OBJECT % (33000, "Flow"))
        give(loom, OBJECT % (33001, "Speed"))
        give(loom, OBJECT % (33002, "Heat"))
        give(loom, OBJECT % (33000, "Stream"))
        loom.request("DELETE", "/v1/models/33001?version=1.0", status=204)
        loom.request("DELETE", "/v1/models/33001?version=1.0", status=404)
        errors = give(loom, OBJECT % (33003, "One") + OBJECT % (33004, "Two"), 422).json["errors"]
        equal(errors, [{"at": "", "detail": "the file has not one object"}], "two objects in one file")
        loom.ask("/v1/models/33003", 404)
        tries = ["Stream"]
        if cluster:
            cluster.kill()
            with Connection(loom.address) as connection:
                while True:  # a process of the database may live a moment longer
                    text = f"<LWM2M>{OBJECT % (33000, f'Try {len(tries)}')}</LWM2M>".encode()
                    answer = connection.ask("POST", "/v1/models", text)
                    if answer.status == 503:
                        break
                    tries.append(f"Try {len(tries)}")
            equal("retry-after" in answer.fields, True, f"while the database is gone: {answer}")
            loom.request("DELETE", "/v1/models/33002?version=1.0", status=503)
            equal((name_of(loom, 33000), name_of(loom, 33002)), (tries[-1], "Heat"), "nothing has changed")
            cluster.start()
        loom.process.kill()
    with start() as loom:
        equal((name_of(loom, 33000), name_of(loom, 33002)), (tries[-1], "Heat"), "after a restart")
        loom.ask("/v1/models/33001", 404)
        loom.end()
    text = "cast('<LWM2M><Object></LWM2M>' as blob)" if cluster is None else "'<LWM2M><Object></LWM2M>'"
    sql(store, cluster, f"UPDATE models SET document = {text} WHERE object = 33000")
    with start() as loom:
        loom.ask("/v1/models/33000", 404)
        equal(name_of(loom, 33002), "Heat", "beside one that cannot be read")
        sql(store, cluster, "INSERT INTO models SELECT i, 1, 0, 'x', document, '', 0 FROM models,"
            " (WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 998) SELECT i FROM c) AS numbers"
            " WHERE object = 33002")
        equal(give(loom, OBJECT % (33005, "More"), 409).reason, "too-many-models", "too many")
        give(loom, OBJECT % (33002, "Again"))
        loom.end()


def main():
    signal.signal(signal.SIGALRM, late)
    signal.alarm(280)
    reason = postgres.why_not() if "--postgres" in sys.argv else document.MISSING
    if reason:
        print(f"skipped: {reason}")
        return SKIPPED
    for program in (SERVER, BOOTSTRAP_SERVER):
        with contextlib.ExitStack() as stack:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="loom-models-"))
            cluster = stack.enter_context(postgres.Cluster()) if "--postgres" in sys.argv else None
            store = cluster.uri() if cluster else f"sqlite:{folder}/store"
            options = ("--nosec-any",) if program == SERVER else ("--store-key", f"{folder}/key")
            kept(lambda: Loom(program, store, options), store, cluster)
    print("0 problems")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Failure as failure:
        sys.exit(f"error: {failure}"[:2000])
