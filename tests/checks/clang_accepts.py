#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every file that the build compiles is also accepted by clang, with the same flags.

usage: clang_accepts.py COMPILE_COMMANDS_JSON
"""

import concurrent.futures
import json
import os
import pathlib
import shlex
import shutil
import subprocess
import sys

SKIPPED = 77


def clang_command(entry):
    """The compiler call of an entry, made one that only checks and writes nothing."""
    words = shlex.split(entry["command"])[1:]
    kept = []
    while words:
        word = words.pop(0)
        if word in ("-o", "-MF", "-MT", "-MQ"):
            words.pop(0)
        elif word not in ("-c", "-MD", "-MMD"):
            kept.append(word)
    return ["clang", "-fsyntax-only", *kept]


def check(entry):
    result = subprocess.run(clang_command(entry), cwd=entry["directory"], text=True,
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    return result.returncode, result.stdout


def main(arguments):
    if len(arguments) != 2:
        print(__doc__.strip().splitlines()[2], file=sys.stderr)
        return 2
    if not shutil.which("clang"):
        print("skipped: no clang")
        return SKIPPED
    # What is compiled twice in the same way, into two programs, is looked at once.
    entries = list({(entry["directory"], *clang_command(entry)): entry
                    for entry in json.loads(pathlib.Path(arguments[1]).read_text(encoding="utf-8"))
                    if entry["file"].endswith(".c")}.values())
    if not entries:
        print(f"{arguments[1]}: no C files", file=sys.stderr)
        return 1
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        results = list(pool.map(check, entries))
    for status, output in results:
        if status:
            print(output, file=sys.stderr)
    failed = sum(1 for status, _ in results if status)
    print(f"{len(entries)} files, {failed} refused by clang")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
