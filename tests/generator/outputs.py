#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The outputs of loomc besides C, compared with the models as another reader sees them.

usage: outputs.py json|html|markdown|examples LOOMC SOURCE_DIR [REGISTRY_DIR]

Each looks at models/, at models made to break out of every format, and at the OMA registry where it
stands.
"""

import csv
import html.parser
import importlib.util
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import warnings
import xml.etree.ElementTree as ElementTree

MEMBERS_OBJECT = ("id", "version", "name", "symbol", "urn", "lwm2m", "multiple", "mandatory",
                  "description", "model", "license", "resources")
MEMBERS_RESOURCE = ("id", "name", "symbol", "operations", "type", "multiple", "mandatory", "range",
                    "allowed", "texts", "values", "units", "description")
TYPES = ("String", "Integer", "Unsigned Integer", "Float", "Boolean", "Opaque", "Time", "Objlnk",
         "Corelnk")
INTEGERS = ("Integer", "Unsigned Integer")

# Names that mean something in each of the formats.
HOSTILE = ["*/ int x; /*", '"quoted" \'text\'', "back\\slash", "what??/ ??=", "%s %n", "a\nb",
           "\U0001F600 \u00b5", "<script>alert(1)</script>", "</script><!-- --> ]]>", "a | b || c",
           "`code` ``", "&amp; &#60;", "_under_ **stars** ~~gone~~", "[link](javascript:x)",
           "![image](x)", "- item", "+ item", "1. item", "2) item", "# heading", "> quote",
           "=1+2", "@mention", "$x$", "{{object}} }}", "tab\there", "\u2028line\u2029",
           "\u202eturned", "\u0085next", "// comment", "'''", "#{ruby}", "a,b;c"]


def fold(text):
    """Trimmed, and every run of blanks, line ends and no-break spaces one blank."""
    return re.sub("[ \t\r\n\u00a0]+", " ", text or "").strip(" ")


def field(node, name):
    return fold(node.findtext(name))


class Checker:
    """Collects what is wrong, so that all of it is told."""

    def __init__(self):
        self.problems = []
        self.checks = 0

    def equal(self, what, got, expected):
        self.checks += 1
        if got != expected:
            self.problems.append(f"{what}: {got!r} instead of {expected!r}")

    def true(self, what, condition):
        self.checks += 1
        if not condition:
            self.problems.append(what)


# ---- models as another reader sees them ----------------------------------------------------------

def version_of(node, name):
    return field(node, name) or "1.0"


def read_resource(item):
    operations = field(item, "Operations").upper()
    executable = "E" in operations
    kind = field(item, "Type").lower() or "opaque"  # a value of no type is bytes
    return {
        "id": int(item.get("ID")),
        "name": field(item, "Name"),
        "operations": "".join(letter for letter in "RWE" if letter in operations),
        "type": None if executable else next((t for t in TYPES if t.lower() == kind), kind),
        "multiple": field(item, "MultipleInstances") == "Multiple" and not executable,
        "mandatory": field(item, "Mandatory").lower() == "mandatory",
        "range": field(item, "RangeEnumeration"),
        "units": field(item, "Units"),
        "description": field(item, "Description"),
    }


def read_object(node, path):
    text = (node.findtext("Description1") or "") + "\n\n" + (node.findtext("Description2") or "")
    return {
        "id": int(field(node, "ObjectID")),
        "version": version_of(node, "ObjectVersion"),
        "name": field(node, "Name"),
        "urn": field(node, "ObjectURN"),
        "lwm2m": version_of(node, "LWM2MVersion"),
        "multiple": field(node, "MultipleInstances") == "Multiple",
        "mandatory": field(node, "Mandatory").lower() == "mandatory",
        "description": fold(text),
        "model": path.name,
        "resources": sorted(map(read_resource, node.iter("Item")), key=lambda r: r["id"]),
    }


def read_models(paths):
    """By id and version. Of twins the first one is taken, as loomc does."""
    objects = {}
    for path in sorted(paths):
        for node in ElementTree.parse(path).getroot().findall("Object"):
            made = read_object(node, path)
            objects.setdefault((made["id"], *map(int, made["version"].split("."))), made)
    return [objects[key] for key in sorted(objects)]


def write_hostile(folder):
    root = ElementTree.Element("LWM2M")
    node = ElementTree.SubElement(root, "Object", ObjectType="MODefinition")

    def add(parent, **fields):
        for name, text in fields.items():
            ElementTree.SubElement(parent, name).text = text

    add(node, Name=" ".join(HOSTILE[:12]), Description1="\n".join(HOSTILE), ObjectID="26302",
        ObjectURN="urn:oma:lwm2m:x:26302", LWM2MVersion="1.0", ObjectVersion="1.0",
        MultipleInstances="Multiple", Mandatory="Optional")
    resources = ElementTree.SubElement(node, "Resources")
    for index, text in enumerate(HOSTILE):
        item = ElementTree.SubElement(resources, "Item", ID=str(index))
        add(item, Name=text, Operations="RW", MultipleInstances="Single", Mandatory="Optional",
            Type="Integer" if index % 2 else "String", RangeEnumeration=text, Units=text,
            Description=text + "\n\n" + text)
    add(node, Description2="")
    path = pathlib.Path(folder) / "hostile-formats.xml"
    ElementTree.ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)
    return path


# ---- running loomc -------------------------------------------------------------------------------

class Run:
    """Sets of models, each with what loomc makes of it."""

    def __init__(self, arguments, work):
        self.loomc, source = arguments[0], pathlib.Path(arguments[1])
        registry = pathlib.Path(arguments[2]) if len(arguments) > 2 else None
        self.source = source
        self.work = pathlib.Path(work)
        self.sets = {"models": list(source.glob("models/*.xml")),
                     "hostile": [write_hostile(work),
                                 source / "tests/generator/models/hostile.xml"]}
        if registry and registry.is_dir():
            self.sets["registry"] = [*registry.glob("[0-9]*.xml"),
                                     *registry.glob("version_history/[0-9]*.xml")]
        else:
            print("no OMA registry beside the tree: looked at models/ alone")

    def make(self, name, *options):
        """@return the folder that loomc filled."""
        folder = self.work / name
        command = [self.loomc, "-o", str(folder), *options, *map(str, self.sets[name])]
        result = subprocess.run(command, text=True, stderr=subprocess.PIPE, check=False)
        if result.returncode != 0:
            sys.exit(f"loomc failed for {name}:\n{result.stderr}")
        return folder


# ---- JSON ----------------------------------------------------------------------------------------

def check_range(check, where, resource):
    """A range in its plainest form is enforced as it stands; others are other tests' matter."""
    for bounds in resource["allowed"]:
        check.equal(f"{where}: members of a range", tuple(bounds), ("min", "max"))
        check.true(f"{where}: inverted range", bounds["min"] <= bounds["max"])
    plain = re.fullmatch(r"(\d{1,9}) ?\.\. ?(\d{1,9})", resource["range"])
    if plain and resource["type"] in INTEGERS and int(plain[1]) < int(plain[2]):
        check.equal(f"{where}: allowed", resource["allowed"],
                    [{"min": int(plain[1]), "max": int(plain[2])}])
    if resource["range"] == "":
        check.equal(f"{where}: allowed", resource["allowed"], [])
    for value in resource["values"]:
        check.equal(f"{where}: members of a value", tuple(value), ("value", "symbol", "name"))


def compare_resource(check, where, got, expected):
    check.equal(f"{where}: members", tuple(got), MEMBERS_RESOURCE)
    for member, value in expected.items():
        folded = fold(got[member]) if member == "description" else got[member]
        check.equal(f"{where}: {member}", folded, value)
    check_range(check, where, got)


def compare_object(check, got, expected):
    where = f"{expected['id']} {expected['version']}"
    check.equal(f"{where}: members", tuple(got), MEMBERS_OBJECT)
    for member, value in expected.items():
        if member == "resources":
            check.equal(f"{where}: resources", [r["id"] for r in got[member]],
                        [r["id"] for r in value])
            for ours, theirs in zip(got[member], value):
                compare_resource(check, f"{where}: {theirs['id']}", ours, theirs)
        elif member == "description":
            check.equal(f"{where}: {member}", fold(got[member]), value)
        else:
            check.equal(f"{where}: {member}", got[member], value)


def check_schema(source, check):
    """docs/model-json.md names the members that there are, and its example has them."""
    text = (source / "docs/model-json.md").read_text("utf-8")
    sections = dict(re.findall(r"^## (.*)\n((?:(?!## ).*\n)*)", text, re.MULTILINE))
    for heading, members in (("The document", ("format", "version", "objects")),
                             ("An object", MEMBERS_OBJECT), ("A resource", MEMBERS_RESOURCE),
                             ("A range", ("min", "max"))):
        rows = re.findall(r"^\| `(\w+)` \|", sections[heading], re.MULTILINE)
        check.equal(f"docs/model-json.md: {heading}", tuple(rows), members)
    example = json.loads(re.search(r"```json\n(.*?)```", text, re.DOTALL)[1])
    check.equal("the example's object", tuple(example["objects"][0]), MEMBERS_OBJECT)
    check.equal("the example's resource", tuple(example["objects"][0]["resources"][0]),
                MEMBERS_RESOURCE)


def check_json(run, check):
    check_schema(run.source, check)
    for name, paths in run.sets.items():
        folder = run.make(name, "--format", "json")
        document = json.loads((folder / "objects.json").read_text("utf-8"))
        expected = read_models(paths)
        check.equal(f"{name}: head", (document["format"], document["version"]), ("loom-model", 1))
        check.equal(f"{name}: objects", [(o["id"], o["version"]) for o in document["objects"]],
                    [(o["id"], o["version"]) for o in expected])
        for ours, theirs in zip(document["objects"], expected):
            compare_object(check, ours, theirs)
        symbols = [o["symbol"] for o in document["objects"]]
        check.equal(f"{name}: symbols are unique", len(set(symbols)), len(symbols))
        check.equal(f"{name}: files", [p.name for p in folder.iterdir()], ["objects.json"])


# ---- HTML ----------------------------------------------------------------------------------------

class Page(html.parser.HTMLParser):
    """Nesting, ids, links, and the text of every object and resource."""

    VOID = {"meta", "input", "br", "hr", "img", "link"}
    TAGS = {"html", "head", "meta", "title", "style", "body", "a", "header", "h1", "label", "input",
            "div", "kbd", "p", "nav", "ol", "li", "span", "main", "section", "h2", "i", "code",
            "table", "thead", "tbody", "tr", "th", "td", "b", "footer", "script"}

    def __init__(self, check):
        super().__init__(convert_charrefs=True)
        self.check = check
        self.open = []
        self.ids = []
        self.targets = []
        self.scripts = 0
        self.names = {}
        self.policy = ""

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        self.check.true(f"<{tag}> is not of the template", tag in self.TAGS)
        for name in values:
            self.check.true(f"<{tag}> runs or loads by {name}",
                            name not in ("src", "srcset", "action", "style", "data", "poster")
                            and not name.startswith("on"))
        if "id" in values:
            self.ids.append(values["id"])
        if "href" in values:
            self.targets.append(values["href"])
        if values.get("http-equiv") == "Content-Security-Policy":
            self.policy = values["content"]
        self.scripts += tag == "script"
        if tag not in self.VOID:
            self.open.append((tag, values))

    def handle_endtag(self, tag):
        self.check.true(f"</{tag}> closes nothing", self.open and self.open[-1][0] == tag)
        if self.open:
            self.open.pop()

    def handle_data(self, data):
        owner = next((v["id"] for t, v in reversed(self.open) if t in ("section", "tr") and "id" in v),
                     None)
        if owner and self.open[-1][1].get("class") == "name":
            self.names[owner] = self.names.get(owner, "") + data


def visible(text):
    """As the HTML escape shows what a reader would not see."""
    text = re.sub("[\u200e\u200f\u202a-\u202e\u2066-\u2069\u061c]",
                  lambda match: f"U+{ord(match[0]):04X}", text)
    return re.sub("[\x00-\x1f\x7f-\x9f\u2028\u2029]", " ", text)


def check_html(run, check):
    for name, paths in run.sets.items():
        text = (run.make(name, "--format", "html") / "objects.html").read_text("utf-8")
        page = Page(check)
        page.feed(text)
        page.close()
        check.equal(f"{name}: still open", page.open, [])
        check.equal(f"{name}: ids are unique", len(set(page.ids)), len(page.ids))
        check.true(f"{name}: links lead out", all(t[:1] == "#" for t in page.targets))
        check.equal(f"{name}: dead links", {t[1:] for t in page.targets} - set(page.ids), set())
        check.equal(f"{name}: scripts", page.scripts, 1)
        check.true(f"{name}: may load something", page.policy.startswith("default-src 'none';"))
        for obj in read_models(paths):
            key = f"{obj['id']}-{obj['version']}"
            check.equal(f"{name}: {key}", page.names.get(key), visible(obj["name"]))
            for resource in obj["resources"]:
                check.equal(f"{name}: {key}-{resource['id']}",
                            page.names.get(f"{key}-{resource['id']}"), visible(resource["name"]))


# ---- Markdown ------------------------------------------------------------------------------------

PUNCTUATION = re.escape("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")


def cells_of(line):
    """The cells of a row of a table, with backslashes undone as CommonMark undoes them."""
    return [re.sub(rf"\\([{PUNCTUATION}])", r"\1", cell).strip(" ")
            for cell in split_cells(line)[1:-1]]


def split_cells(line):
    cells, cell, escaped = [], "", False
    for letter in line:
        if letter == "|" and not escaped:
            cells.append(cell)
            cell = ""
            continue
        escaped = letter == "\\" and not escaped
        cell += letter
    return [*cells, cell]


def check_markdown(run, check):
    live = re.compile(r"(?<!\\)(?:\\\\)*([`_~\[\]{}$#&!@]|<(?!br>|a id=\"object-[\d-]+\">|/a>|!--))")
    for name, paths in run.sets.items():
        lines = (run.make(name, "--format", "md") / "objects.md").read_text("utf-8").split("\n")
        rows = [cells_of(line) for line in lines if re.match(r"\| \d+ \| ", line)]
        expected = read_models(paths)
        contents, tables = rows[:len(expected)], rows[len(expected):]
        check.equal(f"{name}: contents", [int(r[0]) for r in contents], [o["id"] for o in expected])
        wanted = [(o, r) for o in expected for r in o["resources"]]
        check.equal(f"{name}: rows", len(tables), len(wanted))
        for cells, (obj, resource) in zip(tables, wanted):
            where = f"{name}: {obj['id']} {resource['id']}"
            check.equal(f"{where}: cells", len(cells), 7)
            check.equal(f"{where}: id", cells[0], str(resource["id"]))
            bold = "**" if resource["mandatory"] else ""
            check.equal(f"{where}: name", fold(cells[1]),
                        bold + fold(visible(resource["name"])) + bold)
            check.equal(f"{where}: units", fold(cells[5]), fold(visible(resource["units"])))
        for line in lines:
            if re.match(r"\| \d+ \| [^\[]", line):
                found = live.search(line)
                check.true(f"{name}: {found and found[1]!r} is live in {line!r}", not found)


# ---- examples/templates --------------------------------------------------------------------------

def check_csv(path, document, check):
    with open(path, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, strict=True))
    wanted = [(o, r) for o in document["objects"] for r in o["resources"]]
    check.equal("csv: rows", len(rows), len(wanted))
    for row, (obj, resource) in zip(rows, wanted):
        check.equal("csv: row", row, {
            "object": str(obj["id"]), "version": obj["version"], "object name": obj["name"],
            "resource": str(resource["id"]), "name": resource["name"],
            "operations": resource["operations"], "type": resource["type"] or "",
            "multiple": "yes" if resource["multiple"] else "no",
            "mandatory": "yes" if resource["mandatory"] else "no",
            "range": resource["range"], "units": resource["units"],
            "description": resource["description"]})


def symbol_of_value(value):
    symbol = value["symbol"]
    return ("N" if symbol[0].isdigit() else "") + symbol.upper()


def camel(symbol):
    """As templates write `Object` and `Resource`: `_` stays beside a digit."""
    words = symbol.split("_")
    name = words[0][:1].upper() + words[0][1:]
    for before, word in zip(words, words[1:]):
        parted = before[-1].isdigit() or word[0].isdigit()
        name += ("_" if parted else "") + word[:1].upper() + word[1:]
    name = ("N" if symbol[0].isdigit() else "") + name
    return name + "_" if name in ("True", "False", "None", "Self") else name


def check_python_resource(module, cls, field, resource, check):
    where = f"python: {cls.__name__}.{field}"
    got = cls.RESOURCES[field]
    check.equal(where, (got.id, got.name, got.operations, got.type, got.multiple, got.mandatory,
                        got.units),
                (resource["id"], resource["name"], resource["operations"], resource["type"] or "",
                 resource["multiple"], resource["mandatory"], resource["units"]))
    ranges = tuple((bounds["min"], bounds["max"]) for bounds in resource["allowed"])
    check.equal(f"{where}: ranges", got.ranges, ranges)
    check.equal(f"{where}: texts", got.texts, tuple(resource["texts"]))
    values = {} if got.values is None else {v.name: v.value for v in got.values}
    check.equal(f"{where}: values", values,
                {symbol_of_value(value): value["value"] for value in resource["values"]
                 if not resource["texts"]})
    if ranges and resource["type"] in (*INTEGERS, "Float", "Time"):
        kind = float if resource["type"] == "Float" else int
        for least, most in ranges:
            check.true(f"{where}: {least}", module.allows(got, kind(least)))
            check.true(f"{where}: {most}", module.allows(got, kind(most)))
        check.true(f"{where}: too much", not module.allows(got, kind(max(most for _, most in ranges)) + 1))
        check.true(f"{where}: a string", not module.allows(got, "1"))
    if ranges and resource["type"] == "String":
        check.true(f"{where}: too long",
                   not module.allows(got, "x" * (max(most for _, most in ranges) + 1)))
    for text in resource["texts"]:
        check.true(f"{where}: {text}", module.allows(got, text))
        check.true(f"{where}: not {text}", not module.allows(got, text + "!"))


def check_python(path, document, check):
    name = f"loom_objects_{path.parent.name}"
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # as an import does; dataclasses ask for it
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        spec.loader.exec_module(module)
    check.equal("python: objects", list(module.OBJECTS),
                [(obj["id"], obj["version"]) for obj in document["objects"]])
    for obj in document["objects"]:
        cls = module.OBJECTS[(obj["id"], obj["version"])]
        check.equal("python: name of a class", cls.__name__, camel(obj["symbol"]))
        check.equal(f"python: {cls.__name__}", (cls.OBJECT_ID, cls.OBJECT_VERSION, cls.OBJECT_NAME),
                    (obj["id"], obj["version"], obj["name"]))
        fields = list(cls.RESOURCES)
        check.equal(f"python: fields of {cls.__name__}", [field.rstrip("_") for field in fields],
                    [resource["symbol"] for resource in obj["resources"]])
        for field, resource in zip(fields, obj["resources"]):
            check_python_resource(module, cls, field, resource, check)
        # An instance has a field for each value, and lacks at first what is mandatory.
        empty = cls()
        check.equal(f"python: new {cls.__name__}", module.problems(empty),
                    [f"{field} is mandatory" for field, resource in zip(fields, obj["resources"])
                     if resource["mandatory"] and resource["operations"] != "E"])
        check.equal(f"python: values of {cls.__name__}",
                    [field for field, resource in zip(fields, obj["resources"])
                     if hasattr(empty, field) != (resource["operations"] != "E")], [])


def rust_string(text):
    return '"' + "".join(c if c.isascii() and c.isprintable() and c not in '"\\' else
                         f"\\u{{{ord(c):x}}}" for c in text) + '"'


def rust_assertions(obj, fields):
    """What a program may rely on, as assertions."""
    name = fields[obj["symbol"]]
    yield f'assert_eq!(objects::{name}::ID, {obj["id"]});'
    major, minor = obj["version"].split(".")
    yield f"assert_eq!(objects::{name}::VERSION, ({major}, {minor}));"
    yield f"assert_eq!(objects::{name}::NAME, {rust_string(obj['name'])});"
    yield f"let _ = objects::{name}::Instance::default();"
    for resource in obj["resources"]:
        module = f"objects::{name}::{fields[resource['symbol']]}"
        yield f'assert_eq!({module}::ID, {resource["id"]});'
        yield f'assert_eq!({module}::OPERATIONS, "{resource["operations"]}");'
        yield f'assert_eq!({module}::UNITS, {rust_string(resource["units"])});'
        yield f'assert_eq!({module}::MULTIPLE, {str(resource["multiple"]).lower()});'
        yield f'assert_eq!({module}::MANDATORY, {str(resource["mandatory"]).lower()});'
        suffix = {"Float": "f64", "Integer": "i64", "Time": "i64"}.get(resource["type"], "u64")
        for bounds in resource["allowed"]:
            for bound in bounds.values():
                yield f"assert!({module}::is_allowed({bound}_{suffix}));"
        if resource["allowed"] and suffix == "u64":
            most = max(bounds["max"] for bounds in resource["allowed"])
            if most < 2**64 - 1:
                yield f"assert!(!{module}::is_allowed({most + 1}));"
        for text in resource["texts"]:
            yield f"assert!({module}::is_allowed({rust_string(text)}));"
        for value in () if resource["texts"] else resource["values"]:
            yield (f"assert_eq!({module}::Value::try_from({value['value']}).unwrap(), "
                   f"{module}::Value::{camel(value['symbol'])});")
        if resource["values"] and not resource["texts"]:
            yield f"assert!({module}::Value::try_from(1 << 40).is_err());"


def check_rust(path, document, check, runs):
    text = path.read_text("utf-8")
    modules = re.findall(r"^ *pub mod ((?:r#)?[a-z0-9_]+) \{$", text, re.MULTILINE)
    check.equal("rust: modules", [module.rstrip("_") for module in modules],
                [symbol for obj in document["objects"]
                 for symbol in (obj["symbol"], *(r["symbol"] for r in obj["resources"]))])
    if not shutil.which("rustc"):
        print("SKIPPED: no rustc here: the Rust module was read, not compiled and not run")
        return
    rustc = ["rustc", "--edition", "2021", "-D", "warnings", "--out-dir", str(path.parent)]
    if not runs:
        command = [*rustc, "--crate-type", "lib", "--emit", "metadata", str(path)]
    else:
        fields = {module.rstrip("_"): module for module in modules}
        body = "\n".join(line for obj in document["objects"] for line in rust_assertions(obj, fields))
        main = path.parent / "main.rs"
        main.write_text(f"#![allow(dead_code)]\nmod objects;\nfn main() {{\n{body}\n}}\n", "utf-8")
        command = [*rustc, str(main)]
    result = subprocess.run(command, text=True, stderr=subprocess.PIPE, check=False)
    check.equal("rust: compiled", (result.returncode, result.stderr), (0, ""))
    if runs and result.returncode == 0:
        result = subprocess.run([path.parent / "main"], text=True, stderr=subprocess.PIPE, check=False)
        check.equal("rust: ran", (result.returncode, result.stderr), (0, ""))


def check_examples(run, check):
    # Every kind of range and of named values, and words of the languages.
    run.sets["everything"] = [run.source / "tests/generator/models" / f"{name}.xml"
                              for name in ("everything", "words")]
    for name in run.sets:
        folder = run.make(name, "--format", "json,csv,rs,py", "--templates",
                          str(run.source / "examples/templates"))
        document = json.loads((folder / "objects.json").read_text("utf-8"))
        check_csv(folder / "objects.csv", document, check)
        check_python(folder / "objects.py", document, check)
        check_rust(folder / "objects.rs", document, check, runs=name != "registry")


def main(arguments):
    checks = {"json": check_json, "html": check_html, "markdown": check_markdown,
              "examples": check_examples}
    if len(arguments) not in (3, 4) or arguments[0] not in checks:
        print(__doc__.strip().splitlines()[2], file=sys.stderr)
        return 2
    check = Checker()
    with tempfile.TemporaryDirectory() as work:
        checks[arguments[0]](Run(arguments[1:], work), check)
    for problem in check.problems[:20]:
        print(f"error: {problem}", file=sys.stderr)
    print(f"{check.checks} checks, {len(check.problems)} problems")
    return 1 if check.problems or check.checks == 0 else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
