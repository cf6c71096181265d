#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Prove that each room includes only what is below it, and that nothing goes in a circle.

usage: rooms_are_layered.py SOURCE [--write] | --self-test

ROOMS is the plan: a room may use the rooms that it names, which all come before it, so that the plan
itself has no circle. Every #include "..." of a C file is held against it. Within a room a source and
the header of its name are one module, and modules must not include each other in a circle.

The column "Knows" of docs/architecture.md is what the rooms of the runtime include; --write writes
it again.
"""

import collections
import pathlib
import re
import sys
import tempfile

DOCUMENT = pathlib.Path("docs/architecture.md")
PUBLIC = "runtime/include/loom"
CORE = ("runtime/codec", "runtime/model", "runtime/context", "runtime/accounts")
INTERFACES = ("runtime/bootstrap", "runtime/registration", "runtime/management",
              "runtime/reporting", "runtime/firmware")
SERVERS = ("server/common", "server/catalog", "server/store", "server/registry")

# Room: which rooms it may use. The lowest comes first.
ROOMS = {
    PUBLIC: (),
    "runtime/codec": (PUBLIC,),
    "runtime/model": (PUBLIC, "runtime/codec"),
    "runtime/store": (PUBLIC, "runtime/codec"),
    "runtime/context": (PUBLIC, "runtime/codec", "runtime/model"),
    "runtime/port": (PUBLIC,),
    "runtime/accounts": (PUBLIC, "runtime/codec", "runtime/model"),
    "runtime/bootstrap": (PUBLIC,) + CORE,
    "runtime/registration": (PUBLIC,) + CORE,
    "runtime/management": (PUBLIC,) + CORE,
    "runtime/reporting": (PUBLIC,) + CORE,
    "runtime/firmware": (PUBLIC,) + CORE,
    "runtime/client": (PUBLIC,) + CORE + INTERFACES,
    "support": (PUBLIC, "runtime/port"),
    "generator": (PUBLIC,),
    "server/common": (PUBLIC,),
    "server/catalog": (PUBLIC, "server/common"),
    "server/models": (PUBLIC, "generator", "server/common", "server/catalog"),
    "server/database": (PUBLIC, "server/common"),
    "server/http": (PUBLIC, "support", "server/common"),
    "server/store": (PUBLIC, "server/common", "server/catalog", "server/database"),
    "server/accounts": (PUBLIC, "runtime/model", "runtime/bootstrap", "server/common",
                        "server/catalog", "server/database", "server/store"),
    "server/registry": (PUBLIC, "server/common"),
    "server/files": (PUBLIC, "server/common"),
    "server/bootstrap": (PUBLIC,) + SERVERS,
    "server/management": (PUBLIC, "server/files") + SERVERS,
    "server/firmware": (PUBLIC, "server/management") + SERVERS,
    "server/events": (PUBLIC, "support", "server/bootstrap", "server/management") + SERVERS,
    "server/service": (PUBLIC, "support", "server/database", "server/files", "server/firmware", "server/management", "server/bootstrap",
                       "server/events") + SERVERS,
    "server/web": (PUBLIC, "server/accounts", "server/models", "server/database", "server/http", "server/service", "server/management",
                   "server/bootstrap") + SERVERS,
    "server/loomctl": (PUBLIC, "support", "server/events"),
    "server/programs": (PUBLIC, "runtime/port", "support", "server/database", "server/http", "server/service", "server/web",
                        "server/bootstrap", "server/files",
                        "server/firmware", "server/management", "server/events", "server/accounts", "server/models") + SERVERS,
    "payload": (PUBLIC, "support", "generator"),
}

# What a room of the document's table knows besides.
BESIDES = {
    PUBLIC: "the C library's freestanding part",
    "runtime/store": "the medium",
    "runtime/port": "POSIX, libcoap",
}

# Where an include that is not beside its file is looked for.
ROOTS = ("runtime/include", "runtime/port/include", "support/include", "runtime", "server",
         "runtime/port", "generator")
# Made by the build: loomc's output and the version of the programs.
GENERATED = {"loom_objects.h", "objects.inc", "programs/version.h"}

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*"([^"]*)"', re.MULTILINE)


def room_of(path):
    """The longest room that a file is in, or None."""
    parents = [str(parent) for parent in path.parents]
    return max((room for room in ROOMS if room in parents), key=len, default=None)


def resolve(source, path, name):
    """The file that an include means, relative to the source, or None."""
    own = path.parts[0] if path.parts[0] in ROOTS else ""
    roots = [path.parent, own] + [root for root in ROOTS if root != own]
    for root in roots:
        found = pathlib.Path(root) / name
        if (source / found).is_file():
            return found
    return None


def module_of(path):
    """A source and its header are one."""
    return str(path.with_suffix(""))


def files_of(source):
    tops = sorted({room.split("/")[0] for room in ROOMS})
    return sorted(path.relative_to(source) for top in tops for path in (source / top).rglob("*.[ch]"))


def find_circle(edges):
    """A list of modules that ends where it begins, or None."""
    done = set()

    def walk(module, trail):
        if module in trail:
            return trail[trail.index(module):] + [module]
        if module in done:
            return None
        for other in sorted(edges.get(module, ())):
            circle = walk(other, trail + [module])
            if circle:
                return circle
        done.add(module)
        return None

    for module in sorted(edges):
        circle = walk(module, [])
        if circle:
            return circle
    return None


def check_plan(rooms):
    seen = set()
    for room, uses in rooms.items():
        yield from (f"the plan lets {room} use {use}, which is not below it"
                    for use in uses if use not in seen)
        seen.add(room)


def check_includes(source, knows):
    """Yields what is wrong; fills `knows` with the rooms that each room includes."""
    inside = collections.defaultdict(lambda: collections.defaultdict(set))
    for path in files_of(source):
        room = room_of(path)
        text = (source / path).read_text(encoding="utf-8")
        if room is None:
            yield f"{path}:1: error: is in no room of the plan"
            continue
        for match in INCLUDE.finditer(text):
            name = match.group(1)
            at = f"{path}:{text.count(chr(10), 0, match.start()) + 1}: error:"
            target = resolve(source, path, name)
            if target is None:
                if name not in GENERATED:
                    yield f'{at} "{name}" is not found'
                continue
            other = room_of(target)
            if other != room:
                knows[room].add(other)
                if other not in ROOMS[room]:
                    yield f'{at} {room} must not use {other} ("{name}")'
            elif module_of(target) != module_of(path):
                inside[room][module_of(path)].add(module_of(target))
    for room in sorted(inside):
        circle = find_circle(inside[room])
        if circle:
            yield f"{room}: error: a circle of includes: " + " -> ".join(circle)


def column_of(room, knows):
    """The cell of the document: the highest room first; public headers go without saying."""
    rooms = [other for other in reversed(ROOMS) if other in knows[room] and other != PUBLIC]
    cells = [other.removeprefix("runtime/") for other in rooms]
    if room in BESIDES:
        cells.append(BESIDES[room])
    return ", ".join(cells) if cells else "headers"


def document_of(text, knows):
    """The document as it should be, and the rooms of the runtime that it does not have."""
    missing = {room for room in ROOMS if room.startswith("runtime/")}
    lines = text.split("\n")
    for number, line in enumerate(lines):
        match = re.match(r"\| `([^`]*)/` \|", line)
        room = match.group(1) if match else None
        if room in missing:
            cells = line.split(" | ")
            cells[-1] = column_of(room, knows) + " |"
            lines[number] = " | ".join(cells)
            missing.discard(room)
    return "\n".join(lines), missing


def check(source, write):
    knows = collections.defaultdict(set)
    problems = list(check_plan(ROOMS)) + list(check_includes(source, knows))
    document = source / DOCUMENT
    text = document.read_text(encoding="utf-8")
    fresh, missing = document_of(text, knows)
    problems += [f"{DOCUMENT}: error: has no row of {room}/" for room in sorted(missing)]
    if write:
        document.write_text(fresh, encoding="utf-8")
    else:
        problems += [f"{DOCUMENT}:{number}: error: the rooms include something else; "
                     f"write it again with: make regenerate"
                     for number, (old, new) in
                     enumerate(zip(text.split("\n"), fresh.split("\n")), 1) if old != new]
    print("\n".join(problems), file=sys.stderr, end="\n" if problems else "")
    return 1 if problems else 0


# ---- that it can fail ----------------------------------------------------------------------------

GOOD = {
    "runtime/include/loom/codec.h": "",
    "runtime/codec/text.h": '#include "loom/codec.h"\n',
    "runtime/codec/text.c": '#include "codec/text.h"\n',
    "runtime/bootstrap/bootstrap.h": "",
    "runtime/client/client.c": '#include "bootstrap/bootstrap.h"\n',
    "server/bootstrap/bootstrap.h": "",
    "server/bootstrap/plan.c": '#include "bootstrap/bootstrap.h"\n#include "loom_objects.h"\n',
}
BAD = {
    "an include upwards": {"runtime/codec/text.c": '#include "bootstrap/bootstrap.h"\n'},
    "a room beside": {"runtime/management/a.c": '# include "bootstrap/bootstrap.h"\n'},
    "a server in the runtime": {"runtime/client/client.c": '#include "../server/bootstrap/bootstrap.h"\n'},
    "a circle in a room": {"runtime/codec/text.c": '#include "codec/text.h"\n#include "codec/tlv.h"\n',
                           "runtime/codec/tlv.h": '#include "codec/text.h"\n'},
    "a header that is not there": {"runtime/codec/text.c": '#include "codec/none.h"\n'},
    "a file in no room": {"runtime/attic/a.c": ""},
}


def finds(files):
    with tempfile.TemporaryDirectory() as folder:
        source = pathlib.Path(folder)
        for name, text in files.items():
            path = source / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return list(check_includes(source, collections.defaultdict(set)))


def self_test():
    wrong = [f"{name} is not found" for name, files in BAD.items() if len(finds(GOOD | files)) != 1]
    wrong += [f"finds something in what is good: {problem}" for problem in finds(GOOD)]
    if not list(check_plan({"a": ("b",), "b": ()})):
        wrong.append("a plan that goes upwards is not found")
    table, missing = document_of("| `runtime/codec/` | formats | nothing |",
                                 {"runtime/codec": {"runtime/model", PUBLIC}})
    if table != "| `runtime/codec/` | formats | model |" or "runtime/model" not in missing:
        wrong.append(f"the document is written as: {table}")
    print("\n".join(wrong), file=sys.stderr, end="\n" if wrong else "")
    return 1 if wrong else 0


def main():
    arguments = sys.argv[1:]
    if arguments == ["--self-test"]:
        return self_test()
    if len(arguments) not in (1, 2) or arguments[1:] not in ([], ["--write"]):
        print(__doc__, file=sys.stderr)
        return 2
    return check(pathlib.Path(arguments[0]).resolve(), arguments[1:] == ["--write"])


if __name__ == "__main__":
    sys.exit(main())
