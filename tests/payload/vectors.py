#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Reads vectors that other implementations recorded, with loom-payload.

usage: vectors.py LOOM_PAYLOAD FOLDER

FOLDER has files *.tsv with the columns format, direction, base_path, payload_hex, expected, source, notes;
its README says what they mean. Where Loom decides otherwise than a row, DEVIATIONS says why, by its rule; a
row that agrees in spite of its reason counts as agreeing. Without the folder the test is skipped.
"""

import csv
import json
import math
import pathlib
import subprocess
import sys

FORMATS = {"TLV": "tlv", "JSON": "json", "SENML_JSON": "senml-json", "SENML_CBOR": "senml-cbor",
           "CBOR": "cbor", "TEXT": "text", "OPAQUE": "opaque"}
# Base64 as values have it: rule D.1.
BASE64 = "BASE64.BASE64URL_OR_BASE64 Decoder - Padding OPTIONAL"
NOTHING = ("EMPTY_OBJECT", "EMPTY_INSTANCE", "EMPTY_MULTI_RESOURCE")

# What a row has, which rule decides otherwise, and how to know such a row.
DEVIATIONS = (
    ("alternate path", "D-30: a name is the full path; the alternate path of a registration is of the server",
     lambda row: b"/lwm2m/" in row.payload),
    ("not finite", "D.1: a Float is a number; infinity and not a number are refused in all formats",
     lambda row: any(word in row.expected for word in ('"Infinity"', '"-Infinity"', '"NaN"'))),
    ("sums", "D-35: base values are refused, as they would change what a value means",
     lambda row: (row.kind == "SENML_JSON" and b'"bv":' in row.payload) or
     (row.kind == "SENML_CBOR" and row.payload[2:3] == b"\x24")),
    ("indefinite lengths", "D-3: indefinite lengths are accepted everywhere",
     lambda row: row.fails and (row.payload[:1] in (b"\x5f", b"\x7f") or row.payload[1:2] == b"\xbf")),
    ("a trailing comma", "RFC 8259: nothing but blanks may follow the value",
     lambda row: row.kind == "SENML_JSON" and row.payload.rstrip().endswith(b",")),
    ("no instance", "D-12: a payload for an object says which instance it means",
     lambda row: row.kind == "TLV" and row.base.count("/") == 1 and row.payload[:1] >= b"\xc0"),
    ("nothing", "D-13: without a model, a resource without values may be a multiple one",
     lambda row: row.fails and row.base == "/2/0/0"),
    ("a misprint", "the path of what was expected has two digits in the other order",
     lambda row: '"/1204/' in row.expected and b'"bn":"/1024/' in row.payload),
    ("values of other paths", "C-22: a payload that names something else than its path is refused",
     lambda row: row.base == "/12/0/3" and row.expected.count("relpath") == 1),
    ("an empty name", "D.4: an empty name adds nothing to the base name",
     lambda row: row.kind == "JSON" and b'"n":""' in row.payload),
    ("a record without a value", "D-31: among values, each record has one",
     lambda row: row.kind.startswith("SENML") and '"/67/0/0"' in row.expected),
    ("a number that lost its size", "D.1: what is written is the number, and 4.0 is not 4e38",
     lambda row: row.direction == "encode" and b'"n":"13","v":4.0' in row.payload),
    ("ids that descend", "C-10: what is written ascends, as a walk over a model does",
     lambda row: row.kind == "TLV" and row.direction == "encode" and row.base == "/12"),
    ("a path without its slash", "D-30: a path begins with a slash",
     lambda row: row.kind == "PATH" and row.payload[:1] != b"/"),
    ("numbers of paths", "D.1: an id has neither sign nor leading zeros, and is below 65535",
     lambda row: row.kind == "PATH" and (b"65535" in row.payload or row.payload in (b"/03", b"/+3"))),
    ("a history", "D-33: records of one name are its history, and none of them is lost",
     lambda row: row.kind == "SENML_JSON" and row.payload.count(b'"t":') > 1),
)


class Row:
    def __init__(self, path, line, fields):
        self.where = f"{path.name}:{line}"
        self.kind, _, variant = fields["format"].partition("(")
        self.variant = variant.rstrip(")")
        self.direction = fields["direction"]
        self.base = fields["base_path"] or "/"
        if not self.base.startswith("/"):
            self.base = "/"  # null, or the list of a composite
        self.payload = bytes.fromhex(fields["payload_hex"] or "")
        if self.kind == "TLV" and self.base == "/":  # of any object, or instance
            self.base = "/9" if self.payload[0] < 0x40 else "/9/0"
        self.expected = fields["expected"]
        self.fails = self.expected.startswith("error")
        if self.kind.startswith("TLV_VALUE."):
            self.wrap()
        elif self.kind == BASE64:
            self.kind, self.base = "TEXT", "/9/0/0"
            if not self.fails:
                self.expected = json.dumps([{**json.loads(self.expected), "path": self.base}])

    def wrap(self):
        """The value bytes of an entry, as an entry."""
        value = json.loads(self.expected)
        kind = self.kind.split(".")[1]
        if kind == "date":
            value = value["value_ms"] // 1000
        types = {"date": "TIME", "integer": "INTEGER", "boolean": "BOOLEAN", "objlnk": "OBJLNK"}
        self.kind, self.base = "TLV", "/9/0"
        length = len(self.payload)
        self.payload = (bytes([0xC0 | length, 0]) if length < 8 else bytes([0xC8, 0, length])) + self.payload
        self.expected = json.dumps([{"path": "/9/0/0", "type": types[kind], "value": value}])


def segments(path):
    return [part for part in path.split("/") if part]


def complete(base, item):
    """The full path of an item: `relpath` goes on from some part of the request's path."""
    if "path" in item:
        return item["path"]
    base, rest = segments(base), segments(item["relpath"])
    for cut in range(len(base) + 1):
        path = base[:cut] + rest
        if rest[:len(base) - cut] == base[cut:] and (len(path) >= 3 or item["type"] == "NONE"):
            return "/" + "/".join(path if len(path) <= 4 else base)
    return "/" + "/".join(base)


def run(program, row, base, types, to="list"):
    command = [program, "--from", FORMATS[row.kind], "--to", to, "--path", base]
    for path, kind in types:
        command += ["--type", f"{path}={kind}"]
    return subprocess.run(command, input=row.payload, capture_output=True, check=False)


def same_value(kind, ours, theirs):
    if kind == "FLOAT":
        return math.isclose(float(ours), float(theirs), rel_tol=1e-6)
    if kind == "OBJLNK":
        return ours == theirs.strip("/").replace("/", ":")
    return ours == theirs


def differs(row, ours, theirs):
    """What is not the same in two lists, or None."""
    names = row.variant == "paths" or any(item.get("type") == "NONE" for item in theirs)
    timed = any("time" in item for item in theirs)
    theirs = [item for item in theirs if item.get("type") not in NOTHING]
    ours = [item for item in ours if names or item["type"] != "NONE"]
    if len(ours) != len(theirs):
        return f"{len(ours)} items, not {len(theirs)}: {ours}"
    if len(theirs) == 1 and ours[0]["path"] == row.base:  # some rows name it by something below
        theirs = [dict(theirs[0], path=row.base)]
    theirs = [dict(item, path=complete(row.base, item)) for item in theirs]
    key = lambda item: (item["path"], item.get("time", 0))
    for mine, other in zip(sorted(ours, key=key), sorted(theirs, key=key)):
        if mine["path"] != other["path"]:
            return f"{mine['path']}, not {other['path']}"
        if names:
            continue
        if not same_value(other["type"], mine["value"], other["value"]):
            return f"{mine['path']} is {mine['value']!r}, not {other['value']!r}"
        if timed and not math.isclose(mine.get("time", 0), other.get("time", 0), abs_tol=1e-6):
            return f"{mine['path']} at {mine.get('time')}, not {other.get('time')}"
    return None


def check_path(program, row):
    command = [program, "--from", "senml-json", "--path", row.payload.decode()]
    accepted = subprocess.run(command, input=b"[]", capture_output=True, check=False).returncode == 0
    return None if accepted != row.fails else "accepted" if accepted else "refused"


def check(program, row):
    """What is wrong with a row, or None."""
    if row.kind == "PATH":
        return check_path(program, row)
    if row.fails:
        result = run(program, row, row.base, [(row.base, "OPAQUE")] if row.kind == "TEXT" else [])
        if result.returncode == 1 and b"offset" in result.stderr:
            return None
        return f"accepted: {result.stdout.decode(errors='replace')}{result.stderr.decode()}"
    theirs = json.loads(row.expected)
    types = [(complete(row.base, item), item["type"]) for item in theirs
             if item["type"] not in NOTHING + ("PATH", "NONE")]
    result = run(program, row, row.base, types)
    if result.returncode != 0:
        return f"refused: {result.stderr.decode().strip()}"
    problem = differs(row, json.loads(result.stdout), theirs)
    return problem if problem is not None or row.direction == "decode" else \
        check_written(program, row, types)


def check_written(program, row, types):
    """Whether Loom writes what it read of a payload as the other implementation did, in the formats in
    which there is one way to write a value."""
    result = run(program, row, row.base, types, FORMATS[row.kind])
    if result.returncode != 0:
        return f"not written: {result.stderr.decode().strip()}"
    if row.kind in ("TLV", "CBOR") and result.stdout != row.payload:
        return f"written as {result.stdout.hex()}, not {row.payload.hex()}"
    return None


def rows_of(folder):
    for path in sorted(folder.glob("*.tsv")):
        with open(path, encoding="utf-8", newline="") as file:
            for line, fields in enumerate(csv.DictReader(file, delimiter="\t",
                                                         quoting=csv.QUOTE_NONE), 2):
                row = Row(path, line, fields)
                if row.kind in FORMATS or row.kind == "PATH":
                    yield row


def main():
    program, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    if not folder.is_dir():
        print(f"skipped: no vectors in {folder}")
        return 77
    good = wrong = 0
    deviations = {name: 0 for name, _, _ in DEVIATIONS}
    for row in rows_of(folder):
        problem = check(program, row)
        reason = next((name for name, _, applies in DEVIATIONS if applies(row)), None)
        if problem is None:
            good += 1
        elif reason is not None:
            deviations[reason] += 1
        else:
            wrong += 1
            print(f"{row.where}: {row.kind} {row.direction} {row.base}: {problem}\n"
                  f"    {row.payload[:200]!r}\n    {row.expected[:200]}")
    for name, rule, _ in DEVIATIONS:
        print(f"{deviations[name]:4} rows with {name}: {rule}")
    print(f"{good} rows agree, {sum(deviations.values())} deviate on purpose, {wrong} are wrong")
    return 1 if wrong > 0 or good == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
