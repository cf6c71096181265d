#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Prove that the core of the runtime needs no heap, no operating system and no CoAP library.

usage: core_is_pure.py RUNTIME_DIR | --self-test

Every C file under RUNTIME_DIR outside port/ may include the project's headers and those of the C
library that need no operating system, and may not name what allocates, prints or belongs to libcoap
or mbedTLS. Comments and string literals are not code and do not count.
"""

import pathlib
import re
import sys

PORT = "port"
ALLOWED_HEADERS = {"float.h", "inttypes.h", "limits.h", "math.h", "stdarg.h", "stdbool.h",
                   "stddef.h", "stdint.h", "string.h"}
FORBIDDEN = re.compile(
    r"\b(?:malloc|calloc|realloc|reallocarray|aligned_alloc|alloca|free|strdup|strndup"
    r"|\w*printf|puts|fputs|putchar|fputc|fopen|fwrite|fread|stdin|stdout|stderr|FILE)\b"
    r"|\b\w*(?:coap_|mbedtls_|MBEDTLS_)\w*|\b(?:COAP|psa|PSA)_\w+")
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(?:<([^>]*)>|"([^"]*)")', re.MULTILINE)
NOT_CODE = re.compile(
    r'(/\*.*?\*/|//[^\n]*)|("(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\')', re.DOTALL)


def blank(text):
    """As many lines as `text` has, and nothing on them: positions behind it stay true."""
    return " " + "\n" * text.count("\n")


def problems_of(source):
    """Yield (line, text) of everything in a file's text that the core must not contain."""
    code = NOT_CODE.sub(lambda m: blank(m.group(1)) if m.group(1) else m.group(2), source)
    for match in INCLUDE.finditer(code):
        system, own = match.groups()
        if system is not None and system not in ALLOWED_HEADERS:
            yield line_of(code, match.start(match.lastindex)), f"includes <{system}>"
        if own is not None and own.startswith(PORT + "/"):
            yield line_of(code, match.start(match.lastindex)), f'includes "{own}" of the port'
    bare = NOT_CODE.sub(lambda m: blank(m.group(0)), INCLUDE.sub("", code))
    for match in FORBIDDEN.finditer(bare):
        yield line_of(bare, match.start()), f"names {match.group(0)}"


def line_of(text, position):
    return text.count("\n", 0, position) + 1


def core_files(runtime):
    return sorted(path for path in runtime.rglob("*.[ch]")
                  if path.relative_to(runtime).parts[0] != PORT)


def check(runtime):
    files = core_files(runtime)
    if not files:
        print(f"{runtime}: no C files", file=sys.stderr)
        return 1
    found = 0
    for path in files:
        for line, text in problems_of(path.read_text(encoding="utf-8")):
            print(f"{path}:{line}: error: the core {text}", file=sys.stderr)
            found += 1
    if not found:
        print(f"{len(files)} files of the core are free of heap, stdio, libcoap and mbedTLS")
    return 1 if found else 0


def self_test():
    """A check that cannot fail proves nothing: show that it does, and where it must not."""
    pure = ('#include "loom/table.h"\n#include <string.h>\n/* malloc, printf("x"): coap_a */\n'
            'static const char text[] = "free"; // mbedtls_free\n'
            'int loom_freed(int freely);\n')
    impure = {
        "int a;\nchar *p = malloc(3);\n": (2, "names malloc"),
        "/* one\ntwo */ free (p);\n": (2, "names free"),
        "#include <stdint.h>\n# include <stdio.h>\n": (2, "includes <stdio.h>"),
        'int a; char c = \'"\'; coap_pdu_t *pdu; char d = \'"\';\n': (1, "names coap_pdu_t"),
        '#include "loom/a.h"\n\n\nint r = mbedtls_free(0);\n': (4, "names mbedtls_free"),
        'const char *u = "/*"; void f(void) { (void)snprintf; } /* */\n': (1, "names snprintf"),
    }
    failures = [f"pure text: {found}" for found in problems_of(pure)]
    for text, expected in impure.items():
        found = list(problems_of(text))
        if found != [expected]:
            failures.append(f"{text!r}: expected {expected}, found {found}")
    for failure in failures:
        print(f"self-test: error: {failure}", file=sys.stderr)
    return 1 if failures else 0


def main(arguments):
    if arguments[1:] == ["--self-test"]:
        return self_test()
    if len(arguments) != 2:
        print("usage: core_is_pure.py RUNTIME_DIR | --self-test", file=sys.stderr)
        return 2
    return check(pathlib.Path(arguments[1]))


if __name__ == "__main__":
    sys.exit(main(sys.argv))
