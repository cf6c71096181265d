#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds the tables of all models against the models, as read by another reader than loomc's.

Takes every model of the OMA registry, in every version, where the registry stands beside the tree,
else the models of the tree. A program is made of all of them (tables.c). It tells what stands in its
tables, and what its setters say of values at the bounds of every range and one step outside.

usage: tables.py LOOMC SOURCE-DIR RUNTIME-LIBRARY WORK-DIR [CFLAG...]
"""
import glob
import itertools
import os
import re
import shutil
import struct
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

TYPES = {
    "": 0, "String": 1, "Integer": 2, "Unsigned Integer": 3, "Float": 4, "Boolean": 5,
    "Opaque": 6, "Time": 7, "Objlnk": 8, "Corelnk": 9,
}
NONE, STRING, INTEGER, UNSIGNED, FLOAT, BOOLEAN, OPAQUE, TIME, OBJLNK, CORELNK = range(10)
LENGTHS = (STRING, OPAQUE, CORELNK)
LIMITS = {
    INTEGER: (-(2 ** 63), 2 ** 63 - 1), TIME: (-(2 ** 63), 2 ** 63 - 1),
    UNSIGNED: (0, 2 ** 64 - 1),
}
READ, WRITE, EXECUTE, MULTIPLE, MANDATORY = 1, 2, 4, 8, 16
OK, BAD_REQUEST, NOT_ALLOWED, TOO_LARGE = 0, 128, 133, 141
PRODUCT_OBJECTS = 256
ACCOUNTS = (0, 1, 2, 21, 23, 24)
SECRETS = ((0, 5), (0, 8), (21, 0), (23, 2), (24, 8))
CREDENTIALS = ((0, 3), (0, 4), (0, 5))
PERSISTENT, ACCOUNT = 16, 32
SECRET, CREDENTIAL = 64, 128


# ---- models ------------------------------------------------------------------------------------


def fold(text):
    return " ".join((text or "").replace("\u00a0", " ").split())


def number_of(digits):
    return float(digits) if "." in digits else int(digits)


def read_part(part, is_bytes):
    """One part of a list as ranges, or None if it has more than one meaning."""
    number = r"([+-]?\d+(?:\.\d+)?)"
    match = re.fullmatch(number, part)
    if match:
        return [(number_of(match[1]),) * 2]
    match = re.fullmatch(number + r"\s*\.\.\.?\s*" + number, part)
    match = match or re.fullmatch(r"(\d+(?:\.\d+)?)\s*-\s*(\d+(?:\.\d+)?)", part)
    if match:
        return [tuple(sorted((number_of(match[1]), number_of(match[2]))))]
    if is_bytes and re.fullmatch(r"\d+(-\d+)+", part):
        return [(int(n), int(n)) for n in part.split("-")]
    return None


def read_ranges(text, kind):
    """What is enforced: a list of ranges, or None."""
    if kind in (NONE, BOOLEAN, TIME, OBJLNK) or not text:
        return None
    named = r"(\d+): ?[A-Za-z][\w-]*(?: [A-Za-z][\w-]*){0,4}"
    if kind in (INTEGER, UNSIGNED) and re.fullmatch(rf"{named}(?:[,;]? {named})+", text):
        return [(int(match[1]),) * 2 for match in re.finditer(named, text)]
    text = re.sub(r"^\[\s*(\S+)\s*:\s*(\S+)\s*\]$", r"\1..\2", text)
    match = re.fullmatch(r"(.*?)\s*(-?(?:bytes?|bits?))?", text, re.IGNORECASE)
    body, unit = match[1], (match[2] or "").lower()
    is_bytes = unit.startswith("byte")
    if unit and not (is_bytes and kind in LENGTHS):
        return None
    parts = [part.strip() for part in re.split(r"[,;]|\bor\b", body)]
    if len(parts) == 1 and kind not in LENGTHS and re.fullmatch(r"[+-]?\d+(\.\d+)?", body):
        return None
    ranges = []
    for part in parts:
        read = read_part(part, is_bytes)
        if read is None:
            return None
        ranges += read
    if kind in LIMITS:
        least, most = LIMITS[kind]
        if any(low > most or low < least for low, _ in ranges):
            return None
        ranges = [(low, min(high, most)) for low, high in ranges]
        if any((low, high) == (least, most) for low, high in ranges):
            return None
    return ranges


class Resource:
    def __init__(self, item):
        self.id = int(item.get("ID"))
        self.name = fold(item.findtext("Name"))
        operations = fold(item.findtext("Operations"))
        self.access = sum(bit for letter, bit in (("R", READ), ("W", WRITE), ("E", EXECUTE))
                          if letter in operations)
        self.kind = TYPES[fold(item.findtext("Type"))]
        if self.access & EXECUTE:
            self.kind = NONE
        else:
            self.kind = self.kind or OPAQUE
            if fold(item.findtext("MultipleInstances")) == "Multiple":
                self.access |= MULTIPLE
        if fold(item.findtext("Mandatory")) == "Mandatory":
            self.access |= MANDATORY
        self.units = fold(item.findtext("Units"))
        text = fold(item.findtext("RangeEnumeration"))
        self.ranges = read_ranges(text, self.kind)
        # In percent it may be the number that a String has in it, which is not enforced.
        if self.kind in LENGTHS and self.units in ("%", "/100") and "byte" not in text.lower():
            self.ranges = None
        self.size = 0
        if self.kind in LENGTHS:
            longest = max((high for _, high in self.ranges or []), default=64)
            self.size = max(1, min(255, longest))
            self.longest = longest


class Object:
    def __init__(self, element):
        self.id = int(fold(element.findtext("ObjectID")))
        self.version = fold(element.findtext("ObjectVersion")) or "1.0"
        self.name = fold(element.findtext("Name"))
        self.flags = (fold(element.findtext("MultipleInstances")) == "Multiple") * 1
        self.flags |= (fold(element.findtext("Mandatory")) == "Mandatory") * 2
        self.resources = sorted((Resource(item) for item in element.iter("Item")),
                                key=lambda resource: resource.id)
        large = [r for r in self.resources if r.kind in LENGTHS and r.longest > 255]
        for resource in large:
            resource.size = min(resource.longest, 40000 // len(large))
        self.large = large


def read_models(files):
    models = {}
    for file in files:
        for element in ElementTree.parse(file).getroot().iter("Object"):
            model = Object(element)
            models[model.id, model.version] = model
    return models


def make_products(models):
    """Products of at most 256 objects, each object in one version."""
    products = []
    for model in models.values():
        for product in products:
            if model.id not in product and len(product) < PRODUCT_OBJECTS:
                break
        else:
            product = {}
            products.append(product)
        product[model.id] = model
    return products


def profile_of(models, products):
    lines = ["default room 1", "default initial 1", "default complete", "default count 1",
             "default executables reported"]
    for model in models.values():
        lines.append(f"object {model.id} {model.version}")
        lines += [f"size {resource.id} {resource.size}" for resource in model.large]
        if model.id in ACCOUNTS:
            lines += ["room 1", "initial 1", "complete"]
    for index, product in enumerate(products):
        lines.append(f"product p{index}")
        lines += [f"uses {model.id} {model.version}" for model in product.values()]
    return "\n".join(lines) + "\n"


# ---- tables ------------------------------------------------------------------------------------


def expected_dump(products):
    for product in products:
        for _, model in sorted(product.items()):
            flags = model.flags | (PERSISTENT | ACCOUNT if model.id in ACCOUNTS else 0)
            yield f"object\t{model.id}\t{model.version}\t{flags}\t{model.name}"
            for row in model.resources:
                access = row.access | (SECRET if (model.id, row.id) in SECRETS else 0)
                access |= CREDENTIAL if (model.id, row.id) in CREDENTIALS else 0
                yield f"resource\t{row.id}\t{row.kind}\t{access}\t{row.name}\t{row.units}"


# ---- values ------------------------------------------------------------------------------------


def next_down(value):
    return -next_up(-value)


def next_up(value):
    if value == 0:
        return 5e-324
    bits = struct.unpack("<q", struct.pack("<d", value))[0]
    return struct.unpack("<d", struct.pack("<q", bits + (1 if value > 0 else -1)))[0]


def steps(resource):
    """The values to try: bounds and their neighbours, of the type too."""
    values = set()
    for low, high in resource.ranges or []:
        if resource.kind == FLOAT:
            low, high = float(low), float(high)
            values |= {low, high, next_down(low), next_up(high)}
        else:
            values |= {low, high, low - 1, high + 1}
    if resource.kind in LIMITS:
        least, most = LIMITS[resource.kind]
        values = {value for value in values if least <= value <= most} | {least, most}
    elif resource.kind == FLOAT:
        values |= {-sys.float_info.max, sys.float_info.max}
    elif resource.kind in LENGTHS:
        values = {value for value in values if 0 <= value < 100000}
        values |= {0, resource.size, resource.size + 1}
    else:
        values = {1}
    return sorted(values)


def verdict(resource, value):
    if resource.kind == NONE:
        return NOT_ALLOWED
    if resource.ranges and not any(low <= value <= high for low, high in resource.ranges):
        return BAD_REQUEST
    if resource.kind in LENGTHS and value > resource.size:
        return TOO_LARGE
    return OK


def trials(products):
    for index, product in enumerate(products):
        for model, resource in ((m, r) for m in product.values() for r in m.resources):
            for value in steps(resource):
                text = value.hex() if isinstance(value, float) else value
                yield (f"{index} {model.id} {resource.id} {resource.kind} {text}",
                       verdict(resource, value), model, resource)


# ---- the test ----------------------------------------------------------------------------------


def build(loomc, source, library, work, flags, files, profile):
    made = os.path.join(work, "made")
    shutil.rmtree(made, ignore_errors=True)
    path = os.path.join(work, "all.profile")
    with open(path, "w", encoding="utf-8") as out:
        out.write(profile)
    run = subprocess.run([loomc, "-o", made, "--profile", path, *files], check=False,
                         stderr=subprocess.PIPE, text=True)
    if run.returncode != 0:
        sys.exit("loomc failed:\n" + run.stderr)
    unit = os.path.join(work, "all.c")
    with open(unit, "w", encoding="utf-8") as out:
        out.writelines(f'#include "{file}"\n' for file in sorted(glob.glob(made + "/*.c")))
    program = os.path.join(work, "tables")
    subprocess.run(
        [os.environ.get("CC", "cc"), "-std=c99", *flags, f"-I{source}/runtime/include",
         f"-I{made}", "-o", program, unit, f"{source}/tests/generator/tables.c", library],
        check=True)
    return program


def compare(expected, told):
    wrong = [(e, t) for e, t in itertools.zip_longest(expected, told) if e != t]
    for want, got in wrong[:20]:
        print(f"in the models: {want!r}\nin the tables: {got!r}")
    return len(wrong)


def main():
    loomc, source, library, work, *flags = sys.argv[1:]
    registry = os.path.join(source, "..", "shared", "registry")
    files = glob.glob(registry + "/[0-9]*.xml") + glob.glob(registry + "/version_history/[0-9]*.xml")
    if not files:
        print("the OMA registry is not beside the tree: the tree's own models are taken")
        files = glob.glob(source + "/models/*.xml")
    os.makedirs(work, exist_ok=True)
    models = read_models(files)
    products = make_products(models)
    program = build(loomc, source, library, work, flags, files, profile_of(models, products))

    dump = subprocess.run([program, "dump"], check=True, capture_output=True, text=True).stdout
    wrong = compare(expected_dump(products), dump.splitlines())

    tried = list(trials(products))
    lines = "".join(line + "\n" for line, *_ in tried)
    told = subprocess.run([program, "set"], check=True, capture_output=True, text=True,
                          input=lines).stdout.splitlines()
    if len(told) != len(tried):
        sys.exit(f"{len(tried)} values were tried, {len(told)} answers came")
    for (line, status, model, resource), answer in zip(tried, told):
        if answer != str(status):
            wrong += 1
            print(f"object {model.id} {model.version} resource {resource.id} "
                  f"({resource.ranges}): {line}: {answer} instead of {status}")
    limited = sum(r.ranges is not None for m in models.values() for r in m.resources)
    print(f"{len(models)} objects, {len(products)} products, "
          f"{sum(len(m.resources) for m in models.values())} resources, {limited} of them with "
          f"ranges, {len(tried)} values, {sum(t[1] != OK for t in tried)} of them refused: "
          f"{wrong} wrong")
    sys.exit(wrong > 0)


if __name__ == "__main__":
    main()
