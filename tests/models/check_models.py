#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compare the facts of models/ with the OMA registry, and check the form of every model.

usage: check_models.py SOURCE_DIR [REGISTRY_DIR]

Facts are what two implementations must agree on: ids, names, operations, types, multiplicity,
mandatory, ranges, units, versions, URN. Descriptions are the project's own and not compared, but
none may be empty. Exit status: 0 agreed, 1 differences (all are listed), 77 no registry at hand.
"""

import pathlib
import sys
import xml.etree.ElementTree as ElementTree

SKIPPED = 77
# The one model with no counterpart: its object never got an id (see the comment in the file).
OURS_ALONE = {"bootstrap-server-draft-1.0.xml"}
OBJECT_FACTS = ("Name", "ObjectID", "ObjectURN", "LWM2MVersion", "ObjectVersion",
                "MultipleInstances", "Mandatory")
ITEM_FACTS = ("Name", "Operations", "MultipleInstances", "Mandatory", "Type",
              "RangeEnumeration", "Units")
# Ranges of the registry that the models leave out, because they name no value that could be refused:
# a width, a hint at the text of the standard, and a length that its own parts contradict (0/x/7: the
# 6 bytes are 1 + 1 + 2 + 3). loomc would warn of them in each build of each product.
RANGES_LEFT_OUT = {
    ("0", 7): ("6 bytes", "6"),
    ("1", 7): ("The possible values of Resource are listed in 5.3.1.1",
               "The possible values are those listed in the LwM2M Core Specification"),
    ("1", 22): ("The possible values are those listed in the LwM2M Core Specification",),
    ("2", 2): ("16-bit",),
}
# The order of LWM2M-v1_1.xsd. The registry itself breaks it; files written here do not.
OBJECT_ORDER = ["Name", "Description1", "ObjectID", "ObjectURN", "LWM2MVersion", "ObjectVersion",
                "MultipleInstances", "Mandatory", "Resources", "Description2"]
ITEM_ORDER = list(ITEM_FACTS) + ["Description"]


def fact(element, name):
    """Text of a child with whitespace folded: the registry pads and doubles blanks at random."""
    text = " ".join((element.findtext(name) or "").split())
    if not text and name in ("LWM2MVersion", "ObjectVersion"):
        return "1.0"  # what the schema says an absent version means
    return text


def read(path):
    """The Object element of a file and its items by id."""
    model = ElementTree.parse(path).getroot().find("Object")
    return model, {int(item.get("ID")): item for item in model.find("Resources")}


def check_form(path, model):
    """Yield what is wrong with a file of ours on its own."""
    if b"SPDX-License-Identifier: Apache-2.0" not in path.read_bytes():
        yield "no SPDX line"
    if [child.tag for child in model] != OBJECT_ORDER:
        yield "elements of Object are not in the order of the schema"
    if not fact(model, "Description1"):
        yield "Description1 is empty"
    ids = [int(item.get("ID")) for item in model.find("Resources")]
    if ids != sorted(set(ids)):
        yield "resource ids are not ascending"
    for item in model.find("Resources"):
        if [child.tag for child in item] != ITEM_ORDER:
            yield f"elements of resource {item.get('ID')} are not in the order of the schema"
        if not fact(item, "Description"):
            yield f"resource {item.get('ID')} has no description"


def is_left_out(model, rid, ours, theirs):
    """Whether a range is one of those that the models leave out on purpose."""
    return not ours and theirs in RANGES_LEFT_OUT.get((fact(model, "ObjectID"), rid), ())


def compare(model, items, registry_model, registry_items):
    """Yield every fact in which the two disagree."""
    pairs = [(None, model, registry_model, OBJECT_FACTS)]
    for rid in sorted(items.keys() | registry_items.keys()):
        if rid not in items:
            yield f"resource {rid} is missing"
        elif rid not in registry_items:
            yield f"resource {rid} is not in the registry"
        else:
            pairs.append((rid, items[rid], registry_items[rid], ITEM_FACTS))
    for rid, our_element, their_element, names in pairs:
        what = "object" if rid is None else f"resource {rid}"
        for name in names:
            ours, theirs = fact(our_element, name), fact(their_element, name)
            left_out = name == "RangeEnumeration" and is_left_out(model, rid, ours, theirs)
            if ours != theirs and not left_out:
                yield f"{what}: {name} is '{ours}', registry '{theirs}'"


def main(arguments):
    if len(arguments) not in (2, 3):
        print(__doc__.strip().splitlines()[2], file=sys.stderr)
        return 2
    source = pathlib.Path(arguments[1])
    models = sorted((source / "models").glob("*.xml"))
    registry = pathlib.Path(arguments[2]) if len(arguments) == 3 else source / "../shared/registry"
    history = registry / "version_history"
    have_registry = history.is_dir()
    problems = [] if models else [f"{source / 'models'}: no models"]
    for path in models:
        model, items = read(path)
        found = list(check_form(path, model))
        if have_registry and path.name not in OURS_ALONE:
            twin = history / "{}-{}.xml".format(
                fact(model, "ObjectID"), fact(model, "ObjectVersion").replace(".", "_"))
            if twin.is_file():
                found += compare(model, items, *read(twin))
            else:
                found.append(f"no {twin.name} in the registry")
        problems += [f"models/{path.name}: error: {text}" for text in found]
    for problem in problems:
        print(problem, file=sys.stderr)
    if problems:
        return 1
    if not have_registry:
        print("skipped: no OMA registry in ../shared/registry to compare the facts with"
              f" (the form of {len(models)} models was checked)")
        return SKIPPED
    print(f"{len(models)} models agree with the registry")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
